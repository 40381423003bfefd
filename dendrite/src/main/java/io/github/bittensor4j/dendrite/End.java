package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.auth.Receipt;
import java.time.Duration;
import java.util.Optional;

/** How an attempt ended, whatever its dialect. */
sealed interface End {
    /** The target itself ended its answer. */
    record Whole(Optional<Receipt> receipt) implements End {
        /** Without a receipt. */
        Whole() {
            this(Optional.empty());
        }
    }

    /** See {@link QueryOutcome.Refused}. */
    record Refused(String code, String message, Optional<Duration> clockDifference, Optional<Duration> retryAfter)
            implements End {
        /** Which says no more. */
        Refused(String code, String message) {
            this(code, message, Optional.empty(), Optional.empty());
        }
    }

    /** See {@link QueryOutcome.TimedOut}. */
    record TimedOut() implements End {}

    /** See {@link QueryOutcome.Unreachable}. */
    record Unreachable(String reason) implements End {}

    /** See {@link QueryOutcome.Invalid}. */
    record Invalid(String reason) implements End {}

    /** The outcome of a question that did not end by its whole answer. */
    default <R> QueryOutcome<R> failed(Target target, Timing timing) {
        if (this instanceof Refused refused) {
            return new QueryOutcome.Refused<>(
                    target, timing, refused.code(), refused.message(), refused.clockDifference(), refused.retryAfter());
        }
        if (this instanceof TimedOut) {
            return new QueryOutcome.TimedOut<>(target, timing);
        }
        if (this instanceof Unreachable unreachable) {
            return new QueryOutcome.Unreachable<>(target, timing, unreachable.reason());
        }
        return new QueryOutcome.Invalid<>(
                target, timing, this instanceof Invalid invalid ? invalid.reason() : "no answer came");
    }
}
