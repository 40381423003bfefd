package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.BittensorException;
import org.jspecify.annotations.Nullable;

/**
 * The node could not be reached, did not answer in time, answered with an error, or answered what can not be understood. Codes: {@code
 * chain.unreachable}, {@code chain.identity} (every node given is of another chain), {@code chain.lost}, {@code chain.deadline}, {@code
 * chain.busy}, {@code chain.answer}, {@code chain.closed}, {@code chain.interrupted} (the thread's interrupt flag stays set), {@code
 * chain.subnet}, {@code metadata.unknown}, and those of {@link NodeException}.
 */
public class ChainException extends BittensorException {
    private static final long serialVersionUID = 1L;

    /**
     * For this library's own use.
     *
     * @param code one of those above
     * @param retryable whether the same may well succeed later
     * @param message what was asked and what came
     * @param hint what to do about it; empty for nothing
     */
    public ChainException(String code, boolean retryable, String message, String hint) {
        this(code, retryable, message, hint, null);
    }

    /**
     * For this library's own use.
     *
     * @param code one of those above
     * @param retryable whether the same may well succeed later
     * @param message what was asked and what came
     * @param hint what to do about it; empty for nothing
     * @param cause what went wrong; null for nothing
     */
    public ChainException(String code, boolean retryable, String message, String hint, @Nullable Throwable cause) {
        super(code, retryable, message, hint, cause);
    }

    static ChainException closed() {
        return new ChainException("chain.closed", false, "this connection to the chain was closed", "");
    }

    static ChainException interrupted(String what) {
        Thread.currentThread().interrupt();
        return new ChainException("chain.interrupted", true, "interrupted while waiting for " + what, "");
    }
}
