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

    Refused(Refusal refusal, String message) {
        this(refusal.code(), message, Optional.empty());
    }

    Refused(String code, String message) {
        this(code, message, Optional.empty());
    }

    Refused(Refusal refusal, String message, Duration clockDifference) {
        this(refusal.code(), message, Optional.of(clockDifference));
    }

    private Refused(String code, String message, Optional<Duration> clockDifference) {
        super(message, null, false, false);
        this.code = code;
        this.message = message;
        this.clockDifference = clockDifference;
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
}
