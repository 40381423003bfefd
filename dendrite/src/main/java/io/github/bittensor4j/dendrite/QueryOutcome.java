package io.github.bittensor4j.dendrite;

import java.time.Duration;
import java.util.Optional;

/**
 * What came of asking one target. One bad miner is an outcome, never an exception.
 *
 * @param <R> the answer
 */
public sealed interface QueryOutcome<R> {
    /**
     * Who was asked.
     *
     * @return the target
     */
    Target target();

    /**
     * How long it took from the moment the request was handed to the connection until the outcome was known.
     *
     * @return at least zero
     */
    Duration latency();

    /**
     * The answer, if there is one.
     *
     * @return the answer of {@link Answered}, else empty
     */
    default Optional<R> answerOrEmpty() {
        return Optional.empty();
    }

    /**
     * The target answered.
     *
     * @param target who was asked
     * @param latency how long it took
     * @param answer the answer
     * @param <R> the answer
     */
    record Answered<R>(Target target, Duration latency, R answer) implements QueryOutcome<R> {
        @Override
        public Optional<R> answerOrEmpty() {
            return Optional.of(answer);
        }
    }

    /**
     * The target said no.
     *
     * @param target who was asked
     * @param latency how long it took
     * @param code why, such as {@code auth.stale}, {@code access.permit} or {@code limit.busy}; the axon module's REFUSALS.md has the
     *     table
     * @param message the target's own words, at most 1024 characters
     * @param clockDifference how far this clock is ahead of the target's (negative: behind), where the target said so
     * @param <R> the answer there might have been
     */
    record Refused<R>(Target target, Duration latency, String code, String message, Optional<Duration> clockDifference)
            implements QueryOutcome<R> {}

    /**
     * No answer within the deadline.
     *
     * @param target who was asked
     * @param latency how long was waited
     * @param <R> the answer there might have been
     */
    record TimedOut<R>(Target target, Duration latency) implements QueryOutcome<R> {}

    /**
     * Nobody there, or the connection broke.
     *
     * @param target who was asked
     * @param latency how long it took
     * @param reason what the network said
     * @param <R> the answer there might have been
     */
    record Unreachable<R>(Target target, Duration latency, String reason) implements QueryOutcome<R> {}

    /**
     * Something answered that is not an answer: of another form or type, too large, or no axon at all.
     *
     * @param target who was asked
     * @param latency how long it took
     * @param reason what is wrong with it
     * @param <R> the answer there might have been
     */
    record Invalid<R>(Target target, Duration latency, String reason) implements QueryOutcome<R> {}
}
