package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.NeuronInfo;
import java.util.Optional;

/**
 * In which order calls wait for a handler: the higher rank first, among equals the earlier arrival. When the queue is full, a new call
 * takes the place of the lowest that waits ({@code limit.busy} for that one) if it ranks higher, else it is refused itself. Nobody waits
 * beyond its call's deadline, whatever its rank.
 *
 * <p>Asked on a thread of the network with the snapshot that decides about access, so it must not wait; it should not throw, which refuses
 * the call. When the queue is full it is asked before the signature is checked as well: by that a call may be refused, never let in.
 */
@FunctionalInterface
public interface Priority {
    /**
     * Ranks a caller.
     *
     * @param hotkey who calls
     * @param neuron its neuron on this subnet; empty when it is not registered or no metagraph is at hand, which happens with an open
     *     policy and for callers on the allow list
     * @return any number
     */
    long rank(AccountId hotkey, Optional<NeuronInfo> neuron);

    /**
     * By the chain's stake weight on this subnet. Who is no neuron of it ranks as one without stake, also when on the allow list.
     *
     * @return the order that holds unless told otherwise
     */
    static Priority byStake() {
        // the chain's numbers are unsigned; what does not fit is the most
        return (hotkey, neuron) -> neuron.map(NeuronInfo::stakeWeight)
                .map(weight -> weight < 0 ? Long.MAX_VALUE : weight)
                .orElse(0L);
    }

    /**
     * All alike, so first come, first served.
     *
     * @return an order without ranks
     */
    static Priority firstCome() {
        return (hotkey, neuron) -> 0;
    }
}
