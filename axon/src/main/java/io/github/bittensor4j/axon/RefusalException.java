package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.InvalidValueException;

/**
 * A handler's own refusal of a call. Unlike every other exception of a handler its code and message reach the caller, so they must hold
 * nothing private.
 */
public class RefusalException extends BittensorException {
    private static final long serialVersionUID = 1L;

    /**
     * Refuses a call.
     *
     * @param code a stable identifier, lower case, such as {@code prompt.too-long}: letters, digits, {@code . -}, at most 64
     * @param retryable whether the same question may be answered later
     * @param message why, for the caller to read
     * @throws InvalidValueException when the code has another form
     */
    public RefusalException(String code, boolean retryable, String message) {
        super(code, retryable, message, "");
        if (!code.matches("[a-z0-9.-]{1,64}")) {
            throw new InvalidValueException(
                    "refusal.code", "refusal code: \"" + code + "\" (expected: 1 to 64 of a-z 0-9 . -)", "");
        }
    }

    /**
     * The handler has no room for this call now: code {@code limit.busy}, retryable.
     *
     * @param message why, for the caller to read
     * @return to be thrown
     */
    public static RefusalException busy(String message) {
        return new RefusalException("limit.busy", true, message);
    }

    /**
     * The question breaks a rule of this handler: code {@code call.invalid}, not retryable.
     *
     * @param message which rule, for the caller to read
     * @return to be thrown
     */
    public static RefusalException invalid(String message) {
        return new RefusalException("call.invalid", false, message);
    }
}
