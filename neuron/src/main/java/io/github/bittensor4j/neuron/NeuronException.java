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

    /** The same error for a terminal: message and remedy on one line, and no stack trace, since nothing in the program is at fault. */
    static NeuronException forTerminal(BittensorException e) {
        String remedy = e.hint().isEmpty() ? "" : ": " + e.hint();
        return new NeuronException(e.code(), e.retryable(), e.getMessage() + remedy, e.hint()) {
            private static final long serialVersionUID = 1L;

            @Override
            public synchronized Throwable fillInStackTrace() {
                return this;
            }

            @Override
            public String toString() {
                return code() + ": " + getMessage();
            }
        };
    }
}
