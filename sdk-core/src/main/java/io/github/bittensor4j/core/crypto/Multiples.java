package io.github.bittensor4j.core.crypto;

import java.util.Arrays;

/** Multiples of the base point, and the sum of two multiples that verification needs. Its tables are made once, on first use. */
final class Multiples {
    // Rows of 8: (1 to 8) 256^row B, for secret scalars.
    private static final int ROWS = 32;
    private static final int ROW = 8;
    private static final int ENTRY = 30;
    private static final int[] FIXED = fixed();

    private static final int BASE_WIDTH = 8;
    private static final int KEY_WIDTH = 5;
    // 1, 3, ... 127 times B, for public scalars.
    private static final Point.Affine[] ODD = odd();

    private static final Comb BASE = new Comb(Point.base(), BASE_WIDTH);

    private Multiples() {}

    private static int[] fixed() {
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
        int[] flat = new int[points.length * ENTRY];
        for (int i = 0; i < affine.length; i++) {
            System.arraycopy(affine[i].halfYPlusX, 0, flat, i * ENTRY, 10);
            System.arraycopy(affine[i].halfYMinusX, 0, flat, i * ENTRY + 10, 10);
            System.arraycopy(affine[i].xyd, 0, flat, i * ENTRY + 20, 10);
        }
        return flat;
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
        int[] entry = new int[ENTRY];
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
    private static void pick(int row, int digit, int[] entry, Point.Affine addend) {
        int sign = digit >> 31;
        int size = (digit ^ sign) - sign;
        System.arraycopy(Field.HALF, 0, entry, 0, 10);
        System.arraycopy(Field.HALF, 0, entry, 10, 10);
        Arrays.fill(entry, 20, 30, 0);
        int at = row * ROW * ENTRY;
        for (int i = 1; i <= ROW; i++) {
            int mask = (size ^ i) - 1 >> 31;
            for (int j = 0; j < ENTRY; j++) {
                entry[j] ^= mask & (entry[j] ^ FIXED[at + j]);
            }
            at += ENTRY;
        }
        for (int j = 0; j < 10; j++) {
            int swap = sign & (entry[j] ^ entry[j + 10]);
            addend.halfYPlusX[j] = entry[j] ^ swap;
            addend.halfYMinusX[j] = entry[j + 10] ^ swap;
            addend.xyd[j] = (entry[j + 20] ^ sign) - sign;
        }
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
