package io.github.bittensor4j.localnet.internal.yuma;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Known answers, worked out by hand from the published rules, so that consensus is tested without any file. */
class YumaEpochTest {
    private static final EpochParameters DEFAULTS = new EpochParameters(
            360, 5000, BigInteger.ZERO, 64, 32_767, 65_535, 900_000, true, false, 45_875, 58_982, 1000);
    private static final List<List<UidValue>> WEIGHTS = List.of(
            List.of(new UidValue(2, 65_535), new UidValue(3, 32_768)),
            List.of(new UidValue(2, 65_535), new UidValue(3, 65_535)),
            List.of(),
            List.of());

    @Test
    void two_validators_share_an_emission_with_two_miners() {
        EpochResult result = YumaEpoch.run(DEFAULTS, input(WEIGHTS, List.of()));

        assertThat(result.stake()).containsExactly(2576980377L, 1717986918L, 0, 0);
        assertThat(result.activeStake()).containsExactly(2576980377L, 1717986918L, 0, 0);
        assertThat(result.consensus()).containsExactly(0, 0, 2863296966L, 1431670329L);
        assertThat(result.validatorTrust()).containsExactly(4294967295L, 3579153977L, 0, 0);
        assertThat(result.rank()).containsExactly(0, 0, 2576971638L, 1431670328L);
        assertThat(result.incentive()).containsExactly(0, 0, 2761037029L, 1533930266L);
        assertThat(result.dividends()).containsExactly(2762890723L, 1532076572L, 0, 0);
        assertThat(EpochResult.proportions(result.incentive())).containsExactly(0, 0, 42129, 23405);
        assertThat(EpochResult.proportions(result.dividends())).containsExactly(42157, 23377, 0, 0);
        assertThat(EpochResult.proportions(result.validatorTrust())).containsExactly(65534, 54612, 0, 0);
        assertThat(result.bonds().get(0)).containsExactly(new UidValue(2, 4368), new UidValue(3, 2184));
        assertThat(result.bonds().get(1)).containsExactly(new UidValue(2, 3276), new UidValue(3, 2184));
        assertThat(result.serverEmission())
                .map(BigInteger::longValue)
                .containsExactly(0L, 0L, 32142701419L, 17857298557L);
        assertThat(result.validatorEmission())
                .map(BigInteger::longValue)
                .containsExactly(32164281257L, 17835718719L, 0L, 0L);
    }

    @Test
    void bonds_grow_from_epoch_to_epoch_while_weights_stay() {
        EpochResult first = YumaEpoch.run(DEFAULTS, input(WEIGHTS, List.of()));
        EpochResult second = YumaEpoch.run(DEFAULTS, input(WEIGHTS, first.bonds()));

        assertThat(second.bonds().get(0)).containsExactly(new UidValue(2, 8300), new UidValue(3, 4150));
        assertThat(second.bonds().get(1)).containsExactly(new UidValue(2, 6225), new UidValue(3, 4150));
        assertThat(second.dividends()).containsExactly(2762892233L, 1532075062L, 0, 0);
    }

    @Test
    void a_validator_that_gives_all_to_its_friend_is_clipped_to_what_the_others_see() {
        List<List<UidValue>> collusion =
                List.of(List.of(new UidValue(2, 65_535)), List.of(new UidValue(3, 65_535)), List.of(), List.of());
        EpochResult result = YumaEpoch.run(DEFAULTS, input(collusion, List.of()));

        assertThat(result.consensus()[3]).as("the minority's friend").isZero();
        assertThat(result.incentive()).containsExactly(0, 0, I32F32.ONE, 0);
        assertThat(result.validatorTrust()[1]).isZero();
        assertThat(result.dividends()[1]).isZero();
    }

    private static EpochInput input(List<List<UidValue>> weights, List<List<UidValue>> bonds) {
        return new EpochInput(
                361,
                1,
                BigInteger.valueOf(100_000_000_000L),
                OptionalInt.empty(),
                IntStream.of(600, 400, 0, 0).mapToObj(FixedType.I64F64::of).toList(),
                LongStream.of(200, 200, 200, 200).toArray(),
                LongStream.of(1, 1, 1, 1).toArray(),
                new boolean[] {true, true, false, false},
                weights,
                bonds,
                Optional.empty());
    }
}
