package io.github.bittensor4j.localnet.internal.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.localnet.internal.yuma.UidValue;
import io.github.bittensor4j.localnet.internal.yuma.WeightScaling;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** How validators set weights, with every check in the chain's order. */
final class Weights {
    private final Items items;
    private final Neurons neurons;
    private final Stakes stakes;

    Weights(Items items, Neurons neurons, Stakes stakes) {
        this.items = items;
        this.neurons = neurons;
        this.stakes = stakes;
    }

    void set(
            Host host,
            AccountId hotkey,
            int netuid,
            int mechanism,
            List<Integer> dests,
            List<Integer> values,
            long versionKey) {
        State state = host.state();
        Refusal.unless(!items.commitRevealWeightsEnabled.get(state, netuid), "CommitRevealEnabled");
        write(host, hotkey, netuid, mechanism, dests, values, versionKey, true);
    }

    /** Sets weights that were committed before: their rate was kept when they were committed. */
    void apply(Host host, AccountId hotkey, int netuid, List<Integer> dests, List<Integer> values, long versionKey) {
        write(host, hotkey, netuid, 0, dests, values, versionKey, false);
    }

    /** Only the first mechanism of a subnet is modelled, which is all that a subnet has unless its owner adds one. */
    void checkMechanism(State state, int netuid, int mechanism) {
        Refusal.unless(items.networksAdded.get(state, netuid) && mechanism == 0, "MechanismDoesNotExist");
    }

    private void write(
            Host host,
            AccountId hotkey,
            int netuid,
            int mechanism,
            List<Integer> dests,
            List<Integer> values,
            long versionKey,
            boolean inTheOpen) {
        State state = host.state();
        Refusal.unless(netuid != Stakes.ROOT, "CanNotSetRootNetworkWeights");
        Refusal.unless(dests.size() == values.size(), "WeightVecNotEqualSize");
        checkMechanism(state, netuid, mechanism);
        int n = neurons.count(state, netuid);
        Refusal.unless(dests.size() <= n, "UidsLengthExceedUidsInSubNet");
        int uid = neurons.uid(state, netuid, hotkey).orElseThrow(() -> Refusal.of("HotKeyNotRegisteredInSubNet"));
        checkStake(state, netuid, hotkey);
        long required = items.weightsVersionKey.get(state, netuid);
        Refusal.unless(required == 0 || Long.compareUnsigned(versionKey, required) >= 0, "IncorrectWeightVersionKey");
        if (inTheOpen) {
            checkRate(host, netuid, uid);
        }
        boolean selfWeight = dests.size() == 1 && dests.get(0) == uid;
        boolean permitted = items.validatorPermit.get(state, netuid).get(uid)
                || neurons.isOwnerHotkey(state, netuid, hotkey)
                || selfWeight;
        Refusal.unless(permitted, "NeuronNoValidatorPermit");
        Refusal.unless(new HashSet<>(dests).size() == dests.size(), "DuplicateUids");
        Refusal.unless(dests.stream().allMatch(dest -> dest < n), "UidVecContainInvalidOne");
        Refusal.unless(
                selfWeight || values.size() >= Math.min(n, items.minAllowedWeights.get(state, netuid)),
                "WeightVecLengthIsLow");

        int[] scaled = WeightScaling.upscale(
                values.stream().mapToInt(Integer::intValue).toArray());
        List<UidValue> row = new ArrayList<>();
        for (int k = 0; k < scaled.length; k++) {
            row.add(new UidValue(dests.get(k), scaled[k]));
        }
        items.weights.put(state, netuid, uid, row);
        if (inTheOpen) {
            Neurons.set(state, items.lastUpdate, netuid, uid, host.block());
        }
        host.event("SubtensorModule", "WeightsSet", netuid, uid);
    }

    void checkStake(State state, int netuid, AccountId hotkey) {
        Refusal.unless(
                neurons.isOwnerHotkey(state, netuid, hotkey)
                        || stakes.weight(state, hotkey, netuid)
                                        .toU64()
                                        .compareTo(Stakes.unsigned(items.stakeThreshold.get(state)))
                                >= 0,
                "NotEnoughStakeToSetWeights");
    }

    void checkRate(Host host, int netuid, int uid) {
        Refusal.unless(isRateKept(host, netuid, uid), "SettingWeightsTooFast");
    }

    boolean isRateKept(Host host, int netuid, int uid) {
        long last = items.lastUpdate.get(host.state(), netuid).get(uid);
        return last == 0
                || Long.compareUnsigned(host.block() - last, items.weightsSetRateLimit.get(host.state(), netuid)) >= 0;
    }

    /** The checks that keep a transaction out of the pool, in their order. */
    void checkValidity(Host host, AccountId hotkey, int netuid) {
        State state = host.state();
        checkStake(state, netuid, hotkey);
        if (!items.commitRevealWeightsEnabled.get(state, netuid)) {
            neurons.uid(state, netuid, hotkey).ifPresent(uid -> checkRate(host, netuid, uid));
        }
    }
}
