package io.github.bittensor4j.core.crypto;

import static io.github.bittensor4j.core.crypto.RistrettoTest.little;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against java.math.BigInteger, at random and at the edges of numbers and of limbs. */
class FieldTest {
    private static final BigInteger P = Field.P;
    private final Random random = new Random(19);
    private final List<BigInteger> values = values();

    private List<BigInteger> values() {
        List<BigInteger> values = new ArrayList<>();
        for (int i = -25; i <= 25; i++) {
            values.add(P.add(BigInteger.valueOf(i)).mod(BigInteger.ONE.shiftLeft(255)));
            values.add(P.shiftRight(1).add(BigInteger.valueOf(i)));
        }
        for (int bit = 0; bit < 255; bit++) {
            values.add(BigInteger.ONE.shiftLeft(bit));
            values.add(BigInteger.ONE.shiftLeft(bit).subtract(BigInteger.ONE));
        }
        for (int i = 0; i < 300; i++) {
            values.add(new BigInteger(255, random));
        }
        return values;
    }

    private BigInteger any() {
        return values.get(random.nextInt(values.size()));
    }

    private static void same(long[] actual, BigInteger expected) {
        assertThat(Field.encode(actual.clone())).isEqualTo(little(expected.mod(P), 32));
    }

    @Test
    void numbers_go_both_ways_also_from_above_the_prime() {
        for (BigInteger value : values) {
            same(Field.of(value), value);
            byte[] bytes = little(value, 32);
            assertThat(Field.isCanonical(bytes, 0)).isEqualTo(value.compareTo(P) < 0);
            bytes[31] |= (byte) 0x80;
            assertThat(Field.isCanonical(bytes, 0)).isFalse();
            long[] z = Field.create();
            Field.decode(bytes, 0, z);
            same(z, value);
            assertThat(Field.isNegative(z)).isEqualTo(value.mod(P).testBit(0) ? -1 : 0);
            assertThat(Field.isZero(z)).isEqualTo(value.mod(P).signum() == 0 ? -1 : 0);
        }
    }

    private static final long LIMB = (1L << 51) + (1 << 18);

    // Every limb within what the class promises for so many summands, often at the bounds.
    private long[] limbs(int count) {
        long[] z = Field.create();
        for (int i = 0; i < z.length; i++) {
            z[i] = switch (random.nextInt(5)) {
                case 0 -> count * LIMB;
                case 1 -> -count * LIMB;
                case 2 -> random.nextInt(5) - 2;
                default -> random.nextLong(-count * LIMB, count * LIMB + 1);
            };
        }
        return z;
    }

    private static BigInteger number(long[] z) {
        BigInteger number = BigInteger.ZERO;
        for (int i = 0; i < z.length; i++) {
            number = number.add(BigInteger.valueOf(z[i]).shiftLeft(51 * i));
        }
        return number;
    }

    private static void carried(long[] z) {
        for (long limb : z) {
            assertThat(limb).isBetween(-1L << 18, LIMB);
        }
    }

    @Test
    void products_take_sums_as_long_as_promised() {
        for (int i = 0; i < 50000; i++) {
            long[] two = limbs(2);
            long[] three = limbs(3);
            long[] product = Field.create();
            Field.mul(two, three, product);
            carried(product);
            same(product, number(two).multiply(number(three)));
            Field.mul(three, two, product);
            carried(product);
            same(product, number(two).multiply(number(three)));
            Field.sqr(two, product);
            carried(product);
            same(product, number(two).pow(2));
        }
    }

    @Test
    void the_widest_columns_do_not_overflow() {
        // All signs of limbs at their bounds: what the sums of products can be at most, either way.
        for (int signs = 0; signs < 1 << 10; signs++) {
            long[] two = Field.create();
            long[] three = Field.create();
            for (int i = 0; i < 5; i++) {
                two[i] = (signs >> i & 1) == 0 ? 2 * LIMB : -2 * LIMB;
                three[i] = (signs >> i + 5 & 1) == 0 ? 3 * LIMB : -3 * LIMB;
            }
            long[] product = Field.create();
            Field.mul(two, three, product);
            carried(product);
            same(product, number(two).multiply(number(three)));
            Field.mul(three, two, product);
            same(product, number(two).multiply(number(three)));
            Field.sqr(two, product);
            carried(product);
            same(product, number(two).pow(2));
        }
    }

    @Test
    void results_may_be_written_over_arguments() {
        for (int i = 0; i < 1000; i++) {
            long[] x = limbs(1);
            long[] y = limbs(1);
            BigInteger a = number(x);
            BigInteger b = number(y);
            long[] z = x.clone();
            Field.mul(z, y, z);
            same(z, a.multiply(b));
            z = y.clone();
            Field.mul(x, z, z);
            same(z, a.multiply(b));
            z = x.clone();
            Field.sqr(z, z);
            same(z, a.pow(2));
            z = x.clone();
            Field.mul(z, z, z);
            same(z, a.pow(2));
            z = x.clone();
            long[] other = y.clone();
            Field.addSub(z, other, z, other);
            assertThat(number(z)).isEqualTo(a.add(b));
            assertThat(number(other)).isEqualTo(a.subtract(b));
            Field.addSub(x, y, y, x);
            assertThat(number(y)).isEqualTo(a.add(b));
            assertThat(number(x)).isEqualTo(a.subtract(b));
        }
    }

    @Test
    void every_number_has_one_form() {
        for (int i = 0; i < 20000; i++) {
            long[] z = limbs(3);
            if (i % 3 == 0) {
                // Just above and below nothing, the prime and its double, in unusual limbs.
                z = Field.of(P.add(BigInteger.valueOf(random.nextInt(80) - 40)).mod(BigInteger.ONE.shiftLeft(255)));
                int at = random.nextInt(4);
                long some = random.nextInt(5) - 2;
                z[at] += some << 51;
                z[at + 1] -= some;
            }
            long[] packed = new long[6];
            BigInteger expected = number(z).mod(P);
            assertThat(Field.isZero(z.clone())).isEqualTo(expected.signum() == 0 ? -1 : 0);
            Field.pack(z.clone(), packed, 1);
            assertThat(packed[0] | packed[5]).isZero();
            Field.normalize(z);
            assertThat(number(z)).isEqualTo(expected);
            for (long limb : z) {
                assertThat(limb).isBetween(0L, (1L << 51) - 1);
            }
            long[] unpacked = Field.create();
            Field.unpack(packed, 1, unpacked);
            assertThat(unpacked).isEqualTo(z);
        }
    }

    @Test
    void inverses_signs_and_choices_are_exact() {
        for (BigInteger value : values) {
            long[] z = Field.of(value);
            BigInteger reduced = value.mod(P);
            BigInteger inverse = reduced.signum() == 0 ? BigInteger.ZERO : reduced.modInverse(P);
            for (boolean isPublic : new boolean[] {false, true}) {
                same(Field.invertAll(isPublic, z)[0], inverse);
                long[][] several = Field.invertAll(isPublic, Field.of(BigInteger.TWO), z, Field.of(BigInteger.TEN));
                same(several[1], inverse);
                same(several[2], reduced.signum() == 0 ? BigInteger.ZERO : BigInteger.TEN.modInverse(P));
            }
            long[] opposite = Field.create();
            Field.negate(z, opposite);
            same(opposite, reduced.negate());
            Field.abs(opposite);
            same(opposite, reduced.testBit(0) ? reduced.negate() : reduced);
            Field.negate(0, opposite);
            same(opposite, reduced.testBit(0) ? reduced.negate() : reduced);
            Field.negate(-1, opposite);
            same(opposite, reduced.testBit(0) ? reduced : reduced.negate());
            long[] chosen = z.clone();
            Field.select(0, Field.ONE, chosen);
            same(chosen, value);
            Field.select(-1, Field.ONE, chosen);
            same(chosen, BigInteger.ONE);
        }
    }

    @Test
    void roots_of_ratios_follow_the_standard() {
        BigInteger sqrtMinusOne =
                BigInteger.TWO.modPow(P.subtract(BigInteger.ONE).shiftRight(2), P);
        for (int i = 0; i < 2000; i++) {
            BigInteger u = any().mod(P);
            BigInteger v = any().mod(P);
            long[] root = Field.create();
            boolean square = Field.sqrtRatio(Field.of(u), Field.of(v), root) != 0;
            BigInteger ratio = v.signum() == 0
                    ? BigInteger.ZERO
                    : u.multiply(v.modInverse(P)).mod(P);
            boolean isSquare = ratio.signum() == 0
                    || ratio.modPow(P.subtract(BigInteger.ONE).shiftRight(1), P).equals(BigInteger.ONE);
            assertThat(square).isEqualTo(u.signum() == 0 || v.signum() != 0 && isSquare);
            byte[] encoded = Field.encode(root);
            assertThat(encoded[0] & 1).isZero();
            Field.sqr(root, root);
            if (v.signum() == 0) {
                same(root, BigInteger.ZERO);
            } else {
                BigInteger wanted =
                        isSquare ? ratio : ratio.multiply(sqrtMinusOne).mod(P);
                same(root, wanted);
            }
        }
    }

    @Test
    void roots_taken_in_step_are_those_taken_alone() {
        for (int count = 0; count < 10; count++) {
            long[][] u = new long[count][];
            long[][] v = new long[count][];
            for (int i = 0; i < count; i++) {
                u[i] = Field.of(any().mod(P));
                v[i] = Field.of(any().mod(P));
            }
            long[][] roots = new long[count][Field.LIMBS];
            long[] squares = Field.sqrtRatios(u, v, roots);
            for (int i = 0; i < count; i++) {
                long[] alone = Field.create();
                assertThat(squares[i]).isEqualTo(Field.sqrtRatio(u[i], v[i], alone));
                assertThat(Field.encode(roots[i])).isEqualTo(Field.encode(alone));
            }
        }
    }
}
