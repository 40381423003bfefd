package io.github.bittensor4j.localnet.internal.subtensor;

import static io.github.bittensor4j.localnet.internal.subtensor.Stakes.unsigned;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.localnet.internal.state.StorageDoubleMap;
import io.github.bittensor4j.localnet.internal.state.StorageMap;
import io.github.bittensor4j.localnet.internal.yuma.Pruning;
import io.github.bittensor4j.localnet.internal.yuma.UidValue;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The uids of a subnet: who holds which, how a newcomer gets one, whom it replaces. */
final class Neurons {
    /** Less than this share of the seats that are left may be immune when a subnet is made smaller. */
    private static final long MOST_IMMUNE_PERCENT = 80;

    private final Items items;

    Neurons(Items items) {
        this.items = items;
    }

    int count(State state, int netuid) {
        return items.uidCount.get(state, netuid);
    }

    Optional<Integer> uid(State state, int netuid, AccountId hotkey) {
        return items.uids.find(state, netuid, hotkey);
    }

    AccountId hotkey(State state, int netuid, int uid) {
        return items.keys.get(state, netuid, uid);
    }

    List<AccountId> hotkeys(State state, int netuid) {
        List<AccountId> result = new ArrayList<>();
        for (int uid = 0; uid < count(state, netuid); uid++) {
            result.add(hotkey(state, netuid, uid));
        }
        return result;
    }

    /** The uid of the owner's hotkey, where it has one. */
    OptionalInt ownerUid(State state, int netuid) {
        return items.subnetOwnerHotkey
                .find(state, netuid)
                .flatMap(owner -> uid(state, netuid, owner))
                .map(OptionalInt::of)
                .orElse(OptionalInt.empty());
    }

    boolean isOwnerHotkey(State state, int netuid, AccountId hotkey) {
        return items.subnetOwnerHotkey
                .find(state, netuid)
                .filter(hotkey::equals)
                .isPresent();
    }

    /** Binds a new hotkey to its coldkey; of a known one, checks that it is that coldkey's. */
    void bind(State state, AccountId hotkey, AccountId coldkey) {
        Optional<AccountId> owner = items.owner.find(state, hotkey);
        Refusal.unless(owner.isEmpty() || owner.get().equals(coldkey), "NonAssociatedColdKey");
        if (owner.isEmpty()) {
            items.owner.put(state, hotkey, coldkey);
            List<AccountId> owned = new ArrayList<>(items.ownedHotkeys.get(state, coldkey));
            owned.add(hotkey);
            items.ownedHotkeys.put(state, coldkey, owned);
        }
    }

    /** Whether a newcomer would find a place. */
    boolean hasRoom(State state, int netuid, long block) {
        int most = items.maxAllowedUids.get(state, netuid);
        return most != 0
                && (count(state, netuid) < most || toPrune(state, netuid, block).isPresent());
    }

    /** Gives a hotkey a uid: a new one, or that of the neuron that is pruned for it. Checked before by {@link #hasRoom}. */
    int place(Host host, int netuid, AccountId hotkey) {
        State state = host.state();
        int n = count(state, netuid);
        if (n < items.maxAllowedUids.get(state, netuid)) {
            append(host, netuid, hotkey);
            return n;
        }
        int uid = toPrune(state, netuid, host.block()).orElseThrow(() -> Refusal.of("NoNeuronIdAvailable"));
        replace(host, netuid, uid, hotkey);
        return uid;
    }

    void append(Host host, int netuid, AccountId hotkey) {
        State state = host.state();
        int uid = count(state, netuid);
        items.uidCount.put(state, netuid, uid + 1);
        add(state, items.active, netuid, true);
        add(state, items.validatorPermit, netuid, false);
        add(state, items.emission, netuid, 0L);
        add(state, items.consensus, netuid, 0);
        add(state, items.incentive, netuid, 0);
        add(state, items.dividends, netuid, 0);
        add(state, items.validatorTrust, netuid, 0);
        add(state, items.stakeWeight, netuid, 0);
        add(state, items.lastUpdate, netuid, host.block());
        take(host, netuid, uid, hotkey);
    }

    /** Gives the uid of a neuron to another hotkey; the old one keeps its stake. */
    void replace(Host host, int netuid, int uid, AccountId hotkey) {
        State state = host.state();
        vacate(state, netuid, uid);
        // What others gave the old neuron is not meant for the new one; the entries stay, as zeros.
        items.weights.all(state, netuid).forEach((row, weights) -> {
            if (weights.stream().anyMatch(weight -> weight.uid() == uid)) {
                items.weights.put(
                        state,
                        netuid,
                        row,
                        weights.stream()
                                .map(weight -> weight.uid() == uid ? new UidValue(uid, 0) : weight)
                                .toList());
            }
        });
        set(state, items.active, netuid, uid, true);
        set(state, items.validatorPermit, netuid, uid, false);
        set(state, items.emission, netuid, uid, 0L);
        set(state, items.consensus, netuid, uid, 0);
        set(state, items.incentive, netuid, uid, 0);
        set(state, items.dividends, netuid, uid, 0);
        set(state, items.validatorTrust, netuid, uid, 0);
        set(state, items.stakeWeight, netuid, uid, 0);
        set(state, items.lastUpdate, netuid, uid, host.block());
        take(host, netuid, uid, hotkey);
    }

    private void take(Host host, int netuid, int uid, AccountId hotkey) {
        State state = host.state();
        items.keys.put(state, netuid, uid, hotkey);
        items.uids.put(state, netuid, hotkey, uid);
        items.isNetworkMember.put(state, hotkey, netuid, true);
        items.hotkeySuccessor.remove(state, netuid, hotkey);
        items.blockAtRegistration.put(state, netuid, uid, host.block());
    }

    /** The uid that a newcomer of a full subnet would replace. */
    OptionalInt toPrune(State state, int netuid, long block) {
        Set<AccountId> immortal = immortal(state, netuid);
        List<Long> emission = items.emission.get(state, netuid);
        List<Pruning.Neuron> neurons = new ArrayList<>();
        for (int uid = 0; uid < count(state, netuid); uid++) {
            neurons.add(new Pruning.Neuron(
                    uid,
                    unsigned(emission.get(uid)),
                    items.blockAtRegistration.get(state, netuid, uid),
                    immortal.contains(hotkey(state, netuid, uid))));
        }
        return Pruning.choose(
                neurons, block, items.immunityPeriod.get(state, netuid), items.minNonImmuneUids.get(state, netuid));
    }

    /** The owner's hotkey and, up to the limit, the longest registered of the owner's other hotkeys. */
    private Set<AccountId> immortal(State state, int netuid) {
        int limit = items.immuneOwnerUidsLimit.get(state, netuid);
        AccountId owner = items.subnetOwner.get(state, netuid);
        List<AccountId> result = new ArrayList<>(hotkeys(state, netuid).stream()
                .filter(hotkey -> items.owner.get(state, hotkey).equals(owner))
                .sorted(Comparator.comparing((AccountId hotkey) -> items.blockAtRegistration.get(
                                state, netuid, uid(state, netuid, hotkey).orElseThrow()))
                        .thenComparing(hotkey -> uid(state, netuid, hotkey).orElseThrow()))
                .limit(limit)
                .toList());
        items.subnetOwnerHotkey
                .find(state, netuid)
                .filter(hotkey -> !result.contains(hotkey))
                .ifPresent(hotkey -> result.add(0, hotkey));
        return new HashSet<>(result.subList(0, Math.min(limit, result.size())));
    }

    /**
     * Leaves so many neurons: those with the highest emission, and all that may not be pruned. Who stays moves up to the first uids, in
     * their order, and what others gave those who went is forgotten.
     */
    void trim(State state, int netuid, int most, long block) {
        Set<AccountId> immortal = immortal(state, netuid);
        List<Long> emission = items.emission.get(state, netuid);
        List<Integer> staying = new ArrayList<>();
        List<Integer> prunable = new ArrayList<>();
        for (int uid = 0; uid < count(state, netuid); uid++) {
            boolean isImmune =
                    block - items.blockAtRegistration.get(state, netuid, uid) < items.immunityPeriod.get(state, netuid);
            (isImmune || immortal.contains(hotkey(state, netuid, uid)) ? staying : prunable).add(uid);
        }
        Refusal.unless(staying.size() * 100L < most * MOST_IMMUNE_PERCENT, "TrimmingWouldExceedMaxImmunePercentage");
        prunable.sort(Comparator.<Integer, BigInteger>comparing(uid -> unsigned(emission.get(uid)))
                .reversed()
                .thenComparing(Comparator.naturalOrder()));
        staying.addAll(prunable.subList(0, Math.max(0, Math.min(prunable.size(), most - staying.size()))));
        List<Integer> going = new ArrayList<>(prunable);
        going.removeAll(staying);
        going.forEach(uid -> leave(state, netuid, uid));
        staying.sort(Comparator.naturalOrder());
        for (int next = 0; next < staying.size(); next++) {
            renumber(state, netuid, staying.get(next), next);
        }
        Map<Integer, Integer> places = new HashMap<>();
        staying.forEach(uid -> places.put(uid, places.size()));
        for (int uid = 0; uid < staying.size(); uid++) {
            follow(state, items.weights, netuid, uid, places);
            follow(state, items.bonds, netuid, uid, places);
        }
        for (StorageMap<Integer, List<Boolean>> flags : List.of(items.active, items.validatorPermit)) {
            keep(state, flags, netuid, staying);
        }
        for (StorageMap<Integer, List<Integer>> shares :
                List.of(items.consensus, items.incentive, items.dividends, items.validatorTrust, items.stakeWeight)) {
            keep(state, shares, netuid, staying);
        }
        keep(state, items.emission, netuid, staying);
        keep(state, items.lastUpdate, netuid, staying);
        items.uidCount.put(state, netuid, staying.size());
    }

    private void leave(State state, int netuid, int uid) {
        AccountId old = vacate(state, netuid, uid);
        items.lastHotkeyEmissionOnNetuid.remove(state, old, netuid);
        items.alphaDividendsPerSubnet.remove(state, netuid, old);
        items.keys.remove(state, netuid, uid);
        items.blockAtRegistration.remove(state, netuid, uid);
    }

    /** Removes what a hotkey has on a subnet by its seat, and gives the hotkey. */
    private AccountId vacate(State state, int netuid, int uid) {
        AccountId old = hotkey(state, netuid, uid);
        items.uids.remove(state, netuid, old);
        items.isNetworkMember.remove(state, old, netuid);
        items.axons.remove(state, netuid, old);
        items.prometheus.remove(state, netuid, old);
        items.neuronCertificates.remove(state, netuid, old);
        items.weights.remove(state, netuid, uid);
        items.bonds.remove(state, netuid, uid);
        EvmKeys.forget(items, state, netuid, uid);
        return old;
    }

    private void renumber(State state, int netuid, int uid, int next) {
        if (uid == next) {
            return;
        }
        AccountId hotkey = hotkey(state, netuid, uid);
        items.keys.remove(state, netuid, uid);
        items.keys.put(state, netuid, next, hotkey);
        items.uids.put(state, netuid, hotkey, next);
        move(state, items.blockAtRegistration, netuid, uid, next);
        move(state, items.weights, netuid, uid, next);
        move(state, items.bonds, netuid, uid, next);
        EvmKeys.renumber(items, state, netuid, uid, next);
    }

    private static <T> void move(
            State state, StorageDoubleMap<Integer, Integer, T> map, int netuid, int uid, int next) {
        map.find(state, netuid, uid).ifPresent(value -> {
            map.remove(state, netuid, uid);
            map.put(state, netuid, next, value);
        });
    }

    private static void follow(
            State state,
            StorageDoubleMap<Integer, Integer, List<UidValue>> rows,
            int netuid,
            int uid,
            Map<Integer, Integer> places) {
        rows.find(state, netuid, uid).ifPresent(row -> {
            List<UidValue> kept = new ArrayList<>();
            row.forEach(entry -> {
                Integer place = places.get(entry.uid());
                if (place != null) {
                    kept.add(new UidValue(place, entry.value()));
                }
            });
            rows.put(state, netuid, uid, kept);
        });
    }

    private static <T> void keep(State state, StorageMap<Integer, List<T>> vector, int netuid, List<Integer> staying) {
        List<T> values = vector.get(state, netuid);
        vector.put(state, netuid, staying.stream().map(values::get).toList());
    }

    private static <T> void add(State state, StorageMap<Integer, List<T>> vector, int netuid, T value) {
        List<T> values = new ArrayList<>(vector.get(state, netuid));
        values.add(value);
        vector.put(state, netuid, values);
    }

    static <T> void set(State state, StorageMap<Integer, List<T>> vector, int netuid, int uid, T value) {
        List<T> values = new ArrayList<>(vector.get(state, netuid));
        values.set(uid, value);
        vector.put(state, netuid, values);
    }
}
