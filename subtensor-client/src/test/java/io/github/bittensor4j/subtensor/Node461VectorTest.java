package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.testkit.Vectors;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Answers recorded from a node of spec 461, each read with that node's metadata in both of its forms. */
class Node461VectorTest {
    private static final Vectors FILE = Vectors.open("node_461.json");

    private static Metadata metadata(String file) {
        byte[] bytes = Vectors.metadata(file).orElse(null);
        Assumptions.assumeTrue(bytes != null, "skipped: no metadata");
        return StorageKeysVectorTest.Spec.parsed(bytes);
    }

    private static Stream<DynamicTest> both(String section, Check check) {
        return Stream.of("localnet-spec461-v15.scale", "localnet-spec461-v14.scale")
                .flatMap(file -> FILE.cases(section, c -> check.run(metadata(file), c)));
    }

    private static Stream<DynamicTest> v15(String section, Check check) {
        return FILE.cases(section, c -> check.run(metadata("localnet-spec461-v15.scale"), c));
    }

    private interface Check {
        void run(Metadata metadata, JsonNode c) throws Exception;
    }

    private static Object[] inputs(JsonNode params) {
        List<Object> all = new ArrayList<>();
        params.forEach(p -> all.add(SdkView.input(p)));
        return all.toArray();
    }

    @TestFactory
    Stream<DynamicTest> storage_keys_are_the_recorded_ones() {
        return both("storage_keys", (m, c) -> {
            String pallet = c.get("pallet").asText();
            String item = c.get("storage_function").asText();
            assertThat(Hex.encode(m.storageKey(pallet, item, inputs(c.get("params")))))
                    .isEqualTo(c.get("key_hex").asText());
            if (m.version() == 15) {
                assertThat("scale_info::" + m.entry(pallet, item).value())
                        .isEqualTo(c.get("value_scale_type").asText());
            }
        });
    }

    private static Object input(JsonNode value) {
        String text = value.asText();
        if (value.isTextual() && text.startsWith("transfer ")) {
            String[] words = text.split(" ");
            String bob = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";
            String charlie = "5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y";
            return Calls.transfer(
                    AccountId.fromSs58(words[3].equals("bob") ? bob : charlie), Tao.ofRao(Long.parseLong(words[1])));
        }
        if (value.isObject() && value.has("module")) {
            Map<String, Object> arguments = new LinkedHashMap<>();
            value.properties().forEach(e -> {
                if (!e.getKey().equals("module") && !e.getKey().equals("function")) {
                    arguments.put(e.getKey(), input(e.getValue()));
                }
            });
            return Call.of(value.get("module").asText(), value.get("function").asText(), arguments);
        }
        if (value.isArray()) {
            List<Object> list = new ArrayList<>();
            value.forEach(e -> list.add(input(e)));
            return list;
        }
        return SdkView.input(value);
    }

    @TestFactory
    Stream<DynamicTest> calls_encode_to_the_recorded_bytes_and_decode() {
        return both("calls", (m, c) -> {
            Map<String, Object> arguments = new LinkedHashMap<>();
            c.get("params").properties().forEach(e -> arguments.put(e.getKey(), input(e.getValue())));
            Call call = Call.of(c.get("module").asText(), c.get("function").asText(), arguments);
            byte[] bytes = m.encodeCall(call);
            assertThat(Hex.encode(bytes)).isEqualTo(c.get("data_hex").asText());
            Call back = m.decodeCall(bytes);
            assertThat(back.toString()).isEqualTo(call.toString());
            assertThat(m.encodeCall(back)).isEqualTo(bytes);
        });
    }

    private static ExtrinsicFormat.Terms terms(JsonNode c) {
        JsonNode network = FILE.root().get("network");
        byte[] genesis = Hex.decode(network.get("genesis_hash").asText());
        JsonNode era = c.get("era");
        byte[] birth = c.has("era_birth_block_hash")
                ? Hex.decode(c.get("era_birth_block_hash").asText())
                : genesis;
        return new ExtrinsicFormat.Terms(
                era.isTextual()
                        ? Era.IMMORTAL
                        : Era.mortal(
                                era.get("period").asLong(), era.get("current").asLong()),
                birth,
                c.get("nonce").asLong(),
                Tao.ofRao(c.get("tip").asLong()),
                new RuntimeVersion(
                        "node-subtensor",
                        network.get("spec_version").asLong(),
                        network.get("transaction_version").asLong()),
                genesis);
    }

    @TestFactory
    Stream<DynamicTest> the_network_section_is_what_the_metadata_says() {
        return both("network", (m, c) -> {
            Map<?, ?> version = (Map<?, ?>) m.constant("System", "Version");
            assertThat(version.get("spec_version"))
                    .isEqualTo(c.get("spec_version").asLong());
            assertThat(version.get("transaction_version"))
                    .isEqualTo(c.get("transaction_version").asLong());
            assertThat(m.constant("System", "SS58Prefix"))
                    .isEqualTo(c.get("ss58_format").asLong());
        });
    }

    @TestFactory
    Stream<DynamicTest> payloads_to_sign_are_the_recorded_ones() {
        return both(
                "signature_payloads",
                (m, c) -> assertThat(Hex.encode(m.extrinsics()
                                .unsigned(
                                        Hex.decode(c.get("call_data_hex").asText()),
                                        AccountId.ZERO,
                                        KeyScheme.SR25519,
                                        terms(c),
                                        0)
                                .payload()))
                        .isEqualTo(c.get("payload_hex").asText()));
    }

    @TestFactory
    Stream<DynamicTest> signed_extrinsics_are_the_recorded_ones() {
        return both("extrinsics", (m, c) -> {
            AccountId signer = AccountId.fromSs58(c.get("address").asText());
            assertThat(Hex.encode(signer.bytes()))
                    .isEqualTo(c.get("public_key_hex").asText());
            KeyScheme scheme = c.get("crypto_type").asInt() == 0 ? KeyScheme.ED25519 : KeyScheme.SR25519;
            byte[] extrinsic = m.extrinsics()
                    .unsigned(Hex.decode(c.get("call_data_hex").asText()), signer, scheme, terms(c), 0)
                    .signed(Hex.decode(c.get("signature_hex").asText()))
                    .bytes();
            assertThat(Hex.encode(extrinsic)).isEqualTo(c.get("extrinsic_hex").asText());
            assertThat(Hex.encode(Hashes.blake2b256(extrinsic)))
                    .isEqualTo(c.get("extrinsic_hash").asText());
            Extrinsic read = m.decodeExtrinsic(extrinsic);
            assertThat(read.signer()).contains(signer);
            assertThat(read.hash()).isEqualTo(c.get("extrinsic_hash").asText());
            assertThat(Hex.encode(m.encodeCall(read.call())))
                    .isEqualTo(c.get("call_data_hex").asText());
        });
    }

    @TestFactory
    Stream<DynamicTest> multisig_accounts_are_the_recorded_ones() {
        return FILE.cases("multisig", c -> {
            List<AccountId> signatories = new ArrayList<>();
            c.get("signatories").forEach(s -> signatories.add(AccountId.fromSs58(s.asText())));
            signatories.sort(null);
            ScaleWriter preimage = new ScaleWriter()
                    .raw("modlpy/utilisuba".getBytes(StandardCharsets.UTF_8))
                    .compact(signatories.size());
            signatories.forEach(s -> preimage.raw(s.bytes()));
            preimage.u16(c.get("threshold").asInt());
            assertThat(AccountId.of(Hashes.blake2b256(preimage.toByteArray())).ss58())
                    .isEqualTo(c.get("ss58_address").asText());
        });
    }

    @TestFactory
    Stream<DynamicTest> addresses_are_the_recorded_ones() {
        return FILE.cases("ss58", c -> {
            AccountId account = AccountId.of(Hex.decode(c.get("public_key_hex").asText()));
            assertThat(account.ss58()).isEqualTo(c.get("address").asText());
            assertThat(AccountId.fromSs58(c.get("address").asText())).isEqualTo(account);
        });
    }

    @TestFactory
    Stream<DynamicTest> constants_are_the_recorded_ones() {
        return both(
                "constants",
                (m, c) -> assertThat(m.constant(
                                        c.get("module").asText(), c.get("name").asText())
                                .toString())
                        .isEqualTo(c.get("decoded").asText()));
    }

    @TestFactory
    Stream<DynamicTest> the_receipt_is_what_the_events_say() {
        return both("receipt", (m, c) -> {
            BlockEvents events = BlockEvents.read(
                    m, Hex.decode(FILE.root().get("events").get("raw_hex").asText()));
            int index = c.get("extrinsic_idx").asInt();
            List<ChainEvent> own = events.of(index);
            assertThat(BlockEvents.fee(own))
                    .isEqualTo(Tao.ofRao(c.get("total_fee_amount").asLong()));
            assertThat(events.failure(m, own).isEmpty())
                    .isEqualTo(c.get("is_success").asBoolean());
            List<String> names =
                    own.stream().map(e -> e.pallet() + "." + e.name()).toList();
            List<String> expected = new ArrayList<>();
            c.get("triggered_events")
                    .forEach(e -> expected.add(e.get("module_id").asText() + "."
                            + e.get("event_id").asText()));
            assertThat(names).isEqualTo(expected);
            for (int i = 0; i < own.size(); i++) {
                JsonNode attributes = c.get("triggered_events").get(i).get("attributes");
                assertThat(own.get(i).fields().keySet())
                        .containsExactlyInAnyOrderElementsOf(attributes.properties().stream()
                                .map(Map.Entry::getKey)
                                .toList());
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> storage_values_decode_to_the_recorded_ones() {
        return both("storage_values", (m, c) -> {
            String pallet = c.get("pallet").asText();
            String item = c.get("storage_function").asText();
            assertThat(Hex.encode(m.storageKey(pallet, item, inputs(c.get("params")))))
                    .isEqualTo(c.get("key_hex").asText());
            MetadataTree.Entry entry = m.entry(pallet, item);
            byte[] raw = c.get("raw_hex").isNull()
                    ? null
                    : Hex.decode(c.get("raw_hex").asText());
            Object value = m.stored(entry, raw).orElseThrow();
            assertThat(new SdkView(m).of(entry.value(), value)).isEqualTo(SdkView.of(c.get("decoded")));
            if (raw != null) {
                assertThat(m.codec().encode(entry.value(), value)).isEqualTo(raw);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> events_decode_to_the_recorded_ones() {
        return both("events", (m, c) -> {
            MetadataTree.Entry entry = m.entry("System", "Events");
            byte[] raw = Hex.decode(c.get("raw_hex").asText());
            Object value = m.codec().decode(entry.value(), raw);
            assertThat(new SdkView(m).of(entry.value(), value)).isEqualTo(SdkView.of(c.get("decoded")));
            assertThat(m.codec().encode(entry.value(), value)).isEqualTo(raw);
        });
    }

    @TestFactory
    Stream<DynamicTest> query_maps_decode_to_the_recorded_pairs() {
        return both("query_maps", (m, c) -> {
            String pallet = c.get("pallet").asText();
            String item = c.get("storage_function").asText();
            Object[] first = inputs(c.get("params"));
            assertThat(Hex.encode(m.storageKey(pallet, item, first)))
                    .isEqualTo(c.get("prefix_hex").asText());
            MetadataTree.Entry entry = m.entry(pallet, item);
            List<Integer> keyTypes = entry.hashers() == null || entry.hashers().size() == 1
                    ? List.of(entry.key())
                    : ((MetadataTree.Tuple) m.codec().types().type(entry.key()).shape()).elements();
            List<Object> pairs = new ArrayList<>();
            for (JsonNode change : c.get("raw_changes")) {
                byte[] key = Hex.decode(change.get(0).asText());
                List<Object> keys = m.keys(entry, key);
                assertThat(m.storageKey(pallet, item, keys.toArray())).isEqualTo(key);
                List<Object> rest = IntStream.range(first.length, keys.size())
                        .mapToObj(i -> new SdkView(m).of(keyTypes.get(i), keys.get(i)))
                        .toList();
                Object value =
                        m.codec().decode(entry.value(), Hex.decode(change.get(1).asText()));
                pairs.add(List.of(rest.size() == 1 ? rest.get(0) : rest, new SdkView(m).of(entry.value(), value)));
            }
            assertThat(pairs).isEqualTo(SdkView.of(c.get("pairs")));
        });
    }

    @TestFactory
    Stream<DynamicTest> runtime_calls_encode_and_decode_to_the_recorded_ones() {
        return v15("runtime_calls", (m, c) -> {
            MetadataTree.Method method =
                    m.runtimeCall(c.get("api").asText(), c.get("method").asText());
            assertThat(Hex.encode(m.encodeArguments(method, inputs(c.get("params"))))
                            .substring(2))
                    .isEqualTo(c.get("encoded_params_hex").asText());
            byte[] raw = Hex.decode(c.get("raw_hex").asText());
            Object value = m.codec().decode(method.output(), raw);
            assertThat(new SdkView(m).of(method.output(), value)).isEqualTo(SdkView.of(c.get("decoded")));
            assertThat(m.codec().encode(method.output(), value)).isEqualTo(raw);
        });
    }

    @TestFactory
    Stream<DynamicTest> the_block_decodes_to_the_recorded_one() {
        return both("block", (m, c) -> {
            JsonNode header = c.get("raw").get("block").get("header");
            assertThat(Headers.number(header))
                    .isEqualTo(c.get("decoded_header").get("number").asLong());
            assertThat(Hex.encode(Headers.hash(header)))
                    .isEqualTo(c.get("block_hash").asText())
                    .isEqualTo(c.get("decoded_header").get("hash").asText());
            int callType = m.callType();
            int i = 0;
            for (JsonNode raw : c.get("raw").get("block").get("extrinsics")) {
                byte[] bytes = Hex.decode(raw.asText());
                JsonNode expected = c.get("decoded_extrinsics").get(i++);
                Extrinsic read = m.decodeExtrinsic(bytes);
                assertThat(read.hash()).isEqualTo(expected.get("extrinsic_hash").asText());
                assertThat(new SdkView(m).of(callType, read.call())).isEqualTo(SdkView.of(expected.get("call")));
                if (expected.has("address")) {
                    assertThat(read.signer().map(AccountId::ss58))
                            .contains(expected.get("address").asText());
                }
            }
            assertThat(i).isEqualTo(c.get("decoded_extrinsics").size());
        });
    }

    @TestFactory
    Stream<DynamicTest> the_payment_info_has_the_recorded_fields() {
        return v15("payment_info", (m, c) -> {
            MetadataTree.Method method = m.runtimeCall("TransactionPaymentApi", "query_info");
            Map<String, Object> weight = new TreeMap<>();
            weight.put("ref_time", c.get("weight").get("ref_time").bigIntegerValue());
            weight.put("proof_size", c.get("weight").get("proof_size").bigIntegerValue());
            byte[] bytes =
                    m.codec().encode(method.output(), Map.of("weight", weight, "class", "Normal", "partial_fee", 1));
            Map<?, ?> info = (Map<?, ?>) m.codec().decode(method.output(), bytes);
            List<String> keys = new ArrayList<>();
            c.get("keys").forEach(k -> keys.add(k.asText()));
            assertThat(info.keySet().stream().map(String::valueOf).sorted().toList())
                    .isEqualTo(keys);
            assertThat(info.get("weight")).isEqualTo(weight);
        });
    }

    @AfterAll
    static void report() {
        FILE.report("about");
    }
}
