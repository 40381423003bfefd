package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.subtensor.reads.Reads;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The chain as it was after one block. All reads are of that block and by the metadata of its time, so that they fit together and old
 * blocks are read rightly. Safe for many threads; lives as long as its {@link Subtensor}.
 *
 * <p>Nodes other than archive nodes keep the state of some 256 blocks; older blocks end in a {@link NodeException} that says so.
 */
public final class ChainState {
    private final Chain chain;
    private final BlockRef block;
    private volatile Chain.@Nullable Runtime stored;
    private volatile Chain.@Nullable Runtime answering;

    ChainState(Chain chain, BlockRef block) {
        this.chain = chain;
        this.block = block;
    }

    /**
     * Which block this is.
     *
     * @return as given
     */
    public BlockRef block() {
        return block;
    }

    /**
     * The runtime that answers runtime calls at this block. In a block that upgrades the runtime it is the new one, while what the block
     * stored is still laid out by the old one; the reads here know.
     *
     * @return its metadata
     */
    public Metadata metadata() {
        return answering().metadata();
    }

    private Chain.Runtime answering() {
        Chain.Runtime known = answering;
        if (known == null) {
            known = chain.runtimeAt(block.hash());
            answering = known;
        }
        return known;
    }

    /** An upgrade's code is stored at the end of its block, and its migrations run in the next: the parent's runtime laid it out. */
    Metadata stored() {
        Chain.Runtime known = stored;
        if (known == null) {
            known = block.number() == 0 ? answering() : chain.runtimeAt(chain.parent(block));
            stored = known;
        }
        return known.metadata();
    }

    /**
     * The chain at another height of the best chain.
     *
     * @param number a height
     * @return its state; empty above the newest block
     */
    public Optional<ChainState> at(long number) {
        return number == block.number()
                ? Optional.of(this)
                : chain.blockHash(number).map(hash -> new ChainState(chain, new BlockRef(number, hash)));
    }

    /**
     * The catalogue of reads, all of this block.
     *
     * @return typed reads, one small reader a family
     */
    public Reads reads() {
        return new Reads(() -> this);
    }

    /**
     * Whether the runtime of that time stores something.
     *
     * @param pallet such as {@code SubtensorModule}
     * @param item such as {@code Tempo}
     * @return false when the pallet or the item is not there
     */
    public boolean hasStorage(String pallet, String item) {
        return stored().hasStorage(pallet, item);
    }

    /**
     * Reads one value of storage.
     *
     * @param pallet such as {@code SubtensorModule}
     * @param item such as {@code Tempo}
     * @param keys all its keys, as plain values
     * @return the value; the item's default where nothing is stored; empty for optional items
     * @throws ChainException with code {@code metadata.unknown} when the runtime has no such item
     * @throws CodecException when the keys do not fit
     */
    public Optional<Object> query(String pallet, String item, Object... keys) {
        return chain.query(stored(), block.hash(), pallet, item, keys);
    }

    /**
     * Reads many values of one item with few requests.
     *
     * @param pallet such as {@code System}
     * @param item such as {@code Account}
     * @param keys the keys of each value
     * @return the values in the order of their keys, each as {@link #query} gives it
     * @throws ChainException with code {@code metadata.unknown} when the runtime has no such item
     * @throws CodecException when the keys do not fit
     */
    public List<Optional<Object>> queryMany(String pallet, String item, List<Object[]> keys) {
        return chain.queryMany(stored(), block.hash(), pallet, item, keys);
    }

    /**
     * Reads one value each of several items of a pallet with one request.
     *
     * @param pallet such as {@code SubtensorModule}
     * @param keysByItem all keys of each item
     * @return by item, each as {@link #query} gives it; items that the runtime does not have are left out
     * @throws CodecException when the keys do not fit
     */
    public Map<String, Optional<Object>> queryEach(String pallet, Map<String, List<Object>> keysByItem) {
        return chain.queryEach(stored(), block.hash(), pallet, keysByItem);
    }

    /**
     * Reads a storage map as it is walked through, a page of 512 entries at a time: no more than a page is ever held.
     *
     * @param pallet such as {@code SubtensorModule}
     * @param item such as {@code Keys}
     * @param firstKeys keys that all entries begin with; none for the whole map
     * @return its entries in the chain's order, not parallel; asks the node while it is consumed
     * @throws ChainException with code {@code metadata.unknown} when the runtime has no such item; later, when the node fails
     */
    public Stream<MapEntry> entries(String pallet, String item, Object... firstKeys) {
        return chain.entries(stored(), block.hash(), pallet, item, firstKeys);
    }

    /**
     * Reads all values of a storage map.
     *
     * @param pallet such as {@code SubtensorModule}
     * @param item such as {@code NetworksAdded}
     * @param firstKeys keys that all entries begin with; none for the whole map
     * @return all keys of each entry and its value, in the chain's order; at most 2^20 entries
     * @throws ChainException with code {@code metadata.unknown} when the runtime has no such item; with {@code chain.map} when it has more
     *     entries
     */
    public Map<List<Object>, Object> queryMap(String pallet, String item, Object... firstKeys) {
        return chain.queryMap(stored(), block.hash(), pallet, item, firstKeys);
    }

    /**
     * A constant of the runtime of that time.
     *
     * @param pallet such as {@code Balances}
     * @param name such as {@code ExistentialDeposit}
     * @return its value, plain
     * @throws ChainException with code {@code metadata.unknown} when there is none
     */
    public Object constant(String pallet, String name) {
        return metadata().constant(pallet, name);
    }

    /**
     * Asks the runtime of that time. Runtimes before spec 233 say only that they answer bytes; those about delegates, neurons, stakes and
     * settings are read by the layout that these runtimes had.
     *
     * @param api such as {@code SubnetInfoRuntimeApi}
     * @param method such as {@code get_dynamic_info}
     * @param arguments in the runtime's order, as plain values
     * @return its answer, plain
     * @throws ChainException with code {@code metadata.unknown} when the runtime does not offer it
     */
    public Object runtimeCall(String api, String method, Object... arguments) {
        return chain.runtimeCall(metadata(), block.hash(), api, method, arguments);
    }

    /**
     * Asks the runtime of that time for a list of structs.
     *
     * @param api such as {@code NeuronInfoRuntimeApi}
     * @param method such as {@code get_neurons_lite}
     * @param arguments in the runtime's order, as plain values
     * @return its answer, one column for each field
     * @throws ChainException with code {@code metadata.unknown} when the runtime does not offer it
     * @throws CodecException with code {@code columns.type} when it answers something else than a list of structs
     */
    public Columns columns(String api, String method, Object... arguments) {
        return chain.columns(metadata(), block.hash(), api, method, arguments);
    }

    /**
     * What happened in the block.
     *
     * @return its events, in order
     */
    public List<ChainEvent> events() {
        return chain.events(stored(), block);
    }

    /**
     * What the block holds.
     *
     * @return its extrinsics, in order; empty for those that its runtime's metadata does not explain
     */
    public List<Optional<Extrinsic>> extrinsics() {
        return chain.extrinsics(stored(), block);
    }

    /**
     * All neurons of a subnet.
     *
     * @param netuid the subnet
     * @return as {@link Subtensor#metagraph(Netuid)} reads them
     * @throws ChainException with code {@code chain.subnet} when it does not exist
     */
    public Metagraph metagraph(Netuid netuid) {
        return metagraphColumns(netuid).toMetagraph();
    }

    /**
     * All neurons of a subnet as arrays.
     *
     * @param netuid the subnet
     * @return one column for each thing known of a neuron
     * @throws ChainException with code {@code chain.subnet} when it does not exist
     */
    public MetagraphColumns metagraphColumns(Netuid netuid) {
        return new SubnetReader(this).metagraph(netuid);
    }

    /**
     * The settings of a subnet.
     *
     * @param netuid the subnet
     * @return its settings
     * @throws ChainException with code {@code chain.subnet} when it does not exist
     */
    public SubnetHyperparameters hyperparameters(Netuid netuid) {
        return new SubnetReader(this).hyperparameters(netuid);
    }

    /**
     * What a coldkey has staked on a hotkey of a subnet.
     *
     * @param hotkey who is backed
     * @param coldkey who backs
     * @param netuid the subnet
     * @return in the subnet's alpha; on root it is TAO by another name
     */
    public Alpha stake(AccountId hotkey, AccountId coldkey, Netuid netuid) {
        return new SubnetReader(this).stake(hotkey, coldkey, netuid);
    }

    /**
     * What {@link Subtensor#setWeights} would send at this block, or why nothing. Nothing is committed by hash: where the subnet hides
     * weights they are sealed.
     *
     * @param netuid the subnet
     * @param hotkey the validator's
     * @param weights of any scale, by seat, not negative
     * @param options version, mechanism and the like
     * @return the call, or what stands in its way
     * @throws io.github.bittensor4j.core.InvalidValueException when a weight is negative or not a number
     * @throws ChainException with code {@code chain.subnet} when the subnet does not exist
     */
    public WeightsDecision weights(Netuid netuid, AccountId hotkey, Map<Uid, Double> weights, WeightsOptions options) {
        return new WeightSetting(chain, block, netuid, hotkey, options).decide(weights);
    }

    /**
     * The same for weights that are sent as they are, neither scaled nor cut.
     *
     * @param netuid the subnet
     * @param hotkey the validator's
     * @param exact the numbers
     * @param options version, mechanism and the like
     * @return the call, or what stands in its way
     * @throws ChainException with code {@code chain.subnet} when the subnet does not exist
     */
    public WeightsDecision weights(Netuid netuid, AccountId hotkey, WeightVector exact, WeightsOptions options) {
        return new WeightSetting(chain, block, netuid, hotkey, options).decide(exact);
    }

    /**
     * The reveal of weights that were committed by hash, if the chain takes it in the next block.
     *
     * @param netuid the subnet
     * @param hotkey who committed
     * @param weights exactly what was committed
     * @param salt as it was committed
     * @param options version and mechanism as they were committed
     * @return the call, or what stands in its way, and from when it is taken
     */
    public WeightsDecision reveal(
            Netuid netuid, AccountId hotkey, WeightVector weights, List<Integer> salt, WeightsOptions options) {
        return new WeightSetting(chain, block, netuid, hotkey, options).decideReveal(weights, salt);
    }
}
