package io.github.bittensor4j.core;

import java.math.BigDecimal;

/**
 * An amount of one subnet's own token, exact. Amounts of two subnets never mix, and never with {@link Tao}.
 *
 * @param netuid whose token it is
 * @param rao the amount in 10^-9 alpha, as an <b>unsigned</b> 64-bit number
 */
public record Alpha(Netuid netuid, long rao) implements Comparable<Alpha> {
    /**
     * An amount from decimal text.
     *
     * @param netuid whose token
     * @param amount alpha with at most nine decimals, such as {@code "1.5"}
     * @return the amount
     * @throws InvalidValueException when the text is not a number, is negative, too large or too fine
     */
    public static Alpha of(Netuid netuid, String amount) {
        return new Alpha(netuid, Rao.parse(amount));
    }

    /**
     * An amount in units of 10^-9.
     *
     * @param netuid whose token
     * @param rao unsigned 64-bit count
     * @return the amount
     */
    public static Alpha ofRao(Netuid netuid, long rao) {
        return new Alpha(netuid, rao);
    }

    /**
     * The sum of two amounts of one subnet.
     *
     * @param other an amount of the same subnet
     * @return this plus other
     * @throws InvalidValueException when the subnets differ or the sum exceeds 64 bits
     */
    public Alpha plus(Alpha other) {
        return new Alpha(netuid, Rao.plus(rao, sameToken(other).rao));
    }

    /**
     * The difference of two amounts of one subnet.
     *
     * @param other an amount of the same subnet, not larger than this
     * @return this minus other
     * @throws InvalidValueException when the subnets differ or the result would be negative
     */
    public Alpha minus(Alpha other) {
        return new Alpha(netuid, Rao.minus(rao, sameToken(other).rao));
    }

    private Alpha sameToken(Alpha other) {
        if (!netuid.equals(other.netuid)) {
            throw new InvalidValueException(
                    "alpha.netuid",
                    "alpha of subnet " + other.netuid + " used with alpha of subnet " + netuid,
                    "convert through TAO at the pools' prices");
        }
        return other;
    }

    /**
     * The amount, exact.
     *
     * @return with nine decimals
     */
    public BigDecimal decimal() {
        return Rao.decimal(rao);
    }

    /**
     * Whether there is nothing.
     *
     * @return true for zero
     */
    public boolean isZero() {
        return rao == 0;
    }

    /** Compares amounts of one subnet; of different subnets there is no order. */
    @Override
    public int compareTo(Alpha other) {
        return Long.compareUnsigned(rao, sameToken(other).rao);
    }

    /** The amount with nine decimals and its subnet, such as {@code 1.500000000 alpha(2)}. */
    @Override
    public String toString() {
        return decimal().toPlainString() + " alpha(" + netuid + ")";
    }
}
