package io.github.bittensor4j.core;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * An amount of TAO, exact. Never a floating-point number.
 *
 * @param rao the amount in rao, 10^-9 TAO, as an <b>unsigned</b> 64-bit number
 */
public record Tao(long rao) implements Comparable<Tao> {
    /** No TAO. */
    public static final Tao ZERO = new Tao(0);

    /**
     * An amount from decimal text.
     *
     * @param amount TAO with at most nine decimals, such as {@code "1.5"}
     * @return the amount
     * @throws InvalidValueException when the text is not a number, is negative, too large or too fine
     */
    public static Tao of(String amount) {
        return new Tao(Rao.parse(amount));
    }

    /**
     * An amount in rao.
     *
     * @param rao unsigned 64-bit count of 10^-9 TAO
     * @return the amount
     */
    public static Tao ofRao(long rao) {
        return new Tao(rao);
    }

    /**
     * An amount in rao.
     *
     * @param rao 0 to 2^64 - 1
     * @return the amount
     * @throws InvalidValueException when out of range
     */
    public static Tao ofRao(BigInteger rao) {
        return new Tao(Rao.exact(rao, rao));
    }

    /**
     * The sum.
     *
     * @param other another amount
     * @return this plus other
     * @throws InvalidValueException when the sum exceeds 64 bits
     */
    public Tao plus(Tao other) {
        return new Tao(Rao.plus(rao, other.rao));
    }

    /**
     * The difference.
     *
     * @param other an amount not larger than this
     * @return this minus other
     * @throws InvalidValueException when the result would be negative
     */
    public Tao minus(Tao other) {
        return new Tao(Rao.minus(rao, other.rao));
    }

    /**
     * The amount in TAO, exact.
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

    @Override
    public int compareTo(Tao other) {
        return Long.compareUnsigned(rao, other.rao);
    }

    /** The amount with nine decimals and its unit, such as {@code 1.500000000 TAO}. */
    @Override
    public String toString() {
        return decimal().toPlainString() + " TAO";
    }
}
