package io.github.bittensor4j.neuron;

import java.util.OptionalLong;

/**
 * Where a validator stands with its weights. None of these states is a fault: each says what is waited for.
 *
 * @param state the state
 * @param dueBlock the block from which the next weights may be set, as far as it is known
 * @param lastSetBlock the block of the last weights that the chain shows for this validator
 * @param detail the reason in one sentence
 */
public record WeightsStatus(State state, OptionalLong dueBlock, OptionalLong lastSetBlock, String detail) {

    /** What is waited for. */
    public enum State {
        /** The due block has not come yet. */
        WAITING,
        /** Due, and being submitted or followed to a block. */
        SUBMITTING,
        /** No miner has a score above zero, or fewer than the subnet asks for: the validator abstains. */
        ABSTAINING,
        /** The chain has not given this neuron a validator permit. */
        NO_PERMIT,
        /** The chain refused the last weights by name; they are tried again at the due block. */
        REFUSED,
        /** The fate of the last weights is not known; the chain is watched before they are sent again. */
        UNKNOWN
    }
}
