package io.github.bittensor4j.neuron;

import org.jspecify.annotations.Nullable;

/**
 * Scores that can not be kept: {@code neuron.scores.corrupt} for a file that is damaged, {@code neuron.scores.in_use} for a file that another
 * validator holds, {@code neuron.scores.io} when reading or writing failed, {@code neuron.scores.value} for a score that is not a number of zero or more.
 */
public final class ScoresException extends NeuronException {
    private static final long serialVersionUID = 1L;

    ScoresException(String code, boolean retryable, String message, String hint, @Nullable Throwable cause) {
        super("neuron.scores." + code, retryable, message, hint, cause);
    }
}
