package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.subtensor.internal.Answer;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Collateral of miners: stake that is locked until it is earned back. */
public final class Collateral {
    private Collateral() {}

    /**
     * Locks more collateral on a hotkey of the coldkey's own: of its free stake there, and what is missing is bought.
     *
     * @param netuid where
     * @param amount how much; all for all free stake on the hotkey, so that nothing is bought
     * @param hotkey whose collateral
     * @param rateTolerance how far the price may rise, as a share, where something is bought
     */
    @Operation("locks collateral of a miner, bought within a limit of the price")
    public record AddCollateral(
            Netuid netuid,
            Amount<Alpha> amount,
            @JsonField(ownHotkey = true) AccountId hotkey,
            @JsonField(otherwise = "0.005") BigDecimal rateTolerance)
            implements Intent {
        @Override
        public Draft draft(Planning planning) {
            Slippage slippage = new Slippage(true, rateTolerance);
            Alpha free = free(planning);
            Alpha alpha = amount.value().orElse(free);
            if (alpha.isZero()) {
                throw new InvalidValueException(
                        "intent.nothing", "no free stake on " + hotkey + " in subnet " + netuid, "");
            }
            BigInteger limit = slippage.most(planning.price(netuid));
            Draft draft = Draft.of(Planning.call(
                            "add_collateral", "netuid", netuid, "hotkey", hotkey, "alpha", alpha, "limit_price", limit))
                    .on(netuid)
                    .adviseShield()
                    .effect("locks " + alpha + " as collateral of " + hotkey)
                    .warning("collateral can not be taken out, only earned back");
            return alpha.compareTo(free) <= 0
                    ? draft.spends(alpha)
                    : draft.spends(free)
                            .spends(cost(alpha.minus(free), limit))
                            .effect("buys " + alpha.minus(free) + " of it, at " + limit + " rao for one at most");
        }

        /** At the limit, rounded up. */
        private static Tao cost(Alpha alpha, BigInteger limit) {
            BigInteger[] parts = new BigInteger(Long.toUnsignedString(alpha.rao()))
                    .multiply(limit)
                    .divideAndRemainder(BigInteger.valueOf(1_000_000_000));
            return Tao.ofRao(parts[0].add(BigInteger.valueOf(parts[1].signum())));
        }

        private Alpha free(Planning planning) {
            Alpha stake = planning.stake(hotkey, netuid);
            Alpha locked = planning.stores("MinerCollateral")
                    ? planning.stored("MinerCollateral", netuid, hotkey, planning.account())
                            .map(row -> new Answer("MinerCollateral", row)
                                    .get("locked")
                                    .alpha(netuid))
                            .orElse(Alpha.ofRao(netuid, 0))
                    : Alpha.ofRao(netuid, 0);
            return stake.compareTo(locked) > 0 ? stake.minus(locked) : Alpha.ofRao(netuid, 0);
        }
    }

    /**
     * Sets how much collateral a hotkey keeps: below it earnings are locked until it is reached.
     *
     * @param netuid where
     * @param min how much; nothing for no such floor
     * @param hotkey whose collateral
     */
    @Operation("sets how much collateral a miner keeps")
    public record SetMinCollateral(
            Netuid netuid,
            Alpha min,
            @JsonField(ownHotkey = true) AccountId hotkey) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return Draft.of(Planning.call("set_min_collateral", "netuid", netuid, "hotkey", hotkey, "min_locked", min))
                    .on(netuid)
                    .effect("keeps " + min + " as collateral of " + hotkey);
        }
    }
}
