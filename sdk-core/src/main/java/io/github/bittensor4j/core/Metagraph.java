package io.github.bittensor4j.core;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All neurons of one subnet at one block. An immutable snapshot: keep one for the whole of a decision. */
public final class Metagraph {
    private final Netuid netuid;
    private final BlockRef block;
    private final int tempo;
    private final List<NeuronInfo> neurons;
    private final Map<AccountId, NeuronInfo> byHotkey;

    /**
     * Makes a snapshot.
     *
     * @param netuid the subnet
     * @param block when it was taken
     * @param tempo the blocks from one epoch to the next
     * @param neurons every neuron, in the order of their uids
     */
    public Metagraph(Netuid netuid, BlockRef block, int tempo, Collection<NeuronInfo> neurons) {
        this.netuid = netuid;
        this.block = block;
        this.tempo = tempo;
        this.neurons = List.copyOf(neurons);
        Map<AccountId, NeuronInfo> index = new HashMap<>();
        this.neurons.forEach(n -> index.put(n.hotkey(), n));
        this.byHotkey = Collections.unmodifiableMap(index);
    }

    /**
     * The subnet.
     *
     * @return its number
     */
    public Netuid netuid() {
        return netuid;
    }

    /**
     * When the snapshot was taken.
     *
     * @return the block
     */
    public BlockRef block() {
        return block;
    }

    /**
     * The blocks from one epoch to the next.
     *
     * @return the subnet's tempo
     */
    public int tempo() {
        return tempo;
    }

    /**
     * Every neuron, in the order of their uids.
     *
     * @return an unmodifiable list
     */
    public List<NeuronInfo> neurons() {
        return neurons;
    }

    /**
     * The neuron of a hotkey.
     *
     * @param hotkey the identity
     * @return the neuron, or empty when the hotkey is not registered on this subnet
     */
    public Optional<NeuronInfo> neuron(AccountId hotkey) {
        return Optional.ofNullable(byHotkey.get(hotkey));
    }

    /**
     * The neuron on a seat.
     *
     * @param uid the seat
     * @return the neuron, or empty when nobody sits there
     */
    public Optional<NeuronInfo> neuron(Uid uid) {
        // uids are dense on the chain, so the list position is the first guess
        if (uid.value() < neurons.size() && neurons.get(uid.value()).uid().equals(uid)) {
            return Optional.of(neurons.get(uid.value()));
        }
        return neurons.stream().filter(n -> n.uid().equals(uid)).findFirst();
    }
}
