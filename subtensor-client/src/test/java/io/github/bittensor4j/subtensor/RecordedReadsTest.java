package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.subtensor.reads.Neurons;
import io.github.bittensor4j.subtensor.reads.Reads;
import io.github.bittensor4j.subtensor.reads.Subnets;
import io.github.bittensor4j.testkit.Vectors;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reads over what real nodes were recorded to answer: the values written beside the recordings. */
@Timeout(120)
class RecordedReadsTest {
    private static final Netuid SUBNET = Netuid.of(1);

    private static EncodedNode node(String metadata, Vectors vectors) throws IOException {
        byte[] bytes = Vectors.metadata(metadata).orElse(null);
        Assumptions.assumeTrue(bytes != null && vectors.isPresent(), "skipped: no vectors");
        return new EncodedNode(bytes);
    }

    private static JsonNode entry(JsonNode cases, String field, String value) {
        for (JsonNode one : cases) {
            if (one.get(field).asText().equals(value)) {
                return one;
            }
        }
        throw new AssertionError("no " + value);
    }

    @Test
    void a_node_of_runtime_461() throws IOException {
        Vectors vectors = Vectors.open("node_461.json");
        try (EncodedNode node = node("localnet-spec461-v15.scale", vectors)) {
            JsonNode values = vectors.root().get("storage_values");
            JsonNode calls = vectors.root().get("runtime_calls");
            values.forEach(v -> {
                if (!v.get("raw_hex").isNull()) {
                    node.recorded(v.get("key_hex").asText(), v.get("raw_hex").asText());
                }
            });
            vectors.root()
                    .get("query_maps")
                    .forEach(map -> map.get("raw_changes")
                            .forEach(c ->
                                    node.recorded(c.get(0).asText(), c.get(1).asText())));
            calls.forEach(c -> node.recordedAnswer(
                    c.get("api").asText() + "_" + c.get("method").asText(),
                    "0x" + c.get("encoded_params_hex").asText(),
                    c.get("raw_hex").asText()));
            try (Subtensor chain = node.connect()) {
                Reads reads = chain.reads();
                JsonNode account = entry(values, "storage_function", "Account");
                assertThat(reads.accounts()
                                .balance(AccountId.fromSs58(
                                        account.get("params").get(0).asText()))
                                .rao())
                        .isEqualTo(account.at("/decoded/data/free").asLong());
                assertThat(reads.chain().timestamp().iso())
                        .isEqualTo(Instant.ofEpochMilli(entry(values, "storage_function", "Now")
                                .get("decoded")
                                .asLong()));
                assertThat(reads.subnets().subnets())
                        .extracting(Subnets.Summary::netuid)
                        .containsExactly(Netuid.ROOT, SUBNET);
                assertThat(reads.subnets().subnet(SUBNET).tempo())
                        .isEqualTo(entry(values, "storage_function", "Tempo")
                                .get("decoded")
                                .asInt());

                JsonNode neuron = entry(calls, "method", "get_neurons_lite")
                        .get("decoded")
                        .get(0);
                Neurons.Neuron own = reads.neurons().neurons(SUBNET, true).get(0);
                assertThat(own.hotkey().ss58()).isEqualTo(neuron.get("hotkey").asText());
                assertThat(own.coldkey().ss58()).isEqualTo(neuron.get("coldkey").asText());
                assertThat(own.lastUpdate()).isEqualTo(neuron.get("last_update").asLong());

                JsonNode stake = entry(calls, "method", "get_stake_info_for_hotkey_coldkey_netuid");
                assertThat(reads.staking()
                                .stake(
                                        AccountId.fromSs58(
                                                stake.get("params").get(1).asText()),
                                        AccountId.fromSs58(
                                                stake.get("params").get(0).asText()),
                                        SUBNET)
                                .rao())
                        .isEqualTo(stake.at("/decoded/stake").asLong());
            }
        }
    }

    @Test
    void all_neurons_of_a_subnet_of_finney_at_runtime_343() throws IOException {
        Vectors vectors = Vectors.open("captured/get_neurons_lite_netuid1.json");
        try (EncodedNode node = node("finney-spec343-v15.scale", vectors)) {
            node.put("NetworksAdded", true, SUBNET)
                    .recordedAnswer(
                            "NeuronInfoRuntimeApi_get_neurons_lite",
                            "0x0100",
                            vectors.root().get("result").asText());
            try (Subtensor chain = node.connect()) {
                List<Neurons.Neuron> neurons = chain.reads().neurons().neurons(SUBNET, true);
                JsonNode expected = vectors.root().get("decoded").get("index_512");
                Neurons.Neuron one = neurons.get(512);
                assertThat(neurons)
                        .hasSize(vectors.root().get("decoded").get("length").asInt());
                assertThat(one.uid()).isEqualTo(Uid.of(512));
                assertThat(one.hotkey().ss58()).isEqualTo(expected.get("hotkey").asText());
                assertThat(one.active()).isEqualTo(expected.get("active").asBoolean());
                assertThat(one.raw().get("emission"))
                        .isEqualTo(new BigInteger(expected.get("emission").asText()));
            }
        }
    }
}
