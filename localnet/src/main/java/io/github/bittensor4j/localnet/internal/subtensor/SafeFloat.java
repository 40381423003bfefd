package io.github.bittensor4j.localnet.internal.subtensor;

import io.github.bittensor4j.localnet.internal.state.Codec;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * The decimal number in which shares of a stake pool stand: 21 digits and a power of ten, so that shares stay exact enough however often
 * a pool's value grows. Never negative.
 *
 * @param mantissa between 10^20 and 10^21, or 0
 * @param exponent the power of ten
 */
record SafeFloat(BigInteger mantissa, long exponent) {
    static final SafeFloat ZERO = new SafeFloat(BigInteger.ZERO, 0);

    static final Codec<SafeFloat> CODEC =
            Codec.struct(Codec.U128, Codec.I64, SafeFloat::new, SafeFloat::mantissa, SafeFloat::exponent);

    private static final int DIGITS = 21;
    private static final MathContext CONTEXT = new MathContext(DIGITS, RoundingMode.DOWN);

    static SafeFloat of(BigDecimal value) {
        if (value.signum() <= 0) {
            return ZERO;
        }
        BigDecimal rounded = value.round(CONTEXT);
        int exponent = rounded.precision() - rounded.scale() - DIGITS;
        return new SafeFloat(rounded.scaleByPowerOfTen(-exponent).toBigIntegerExact(), exponent);
    }

    BigDecimal toDecimal() {
        return new BigDecimal(mantissa).scaleByPowerOfTen(Math.toIntExact(exponent));
    }

    boolean isZero() {
        return mantissa.signum() == 0;
    }

    SafeFloat plus(SafeFloat other) {
        return of(toDecimal().add(other.toDecimal()));
    }

    SafeFloat minus(SafeFloat other) {
        return of(toDecimal().subtract(other.toDecimal()));
    }

    /** This times a whole number over another, rounded down. */
    SafeFloat scaled(long factor, long divisor) {
        return of(toDecimal()
                .multiply(BigDecimal.valueOf(factor))
                .divide(BigDecimal.valueOf(divisor), new MathContext(2 * DIGITS, RoundingMode.DOWN)));
    }

    /** The whole part of a value times this over another. */
    static long share(long value, SafeFloat part, SafeFloat whole) {
        if (whole.isZero()) {
            return 0;
        }
        // A part that is the whole must give the whole value back, so the product comes first.
        return BigDecimal.valueOf(value)
                .multiply(part.toDecimal())
                .divideToIntegralValue(whole.toDecimal())
                .longValueExact();
    }
}
