package io.github.bittensor4j.dendrite;

import java.util.Optional;
import java.util.function.Function;

/**
 * Watches one attempt to ask one target. Exactly one of {@link #ended} and {@link #abandoned} comes, once. The same rules of quickness and failure hold as for {@link
 * DendriteObserver}.
 */
public interface AttemptObserver {
    /**
     * The head of an answer is here, a good one's or another's. Comes at most once, before the end.
     *
     * @param headers gives a header's first value by its lower-case name. No signature covers it: it is what the target, or somebody on the
     *     way, says. For use within this call only
     */
    default void answering(Function<String, Optional<String>> headers) {}

    /**
     * It is known what came of it.
     *
     * @param outcome what the asker gets, with its latency
     */
    default void ended(QueryOutcome<?> outcome) {}

    /** The asker stopped waiting: it was interrupted, or what takes the parts of a stream threw. */
    default void abandoned() {}
}
