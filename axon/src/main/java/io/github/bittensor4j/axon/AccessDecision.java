package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.InvalidValueException;

/** Whether an authenticated caller may call. */
public sealed interface AccessDecision {
    /** The caller may call. */
    record Allowed() implements AccessDecision {}

    /**
     * The caller may not.
     *
     * @param code a stable identifier that begins with {@code access.}, such as {@code access.permit}: letters, digits, {@code . -}, at
     *     most 64
     * @param message why, safe to show to the caller
     */
    record Denied(String code, String message) implements AccessDecision {
        /** Checks the code. */
        public Denied {
            if (!code.matches("access\\.[a-z0-9.-]{1,57}")) {
                throw new InvalidValueException(
                        "access.code", "code: \"" + code + "\" (expected: access. and 1 to 57 of a-z 0-9 . -)", "");
            }
        }
    }

    /**
     * The caller may call.
     *
     * @return the decision
     */
    static AccessDecision allowed() {
        return new Allowed();
    }

    /**
     * The caller may not.
     *
     * @param code begins with {@code access.}
     * @param message why, safe to show to the caller
     * @return the decision
     * @throws InvalidValueException when the code has another form
     */
    static AccessDecision denied(String code, String message) {
        return new Denied(code, message);
    }
}
