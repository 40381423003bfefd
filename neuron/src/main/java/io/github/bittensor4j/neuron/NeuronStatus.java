package io.github.bittensor4j.neuron;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Uid;
import java.util.Optional;

/**
 * A neuron at one moment.
 *
 * @param state where it is in its life
 * @param netuid its subnet
 * @param hotkey its identity
 * @param uid its seat, once it has one
 * @param metagraphAt the block of the newest metagraph it has seen
 * @param chainReachable whether the last look at the chain succeeded
 * @param published the endpoint that the chain shows for it, as far as it serves
 * @param weights where it stands with its weights, for a validator
 * @param detail why it stopped, or what it does, in one sentence; may be empty
 */
public record NeuronStatus(
        State state,
        Netuid netuid,
        AccountId hotkey,
        Optional<Uid> uid,
        Optional<BlockRef> metagraphAt,
        boolean chainReachable,
        Optional<Endpoint> published,
        Optional<WeightsStatus> weights,
        String detail) {

    /** Where a neuron is in its life. */
    public enum State {
        /** Looking for its seat, taking one if it may, opening its port. */
        STARTING,
        /** At work. */
        RUNNING,
        /** Taking nothing new and letting what runs finish. */
        DRAINING,
        /** Closed, or its seat is lost. */
        STOPPED
    }
}
