package io.github.bittensor4j.localnet.internal.yuma;

import java.math.BigInteger;

/**
 * Arithmetic on signed fixed-point numbers with 32 integer and 32 fraction bits, held as their raw {@code long}: the numbers of
 * the epoch. All operations saturate, products are floored, quotients cut towards zero, as on the chain.
 */
public final class I32F32 {
    /** The raw value of 1. */
    public static final long ONE = 1L << 32;

    private static final int U16_MAX = 65_535;
    // e cut to 23 fraction bits: the chain's constant, which its exp returns for exactly 1.
    private static final long EXP_ONE = 0x2_B7E1_5000L;
    private static final long EXP_LIMIT = 20L << 32;

    private I32F32() {}

    /** Sum, saturating. */
    public static long add(long a, long b) {
        long sum = a + b;
        return ((a ^ sum) & (b ^ sum)) < 0 ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
    }

    /** Difference, saturating. */
    public static long subtract(long a, long b) {
        long difference = a - b;
        return ((a ^ b) & (a ^ difference)) < 0 ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : difference;
    }

    /** Product, floored, saturating. */
    public static long multiply(long a, long b) {
        long high = Math.multiplyHigh(a, b);
        if (high != (int) high) {
            return high < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return (high << 32) | ((a * b) >>> 32);
    }

    /** Quotient cut towards zero; 0 where the divisor is 0 or the quotient does not fit. */
    public static long divide(long a, long b) {
        if (b == 0) {
            return 0;
        }
        if (a >= 0 && a < (1L << 31)) {
            return (a << 32) / b;
        }
        BigInteger quotient = BigInteger.valueOf(a).shiftLeft(32).divide(BigInteger.valueOf(b));
        return quotient.bitLength() > 63 ? 0 : quotient.longValue();
    }

    /** An integer as fixed point, saturating. */
    public static long ofInteger(long value) {
        if (value != (int) value) {
            return value < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return value << 32;
    }

    /** A stored 16-bit proportion as fixed point: 65535 is exactly 1. */
    public static long ofProportion(int u16) {
        return ((long) u16 << 32) / U16_MAX;
    }

    /** The 16-bit proportion that is stored for a value: floored, held within 0 to 65535. */
    public static int toProportion(long raw) {
        if (raw <= 0) {
            return 0;
        }
        return raw >= ONE ? U16_MAX : (int) ((raw * U16_MAX) >>> 32);
    }

    /** {@code e} to the power of a value, by the chain's series; the argument is held within -20 and 20. */
    public static long exp(long x) {
        long clamped = Math.max(-EXP_LIMIT, Math.min(EXP_LIMIT, x));
        if (clamped == 0) {
            return ONE;
        }
        if (clamped == ONE) {
            return EXP_ONE;
        }
        long y = Math.abs(clamped);
        long result = ONE + y;
        long term = y;
        for (int i = 2; i < 32; i++) {
            term = multiply(term, y) / i;
            result = add(result, term);
        }
        return clamped < 0 ? divide(ONE, result) : result;
    }

    /** The saturating sum in index order. */
    public static long sum(long[] values) {
        long sum = 0;
        for (long value : values) {
            sum = add(sum, value);
        }
        return sum;
    }

    /** Each value divided by the sum of all; unchanged copies where that sum is 0. */
    public static long[] normalise(long[] values) {
        long sum = sum(values);
        long[] result = values.clone();
        if (sum != 0) {
            for (int i = 0; i < result.length; i++) {
                result[i] = divide(result[i], sum);
            }
        }
        return result;
    }
}
