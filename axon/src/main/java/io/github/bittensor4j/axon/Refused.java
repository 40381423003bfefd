package io.github.bittensor4j.axon;

import io.github.bittensor4j.protocol.internal.Refusal;
import java.time.Duration;
import java.util.Optional;

/** Ends a call with a verdict that the caller sees. Carries no stack trace: strangers decide how often it is thrown. */
final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String message;
    private final transient Optional<Duration> clockDifference;
    private final transient Optional<Duration> retryAfter;

    Refused(Refusal refusal, String message) {
        this(refusal.code(), message);
    }

    Refused(String code, String message) {
        this(code, message, Optional.empty(), Optional.empty());
    }

    private Refused(String code, String message, Optional<Duration> clockDifference, Optional<Duration> retryAfter) {
        super(message, null, false, false);
        this.code = code;
        this.message = message;
        this.clockDifference = clockDifference;
        this.retryAfter = retryAfter;
    }

    /** With how far the caller's clock is ahead of this one's, negative when it is behind. */
    static Refused byClock(Refusal refusal, String message, Duration ahead) {
        return new Refused(refusal.code(), message, Optional.of(ahead), Optional.empty());
    }

    /** With how long to wait before the same may be asked again. */
    static Refused until(Refusal refusal, String message, Duration wait) {
        return new Refused(refusal.code(), message, Optional.empty(), Optional.of(wait));
    }

    String code() {
        return code;
    }

    String message() {
        return message;
    }

    Optional<Duration> clockDifference() {
        return clockDifference;
    }

    Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
