package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.BittensorException;
import org.jspecify.annotations.Nullable;

/**
 * The node could not be reached, did not answer in time, answered with an error, or answered what can not be understood. Its codes:
 *
 * <ul>
 *   <li>{@code chain.unreachable}: no connection came about in time; the message tells the last trouble of each endpoint
 *   <li>{@code chain.identity}: every node given is of another chain
 *   <li>{@code chain.lost}: every connection broke while this was asked
 *   <li>{@code chain.deadline}: connected, and no answer in time
 *   <li>{@code chain.busy}: more was asked at once, or in a second, than the options allow
 *   <li>{@code chain.answer}: an answer that is not what was asked for, or not of a node of this family
 *   <li>{@code chain.closed}: by {@link Subtensor#close()}
 *   <li>{@code chain.interrupted}: the thread was; its interrupt flag stays set
 *   <li>{@code chain.subnet}: there is no such subnet
 *   <li>{@code chain.map}: a storage map has more than 2^20 entries
 *   <li>{@code metadata.unknown}: this runtime has no such call, item, constant or method
 *   <li>{@code shield.unavailable}: the chain announces no key for sealed extrinsics
 *   <li>{@code weights.file}: the folder of reveals can not be read or written
 *   <li>{@code node.}NUMBER: the node's own error, a {@link NodeException}
 * </ul>
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

    /** For the thread that gets it, with its own stack. */
    ChainException again() {
        return new ChainException(code(), retryable(), String.valueOf(getMessage()), hint(), this);
    }
}
