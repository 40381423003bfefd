package io.github.bittensor4j.localnet.internal.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.state.State;
import java.util.ArrayList;
import java.util.List;

/** Where what a coldkey's miners earn on a subnet is staked, when not on themselves. Both ends know of it, in two maps that say the same. */
final class AutoStake {
    private final Items items;
    private final Neurons neurons;

    AutoStake(Items items, Neurons neurons) {
        this.items = items;
        this.neurons = neurons;
    }

    void set(Host host, AccountId coldkey, int netuid, AccountId hotkey) {
        State state = host.state();
        Refusal.unless(items.networksAdded.get(state, netuid), "SubnetNotExists");
        Refusal.unless(neurons.uid(state, netuid, hotkey).isPresent(), "HotKeyNotRegisteredInSubNet");
        items.autoStakeDestination.find(state, coldkey, netuid).ifPresent(old -> {
            Refusal.unless(!old.equals(hotkey), "SameAutoStakeHotkeyAlreadySet");
            put(state, old, netuid, without(state, old, netuid, coldkey));
        });
        items.autoStakeDestination.put(state, coldkey, netuid, hotkey);
        add(state, hotkey, netuid, coldkey);
        host.event("SubtensorModule", "AutoStakeDestinationSet", coldkey, netuid, hotkey);
    }

    /** Those who stake to a hotkey follow it when it is swapped. */
    void hotkeySwapped(State state, AccountId old, AccountId next, int netuid) {
        List<AccountId> coldkeys = items.autoStakeDestinationColdkeys.get(state, old, netuid);
        if (!coldkeys.isEmpty()) {
            coldkeys.forEach(coldkey -> items.autoStakeDestination.put(state, coldkey, netuid, next));
            put(state, old, netuid, List.of());
            put(state, next, netuid, coldkeys);
        }
    }

    /** What a coldkey chose holds for the one in its place. */
    void coldkeySwapped(State state, AccountId old, AccountId next, int netuid) {
        items.autoStakeDestination.find(state, old, netuid).ifPresent(hotkey -> {
            items.autoStakeDestination.remove(state, old, netuid);
            items.autoStakeDestination.put(state, next, netuid, hotkey);
            put(state, hotkey, netuid, without(state, hotkey, netuid, old));
            put(state, hotkey, netuid, without(state, hotkey, netuid, next));
            add(state, hotkey, netuid, next);
        });
    }

    private List<AccountId> without(State state, AccountId hotkey, int netuid, AccountId coldkey) {
        return items.autoStakeDestinationColdkeys.get(state, hotkey, netuid).stream()
                .filter(one -> !one.equals(coldkey))
                .toList();
    }

    private void add(State state, AccountId hotkey, int netuid, AccountId coldkey) {
        List<AccountId> coldkeys = new ArrayList<>(without(state, hotkey, netuid, coldkey));
        coldkeys.add(coldkey);
        put(state, hotkey, netuid, coldkeys);
    }

    private void put(State state, AccountId hotkey, int netuid, List<AccountId> coldkeys) {
        if (coldkeys.isEmpty()) {
            items.autoStakeDestinationColdkeys.remove(state, hotkey, netuid);
        } else {
            items.autoStakeDestinationColdkeys.put(state, hotkey, netuid, coldkeys);
        }
    }
}
