package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.subtensor.Call;
import io.github.bittensor4j.subtensor.Calls;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * Staking, unstaking, moving stake. What trades through a pool carries a price limit, taken from the pool's price when it is planned, unless
 * {@link Slippage#UNLIMITED} is asked for; on a runtime without the limited form of a trade it is refused, never done at any price.
 */
public final class Staking {
    /** The amount that the chain reads as all there is. */
    private static final long EVERYTHING = -1L;

    /** What one alpha of root costs in rao, always. */
    private static final long ROOT_PRICE = 1_000_000_000L;

    private Staking() {}

    /**
     * Stakes TAO on a hotkey: the subnet's pool turns it into alpha.
     *
     * @param hotkey who is backed
     * @param netuid where; root for stake in TAO
     * @param amount how much; all for the free balance without the existential deposit and 0.0005 TAO for the fee
     * @param slippage how far the price may rise
     */
    @Operation("stakes TAO on a hotkey, within a limit of the price")
    public record AddStake(AccountId hotkey, Netuid netuid, Amount<Tao> amount, Slippage slippage) implements Intent {
        /**
         * Stakes TAO, half a per cent from the price at most.
         *
         * @param hotkey who is backed
         * @param netuid where
         * @param amount how much
         */
        public AddStake(AccountId hotkey, Netuid netuid, Tao amount) {
            this(hotkey, netuid, Amount.of(amount), Slippage.DEFAULT);
        }

        @Override
        public Draft draft(Planning planning) {
            Tao tao = amount.value().orElseGet(planning::spendable);
            Call call = slippage.slippageProtection()
                    ? addLimit(hotkey, netuid, tao, slippage.most(planning.price(netuid)), false)
                    : Planning.call("add_stake", "hotkey", hotkey, "netuid", netuid, "amount_staked", tao);
            Draft draft = bought(staking(call, hotkey, netuid, tao, ", " + slippage), planning, netuid, tao);
            return amount.isAll() ? draft.warning("stakes the whole free balance") : draft;
        }
    }

    private static Call addLimit(
            AccountId hotkey, Netuid netuid, Tao tao, BigInteger limitPrice, boolean allowPartial) {
        return Planning.call(
                "add_stake_limit",
                "hotkey",
                hotkey,
                "netuid",
                netuid,
                "amount_staked",
                tao,
                "limit_price",
                limitPrice,
                "allow_partial",
                allowPartial);
    }

    private static Draft staking(Call call, AccountId hotkey, Netuid netuid, Tao tao, String how) {
        return Draft.of(call)
                .spends(tao)
                .on(netuid)
                .adviseShield()
                .effect("stakes " + tao + " on " + hotkey + " in subnet " + netuid + how);
    }

    private static Draft bought(Draft draft, Planning planning, Netuid netuid, Tao tao) {
        return netuid.isRoot()
                ? draft
                : planning.bought(netuid, tao)
                        .map(alpha -> draft.effect("buys some " + alpha))
                        .orElse(draft);
    }

    private static Draft sold(Draft draft, Planning planning, Alpha alpha) {
        return alpha.netuid().isRoot()
                ? draft
                : planning.sold(alpha)
                        .map(tao -> draft.effect("brings some " + tao))
                        .orElse(draft);
    }

    /**
     * Turns stake back into TAO: the subnet's pool buys the alpha.
     *
     * @param hotkey on whom the stake is
     * @param netuid where
     * @param amount how much of it; all for the whole position
     * @param slippage how far the price may fall
     * @param claim whether everything that the validator's basket owes is claimed first, in the same extrinsic; on root only
     */
    @Operation("turns stake back into TAO, within a limit of the price")
    public record RemoveStake(
            AccountId hotkey,
            Netuid netuid,
            Amount<Alpha> amount,
            Slippage slippage,
            @JsonField(otherwise = "false") boolean claim)
            implements Intent {
        /**
         * Unstakes, half a per cent from the price at most.
         *
         * @param hotkey on whom the stake is
         * @param amount how much, and of which subnet
         */
        public RemoveStake(AccountId hotkey, Alpha amount) {
            this(hotkey, amount.netuid(), Amount.of(amount), Slippage.DEFAULT, false);
        }

        @Override
        public Draft draft(Planning planning) {
            if (claim && netuid.isRoot() && amount.isAll()) {
                // Only the chain knows what there is after the claim; root's price is fixed.
                planning.amount(amount, hotkey, netuid);
                return claimed(planning, hotkey, netuid, everythingOnRoot(hotkey));
            }
            Alpha alpha = planning.amount(amount, hotkey, netuid);
            Call call = slippage.slippageProtection()
                    ? removeLimit(hotkey, alpha, slippage.least(planning.price(netuid)), false)
                    : Planning.call("remove_stake", "hotkey", hotkey, "netuid", netuid, "amount_unstaked", alpha);
            Draft draft = unstaking(call, hotkey, alpha, ", " + slippage);
            return claimed(claim, planning, hotkey, netuid, sold(draft, planning, alpha));
        }
    }

    private static Call removeLimit(AccountId hotkey, Alpha alpha, BigInteger limitPrice, boolean allowPartial) {
        return Planning.call(
                "remove_stake_limit",
                "hotkey",
                hotkey,
                "netuid",
                alpha.netuid(),
                "amount_unstaked",
                alpha,
                "limit_price",
                limitPrice,
                "allow_partial",
                allowPartial);
    }

    private static Draft unstaking(Call call, AccountId hotkey, Alpha alpha, String how) {
        return Draft.of(call)
                .spends(alpha)
                .on(alpha.netuid())
                .adviseShield()
                .effect("unstakes " + alpha + " from " + hotkey + how);
    }

    private static Draft everythingOnRoot(AccountId hotkey) {
        Call call = Planning.call(
                "remove_stake",
                "hotkey",
                hotkey,
                "netuid",
                Netuid.ROOT,
                "amount_unstaked",
                Alpha.ofRao(Netuid.ROOT, EVERYTHING));
        return Draft.of(call)
                .spendsUnbounded()
                .on(Netuid.ROOT)
                .effect("unstakes everything from " + hotkey + " on root");
    }

    /** With the claim of everything that the validator's basket owes before it, in one extrinsic, where that is wanted. */
    private static Draft claimed(boolean claim, Planning planning, AccountId hotkey, Netuid netuid, Draft then) {
        return claim ? claimed(planning, hotkey, netuid, then) : then;
    }

    private static Draft claimed(Planning planning, AccountId hotkey, Netuid netuid, Draft then) {
        if (!netuid.isRoot()) {
            throw new InvalidValueException(
                    "intent.claim", "claim on subnet " + netuid + " (expected: on root, where baskets are)", "");
        }
        Draft claim = planning.draft(new Baskets.ClaimRootWithHotkey(hotkey));
        Draft both = Draft.around(List.of(claim, then), Calls::batchAll)
                .warning("claims all that the basket owes, whatever the amount");
        return planning.number("RootStakeUnlockInterval").signum() > 0
                ? both.obstacle("a claim holds root stake for " + planning.number("RootStakeUnlockInterval")
                        + " blocks: claim first, then wait")
                : both;
    }

    /**
     * Stakes TAO on a hotkey, up to a price of one's own.
     *
     * @param hotkey who is backed
     * @param netuid where
     * @param amount how much; all for the free balance without the existential deposit and 0.0005 TAO for the fee
     * @param limitPriceRao the highest price, in rao for one alpha, read as unsigned
     * @param allowPartial whether as much is staked as that price allows, and the rest kept, instead of nothing
     */
    @Operation("stakes TAO on a hotkey, up to a price")
    public record AddStakeLimit(
            AccountId hotkey,
            Netuid netuid,
            Amount<Tao> amount,
            long limitPriceRao,
            @JsonField(otherwise = "false") boolean allowPartial)
            implements Intent {
        @Override
        public Draft draft(Planning planning) {
            Tao tao = amount.value().orElseGet(planning::spendable);
            return bought(
                    staking(
                            addLimit(hotkey, netuid, tao, unsigned(limitPriceRao), allowPartial),
                            hotkey,
                            netuid,
                            tao,
                            ", at " + Long.toUnsignedString(limitPriceRao) + " rao for one alpha at most"),
                    planning,
                    netuid,
                    tao);
        }
    }

    /**
     * Turns stake back into TAO, down to a price of one's own.
     *
     * @param hotkey on whom the stake is
     * @param netuid where
     * @param amount how much of it; all for the whole position
     * @param limitPriceRao the lowest price, in rao for one alpha, read as unsigned
     * @param allowPartial whether as much is unstaked as that price allows instead of nothing
     * @param claim whether everything that the validator's basket owes is claimed first, in the same extrinsic; on root only
     */
    @Operation("turns stake back into TAO, down to a price")
    public record RemoveStakeLimit(
            AccountId hotkey,
            Netuid netuid,
            Amount<Alpha> amount,
            long limitPriceRao,
            @JsonField(otherwise = "false") boolean allowPartial,
            @JsonField(otherwise = "false") boolean claim)
            implements Intent {
        @Override
        public Draft draft(Planning planning) {
            Alpha alpha = planning.amount(amount, hotkey, netuid);
            if (claim && netuid.isRoot() && amount.isAll()) {
                if (Long.compareUnsigned(limitPriceRao, ROOT_PRICE) > 0) {
                    throw new InvalidValueException(
                            "intent.price",
                            "limit_price_rao: " + Long.toUnsignedString(limitPriceRao) + " (expected: at most "
                                    + ROOT_PRICE + ", root's fixed price)",
                            "");
                }
                return claimed(planning, hotkey, netuid, everythingOnRoot(hotkey));
            }
            Draft draft = unstaking(
                    removeLimit(hotkey, alpha, unsigned(limitPriceRao), allowPartial),
                    hotkey,
                    alpha,
                    ", for " + Long.toUnsignedString(limitPriceRao) + " rao for one alpha at least");
            return claimed(claim, planning, hotkey, netuid, sold(draft, planning, alpha));
        }
    }

    /**
     * Turns all stake on a hotkey, in every subnet, back into TAO. What the chain can not sell it passes over without a word.
     *
     * @param hotkey on whom the stake is
     * @param claim whether everything that the validator's basket owes is claimed first, in the same extrinsic
     * @param anyPrice whether it is sold at any price: the chain has no limited form of this
     */
    @Operation("turns all stake on a hotkey back into TAO, at any price")
    public record UnstakeAll(
            AccountId hotkey,
            @JsonField(otherwise = "false") boolean claim,

            @JsonField(otherwise = "false", beyondSdk = true)
            boolean anyPrice)
            implements Intent {
        @Override
        public Draft draft(Planning planning) {
            Draft draft = Draft.of(Planning.call("unstake_all", "hotkey", hotkey))
                    .spendsUnbounded()
                    .onAllSubnets()
                    .adviseShield()
                    .effect("unstakes everything from " + hotkey + " in every subnet");
            return claimed(claim, planning, hotkey, Netuid.ROOT, unlimited(draft, anyPrice, "remove_stake"));
        }
    }

    /**
     * Turns all alpha staked on a hotkey, in every subnet, into stake on root. What the chain can not sell it passes over without a word.
     *
     * @param hotkey on whom the stake is
     * @param anyPrice whether it is sold at any price: the chain has no limited form of this
     */
    @Operation("turns all alpha on a hotkey into root stake, at any price")
    public record UnstakeAllAlpha(
            AccountId hotkey,

            @JsonField(otherwise = "false", beyondSdk = true)
            boolean anyPrice) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            Draft draft = Draft.of(Planning.call("unstake_all_alpha", "hotkey", hotkey))
                    .spendsUnbounded()
                    .onAllSubnets()
                    .adviseShield()
                    .effect("turns all alpha on " + hotkey + " into root stake");
            return unlimited(draft, anyPrice, "swap_stake");
        }
    }

    /** What trades and has no limited form on the chain is not done unless any price is fine. */
    static Draft unlimited(Draft draft, boolean anyPrice, String instead) {
        return anyPrice
                ? draft.warning("trades at any price")
                : draft.obstacle(
                        "the chain can not limit the price of this: say any_price to trade at any, or use " + instead);
    }

    /**
     * Moves stake to another hotkey, another subnet, or both. Within one subnet nothing is traded.
     *
     * @param originHotkey on whom it is
     * @param originNetuid where
     * @param destHotkey on whom it shall be
     * @param destNetuid where
     * @param amount how much; all for the whole position
     * @param slippage how far the ratio of the two prices may fall
     * @param claim whether everything that the validator's basket owes is claimed first, in the same extrinsic; from root only
     */
    @Operation("moves stake to another hotkey or subnet, within a limit of the price")
    public record MoveStake(
            AccountId originHotkey,
            Netuid originNetuid,
            AccountId destHotkey,
            Netuid destNetuid,
            Amount<Alpha> amount,
            Slippage slippage,
            @JsonField(otherwise = "false") boolean claim)
            implements Intent {
        @Override
        public Draft draft(Planning planning) {
            boolean everything = claim && originNetuid.isRoot() && amount.isAll();
            Alpha alpha = everything
                    ? Alpha.ofRao(originNetuid, EVERYTHING)
                    : planning.amount(amount, originHotkey, originNetuid);
            boolean trades = !originNetuid.equals(destNetuid);
            Call call = trades && slippage.slippageProtection()
                    ? limited(
                            moving("move_stake_limit", originHotkey, destHotkey, originNetuid, destNetuid, alpha),
                            ratio(planning, originNetuid, destNetuid, slippage))
                    : moving("move_stake", originHotkey, destHotkey, originNetuid, destNetuid, alpha);
            Draft draft = Draft.of(call).on(originNetuid, destNetuid);
            draft = everything ? draft.spendsUnbounded() : draft.spends(alpha);
            draft = trades ? draft.adviseShield() : draft;
            return claimed(
                    claim,
                    planning,
                    originHotkey,
                    originNetuid,
                    draft.effect("moves " + (everything ? "everything" : alpha) + " from " + originHotkey + " to "
                            + destHotkey + " in subnet " + destNetuid + (trades ? ", " + slippage : "")));
        }
    }

    private static Call moving(
            String function, AccountId from, AccountId to, Netuid fromNetuid, Netuid toNetuid, Alpha alpha) {
        return Planning.call(
                function,
                "origin_hotkey",
                from,
                "destination_hotkey",
                to,
                "origin_netuid",
                fromNetuid,
                "destination_netuid",
                toNetuid,
                "alpha_amount",
                alpha);
    }

    private static Call limited(Call call, BigInteger limitPrice) {
        return call.with("limit_price", limitPrice).with("allow_partial", false);
    }

    /** The least alpha of the one subnet for one of the other, times 10^9: what the chain holds a swap against. */
    private static BigInteger ratio(Planning planning, Netuid from, Netuid to, Slippage slippage) {
        BigInteger price = planning.price(to);
        if (price.signum() == 0) {
            throw new InvalidValueException(
                    "intent.price", "alpha of subnet " + to + " has no price (expected: one above zero)", "");
        }
        return slippage.least(
                planning.price(from).multiply(BigInteger.valueOf(ROOT_PRICE)).divide(price));
    }

    private static Draft swapping(
            Planning planning, AccountId hotkey, Alpha alpha, Netuid destNetuid, Slippage slippage) {
        if (alpha.netuid().equals(destNetuid)) {
            throw new InvalidValueException(
                    "intent.netuid", "subnet " + destNetuid + " twice (expected: two different subnets)", "");
        }
        Call plain = Planning.call(
                slippage.slippageProtection() ? "swap_stake_limit" : "swap_stake",
                "hotkey",
                hotkey,
                "origin_netuid",
                alpha.netuid(),
                "destination_netuid",
                destNetuid,
                "alpha_amount",
                alpha);
        return Draft.of(
                        slippage.slippageProtection()
                                ? limited(plain, ratio(planning, alpha.netuid(), destNetuid, slippage))
                                : plain)
                .spends(alpha)
                .on(alpha.netuid(), destNetuid)
                .adviseShield()
                .effect("swaps " + alpha + " on " + hotkey + " into subnet " + destNetuid + ", " + slippage);
    }

    /**
     * Swaps stake on a hotkey into another subnet.
     *
     * @param hotkey on whom it is and stays
     * @param originNetuid where it is
     * @param destNetuid where it shall be
     * @param amount how much; all for the whole position
     * @param slippage how far the ratio of the two prices may fall
     */
    @Operation("swaps stake into another subnet, within a limit of the price")
    public record SwapStake(
            AccountId hotkey, Netuid originNetuid, Netuid destNetuid, Amount<Alpha> amount, Slippage slippage)
            implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return swapping(planning, hotkey, planning.amount(amount, hotkey, originNetuid), destNetuid, slippage);
        }
    }

    /**
     * Moves stake to another hotkey and then swaps it into another subnet, in one extrinsic: for runtimes whose {@link MoveStake} has no price
     * limit. The move can lose a rao to rounding, so the swap takes one less, which stays behind.
     *
     * @param originHotkey on whom it is
     * @param originNetuid where
     * @param destHotkey on whom it shall be
     * @param destNetuid where
     * @param amount how much; all for the whole position
     * @param slippage how far the ratio of the two prices may fall
     */
    @Operation("moves stake to another hotkey, then swaps it into another subnet")
    public record MoveSwapStake(
            AccountId originHotkey,
            Netuid originNetuid,
            AccountId destHotkey,
            Netuid destNetuid,
            Amount<Alpha> amount,
            Slippage slippage)
            implements Intent {
        /** Checks that both change. */
        public MoveSwapStake {
            if (originHotkey.equals(destHotkey) || originNetuid.equals(destNetuid)) {
                throw new InvalidValueException(
                        "intent.move",
                        "move from " + originHotkey + " in subnet " + originNetuid + " to " + destHotkey + " in subnet "
                                + destNetuid + " (expected: another hotkey and another subnet)",
                        "Use move_stake or swap_stake where only one of them changes.");
            }
        }

        @Override
        public Draft draft(Planning planning) {
            Alpha alpha = planning.amount(amount, originHotkey, originNetuid);
            Alpha one = Alpha.ofRao(originNetuid, 1);
            if (alpha.compareTo(one) <= 0) {
                throw new InvalidValueException(
                        "intent.nothing",
                        "amount: " + alpha + " (expected: more than 1 rao, which rounding takes)",
                        "");
            }
            Draft move = Draft.of(moving("move_stake", originHotkey, destHotkey, originNetuid, originNetuid, alpha))
                    .spends(one)
                    .effect("moves " + alpha + " from " + originHotkey + " to " + destHotkey);
            Draft swap = swapping(planning, destHotkey, alpha.minus(one), destNetuid, slippage);
            return Draft.around(List.of(move, swap), Calls::batchAll)
                    .warning("1 rao may stay behind in subnet " + originNetuid);
        }
    }

    /**
     * Makes stake another coldkey's. Nobody can take it back.
     *
     * @param destColdkey whose it shall be
     * @param hotkey on whom it is
     * @param originNetuid where it is
     * @param destNetuid where it shall be; where that is another subnet it is traded
     * @param amount how much; all for the whole position
     * @param destHotkey on whom it shall be; empty for the same hotkey
     * @param anyPrice whether it may be traded at any price: the chain has no limited form of this
     */
    @Operation("makes stake another coldkey's")
    public record TransferStake(
            AccountId destColdkey,
            AccountId hotkey,
            Netuid originNetuid,
            Netuid destNetuid,
            Amount<Alpha> amount,
            Optional<AccountId> destHotkey,

            @JsonField(otherwise = "false", beyondSdk = true)
            boolean anyPrice)
            implements Intent {
        @Override
        public Draft draft(Planning planning) {
            Alpha alpha = planning.amount(amount, hotkey, originNetuid);
            Call call = destHotkey
                    .filter(to -> !to.equals(hotkey))
                    .map(to -> Planning.call(
                            "transfer_stake_and_hotkey",
                            "destination_coldkey",
                            destColdkey,
                            "origin_hotkey",
                            hotkey,
                            "destination_hotkey",
                            to,
                            "origin_netuid",
                            originNetuid,
                            "destination_netuid",
                            destNetuid,
                            "alpha_amount",
                            alpha))
                    .orElseGet(() -> Planning.call(
                            "transfer_stake",
                            "destination_coldkey",
                            destColdkey,
                            "hotkey",
                            hotkey,
                            "origin_netuid",
                            originNetuid,
                            "destination_netuid",
                            destNetuid,
                            "alpha_amount",
                            alpha));
            Draft draft = Draft.of(call)
                    .spends(alpha)
                    .on(originNetuid, destNetuid)
                    .effect("gives " + alpha + " on " + hotkey + " to coldkey " + destColdkey)
                    .warning("the stake becomes another coldkey's");
            return originNetuid.equals(destNetuid)
                    ? draft
                    : unlimited(draft.adviseShield(), anyPrice, "swap_stake first");
        }
    }

    /**
     * Stakes what a coldkey earns in a subnet from now on to a hotkey.
     *
     * @param netuid where
     * @param hotkey on whom
     */
    @Operation("stakes future earnings in a subnet to a hotkey")
    public record SetAutoStake(
            Netuid netuid, @JsonField(ownHotkey = true) AccountId hotkey) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return Draft.of(Planning.call("set_coldkey_auto_stake_hotkey", "netuid", netuid, "hotkey", hotkey))
                    .on(netuid)
                    .effect("stakes what is earned in subnet " + netuid + " to " + hotkey);
        }
    }

    /**
     * Buys a subnet's alpha and burns it.
     *
     * @param netuid where; not root
     * @param amount how much TAO is spent
     * @param limitPrice the highest price, in rao for one alpha; empty for the price with the tolerance
     * @param rateTolerance how far the price may rise where no limit is named, as a share
     * @param hotkey through whom it goes
     */
    @Operation("buys a subnet's alpha and burns it, within a limit of the price")
    public record StakeBurn(
            Netuid netuid,
            Tao amount,
            Optional<Long> limitPrice,
            @JsonField(otherwise = "0.005") BigDecimal rateTolerance,
            @JsonField(ownHotkey = true) AccountId hotkey)
            implements Intent {
        @Override
        public Draft draft(Planning planning) {
            Slippage slippage = new Slippage(true, rateTolerance);
            BigInteger limit = limitPrice.map(Staking::unsigned).orElseGet(() -> slippage.most(planning.price(netuid)));
            Draft draft = Draft.of(Planning.call(
                            "add_stake_burn", "hotkey", hotkey, "netuid", netuid, "amount", amount, "limit", limit))
                    .spends(amount)
                    .on(netuid)
                    .adviseShield()
                    .effect("buys alpha of subnet " + netuid + " for " + amount + " and burns it, at " + limit
                            + " rao for one at most")
                    .warning("nothing of it becomes stake");
            return bought(draft, planning, netuid, amount);
        }
    }

    static BigInteger unsigned(long number) {
        return new BigInteger(Long.toUnsignedString(number));
    }
}
