package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.BittensorException;
import org.jspecify.annotations.Nullable;

/** The node could not be reached, did not answer in time, answered with an error, or answered what can not be understood. */
public class ChainException extends BittensorException {
    private static final long serialVersionUID = 1L;

    ChainException(String code, boolean retryable, String message, String hint) {
        this(code, retryable, message, hint, null);
    }

    ChainException(String code, boolean retryable, String message, String hint, @Nullable Throwable cause) {
        super(code, retryable, message, hint, cause);
    }
}
