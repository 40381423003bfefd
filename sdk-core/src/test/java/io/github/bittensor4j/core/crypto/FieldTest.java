package io.github.bittensor4j.core.crypto;

import static io.github.bittensor4j.core.crypto.RistrettoTest.little;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against java.math.BigInteger: what this project relies on in limbs that are somebody else's. */
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

    private static void same(int[] actual, BigInteger expected) {
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
            int[] z = Field.create();
            Field.decode(bytes, 0, z);
            same(z, value);
            assertThat(Field.isNegative(z)).isEqualTo(value.mod(P).testBit(0) ? 1 : 0);
            assertThat(Field.isZero(z)).isEqualTo(value.mod(P).signum() == 0 ? -1 : 0);
        }
    }

    @Test
    void products_take_sums_as_long_as_promised() {
        int[] sum2 = Field.create();
        int[] difference3 = Field.create();
        int[] product = Field.create();
        for (int i = 0; i < 20000; i++) {
            BigInteger[] v = {any(), any(), any(), any(), any()};
            int[][] f = new int[v.length][];
            for (int j = 0; j < v.length; j++) {
                // Products, as in the formulas: their limbs are what they are after a multiplication.
                f[j] = Field.of(v[j]);
                Field.mul(f[j], Field.ONE, f[j]);
            }
            Field.add(f[0], f[1], sum2);
            Field.add(f[2], f[3], difference3);
            Field.sub(difference3, f[4], difference3);
            BigInteger two = v[0].add(v[1]);
            BigInteger three = v[2].add(v[3]).subtract(v[4]);
            Field.mul(sum2, difference3, product);
            same(product, two.multiply(three));
            Field.sqr(sum2, product);
            same(product, two.multiply(two));
            Field.mul(product, f[4], product);
            same(product, two.multiply(two).multiply(v[4]));
        }
    }

    @Test
    void inverses_signs_and_choices_are_exact() {
        for (BigInteger value : values) {
            int[] z = Field.of(value);
            BigInteger reduced = value.mod(P);
            int[] inverse = Field.create();
            Field.invert(z, inverse);
            same(inverse, reduced.signum() == 0 ? BigInteger.ZERO : reduced.modInverse(P));
            int[] opposite = z.clone();
            Field.negate(opposite);
            same(opposite, reduced.negate());
            Field.abs(opposite);
            same(opposite, reduced.testBit(0) ? reduced.negate() : reduced);
            int[] chosen = z.clone();
            Field.select(0, Field.ONE, chosen);
            same(chosen, value);
            Field.select(-1, Field.ONE, chosen);
            same(chosen, BigInteger.ONE);
            assertThat(Field.areEqual(z, z.clone())).isEqualTo(-1);
            assertThat(Field.areEqual(z, Field.of(value.add(BigInteger.ONE).mod(P))))
                    .isZero();
        }
    }

    @Test
    void roots_of_ratios_follow_the_standard() {
        BigInteger sqrtMinusOne =
                BigInteger.TWO.modPow(P.subtract(BigInteger.ONE).shiftRight(2), P);
        for (int i = 0; i < 2000; i++) {
            BigInteger u = any().mod(P);
            BigInteger v = any().mod(P);
            int[] root = Field.create();
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
}
