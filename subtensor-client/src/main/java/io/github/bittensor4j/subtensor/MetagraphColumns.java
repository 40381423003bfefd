package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.AxonInfo;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.Uid;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * All neurons of one subnet at one block as arrays, one place for each uid: for whoever computes over all of them. {@link Metagraph}
 * holds the same as objects. Immutable; arrays are given out as copies.
 */
public final class MetagraphColumns {
    /** A number that every neuron has. */
    public enum Number {
        /** What counts for consensus: alpha and weighted TAO together, in rao, as unsigned bits. */
        STAKE_WEIGHT,
        /** Alpha staked to the hotkey on this subnet, in rao of alpha, as unsigned bits. */
        ALPHA_STAKE,
        /** The miner's share, 0 to 65535. */
        INCENTIVE,
        /** The validator's share, 0 to 65535. */
        DIVIDENDS,
        /** The stake-weighted median of its weights, 0 to 65535. */
        CONSENSUS,
        /** How much of its weights survived clipping, 0 to 65535. */
        VALIDATOR_TRUST,
        /** Alpha of the last epoch, in rao of alpha, as unsigned bits. */
        EMISSION,
        /** The block of its last weights. */
        LAST_UPDATE,
        /** The block of its registration. */
        REGISTERED_AT
    }

    private final Netuid netuid;
    private final BlockRef block;
    private final int tempo;
    private final List<AccountId> hotkeys;
    private final List<AccountId> coldkeys;
    private final List<Optional<AxonInfo>> axons;
    private final boolean[] active;
    private final boolean[] permits;
    private final Map<Number, long[]> numbers = new EnumMap<>(Number.class);

    /** Arrays are not copied. */
    MetagraphColumns(
            Netuid netuid,
            BlockRef block,
            int tempo,
            List<AccountId> hotkeys,
            List<AccountId> coldkeys,
            List<Optional<AxonInfo>> axons,
            boolean[] active,
            boolean[] permits,
            Map<Number, long[]> numbers) {
        this.netuid = netuid;
        this.block = block;
        this.tempo = tempo;
        this.hotkeys = List.copyOf(hotkeys);
        this.coldkeys = List.copyOf(coldkeys);
        this.axons = List.copyOf(axons);
        this.active = active;
        this.permits = permits;
        for (Number number : Number.values()) {
            this.numbers.put(number, numbers.getOrDefault(number, new long[hotkeys.size()]));
        }
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
     * When it was read.
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
     * How many neurons there are.
     *
     * @return the length of every column
     */
    public int size() {
        return hotkeys.size();
    }

    /**
     * Who sits there.
     *
     * @return by uid
     */
    public List<AccountId> hotkeys() {
        return hotkeys;
    }

    /**
     * Who owns them.
     *
     * @return by uid
     */
    public List<AccountId> coldkeys() {
        return coldkeys;
    }

    /**
     * Where their axons are; empty for those that publish none.
     *
     * @return by uid
     */
    public List<Optional<AxonInfo>> axons() {
        return axons;
    }

    /**
     * Whether they set weights lately.
     *
     * @return by uid, a copy
     */
    public boolean[] active() {
        return active.clone();
    }

    /**
     * Whether they may set weights.
     *
     * @return by uid, a copy
     */
    public boolean[] validatorPermits() {
        return permits.clone();
    }

    /**
     * One of their numbers.
     *
     * @param number which
     * @return by uid, a copy; zeros where the runtime no longer has it
     */
    public long[] numbers(Number number) {
        return Objects.requireNonNull(numbers.get(number)).clone();
    }

    /**
     * The same as objects.
     *
     * @return one neuron for each uid
     */
    public Metagraph toMetagraph() {
        List<NeuronInfo> neurons = new ArrayList<>(size());
        for (int i = 0; i < size(); i++) {
            neurons.add(new NeuronInfo(
                    Uid.of(i),
                    hotkeys.get(i),
                    coldkeys.get(i),
                    active[i],
                    axons.get(i),
                    permits[i],
                    at(Number.STAKE_WEIGHT, i),
                    Alpha.ofRao(netuid, at(Number.ALPHA_STAKE, i)),
                    (int) at(Number.INCENTIVE, i),
                    (int) at(Number.DIVIDENDS, i),
                    (int) at(Number.CONSENSUS, i),
                    (int) at(Number.VALIDATOR_TRUST, i),
                    Alpha.ofRao(netuid, at(Number.EMISSION, i)),
                    at(Number.LAST_UPDATE, i),
                    at(Number.REGISTERED_AT, i)));
        }
        return new Metagraph(netuid, block, tempo, neurons);
    }

    private long at(Number number, int uid) {
        return Objects.requireNonNull(numbers.get(number))[uid];
    }
}
