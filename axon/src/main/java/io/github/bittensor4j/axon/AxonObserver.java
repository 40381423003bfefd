package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.Dialect;
import java.util.Optional;
import java.util.function.Function;

/**
 * Watches what becomes of an axon's calls, for metrics and traces: told of each call as it arrives, before anything about it is checked.
 * Set by {@link Axon.Builder#observe}.
 *
 * <p>Called on the network's and the handlers' own threads, by many at once, so it must be quick and must not wait. What it throws is
 * logged and changes nothing for the call.
 */
@FunctionalInterface
public interface AxonObserver {
    /**
     * A call has arrived.
     *
     * @param dialect how it is written on the wire
     * @param headers gives the value of a header by its lower-case name. A stranger wrote it: nothing is verified, not even that the caller
     *     means it
     * @return what is told of this call from here on
     */
    CallObserver arrived(Dialect dialect, Function<String, Optional<String>> headers);
}
