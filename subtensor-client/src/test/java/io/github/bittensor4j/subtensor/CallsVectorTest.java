package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.testkit.Vectors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class CallsVectorTest {
    private static final Vectors FILE = Vectors.open("calls.json");

    @TestFactory
    Stream<DynamicTest> every_call_has_the_recorded_bytes_and_hash_and_decodes() {
        byte[] bytes = Vectors.metadata("finney-2026-04.scale").orElse(null);
        return FILE.cases("calls", c -> {
            Assumptions.assumeTrue(bytes != null, "skipped: no metadata");
            Metadata metadata = StorageKeysVectorTest.Spec.parsed(bytes);
            Map<String, Object> arguments = new LinkedHashMap<>();
            if (c.has("args")) {
                c.get("args").properties().forEach(e -> arguments.put(e.getKey(), input(e.getValue())));
            }
            byte[] expected = Hex.decode(c.get("hex").asText());
            Call call = arguments.isEmpty()
                            && !metadata.callArguments(name(c, "pallet"), name(c, "call"))
                                    .isEmpty()
                    ? metadata.decodeCall(expected)
                    : Call.of(name(c, "pallet"), name(c, "call"), arguments);
            assertThat(call.toString()).isEqualTo(name(c, "pallet") + "." + name(c, "call"));
            byte[] encoded = metadata.encodeCall(call);
            assertThat(Hex.encode(encoded)).isEqualTo(Hex.encode(expected));
            assertThat(encoded[0] & 0xff).isEqualTo(c.get("pallet_index").asInt());
            assertThat(encoded[1] & 0xff).isEqualTo(c.get("call_index").asInt());
            assertThat(metadata.encodeCall(metadata.decodeCall(encoded))).isEqualTo(encoded);
            if (c.has("call_hash_blake2_256")) {
                assertThat(Hex.encode(Hashes.blake2b256(encoded)))
                        .isEqualTo(c.get("call_hash_blake2_256").asText());
            }
        });
    }

    private static String name(JsonNode c, String field) {
        return c.get(field).asText();
    }

    /** Amounts beyond what a double holds are written as texts. */
    private static Object input(JsonNode json) {
        if (json.isTextual() && json.asText().matches("\\d+")) {
            return new java.math.BigInteger(json.asText());
        }
        if (json.isArray()) {
            java.util.List<Object> list = new java.util.ArrayList<>();
            json.forEach(e -> list.add(input(e)));
            return list;
        }
        if (json.isObject()) {
            Map<String, Object> map = new LinkedHashMap<>();
            json.properties().forEach(e -> map.put(e.getKey(), input(e.getValue())));
            return map.size() == 1 && map.containsValue(java.util.Optional.empty())
                    ? map.keySet().iterator().next()
                    : map;
        }
        return SdkView.input(json);
    }

    @AfterAll
    static void report() {
        FILE.report("spec_version", "note", "ALICE", "BOB");
    }
}
