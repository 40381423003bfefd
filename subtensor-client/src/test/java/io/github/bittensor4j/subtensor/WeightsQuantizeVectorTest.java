package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.testkit.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class WeightsQuantizeVectorTest {
    private static final Vectors FILE = Vectors.open("weights_quantize.json");

    private static double[] doubles(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    private static int[] ints(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray();
    }

    @TestFactory
    Stream<DynamicTest> weights_are_quantised_as_the_official_client_does() {
        return FILE.cases("emit", c -> {
            List<Uid> uids = new ArrayList<>();
            c.get("uids").forEach(u -> uids.add(Uid.of(u.asInt())));
            WeightVector vector = WeightVector.quantise(uids, doubles(c.get("weights")));
            assertThat(vector.uids().stream().mapToInt(Uid::value).toArray()).isEqualTo(ints(c.get("out_uids")));
            assertThat(vector.values().stream().mapToInt(v -> v).toArray()).isEqualTo(ints(c.get("out_values")));
        });
    }

    private static void close(double[] actual, JsonNode expected, String section) {
        double tolerance = FILE.root().get(section).get("tolerance").asDouble();
        assertThat(actual).hasSize(expected.size());
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).isCloseTo(expected.get(i).asDouble(), within(tolerance));
        }
    }

    @TestFactory
    Stream<DynamicTest> no_weight_exceeds_the_limit_after_normalising() {
        return FILE.cases(
                "normalize_max_weight.vectors",
                c -> close(
                        WeightRules.normaliseMax(
                                doubles(c.get("weights")), c.get("limit").asDouble()),
                        c.get("out"),
                        "normalize_max_weight"));
    }

    @TestFactory
    Stream<DynamicTest> weights_are_brought_within_the_limits_of_a_subnet() {
        return FILE.cases("process_weights.vectors", c -> {
            WeightRules.Processed processed = WeightRules.process(
                    ints(c.get("uids")),
                    doubles(c.get("weights")),
                    c.get("num_neurons").asInt(),
                    c.get("min_allowed_weights").asInt(),
                    c.get("max_weight_limit").asDouble(),
                    c.get("exclude_quantile_u16").asInt());
            assertThat(processed.uids()).isEqualTo(ints(c.get("out_uids")));
            close(processed.weights(), c.get("out_weights"), "process_weights");
        });
    }

    @TestFactory
    Stream<DynamicTest> the_emission_is_split_over_mechanisms_to_the_last_part() {
        return FILE.cases(
                "mechanism_split",
                c -> assertThat(WeightRules.mechanismSplit(doubles(c.get("in"))))
                        .isEqualTo(ints(c.get("out"))));
    }

    @AfterAll
    static void report() {
        FILE.report("rules");
    }
}
