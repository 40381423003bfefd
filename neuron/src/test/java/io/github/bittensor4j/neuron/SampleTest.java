package io.github.bittensor4j.neuron;

import static io.github.bittensor4j.neuron.Neurons.account;
import static io.github.bittensor4j.neuron.Neurons.metagraph;
import static io.github.bittensor4j.neuron.Neurons.neuron;
import static io.github.bittensor4j.neuron.Neurons.subnet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.Uid;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SampleTest {
    private final Metagraph five = subnet(1, 1, 2, 3, 4, 5);

    private static List<Integer> uids(List<NeuronInfo> neurons) {
        return neurons.stream().map(n -> n.uid().value()).toList();
    }

    @Test
    void the_asking_neuron_is_never_asked() {
        assertThat(uids(Sample.allMiners().draw(five, account(2)))).containsExactlyInAnyOrder(0, 2, 3, 4);
    }

    @Test
    void who_publishes_nothing_is_never_asked() {
        Metagraph some = metagraph(
                1, List.of(neuron(0, account(1), false, 0, 0, true), neuron(1, account(2), false, 0, 0, false)));
        assertThat(uids(Sample.allMiners().draw(some, account(9)))).containsExactly(0);
    }

    @Test
    void a_sample_is_drawn_without_repeats_and_anew_each_time() {
        Set<List<Integer>> draws = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            List<Integer> draw = uids(Sample.miners(3).draw(five, account(9)));
            assertThat(draw).hasSize(3).doesNotHaveDuplicates();
            draws.add(draw);
        }
        assertThat(draws.size()).isGreaterThan(10);
    }

    @Test
    void a_sample_larger_than_the_subnet_is_the_subnet() {
        assertThat(Sample.miners(99).draw(five, account(9))).hasSize(5);
    }

    @Test
    void seats_and_conditions_narrow_it() {
        assertThat(uids(Sample.of(Uid.of(1), Uid.of(1), Uid.of(77)).draw(five, account(9))))
                .containsExactly(1);
        assertThat(uids(Sample.allMiners().where(n -> n.uid().value() > 2).draw(five, account(9))))
                .containsExactlyInAnyOrder(3, 4);
    }

    @Test
    void an_empty_sample_is_refused() {
        assertThatThrownBy(() -> Sample.miners(0))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("0");
    }
}
