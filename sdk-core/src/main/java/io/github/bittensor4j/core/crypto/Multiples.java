package io.github.bittensor4j.core.crypto;

import java.util.Arrays;
import java.util.List;

/** Multiples of the base point, and the sums that verification needs. Its tables are made once, on first use. */
final class Multiples {
    private static final int ENTRY = Point.Affine.PACKED;

    // Rows of 16, for secret scalars: (1 to 16) 32^row B.
    private static final int ROWS = Scalar.DIGITS32;
    private static final int ROW = 16;
    private static final long[] FIXED = fixed();
    private static final long[] NEUTRAL = Point.Affine.table(new Point[] {new Point()});

    private static final int BASE_WIDTH = 8;
    // 1, 3, ... 127 times B, for public scalars.
    private static final long[] ODD = odd();

    // Of other public scalars: their digits' width, and the odd multiples that it takes.
    private static final int WIDTH = 5;
    private static final int ODDS = 1 << WIDTH - 2;

    private static final int PLACES = 8 * Scalar.LENGTH;

    /** The base point beside prepared keys, 768 KiB: a quarter of that takes five additions more. Made when first asked for. */
    private static final class Prepared {
        static final Comb BASE = new Comb(Point.base(), 10);
    }

    private Multiples() {}

    private static long[] fixed() {
        Point[] points = new Point[ROWS * ROW];
        Point start = Point.base();
        for (int row = 0; row < ROWS; row++) {
            Point.Cached step = new Point.Cached(start);
            Point sum = new Point(start);
            for (int i = 0; i < ROW; i++) {
                points[row * ROW + i] = new Point(sum);
                sum.add(step, true);
            }
            start.set(points[row * ROW + ROW - 1]);
            start.twice(true);
        }
        return Point.Affine.table(points);
    }

    private static long[] odd() {
        int count = 1 << BASE_WIDTH - 2;
        Point[] points = new Point[count];
        Point twice = Point.base();
        twice.twice(true);
        Point.Cached step = new Point.Cached(twice);
        Point sum = Point.base();
        for (int i = 0; i < count; i++) {
            points[i] = new Point(sum);
            sum.add(step, true);
        }
        return Point.Affine.table(points);
    }

    /** A secret multiple of the base point; the scalar is below 2^253. Constant time, no memory access depends on the scalar. */
    static Point ofBase(byte[] scalar) {
        byte[] digits = Scalar.radix32(scalar);
        Point.Affine addend = new Point.Affine();
        long[] row = new long[ROW * ENTRY];
        pick(0, digits[0], row, addend);
        Point sum = new Point(addend);
        for (int i = 1; i < ROWS; i++) {
            pick(i, digits[i], row, addend);
            sum.add(addend, true);
        }
        Arrays.fill(digits, (byte) 0);
        Arrays.fill(row, 0);
        return sum;
    }

    // addend = digit 32^row B, reading every entry of the row: of its copy one quarter is kept, and of that one entry.
    // For digit
    // zero, whatever comes of it gives way to the neutral element.
    private static void pick(int row, int digit, long[] entry, Point.Affine addend) {
        int sign = digit >> 31;
        int size = (digit ^ sign) - sign;
        int index = size - 1;
        System.arraycopy(FIXED, row * ROW * ENTRY, entry, 0, ROW * ENTRY);
        long first = same(index >> 2, 0);
        long second = same(index >> 2, 1);
        long third = same(index >> 2, 2);
        long fourth = same(index >> 2, 3);
        for (int i = 0; i < 4 * ENTRY; i++) {
            entry[i] = entry[i] & first
                    | entry[i + 4 * ENTRY] & second
                    | entry[i + 8 * ENTRY] & third
                    | entry[i + 12 * ENTRY] & fourth;
        }
        first = same(index & 3, 0);
        second = same(index & 3, 1);
        third = same(index & 3, 2);
        fourth = same(index & 3, 3);
        long neutral = index >> 31;
        for (int i = 0; i < ENTRY; i++) {
            long chosen = entry[i] & first
                    | entry[i + ENTRY] & second
                    | entry[i + 2 * ENTRY] & third
                    | entry[i + 3 * ENTRY] & fourth;
            entry[i] = chosen ^ neutral & (chosen ^ NEUTRAL[i]);
        }
        // The negative of a point has the sum and the difference exchanged and the product negated.
        for (int i = 0; i < Field.PACKED; i++) {
            long swap = sign & (entry[i] ^ entry[i + Field.PACKED]);
            entry[i] ^= swap;
            entry[i + Field.PACKED] ^= swap;
        }
        addend.load(entry, 0);
        Field.negate(sign, addend.xyd);
    }

    // -1 for the same two numbers, 0 for others unless one is negative.
    private static long same(int a, int b) {
        return (a ^ b) - 1 >> 31;
    }

    /** s B - k A with A prepared, all of them public; s and k are below the order. Variable time. */
    static Point difference(byte[] s, byte[] k, Comb key) {
        return Comb.difference(s, Prepared.BASE, k, key);
    }

    /** s B - k A, all of them public; s and k are below the order. Variable time. */
    static Point difference(byte[] s, byte[] k, Point key) {
        return difference(s, List.of(new Term(k, key)));
    }

    /** A multiple of a point, both public. */
    record Term(byte[] scalar, Point point) {}

    /** s B less all terms, s below the order. Variable time. */
    static Point difference(byte[] s, List<Term> terms) {
        int[][] digits = new int[terms.size()][];
        Point.Cached[] table = new Point.Cached[terms.size() * ODDS];
        int count = 0;
        for (int i = 0; i < digits.length; i++) {
            digits[i] = Scalar.wnaf(terms.get(i).scalar, WIDTH);
            count += digits[i].length;
            Point.Cached.oddMultiples(terms.get(i).point, table, i * ODDS, ODDS);
        }
        // Entries are twice the index in the table, one more where the multiple is to be subtracted.
        Schedule schedule = new Schedule(PLACES, count);
        for (int i = 0; i < digits.length; i++) {
            for (int placed : digits[i]) {
                int digit = placed >> 8;
                schedule.add(placed & 0xff, 2 * (i * ODDS + (Math.abs(digit) >> 1)) + 1 - (digit >>> 31));
            }
        }
        int[] ofBase = Scalar.wnaf(s, BASE_WIDTH);
        Schedule forBase = new Schedule(PLACES, ofBase.length);
        for (int placed : ofBase) {
            forBase.add(placed & 0xff, placed >> 8);
        }
        Point sum = new Point();
        Point.Affine addend = new Point.Affine();
        for (int place = PLACES - 1; place >= 0; place--) {
            sum.twice(schedule.first(place) >= 0 || forBase.first(place) >= 0 || place == 0);
            for (int cursor = schedule.first(place); cursor >= 0; cursor = schedule.next(cursor)) {
                int entry = schedule.entry(cursor);
                if ((entry & 1) == 0) {
                    sum.add(table[entry >> 1], true);
                } else {
                    sum.subtract(table[entry >> 1], true);
                }
            }
            for (int cursor = forBase.first(place); cursor >= 0; cursor = forBase.next(cursor)) {
                int digit = forBase.entry(cursor);
                addend.load(ODD, (Math.abs(digit) >> 1) * ENTRY, digit >> 31);
                sum.add(addend, true);
            }
        }
        return sum;
    }
}
