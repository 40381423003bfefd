package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.Dialect;
import java.util.function.BiConsumer;

/**
 * Watches what a dendrite asks and what comes of it, for metrics and traces. Set by {@link DendriteOptions#observe}.
 *
 * <p>Called on the threads of those who ask and of the network, by many at once, so it must be quick and must not wait. What it throws is
 * logged and changes nothing for the call.
 */
@FunctionalInterface
public interface DendriteObserver {
    /**
     * One target is about to be asked; it may still have to wait for its turn.
     *
     * @param target whom
     * @param synapse what is asked: a synapse's name, or the full name of a stub's method
     * @param dialect how it will be written on the wire
     * @param headers adds a header to the request, by its lower-case name ({@code [a-z][a-z0-9-]*}, at most 64 characters) and its
     *     value (printable ASCII, at most 1024 characters). No signature covers it (within a session its MAC does), so no axon may trust it; names that mean something to
     *     the transport or to authentication are refused with an exception. For use within this call only
     * @return what is told of this attempt from here on
     */
    AttemptObserver asking(Target target, String synapse, Dialect dialect, BiConsumer<String, String> headers);
}
