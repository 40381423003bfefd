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
        Point sum = new Point();
        Point.Affine addend = new Point.Affine();
        long[] row = new long[ROW * ENTRY];
        for (int i = 0; i < ROWS; i++) {
            pick(i, digits[i], row, addend);
            sum.add(addend, true);
        }
        Arrays.fill(digits, (byte) 0);
        Arrays.fill(row, 0);
        return sum;
    }

    // addend = digit 32^row B, reading every entry of the row: of its copy, each bit of the index keeps one half.
    private static void pick(int row, int digit, long[] entry, Point.Affine addend) {
        int sign = digit >> 31;
        int size = (digit ^ sign) - sign;
        int index = size - 1;
        System.arraycopy(FIXED, row * ROW * ENTRY, entry, 0, ROW * ENTRY);
        long upper = -(index >> 3 & 1);
        for (int i = 0; i < 8 * ENTRY; i++) {
            entry[i] ^= upper & (entry[i] ^ entry[i + 8 * ENTRY]);
        }
        upper = -(index >> 2 & 1);
        for (int i = 0; i < 4 * ENTRY; i++) {
            entry[i] ^= upper & (entry[i] ^ entry[i + 4 * ENTRY]);
        }
        upper = -(index >> 1 & 1);
        for (int i = 0; i < 2 * ENTRY; i++) {
            entry[i] ^= upper & (entry[i] ^ entry[i + 2 * ENTRY]);
        }
        upper = -(index & 1);
        long neutral = index >> 31;
        for (int i = 0; i < ENTRY; i++) {
            long chosen = entry[i] ^ upper & (entry[i] ^ entry[i + ENTRY]);
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

    /** s B - k A with A prepared, all of them public; s and k are below the order. Variable time. */
    static Point difference(byte[] s, byte[] k, Comb key) {
        return Comb.difference(s, BASE, k, key);
    }

    /** s B - k A, all of them public; s and k are below the order. Variable time. */
    static Point difference(byte[] s, byte[] k, Point key) {
        return difference(s, List.of(new Term(k, key)));
    }

    /** A multiple of a point, both public. */
    static final class Term {
        private static final int WIDTH = 5;

        private final byte[] digits;
        private final Point.Cached[] odd;

        Term(byte[] scalar, Point point) {
            digits = Scalar.wnaf(scalar, WIDTH);
            odd = Point.Cached.oddMultiples(point, 1 << WIDTH - 2);
        }
    }

    /** s B less all terms, s below the order. Variable time. */
    static Point difference(byte[] s, List<Term> terms) {
        byte[] forBase = Scalar.wnaf(s, BASE_WIDTH);
        Schedule schedule = new Schedule(terms, forBase.length);
        Point sum = new Point();
        Point.Affine addend = new Point.Affine();
        for (int i = forBase.length - 1; i >= 0; i--) {
            int digit = forBase[i];
            sum.twice(digit != 0 || schedule.isUsed(i) || i == 0);
            schedule.subtract(i, sum);
            if (digit != 0) {
                int sign = digit >> 31;
                int size = (digit ^ sign) - sign;
                addend.load(ODD, (size >> 1) * ENTRY, sign);
                sum.add(addend, true);
            }
        }
        return sum;
    }

    /** What is to be subtracted at each place of the digits: five of six digits are zero, and nobody looks at them twice. */
    private static final class Schedule {
        private final Point.Cached[] points;
        private final boolean[] negative;
        private final int[] ends;

        Schedule(List<Term> terms, int places) {
            int[] next = new int[places];
            int count = 0;
            for (Term term : terms) {
                for (int i = 0; i < places; i++) {
                    if (term.digits[i] != 0) {
                        next[i]++;
                        count++;
                    }
                }
            }
            ends = new int[places];
            int begin = 0;
            for (int i = 0; i < places; i++) {
                ends[i] = begin + next[i];
                next[i] = begin;
                begin = ends[i];
            }
            points = new Point.Cached[count];
            negative = new boolean[count];
            for (Term term : terms) {
                for (int i = 0; i < places; i++) {
                    int digit = term.digits[i];
                    if (digit != 0) {
                        int at = next[i]++;
                        points[at] = term.odd[Math.abs(digit) >> 1];
                        negative[at] = digit < 0;
                    }
                }
            }
        }

        private int begin(int place) {
            return place == 0 ? 0 : ends[place - 1];
        }

        boolean isUsed(int place) {
            return begin(place) < ends[place];
        }

        void subtract(int place, Point sum) {
            for (int i = begin(place); i < ends[place]; i++) {
                if (negative[i]) {
                    sum.add(points[i], true);
                } else {
                    sum.subtract(points[i], true);
                }
            }
        }
    }
}
