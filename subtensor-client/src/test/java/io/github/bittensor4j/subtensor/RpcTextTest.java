package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RpcTextTest {
    private final RpcText text = new RpcText(1 << 20);

    @Test
    void a_request_is_written_as_json_rpc_wants_it() {
        assertThat(text.request(7, "state_call", new Object[] {
                    "0x\"\\", 5, 1L << 40, null, true, List.of("a", "b"), Map.of("count", 1)
                }))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"state_call\",\"params\":"
                        + "[\"0x\\\"\\\\\",5,1099511627776,null,true,[\"a\",\"b\"],{\"count\":1}]}");
    }

    @Test
    void whatever_is_written_as_json_is_read_as_a_mapper_reads_it() throws JsonProcessingException {
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            String json = value(random, 4).toString();
            assertThat(text.read(json)).isEqualTo(ScriptedNode.JSON.readTree(json));
        }
        assertThat(text.read("").isMissingNode()).isTrue();
    }

    private static JsonNode value(Random random, int depth) {
        ArrayNode array = ScriptedNode.JSON.createArrayNode();
        switch (random.nextInt(depth == 0 ? 7 : 9)) {
            case 0 -> array.addNull();
            case 1 -> array.add(random.nextBoolean());
            case 2 -> array.add(random.nextInt());
            case 3 -> array.add(random.nextLong());
            case 4 -> array.add(new BigInteger(128, random));
            case 5 -> array.add(random.nextGaussian() * 1e9);
            case 6 -> array.add(Integer.toString(random.nextInt(), 36) + "\"\\\u00e9\n");
            case 7 -> {
                ObjectNode object = array.addObject();
                for (int i = random.nextInt(4); i > 0; i--) {
                    object.set("f" + i, value(random, depth - 1));
                }
            }
            default -> {
                ArrayNode inner = array.addArray();
                for (int i = random.nextInt(4); i > 0; i--) {
                    inner.add(value(random, depth - 1));
                }
            }
        }
        return array.get(0);
    }

    @Test
    void what_is_cut_or_nests_too_deep_is_an_error() {
        for (String wrong : Arrays.asList("{", "[1,", "{\"a\":", "{\"a\" 1}", "[".repeat(200), "nul", "\"a", "[1 2]")) {
            assertThatExceptionOfType(JsonProcessingException.class).as(wrong).isThrownBy(() -> text.read(wrong));
        }
    }
}
