package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.InvalidValueException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * A fixed-point number of the chain, such as a moving price or a share of a stake pool: a whole number of 2<sup>-n</sup>. Exact; nothing
 * passes through floating point.
 *
 * @param bits the whole number that is stored, negative for negative values
 * @param fractionBits n, 0 to 128; as the runtime declares it for the type
 */
public record FixedPoint(BigInteger bits, int fractionBits) implements Comparable<FixedPoint> {
    static final int MOST_FRACTION_BITS = 128;

    /** Checks the number of fraction bits. */
    public FixedPoint {
        if (fractionBits < 0 || fractionBits > MOST_FRACTION_BITS) {
            throw new InvalidValueException(
                    "fixed.fraction",
                    "fraction bits: " + fractionBits + " (expected: 0-" + MOST_FRACTION_BITS + ")",
                    "");
        }
    }

    /**
     * The nearest number that the chain can hold, halves away from zero.
     *
     * @param value any number
     * @param fractionBits 0 to 128; 32 for {@code I96F32} and {@code U96F32}, 64 for {@code U64F64} and {@code I64F64}
     * @return that number
     */
    public static FixedPoint of(BigDecimal value, int fractionBits) {
        BigDecimal scaled = value.multiply(new BigDecimal(BigInteger.ONE.shiftLeft(fractionBits)));
        return new FixedPoint(scaled.setScale(0, RoundingMode.HALF_UP).toBigIntegerExact(), fractionBits);
    }

    /**
     * The exact value.
     *
     * @return without trailing zeros; every such number is a finite decimal
     */
    public BigDecimal decimal() {
        BigDecimal exact = new BigDecimal(bits).divide(new BigDecimal(BigInteger.ONE.shiftLeft(fractionBits)));
        return exact.signum() == 0 ? BigDecimal.ZERO : exact.stripTrailingZeros();
    }

    @Override
    public int compareTo(FixedPoint other) {
        return decimal().compareTo(other.decimal());
    }

    /** The exact value in plain decimal digits. */
    @Override
    public String toString() {
        return decimal().toPlainString();
    }
}
