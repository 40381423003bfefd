package io.github.bittensor4j.neuron;

/**
 * A neuron that has no seat on its subnet and may not or could not take one: {@code neuron.not_registered} when no highest price was
 * given, {@code neuron.registration_price} when the seat costs more than that, {@code neuron.registration_refused} when the chain refused.
 */
public final class RegistrationException extends NeuronException {
    private static final long serialVersionUID = 1L;

    RegistrationException(String code, boolean retryable, String message, String hint) {
        super(code, retryable, message, hint);
    }
}
