package io.github.bittensor4j.core;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one root of every error that bittensor4j throws. Its message names the value, the rule and the place; {@link #code()}
 * is stable and searchable; {@link #hint()} says what to do next.
 */
public class BittensorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final boolean retryable;
    private final String hint;

    /**
     * Makes an error.
     *
     * @param code a stable identifier such as {@code ss58.checksum}: the area, a dot, the rule
     * @param retryable whether the same call may succeed later without any change by the caller
     * @param message what was wrong, with the value (never a secret)
     * @param hint what to do next, one sentence, or empty when the message says it all
     */
    public BittensorException(String code, boolean retryable, String message, String hint) {
        this(code, retryable, message, hint, null);
    }

    /**
     * Makes an error with a cause.
     *
     * @param code a stable identifier such as {@code ss58.checksum}: the area, a dot, the rule
     * @param retryable whether the same call may succeed later without any change by the caller
     * @param message what was wrong, with the value (never a secret)
     * @param hint what to do next, one sentence, or empty when the message says it all
     * @param cause what led to it, or null
     */
    public BittensorException(String code, boolean retryable, String message, String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code, "code");
        this.retryable = retryable;
        this.hint = Objects.requireNonNull(hint, "hint");
    }

    /**
     * The stable identifier of this error.
     *
     * @return such as {@code ss58.checksum}
     */
    public final String code() {
        return code;
    }

    /**
     * Whether the same call may succeed later without any change by the caller.
     *
     * @return true when a retry is safe and may help
     */
    public final boolean retryable() {
        return retryable;
    }

    /**
     * What to do next.
     *
     * @return one sentence, or empty
     */
    public final String hint() {
        return hint;
    }

    /** Message, code and remedy: all that a log or a stack trace needs to say. */
    @Override
    public String toString() {
        return getClass().getName() + ": " + getMessage() + " [" + code + "]" + (hint.isEmpty() ? "" : " " + hint);
    }
}
