package io.github.bittensor4j.subtensor;

import java.util.Optional;
import java.util.OptionalLong;

/** What came of setting weights: either nothing was sent, and why, or they were sent, and what became of them. */
public sealed interface WeightsOutcome {
    /**
     * Nothing was sent, because the chain would have refused it or there is nothing to say.
     *
     * @param code a stable identifier: {@code weights.none} (no positive weight), {@code weights.few} (fewer than the subnet wants),
     *     {@code weights.too-soon}, {@code weights.version}, {@code weights.unregistered}, {@code weights.permit},
     *     {@code weights.commit} (nothing of these weights was committed), {@code weights.reveal} (not yet, or no longer),
     *     {@code weights.uid} (a seat that nobody has), {@code weights.mechanism}, {@code weights.hidden} (the subnet hides weights in
     *     a way that this runtime or these options do not offer)
     * @param message the value, the rule and what to do
     * @param fromBlock the earliest block at which trying again can help, where time alone helps
     */
    record Held(String code, String message, OptionalLong fromBlock) implements WeightsOutcome, WeightsDecision {}

    /**
     * They were sent.
     *
     * @param outcome what became of the extrinsic
     * @param weights what was sent
     * @param reveal how they come to light; empty for weights in the open, which count at once
     */
    record Sent(ExtrinsicOutcome outcome, WeightVector weights, Optional<Reveal> reveal) implements WeightsOutcome {}

    /**
     * How hidden weights come to light.
     *
     * @param fromBlock the first block in which they can; the chain's owner may move it by changing the tempo
     * @param round the drand round that opens them, by itself; empty where {@link Subtensor#revealWeights} has to show them
     */
    record Reveal(long fromBlock, OptionalLong round) {}
}
