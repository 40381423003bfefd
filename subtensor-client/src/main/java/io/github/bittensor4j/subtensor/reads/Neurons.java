package io.github.bittensor4j.subtensor.reads;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.subtensor.ChainState;
import io.github.bittensor4j.subtensor.internal.Answer;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads of neurons and of hotkeys. */
public final class Neurons extends Family {
    private static final String API = "NeuronInfoRuntimeApi";
    private static final String ALPHA = "TotalHotkeyAlpha";

    Neurons(Supplier<ChainState> source) {
        super(source);
    }

    /**
     * A neuron.
     *
     * @param uid its seat
     * @param hotkey who sits there
     * @param coldkey who owns it
     * @param active whether it set weights lately
     * @param validatorPermit whether it may set weights
     * @param lastUpdate the block of its last weights
     * @param totalStake its stake on the subnet
     * @param raw everything, by the runtime's names and as it describes it
     */
    public record Neuron(
            Uid uid,
            AccountId hotkey,
            AccountId coldkey,
            boolean active,
            boolean validatorPermit,
            long lastUpdate,
            Alpha totalStake,
            Map<String, Object> raw) {
        /** Copies the map. */
        public Neuron {
            raw = Collections.unmodifiableMap(new LinkedHashMap<>(raw));
        }
    }

    /**
     * A neuron's account on the chain's EVM.
     *
     * @param evmAddress 20 bytes, 0x and hex
     * @param block when it was associated
     */
    public record EvmKey(String evmAddress, long block) {}

    private static Neuron neuron(Netuid netuid, Answer n) {
        BigInteger stake =
                n.get("stake").list().stream().map(s -> s.get(1).big()).reduce(BigInteger.ZERO, BigInteger::add);
        Map<String, Object> raw = new LinkedHashMap<>();
        n.map().forEach((name, value) -> raw.put(String.valueOf(name), value));
        return new Neuron(
                n.get("uid").uid(),
                n.get("hotkey").account(),
                n.get("coldkey").account(),
                n.get("active").flag(),
                n.get("validator_permit").flag(),
                n.get("last_update").number(),
                new Answer("stake", stake).alpha(netuid),
                raw);
    }

    /** Runtime 218 looks for stake where it no longer is, and finds none. */
    private static List<Neuron> staked(At at, Netuid netuid, List<Neuron> neurons) {
        if (!at.has(ALPHA)) {
            return neurons;
        }
        List<Optional<Answer>> stakes = at.many(
                At.MODULE,
                ALPHA,
                neurons.stream().map(n -> new Object[] {n.hotkey(), netuid}).toList());
        List<Neuron> all = new ArrayList<>();
        for (int i = 0; i < neurons.size(); i++) {
            Neuron n = neurons.get(i);
            all.add(new Neuron(
                    n.uid(),
                    n.hotkey(),
                    n.coldkey(),
                    n.active(),
                    n.validatorPermit(),
                    n.lastUpdate(),
                    stakes.get(i).map(stake -> stake.alpha(netuid)).orElse(n.totalStake()),
                    n.raw()));
        }
        return List.copyOf(all);
    }

    /**
     * All neurons of a subnet, by one call; {@link ChainState#metagraph} has them without what is only in {@code raw}, in less memory.
     *
     * @param netuid the subnet
     * @param lite whether without weights and bonds, which are by far the larger part
     * @return by seat
     */
    @Listed("Every neuron of a subnet, by one call.")
    public List<Neuron> neurons(@Arg("netuid") Netuid netuid, @Arg(value = "lite", otherwise = "true") boolean lite) {
        return read("neurons", at -> {
            at.subnet(netuid);
            List<Neuron> all = at.call(API, lite ? "get_neurons_lite" : "get_neurons", netuid).list().stream()
                    .map(n -> neuron(netuid, n))
                    .sorted(Comparator.comparing(Neuron::uid))
                    .toList();
            return all.stream().allMatch(n -> n.totalStake().isZero()) ? staked(at, netuid, all) : all;
        });
    }

    /**
     * Who owns a hotkey.
     *
     * @param hotkey which
     * @return its coldkey; empty when nobody does
     */
    @Listed("The coldkey that owns a hotkey.")
    public Optional<AccountId> hotkeyOwner(@Arg("hotkey_ss58") AccountId hotkey) {
        return read("hotkey_owner", at -> at.value(At.MODULE, "Owner", hotkey).somebody());
    }

    /**
     * The hotkeys that a coldkey owns.
     *
     * @param coldkey who
     * @return in the chain's order
     */
    @Listed("Every hotkey that a coldkey owns.")
    public List<AccountId> ownedHotkeys(@Arg("coldkey_ss58") AccountId coldkey) {
        return read(
                "owned_hotkeys",
                at -> at.value(At.MODULE, "OwnedHotkeys", coldkey).list().stream()
                        .map(Answer::account)
                        .toList());
    }

    /**
     * Where a hotkey has a seat.
     *
     * @param hotkey who
     * @return the subnets, ascending
     */
    @Listed("The subnets on which a hotkey has a seat.")
    public List<Netuid> netuidsForHotkey(@Arg("hotkey_ss58") AccountId hotkey) {
        return read(
                "netuids_for_hotkey",
                at -> at.entries(At.MODULE, "IsNetworkMember", hotkey)
                        .filter(e -> e.value().flag())
                        .map(e -> e.key(0).netuid())
                        .sorted()
                        .toList());
    }

    /**
     * The seat of a hotkey on a subnet.
     *
     * @param hotkey who
     * @param netuid the subnet
     * @return empty when it has none
     */
    @Listed("The seat of a hotkey on a subnet.")
    public Optional<Uid> uid(@Arg("hotkey_ss58") AccountId hotkey, @Arg("netuid") Netuid netuid) {
        return read("uid", at -> at.find(At.MODULE, "Uids", netuid, hotkey).map(Answer::uid));
    }

    /**
     * The EVM account of a neuron.
     *
     * @param netuid the subnet
     * @param uid its seat
     * @return empty when it has associated none
     */
    @Listed("The EVM account that a neuron has associated, and when.")
    public Optional<EvmKey> associatedEvmKey(@Arg("netuid") Netuid netuid, @Arg("uid") Uid uid) {
        return read(
                "associated_evm_key",
                at -> at.find(At.MODULE, "AssociatedEvmAddress", netuid, uid)
                        .map(e -> new EvmKey(e.get(0).hex(), e.get(1).number())));
    }
}
