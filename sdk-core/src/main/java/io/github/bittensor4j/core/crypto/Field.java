package io.github.bittensor4j.core.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;

/**
 * Whole numbers modulo 2^255 - 19: five signed limbs of 51 bits in longs, least first.
 *
 * <p>The limbs of a <em>carried</em> number, such as every product, lie between -2^18 and 2^51 + 2^18. A difference of two carried
 * numbers is as good as one carried number, a sum of two counts as two; one factor of a product may count up to three while the
 * other counts up to two. Anything longer is carried first.
 *
 * <p>Constant time throughout, but for what says otherwise. Sums and products allocate nothing; an inversion or a root, once a
 * signature, allocates its few intermediate numbers. Results may be written over arguments.
 */
final class Field {
    static final BigInteger P = BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));

    static final int LIMBS = 5;

    /** The longs of a packed number. */
    static final int PACKED = 4;

    private static final int BITS = 51;
    private static final long MASK = (1L << BITS) - 1;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    static final long[] D =
            of(new BigInteger("37095705934669439343138083508754565189542113879843219016388785533085940283555"));
    static final long[] D2 =
            of(new BigInteger("16295367250680780974490674513165176452449235426866156013048779062215315747161"));
    static final long[] SQRT_M1 =
            of(new BigInteger("19681161376707505956807079304988542015446066515923890162744021073123829784752"));
    static final long[] INVSQRT_A_MINUS_D =
            of(new BigInteger("54469307008909316920995813868745141605393597292927456921205312896311721017578"));
    static final long[] ONE = of(BigInteger.ONE);
    static final long[] HALF = of(BigInteger.TWO.modInverse(P));

    // The division steps of an inversion, by the limb.
    private static final int BATCHES = 12;
    // What undoes as many of them as its index.
    private static final long[][] UNDO = undo();

    private Field() {}

    private static long[][] undo() {
        long[][] undo = new long[BATCHES + 1][];
        for (int i = 0; i <= BATCHES; i++) {
            undo[i] = of(BigInteger.ONE.shiftLeft(BITS * i).modInverse(P));
        }
        return undo;
    }

    static long[] of(BigInteger value) {
        long[] z = create();
        for (int i = 0; i < LIMBS; i++) {
            z[i] = value.shiftRight(BITS * i).longValue() & MASK;
        }
        return z;
    }

    static long[] create() {
        return new long[LIMBS];
    }

    static void copy(long[] x, long[] z) {
        z[0] = x[0];
        z[1] = x[1];
        z[2] = x[2];
        z[3] = x[3];
        z[4] = x[4];
    }

    static void add(long[] x, long[] y, long[] z) {
        z[0] = x[0] + y[0];
        z[1] = x[1] + y[1];
        z[2] = x[2] + y[2];
        z[3] = x[3] + y[3];
        z[4] = x[4] + y[4];
    }

    static void sub(long[] x, long[] y, long[] z) {
        z[0] = x[0] - y[0];
        z[1] = x[1] - y[1];
        z[2] = x[2] - y[2];
        z[3] = x[3] - y[3];
        z[4] = x[4] - y[4];
    }

    /** plus = x + y and minus = x - y. */
    static void addSub(long[] x, long[] y, long[] plus, long[] minus) {
        for (int i = 0; i < LIMBS; i++) {
            long a = x[i];
            long b = y[i];
            plus[i] = a + b;
            minus[i] = a - b;
        }
    }

    static void negate(long[] x, long[] z) {
        for (int i = 0; i < LIMBS; i++) {
            z[i] = -x[i];
        }
    }

    /**
     * The product. Of a sum of products of limbs, high is the sum of the parts above 2^56, as multiplyHigh gives them after a shift by
     * 8, and low what the sum exceeds that by: it fits a long, so that wrapping arithmetic gives it although the products do not
     * fit. Both halves of a_i b_j + a_j b_i come as (a_i + a_j)(b_i + b_j) - a_i b_i - a_j b_j, which takes 30 multiplications in
     * place of 50.
     */
    static void mul(long[] x, long[] y, long[] z) {
        long a0 = x[0];
        long a1 = x[1];
        long a2 = x[2];
        long a3 = x[3];
        long a4 = x[4];
        long b0 = y[0];
        long b1 = y[1];
        long b2 = y[2];
        long b3 = y[3];
        long b4 = y[4];

        long l00 = a0 * b0;
        long h00 = high(a0, b0);
        long l11 = a1 * b1;
        long h11 = high(a1, b1);
        long l22 = a2 * b2;
        long h22 = high(a2, b2);
        long l33 = a3 * b3;
        long h33 = high(a3, b3);
        long l44 = a4 * b4;
        long h44 = high(a4, b4);

        long a01 = a0 + a1;
        long b01 = b0 + b1;
        long a02 = a0 + a2;
        long b02 = b0 + b2;
        long a03 = a0 + a3;
        long b03 = b0 + b3;
        long a04 = a0 + a4;
        long b04 = b0 + b4;
        long a12 = a1 + a2;
        long b12 = b1 + b2;
        long a13 = a1 + a3;
        long b13 = b1 + b3;
        long a14 = a1 + a4;
        long b14 = b1 + b4;
        long a23 = a2 + a3;
        long b23 = b2 + b3;
        long a24 = a2 + a4;
        long b24 = b2 + b4;
        long a34 = a3 + a4;
        long b34 = b3 + b4;

        // The columns, by their power of 2^51; those from the fifth on return to the lowest, 19 times.
        long l = l00 + l11 + l22 + l33 + l44;
        long h = h00 + h11 + h22 + h33 + h44;
        long l0 = l00 + 19 * (a14 * b14 + a23 * b23 + l00 - l);
        long h0 = h00 + 19 * (high(a14, b14) + high(a23, b23) + h00 - h);
        long l1 = a01 * b01 - l00 - l11 + 19 * (a24 * b24 - l22 + l33 - l44);
        long h1 = high(a01, b01) - h00 - h11 + 19 * (high(a24, b24) - h22 + h33 - h44);
        long l2 = a02 * b02 - l00 + l11 - l22 + 19 * (a34 * b34 - l33 - l44);
        long h2 = high(a02, b02) - h00 + h11 - h22 + 19 * (high(a34, b34) - h33 - h44);
        long l3 = a03 * b03 + a12 * b12 - l + 20 * l44;
        long h3 = high(a03, b03) + high(a12, b12) - h + 20 * h44;
        long l4 = a04 * b04 + a13 * b13 - l + 2 * l22;
        long h4 = high(a04, b04) + high(a13, b13) - h + 2 * h22;
        carry(
                column(l0, h0, 19 * h4),
                column(l1, h1, h0),
                column(l2, h2, h1),
                column(l3, h3, h2),
                column(l4, h4, h3),
                z);
    }

    /** The square, of a number that counts up to two. */
    static void sqr(long[] x, long[] z) {
        sqr(x[0], x[1], x[2], x[3], x[4], z);
    }

    // Kept below the 325 bytes up to which the compiler makes it part of the loop that takes powers.
    private static void sqr(long a0, long a1, long a2, long a3, long a4, long[] z) {
        long twice0 = a0 + a0;
        long twice1 = a1 + a1;
        long twice2 = a2 + a2;
        long twice3 = a3 + a3;
        // Columns as in mul.
        long l0 = a0 * a0 + 19 * (twice1 * a4 + twice2 * a3);
        long h0 = high(a0, a0) + 19 * (high(twice1, a4) + high(twice2, a3));
        long l1 = twice0 * a1 + 19 * (twice2 * a4 + a3 * a3);
        long h1 = high(twice0, a1) + 19 * (high(twice2, a4) + high(a3, a3));
        long l2 = twice0 * a2 + a1 * a1 + 19 * (twice3 * a4);
        long h2 = high(twice0, a2) + high(a1, a1) + 19 * high(twice3, a4);
        long l3 = twice0 * a3 + twice1 * a2 + 19 * (a4 * a4);
        long h3 = high(twice0, a3) + high(twice1, a2) + 19 * high(a4, a4);
        long l4 = twice0 * a4 + twice1 * a3 + a2 * a2;
        long h4 = high(twice0, a4) + high(twice1, a3) + high(a2, a2);
        carry(
                column(l0, h0, 19 * h4),
                column(l1, h1, h0),
                column(l2, h2, h1),
                column(l3, h3, h2),
                column(l4, h4, h3),
                z);
    }

    private static long high(long a, long b) {
        return Math.multiplyHigh(a, b << 8);
    }

    // What a column of products holds below 2^56, and what the column before it holds above.
    private static long column(long low, long high, long highBefore) {
        return low - (high << 56) + (highBefore << 5);
    }

    private static void carry(long r0, long r1, long r2, long r3, long r4, long[] z) {
        z[0] = (r0 & MASK) + 19 * (r4 >> BITS);
        z[1] = (r1 & MASK) + (r0 >> BITS);
        z[2] = (r2 & MASK) + (r1 >> BITS);
        z[3] = (r3 & MASK) + (r2 >> BITS);
        z[4] = (r4 & MASK) + (r3 >> BITS);
    }

    static void carry(long[] z) {
        carry(z[0], z[1], z[2], z[3], z[4], z);
    }

    /** Brings a number into its one form, every limb below 2^51 and all of it below the prime. */
    static void normalize(long[] z) {
        carry(z);
        // Limb by limb from the lowest, twice: the first time may borrow from above the highest.
        for (int pass = 0; pass < 2; pass++) {
            long top = ripple(z);
            z[0] += 19 * top;
        }
        ripple(z);
        // Of 2^255 and more after adding 19, the number was not below the prime; 2^255 is dropped with the carry.
        long over = z[0] + 19 >> BITS;
        for (int i = 1; i < LIMBS; i++) {
            over = z[i] + over >> BITS;
        }
        z[0] += 19 * over;
        ripple(z);
    }

    // Carries upwards and gives what leaves the highest limb.
    private static long ripple(long[] z) {
        long over = 0;
        for (int i = 0; i < LIMBS; i++) {
            long limb = z[i] + over;
            z[i] = limb & MASK;
            over = limb >> BITS;
        }
        return over;
    }

    /** z = x where the mask is -1, unchanged where it is 0. */
    static void select(long mask, long[] x, long[] z) {
        for (int i = 0; i < LIMBS; i++) {
            z[i] ^= mask & (z[i] ^ x[i]);
        }
    }

    /** -1 where z is zero, else 0. Normalizes z. */
    static long isZero(long[] z) {
        normalize(z);
        return (z[0] | z[1] | z[2] | z[3] | z[4]) - 1 >> 63;
    }

    /** -1 where z is odd, else 0. Normalizes z. */
    static long isNegative(long[] z) {
        normalize(z);
        return -(z[0] & 1);
    }

    /** Makes z even: z or its negative. */
    static void abs(long[] z) {
        negate(isNegative(z), z);
    }

    /** Negates z where the mask is -1. */
    static void negate(long mask, long[] z) {
        z[0] = (z[0] ^ mask) - mask;
        z[1] = (z[1] ^ mask) - mask;
        z[2] = (z[2] ^ mask) - mask;
        z[3] = (z[3] ^ mask) - mask;
        z[4] = (z[4] ^ mask) - mask;
    }

    /** 255 bits; the highest bit of the 32 bytes is ignored, and the number may be at or above the prime. */
    static void decode(byte[] from, int offset, long[] z) {
        unpack(
                (long) LONGS.get(from, offset),
                (long) LONGS.get(from, offset + 8),
                (long) LONGS.get(from, offset + 16),
                (long) LONGS.get(from, offset + 24),
                z);
    }

    /** The one encoding in 32 bytes. Normalizes z. */
    static byte[] encode(long[] z) {
        long[] packed = new long[PACKED];
        pack(z, packed, 0);
        byte[] out = new byte[32];
        for (int i = 0; i < PACKED; i++) {
            LONGS.set(out, 8 * i, packed[i]);
        }
        return out;
    }

    /** The encoding as four longs, for tables. Normalizes z. */
    static void pack(long[] z, long[] to, int at) {
        normalize(z);
        to[at] = z[0] | z[1] << 51;
        to[at + 1] = z[1] >>> 13 | z[2] << 38;
        to[at + 2] = z[2] >>> 26 | z[3] << 25;
        to[at + 3] = z[3] >>> 39 | z[4] << 12;
    }

    /** A number of four longs out of a table. */
    static void unpack(long[] from, int at, long[] z) {
        unpack(from[at], from[at + 1], from[at + 2], from[at + 3], z);
    }

    private static void unpack(long w0, long w1, long w2, long w3, long[] z) {
        z[0] = w0 & MASK;
        z[1] = (w0 >>> 51 | w1 << 13) & MASK;
        z[2] = (w1 >>> 38 | w2 << 26) & MASK;
        z[3] = (w2 >>> 25 | w3 << 39) & MASK;
        z[4] = w3 >>> 12 & MASK;
    }

    /** Whether 32 bytes are a number below the prime. For public values. */
    static boolean isCanonical(byte[] data, int from) {
        if ((data[from + 31] & 0xff) != 0x7f) {
            return data[from + 31] >= 0;
        }
        for (int i = 30; i > 0; i--) {
            if (data[from + i] != -1) {
                return true;
            }
        }
        return (data[from] & 0xff) < 0xed;
    }

    /**
     * The inverses: one inversion for all of them, and three products for each. Where one of the numbers is 0 all come out as 0.
     *
     * @param isPublic whether the time may depend on them, which takes less of it
     */
    static long[][] invertAll(boolean isPublic, long[]... numbers) {
        long[][] inverses = new long[numbers.length][];
        long[] product = ONE.clone();
        for (int i = 0; i < numbers.length; i++) {
            inverses[i] = product.clone();
            mul(product, numbers[i], product);
        }
        invert(product, isPublic, product);
        for (int i = numbers.length - 1; i >= 0; i--) {
            mul(product, inverses[i], inverses[i]);
            mul(product, numbers[i], product);
        }
        return inverses;
    }

    /**
     * z = 1 / x, and 0 for 0: the division steps of Bernstein and Yang ("Fast constant-time gcd computation and modular inversion",
     * 2019), begun at one half, which end within 590 steps for numbers of 256 bits. As many as fit a limb are gathered in a matrix
     * before the whole numbers move. It takes a third of the time of a power by p - 2.
     */
    private static void invert(long[] x, boolean isPublic, long[] z) {
        // f and g are whole numbers, the top limb signed; d and e numbers modulo p with d x = f and e x = g, but for a
        // power of two.
        long[] f = {MASK - 18, MASK, MASK, MASK, MASK};
        long[] g = x.clone();
        normalize(g);
        long[] d = create();
        long[] e = ONE.clone();
        long[] old = create();
        long[] low = {0, 0, -1};
        long[] first = new long[4];
        long[] second = new long[4];
        int batch = 0;
        while (batch < BATCHES && !(isPublic && isNothing(g))) {
            low[0] = f[0] | f[1] << BITS;
            low[1] = g[0] | g[1] << BITS;
            if (isPublic) {
                dividePublic(BITS / 2 + 1, low, first);
                dividePublic(BITS / 2, low, second);
            } else {
                divide(BITS / 2 + 1, low, first);
                divide(BITS / 2, low, second);
            }
            long u = second[0] * first[0] + second[1] * first[2];
            long v = second[0] * first[1] + second[1] * first[3];
            long q = second[2] * first[0] + second[3] * first[2];
            long r = second[2] * first[1] + second[3] * first[3];
            copy(f, old);
            combineAndShift(u, old, v, g, f);
            combineAndShift(q, old, r, g, g);
            copy(d, old);
            combine(u, old, v, e, d);
            combine(q, old, r, e, e);
            batch++;
        }
        // By now g is 0 and f, unless x was 0, is 1 or -1.
        negate(f[LIMBS - 1] >> 63, d);
        mul(d, UNDO[batch], z);
    }

    // Of a number in its one form.
    private static boolean isNothing(long[] x) {
        return (x[0] | x[1] | x[2] | x[3] | x[4]) == 0;
    }

    // Up to 30 division steps on the lowest bits of f and g, with their delta, and the matrix that they make. Its rows
    // are
    // kept in one long each, the second number 2^32 times.
    private static void divide(int steps, long[] low, long[] matrix) {
        long f = low[0];
        long g = low[1];
        long delta = low[2];
        long forF = 1;
        long forG = 1L << 32;
        for (int i = 0; i < steps; i++) {
            long turn = delta >> 63;
            long odd = -(g & 1);
            g += (f ^ turn) - turn & odd;
            forG += (forF ^ turn) - turn & odd;
            turn &= odd;
            delta = (delta ^ turn) - 1;
            f += g & turn;
            forF += forG & turn;
            g >>= 1;
            forF <<= 1;
        }
        keep(f, g, delta, low);
        unpack(forF, forG, matrix);
    }

    // The same of public numbers: the steps from one exchange of f and g to the next are done together, if not more
    // than six,
    // as g takes as many times f as lets it end in as many zeros.
    private static void dividePublic(int steps, long[] low, long[] matrix) {
        long f = low[0];
        long g = low[1];
        long delta = low[2];
        long forF = 1;
        long forG = 1L << 32;
        int left = steps;
        while (true) {
            int zeros = Long.numberOfTrailingZeros(g | -1L << left);
            g >>= zeros;
            forF <<= zeros;
            delta -= zeros;
            left -= zeros;
            if (left == 0) {
                break;
            }
            if (delta < 0) {
                delta = ~delta;
                long before = f;
                f = g;
                g = -before;
                before = forF;
                forF = forG;
                forG = -before;
            }
            // f (f^2 - 2) is -1 / f modulo 64
            long times = g * f * (f * f - 2) & 63 & (1L << Math.min(delta + 1, left)) - 1;
            g += times * f;
            forG += times * forF;
        }
        keep(f, g, delta, low);
        unpack(forF, forG, matrix);
    }

    private static void keep(long f, long g, long delta, long[] low) {
        low[0] = f;
        low[1] = g;
        low[2] = delta;
    }

    private static void unpack(long forF, long forG, long[] matrix) {
        matrix[0] = (int) forF;
        matrix[1] = forF - matrix[0] >> 32;
        matrix[2] = (int) forG;
        matrix[3] = forG - matrix[2] >> 32;
    }

    // z = u x + v y modulo p, for x and y carried, and u and v within 2^51.
    private static void combine(long u, long[] x, long v, long[] y, long[] z) {
        long h0 = high(u, x[0]) + high(v, y[0]);
        long h1 = high(u, x[1]) + high(v, y[1]);
        long h2 = high(u, x[2]) + high(v, y[2]);
        long h3 = high(u, x[3]) + high(v, y[3]);
        long h4 = high(u, x[4]) + high(v, y[4]);
        carry(
                column(u * x[0] + v * y[0], h0, 19 * h4),
                column(u * x[1] + v * y[1], h1, h0),
                column(u * x[2] + v * y[2], h2, h1),
                column(u * x[3] + v * y[3], h3, h2),
                column(u * x[4] + v * y[4], h4, h3),
                z);
    }

    // z = (u x + v y) / 2^51 as whole numbers, without a remainder.
    private static void combineAndShift(long u, long[] x, long v, long[] y, long[] z) {
        long h0 = high(u, x[0]) + high(v, y[0]);
        long h1 = high(u, x[1]) + high(v, y[1]);
        long h2 = high(u, x[2]) + high(v, y[2]);
        long h3 = high(u, x[3]) + high(v, y[3]);
        long h4 = high(u, x[4]) + high(v, y[4]);
        long r1 = column(u * x[1] + v * y[1], h1, h0) + (column(u * x[0] + v * y[0], h0, 0) >> BITS);
        long r2 = column(u * x[2] + v * y[2], h2, h1) + (r1 >> BITS);
        long r3 = column(u * x[3] + v * y[3], h3, h2) + (r2 >> BITS);
        long r4 = column(u * x[4] + v * y[4], h4, h3) + (r3 >> BITS);
        z[0] = r1 & MASK;
        z[1] = r2 & MASK;
        z[2] = r3 & MASK;
        z[3] = r4 & MASK;
        z[4] = (h4 << 5) + (r4 >> BITS);
    }

    // The powers x^((p - 5) / 8) = x^(2^252 - 3), all in step: while one squaring waits for its last, another can be
    // done.
    private static long[][] powers(long[][] x) {
        long[][] a = create(x.length);
        long[][] b = create(x.length);
        long[][] c = create(x.length);
        sqr(x, 1, a); // 2
        sqr(a, 2, b);
        mul(x, b, b); // 9
        mul(a, b, a); // 11
        sqr(a, 1, a);
        mul(b, a, a); // 2^5 - 1
        sqr(a, 5, b);
        mul(b, a, a); // 2^10 - 1
        sqr(a, 10, b);
        mul(b, a, b); // 2^20 - 1
        sqr(b, 20, c);
        mul(c, b, b); // 2^40 - 1
        sqr(b, 10, b);
        mul(b, a, a); // 2^50 - 1
        sqr(a, 50, b);
        mul(b, a, b); // 2^100 - 1
        sqr(b, 100, c);
        mul(c, b, b); // 2^200 - 1
        sqr(b, 50, b);
        mul(b, a, a); // 2^250 - 1
        sqr(a, 2, a);
        mul(a, x, a);
        return a;
    }

    private static long[][] create(int count) {
        return new long[count][LIMBS];
    }

    // x^(2^times)
    private static void sqr(long[][] x, int times, long[][] z) {
        for (int i = 0; i < z.length; i++) {
            sqr(x[i], z[i]);
        }
        for (int time = 1; time < times; time++) {
            for (long[] each : z) {
                sqr(each, each);
            }
        }
    }

    private static void mul(long[][] x, long[][] y, long[][] z) {
        for (int i = 0; i < z.length; i++) {
            mul(x[i], y[i], z[i]);
        }
    }

    /**
     * The even one of the roots of u / v, or of SQRT_M1 u / v where u / v is no square; u and v are carried.
     *
     * @return -1 where u / v is a square, else 0; u = 0 gives -1, v = 0 with another u gives 0
     */
    static long sqrtRatio(long[] u, long[] v, long[] root) {
        return sqrtRatios(new long[][] {u}, new long[][] {v}, new long[][] {root})[0];
    }

    /** The same of several ratios; of a few the root takes a sixth less time each than of one. */
    static long[] sqrtRatios(long[][] u, long[][] v, long[][] roots) {
        int count = u.length;
        long[][] cubes = create(count);
        long[][] powers = create(count);
        for (int i = 0; i < count; i++) {
            sqr(v[i], cubes[i]);
            mul(cubes[i], v[i], cubes[i]);
            sqr(cubes[i], powers[i]);
            mul(powers[i], v[i], powers[i]); // v^7
            mul(powers[i], u[i], powers[i]);
        }
        powers = powers(powers);
        long[] squares = new long[count];
        for (int i = 0; i < count; i++) {
            mul(powers[i], cubes[i], roots[i]);
            squares[i] = finishRoot(u[i], v[i], roots[i]);
        }
        return squares;
    }

    // Given the root but for u and for roots of 1 and -1.
    private static long finishRoot(long[] u, long[] v, long[] r) {
        long[] a = create();
        long[] b = create();
        long[] c = create();
        mul(r, u, r);
        sqr(r, a);
        mul(a, v, a); // +-u or +-u sqrt(-1)
        sub(a, u, c);
        long same = isZero(c);
        add(a, u, c);
        long opposite = isZero(c);
        mul(u, SQRT_M1, b);
        add(a, b, c);
        long oppositeTurned = isZero(c);
        mul(r, SQRT_M1, a);
        select(opposite | oppositeTurned, a, r);
        abs(r);
        return same | opposite;
    }
}
