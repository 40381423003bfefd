package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.auth.Receipt;
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
     * Where the time went.
     *
     * @return each phase, up to the end
     */
    Timing timing();

    /**
     * How long the target took, from the standing connection to the whole answer: {@link Timing#latency()}.
     *
     * @return at least zero
     */
    default Duration latency() {
        return timing().latency();
    }

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
     * @param timing where the time went
     * @param answer the answer
     * @param receipt the target's signature over it, checked; where {@link DendriteOptions#receipts()} asked for one
     * @param <R> the answer
     */
    record Answered<R>(Target target, Timing timing, R answer, Optional<Receipt> receipt) implements QueryOutcome<R> {
        /**
         * An answer without a receipt.
         *
         * @param target who was asked
         * @param timing where the time went
         * @param answer the answer
         */
        public Answered(Target target, Timing timing, R answer) {
            this(target, timing, answer, Optional.empty());
        }

        @Override
        public Optional<R> answerOrEmpty() {
            return Optional.of(answer);
        }
    }

    /**
     * The target said no.
     *
     * @param target who was asked
     * @param timing where the time went
     * @param code why, such as {@code auth.stale}, {@code access.permit} or {@code limit.busy}; the axon module's REFUSALS.md has the
     *     table
     * @param message the target's own words, at most 1024 characters
     * @param clockDifference how far this clock is ahead of the target's (negative: behind), where the target said so
     * @param retryAfter how long to wait before asking it again, where the target said so: with {@code limit.rate} and {@code
     *     limit.peer}, and where a server of another make sends {@code retry-after} in seconds. At least zero; a stranger's word, so
     *     bound it
     * @param <R> the answer there might have been
     */
    record Refused<R>(
            Target target,
            Timing timing,
            String code,
            String message,
            Optional<Duration> clockDifference,
            Optional<Duration> retryAfter)
            implements QueryOutcome<R> {}

    /**
     * No answer within the deadline.
     *
     * @param target who was asked
     * @param timing where the time went
     * @param <R> the answer there might have been
     */
    record TimedOut<R>(Target target, Timing timing) implements QueryOutcome<R> {}

    /**
     * Nobody there, or the connection broke.
     *
     * @param target who was asked
     * @param timing where the time went
     * @param reason what the network said
     * @param <R> the answer there might have been
     */
    record Unreachable<R>(Target target, Timing timing, String reason) implements QueryOutcome<R> {}

    /**
     * Something answered that is not an answer: of another form or type, too large, or no axon at all.
     *
     * @param target who was asked
     * @param timing where the time went
     * @param reason what is wrong with it
     * @param <R> the answer there might have been
     */
    record Invalid<R>(Target target, Timing timing, String reason) implements QueryOutcome<R> {}
}
