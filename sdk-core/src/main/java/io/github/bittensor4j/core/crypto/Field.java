package io.github.bittensor4j.core.crypto;

import java.math.BigInteger;
import org.bouncycastle.math.ec.rfc7748.X25519Field;

/**
 * Whole numbers modulo 2^255 - 19, on BouncyCastle's limbs: this class is the only one that knows them. Products are carried; a sum
 * or difference of two products may enter a product as it is, one of three may meet one of two, anything longer is carried first.
 * Constant time throughout.
 */
final class Field {
    static final BigInteger P = BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));

    static final int[] D =
            of(new BigInteger("37095705934669439343138083508754565189542113879843219016388785533085940283555"));
    static final int[] D2 = twice(D);
    static final int[] SQRT_M1 =
            of(new BigInteger("19681161376707505956807079304988542015446066515923890162744021073123829784752"));
    static final int[] INVSQRT_A_MINUS_D =
            of(new BigInteger("54469307008909316920995813868745141605393597292927456921205312896311721017578"));
    static final int[] ONE = of(BigInteger.ONE);
    static final int[] HALF = of(BigInteger.TWO.modInverse(P));

    private Field() {}

    static int[] of(BigInteger value) {
        byte[] little = new byte[32];
        for (int i = 0; i < 32; i++) {
            little[i] = value.shiftRight(8 * i).byteValue();
        }
        int[] z = create();
        decode(little, 0, z);
        return z;
    }

    private static int[] twice(int[] x) {
        int[] z = create();
        add(x, x, z);
        X25519Field.carry(z);
        return z;
    }

    static int[] create() {
        return X25519Field.create();
    }

    static void copy(int[] x, int[] z) {
        System.arraycopy(x, 0, z, 0, z.length);
    }

    static void add(int[] x, int[] y, int[] z) {
        X25519Field.add(x, y, z);
    }

    static void sub(int[] x, int[] y, int[] z) {
        X25519Field.sub(x, y, z);
    }

    /** plus = x + y and minus = x - y. */
    static void addSub(int[] x, int[] y, int[] plus, int[] minus) {
        X25519Field.apm(x, y, plus, minus);
    }

    static void mul(int[] x, int[] y, int[] z) {
        X25519Field.mul(x, y, z);
    }

    static void sqr(int[] x, int[] z) {
        X25519Field.sqr(x, z);
    }

    static void carry(int[] z) {
        X25519Field.carry(z);
    }

    static void negate(int[] z) {
        X25519Field.negate(z, z);
        X25519Field.carry(z);
    }

    /** z = x where the mask is -1, unchanged where it is 0. */
    static void select(int mask, int[] x, int[] z) {
        X25519Field.cmov(mask, x, 0, z, 0);
    }

    /** -1 where z is zero, else 0. Brings z into its one canonical form. */
    static int isZero(int[] z) {
        X25519Field.carry(z);
        X25519Field.normalize(z);
        return X25519Field.isZero(z);
    }

    /** -1 where x equals y, else 0. */
    static int areEqual(int[] x, int[] y) {
        int[] difference = create();
        X25519Field.sub(x, y, difference);
        return isZero(difference);
    }

    /** 1 where z is odd in its canonical form, into which it is brought, else 0. */
    static int isNegative(int[] z) {
        X25519Field.carry(z);
        X25519Field.normalize(z);
        return z[0] & 1;
    }

    /** Makes z even: z or its negative. */
    static void abs(int[] z) {
        X25519Field.cnegate(isNegative(z), z);
        X25519Field.carry(z);
    }

    /** 255 bits; the highest bit of the 32 bytes is ignored, and the number may be at or above the prime. */
    static void decode(byte[] from, int offset, int[] z) {
        byte[] low = new byte[32];
        System.arraycopy(from, offset, low, 0, 32);
        low[31] &= 0x7f;
        X25519Field.decode255(low, 0, z, 0);
        X25519Field.carry(z);
    }

    /** The canonical 32 bytes. */
    static byte[] encode(int[] z) {
        X25519Field.carry(z);
        X25519Field.normalize(z);
        byte[] out = new byte[32];
        X25519Field.encode(z, out, 0);
        return out;
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

    /** z = 1 / x, and 0 for 0. */
    static void invert(int[] x, int[] z) {
        X25519Field.inv(x, z);
    }

    private static void sqrTimes(int[] x, int times, int[] z) {
        X25519Field.sqr(x, times, z);
    }

    // x^((p - 5) / 8) = x^(2^252 - 3)
    private static int[] power(int[] x) {
        int[] a = create();
        int[] b = create();
        int[] c = create();
        sqr(x, a); // 2
        sqrTimes(a, 2, b);
        mul(x, b, b); // 9
        mul(a, b, a); // 11
        sqr(a, a);
        mul(b, a, a); // 2^5 - 1
        sqrTimes(a, 5, b);
        mul(b, a, a); // 2^10 - 1
        sqrTimes(a, 10, b);
        mul(b, a, b); // 2^20 - 1
        sqrTimes(b, 20, c);
        mul(c, b, b); // 2^40 - 1
        sqrTimes(b, 10, b);
        mul(b, a, a); // 2^50 - 1
        sqrTimes(a, 50, b);
        mul(b, a, b); // 2^100 - 1
        sqrTimes(b, 100, c);
        mul(c, b, b); // 2^200 - 1
        sqrTimes(b, 50, b);
        mul(b, a, a); // 2^250 - 1
        sqrTimes(a, 2, a);
        mul(a, x, a);
        return a;
    }

    /**
     * The even one of the roots of u / v, or of SQRT_M1 u / v where u / v is no square.
     *
     * @return -1 where u / v is a square, else 0; u = 0 gives -1, v = 0 with another u gives 0
     */
    static int sqrtRatio(int[] u, int[] v, int[] root) {
        int[] a = create();
        int[] b = create();
        sqr(v, a);
        mul(a, v, a); // v^3
        sqr(a, b);
        mul(b, v, b); // v^7
        mul(b, u, b);
        int[] r = power(b);
        mul(r, a, r);
        mul(r, u, r);
        sqr(r, a);
        mul(a, v, a); // +-u or +-u sqrt(-1)
        copy(u, b);
        carry(b);
        int same = areEqual(a, b);
        negate(b);
        int opposite = areEqual(a, b);
        mul(b, SQRT_M1, b);
        int oppositeTurned = areEqual(a, b);
        mul(r, SQRT_M1, a);
        select(opposite | oppositeTurned, a, r);
        abs(r);
        copy(r, root);
        return same | opposite;
    }
}
