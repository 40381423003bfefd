package io.github.bittensor4j.neuron;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.dendrite.QueryOutcome;
import java.util.Optional;

/**
 * What came of asking one miner in a round.
 *
 * @param neuron the miner as the round's metagraph shows it
 * @param outcome answered, refused, timed out, unreachable or invalid
 * @param <R> the answer
 */
public record MinerOutcome<R>(NeuronInfo neuron, QueryOutcome<R> outcome) {
    /**
     * The miner's seat.
     *
     * @return its uid, the one to score
     */
    public Uid uid() {
        return neuron.uid();
    }

    /**
     * The miner's identity.
     *
     * @return its hotkey
     */
    public AccountId hotkey() {
        return neuron.hotkey();
    }

    /**
     * The answer, if there is one.
     *
     * @return the answer, or empty for every other outcome
     */
    public Optional<R> answer() {
        return outcome.answerOrEmpty();
    }
}
