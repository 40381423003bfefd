package io.github.bittensor4j.localnet.internal.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.declare.PalletDeclaration;
import io.github.bittensor4j.localnet.internal.declare.Values;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.localnet.internal.state.StorageDoubleMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** New keys for old: a hotkey's on one subnet or on all, and a coldkey's after it was announced. */
final class KeySwaps {
    /** All that a coldkey may do between its announcement and its swap. */
    private static final Set<String> WHILE_ANNOUNCED = Set.of(
            "SubtensorModule.announce_coldkey_swap",
            "SubtensorModule.swap_coldkey_announced",
            "SubtensorModule.dispute_coldkey_swap",
            "SubtensorModule.clear_coldkey_swap_announcement",
            "MevShield.submit_encrypted");

    private final Items items;
    private final Neurons neurons;
    private final Stakes stakes;
    private final Registration registration;
    private final AutoStake autoStake;
    private final Collateral collateral;
    private final long cost;
    private final long costOnSubnet;

    /** Blocks between two swaps of one coldkey's hotkeys on one subnet. */
    private final long intervalOnSubnet;

    KeySwaps(
            Declarations declarations,
            Items items,
            Neurons neurons,
            Stakes stakes,
            Registration registration,
            AutoStake autoStake,
            Collateral collateral) {
        this.items = items;
        this.neurons = neurons;
        this.stakes = stakes;
        this.registration = registration;
        this.autoStake = autoStake;
        this.collateral = collateral;
        cost = constant(declarations, "KeySwapCost");
        costOnSubnet = constant(declarations, "KeySwapOnSubnetCost");
        intervalOnSubnet = constant(declarations, "HotkeySwapOnSubnetInterval");
    }

    private static long constant(Declarations declarations, String name) {
        PalletDeclaration.Constant constant = Optional.ofNullable(
                        declarations.pallet("SubtensorModule").constants().get(name))
                .orElseThrow();
        return (Long) Values.decode(constant.type(), constant.value());
    }

    private List<Integer> netuids(State state) {
        return items.networksAdded.all(state).keySet().stream().sorted().toList();
    }

    private boolean owns(State state, AccountId coldkey, AccountId hotkey) {
        return items.owner.find(state, hotkey).filter(coldkey::equals).isPresent();
    }

    /** Swaps a hotkey on one subnet, or on all where none is named. With the stake kept, that stays with the old hotkey. */
    void hotkey(
            Host host, AccountId coldkey, AccountId old, AccountId next, Optional<Integer> only, boolean keepStake) {
        State state = host.state();
        only.ifPresent(netuid -> Refusal.unless(items.networksAdded.get(state, netuid), "SubnetNotExists"));
        Refusal.unless(owns(state, coldkey, old), "NonAssociatedColdKey");
        Refusal.unless(items.owner.find(state, next).isEmpty() || owns(state, coldkey, next), "NonAssociatedColdKey");
        Refusal.unless(!old.equals(next), "NewHotKeyIsSameWithOld");
        List<Integer> affected = only.map(List::of).orElseGet(() -> netuids(state));
        Refusal.unless(
                affected.stream()
                        .noneMatch(netuid -> neurons.uid(state, netuid, next).isPresent()),
                "HotKeyAlreadyRegisteredInSubNet");
        Refusal.unless(
                !affected.contains(Stakes.ROOT) || stakes.total(state, next, Stakes.ROOT) == 0,
                "NewHotKeyNotCleanForRootSwap");
        if (keepStake) {
            affected.forEach(netuid -> collateral.requireNone(state, netuid, old, coldkey));
        }
        items.lastTxBlockDelegateTake
                .find(state, old)
                .ifPresent(block -> items.lastTxBlockDelegateTake.put(state, next, block));
        if (only.isPresent()) {
            onSubnet(host, coldkey, old, next, only.get(), keepStake);
        } else {
            everywhere(host, coldkey, old, next, affected, keepStake);
        }
    }

    private void onSubnet(Host host, AccountId coldkey, AccountId old, AccountId next, int netuid, boolean keepStake) {
        State state = host.state();
        checkInterval(host, coldkey, netuid);
        registration.refuseSystemAccount(state, next);
        pay(host, coldkey, costOnSubnet, "NotEnoughBalanceToPaySwapHotKey");
        neurons.bind(state, next, coldkey);
        collateral.hotkeySwapped(state, coldkey, old, next, netuid);
        swap(host, old, next, netuid, keepStake);
        record(host, coldkey, old, next, netuid);
        host.event("SubtensorModule", "HotkeySwappedOnSubnet", coldkey, old, next, netuid);
    }

    private void everywhere(
            Host host, AccountId coldkey, AccountId old, AccountId next, List<Integer> netuids, boolean keepStake) {
        State state = host.state();
        List<Integer> taking = netuids.stream()
                .filter(netuid -> neurons.uid(state, netuid, old).isPresent()
                        || !items.childKeys.get(state, old, netuid).isEmpty())
                .toList();
        taking.forEach(netuid -> checkInterval(host, coldkey, netuid));
        pay(host, coldkey, cost, "NotEnoughBalanceToPaySwapHotKey");
        neurons.bind(state, next, coldkey);
        netuids.forEach(netuid -> {
            collateral.hotkeySwapped(state, coldkey, old, next, netuid);
            swap(host, old, next, netuid, keepStake);
        });
        items.lastTxBlockDelegateTake.remove(state, old);
        items.delegates.find(state, old).ifPresent(take -> {
            items.delegates.remove(state, old);
            items.delegates.put(state, next, take);
        });
        if (!keepStake) {
            items.owner.remove(state, old);
            List<AccountId> owned = new ArrayList<>(items.ownedHotkeys.get(state, coldkey));
            owned.remove(old);
            items.ownedHotkeys.put(state, coldkey, owned);
        }
        taking.forEach(netuid -> record(host, coldkey, old, next, netuid));
        host.event("SubtensorModule", "HotkeySwapped", coldkey, old, next);
    }

    private void checkInterval(Host host, AccountId coldkey, int netuid) {
        long last = items.lastHotkeySwapOnNetuid.get(host.state(), netuid, coldkey);
        Refusal.unless(last == 0 || last + intervalOnSubnet < host.block(), "HotKeySwapOnSubnetIntervalNotPassed");
    }

    private void pay(Host host, AccountId coldkey, long price, String error) {
        Refusal.unless(host.spendable(coldkey) >= price, error);
        host.burn(coldkey, price);
        items.totalIssuance.update(host.state(), issued -> Math.max(0, issued - price));
    }

    private void record(Host host, AccountId coldkey, AccountId old, AccountId next, int netuid) {
        State state = host.state();
        items.lastHotkeySwapOnNetuid.put(state, netuid, coldkey, host.block());
        AccountId root = items.hotkeyRoot.find(state, netuid, old).orElse(old);
        items.hotkeySuccessor.remove(state, netuid, next);
        items.hotkeySuccessor.put(state, netuid, old, next);
        items.hotkeyRoot.put(state, netuid, next, root);
    }

    /** Puts the new hotkey in the old one's place on a subnet. */
    private void swap(Host host, AccountId old, AccountId next, int netuid, boolean keepStake) {
        State state = host.state();
        boolean isMember = items.isNetworkMember.get(state, old, netuid);
        items.isNetworkMember.remove(state, old, netuid);
        items.isNetworkMember.put(state, next, netuid, isMember);
        if (isMember) {
            neurons.uid(state, netuid, old).ifPresent(uid -> {
                items.uids.remove(state, netuid, old);
                items.uids.put(state, netuid, next, uid);
                items.keys.put(state, netuid, uid, next);
            });
            move(state, items.prometheus, netuid, old, next);
            move(state, items.axons, netuid, old, next);
            move(state, items.weightCommits, netuid, old, next);
            move(state, items.neuronCertificates, netuid, old, next);
        }
        items.childkeyTake.find(state, old, netuid).ifPresent(take -> {
            items.childkeyTake.remove(state, old, netuid);
            items.childkeyTake.put(state, next, netuid, take);
        });
        stakes.family().replace(state, old, next, netuid);
        swapPendingChildren(state, old, next, netuid);
        autoStake.hotkeySwapped(state, old, next, netuid);
        if (items.subnetOwnerHotkey.find(state, netuid).filter(old::equals).isPresent()) {
            items.subnetOwnerHotkey.put(state, netuid, next);
        }
        if (!keepStake) {
            swapStake(state, old, next, netuid);
        }
    }

    private static <T> void move(
            State state, StorageDoubleMap<Integer, AccountId, T> map, int netuid, AccountId old, AccountId next) {
        map.find(state, netuid, old).ifPresent(value -> {
            map.remove(state, netuid, old);
            map.put(state, netuid, next, value);
        });
    }

    private void swapPendingChildren(State state, AccountId old, AccountId next, int netuid) {
        items.pendingChildKeys.find(state, netuid, old).ifPresent(own -> {
            stakes.family().against(state, next, netuid, own.getKey()).ifPresent(error -> {
                throw Refusal.of(error);
            });
            items.pendingChildKeys.remove(state, netuid, old);
            items.pendingChildKeys.put(state, netuid, next, own);
        });
        items.pendingChildKeys.all(state, netuid).forEach((parent, pending) -> {
            List<Family.Member> children = new ArrayList<>(pending.getKey());
            Optional<Family.Member> found = children.stream()
                    .filter(child -> child.hotkey().equals(old))
                    .findFirst();
            found.ifPresent(child -> {
                children.remove(child);
                children.add(new Family.Member(child.proportion(), next));
                items.pendingChildKeys.put(state, netuid, parent, Map.entry(children, pending.getValue()));
            });
        });
    }

    private void swapStake(State state, AccountId old, AccountId next, int netuid) {
        items.alphaDividendsPerSubnet.find(state, netuid, old).ifPresent(dividends -> {
            items.alphaDividendsPerSubnet.remove(state, netuid, old);
            items.alphaDividendsPerSubnet.put(
                    state, netuid, next, items.alphaDividendsPerSubnet.get(state, netuid, next) + dividends);
        });
        items.alphaV2.all(state, old).keySet().stream()
                .filter(position -> position.getValue() == netuid)
                .map(Map.Entry::getKey)
                .forEach(coldkey -> moveStake(state, old, coldkey, next, coldkey, netuid));
        if (netuid == Stakes.ROOT) {
            items.pendingBasketDeposits.all(state, old).forEach((from, waiting) -> {
                items.pendingBasketDeposits.remove(state, old, from);
                items.pendingBasketDeposits.update(state, next, from, own -> own + waiting);
            });
        }
    }

    private void moveStake(
            State state, AccountId hotkey, AccountId coldkey, AccountId toHotkey, AccountId toColdkey, int netuid) {
        long alpha = stakes.of(state, hotkey, coldkey, netuid);
        stakes.debit(state, hotkey, coldkey, netuid, alpha);
        stakes.credit(state, toHotkey, toColdkey, netuid, alpha);
    }

    /**
     * What a coldkey whose swap is announced, or disputed, may not do.
     *
     * @return the error's name
     */
    Optional<String> against(State state, AccountId who, Call call) {
        if (!items.coldkeySwapAnnouncements.contains(state, who)) {
            return Optional.empty();
        }
        if (items.coldkeySwapDisputes.contains(state, who)) {
            return Optional.of("ColdkeySwapDisputed");
        }
        return WHILE_ANNOUNCED.contains(call.toString()) ? Optional.empty() : Optional.of("ColdkeySwapAnnounced");
    }

    void announce(Host host, AccountId who, byte[] hash) {
        State state = host.state();
        Optional<Map.Entry<Long, byte[]>> before = items.coldkeySwapAnnouncements.find(state, who);
        if (before.isPresent()) {
            Refusal.unless(isSettled(host, before.get()), "ColdkeySwapReannouncedTooEarly");
        } else {
            pay(host, who, cost, "NotEnoughBalanceToPaySwapColdKey");
        }
        long from = host.block() + items.coldkeySwapAnnouncementDelay.get(state);
        items.coldkeySwapAnnouncements.put(state, who, Map.entry(from, hash));
        host.event("SubtensorModule", "ColdkeySwapAnnounced", who, hash);
    }

    private boolean isSettled(Host host, Map.Entry<Long, byte[]> announcement) {
        return host.block() >= announcement.getKey() + items.coldkeySwapReannouncementDelay.get(host.state());
    }

    private Map.Entry<Long, byte[]> announcement(State state, AccountId who) {
        return items.coldkeySwapAnnouncements
                .find(state, who)
                .orElseThrow(() -> Refusal.of("ColdkeySwapAnnouncementNotFound"));
    }

    void clear(Host host, AccountId who) {
        Refusal.unless(isSettled(host, announcement(host.state(), who)), "ColdkeySwapClearTooEarly");
        items.coldkeySwapAnnouncements.remove(host.state(), who);
        host.event("SubtensorModule", "ColdkeySwapCleared", who);
    }

    void dispute(Host host, AccountId who) {
        State state = host.state();
        announcement(state, who);
        Refusal.unless(!items.coldkeySwapDisputes.contains(state, who), "ColdkeySwapAlreadyDisputed");
        items.coldkeySwapDisputes.put(state, who, host.block());
        host.event("SubtensorModule", "ColdkeySwapDisputed", who);
    }

    /** As root: ends an announcement and its dispute. */
    void reset(Host host, AccountId who) {
        forget(host.state(), who);
        host.event("SubtensorModule", "ColdkeySwapReset", who);
    }

    private void forget(State state, AccountId who) {
        items.coldkeySwapAnnouncements.remove(state, who);
        items.coldkeySwapDisputes.remove(state, who);
    }

    /** As root: swaps at once. */
    void force(Host host, AccountId old, AccountId next, long price) {
        if (price != 0) {
            pay(host, old, price, "NotEnoughBalanceToPaySwapColdKey");
        }
        coldkey(host, old, next);
        forget(host.state(), old);
    }

    void announced(Host host, AccountId who, AccountId next) {
        State state = host.state();
        Map.Entry<Long, byte[]> announcement = announcement(state, who);
        items.coldkeySwapAnnouncements.remove(state, who);
        Refusal.unless(
                Arrays.equals(announcement.getValue(), Hashes.blake2b256(next.bytes())),
                "AnnouncedColdkeyHashDoesNotMatch");
        Refusal.unless(host.block() >= announcement.getKey(), "ColdkeySwapTooEarly");
        coldkey(host, who, next);
    }

    private void coldkey(Host host, AccountId old, AccountId next) {
        State state = host.state();
        Refusal.unless(items.stakingHotkeys.get(state, next).isEmpty(), "ColdKeyAlreadyAssociated");
        Refusal.unless(items.owner.find(state, next).isEmpty(), "NewColdKeyIsHotkey");
        if (!items.identities.contains(state, next)) {
            items.identities.find(state, old).ifPresent(identity -> {
                items.identities.remove(state, old);
                items.identities.put(state, next, identity);
            });
        }
        List<AccountId> staked = items.stakingHotkeys.get(state, old);
        for (int netuid : netuids(state)) {
            if (items.subnetOwner.find(state, netuid).filter(old::equals).isPresent()) {
                items.subnetOwner.put(state, netuid, next);
            }
            autoStake.coldkeySwapped(state, old, next, netuid);
            collateral.coldkeySwapped(state, old, next, netuid);
            staked.forEach(hotkey -> moveStake(state, hotkey, old, hotkey, next, netuid));
        }
        items.stakingHotkeys.remove(state, old);
        List<AccountId> owned = new ArrayList<>(items.ownedHotkeys.get(state, next));
        for (AccountId hotkey : items.ownedHotkeys.get(state, old)) {
            items.owner.put(state, hotkey, next);
            if (!owned.contains(hotkey)) {
                owned.add(hotkey);
            }
        }
        items.ownedHotkeys.remove(state, old);
        items.ownedHotkeys.put(state, next, owned);
        long rest = host.everything(old);
        if (rest > 0) {
            host.transfer(old, next, rest);
        }
        items.lastRateLimitedBlock.put(state, Variant.of("LastTxBlock", next), host.block());
        AccountId root = items.coldkeyRoot.find(state, old).orElse(old);
        items.coldkeySuccessor.remove(state, next);
        items.coldkeySuccessor.put(state, old, next);
        items.coldkeyRoot.put(state, next, root);
        host.event("SubtensorModule", "ColdkeySwapped", old, next);
    }
}
