package io.github.bittensor4j.core.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Whole numbers modulo the group's order, as 32 bytes little-endian. Everything but {@link #wnaf} takes the same time whatever the
 * values are, so that secrets may pass.
 *
 * <p>Inside, a number is limbs of 28 bits, least first, as nine of them end where the order's highest bit stands: what lies above
 * is taken away by subtracting it as often the low half of the order.
 */
final class Scalar {
    static final int LENGTH = 32;
    static final int DIGITS32 = 51;

    /** 2^252 + 27742317777372353535851937790883648493. */
    static final BigInteger ORDER =
            BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int BITS = 28;
    private static final int MASK = (1 << BITS) - 1;
    /** The limb above 2^252, the highest of a number of 32 bytes. */
    private static final int TOP = 9;

    private static final int LIMBS = TOP + 1;
    private static final long[] L = limbs();
    /** The limbs of the order that are not zero, but for the highest. */
    private static final int LOW = 5;

    private Scalar() {}

    private static long[] limbs() {
        long[] limbs = new long[LIMBS];
        for (int i = 0; i < LIMBS; i++) {
            limbs[i] = ORDER.shiftRight(BITS * i).intValue() & MASK;
        }
        return limbs;
    }

    // 32 or 64 bytes. Two limbs are seven bytes; above the last whole limb 4 or 8 bits are left.
    private static void load(byte[] from, int at, int length, long[] to) {
        int whole = 8 * length / BITS;
        for (int i = 0; i < whole; i++) {
            to[i] = (int) INTS.get(from, at + (7 * i >> 1)) >>> 4 * (i & 1) & MASK;
        }
        to[whole] = (from[at + length - 1] & 0xff) >>> 8 - (8 * length - BITS * whole);
    }

    private static byte[] store(long[] x) {
        byte[] out = new byte[LENGTH];
        for (int i = 0; i < 4; i++) {
            LONGS.set(out, 7 * i, x[2 * i] | x[2 * i + 1] << BITS);
        }
        INTS.set(out, 28, (int) (x[TOP - 1] | x[TOP] << BITS));
        return out;
    }

    /** Whether 32 bytes at an index are below the order. */
    static boolean isCanonical(byte[] data, int from) {
        long[] value = new long[LIMBS];
        load(data, from, LENGTH, value);
        long borrow = 0;
        for (int i = 0; i < LIMBS; i++) {
            borrow = value[i] - L[i] + borrow >> BITS;
        }
        Arrays.fill(value, 0);
        return borrow != 0;
    }

    /** 32 or 64 bytes modulo the order. */
    static byte[] reduce(byte[] wide) {
        long[] x = new long[2 * LIMBS];
        load(wide, 0, wide.length, x);
        return reduce(x);
    }

    /** a b + c modulo the order. */
    static byte[] multiplyAdd(byte[] a, byte[] b, byte[] c) {
        long[] x = new long[LIMBS];
        long[] y = new long[LIMBS];
        long[] sum = new long[2 * LIMBS];
        load(a, 0, LENGTH, x);
        load(b, 0, LENGTH, y);
        load(c, 0, LENGTH, sum);
        for (int i = 0; i < LIMBS; i++) {
            long factor = x[i];
            for (int j = 0; j < LIMBS; j++) {
                sum[i + j] += factor * y[j];
            }
        }
        Arrays.fill(x, 0);
        Arrays.fill(y, 0);
        return reduce(sum);
    }

    /** a + b modulo the order. */
    static byte[] add(byte[] a, byte[] b) {
        byte[] one = new byte[LENGTH];
        one[0] = 1;
        return multiplyAdd(a, one, b);
    }

    /** The number that doubled is this one, below the order as this one is. */
    static byte[] half(byte[] scalar) {
        long odd = -(scalar[0] & 1);
        long[] sum = new long[LIMBS];
        load(scalar, 0, LENGTH, sum);
        addOrder(sum, odd);
        for (int i = 0; i < TOP; i++) {
            sum[i] = sum[i] >> 1 | (sum[i + 1] & 1) << BITS - 1;
        }
        sum[TOP] >>= 1;
        byte[] half = store(sum);
        Arrays.fill(sum, 0);
        return half;
    }

    /** Divides by eight, which must leave no remainder (or is meant to drop it). */
    static void divideByCofactor(byte[] scalar) {
        int low = 0;
        for (int i = LENGTH - 1; i >= 0; i--) {
            int b = scalar[i] & 0xff;
            scalar[i] = (byte) (b >>> 3 | low << 5);
            low = b & 7;
        }
    }

    // Of 20 limbs, each below 2^60; wipes them. Products of limbs with those of the order stay below 2^60 as well,
    // since all
    // that is multiplied was carried.
    private static byte[] reduce(long[] x) {
        carry(x, 0, 2 * LIMBS - 1);
        fold(x, 2 * LIMBS - 2, TOP + LOW);
        carry(x, LOW, TOP + LOW - 1);
        fold(x, TOP + LOW - 1, TOP);
        // By now below 2^285 either way. One more fold leaves not more than a few bits about 0 or 2^252, and another a
        // number
        // below the order that is not less than its negative.
        carry(x, 0, TOP);
        fold(x, TOP, TOP);
        carry(x, 0, TOP);
        fold(x, TOP, TOP);
        carry(x, 0, TOP);
        addOrder(x, x[TOP] >> 63);
        byte[] out = store(x);
        Arrays.fill(x, 0);
        return out;
    }

    private static void carry(long[] x, int from, int to) {
        for (int i = from; i < to; i++) {
            x[i + 1] += x[i] >> BITS;
            x[i] &= MASK;
        }
    }

    // Takes away the limbs from the highest given down to the lowest, each worth 2^252 of the ninth below it.
    private static void fold(long[] x, int highest, int lowest) {
        for (int i = highest; i >= lowest; i--) {
            long times = x[i];
            x[i] = 0;
            for (int j = 0; j < LOW; j++) {
                x[i - TOP + j] -= times * L[j];
            }
        }
    }

    // Where the mask is -1.
    private static void addOrder(long[] x, long mask) {
        for (int i = 0; i < LIMBS; i++) {
            x[i] += L[i] & mask;
        }
        carry(x, 0, TOP);
    }

    /** 51 digits of -16 to 16, base 32, least first, of a scalar below 2^253. */
    static byte[] radix32(byte[] scalar) {
        byte[] digits = new byte[DIGITS32];
        int carry = 0;
        for (int i = 0; i < DIGITS32; i++) {
            int at = 5 * i >> 3;
            int pair = scalar[at] & 0xff | (at + 1 < LENGTH ? (scalar[at + 1] & 0xff) << 8 : 0);
            int digit = (pair >> (5 * i & 7) & 31) + carry;
            carry = digit + 15 >> 5;
            digits[i] = (byte) (digit - (carry << 5));
        }
        return digits;
    }

    /**
     * The width-w non-adjacent form of a public scalar below 2^255, without its zeros: odd digits, each 256 times, with its place
     * added, the lowest place first. Variable time.
     */
    static int[] wnaf(byte[] scalar, int width) {
        long[] x = new long[5];
        for (int i = 0; i < 4; i++) {
            x[i] = (long) LONGS.get(scalar, 8 * i);
        }
        int[] digits = new int[8 * LENGTH / width + 1];
        int count = 0;
        int carry = 0;
        int at = 0;
        while (at < 8 * LENGTH) {
            long ahead = x[at >> 6] >>> at | x[(at >> 6) + 1] << 1 << ~at;
            int window = ((int) ahead & (1 << width) - 1) + carry;
            if ((window & 1) == 0) {
                at++;
                continue;
            }
            carry = window >> width - 1;
            digits[count++] = (window - (carry << width) << 8) + at;
            at += width;
        }
        return Arrays.copyOf(digits, count);
    }
}
