package io.github.bittensor4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoTest {
    @Test
    void the_order_of_incentives_is_the_order_of_losses_and_the_colluder_is_clipped() {
        Jbt demo = Jbt.run("demo", "--epochs", "3", "--json");

        assertThat(demo.err()).isEmpty();
        assertThat(demo.status()).isZero();
        assertThat(demo.json().get("as_it_should").asBoolean()).isTrue();
        assertThat(byIncentive(demo)).containsExactly("miner-gru", "miner-brief", "miner-bigram", "miner-friend");
    }

    @Test
    void noise_in_place_of_the_best_model_changes_the_order() {
        Jbt demo = Jbt.run("demo", "--epochs", "3", "--noise", "gru", "--json");

        assertThat(demo.err()).isEmpty();
        assertThat(demo.status()).isZero();
        assertThat(byIncentive(demo)).startsWith("miner-brief", "miner-bigram");
    }

    @Test
    void a_model_that_is_not_there_is_wrong_use() {
        Jbt demo = Jbt.run("demo", "--noise", "gpt");

        assertThat(demo.status()).isEqualTo(2);
        assertThat(demo.err()).hasLineCount(1).contains("GRU, BRIEF, BIGRAM, FRIEND");
    }

    private static List<String> byIncentive(Jbt demo) {
        List<JsonNode> miners = new ArrayList<>();
        for (JsonNode neuron : demo.json().get("neurons")) {
            if (neuron.get("role").asText().equals("miner")) {
                miners.add(neuron);
            }
        }
        miners.sort(Comparator.comparing((JsonNode n) -> n.get("incentive_u16").asInt())
                .reversed());
        return miners.stream().map(n -> n.get("name").asText()).toList();
    }
}
