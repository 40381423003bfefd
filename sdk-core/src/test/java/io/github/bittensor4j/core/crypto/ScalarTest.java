package io.github.bittensor4j.core.crypto;

import static io.github.bittensor4j.core.crypto.RistrettoTest.little;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against java.math.BigInteger, at the edges and at random. */
class ScalarTest {
    private static final BigInteger L = Scalar.ORDER;
    private final Random random = new Random(7);

    private List<BigInteger> values(int bits) {
        List<BigInteger> values = new ArrayList<>();
        BigInteger limit = BigInteger.ONE.shiftLeft(bits);
        for (BigInteger near : List.of(
                BigInteger.ZERO,
                L,
                L.shiftLeft(1),
                L.multiply(L),
                limit,
                limit.divide(L).multiply(L))) {
            for (int i = -2; i <= 2; i++) {
                BigInteger value = near.add(BigInteger.valueOf(i));
                if (value.signum() >= 0 && value.bitLength() <= bits) {
                    values.add(value);
                }
            }
        }
        for (int i = 0; i < 500; i++) {
            values.add(new BigInteger(random.nextInt(bits + 1), random));
        }
        return values;
    }

    @Test
    void reduction_is_the_remainder() {
        for (BigInteger value : values(512)) {
            assertThat(Scalar.reduce(little(value, 64))).isEqualTo(little(value.mod(L), 32));
        }
    }

    @Test
    void multiply_add_is_exact_for_any_256_bits() {
        List<BigInteger> values = values(256);
        for (int i = 0; i < 1500; i++) {
            BigInteger a = values.get(random.nextInt(values.size()));
            BigInteger b = values.get(random.nextInt(values.size()));
            BigInteger c = values.get(random.nextInt(values.size()));
            assertThat(Scalar.multiplyAdd(little(a, 32), little(b, 32), little(c, 32)))
                    .isEqualTo(little(a.multiply(b).add(c).mod(L), 32));
            assertThat(Scalar.add(little(a, 32), little(b, 32)))
                    .isEqualTo(little(a.add(b).mod(L), 32));
        }
    }

    @Test
    void half_of_a_number_doubled_is_the_number() {
        for (BigInteger value : values(252)) {
            BigInteger half = number(Scalar.half(little(value, 32)));
            assertThat(half).isLessThan(L);
            assertThat(half.shiftLeft(1).mod(L)).isEqualTo(value);
        }
        assertThat(number(Scalar.half(little(L.subtract(BigInteger.ONE), 32))).shiftLeft(1))
                .isEqualTo(L.subtract(BigInteger.ONE));
        assertThat(number(Scalar.half(little(L.subtract(BigInteger.TWO), 32)))
                        .shiftLeft(1)
                        .mod(L))
                .isEqualTo(L.subtract(BigInteger.TWO));
    }

    private static BigInteger number(byte[] little) {
        byte[] big = new byte[little.length];
        for (int i = 0; i < big.length; i++) {
            big[i] = little[big.length - 1 - i];
        }
        return new BigInteger(1, big);
    }

    @Test
    void canonical_means_below_the_order() {
        for (BigInteger value : values(256)) {
            assertThat(Scalar.isCanonical(little(value, 32), 0)).isEqualTo(value.compareTo(L) < 0);
        }
    }

    @Test
    void digits_add_up_to_the_scalar() {
        for (BigInteger value : values(252)) {
            assertThat(sum(Scalar.radix32(little(value, 32)), 5)).isEqualTo(value);
        }
        for (BigInteger value : values(255)) {
            for (int width = 2; width <= 12; width++) {
                BigInteger sum = BigInteger.ZERO;
                int next = 0;
                for (int placed : Scalar.wnaf(little(value, 32), width)) {
                    int digit = placed >> 8;
                    int place = placed & 0xff;
                    assertThat((digit & 1) == 1 && Math.abs(digit) < 1 << width - 1)
                            .isTrue();
                    assertThat(place).isGreaterThanOrEqualTo(next);
                    next = place + width;
                    sum = sum.add(BigInteger.valueOf(digit).shiftLeft(place));
                }
                assertThat(sum).isEqualTo(value);
            }
        }
    }

    private static BigInteger sum(byte[] digits, int bits) {
        BigInteger sum = BigInteger.ZERO;
        for (int i = digits.length - 1; i >= 0; i--) {
            sum = sum.shiftLeft(bits).add(BigInteger.valueOf(digits[i]));
        }
        return sum;
    }
}
