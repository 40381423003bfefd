package io.github.bittensor4j.localnet;

import io.github.bittensor4j.core.BittensorException;
import org.jspecify.annotations.Nullable;

/**
 * A local chain that can not start or go on: its port is taken ({@code localnet.port}), its state directory is in use
 * ({@code localnet.state.locked}), damaged ({@code localnet.state.corrupted}), of another build ({@code localnet.state.version}) or can
 * not be read or written ({@code localnet.state.io}), or it was asked for what its block time does not allow ({@code localnet.time}).
 */
public final class LocalnetException extends BittensorException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the error.
     *
     * @param code which of them
     * @param message what was wrong
     * @param hint what to do
     * @param cause what led to it, or null
     */
    public LocalnetException(String code, String message, String hint, @Nullable Throwable cause) {
        super(code, false, message, hint, cause);
    }
}
