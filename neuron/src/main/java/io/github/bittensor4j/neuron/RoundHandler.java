package io.github.bittensor4j.neuron;

/** What a validator does in one round: ask, judge, score. */
@FunctionalInterface
public interface RoundHandler {
    /**
     * Runs one round. Rounds of one validator never overlap. When this throws, the round moves no score and the validator goes on
     * with the next one.
     *
     * @param round the metagraph to look at, the miners to ask and the scores to give
     * @throws Exception anything; it is reported as {@link NeuronEvent.Kind#ROUND_FAILED}
     */
    void run(Round round) throws Exception;
}
