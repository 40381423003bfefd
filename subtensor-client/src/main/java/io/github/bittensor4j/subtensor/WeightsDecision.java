package io.github.bittensor4j.subtensor;

import java.util.Optional;

/** What setting weights would send, or why nothing: the decision of {@link Subtensor#setWeights} without its sending. */
public sealed interface WeightsDecision permits WeightsDecision.Ready, WeightsOutcome.Held {
    /**
     * This would be sent.
     *
     * @param call to be signed by the hotkey
     * @param weights what it says, or hides
     * @param reveal how they come to light; empty for weights in the open
     */
    record Ready(Call call, WeightVector weights, Optional<WeightsOutcome.Reveal> reveal) implements WeightsDecision {}
}
