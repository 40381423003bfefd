package io.github.bittensor4j.protocol.internal.synapse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.Tensor;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.protocol.internal.WireException;
import io.github.bittensor4j.protocol.internal.legacy.Epistula;
import io.github.bittensor4j.protocol.internal.legacy.GrpcClaims;
import io.github.bittensor4j.protocol.internal.synapse.Terminal.Field;
import io.github.bittensor4j.testkit.Vectors;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every section of the neuron protocol's vectors that needs no running axon, dendrite or chain. */
class SynapseVectorTest {
    private static final Vectors FILE = Vectors.open("synapse.json");

    private static final AccountId ALICE = AccountId.fromSs58("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY");
    private static final AccountId BOB = AccountId.fromSs58("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty");
    private static final AccountId CHARLIE = AccountId.fromSs58("5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y");

    private record Prompt(String prompt, int max_tokens) {}

    private record Completion(Optional<String> completion) {}

    private static final SynapseClass<Prompt, Completion> TEXT_QUERY =
            SynapseClass.of(SynapseType.json("TextQuery", Prompt.class, Completion.class)
                    .withDefault("max_tokens", 64)
                    .hashed("prompt"));

    /** One component for each declared type of the vectors; a Union of what JSON has is Any, a tuple an array. */
    @SuppressWarnings("unused") // read by reflection
    private record Declared(
            double aFloat,
            int anInt,
            boolean aBool,
            String aStr,
            Optional<String> optionalStr,
            Optional<Double> optionalFloat,
            List<Double> floats,
            List<BigInteger> ints,
            List<Object> list,
            Map<String, Object> dict,
            Map<String, Double> floatsByStr,
            Map<Integer, String> strsByInt,
            int[] tuple,
            Object any) {}

    private static final Map<String, String> COMPONENTS = Map.ofEntries(
            Map.entry("float", "aFloat"),
            Map.entry("int", "anInt"),
            Map.entry("bool", "aBool"),
            Map.entry("str", "aStr"),
            Map.entry("Optional[str]", "optionalStr"),
            Map.entry("Optional[float]", "optionalFloat"),
            Map.entry("List[float]", "floats"),
            Map.entry("List[int]", "ints"),
            Map.entry("list", "list"),
            Map.entry("dict", "dict"),
            Map.entry("Dict[str, float]", "floatsByStr"),
            Map.entry("Dict[int, str]", "strsByInt"),
            Map.entry("Tuple[int, int]", "tuple"),
            Map.entry("Tuple[int, ...]", "tuple"),
            Map.entry("Any", "any"),
            Map.entry("Union[int, float]", "any"),
            Map.entry("Union[float, int]", "any"),
            Map.entry("Union[int, str]", "any"));

    @AfterAll
    static void report() {
        FILE.report(
                "meta",
                // run where the code is that decides: in axon, dendrite and the chain's client
                "nonce_rules_v7_4_to_v10",
                "axon_error_responses_10_2_0",
                "btauth1_freshness",
                "dendrite_error_mapping_10_2_0",
                "ip_to_int");
    }

    @TestFactory
    Stream<DynamicTest> keys() {
        return Stream.of("Alice", "Bob", "Charlie", "Alice_ed25519")
                .flatMap(name -> FILE.cases("keys." + name, one -> {
                    AccountId account = AccountId.fromSs58(one.path("ss58_42").asText());
                    assertThat(account.bytes()).isEqualTo(hex(one.path("public_hex")));
                    Keypair pair = one.has("seed_hex")
                            ? Keypair.fromSeed(KeyScheme.ED25519, hex(one.path("seed_hex")))
                            : Keypair.fromSeed(KeyScheme.SR25519, hex(one.path("mini_secret_hex")));
                    assertThat(pair.account()).isEqualTo(account);
                }));
    }

    @TestFactory
    Stream<DynamicTest> sha3() {
        return FILE.cases(
                "sha3_256",
                one -> assertThat(SynapseClass.sha3(one.path("utf8").asText()))
                        .isEqualTo(one.path("hex").asText()));
    }

    @TestFactory
    Stream<DynamicTest> floatTexts() {
        return FILE.cases("python_float_repr", one -> {
            double value = Double.longBitsToDouble(
                    Long.parseUnsignedLong(one.path("bits").asText(), 16));
            assertThat(Python.repr(value)).isEqualTo(one.path("repr").asText());
            assertThat(Python.floating(one.path("repr").asText())).contains(value);
        });
    }

    @TestFactory
    Stream<DynamicTest> strTexts() {
        return FILE.cases("python_str_repr", one -> {
            assertThat(Python.str(one.path("value").asText()))
                    .isEqualTo(one.path("str").asText());
            assertThat(Python.repr(one.path("value").asText()))
                    .isEqualTo(one.path("repr").asText());
        });
    }

    @TestFactory
    Stream<DynamicTest> texts() {
        return FILE.cases(
                "python_str",
                one -> assertThat(Python.str(value(one.path("value"))))
                        .isEqualTo(one.path("str").asText()));
    }

    @TestFactory
    Stream<DynamicTest> bodyHashes() {
        return FILE.cases("body_hash", one -> {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            for (JsonNode field : one.path("fields")) {
                Object value = value(field.path("value"));
                assertThat(Python.str(value)).isEqualTo(field.path("str").asText());
                fields.put(field.path("name").asText(), value);
            }
            assertThat(SynapseClass.bodyHash(texts(one.path("required_hash_fields")), fields))
                    .isEqualTo(one.path("body_hash").asText());
        });
    }

    @TestFactory
    Stream<DynamicTest> normalisation() {
        RecordForm form = RecordForm.of(Declared.class);
        return FILE.cases("declared_type_normalisation", one -> {
            String component = COMPONENTS.get(one.path("declared_type").asText());
            assertThat(component).as(one.toString()).isNotNull();
            Object json = SynapseClass.parse(one.path("json").asText().getBytes(StandardCharsets.UTF_8));
            if (one.path("error").asBoolean()) {
                assertThatThrownBy(() -> form.accept(component, json)).isInstanceOf(WireException.class);
                return;
            }
            Object accepted = form.accept(component, json);
            assertThat(Python.str(accepted)).isEqualTo(one.path("str").asText());
            // what the class holds survives the way through Java
            FieldType type = form.fields().get(component);
            if (!(accepted instanceof BigInteger number && number.bitLength() > 63)) {
                assertThat(Python.str(type.python(type.java(accepted))))
                        .isEqualTo(one.path("str").asText());
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> placeholders() {
        Map<String, Object> values = Map.of(
                "str",
                "x",
                "int",
                BigInteger.TEN,
                "float",
                1.5,
                "bool",
                true,
                "list",
                List.of(1),
                "tuple",
                new Python.Tuple(List.of(1)),
                "dict",
                Map.of("a", 1),
                "nested model / Tensor",
                Map.of("a", 1));
        return FILE.cases("input_obj_header_value", one -> {
            String header = SynapseHeaders.placeholder(
                    values.get(one.path("value_runtime_type").asText()));
            assertThat(header).isEqualTo(one.path("header_value").asText());
            assertThat(new String(Base64.getDecoder().decode(header), StandardCharsets.UTF_8))
                    .isEqualTo(one.path("json").asText());
        });
    }

    @TestFactory
    Stream<DynamicTest> versions() {
        return Stream.concat(
                Stream.of("base1000", "legacy_base10")
                        .flatMap(key -> FILE.cases("version_as_int." + key, one -> {
                            int[] parts = Arrays.stream(
                                            one.path("version").asText().split("\\."))
                                    .mapToInt(Integer::parseInt)
                                    .toArray();
                            assertThat(SynapseVersion.of(parts[0], parts[1], parts[2]))
                                    .isEqualTo(one.path("int").asLong());
                        })),
                FILE.cases(
                        "version_as_int.nonce_rule_threshold",
                        threshold -> assertThat(SynapseVersion.TIMED_NONCES).isEqualTo(threshold.asLong())));
    }

    @TestFactory
    Stream<DynamicTest> requestSignatures() {
        return FILE.cases("dendrite_signing", one -> {
            Terminal dendrite = Terminal.EMPTY
                    .accepting(Field.NONCE, textOrNull(one.path("nonce")))
                    .accepting(Field.HOTKEY, textOrNull(one.path("dendrite_hotkey")))
                    .accepting(Field.UUID, textOrNull(one.path("uuid")));
            String text = SynapseSignature.request(
                    dendrite,
                    Optional.ofNullable(textOrNull(one.path("axon_hotkey"))),
                    one.path("body_hash").asText());
            assertThat(text).isEqualTo(one.path("message").asText());
            String signature = one.path("signature").asText();
            boolean verifies = one.path("verifies").asBoolean();
            assertThat(SynapseSignature.holds(ALICE, text, signature)).isEqualTo(verifies);
            assertThat(SynapseSignature.holds(
                            ALICE, text, "0x" + signature.substring(2).toUpperCase(Locale.ROOT)))
                    .isEqualTo(verifies);
            assertThat(SynapseSignature.holds(ALICE, text, signature.substring(2)))
                    .isFalse();
            assertThat(SynapseSignature.holds(BOB, text, signature)).isFalse();
        });
    }

    @TestFactory
    Stream<DynamicTest> answerSignatures() {
        return FILE.cases("axon_signing", one -> {
            Terminal axon = Terminal.EMPTY
                    .accepting(Field.NONCE, textOrNull(one.path("axon_nonce")))
                    .accepting(Field.UUID, textOrNull(one.path("axon_uuid")));
            String text = SynapseSignature.answer(
                    axon,
                    Optional.ofNullable(textOrNull(one.path("dendrite_hotkey"))),
                    Optional.ofNullable(textOrNull(one.path("axon_hotkey_from_request_header"))));
            assertThat(text).isEqualTo(one.path("message").asText());
            assertThat(SynapseSignature.holds(BOB, text, one.path("signature").asText()))
                    .isEqualTo(one.path("verifies").asBoolean());
            assertThat(SynapseSignature.holds(
                            CHARLIE, text, one.path("signature").asText()))
                    .isFalse();
        });
    }

    @TestFactory
    Stream<DynamicTest> headerMaps() {
        return FILE.cases("header_maps", one -> {
            List<Map.Entry<String, String>> sent = headers(one.path("headers"));
            Message head = SynapseHeaders.read(sent);
            Message written;
            if (one.path("status").asInt() == 404) {
                written = new Message(
                        "Synapse", head.timeout(), head.dendrite(), head.axon(), SynapseClass.UNCOVERED, Map.of());
            } else if (one.path("status").asInt() == 401) {
                written = TEXT_QUERY.ofHeaders(head);
            } else {
                Object body = SynapseClass.parse(one.path("body").toString().getBytes(StandardCharsets.UTF_8));
                asMap(body).computeIfPresent("timeout", (field, seconds) -> ((Number) seconds).doubleValue());
                Message message = TEXT_QUERY.read(body);
                Prompt question = TEXT_QUERY.question(message);
                assertThat(question).isEqualTo(new Prompt("hello", 64));
                // the same message made here, out of Java values, has the same body, hash and headers
                Message made = TEXT_QUERY.question(question, 12).with(message.dendrite(), message.axon());
                if (one.path("status").asInt() == 200) {
                    made = TEXT_QUERY.answered(made, new Completion(Optional.of("world")));
                    assertThat(TEXT_QUERY.answer(TEXT_QUERY.readAnswer(body)))
                            .isEqualTo(new Completion(Optional.of("world")));
                }
                assertThat(TEXT_QUERY.bodyHash(message)).isEqualTo(head.bodyHash());
                assertThat(SynapseClass.parse(SynapseClass.json(made))).isEqualTo(body);
                assertThat(keys(SynapseClass.parse(SynapseClass.json(made)))).isEqualTo(keys(body));
                written = made;
            }
            Map<String, String> ours = new LinkedHashMap<>();
            SynapseHeaders.write(written, TEXT_QUERY.required(), ours::put);
            for (JsonNode opaque : one.path("opaque_integer_headers")) {
                if (!opaque.asText().equals("content-length")) {
                    assertThat(ours.remove(opaque.asText())).matches("[0-9]+");
                }
            }
            ours.remove("header_size");
            ours.remove("total_size");
            Map<String, String> expected = new LinkedHashMap<>();
            sent.forEach(header -> expected.put(header.getKey(), header.getValue()));
            expected.remove("content-type");
            assertThat(ours).isEqualTo(expected);
        });
    }

    @TestFactory
    Stream<DynamicTest> headerParsing() {
        return FILE.cases("header_parse", one -> {
            List<Map.Entry<String, String>> sent = headers(one.path("headers"));
            if (one.path("ok").isBoolean() && !one.path("ok").asBoolean()) {
                assertThatThrownBy(() -> SynapseHeaders.read(sent)).isInstanceOf(WireException.class);
                return;
            }
            // a placeholder that does not decode is passed over, as every placeholder is: fields come from the body
            // alone
            Message head = SynapseHeaders.read(sent);
            one.path("axon")
                    .properties()
                    .forEach(field -> assertThat(Python.str(field(head.axon(), field.getKey())))
                            .isEqualTo(
                                    field.getValue().isTextual()
                                            ? field.getValue().asText()
                                            : number(field.getValue())));
            assertThat(head.axon().fields()).hasSize(one.path("axon").size());
            one.path("dendrite")
                    .properties()
                    .forEach(field -> assertThat(Python.str(field(head.dendrite(), field.getKey())))
                            .isEqualTo(number(field.getValue())));
            if (one.has("timeout")) {
                assertThat(head.timeout()).isEqualTo(one.path("timeout").asDouble());
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> tensors() {
        return FILE.cases("tensor", one -> {
            long[] shape = longs(one.path("array_shape"));
            Tensor.DType dtype = Tensor.DType.valueOf(one.path("dtype").asText().toUpperCase(Locale.ROOT));
            Tensor tensor = Tensor.of(dtype, shape, data(one, dtype));
            Map<String, Object> dict = TensorForm.dict(tensor);
            JsonNode json = one.path("json");
            String buffer = String.valueOf(dict.get("buffer"));
            assertThat(HexFormat.of().formatHex(Hashes.sha256(buffer.getBytes(StandardCharsets.US_ASCII))))
                    .isEqualTo(one.path("buffer_sha256").asText());
            assertThat(HexFormat.of()
                            .formatHex(Hashes.sha256(Base64.getDecoder().decode(buffer))))
                    .isEqualTo(one.path("msgpack_sha256").asText());
            if (!json.path("buffer").isNull()) {
                assertThat(buffer).isEqualTo(json.path("buffer").asText());
            }
            assertThat(dict.get("dtype")).isEqualTo(json.path("dtype").asText());
            assertThat(Python.str(dict.get("shape"))).isEqualTo(Arrays.toString(longs(json.path("shape"))));
            assertThat(TensorForm.tensor(TensorForm.accept(dict))).isEqualTo(tensor);
            Map<String, Object> torch = new LinkedHashMap<>(dict);
            torch.put("dtype", "torch." + dict.get("dtype"));
            torch.put("shape", Python.str(dict.get("shape")));
            assertThat(TensorForm.tensor(TensorForm.accept(torch))).isEqualTo(tensor);
        });
    }

    @TestFactory
    Stream<DynamicTest> oldGrpcCallers() {
        return FILE.cases("grpc_metadata_auth", one -> {
            GrpcClaims claims = GrpcClaims.read(one.path("metadata_value").asText());
            assertThat(claims.bound()).isEqualTo(one.path("format").asText().equals("v2"));
            assertThat(claims.text(BOB)).isEqualTo(one.path("message").asText());
            assertThat(claims.holds(BOB)).isTrue();
            assertThat(claims.holds(CHARLIE)).isEqualTo(!claims.bound());
        });
    }

    @TestFactory
    Stream<DynamicTest> epistula() {
        return Stream.of(
                        FILE.cases("epistula.v1", one -> {
                            String body = one.path("body").asText();
                            String signature = one.path("signature").asText();
                            long nonce = 1723999999000000000L;
                            assertThat(body).contains(Long.toString(nonce));
                            assertThat(Epistula.holds(ALICE, body, signature, nonce, nonce + 5_000_000_000L))
                                    .isTrue();
                            assertThat(Epistula.holds(ALICE, body, signature, nonce, nonce + 5_000_000_001L))
                                    .isFalse();
                            assertThat(Epistula.holds(ALICE, body + " ", signature, nonce, nonce))
                                    .isFalse();
                        }),
                        FILE.cases("epistula.v2", one -> {
                            byte[] body = one.path("body").asText().getBytes(StandardCharsets.UTF_8);
                            assertThat(HexFormat.of().formatHex(Hashes.sha256(body)))
                                    .isEqualTo(one.path("sha256").asText());
                            long timestamp = one.path("timestamp_ms").asLong();
                            String text = Epistula.text(
                                    body,
                                    one.path("uuid").asText(),
                                    timestamp,
                                    Optional.ofNullable(textOrNull(one.path("signed_for")))
                                            .map(AccountId::fromSs58));
                            assertThat(text).isEqualTo(one.path("message").asText());
                            assertThat(SynapseSignature.holds(
                                            AccountId.fromSs58(
                                                    one.path("signed_by").asText()),
                                            text,
                                            one.path("signature").asText()))
                                    .isTrue();
                            assertThat(Epistula.isFresh(timestamp, timestamp + 8000))
                                    .isTrue();
                            assertThat(Epistula.isFresh(timestamp, timestamp + 8001))
                                    .isFalse();
                        }),
                        FILE.cases("epistula.v2_secret_messages", one -> {
                            long timestamp = 1725494400123L;
                            assertThat(Epistula.secretsOfPython(timestamp, BOB))
                                    .isEqualTo(texts(one.path("python_float_variant")));
                            assertThat(Epistula.secretsOfGo(timestamp, BOB))
                                    .isEqualTo(texts(one.path("go_integer_variant_signed_for")));
                        }))
                .flatMap(cases -> cases);
    }

    @TestFactory
    Stream<DynamicTest> btauth() {
        return FILE.cases("btauth1", one -> {
            byte[] body = one.has("body")
                    ? one.path("body").asText().getBytes(StandardCharsets.UTF_8)
                    : HexFormat.of().parseHex(one.path("body_hex").asText());
            assertThat(HexFormat.of().formatHex(Hashes.sha256(body)))
                    .isEqualTo(one.path("body_sha256").asText());
            KeyScheme scheme = one.path("scheme").asText().equals("ed25519") ? KeyScheme.ED25519 : KeyScheme.SR25519;
            byte[] signature = hex(one.path("signature"));
            SignedRequest request = SignedRequest.of(
                    scheme,
                    one.path("method").asText().toUpperCase(Locale.ROOT),
                    one.path("path").asText(),
                    body,
                    one.path("nonce").asLong(),
                    AccountId.fromSs58(one.path("sender").asText()),
                    Optional.ofNullable(textOrNull(one.path("receiver"))).map(AccountId::fromSs58));
            assertThat(new String(request.payload(), StandardCharsets.UTF_8))
                    .isEqualTo(one.path("payload").asText());
            assertThat(request.isSignedBy(signature))
                    .isEqualTo(one.path("verifies").asBoolean(true));
            Map<String, String> written = new LinkedHashMap<>();
            AuthHeaders.write(request, signature, written::put);
            AuthHeaders claims =
                    AuthHeaders.read(name -> written.containsKey(name) ? List.of(written.get(name)) : List.of());
            assertThat(claims.request(scheme, request.method(), request.target(), Hashes.sha256(body))
                            .payload())
                    .isEqualTo(request.payload());
            if (one.has("headers")) {
                Map<String, String> sent = new LinkedHashMap<>();
                one.path("headers")
                        .properties()
                        .forEach(header -> sent.put(
                                header.getKey().toLowerCase(Locale.ROOT),
                                header.getValue().asText()));
                sent.put(AuthHeaders.SIGNATURE, one.path("signature").asText());
                assertThat(written).isEqualTo(sent);
            }
        });
    }

    private static String number(JsonNode node) {
        return node.isFloatingPointNumber()
                ? Python.repr(node.asDouble())
                : node.bigIntegerValue().toString();
    }

    private static @Nullable Object field(Terminal terminal, String label) {
        return terminal.fields().get(Field.of(label).orElseThrow());
    }

    private static List<String> keys(@Nullable Object json) {
        return List.copyOf(asMap(json).keySet());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> asMap(@Nullable Object json) {
        return (Map<String, Object>) json;
    }

    private static List<Map.Entry<String, String>> headers(JsonNode object) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        object.properties()
                .forEach(header ->
                        headers.add(Map.entry(header.getKey(), header.getValue().asText())));
        return headers;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static long[] longs(JsonNode array) {
        long[] longs = new long[array.size()];
        Arrays.setAll(longs, i -> array.get(i).asLong());
        return longs;
    }

    private static @Nullable String textOrNull(JsonNode node) {
        return node.isNull() || node.isMissingNode() ? null : node.asText();
    }

    private static byte[] hex(JsonNode text) {
        return HexFormat.of().parseHex(text.asText().substring(2));
    }

    private static byte[] data(JsonNode one, Tensor.DType dtype) {
        if (!one.path("data_hex").isNull()) {
            return HexFormat.of().parseHex(one.path("data_hex").asText());
        }
        int count = one.path("values").path("count").asInt();
        ByteBuffer data = ByteBuffer.allocate(count * dtype.size()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            switch (one.path("values").path("rule").asText()) {
                case "float(i)" -> data.putFloat(i);
                case "i mod 251" -> data.put((byte) (i % 251));
                default -> throw new AssertionError(one.path("values"));
            }
        }
        return data.array();
    }

    /** A value of the vectors' own notation. */
    private static @Nullable Object value(JsonNode node) {
        JsonNode v = node.path("v");
        return switch (node.path("t").asText()) {
            case "none" -> null;
            case "bool" -> v.asBoolean();
            case "int" -> new BigInteger(v.asText());
            case "float" ->
                Double.longBitsToDouble(Long.parseUnsignedLong(node.path("bits").asText(), 16));
            case "str" -> v.asText();
            case "list" -> items(v);
            case "tuple" -> new Python.Tuple(items(v));
            case "dict" -> {
                Map<@Nullable Object, @Nullable Object> dict = new LinkedHashMap<>();
                v.forEach(pair -> dict.put(value(pair.get(0)), value(pair.get(1))));
                yield dict;
            }
            default -> throw new AssertionError(node);
        };
    }

    private static List<@Nullable Object> items(JsonNode array) {
        List<@Nullable Object> items = new ArrayList<>();
        array.forEach(item -> items.add(value(item)));
        return items;
    }
}
