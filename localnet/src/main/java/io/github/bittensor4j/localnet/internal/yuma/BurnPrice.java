package io.github.bittensor4j.localnet.internal.yuma;

import java.math.BigInteger;

/**
 * The price of a registration: it falls by half within a half-life and jumps with each registration, held between two bounds.
 *
 * @param halfLife blocks in which it halves; 0 for no decay
 * @param increase factor of one registration, as {@link FixedType#U64F64}; below 1 counts as 1
 * @param min least price in rao
 * @param max highest price in rao
 */
public record BurnPrice(int halfLife, Fixed increase, BigInteger min, BigInteger max) {
    private static final long ONE = 1L << 32;

    /** The price one block later. */
    public BigInteger afterBlock(BigInteger price) {
        return bounded(price.multiply(BigInteger.valueOf(decayFactor(halfLife))).shiftRight(32));
    }

    /** The price after one more registration. */
    public BigInteger afterRegistration(BigInteger price) {
        BigInteger factor = increase.raw().max(FixedType.U64F64.one().raw());
        return bounded(price.multiply(factor).shiftRight(64));
    }

    private BigInteger bounded(BigInteger price) {
        return price.max(min).min(max);
    }

    /** The factor of one block in 2^-32: the largest that comes to one half or less after {@code halfLife} blocks. */
    static long decayFactor(int halfLife) {
        if (halfLife == 0) {
            return ONE;
        }
        long low = 0;
        long high = ONE - 1;
        while (low < high) {
            long middle = (low + high + 1) >>> 1;
            if (power(middle, halfLife) <= ONE / 2) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private static long power(long base, int exponent) {
        long result = ONE;
        long square = base;
        for (int left = exponent; left > 0; left >>= 1) {
            if ((left & 1) == 1) {
                result = (result * square) >>> 32;
            }
            square = (square * square) >>> 32;
        }
        return result;
    }
}
