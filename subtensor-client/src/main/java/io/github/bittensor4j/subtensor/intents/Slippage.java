package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.InvalidValueException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * How far a pool's price may move against a trade, from what it is when the trade is planned, before the chain refuses the whole trade.
 *
 * @param slippageProtection whether there is a limit at all
 * @param rateTolerance the share of the price, from 0 to below 1; not looked at without protection
 */
public record Slippage(
        @JsonField(otherwise = "true") boolean slippageProtection,
        @JsonField(otherwise = "0.005") BigDecimal rateTolerance) {
    /** Half a per cent, for every trade that does not say otherwise. */
    public static final Slippage DEFAULT = new Slippage(true, new BigDecimal("0.005"));

    /** No limit: the trade is done at any price. Whoever watches the pool can make that a bad one. */
    public static final Slippage UNLIMITED = new Slippage(false, new BigDecimal("0.005"));

    /** Checks the tolerance. */
    public Slippage {
        if (rateTolerance.signum() < 0 || rateTolerance.compareTo(BigDecimal.ONE) >= 0) {
            throw new InvalidValueException(
                    "slippage.tolerance",
                    "rate_tolerance: " + rateTolerance.toPlainString()
                            + " (expected: from 0 to below 1, 0.005 is 0.5 %)",
                    "Switch slippage_protection off to trade at any price.");
        }
    }

    /**
     * A limit.
     *
     * @param tolerance a share such as {@code 0.01}
     * @return with protection
     */
    public static Slippage within(String tolerance) {
        return new Slippage(true, new BigDecimal(tolerance));
    }

    /** The most that is paid, rounded down. */
    BigInteger most(BigInteger price) {
        return scale(price, BigDecimal.ONE.add(rateTolerance));
    }

    /** The least that is taken, rounded down, as the official SDK does: at most a rao away. */
    BigInteger least(BigInteger price) {
        return scale(price, BigDecimal.ONE.subtract(rateTolerance));
    }

    private static BigInteger scale(BigInteger price, BigDecimal by) {
        return new BigDecimal(price).multiply(by).setScale(0, RoundingMode.DOWN).toBigInteger();
    }

    /** In words, for a plan. */
    @Override
    public String toString() {
        return slippageProtection
                ? "within "
                        + rateTolerance.movePointRight(2).stripTrailingZeros().toPlainString() + " % of the price"
                : "at any price";
    }
}
