package io.github.bittensor4j.subtensor;

/** Hearing of new heads, until it is closed. Made by {@link Subtensor#subscribeHeads}. Safe for use by many threads. */
public interface HeadSubscription extends AutoCloseable {
    /** Ends it; a listener at work is interrupted. Idempotent, and ended by {@link Subtensor#close()} too. */
    @Override
    void close();
}
