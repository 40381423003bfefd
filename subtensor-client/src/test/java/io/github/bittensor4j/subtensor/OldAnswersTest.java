package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Answers that old runtimes give as bytes. Those in hex were recorded from runtime 218, about its subnet 1 and the account of zeros. */
class OldAnswersTest {
    private static final String ZERO = "00".repeat(32);
    private static final byte[] NEURONS_LITE =
            hex("04" + ZERO + ZERO + "000401" + "00".repeat(67) + "c621f6d800000000000001feff0300");
    private static final byte[] SETTINGS = hex("28feff0100014000feff03009101025a620213ffffffffffffff3f0091019101214e01"
            + "1002286bee0700e8764817c26c3c0010c8010100025a620204009a990300cecc020000");
    private static final byte[] STAKES =
            hex("08" + ZERO + ZERO + "000000000000" + ZERO + ZERO + "040717d5c7a43f00c621f6d80001");

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static Object read(String call, byte[] answer) {
        int dot = call.indexOf('.');
        return OldAnswers.read(call.substring(0, dot), call.substring(dot + 1), answer);
    }

    private static Map<?, ?> first(Object list) {
        return (Map<?, ?>) ((List<?>) list).get(0);
    }

    @Test
    void neurons_are_read_as_later_runtimes_describe_them() {
        Map<?, ?> neuron = first(read("NeuronInfoRuntimeApi.get_neurons_lite", NEURONS_LITE));
        assertThat(neuron.get("hotkey")).isEqualTo(AccountId.ZERO);
        assertThat(neuron.get("uid")).isEqualTo(0L);
        assertThat(neuron.get("netuid")).isEqualTo(1L);
        assertThat(neuron.get("active")).isEqualTo(true);
        assertThat(((Map<?, ?>) neuron.get("axon_info")).get("ip")).isEqualTo(BigInteger.ZERO);
        assertThat(neuron.get("stake")).isEqualTo(List.of());
        assertThat(neuron.get("validator_permit")).isEqualTo(true);
        assertThat(neuron.get("pruning_score")).isEqualTo(65_535L);
    }

    @Test
    void settings_are_read_and_a_subnet_that_is_not_there_has_none() {
        Map<?, ?> settings =
                (Map<?, ?>) ((Optional<?>) read("SubnetInfoRuntimeApi.get_subnet_hyperparams", SETTINGS)).orElseThrow();
        assertThat(settings.get("rho")).isEqualTo(10L);
        assertThat(settings.get("tempo")).isEqualTo(100L);
        assertThat(settings.get("max_difficulty")).isEqualTo(BigInteger.valueOf(Long.MAX_VALUE / 2));
        assertThat(settings.get("registration_allowed")).isEqualTo(true);
        assertThat(settings.get("alpha_high")).isEqualTo(58_982L);
        assertThat(settings.get("liquid_alpha_enabled")).isEqualTo(false);
        assertThat(read("SubnetInfoRuntimeApi.get_subnet_hyperparams", new byte[0]))
                .isEqualTo(Optional.empty());
    }

    @Test
    void stakes_are_read_for_one_coldkey_and_for_several() {
        List<?> stakes = (List<?>) read("StakeInfoRuntimeApi.get_stake_info_for_coldkey", STAKES);
        assertThat(stakes).hasSize(2);
        assertThat(((Map<?, ?>) stakes.get(1)).get("netuid")).isEqualTo(1L);
        assertThat(((Map<?, ?>) stakes.get(1)).get("is_registered")).isEqualTo(true);
        byte[] several = new ScaleWriter()
                .compact(1)
                .raw(AccountId.ZERO.bytes())
                .raw(STAKES)
                .toByteArray();
        assertThat(read("StakeInfoRuntimeApi.get_stake_info_for_coldkeys", several))
                .isEqualTo(List.of(List.of(AccountId.ZERO, stakes)));
    }

    @Test
    void delegates_are_read_with_who_backs_them() {
        byte[] delegate = new ScaleWriter()
                .raw(AccountId.ZERO.bytes())
                .compact(11_796)
                .compact(1)
                .raw(AccountId.ZERO.bytes())
                .compact(5_000_000_000L)
                .raw(AccountId.ZERO.bytes())
                .compact(2)
                .compact(0)
                .compact(300)
                .compact(0)
                .compact(7)
                .compact(8)
                .toByteArray();
        Map<?, ?> one = (Map<?, ?>) ((Optional<?>) read("DelegateInfoRuntimeApi.get_delegate", delegate)).orElseThrow();
        assertThat(one.get("take")).isEqualTo(11_796L);
        assertThat(one.get("nominators"))
                .isEqualTo(List.of(List.of(AccountId.ZERO, BigInteger.valueOf(5_000_000_000L))));
        assertThat(one.get("registrations")).isEqualTo(List.of(0L, 300L));
        assertThat(one.get("total_daily_return")).isEqualTo(BigInteger.valueOf(8));
        byte[] backed = new ScaleWriter().compact(1).raw(delegate).compact(9).toByteArray();
        assertThat(read("DelegateInfoRuntimeApi.get_delegated", backed))
                .isEqualTo(List.of(List.of(one, BigInteger.valueOf(9))));
    }

    @Test
    void bytes_of_another_layout_stay_bytes() {
        for (byte[] answer : List.of(NEURONS_LITE, STAKES)) {
            for (String call : List.of(
                    "NeuronInfoRuntimeApi.get_neurons_lite", "StakeInfoRuntimeApi.get_stake_info_for_coldkey")) {
                boolean isOwn = (answer == STAKES) == call.startsWith("Stake");
                assertThat(read(call, answer) instanceof byte[]).isEqualTo(!isOwn);
                for (int length = 0; length < answer.length; length++) {
                    byte[] cut = Arrays.copyOf(answer, length);
                    assertThat(read(call, cut)).isSameAs(cut);
                }
                byte[] longer = Arrays.copyOf(answer, answer.length + 1);
                assertThat(read(call, longer)).isSameAs(longer);
            }
        }
        byte[] huge = new ScaleWriter().compact(1L << 29).toByteArray();
        assertThat(read("NeuronInfoRuntimeApi.get_neurons", huge)).isSameAs(huge);
        assertThat(read("SubnetInfoRuntimeApi.get_subnet_state", STAKES)).isSameAs(STAKES);
    }
}
