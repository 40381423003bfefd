package io.github.bittensor4j.localnet.internal.subtensor;

import static io.github.bittensor4j.localnet.internal.subtensor.Stakes.unsigned;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.localnet.internal.state.StorageDoubleMap;
import io.github.bittensor4j.localnet.internal.yuma.Fixed;
import io.github.bittensor4j.localnet.internal.yuma.FixedType;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Which hotkeys lend their stake weight to which others on a subnet: parents to children. Both ends know of it, in two maps that say the
 * same.
 */
final class Family {
    private static final Comparator<Member> ORDER =
            Comparator.comparing(member -> member.hotkey().bytes(), Arrays::compareUnsigned);

    /**
     * One edge, seen from the other end.
     *
     * @param proportion of the parent's stake, as the bits of a share of 2^64 - 1
     * @param hotkey who is there
     */
    record Member(long proportion, AccountId hotkey) {
        Fixed share() {
            return FixedType.U96F32.ratio(unsigned(proportion), Stakes.U64_MAX);
        }

        Object plain() {
            return List.of(proportion, hotkey);
        }
    }

    private final Items items;

    Family(Items items) {
        this.items = items;
    }

    /** The children that count: none of a parent that is suspended. */
    List<Member> children(State state, AccountId parent, int netuid) {
        return isSuspended(state, parent, netuid) ? List.of() : items.childKeys.get(state, parent, netuid);
    }

    /** The parents that count: without those that are suspended. */
    List<Member> parents(State state, AccountId child, int netuid) {
        return items.parentKeys.get(state, child, netuid).stream()
                .filter(parent -> !isSuspended(state, parent.hotkey(), netuid))
                .toList();
    }

    private boolean isSuspended(State state, AccountId parent, int netuid) {
        return items.childkeyThresholdSuspended.contains(state, parent)
                && items.subnetOwnerHotkey
                        .find(state, netuid)
                        .filter(parent::equals)
                        .isEmpty();
    }

    /** What the chain says against giving a hotkey these children; empty where nothing. */
    Optional<String> against(State state, AccountId parent, int netuid, List<Member> children) {
        List<AccountId> hotkeys = children.stream().map(Member::hotkey).toList();
        if (hotkeys.contains(parent)) {
            return Optional.of("InvalidChild");
        }
        if (hotkeys.size() > 5) {
            return Optional.of("TooManyChildren");
        }
        BigInteger sum =
                children.stream().map(child -> unsigned(child.proportion())).reduce(BigInteger.ZERO, BigInteger::add);
        if (sum.compareTo(Stakes.U64_MAX) > 0) {
            return Optional.of("ProportionOverflow");
        }
        boolean isBoth = items.parentKeys.get(state, parent, netuid).stream()
                .anyMatch(grandparent -> hotkeys.contains(grandparent.hotkey()));
        return isBoth ? Optional.of("ChildParentInconsistency") : Optional.empty();
    }

    /** Gives a hotkey other children than it had. */
    void setChildren(State state, AccountId parent, int netuid, List<Member> children) {
        for (Member old : items.childKeys.get(state, parent, netuid)) {
            change(items.parentKeys, state, old.hotkey(), netuid, edges -> without(edges, parent));
        }
        for (Member child : children) {
            change(items.parentKeys, state, child.hotkey(), netuid, edges -> with(edges, parent, child.proportion()));
        }
        put(
                items.childKeys,
                state,
                parent,
                netuid,
                children.stream().sorted(ORDER).toList());
    }

    /** Puts a new hotkey in the place of an old one, on both sides. */
    void replace(State state, AccountId old, AccountId next, int netuid) {
        List<Member> children = items.childKeys.get(state, old, netuid);
        List<Member> parents = items.parentKeys.get(state, old, netuid);
        for (Member member : children) {
            Refusal.unless(!member.hotkey().equals(next), "InvalidChild");
        }
        for (Member member : parents) {
            Refusal.unless(!member.hotkey().equals(next), "InvalidChild");
        }
        if (!children.isEmpty()) {
            setChildren(state, old, netuid, List.of());
            setChildren(state, next, netuid, children);
        }
        for (Member parent : parents) {
            change(
                    items.childKeys,
                    state,
                    parent.hotkey(),
                    netuid,
                    edges -> with(without(edges, old), next, parent.proportion()));
        }
        if (!parents.isEmpty()) {
            items.parentKeys.remove(state, old, netuid);
            put(items.parentKeys, state, next, netuid, parents);
        }
    }

    private static List<Member> without(List<Member> edges, AccountId hotkey) {
        return edges.stream().filter(edge -> !edge.hotkey().equals(hotkey)).toList();
    }

    private static List<Member> with(List<Member> edges, AccountId hotkey, long proportion) {
        List<Member> more = new ArrayList<>(without(edges, hotkey));
        more.add(new Member(proportion, hotkey));
        return more;
    }

    private static void change(
            StorageDoubleMap<AccountId, Integer, List<Member>> side,
            State state,
            AccountId hotkey,
            int netuid,
            UnaryOperator<List<Member>> change) {
        put(side, state, hotkey, netuid, change.apply(side.get(state, hotkey, netuid)));
    }

    private static void put(
            StorageDoubleMap<AccountId, Integer, List<Member>> side,
            State state,
            AccountId hotkey,
            int netuid,
            List<Member> edges) {
        if (edges.isEmpty()) {
            side.remove(state, hotkey, netuid);
        } else {
            side.put(state, hotkey, netuid, edges);
        }
    }
}
