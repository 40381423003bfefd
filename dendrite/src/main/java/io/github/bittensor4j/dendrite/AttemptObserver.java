package io.github.bittensor4j.dendrite;

/**
 * Watches one attempt to ask one target. Exactly one of the two comes, once. The same rules of quickness and failure hold as for {@link
 * DendriteObserver}.
 */
public interface AttemptObserver {
    /**
     * It is known what came of it.
     *
     * @param outcome what the asker gets, with its latency
     */
    default void ended(QueryOutcome<?> outcome) {}

    /** The asker stopped waiting: it was interrupted, or what takes the parts of a stream threw. */
    default void abandoned() {}
}
