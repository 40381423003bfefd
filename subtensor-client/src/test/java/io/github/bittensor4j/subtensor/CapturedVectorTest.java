package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.testkit.Vectors;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Answers recorded from finney and its test network: all of them decode, to the values written beside them. */
class CapturedVectorTest {
    private static final List<Vectors> CALLS = Stream.of(
                    "get_neuron",
                    "get_neurons_lite_netuid1",
                    "get_subnet_state_netuid1",
                    "get_subnets_info_v2",
                    "get_selective_mechagraph_netuid1")
            .map(f -> Vectors.open("captured/" + f + ".json"))
            .toList();
    private static final Vectors HEADER = Vectors.open("captured/header_and_runtime_version.json");
    private static final Vectors METHODS = Vectors.open("captured/rpc_methods.json");
    private static final Vectors ENTRIES = Vectors.open("captured/storage_entries.json");

    private static Metadata metadata() {
        byte[] bytes = Vectors.metadata("finney-spec343-v15.scale").orElse(null);
        Assumptions.assumeTrue(bytes != null, "skipped: no metadata");
        return StorageKeysVectorTest.Spec.parsed(bytes);
    }

    @TestFactory
    Stream<DynamicTest> every_answer_of_the_runtime_decodes_to_the_recorded_values_and_encodes_again() {
        return CALLS.stream()
                .flatMap(file -> file.cases("method", c -> {
                    Metadata metadata = metadata();
                    String[] name = c.asText().split("_", 2);
                    MetadataTree.Method method = metadata.runtimeCall(name[0], name[1]);
                    byte[] answer = Hex.decode(file.root().get("result").asText());
                    assertThat(answer).hasSize(file.root().get("bytes").asInt());
                    Object value = metadata.codec().decode(method.output(), answer);
                    assertThat(metadata.codec().encode(method.output(), value)).isEqualTo(answer);
                    same(c.asText(), value, file.root().get("decoded"));
                    byte[] params = Hex.decode(file.root().get("params_hex").asText());
                    assertThat(metadata.encodeArguments(method, decodedArguments(metadata, method, params)))
                            .isEqualTo(params);
                }));
    }

    private static Object[] decodedArguments(Metadata metadata, MetadataTree.Method method, byte[] bytes) {
        io.github.bittensor4j.core.scale.ScaleReader in = new io.github.bittensor4j.core.scale.ScaleReader(bytes);
        Object[] all = method.inputs().stream()
                .map(i -> metadata.codec().decode(i.type(), in))
                .toArray();
        in.end();
        return all;
    }

    /** The recording names fields in camel case and tells of long lists only their length and some elements. */
    private static void same(String at, Object actual, JsonNode expected) {
        if (actual instanceof Optional<?> optional) {
            if (expected.isNull()) {
                assertThat(optional).as(at).isEmpty();
            } else {
                same(at, optional.orElseThrow(), expected);
            }
        } else if (actual instanceof Map<?, ?> map && expected.isObject()) {
            List<String> names = new ArrayList<>();
            map.forEach((name, value) -> {
                String camel = camel(String.valueOf(name));
                names.add(camel);
                assertThat(expected.has(camel)).as("%s.%s", at, camel).isTrue();
                same(at + "." + camel, value, expected.get(camel));
            });
            expected.fieldNames().forEachRemaining(n -> assertThat(names).as(at).contains(n));
        } else if (actual instanceof FixedPoint fixed) {
            assertThat(fixed.bits()).as(at).isEqualTo(number(expected.get("bits")));
        } else if (actual instanceof byte[] bytes) {
            if (expected.isTextual()) {
                assertThat(Hex.encode(bytes)).as(at).isEqualTo(expected.asText());
            } else {
                List<Object> numbers = new ArrayList<>();
                for (byte b : bytes) {
                    numbers.add(b & 0xffL);
                }
                same(at, numbers, expected);
            }
        } else if (actual instanceof List<?> list) {
            list(at, list, expected);
        } else if (actual instanceof AccountId account) {
            assertThat(account.ss58()).as(at).isEqualTo(expected.asText());
        } else if (actual instanceof Boolean flag) {
            assertThat(flag).as(at).isEqualTo(expected.asBoolean());
        } else {
            assertThat(new BigInteger(actual.toString())).as(at).isEqualTo(number(expected));
        }
    }

    private static void list(String at, List<?> list, JsonNode expected) {
        if (expected.isArray()) {
            assertThat(list).as(at).hasSize(expected.size());
            for (int i = 0; i < list.size(); i++) {
                same(at + "[" + i + "]", list.get(i), expected.get(i));
            }
            return;
        }
        assertThat(list).as(at).hasSize(expected.get("length").asInt());
        expected.properties().forEach(e -> {
            switch (e.getKey()) {
                case "length" -> {}
                case "nulls" ->
                    assertThat(list.stream().filter(Optional.empty()::equals))
                            .hasSize(e.getValue().asInt());
                case "first" -> same(at + "[0]", list.get(0), e.getValue());
                case "second" -> same(at + "[1]", list.get(1), e.getValue());
                case "last" -> same(at + "[last]", list.get(list.size() - 1), e.getValue());
                case "index_512" -> same(at + "[512]", list.get(512), e.getValue());
                case "first3" -> {
                    for (int i = 0; i < e.getValue().size(); i++) {
                        same(at + "[" + i + "]", list.get(i), e.getValue().get(i));
                    }
                }
                default -> throw new AssertionError(at + " " + e.getKey());
            }
        });
    }

    private static String camel(String snake) {
        StringBuilder out = new StringBuilder();
        boolean up = false;
        for (char c : snake.toCharArray()) {
            if (c == '_') {
                up = true;
            } else {
                out.append(up ? Character.toUpperCase(c) : c);
                up = false;
            }
        }
        return out.toString();
    }

    private static BigInteger number(JsonNode json) {
        return json.isTextual() ? new BigInteger(json.asText().substring(2), 16) : json.bigIntegerValue();
    }

    @TestFactory
    Stream<DynamicTest> columns_hold_what_the_structs_hold() {
        Vectors file = CALLS.get(1);
        return file.cases("decoded", c -> {
            Metadata metadata = metadata();
            byte[] answer = Hex.decode(file.root().get("result").asText());
            Columns columns = metadata.decodeColumns("NeuronInfoRuntimeApi", "get_neurons_lite", answer);
            List<?> structs = (List<?>) metadata.codec()
                    .decode(
                            metadata.runtimeCall("NeuronInfoRuntimeApi", "get_neurons_lite")
                                    .output(),
                            answer);
            assertThat(columns.size()).isEqualTo(structs.size());
            for (int row = 0; row < structs.size(); row++) {
                for (String name : columns.names()) {
                    Object value = structs.get(row);
                    for (String part : name.split("\\.")) {
                        value = ((Map<?, ?>) value).get(part);
                    }
                    assertThat(columns.value(name, row)).isEqualTo(value);
                }
            }
            assertThat(columns.accounts("hotkey").get(512).ss58())
                    .isEqualTo(c.get("index_512").get("hotkey").asText());
            assertThat(columns.longs("axon_info.port")[512])
                    .isEqualTo(c.get("index_512").get("axonInfo").get("port").asLong());
            assertThat(columns.flags("validator_permit")).hasSize(1024);
        });
    }

    @TestFactory
    Stream<DynamicTest> the_header_has_the_recorded_hash_and_the_version_is_read() {
        return Stream.concat(
                HEADER.cases("chain_getHeader", c -> {
                    JsonNode header = c.get("result");
                    assertThat(Headers.number(header)).isEqualTo(0x63fe87);
                    assertThat(Headers.ref(header).hash())
                            .isEqualTo(c.get("params").get(0).asText());
                }),
                HEADER.cases("state_getRuntimeVersion", c -> {
                    RuntimeVersion version = Chain.version(c);
                    assertThat(version).isEqualTo(new RuntimeVersion("node-subtensor", 320, 1));
                }));
    }

    @TestFactory
    Stream<DynamicTest> what_this_client_asks_of_a_node_is_what_nodes_offer() {
        return METHODS.cases("source", c -> {
            List<String> offered = new ArrayList<>();
            METHODS.root().get("methods").forEach(m -> offered.add(m.asText()));
            assertThat(offered)
                    .contains(
                            "account_nextIndex",
                            "author_submitAndWatchExtrinsic",
                            "author_unwatchExtrinsic",
                            "chain_getBlock",
                            "chain_getBlockHash",
                            "chain_getFinalizedHead",
                            "chain_getHeader",
                            "chain_subscribeNewHeads",
                            "chain_unsubscribeNewHeads",
                            "state_call",
                            "state_getKeysPaged",
                            "state_getMetadata",
                            "state_getRuntimeVersion",
                            "state_getStorage",
                            "state_queryStorageAt",
                            "state_subscribeRuntimeVersion",
                            "state_unsubscribeRuntimeVersion",
                            "system_accountNextIndex",
                            "system_chain");
        });
    }

    @TestFactory
    Stream<DynamicTest> storage_pairs_are_found_by_their_keys_and_decode() {
        return ENTRIES.cases("entries", c -> {
            Metadata metadata = metadata();
            String item = c.get("item").asText();
            String pallet = item.contains(".") ? item.substring(0, item.indexOf('.')) : "SubtensorModule";
            String name = item.substring(item.indexOf('.') + 1);
            if (!metadata.hasStorage(pallet, name)) {
                // Not yet, or no longer, in the runtime whose metadata is at hand.
                assertThat(name).startsWith("Mechanism");
                return;
            }
            byte[] key = Hex.decode(c.get("key").asText());
            MetadataTree.Entry entry = metadata.entry(pallet, name);
            List<Object> keys = metadata.keys(entry, key);
            assertThat(metadata.storageKey(pallet, name, keys.toArray())).isEqualTo(key);
            byte[] raw =
                    c.get("value").isNull() ? null : Hex.decode(c.get("value").asText());
            Optional<Object> value = metadata.stored(entry, raw);
            if (raw == null) {
                assertThat(value.isPresent()).isEqualTo(entry.modifier() != 0);
            } else {
                assertThat(metadata.codec().encode(entry.value(), value.orElseThrow()))
                        .isEqualTo(raw);
            }
        });
    }

    @AfterAll
    static void report() {
        CALLS.forEach(
                f -> f.report("source", "params_hex", "metadata_used", "bytes", "result", "decoded_note", "decoded"));
        HEADER.report("system_chain");
        METHODS.report("methods");
        ENTRIES.report("source");
    }
}
