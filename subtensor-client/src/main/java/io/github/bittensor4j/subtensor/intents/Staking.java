package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.subtensor.Call;

/**
 * Staking, unstaking, moving stake. What trades through a pool carries a price limit, taken from the pool's price when it is planned, unless
 * {@link Slippage#UNLIMITED} is asked for; on a runtime without the limited form of a trade it is refused, never done at any price.
 */
public final class Staking {
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
                    ? Planning.call(
                            "add_stake_limit",
                            "hotkey",
                            hotkey,
                            "netuid",
                            netuid,
                            "amount_staked",
                            tao,
                            "limit_price",
                            slippage.most(planning.price(netuid)),
                            "allow_partial",
                            false)
                    : Planning.call("add_stake", "hotkey", hotkey, "netuid", netuid, "amount_staked", tao);
            Draft draft = Draft.of(call)
                    .spends(tao)
                    .on(netuid)
                    .adviseShield()
                    .effect("stakes " + tao + " on " + hotkey + " in subnet " + netuid + ", " + slippage);
            return amount.isAll()
                    ? quoted(draft, planning, netuid, tao).warning("stakes the whole free balance")
                    : quoted(draft, planning, netuid, tao);
        }
    }

    private static Draft quoted(Draft draft, Planning planning, Netuid netuid, Tao tao) {
        return netuid.isRoot()
                ? draft
                : planning.bought(netuid, tao)
                        .map(alpha -> draft.effect("buys some " + alpha))
                        .orElse(draft);
    }

    private static Draft quoted(Draft draft, Planning planning, Alpha alpha) {
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
            Alpha alpha = planning.amount(amount, hotkey, netuid);
            Call call = slippage.slippageProtection()
                    ? Planning.call(
                            "remove_stake_limit",
                            "hotkey",
                            hotkey,
                            "netuid",
                            netuid,
                            "amount_unstaked",
                            alpha,
                            "limit_price",
                            slippage.least(planning.price(netuid)),
                            "allow_partial",
                            false)
                    : Planning.call("remove_stake", "hotkey", hotkey, "netuid", netuid, "amount_unstaked", alpha);
            Draft draft = Draft.of(call)
                    .spends(alpha)
                    .on(netuid)
                    .adviseShield()
                    .effect("unstakes " + alpha + " from " + hotkey + ", " + slippage);
            return quoted(draft, planning, alpha);
        }
    }
}
