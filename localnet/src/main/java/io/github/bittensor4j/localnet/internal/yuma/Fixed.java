package io.github.bittensor4j.localnet.internal.yuma;

import java.math.BigInteger;

/**
 * A wide fixed-point number with the chain's rounding: sums and differences saturate (an unsigned difference stops at 0), products
 * are floored, quotients cut towards zero, and a division by zero is 0. Immutable.
 *
 * @param type its layout
 * @param raw its bits as an integer: the value times two to the power of the fraction bits
 */
public record Fixed(FixedType type, BigInteger raw) implements Comparable<Fixed> {
    private static final BigInteger U64_MAX = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    /** The sum. */
    public Fixed plus(Fixed other) {
        return type.raw(raw.add(same(other).raw));
    }

    /** The difference. */
    public Fixed minus(Fixed other) {
        return type.raw(raw.subtract(same(other).raw));
    }

    /** The product. */
    public Fixed times(Fixed other) {
        return type.raw(raw.multiply(same(other).raw).shiftRight(type.fraction()));
    }

    /** The quotient; 0 where the divisor is 0 or the quotient does not fit. */
    public Fixed dividedBy(Fixed other) {
        if (same(other).raw.signum() == 0) {
            return type.zero();
        }
        BigInteger quotient = raw.shiftLeft(type.fraction()).divide(other.raw);
        return type.holds(quotient) ? new Fixed(type, quotient) : type.zero();
    }

    /** The smaller of two. */
    public Fixed min(Fixed other) {
        return compareTo(other) <= 0 ? this : other;
    }

    /** This number in another layout; fraction bits that do not fit are dropped. */
    public Fixed to(FixedType target) {
        int shift = target.fraction() - type.fraction();
        return target.raw(shift >= 0 ? raw.shiftLeft(shift) : raw.shiftRight(-shift));
    }

    /** This number as the raw bits of an {@link I32F32}, floored and saturating. */
    public long toI32F32() {
        BigInteger bits = raw.shiftRight(type.fraction() - 32);
        if (bits.bitLength() > 63) {
            return bits.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return bits.longValue();
    }

    /** The whole part, rounded down, held within an unsigned 64-bit integer. */
    public BigInteger toU64() {
        BigInteger floor = raw.shiftRight(type.fraction());
        return floor.max(BigInteger.ZERO).min(U64_MAX);
    }

    /** Whether this is 0. */
    public boolean isZero() {
        return raw.signum() == 0;
    }

    @Override
    public int compareTo(Fixed other) {
        return raw.compareTo(same(other).raw);
    }

    private Fixed same(Fixed other) {
        if (other.type != type) {
            throw new IllegalArgumentException("cannot combine " + type + " with " + other.type);
        }
        return other;
    }
}
