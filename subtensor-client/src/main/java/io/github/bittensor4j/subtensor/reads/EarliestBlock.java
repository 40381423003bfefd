package io.github.bittensor4j.subtensor.reads;

import java.util.Optional;

/**
 * From which block on the chain takes an action, as far as its waiting time goes: what else may stand in the way is not looked at.
 *
 * @param block the block this is of
 * @param earliestBlock the first block in which the action is taken; the next one when nothing holds it back; empty when no waiting
 *     leads there
 * @param reason what holds it back, by the names of what the chain stores; empty when nothing does
 */
public record EarliestBlock(long block, Optional<Long> earliestBlock, String reason) {
    /**
     * Whether the action is taken in the next block.
     *
     * @return true when nothing holds it back
     */
    public boolean open() {
        return earliestBlock.isPresent() && earliestBlock.get() <= block + 1;
    }
}
