package io.github.bittensor4j.neuron;

/**
 * A neuron that stopped because its uid is no longer its own: its hotkey was pruned from the subnet, or now sits on another uid. Nothing
 * was written to the chain after that was seen. Code {@code neuron.seat_lost}.
 */
public final class SeatLostException extends NeuronException {
    private static final long serialVersionUID = 1L;

    SeatLostException(String message) {
        super(
                "neuron.seat_lost",
                false,
                message,
                "Register the hotkey again, with a highest price if the neuron shall do it, and start the neuron anew.");
    }
}
