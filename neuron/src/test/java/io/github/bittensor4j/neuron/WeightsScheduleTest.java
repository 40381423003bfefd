package io.github.bittensor4j.neuron;

import static io.github.bittensor4j.neuron.Neurons.NETUID;
import static io.github.bittensor4j.neuron.Neurons.account;
import static io.github.bittensor4j.neuron.Neurons.metagraph;
import static io.github.bittensor4j.neuron.Neurons.neuron;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.neuron.WeightsStatus.State;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class WeightsScheduleTest {
    private static final WeightsSchedule.Rules RULES = new WeightsSchedule.Rules(360, 100, 1);

    private final WeightsSchedule schedule = new WeightsSchedule(NETUID, OptionalLong.empty());

    private static NeuronInfo seat(long lastUpdate, long registeredAt) {
        return neuron(0, account(1), true, lastUpdate, registeredAt, false);
    }

    private WeightsSchedule.Decision at(long block, NeuronInfo seat) {
        return at(block, seat, RULES, 3);
    }

    private WeightsSchedule.Decision at(long block, NeuronInfo seat, WeightsSchedule.Rules rules, int scored) {
        return schedule.decide(metagraph(block, List.of(seat)), seat, false, rules, scored);
    }

    @Test
    void the_first_weights_wait_for_the_rate_limit_after_the_registration() {
        assertThat(at(149, seat(50, 50)).due()).isFalse();
        assertThat(at(149, seat(50, 50)).status().dueBlock()).hasValue(150);
        assertThat(at(150, seat(50, 50)).due()).isTrue();
    }

    @Test
    void later_weights_are_set_once_per_epoch() {
        assertThat(at(559, seat(200, 50)).due()).isFalse();
        assertThat(at(560, seat(200, 50)).due()).isTrue();
        assertThat(at(560, seat(200, 50)).status().lastSetBlock()).hasValue(200);
    }

    @Test
    void a_rate_limit_longer_than_the_epoch_wins() {
        WeightsSchedule.Rules slow = new WeightsSchedule.Rules(10, 100, 1);
        assertThat(at(299, seat(200, 50), slow, 3).due()).isFalse();
        assertThat(at(300, seat(200, 50), slow, 3).due()).isTrue();
    }

    @Test
    void after_inclusion_nothing_is_due_even_if_the_node_answers_from_before_it() {
        assertThat(at(560, seat(200, 50)).due()).isTrue();
        schedule.included(561);
        assertThat(at(561, seat(200, 50)).due()).isFalse(); // a node that lags
        assertThat(at(600, seat(561, 50)).due()).isFalse();
        assertThat(at(921, seat(561, 50)).due()).isTrue();
    }

    @Test
    void weights_that_a_restarted_chain_has_lost_are_set_again() {
        schedule.included(561);
        assertThat(at(562, seat(200, 50)).due()).isTrue();
    }

    @Test
    void unknown_weights_are_not_sent_again_while_they_could_still_enter_a_block() {
        schedule.unknown(seat(200, 50), 576);
        assertThat(at(570, seat(200, 50)).status().state()).isEqualTo(State.UNKNOWN);
        assertThat(at(576, seat(200, 50)).due()).isFalse();
        assertThat(at(577, seat(200, 50)).due()).isTrue();
    }

    @Test
    void unknown_weights_that_turn_up_count_as_set() {
        schedule.unknown(seat(200, 50), 576);
        assertThat(schedule.confirms(seat(200, 50))).isFalse();
        assertThat(schedule.confirms(seat(563, 50))).isTrue();
        assertThat(schedule.confirms(seat(563, 50))).isFalse();
        assertThat(at(577, seat(563, 50)).due()).isFalse();
    }

    @Test
    void a_refusal_is_tried_again_with_growing_pauses_up_to_an_epoch() {
        assertThat(schedule.refused(1000, RULES)).isEqualTo(1002);
        assertThat(at(1001, seat(200, 50)).due()).isFalse();
        assertThat(at(1002, seat(200, 50)).due()).isTrue();
        assertThat(schedule.refused(1002, RULES)).isEqualTo(1006);
        for (int i = 0; i < 20; i++) {
            schedule.refused(2000, RULES);
        }
        assertThat(schedule.refused(2000, RULES)).isEqualTo(2360);
    }

    @Test
    void no_permit_no_weights_but_the_owner_needs_none() {
        NeuronInfo seat = neuron(0, account(1), false, 0, 0, false);
        assertThat(at(1000, seat).status().state()).isEqualTo(State.NO_PERMIT);
        assertThat(schedule.decide(metagraph(1000, List.of(seat)), seat, true, RULES, 3)
                        .due())
                .isTrue();
    }

    @Test
    void without_enough_scores_it_abstains() {
        assertThat(at(1000, seat(200, 50), RULES, 0).status().state()).isEqualTo(State.ABSTAINING);
        WeightsSchedule.Rules three = new WeightsSchedule.Rules(360, 100, 3);
        List<NeuronInfo> four = List.of(
                seat(200, 50),
                neuron(1, account(2), false, 0, 0, true),
                neuron(2, account(3), false, 0, 0, true),
                neuron(3, account(4), false, 0, 0, true));
        assertThat(schedule.decide(metagraph(1000, four), four.get(0), false, three, 2)
                        .status()
                        .detail())
                .contains("above zero: 2")
                .contains("needed for weights: 3");
        assertThat(schedule.decide(metagraph(1000, four), four.get(0), false, three, 3)
                        .due())
                .isTrue();
    }

    @Test
    void a_pause_of_ones_own_counts_from_the_last_weights() {
        WeightsSchedule often = new WeightsSchedule(NETUID, OptionalLong.of(120));
        NeuronInfo seat = seat(200, 50);
        assertThat(often.decide(metagraph(319, List.of(seat)), seat, false, RULES, 1)
                        .due())
                .isFalse();
        assertThat(often.decide(metagraph(320, List.of(seat)), seat, false, RULES, 1)
                        .due())
                .isTrue();
    }
}
