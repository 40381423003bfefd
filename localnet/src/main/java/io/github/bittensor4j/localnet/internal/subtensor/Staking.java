package io.github.bittensor4j.localnet.internal.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.state.State;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Staking, unstaking and moving stake, with the chain's checks in the chain's order. */
final class Staking {
    /** The least that is staked or unstaked, in rao of TAO. */
    static final long LEAST = 2_000_000;
    /** The least that is transferred, in rao of TAO. */
    private static final long LEAST_TRANSFER = 100_000;
    /** How many times a pool's reserve an amount may be at most. */
    private static final long LARGEST_MULTIPLE = 1000;

    private final Items items;
    private final Stakes stakes;
    private final Pool pool;
    private final Collateral collateral;

    Staking(Items items, Stakes stakes, Pool pool, Collateral collateral) {
        this.items = items;
        this.stakes = stakes;
        this.pool = pool;
        this.collateral = collateral;
    }

    /** A price limit in rao and whether a part may be done where the whole would pass it. */
    record Limit(long price, boolean allowPartial) {}

    /** Stakes TAO; answers the alpha it bought. */
    long add(Host host, AccountId coldkey, AccountId hotkey, int netuid, long tao, Optional<Limit> limit) {
        State state = host.state();
        Refusal.unless(
                !pool.isDynamic(state, netuid) || withinMultiple(tao, items.subnetTao.get(state, netuid)),
                "InsufficientLiquidity");
        Refusal.unless(items.networksAdded.get(state, netuid), "SubnetNotExists");
        Refusal.unless(items.subtokenEnabled.get(state, netuid), "SubtokenDisabled");
        long amount = tao;
        if (limit.isPresent()) {
            long most = pool.mostToBuy(state, netuid, limit.get().price());
            Refusal.unless(tao <= most || limit.get().allowPartial(), "SlippageTooHigh");
            amount = Math.min(tao, most);
        }
        Refusal.unless(amount >= LEAST + pool.fee(state, netuid, LEAST), "AmountTooLow");
        Refusal.unless(host.spendable(coldkey) >= amount, "NotEnoughBalanceToStake");
        Refusal.unless(items.owner.find(state, hotkey).isPresent(), "HotKeyAccountNotExists");
        Refusal.unless(pool.canPay(state, netuid, true), "InsufficientLiquidity");
        Pool.Quote quote = pool.buy(host, netuid, coldkey, amount);
        Refusal.unless(quote.out() > 0, "AmountTooLow");
        stakes.credit(state, hotkey, coldkey, netuid, quote.out());
        host.event("SubtensorModule", "StakeAdded", coldkey, hotkey, amount, quote.out(), netuid, quote.fee());
        return quote.out();
    }

    /** Buys alpha and destroys it: it stays issued, but is nobody's any more. */
    void addAndBurn(Host host, AccountId coldkey, AccountId hotkey, int netuid, long tao, Optional<Long> price) {
        long alpha = add(host, coldkey, hotkey, netuid, tao, price.map(limit -> new Limit(limit, false)));
        burn(host, coldkey, hotkey, netuid, alpha);
        host.event("SubtensorModule", "AddStakeBurn", netuid, hotkey, tao, alpha);
    }

    /** Destroys alpha that stays issued, at most what there is. */
    void burn(Host host, AccountId coldkey, AccountId hotkey, int netuid, long alpha) {
        long amount = takeAway(host, coldkey, hotkey, netuid, alpha);
        stakes.burn(host.state(), netuid, amount);
        host.event("SubtensorModule", "AlphaBurned", coldkey, hotkey, amount, netuid);
    }

    /** Destroys alpha so that it can be issued again, at most what there is. */
    void recycle(Host host, AccountId coldkey, AccountId hotkey, int netuid, long alpha) {
        long amount = takeAway(host, coldkey, hotkey, netuid, alpha);
        stakes.recycle(host.state(), netuid, amount);
        host.event("SubtensorModule", "AlphaRecycled", coldkey, hotkey, amount, netuid);
    }

    private long takeAway(Host host, AccountId coldkey, AccountId hotkey, int netuid, long alpha) {
        State state = host.state();
        Refusal.unless(items.networksAdded.get(state, netuid), "SubnetNotExists");
        Refusal.unless(netuid != Stakes.ROOT, "CannotBurnOrRecycleOnRootSubnet");
        Refusal.unless(items.subtokenEnabled.get(state, netuid), "SubtokenDisabled");
        Refusal.unless(items.owner.find(state, hotkey).isPresent(), "HotKeyAccountNotExists");
        long amount = Math.min(alpha, stakes.of(state, hotkey, coldkey, netuid));
        Refusal.unless(items.subnetAlphaOut.get(state, netuid) >= amount, "InsufficientLiquidity");
        collateral.requireFree(state, coldkey, hotkey, netuid, amount);
        stakes.debit(state, hotkey, coldkey, netuid, amount);
        return amount;
    }

    void remove(Host host, AccountId coldkey, AccountId hotkey, int netuid, long alpha, Optional<Limit> limit) {
        State state = host.state();
        Refusal.unless(items.subtokenEnabled.get(state, netuid), "SubtokenDisabled");
        long own = stakes.of(state, hotkey, coldkey, netuid);
        Refusal.unless(
                !pool.isDynamic(state, netuid) || withinMultiple(alpha, items.subnetAlphaIn.get(state, netuid)),
                "InsufficientLiquidity");
        Refusal.unless(items.networksAdded.get(state, netuid), "SubnetNotExists");
        Refusal.unless(alpha != 0, "AmountTooLow");
        Refusal.unless(Long.compareUnsigned(alpha, own) <= 0, "NotEnoughStakeToWithdraw");
        collateral.requireFree(state, coldkey, hotkey, netuid, alpha);
        long amount = alpha;
        if (limit.isPresent()) {
            long most = pool.mostToSell(state, netuid, limit.get().price());
            Refusal.unless(alpha <= most || limit.get().allowPartial(), "SlippageTooHigh");
            amount = Math.min(alpha, most);
        }
        Refusal.unless(pool.quoteSell(state, netuid, amount).out() >= LEAST || amount == own, "AmountTooLow");
        Refusal.unless(pool.canPay(state, netuid, false), "InsufficientLiquidity");
        Refusal.unless(items.owner.find(state, hotkey).isPresent(), "HotKeyAccountNotExists");
        sell(host, coldkey, hotkey, netuid, amount);
    }

    private void sell(Host host, AccountId coldkey, AccountId hotkey, int netuid, long alpha) {
        stakes.debit(host.state(), hotkey, coldkey, netuid, alpha);
        Pool.Quote quote = pool.sell(host, netuid, coldkey, alpha);
        host.event("SubtensorModule", "StakeRemoved", coldkey, hotkey, quote.out(), alpha, netuid, quote.fee());
    }

    /** Unstakes all that a coldkey has on a hotkey in one subnet. */
    void removeFull(Host host, AccountId coldkey, AccountId hotkey, int netuid, Optional<Long> price) {
        remove(
                host,
                coldkey,
                hotkey,
                netuid,
                stakes.of(host.state(), hotkey, coldkey, netuid),
                price.map(limit -> new Limit(limit, false)));
    }

    /** Unstakes all that a coldkey has on a hotkey, in every subnet that can pay; what can not is passed over. */
    void removeAll(Host host, AccountId coldkey, AccountId hotkey) {
        State state = host.state();
        Refusal.unless(items.owner.find(state, hotkey).isPresent(), "HotKeyAccountNotExists");
        for (int netuid : netuids(state)) {
            long own = stakes.of(state, hotkey, coldkey, netuid);
            if (own > 0 && canLeave(state, coldkey, hotkey, netuid, own)) {
                sell(host, coldkey, hotkey, netuid, own);
            }
        }
    }

    /** Turns all alpha that a coldkey has on a hotkey into stake of it on root. */
    void removeAllToRoot(Host host, AccountId coldkey, AccountId hotkey) {
        State state = host.state();
        Refusal.unless(items.owner.find(state, hotkey).isPresent(), "HotKeyAccountNotExists");
        Refusal.unless(items.subtokenEnabled.get(state, Stakes.ROOT), "SubtokenDisabled");
        long tao = 0;
        for (int netuid : netuids(state)) {
            long own = netuid == Stakes.ROOT ? 0 : stakes.of(state, hotkey, coldkey, netuid);
            if (own > 0 && canLeave(state, coldkey, hotkey, netuid, own)) {
                tao += pool.quoteSell(state, netuid, own).out();
                sell(host, coldkey, hotkey, netuid, own);
            }
        }
        if (tao > 0) {
            add(host, coldkey, hotkey, Stakes.ROOT, tao, Optional.empty());
        }
    }

    private boolean canLeave(State state, AccountId coldkey, AccountId hotkey, int netuid, long alpha) {
        return items.subtokenEnabled.get(state, netuid)
                && pool.canPay(state, netuid, false)
                && collateral.isFree(state, coldkey, hotkey, netuid, alpha);
    }

    /**
     * Where stake goes.
     *
     * @param coldkey whose it becomes
     * @param hotkey which hotkey it is on
     * @param netuid in which subnet
     */
    record Place(AccountId coldkey, AccountId hotkey, int netuid) {}

    /** What a coldkey has at a place. */
    long at(Host host, Place place) {
        return stakes.of(host.state(), place.hotkey(), place.coldkey(), place.netuid());
    }

    /** Moves stake between hotkeys, coldkeys and subnets; answers the TAO value that moved. */
    long move(Host host, Place from, Place to, long alpha, Optional<Limit> limit, boolean transfer) {
        State state = host.state();
        Refusal.unless(items.networksAdded.get(state, from.netuid()), "SubnetNotExists");
        Refusal.unless(items.networksAdded.get(state, to.netuid()), "SubnetNotExists");
        Refusal.unless(items.subtokenEnabled.get(state, from.netuid()), "SubtokenDisabled");
        Refusal.unless(items.subtokenEnabled.get(state, to.netuid()), "SubtokenDisabled");
        Refusal.unless(items.owner.find(state, from.hotkey()).isPresent(), "HotKeyAccountNotExists");
        Refusal.unless(items.owner.find(state, to.hotkey()).isPresent(), "HotKeyAccountNotExists");
        long own = stakes.of(state, from.hotkey(), from.coldkey(), from.netuid());
        Refusal.unless(Long.compareUnsigned(alpha, own) <= 0, "NotEnoughStakeToWithdraw");
        collateral.requireFree(state, from.coldkey(), from.hotkey(), from.netuid(), alpha);
        long tao = pool.quoteSell(state, from.netuid(), alpha).out();
        if (transfer) {
            Refusal.unless(
                    items.transferToggle.get(state, from.netuid()) && items.transferToggle.get(state, to.netuid()),
                    "TransferDisallowed");
        }
        Refusal.unless(tao >= (transfer ? LEAST_TRANSFER : LEAST), "AmountTooLow");
        stakes.debit(state, from.hotkey(), from.coldkey(), from.netuid(), alpha);
        long arriving = alpha;
        if (from.netuid() != to.netuid()) {
            Refusal.unless(
                    pool.canPay(state, from.netuid(), false) && pool.canPay(state, to.netuid(), true),
                    "InsufficientLiquidity");
            // The ratio of both prices after the move is what a limit bounds.
            pool.sell(host, from.netuid(), to.coldkey(), alpha);
            arriving = pool.buy(host, to.netuid(), to.coldkey(), tao).out();
            limit.ifPresent(bound -> checkRatio(state, from.netuid(), to.netuid(), bound.price()));
        }
        stakes.credit(state, to.hotkey(), to.coldkey(), to.netuid(), arriving);
        return tao;
    }

    private void checkRatio(State state, int from, int to, long limit) {
        long origin = pool.priceInRao(state, from);
        long destination = Math.max(1, pool.priceInRao(state, to));
        Refusal.unless(
                Math.multiplyHigh(origin, 1_000_000_000L) > 0 || origin * 1_000_000_000L / destination >= limit,
                "SlippageTooHigh");
    }

    private List<Integer> netuids(State state) {
        return new ArrayList<>(items.networksAdded.all(state).keySet());
    }

    private static boolean withinMultiple(long amount, long reserve) {
        return Stakes.unsigned(amount)
                        .compareTo(Stakes.unsigned(reserve).multiply(BigInteger.valueOf(LARGEST_MULTIPLE)))
                <= 0;
    }
}
