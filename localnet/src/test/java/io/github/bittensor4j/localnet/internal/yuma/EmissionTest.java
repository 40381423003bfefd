package io.github.bittensor4j.localnet.internal.yuma;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class EmissionTest {
    private static final BigInteger TAO = BigInteger.valueOf(1_000_000_000);

    @Test
    void a_block_mints_half_as_much_after_half_of_what_is_left_was_issued() {
        assertThat(BlockEmission.of(BigInteger.ZERO)).isEqualTo(TAO);
        assertThat(BlockEmission.of(TAO.multiply(BigInteger.valueOf(10_499_999))))
                .isEqualTo(TAO);
        assertThat(BlockEmission.of(TAO.multiply(BigInteger.valueOf(10_500_001))))
                .isEqualTo(BigInteger.valueOf(500_000_000));
        assertThat(BlockEmission.of(TAO.multiply(BigInteger.valueOf(15_750_001))))
                .isEqualTo(BigInteger.valueOf(250_000_000));
        assertThat(BlockEmission.of(BlockEmission.CAP)).isZero();
    }

    @Test
    void the_owner_takes_eighteen_percent_and_miners_and_validators_share_the_rest() {
        AlphaSplit split = AlphaSplit.of(TAO, 11_796, FixedType.U96F32.zero());
        assertThat(split.owner()).isEqualTo(BigInteger.valueOf(179_995_422));
        assertThat(split.server()).isEqualTo(BigInteger.valueOf(410_002_288));
        assertThat(split.validator()).isEqualTo(BigInteger.valueOf(410_002_288));
    }

    @Test
    void a_registration_price_halves_within_its_half_life() {
        BurnPrice rule = new BurnPrice(
                360,
                FixedType.U64F64.raw(new BigInteger("23242897532874035200")),
                BigInteger.valueOf(500_000),
                TAO.multiply(BigInteger.valueOf(100)));
        BigInteger price = TAO;
        assertThat(rule.afterBlock(price)).isEqualTo(BigInteger.valueOf(998_076_443));
        for (int block = 0; block < 360; block++) {
            price = rule.afterBlock(price);
        }
        assertThat(price).isEqualTo(BigInteger.valueOf(499_999_865));
        assertThat(rule.afterRegistration(TAO))
                .isBetween(BigInteger.valueOf(1_259_999_999), BigInteger.valueOf(1_260_000_000));
    }
}
