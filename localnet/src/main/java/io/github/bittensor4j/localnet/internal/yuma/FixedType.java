package io.github.bittensor4j.localnet.internal.yuma;

import java.math.BigInteger;

/** The wide fixed-point types of the chain, named by their integer and fraction bits. */
public enum FixedType {
    /** Signed, 64 integer and 64 fraction bits: stake before it is normalised. */
    I64F64(true, 64, 64),
    /** Signed, 96 integer and 32 fraction bits: moving prices, block emission. */
    I96F32(true, 96, 32),
    /** Unsigned, 96 integer and 32 fraction bits: coinbase, dividends, takes. */
    U96F32(false, 96, 32),
    /** Unsigned, 64 integer and 64 fraction bits: pool prices, emission shares. */
    U64F64(false, 64, 64);

    private final int fraction;
    private final BigInteger min;
    private final BigInteger max;

    FixedType(boolean signed, int integer, int fraction) {
        this.fraction = fraction;
        int magnitude = integer + fraction - (signed ? 1 : 0);
        this.max = BigInteger.ONE.shiftLeft(magnitude).subtract(BigInteger.ONE);
        this.min = signed ? BigInteger.ONE.shiftLeft(magnitude).negate() : BigInteger.ZERO;
    }

    int fraction() {
        return fraction;
    }

    BigInteger saturate(BigInteger raw) {
        return raw.compareTo(max) > 0 ? max : raw.max(min);
    }

    boolean holds(BigInteger raw) {
        return raw.compareTo(max) <= 0 && raw.compareTo(min) >= 0;
    }

    /** A number from its bits. */
    public Fixed raw(BigInteger bits) {
        return new Fixed(this, saturate(bits));
    }

    /** A number from its bits. */
    public Fixed raw(long bits) {
        return raw(BigInteger.valueOf(bits));
    }

    /** A whole number, saturating. */
    public Fixed of(BigInteger integer) {
        return raw(integer.shiftLeft(fraction));
    }

    /** A whole number, saturating. */
    public Fixed of(long integer) {
        return of(BigInteger.valueOf(integer));
    }

    /** The quotient of two whole numbers, cut; 0 where the divisor is 0. */
    public Fixed ratio(BigInteger numerator, BigInteger denominator) {
        return denominator.signum() == 0
                ? zero()
                : raw(numerator.shiftLeft(fraction).divide(denominator));
    }

    /** The quotient of two whole numbers, cut; 0 where the divisor is 0. */
    public Fixed ratio(long numerator, long denominator) {
        return ratio(BigInteger.valueOf(numerator), BigInteger.valueOf(denominator));
    }

    /** Zero. */
    public Fixed zero() {
        return raw(BigInteger.ZERO);
    }

    /** One. */
    public Fixed one() {
        return of(1);
    }
}
