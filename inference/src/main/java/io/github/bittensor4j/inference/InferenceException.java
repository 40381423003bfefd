package io.github.bittensor4j.inference;

import io.github.bittensor4j.core.BittensorException;
import org.jspecify.annotations.Nullable;

/**
 * A prediction that did not come about: the engine could not start, the model failed on the row, the deadline passed, or the pool was
 * closed. Too many questions at once is its own type, {@link BusyException}.
 */
public class InferenceException extends BittensorException {
    private static final long serialVersionUID = 1L;

    InferenceException(String code, boolean retryable, String message, String hint, @Nullable Throwable cause) {
        super(code, retryable, message, hint, cause);
    }
}
