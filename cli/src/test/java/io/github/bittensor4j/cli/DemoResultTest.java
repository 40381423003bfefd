package io.github.bittensor4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.cli.DemoCast.Role;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.Uid;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DemoResultTest {
    private static final DemoResult.Neuron HONEST = neuron("honest", Role.VALIDATOR, Optional.empty(), 0, 60_000);
    private static final DemoResult.Neuron CLIPPED = neuron("colluder", Role.COLLUDER, Optional.empty(), 0, 2_000);

    @Test
    void a_better_model_with_more_incentive_is_as_it_should_be() {
        assertThat(result(HONEST, CLIPPED, miner("good", 0.5, 40_000), miner("bad", 2.0, 20_000))
                        .faults())
                .isEmpty();
    }

    @Test
    void a_better_model_with_less_incentive_is_a_fault() {
        assertThat(result(HONEST, CLIPPED, miner("good", 0.5, 20_000), miner("bad", 2.0, 40_000))
                        .faults())
                .singleElement()
                .asString()
                .contains("good has less loss than bad");
    }

    @Test
    void losses_too_close_to_tell_have_no_order() {
        assertThat(result(HONEST, CLIPPED, miner("one", 2.0, 20_000), miner("two", 2.1, 40_000))
                        .faults())
                .isEmpty();
    }

    @Test
    void a_miner_that_was_never_asked_is_a_fault() {
        assertThat(result(HONEST, CLIPPED, neuron("idle", Role.MINER, Optional.empty(), 0, 0))
                        .faults())
                .containsExactly("idle was never asked");
    }

    @Test
    void a_colluder_that_kept_its_weights_is_a_fault() {
        DemoResult.Neuron trusted = neuron("colluder", Role.COLLUDER, Optional.empty(), 0, 65_535);

        assertThat(result(HONEST, trusted, miner("good", 0.5, 40_000)).faults())
                .containsExactly("the colluder was not clipped");
    }

    private static DemoResult result(DemoResult.Neuron... neurons) {
        return new DemoResult(Netuid.of(2), 100, 30, List.of(neurons));
    }

    private static DemoResult.Neuron miner(String name, double loss, int incentive) {
        return neuron(name, Role.MINER, Optional.of(loss), incentive, 0);
    }

    private static DemoResult.Neuron neuron(String name, Role role, Optional<Double> loss, int incentive, int trust) {
        Alpha none = Alpha.ofRao(Netuid.of(2), 0);
        NeuronInfo info = new NeuronInfo(
                Uid.of(1),
                AccountId.ZERO,
                AccountId.ZERO,
                true,
                Optional.empty(),
                false,
                0,
                none,
                incentive,
                0,
                0,
                trust,
                none,
                0,
                0);
        return new DemoResult.Neuron(name, role, info, loss, BigDecimal.ZERO);
    }
}
