package io.github.bittensor4j.localnet.internal.subtensor;

import static io.github.bittensor4j.localnet.internal.subtensor.Stakes.unsigned;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.localnet.internal.yuma.Fixed;
import io.github.bittensor4j.localnet.internal.yuma.FixedType;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Collateral: alpha that a miner's coldkey has staked on it and can not take out, but only earn back. A subnet may ask for a part of the
 * price of a seat as collateral instead of burning it; a miner may lock more, and say how much it keeps.
 */
final class Collateral {
    /** How many hotkeys of one coldkey may have collateral on a subnet. */
    private static final int MOST_HOTKEYS = 32;

    /** Collateral is not bought for more than this many hundredths of the price of the moment. */
    private static final long MOST_PERCENT = 105;

    private final Items items;
    private final Stakes stakes;
    private final Pool pool;

    /**
     * One position's collateral.
     *
     * @param locked how much
     * @param drainRatio how much an earned alpha releases, as the bits of a fraction of 2^64
     * @param least what is kept, and filled up from earnings
     * @param earned what was earned since it began
     */
    record Row(long locked, BigInteger drainRatio, long least, long earned) {
        Row locked(long amount) {
            return new Row(amount, drainRatio, least, earned);
        }

        boolean isOver() {
            return locked == 0 && least == 0;
        }

        Row with(Row other) {
            return new Row(
                    locked + other.locked,
                    drainRatio.min(other.drainRatio),
                    least + other.least,
                    earned + other.earned);
        }
    }

    Collateral(Items items, Stakes stakes, Pool pool) {
        this.items = items;
        this.stakes = stakes;
        this.pool = pool;
    }

    private Optional<Row> row(State state, int netuid, AccountId hotkey, AccountId coldkey) {
        return items.minerCollateral.find(state, netuid, hotkey, coldkey);
    }

    /** What of a position can not be taken out. */
    long locked(State state, int netuid, AccountId hotkey, AccountId coldkey) {
        return row(state, netuid, hotkey, coldkey).map(Row::locked).orElse(0L);
    }

    /** Whether as much can leave a position. */
    boolean isFree(State state, AccountId coldkey, AccountId hotkey, int netuid, long alpha) {
        return alpha <= Math.max(0, stakes.of(state, hotkey, coldkey, netuid) - locked(state, netuid, hotkey, coldkey));
    }

    void requireFree(State state, AccountId coldkey, AccountId hotkey, int netuid, long alpha) {
        Refusal.unless(isFree(state, coldkey, hotkey, netuid, alpha), "StakeUnavailable");
    }

    /** Writes a position's collateral, or that there is none, and keeps the coldkey's sum and list with it. */
    private void put(State state, int netuid, AccountId hotkey, AccountId coldkey, Optional<Row> row) {
        long before = locked(state, netuid, hotkey, coldkey);
        List<AccountId> hotkeys = new ArrayList<>(items.coldkeyCollateralHotkeys.get(state, netuid, coldkey));
        if (row.isPresent()) {
            if (!hotkeys.contains(hotkey)) {
                Refusal.unless(hotkeys.size() < MOST_HOTKEYS, "ColdkeyCollateralPositionsFull");
                hotkeys.add(hotkey);
            }
            items.minerCollateral.put(state, netuid, hotkey, coldkey, row.get());
        } else {
            hotkeys.remove(hotkey);
            items.minerCollateral.remove(state, netuid, hotkey, coldkey);
        }
        if (hotkeys.isEmpty()) {
            items.coldkeyCollateralHotkeys.remove(state, netuid, coldkey);
        } else {
            items.coldkeyCollateralHotkeys.put(state, netuid, coldkey, hotkeys);
        }
        long sum = items.coldkeyMinerCollateral.get(state, netuid, coldkey)
                - before
                + row.map(Row::locked).orElse(0L);
        if (sum == 0) {
            items.coldkeyMinerCollateral.remove(state, netuid, coldkey);
        } else {
            items.coldkeyMinerCollateral.put(state, netuid, coldkey, sum);
        }
    }

    private Row fresh(State state, int netuid) {
        return new Row(0, items.collateralDrainRatio.get(state, netuid), 0, 0);
    }

    private long lock(State state, int netuid, AccountId hotkey, AccountId coldkey, long alpha) {
        Row row = row(state, netuid, hotkey, coldkey).orElseGet(() -> fresh(state, netuid));
        put(state, netuid, hotkey, coldkey, Optional.of(row.locked(row.locked() + alpha)));
        return row.locked() + alpha;
    }

    /** Which part of a seat's price a subnet wants as collateral. */
    long requirement(State state, int netuid, long price) {
        Fixed share = FixedType.U64F64.ratio(items.collateralLockShare.get(state, netuid), 65_535);
        return FixedType.U64F64.of(unsigned(price)).times(share).toU64().longValueExact();
    }

    /** What is missing of it: collateral that stands already counts by the moving price. */
    long topUp(State state, int netuid, AccountId hotkey, AccountId coldkey, long price) {
        Fixed standing = FixedType.U64F64.of(unsigned(locked(state, netuid, hotkey, coldkey)));
        long value = standing.times(movingPrice(state, netuid)).toU64().longValueExact();
        return Math.max(0, requirement(state, netuid, price) - value);
    }

    private Fixed movingPrice(State state, int netuid) {
        return FixedType.I96F32.raw(items.subnetMovingPrice.get(state, netuid)).to(FixedType.U64F64);
    }

    /** Pays for a seat: one purchase, whose alpha is destroyed and locked by what was paid for each. */
    void pay(Host host, int netuid, AccountId hotkey, AccountId coldkey, long burned, long topUp) {
        State state = host.state();
        long charge = burned + topUp;
        if (topUp > 0) {
            long limit = unsigned(pool.priceInRao(state, netuid))
                    .multiply(BigInteger.valueOf(MOST_PERCENT))
                    .divide(BigInteger.valueOf(100))
                    .longValueExact();
            Refusal.unless(limit > 0, "InsufficientLiquidity");
            Refusal.unless(charge <= pool.mostToBuy(state, netuid, limit), "SlippageTooHigh");
        }
        Pool.Quote quote = pool.buy(host, netuid, coldkey, charge);
        long kept = charge == 0
                ? 0
                : unsigned(quote.out())
                        .multiply(unsigned(topUp))
                        .divide(unsigned(charge))
                        .longValueExact();
        items.subnetAlphaOut.update(state, netuid, out -> out - (quote.out() - kept));
        // A seat that is taken again has the subnet's ratio of now.
        row(state, netuid, hotkey, coldkey)
                .ifPresent(row -> put(
                        state,
                        netuid,
                        hotkey,
                        coldkey,
                        Optional.of(new Row(
                                row.locked(),
                                items.collateralDrainRatio.get(state, netuid),
                                row.least(),
                                row.earned()))));
        if (kept > 0) {
            stakes.credit(state, hotkey, coldkey, netuid, kept);
            host.event("SubtensorModule", "StakeAdded", coldkey, hotkey, topUp, kept, netuid, quote.fee());
            long all = lock(state, netuid, hotkey, coldkey, kept);
            host.event("SubtensorModule", "CollateralLocked", netuid, hotkey, kept, all);
        }
    }

    private void checkOwn(State state, AccountId coldkey, AccountId hotkey) {
        Optional<AccountId> owner = items.owner.find(state, hotkey);
        Refusal.unless(owner.isPresent(), "HotKeyAccountNotExists");
        Refusal.unless(owner.get().equals(coldkey), "NonAssociatedColdKey");
    }

    private void checkSubnet(State state, int netuid) {
        Refusal.unless(netuid != Stakes.ROOT, "RegistrationNotPermittedOnRootSubnet");
        Refusal.unless(items.networksAdded.get(state, netuid), "SubnetNotExists");
    }

    /** Locks more: of what is staked there freely, and what is missing is bought within a limit. */
    void add(Host host, Staking staking, AccountId coldkey, int netuid, AccountId hotkey, long alpha, long limit) {
        State state = host.state();
        checkSubnet(state, netuid);
        Refusal.unless(items.subtokenEnabled.get(state, netuid), "SubtokenDisabled");
        checkOwn(state, coldkey, hotkey);
        Refusal.unless(alpha != 0, "AmountTooLow");
        long free = Math.max(0, stakes.of(state, hotkey, coldkey, netuid) - locked(state, netuid, hotkey, coldkey));
        long added = Math.min(free, alpha);
        if (added > 0) {
            lock(state, netuid, hotkey, coldkey, added);
        }
        if (alpha > added) {
            Fixed price = movingPrice(state, netuid);
            Refusal.unless(!price.isZero(), "InsufficientLiquidity");
            long tao = FixedType.U64F64
                    .of(unsigned(alpha - added))
                    .times(price)
                    .toU64()
                    .longValueExact();
            if (tao > 0) {
                long bought =
                        staking.add(host, coldkey, hotkey, netuid, tao, Optional.of(new Staking.Limit(limit, false)));
                lock(state, netuid, hotkey, coldkey, bought);
                added += bought;
            }
        }
        Refusal.unless(added > 0, "AmountTooLow");
        host.event(
                "SubtensorModule", "CollateralLocked", netuid, hotkey, added, locked(state, netuid, hotkey, coldkey));
    }

    /** Says how much is kept. */
    void setLeast(Host host, AccountId coldkey, int netuid, AccountId hotkey, long least) {
        State state = host.state();
        checkSubnet(state, netuid);
        checkOwn(state, coldkey, hotkey);
        Row before = row(state, netuid, hotkey, coldkey).orElseGet(() -> fresh(state, netuid));
        Row after = new Row(before.locked(), before.drainRatio(), least, before.earned());
        put(state, netuid, hotkey, coldkey, Optional.of(after).filter(row -> !row.isOver()));
        host.event("SubtensorModule", "MinCollateralSet", netuid, hotkey, least);
    }

    /**
     * What an epoch's earnings do: they fill up what is kept, or release what is locked above it.
     *
     * @param earnings all that the hotkey earned
     * @param own the part that is its owner's, of which may be kept
     * @return how much was staked and locked of it
     */
    long settle(State state, int netuid, AccountId hotkey, AccountId owner, long earnings, long own) {
        Optional<Row> found = earnings == 0 ? Optional.empty() : row(state, netuid, hotkey, owner);
        if (found.isEmpty()) {
            return 0;
        }
        Row row = new Row(
                found.get().locked(),
                found.get().drainRatio(),
                found.get().least(),
                found.get().earned() + earnings);
        if (row.locked() < row.least()) {
            long kept = Math.min(own, row.least() - row.locked());
            stakes.credit(state, hotkey, owner, netuid, kept);
            put(state, netuid, hotkey, owner, Optional.of(row.locked(row.locked() + kept)));
            return kept;
        }
        long released = FixedType.U64F64
                .of(unsigned(earnings))
                .times(FixedType.U64F64.raw(row.drainRatio()))
                .toU64()
                .min(BigInteger.valueOf(row.locked() - row.least()))
                .longValueExact();
        put(
                state,
                netuid,
                hotkey,
                owner,
                Optional.of(row.locked(row.locked() - released)).filter(left -> !left.isOver()));
        return 0;
    }

    /** A hotkey whose stake stays with it when it is swapped must have no collateral. */
    void requireNone(State state, int netuid, AccountId hotkey, AccountId coldkey) {
        Refusal.unless(row(state, netuid, hotkey, coldkey).isEmpty(), "KeepStakeBlockedByCollateral");
    }

    void hotkeySwapped(State state, AccountId coldkey, AccountId old, AccountId next, int netuid) {
        move(state, netuid, old, coldkey, next, coldkey);
    }

    void coldkeySwapped(State state, AccountId old, AccountId next, int netuid) {
        items.coldkeyCollateralHotkeys
                .get(state, netuid, old)
                .forEach(hotkey -> move(state, netuid, hotkey, old, hotkey, next));
    }

    private void move(
            State state, int netuid, AccountId hotkey, AccountId coldkey, AccountId toHotkey, AccountId toColdkey) {
        row(state, netuid, hotkey, coldkey).ifPresent(moved -> {
            put(state, netuid, hotkey, coldkey, Optional.empty());
            Row merged =
                    row(state, netuid, toHotkey, toColdkey).map(moved::with).orElse(moved);
            put(state, netuid, toHotkey, toColdkey, Optional.of(merged));
        });
    }
}
