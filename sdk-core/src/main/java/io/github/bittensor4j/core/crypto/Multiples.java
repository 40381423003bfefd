package io.github.bittensor4j.core.crypto;

import java.util.Arrays;

/** Multiples of the base point, and the sum of two multiples that verification needs. Its tables are made once, on first use. */
final class Multiples {
    // Rows of 8: (1 to 8) 256^row B, for secret scalars; two limbs in a word, as every word of a row is read for every
    // digit.
    private static final int ROWS = 32;
    private static final int ROW = 8;
    private static final int PART = 5;
    private static final int ENTRY = 3 * PART;
    private static final long[] FIXED = fixed();
    private static final long[] NEUTRAL = pack(new Point.Affine());

    private static final int BASE_WIDTH = 8;
    private static final int KEY_WIDTH = 5;
    // 1, 3, ... 127 times B, for public scalars.
    private static final Point.Affine[] ODD = odd();

    private static final Comb BASE = new Comb(Point.base(), BASE_WIDTH);

    private Multiples() {}

    private static long[] fixed() {
        Point[] points = new Point[ROWS * ROW];
        Point start = Point.base();
        for (int row = 0; row < ROWS; row++) {
            Point.Cached step = new Point.Cached(start);
            Point sum = new Point(start);
            for (int i = 0; i < ROW; i++) {
                points[row * ROW + i] = new Point(sum);
                sum.add(step, false, true);
            }
            for (int i = 0; i < 8; i++) {
                start.twice(i == 7);
            }
        }
        Point.Affine[] affine = Point.Affine.of(points);
        long[] flat = new long[points.length * ENTRY];
        for (int i = 0; i < affine.length; i++) {
            System.arraycopy(pack(affine[i]), 0, flat, i * ENTRY, ENTRY);
        }
        return flat;
    }

    private static long[] pack(Point.Affine point) {
        long[] packed = new long[ENTRY];
        for (int i = 0; i < PART; i++) {
            packed[i] = pack(point.halfYPlusX, i);
            packed[PART + i] = pack(point.halfYMinusX, i);
            packed[2 * PART + i] = pack(point.xyd, i);
        }
        return packed;
    }

    private static long pack(int[] limbs, int i) {
        return limbs[2 * i] & 0xffffffffL | (long) limbs[2 * i + 1] << 32;
    }

    private static Point.Affine[] odd() {
        int count = 1 << BASE_WIDTH - 2;
        Point[] points = new Point[count];
        Point twice = Point.base();
        twice.twice(true);
        Point.Cached step = new Point.Cached(twice);
        Point sum = Point.base();
        for (int i = 0; i < count; i++) {
            points[i] = new Point(sum);
            sum.add(step, false, true);
        }
        return Point.Affine.of(points);
    }

    /** A secret multiple of the base point; the scalar is below 2^253. Constant time, no memory access depends on the scalar. */
    static Point ofBase(byte[] scalar) {
        byte[] digits = Scalar.radix16(scalar);
        Point sum = new Point();
        Point.Affine addend = new Point.Affine();
        long[] entry = new long[ENTRY];
        for (int i = 1; i < 64; i += 2) {
            pick(i >> 1, digits[i], entry, addend);
            sum.add(addend, false, true);
        }
        sum.twice(false);
        sum.twice(false);
        sum.twice(false);
        sum.twice(true);
        for (int i = 0; i < 64; i += 2) {
            pick(i >> 1, digits[i], entry, addend);
            sum.add(addend, false, true);
        }
        Arrays.fill(digits, (byte) 0);
        Arrays.fill(entry, 0);
        return sum;
    }

    // addend = digit 256^row B, reading every entry of the row.
    private static void pick(int row, int digit, long[] entry, Point.Affine addend) {
        int sign = digit >> 31;
        int size = (digit ^ sign) - sign;
        long m0 = mask(size, 0);
        long m1 = mask(size, 1);
        long m2 = mask(size, 2);
        long m3 = mask(size, 3);
        long m4 = mask(size, 4);
        long m5 = mask(size, 5);
        long m6 = mask(size, 6);
        long m7 = mask(size, 7);
        long m8 = mask(size, 8);
        int at = row * ROW * ENTRY;
        for (int i = 0; i < ENTRY; i++) {
            entry[i] = NEUTRAL[i] & m0
                    | FIXED[at + i] & m1
                    | FIXED[at + i + ENTRY] & m2
                    | FIXED[at + i + 2 * ENTRY] & m3
                    | FIXED[at + i + 3 * ENTRY] & m4
                    | FIXED[at + i + 4 * ENTRY] & m5
                    | FIXED[at + i + 5 * ENTRY] & m6
                    | FIXED[at + i + 6 * ENTRY] & m7
                    | FIXED[at + i + 7 * ENTRY] & m8;
        }
        // A negative digit swaps the sums and negates the product.
        for (int i = 0; i < PART; i++) {
            long swap = sign & (entry[i] ^ entry[PART + i]);
            unpack(entry[i] ^ swap, addend.halfYPlusX, i);
            unpack(entry[PART + i] ^ swap, addend.halfYMinusX, i);
            unpack(entry[2 * PART + i], addend.xyd, i);
            addend.xyd[2 * i] = (addend.xyd[2 * i] ^ sign) - sign;
            addend.xyd[2 * i + 1] = (addend.xyd[2 * i + 1] ^ sign) - sign;
        }
    }

    private static long mask(int size, int wanted) {
        return (long) (size ^ wanted) - 1 >> 63;
    }

    private static void unpack(long word, int[] limbs, int i) {
        limbs[2 * i] = (int) word;
        limbs[2 * i + 1] = (int) (word >> 32);
    }

    /** s B - k A with A prepared, all of them public; s and k are below the order. Variable time. */
    static Point verification(byte[] s, byte[] k, Comb key) {
        return Comb.difference(s, BASE, k, key);
    }

    /** s B - k A, all of them public; s and k are below the order. Variable time. */
    static Point verification(byte[] s, byte[] k, Point key) {
        byte[] forBase = Scalar.wnaf(s, BASE_WIDTH);
        byte[] forKey = Scalar.wnaf(k, KEY_WIDTH);
        Point.Cached[] table = Point.Cached.oddMultiples(key, 1 << KEY_WIDTH - 2);
        int i = forBase.length - 1;
        while (i >= 0 && forBase[i] == 0 && forKey[i] == 0) {
            i--;
        }
        Point sum = new Point();
        for (; i >= 0; i--) {
            int b = forBase[i];
            int a = forKey[i];
            sum.twice(a != 0 || b != 0 || i == 0);
            if (a != 0) {
                sum.add(table[Math.abs(a) >> 1], a > 0, true);
            }
            if (b != 0) {
                sum.add(ODD[Math.abs(b) >> 1], b < 0, true);
            }
        }
        return sum;
    }
}
