package io.github.bittensor4j.core.crypto;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A point of the twisted Edwards curve that ristretto255 and ed25519 share, in extended coordinates, with room for its own
 * intermediate values so that arithmetic allocates nothing. Mutable and not thread-safe; none leaves this package.
 */
final class Point {
    private static final long[] BASE_X =
            Field.of(new BigInteger("15112221349535400772501151409588531511454012693041857206046113283949847762202"));
    private static final long[] BASE_Y =
            Field.of(BigInteger.valueOf(4).multiply(BigInteger.valueOf(5).modInverse(Field.P)));

    private static final long[] ZERO = Field.create();

    /** How many roots are taken in step. */
    private static final int IN_STEP = 4;

    final long[] x = Field.create();
    final long[] y = Field.create();
    final long[] z = Field.create();
    final long[] t = Field.create();

    private final long[] a = Field.create();
    private final long[] b = Field.create();
    private final long[] c = Field.create();
    private final long[] d = Field.create();
    private final long[] e = Field.create();
    private final long[] f = Field.create();

    /** The neutral element. */
    Point() {
        Field.copy(Field.ONE, y);
        Field.copy(Field.ONE, z);
    }

    Point(Point other) {
        set(other);
    }

    Point(Affine other) {
        Field.addSub(other.halfYPlusX, other.halfYMinusX, y, x);
        Field.copy(Field.ONE, z);
        Field.mul(x, y, t);
    }

    static Point base() {
        Point base = new Point();
        Field.copy(BASE_X, base.x);
        Field.copy(BASE_Y, base.y);
        Field.mul(BASE_X, BASE_Y, base.t);
        return base;
    }

    void set(Point other) {
        Field.copy(other.x, x);
        Field.copy(other.y, y);
        Field.copy(other.z, z);
        Field.copy(other.t, t);
    }

    void negate() {
        Field.negate(x, x);
        Field.negate(t, t);
    }

    /** Doubles in place; t is only brought up to date when asked, as an addition needs it and another doubling does not. */
    void twice(boolean withT) {
        Field.add(x, y, c);
        Field.sqr(x, a);
        Field.sqr(y, b);
        Field.sqr(z, d);
        Field.add(d, d, d);
        Field.addSub(a, b, e, f); // e = h, f = g
        Field.sqr(c, c);
        Field.sub(e, c, c); // c = e
        Field.add(d, f, d); // d = f, counts three
        Field.mul(c, d, x);
        Field.mul(f, e, y);
        Field.mul(d, f, z);
        if (withT) {
            Field.mul(c, e, t);
        }
    }

    /** Adds in place. */
    void add(Cached other, boolean withT) {
        Field.addSub(y, x, b, a);
        Field.mul(a, other.yMinusX, a);
        Field.mul(b, other.yPlusX, b);
        Field.mul(t, other.t2d, c);
        Field.mul(z, other.z2, d);
        finishAddition(withT);
    }

    /** Subtracts in place. */
    void subtract(Cached other, boolean withT) {
        Field.addSub(y, x, b, a);
        Field.mul(a, other.yPlusX, a);
        Field.mul(b, other.yMinusX, b);
        Field.mul(t, other.t2d, c);
        Field.negate(c, c);
        Field.mul(z, other.z2, d);
        finishAddition(withT);
    }

    /** Adds in place. */
    void add(Affine other, boolean withT) {
        Field.addSub(y, x, b, a);
        Field.mul(a, other.halfYMinusX, a);
        Field.mul(b, other.halfYPlusX, b);
        Field.mul(t, other.xyd, c);
        Field.copy(z, d);
        finishAddition(withT);
    }

    private void finishAddition(boolean withT) {
        Field.addSub(b, a, e, f); // e = h, f = e
        Field.addSub(d, c, a, b); // a = g, b = f
        Field.mul(f, b, x);
        Field.mul(a, e, y);
        Field.mul(b, a, z);
        if (withT) {
            Field.mul(f, e, t);
        }
    }

    boolean isNeutral() {
        Field.sub(y, z, a);
        Field.copy(x, b);
        return (Field.isZero(a) & Field.isZero(b)) != 0;
    }

    /** Whether this is the neutral element of ristretto255, which is four points. */
    boolean isNeutralInRistretto() {
        Field.mul(x, y, a);
        return Field.isZero(a) != 0;
    }

    /** A point as an addend: (y + x, y - x, 2z, 2dt). */
    static final class Cached {
        private final long[] yPlusX = Field.create();
        private final long[] yMinusX = Field.create();
        private final long[] z2 = Field.create();
        private final long[] t2d = Field.create();

        Cached(Point p) {
            Field.addSub(p.y, p.x, yPlusX, yMinusX);
            Field.add(p.z, p.z, z2);
            Field.mul(p.t, Field.D2, t2d);
        }

        /** Puts the odd multiples 1, 3, ... 2 count - 1 into a table. */
        static void oddMultiples(Point p, Cached[] table, int at, int count) {
            table[at] = new Cached(p);
            Point sum = new Point(p);
            sum.twice(true);
            Cached twice = new Cached(sum);
            sum.set(p);
            for (int i = 1; i < count; i++) {
                sum.add(twice, true);
                table[at + i] = new Cached(sum);
            }
        }
    }

    /** A point with z = 1 as an addend, halved so that the doubling of z falls away: ((y + x) / 2, (y - x) / 2, dxy). */
    static final class Affine {
        /** The longs that one takes in a table. */
        static final int PACKED = 3 * Field.PACKED;

        final long[] halfYPlusX = Field.create();
        final long[] halfYMinusX = Field.create();
        final long[] xyd = Field.create();

        /** Takes an entry of a table. */
        void load(long[] table, int at) {
            Field.unpack(table, at, halfYPlusX);
            Field.unpack(table, at + Field.PACKED, halfYMinusX);
            Field.unpack(table, at + 2 * Field.PACKED, xyd);
        }

        /** Takes an entry of a table, negated where the mask is -1. For public masks: which entry is read first depends on it. */
        void load(long[] table, int at, int mask) {
            int swap = mask & Field.PACKED;
            Field.unpack(table, at + swap, halfYPlusX);
            Field.unpack(table, at + Field.PACKED - swap, halfYMinusX);
            Field.unpack(table, at + 2 * Field.PACKED, xyd);
            Field.negate(mask, xyd);
        }

        private void store(long[] table, int at) {
            Field.pack(halfYPlusX, table, at);
            Field.pack(halfYMinusX, table, at + Field.PACKED);
            Field.pack(xyd, table, at + 2 * Field.PACKED);
        }

        /** A table of points, made with one inversion. */
        static long[] table(Point[] points) {
            long[][] inverses = inverses(true, points);
            long[] table = new long[points.length * PACKED];
            Affine affine = new Affine();
            for (int i = 0; i < points.length; i++) {
                affine.set(points[i], inverses[i]);
                affine.store(table, i * PACKED);
            }
            return table;
        }

        private void set(Point p, long[] inverseZ) {
            Field.mul(p.x, inverseZ, halfYMinusX);
            Field.mul(p.y, inverseZ, halfYPlusX);
            Field.mul(halfYMinusX, halfYPlusX, xyd);
            Field.mul(xyd, Field.D, xyd);
            Field.mul(halfYMinusX, Field.HALF, halfYMinusX);
            Field.mul(halfYPlusX, Field.HALF, halfYPlusX);
            Field.addSub(halfYPlusX, halfYMinusX, halfYPlusX, halfYMinusX);
        }
    }

    /** What is on its way from an encoding to a point, when all that is missing is a root. For public values. */
    private abstract static class Decoding {
        final long[] u = Field.create();
        final long[] v = Field.create();
        final long[] root = Field.create();

        /** The point, given the root of u / v, if it has one. */
        abstract Optional<Point> finish(boolean hasRoot);

        /** All of them, few at a time, as roots taken in step cost less. */
        static List<Optional<Point>> finish(List<? extends Decoding> all) {
            List<Optional<Point>> points = new ArrayList<>(all.size());
            for (int from = 0; from < all.size(); from += IN_STEP) {
                List<? extends Decoding> some = all.subList(from, Math.min(all.size(), from + IN_STEP));
                long[] squares = Field.sqrtRatios(
                        some.stream().map(one -> one.u).toArray(long[][]::new),
                        some.stream().map(one -> one.v).toArray(long[][]::new),
                        some.stream().map(one -> one.root).toArray(long[][]::new));
                for (int i = 0; i < squares.length; i++) {
                    points.add(some.get(i).finish(squares[i] != 0));
                }
            }
            return points;
        }
    }

    // By RFC 9496, 4.3.1.
    private static final class RistrettoDecoding extends Decoding {
        private final boolean canonical;
        private final long[] s = Field.create();
        private final long[] u1 = Field.create();
        private final long[] u2 = Field.create();
        private final long[] denominator = Field.create();

        RistrettoDecoding(byte[] bytes) {
            canonical = Field.isCanonical(bytes, 0) && (bytes[0] & 1) == 0;
            Field.decode(bytes, 0, s);
            Field.sqr(s, v);
            Field.addSub(Field.ONE, v, u2, u1);
            Field.sqr(u1, denominator);
            Field.mul(denominator, Field.D, denominator);
            Field.sqr(u2, v);
            Field.add(denominator, v, denominator);
            Field.negate(denominator, denominator); // -(d u1^2 + u2^2)
            Field.mul(denominator, v, v);
            Field.copy(Field.ONE, u);
        }

        @Override
        Optional<Point> finish(boolean hasRoot) {
            Point p = new Point();
            Field.mul(root, u2, u); // for x
            Field.mul(root, u, v);
            Field.mul(v, denominator, v); // for y
            Field.mul(s, u, p.x);
            Field.add(p.x, p.x, p.x);
            Field.abs(p.x);
            Field.mul(u1, v, p.y);
            Field.mul(p.x, p.y, p.t);
            Field.copy(p.t, u);
            Field.copy(p.y, v);
            boolean good = canonical && hasRoot && Field.isNegative(u) == 0 && Field.isZero(v) == 0;
            return good ? Optional.of(p) : Optional.empty();
        }
    }

    /**
     * The ristretto255 elements of encodings of 32 bytes, for public values.
     *
     * @return for each of them its element, empty where it is no canonical encoding of one
     */
    static List<Optional<Point>> fromRistretto(List<byte[]> encodings) {
        return Decoding.finish(encodings.stream().map(RistrettoDecoding::new).toList());
    }

    /** The canonical 32 bytes of this point's ristretto255 element. Constant time. */
    byte[] toRistretto() {
        long[] u1 = Field.create();
        long[] u2 = Field.create();
        Field.addSub(z, y, u1, u2);
        Field.mul(u1, u2, u1); // (z + y)(z - y)
        Field.mul(x, y, u2);
        long[] w = Field.create();
        Field.sqr(u2, w);
        Field.mul(u1, w, w);
        long[] root = Field.create();
        Field.sqrtRatio(Field.ONE, w, root);
        long[] d1 = Field.create();
        long[] d2 = Field.create();
        Field.mul(u1, root, d1);
        Field.mul(u2, root, d2);
        long[] zInverse = Field.create();
        Field.mul(d1, d2, zInverse);
        Field.mul(zInverse, t, zInverse);
        long[] turn = Field.create();
        Field.mul(t, zInverse, turn);
        long rotate = Field.isNegative(turn);
        long[] ex = x.clone();
        long[] ey = y.clone();
        long[] other = Field.create();
        Field.mul(y, Field.SQRT_M1, other);
        Field.select(rotate, other, ex);
        Field.mul(x, Field.SQRT_M1, other);
        Field.select(rotate, other, ey);
        Field.mul(d1, Field.INVSQRT_A_MINUS_D, other);
        Field.select(rotate, other, d2);
        Field.mul(ex, zInverse, turn);
        Field.negate(Field.isNegative(turn), ey);
        Field.sub(z, ey, ey);
        Field.mul(d2, ey, ey);
        Field.abs(ey);
        return Field.encode(ey);
    }

    /**
     * The canonical ristretto255 encodings of twice these points. A double is known with its square roots, so that one inversion for
     * all takes the place of a root for each. Constant time.
     */
    static byte[][] doublesToRistretto(Point... points) {
        return doublesToRistretto(false, points);
    }

    /** The same of public points, in less time, which depends on them. */
    static byte[][] publicDoublesToRistretto(Point... points) {
        return doublesToRistretto(true, points);
    }

    private static byte[][] doublesToRistretto(boolean isPublic, Point... points) {
        Doubled[] doubled = Stream.of(points).map(Doubled::new).toArray(Doubled[]::new);
        long[][] inverses = Field.invertAll(
                isPublic, Stream.of(doubled).map(one -> one.divisor).toArray(long[][]::new));
        byte[][] encoded = new byte[points.length][];
        for (int i = 0; i < points.length; i++) {
            encoded[i] = doubled[i].toRistretto(inverses[i]);
        }
        return encoded;
    }

    /** Twice a point, which is (e / f, g / h), on its way to its encoding. */
    private static final class Doubled {
        private final long[] e = Field.create();
        private final long[] f = Field.create();
        private final long[] g = Field.create();
        private final long[] h = Field.create();
        private final long[] eg = Field.create();
        private final long[] fh = Field.create();

        /** What is to be inverted, never zero: e f g h, or 1 for the neutral element. */
        final long[] divisor = Field.create();

        private final long neutral;

        Doubled(Point p) {
            Field.mul(p.x, p.y, e);
            Field.add(e, e, e);
            Field.sqr(p.t, h);
            Field.mul(h, Field.D, h);
            Field.sqr(p.z, f);
            Field.addSub(f, h, f, h);
            Field.sqr(p.y, g);
            Field.sqr(p.x, eg);
            Field.add(g, eg, g);
            Field.mul(e, g, eg);
            Field.mul(f, h, fh);
            Field.mul(eg, fh, divisor);
            neutral = Field.isZero(divisor);
            Field.select(neutral, Field.ONE, divisor);
        }

        // By the formulas of RFC 9496, 4.3.2, of which each root is a product here.
        byte[] toRistretto(long[] inverse) {
            long[] one = Field.create();
            long[] other = Field.create();
            Field.mul(eg, inverse, one); // 1 / fh
            Field.mul(eg, one, other);
            long rotate = Field.isNegative(other);
            long[] turned = e.clone();
            Field.select(rotate, g, e);
            Field.negate(turned, turned);
            Field.select(rotate, turned, g);
            Field.mul(f, Field.SQRT_M1, turned);
            Field.select(rotate, turned, h);
            long[] root = Field.INVSQRT_A_MINUS_D.clone();
            Field.select(rotate, Field.SQRT_M1, root);
            Field.mul(h, e, other);
            Field.mul(other, one, other);
            Field.negate(Field.isNegative(other), g);
            Field.mul(fh, inverse, other); // 1 / eg
            Field.mul(other, g, other);
            Field.mul(other, root, other);
            Field.sub(h, g, one);
            Field.mul(one, other, one);
            Field.abs(one);
            Field.select(neutral, ZERO, one);
            return Field.encode(one);
        }
    }

    private static long[][] inverses(boolean isPublic, Point... points) {
        return Field.invertAll(isPublic, Stream.of(points).map(point -> point.z).toArray(long[][]::new));
    }

    /** The canonical ed25519 encodings: y, and the sign of x in the highest bit. One inversion for all; constant time. */
    static byte[][] toEdwards(Point... points) {
        return toEdwards(false, points);
    }

    /** The same of public points, in less time, which depends on them. */
    static byte[][] publicToEdwards(Point... points) {
        return toEdwards(true, points);
    }

    private static byte[][] toEdwards(boolean isPublic, Point... points) {
        long[][] inverses = inverses(isPublic, points);
        byte[][] encoded = new byte[points.length][];
        long[] x = Field.create();
        long[] y = Field.create();
        for (int i = 0; i < points.length; i++) {
            Field.mul(points[i].x, inverses[i], x);
            Field.mul(points[i].y, inverses[i], y);
            encoded[i] = Field.encode(y);
            encoded[i][31] |= (byte) (Field.isNegative(x) & 0x80);
        }
        return encoded;
    }

    private static final class EdwardsDecoding extends Decoding {
        private final Point p = new Point();
        private final int sign;

        EdwardsDecoding(byte[] bytes) {
            sign = bytes[31] >> 7; // the highest bit of all
            Field.decode(bytes, 0, p.y);
            Field.sqr(p.y, u);
            Field.mul(u, Field.D, v);
            Field.sub(u, Field.ONE, u);
            Field.add(v, Field.ONE, v);
        }

        @Override
        Optional<Point> finish(boolean hasRoot) {
            Field.copy(root, p.x);
            Field.negate(Field.isNegative(p.x) ^ sign, p.x);
            Field.mul(p.x, p.y, p.t);
            return hasRoot ? Optional.of(p) : Optional.empty();
        }
    }

    /**
     * The points of ed25519 encodings as ZIP 215 reads them: any y of 255 bits, also at or above the prime, and either sign of x = 0.
     *
     * @return for each of them its point, empty where no point has that y
     */
    static List<Optional<Point>> fromEdwards(List<byte[]> encodings) {
        return Decoding.finish(encodings.stream().map(EdwardsDecoding::new).toList());
    }
}
