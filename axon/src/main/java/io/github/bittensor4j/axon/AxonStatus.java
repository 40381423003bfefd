package io.github.bittensor4j.axon;

import java.util.Map;

/**
 * What an axon has done since it started, and what it is doing.
 *
 * @param accepted calls that were authenticated, admitted and given to a handler or its queue
 * @param answered accepted calls that got their whole answer
 * @param refused every call that ended otherwise, counted by the refusal's code (see REFUSALS.md), such as {@code auth.stale}
 * @param running handlers at work
 * @param waiting admitted calls that wait for a handler
 * @param connections open connections
 * @param draining whether new calls are refused because the axon stops
 */
public record AxonStatus(
        long accepted,
        long answered,
        Map<String, Long> refused,
        int running,
        int waiting,
        int connections,
        boolean draining) {
    /** Copies the map. */
    public AxonStatus {
        refused = Map.copyOf(refused);
    }
}
