package io.github.bittensor4j.neuron;

import io.github.bittensor4j.core.BittensorException;
import org.jspecify.annotations.Nullable;

/** What goes wrong in the life of a neuron: no seat, a seat lost, scores that can not be kept. */
public class NeuronException extends BittensorException {
    private static final long serialVersionUID = 1L;

    NeuronException(String code, boolean retryable, String message, String hint) {
        this(code, retryable, message, hint, null);
    }

    NeuronException(String code, boolean retryable, String message, String hint, @Nullable Throwable cause) {
        super(code, retryable, message, hint, cause);
    }
}
