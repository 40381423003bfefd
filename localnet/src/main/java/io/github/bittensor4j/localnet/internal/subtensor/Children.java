package io.github.bittensor4j.localnet.internal.subtensor;

import static io.github.bittensor4j.localnet.internal.subtensor.Stakes.unsigned;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.localnet.internal.yuma.Fixed;
import io.github.bittensor4j.localnet.internal.yuma.FixedType;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How hotkeys get children, what a child takes for itself, and how a child's dividends reach its parents. */
final class Children {
    /** Blocks between two changes of one hotkey's children on one subnet. */
    private static final long SET_CHILDREN_INTERVAL = 150;

    /** The numbers under which the last change of children, and of a child's take, is remembered. */
    private static final int SET_CHILDREN = 0;

    private static final int SET_TAKE = 1;

    private final Items items;
    private final Stakes stakes;
    private final Pool pool;

    Children(Items items, Stakes stakes, Pool pool) {
        this.items = items;
        this.stakes = stakes;
        this.pool = pool;
    }

    /** Sets a hotkey's children: at once on a subnet that has not started, else after a while. */
    void set(Host host, AccountId coldkey, AccountId hotkey, int netuid, List<Family.Member> children) {
        State state = host.state();
        Refusal.unless(isRateKept(host, hotkey, netuid, SET_CHILDREN, SET_CHILDREN_INTERVAL), "TxRateLimitExceeded");
        Refusal.unless(netuid != Stakes.ROOT, "RegistrationNotPermittedOnRootSubnet");
        Refusal.unless(items.networksAdded.get(state, netuid), "SubnetNotExists");
        requireOwner(state, coldkey, hotkey);
        long distinct = children.stream().map(Family.Member::hotkey).distinct().count();
        Refusal.unless(distinct == children.size(), "DuplicateChild");
        stakes.family().against(state, hotkey, netuid, children).ifPresent(error -> {
            throw Refusal.of(error);
        });
        Refusal.unless(children.isEmpty() || meetsThreshold(state, hotkey, netuid), "NotEnoughStakeToSetChildkeys");
        items.transactionKeyLastBlock.put(state, hotkey, netuid, SET_CHILDREN, host.block());
        if (!items.subtokenEnabled.get(state, netuid)) {
            apply(host, hotkey, netuid, children);
            return;
        }
        long from = host.block() + items.pendingChildKeyCooldown.get(state);
        items.pendingChildKeys.put(state, netuid, hotkey, Map.entry(children, from));
        host.event("SubtensorModule", "SetChildrenScheduled", hotkey, netuid, from, plain(children));
    }

    private static List<Object> plain(List<Family.Member> children) {
        return children.stream().map(Family.Member::plain).toList();
    }

    private void requireOwner(State state, AccountId coldkey, AccountId hotkey) {
        Refusal.unless(items.owner.find(state, hotkey).filter(coldkey::equals).isPresent(), "NonAssociatedColdKey");
    }

    private boolean isRateKept(Host host, AccountId hotkey, int netuid, int kind, long interval) {
        long last = items.transactionKeyLastBlock.get(host.state(), hotkey, netuid, kind);
        return last == 0 || Long.compareUnsigned(host.block() - last, interval) >= 0;
    }

    private boolean meetsThreshold(State state, AccountId hotkey, int netuid) {
        return hasThreshold(state, hotkey)
                || items.subnetOwnerHotkey
                        .find(state, netuid)
                        .filter(hotkey::equals)
                        .isPresent();
    }

    private boolean hasThreshold(State state, AccountId hotkey) {
        BigInteger threshold = unsigned(items.stakeThreshold.get(state));
        return threshold.signum() == 0 || value(state, hotkey).compareTo(threshold) >= 0;
    }

    /** What all stake on a hotkey is worth in TAO. */
    private BigInteger value(State state, AccountId hotkey) {
        BigInteger sum = BigInteger.ZERO;
        for (int netuid : items.totalHotkeyAlpha.all(state, hotkey).keySet()) {
            Fixed alpha = FixedType.U96F32.of(unsigned(stakes.total(state, hotkey, netuid)));
            sum = sum.add(
                    alpha.times(pool.price(state, netuid).to(FixedType.U96F32)).toU64());
        }
        return sum;
    }

    /** Gives a hotkey its children; what does not fit any more is dropped without a word. */
    private void apply(Host host, AccountId hotkey, int netuid, List<Family.Member> children) {
        State state = host.state();
        if (stakes.family().against(state, hotkey, netuid, children).isEmpty()) {
            stakes.family().setChildren(state, hotkey, netuid, children);
            host.event("SubtensorModule", "SetChildren", hotkey, netuid, plain(children));
        }
    }

    /** After an epoch: the children that have waited long enough. */
    void applyPending(Host host, int netuid) {
        State state = host.state();
        boolean started = items.subtokenEnabled.get(state, netuid);
        items.pendingChildKeys.all(state, netuid).forEach((hotkey, pending) -> {
            if (pending.getValue() < host.block() || !started) {
                if (pending.getKey().isEmpty() || meetsThreshold(state, hotkey, netuid)) {
                    apply(host, hotkey, netuid, pending.getKey());
                }
                items.pendingChildKeys.remove(state, netuid, hotkey);
            }
        });
    }

    /** At the end of a block: parents that fell below the threshold lend nothing until they are above it again. */
    void endBlock(Host host) {
        State state = host.state();
        items.childKeys.all(state).keySet().stream()
                .map(Map.Entry::getKey)
                .distinct()
                .forEach(parent -> {
                    if (hasThreshold(state, parent)) {
                        items.childkeyThresholdSuspended.remove(state, parent);
                    } else {
                        items.childkeyThresholdSuspended.put(state, parent, true);
                    }
                });
    }

    void setTake(Host host, AccountId coldkey, AccountId hotkey, int netuid, int take) {
        State state = host.state();
        requireOwner(state, coldkey, hotkey);
        Refusal.unless(items.networksAdded.get(state, netuid), "SubnetNotExists");
        Refusal.unless(
                take >= leastTake(state, netuid) && take <= items.maxChildkeyTake.get(state), "InvalidChildkeyTake");
        Refusal.unless(
                take <= take(state, hotkey, netuid)
                        || isRateKept(host, hotkey, netuid, SET_TAKE, items.txChildkeyTakeRateLimit.get(state)),
                "TxChildkeyTakeRateLimitExceeded");
        items.transactionKeyLastBlock.put(state, hotkey, netuid, SET_TAKE, host.block());
        items.childkeyTake.put(state, hotkey, netuid, take);
        host.event("SubtensorModule", "ChildKeyTakeSet", hotkey, take);
    }

    private int leastTake(State state, int netuid) {
        return Math.max(items.minChildkeyTake.get(state), items.minChildkeyTakePerSubnet.get(state, netuid));
    }

    private int take(State state, AccountId hotkey, int netuid) {
        return Math.max(items.childkeyTake.get(state, hotkey, netuid), leastTake(state, netuid));
    }

    /** A dividend, and what of it is nobody's any more. */
    record Dividends(Map<AccountId, BigInteger> byHotkey, long burned) {}

    /** Passes the dividends of children on to their parents, each by what it lent. */
    Dividends share(State state, int netuid, List<AccountId> hotkeys, List<BigInteger> dividends) {
        Map<AccountId, BigInteger> byHotkey = new LinkedHashMap<>();
        long burned = 0;
        for (int uid = 0; uid < hotkeys.size(); uid++) {
            burned += share(state, netuid, hotkeys.get(uid), dividends.get(uid), byHotkey);
        }
        return new Dividends(byHotkey, burned);
    }

    private long share(
            State state, int netuid, AccountId hotkey, BigInteger dividend, Map<AccountId, BigInteger> byHotkey) {
        List<Family.Member> parents = stakes.family().parents(state, hotkey, netuid);
        if (parents.isEmpty()) {
            byHotkey.merge(hotkey, dividend, BigInteger::add);
            return 0;
        }
        Fixed all = FixedType.U96F32.of(dividend);
        Fixed burnRate = FixedType.U96F32.ratio(unsigned(items.ckBurn.get(state)), Stakes.U64_MAX);
        Fixed takeRate = FixedType.U96F32.ratio(take(state, hotkey, netuid), 65_535);
        Fixed own = FixedType.U96F32.one();
        for (Family.Member child : stakes.family().children(state, hotkey, netuid)) {
            own = own.minus(child.share());
        }
        Fixed total =
                FixedType.U96F32.of(contribution(state, hotkey, netuid, own).toU64());
        List<Fixed> contributions = new ArrayList<>();
        for (Family.Member parent : parents) {
            Fixed lent = contribution(state, parent.hotkey(), netuid, parent.share());
            contributions.add(lent);
            total = total.plus(lent);
        }
        Fixed left = all;
        Fixed taken = FixedType.U96F32.zero();
        long burned = 0;
        AccountId owner = items.owner.get(state, hotkey);
        for (int i = 0; i < parents.size(); i++) {
            AccountId parent = parents.get(i).hotkey();
            Fixed part = all.times(contributions.get(i).dividedBy(total));
            left = left.minus(part);
            if (!items.owner.get(state, parent).equals(owner)) {
                Fixed burn = burnRate.times(part);
                Fixed take = takeRate.times(part);
                part = part.minus(burn).minus(take);
                taken = taken.plus(take);
                burned += burn.toU64().longValueExact();
            }
            byHotkey.merge(parent, part.toU64(), BigInteger::add);
        }
        byHotkey.merge(hotkey, left.plus(taken).toU64(), BigInteger::add);
        return burned;
    }

    private Fixed contribution(State state, AccountId hotkey, int netuid, Fixed share) {
        Fixed alpha = FixedType.U96F32.of(unsigned(stakes.total(state, hotkey, netuid)));
        Fixed tao = FixedType.U96F32.of(unsigned(stakes.total(state, hotkey, Stakes.ROOT)));
        return alpha.times(share).plus(tao.times(share).times(stakes.taoWeight(state)));
    }
}
