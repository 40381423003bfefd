package io.github.bittensor4j.core.crypto;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Whole numbers modulo the group's order, as 32 bytes little-endian. Everything but {@link #wnaf} takes the same time whatever the
 * values are, so that secrets may pass.
 */
final class Scalar {
    static final int LENGTH = 32;
    static final int DIGITS32 = 51;

    /** 2^252 + 27742317777372353535851937790883648493. */
    static final BigInteger ORDER =
            BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));

    private static final long MASK = 0xffffffffL;
    private static final int WORDS = 8;
    private static final int[] L = words(ORDER);
    // Barrett's constant: floor(2^512 / order).
    private static final int[] MU = words(BigInteger.ONE.shiftLeft(512).divide(ORDER));

    private Scalar() {}

    private static int[] words(BigInteger value) {
        int[] words = new int[WORDS + 1];
        for (int i = 0; i < words.length; i++) {
            words[i] = value.shiftRight(32 * i).intValue();
        }
        return words;
    }

    private static void load(byte[] from, int[] to) {
        for (int i = 0; i < from.length; i++) {
            to[i >> 2] |= (from[i] & 0xff) << (8 * (i & 3));
        }
    }

    /** Whether 32 bytes at an index are below the order. */
    static boolean isCanonical(byte[] data, int from) {
        int[] value = new int[WORDS];
        load(Arrays.copyOfRange(data, from, from + LENGTH), value);
        long borrow = 0;
        for (int i = 0; i < WORDS; i++) {
            borrow = (value[i] & MASK) - (L[i] & MASK) + borrow >> 32;
        }
        Arrays.fill(value, 0);
        return borrow != 0;
    }

    /** Up to 64 bytes modulo the order. */
    static byte[] reduce(byte[] wide) {
        int[] x = new int[2 * WORDS];
        load(wide, x);
        return barrett(x);
    }

    /** a b + c modulo the order. */
    static byte[] multiplyAdd(byte[] a, byte[] b, byte[] c) {
        int[] x = new int[WORDS];
        int[] y = new int[WORDS];
        int[] sum = new int[2 * WORDS];
        load(a, x);
        load(b, y);
        load(c, sum);
        accumulate(sum, x, WORDS, y, WORDS);
        Arrays.fill(x, 0);
        Arrays.fill(y, 0);
        return barrett(sum);
    }

    /** a + b modulo the order. */
    static byte[] add(byte[] a, byte[] b) {
        byte[] one = new byte[LENGTH];
        one[0] = 1;
        return multiplyAdd(a, one, b);
    }

    /** The number that doubled is this one, below the order as this one is. */
    static byte[] half(byte[] scalar) {
        int odd = -(scalar[0] & 1);
        byte[] half = new byte[LENGTH];
        int[] sum = new int[WORDS + 1];
        load(scalar, sum);
        long carry = 0;
        for (int i = 0; i < WORDS; i++) {
            carry += (sum[i] & MASK) + (L[i] & odd & MASK);
            sum[i] = (int) carry;
            carry >>>= 32;
        }
        for (int i = 0; i < LENGTH; i++) {
            long pair = sum[i >> 2] & MASK | (long) sum[(i >> 2) + 1] << 32;
            half[i] = (byte) (pair >>> 8 * (i & 3) + 1);
        }
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

    // sum += x y; what leaves sum at the top is dropped.
    private static void accumulate(int[] sum, int[] x, int xWords, int[] y, int yWords) {
        for (int i = 0; i < xWords; i++) {
            long factor = x[i] & MASK;
            long carry = 0;
            int j = 0;
            for (; j < yWords && i + j < sum.length; j++) {
                carry += factor * (y[j] & MASK) + (sum[i + j] & MASK);
                sum[i + j] = (int) carry;
                carry >>>= 32;
            }
            for (; i + j < sum.length; j++) {
                carry += sum[i + j] & MASK;
                sum[i + j] = (int) carry;
                carry >>>= 32;
            }
        }
    }

    // Handbook of Applied Cryptography, algorithm 14.42, base 2^32, 8 words. Wipes x.
    private static byte[] barrett(int[] x) {
        int[] high = Arrays.copyOfRange(x, WORDS - 1, 2 * WORDS);
        int[] product = new int[2 * WORDS + 2];
        accumulate(product, high, WORDS + 1, MU, WORDS + 1);
        int[] quotient = Arrays.copyOfRange(product, WORDS + 1, 2 * WORDS + 2);
        int[] back = new int[WORDS + 1];
        accumulate(back, quotient, WORDS + 1, L, WORDS);
        int[] rest = new int[WORDS + 1];
        long borrow = 0;
        for (int i = 0; i <= WORDS; i++) {
            borrow += (x[i] & MASK) - (back[i] & MASK);
            rest[i] = (int) borrow;
            borrow >>= 32;
        }
        subtractOrderIfNotLess(rest);
        subtractOrderIfNotLess(rest);
        byte[] out = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            out[i] = (byte) (rest[i >> 2] >>> (8 * (i & 3)));
        }
        Arrays.fill(x, 0);
        Arrays.fill(high, 0);
        Arrays.fill(product, 0);
        Arrays.fill(quotient, 0);
        Arrays.fill(back, 0);
        Arrays.fill(rest, 0);
        return out;
    }

    private static void subtractOrderIfNotLess(int[] value) {
        int[] less = new int[WORDS + 1];
        long borrow = 0;
        for (int i = 0; i <= WORDS; i++) {
            borrow += (value[i] & MASK) - (L[i] & MASK);
            less[i] = (int) borrow;
            borrow >>= 32;
        }
        int keep = (int) borrow;
        for (int i = 0; i <= WORDS; i++) {
            value[i] = value[i] & keep | less[i] & ~keep;
        }
        Arrays.fill(less, 0);
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

    /** The width-w non-adjacent form of a public scalar below 2^255, width at most 8: odd digits or zeros, least first. Variable time. */
    static byte[] wnaf(byte[] scalar, int width) {
        int[] x = new int[WORDS + 1];
        load(scalar, x);
        byte[] digits = new byte[8 * LENGTH];
        int carry = 0;
        int at = 0;
        while (at < digits.length) {
            int word = at >> 5;
            long pair = x[word] & MASK | (long) x[word + 1] << 32;
            int window = ((int) (pair >>> (at & 31)) & (1 << width) - 1) + carry;
            if ((window & 1) == 0) {
                at++;
                continue;
            }
            carry = window >> width - 1;
            digits[at] = (byte) (window - (carry << width));
            at += width;
        }
        return digits;
    }
}
