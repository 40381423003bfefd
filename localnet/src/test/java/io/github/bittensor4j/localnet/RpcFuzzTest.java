package io.github.bittensor4j.localnet;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.testkit.Mutations;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** JSON-RPC of strangers, extrinsics in it: every message gets its answer, and none is a mistake of this node. */
class RpcFuzzTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static Localnet chain;

    @BeforeAll
    static void start() {
        chain = Localnet.builder().blockTime(BlockTime.MANUAL).start();
    }

    @AfterAll
    static void stop() {
        chain.close();
    }

    static List<byte[]> frames() {
        String hex;
        try (RpcClient client = new RpcClient(chain.endpoint())) {
            hex = new Extrinsics(Keypair.development("Alice"), client)
                    .call(Extrinsics.transfer(Keypair.development("Bob").account(), 1))
                    .hex();
        }
        String head = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"";
        return List.of(
                        head + "state_getMetadata\",\"params\":[]}",
                        head + "author_submitExtrinsic\",\"params\":[\"" + hex + "\"]}",
                        head + "payment_queryInfo\",\"params\":[\"" + hex + "\",null]}",
                        head + "state_getKeysPaged\",\"params\":[\"0x26aa394eea5630e07c48ae0c9558cef7\",100,null]}",
                        head + "state_getStorage\",\"params\":[\"0x26aa\"]}",
                        head + "state_queryStorageAt\",\"params\":[[\"0x26aa\"]]}",
                        head + "state_call\",\"params\":[\"NeuronInfoRuntimeApi_get_neurons_lite\",\"0x0100\"]}",
                        head + "chain_getBlockHash\",\"params\":[0]}",
                        head + "chain_getBlock\",\"params\":[]}",
                        "[" + head + "system_chain\"}," + head + "rpc_methods\"}]",
                        "[".repeat(100) + "]".repeat(100))
                .stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    @MethodSource("frames")
    @FuzzTest
    void every_message_gets_an_answer_that_is_no_mistake_of_the_node(byte[] frame) throws Exception {
        URI address = URI.create(chain.endpoint().toString().replaceFirst("^ws", "http"));
        HttpResponse<String> response = HTTP.send(
                HttpRequest.newBuilder(address)
                        .timeout(Duration.ofSeconds(30))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(frame))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        if (!response.body().isEmpty()) {
            for (JsonNode one : all(JSON.readTree(response.body()))) {
                assertThat(one.path("jsonrpc").asText()).isEqualTo("2.0");
                assertThat(one.path("error").path("code").asInt()).isNotEqualTo(-32603);
            }
        }
    }

    private static Iterable<JsonNode> all(JsonNode answer) {
        return answer.isArray() ? answer : List.of(answer);
    }

    @Test
    @Timeout(240)
    void mutated_frames() {
        Mutations.each(51, 2_000, frames(), this::every_message_gets_an_answer_that_is_no_mistake_of_the_node);
    }
}
