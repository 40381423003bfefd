package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.DerivedAccounts;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.testkit.Vectors;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The official SDK's native core beside ours, on the same random cases: byte for byte the same. Runs where {@code PYTHON_PEERS_DIR} names
 * the folder of Python environments with {@code sdk11} in it (default {@code /tmp/python-peers}) and {@code PYTHON_PEERS_TOOLS} that of
 * {@code sdk11_codec.py}; either as a system property or in the environment.
 */
@Timeout(300)
class OfficialCoreTest {
    private static final int SPEC = 461;
    private static final int SAMPLES = 4;
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS);

    private static @Nullable Process process;
    private static BufferedWriter to;
    private static BufferedReader from;
    private static Metadata metadata;
    private static int asked;

    private static Path setting(String name, String otherwise) {
        String value = System.getProperty(name, System.getenv().getOrDefault(name, otherwise));
        return Path.of(System.getProperty("project.root", "..")).resolve(value).normalize();
    }

    @BeforeAll
    static void start() throws IOException {
        Path python = setting("PYTHON_PEERS_DIR", "/tmp/python-peers").resolve("sdk11/bin/python");
        Path tool =
                setting("PYTHON_PEERS_TOOLS", "../shared/tools/python-peers").resolve("sdk11_codec.py");
        Path file = Vectors.metadataFolder().resolve("localnet-spec461-v15.scale");
        for (Path needed : List.of(python, tool, file)) {
            if (!Files.exists(needed)) {
                System.out.println("official core: skipped, no " + needed);
                Assumptions.abort("skipped: no " + needed);
            }
        }
        metadata = Metadata.parse(Files.readAllBytes(file));
        process = new ProcessBuilder(
                        python.toString(), tool.toString(), file.toString(), "--spec", Integer.toString(SPEC))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        to = process.outputWriter(StandardCharsets.UTF_8);
        from = process.inputReader(StandardCharsets.UTF_8);
    }

    @AfterAll
    static void end() throws Exception {
        if (process != null) {
            System.out.println("official core: " + asked + " cases the same");
            assertThat(asked).isGreaterThanOrEqualTo(2_000);
            to.close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    private static ObjectNode request(String op) {
        return JSON.createObjectNode().put("op", op);
    }

    private static JsonNode ask(ObjectNode request) throws IOException {
        to.write(request.toString());
        to.newLine();
        to.flush();
        asked++;
        return JSON.readTree(from.readLine());
    }

    private static JsonNode result(ObjectNode request) throws IOException {
        JsonNode answer = ask(request);
        assertThat(answer.has("result")).as("%s: %s", request, answer).isTrue();
        return answer.get("result");
    }

    private static JsonNode json(Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.map(OfficialCoreTest::json).orElse(JSON.nullNode());
        }
        if (value instanceof Call call) {
            ObjectNode function = JSON.createObjectNode();
            function.set(call.function(), json(call.arguments()));
            ObjectNode pallet = JSON.createObjectNode();
            pallet.set(call.pallet(), function);
            return pallet;
        }
        if (value instanceof Samples.U256 number) {
            return json(number.limbs());
        }
        if (value instanceof FixedPoint fixed) {
            return JSON.createObjectNode().put("bits", fixed.bits());
        }
        if (value instanceof AccountId account) {
            return JSON.getNodeFactory().textNode(Hex.encode(account.bytes()));
        }
        if (value instanceof byte[] bytes) {
            return JSON.getNodeFactory().textNode(Hex.encode(bytes));
        }
        if (value instanceof Map<?, ?> map) {
            ObjectNode object = JSON.createObjectNode();
            map.forEach((k, v) -> object.set(String.valueOf(k), json(v)));
            return object;
        }
        if (value instanceof List<?> list) {
            ArrayNode array = JSON.createArrayNode();
            list.forEach(e -> array.add(json(e)));
            return array;
        }
        return JSON.valueToTree(value);
    }

    private static void same(String what, List<String> differences, Object ours, Object theirs) {
        if (!ours.equals(theirs) && differences.size() < 5) {
            differences.add(what + "\n  ours   " + ours + "\n  theirs " + theirs);
        }
    }

    @Test
    void calls_of_every_pallet_have_the_same_bytes_and_read_the_same() throws IOException {
        Samples samples = new Samples(metadata, 461);
        List<String> differences = new ArrayList<>();
        for (String pallet : metadata.pallets()) {
            for (String name : metadata.calls(pallet)) {
                for (int i = 0; i < SAMPLES; i++) {
                    Call call;
                    try {
                        call = samples.call(pallet, name, i == 0);
                    } catch (Samples.Uninhabited e) {
                        continue;
                    }
                    byte[] ours = metadata.encodeCall(call);
                    ObjectNode request = request("call").put("pallet", pallet).put("call", name);
                    request.set("params", json(call.arguments()));
                    JsonNode answer = ask(request);
                    same(
                            request.toString(),
                            differences,
                            Hex.encode(ours),
                            answer.has("result") ? answer.get("result").asText() : answer.toString());
                    JsonNode read = result(request("decode_call").put("data", Hex.encode(ours)));
                    same(
                            Hex.encode(ours),
                            differences,
                            new SdkView(metadata).of(metadata.callType(), metadata.decodeCall(ours)),
                            SdkView.of(read));
                }
            }
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void storage_keys_of_every_item_are_the_same_and_so_is_what_is_declared() throws IOException {
        Samples samples = new Samples(metadata, 462);
        List<String> differences = new ArrayList<>();
        for (String pallet : metadata.pallets()) {
            for (String item : metadata.storageItems(pallet)) {
                MetadataTree.Entry entry = metadata.entry(pallet, item);
                JsonNode declared =
                        result(request("storage_entry").put("pallet", pallet).put("entry", item));
                same(
                        item,
                        differences,
                        "scale_info::" + entry.value(),
                        declared.get("value_type").asText());
                same(
                        item,
                        differences,
                        Hex.encode(entry.fallback()),
                        declared.get("default_bytes").asText());
                int[] types = metadata.keyTypes(entry);
                for (int given = types.length; given >= 0; given--) {
                    Object[] keys = new Object[given];
                    ObjectNode request =
                            request("storage_key").put("pallet", pallet).put("entry", item);
                    ArrayNode params = request.putArray("params");
                    for (int i = 0; i < given; i++) {
                        keys[i] = samples.random(types[i]);
                        params.add(json(keys[i]));
                    }
                    same(
                            request.toString(),
                            differences,
                            Hex.encode(metadata.storageKey(pallet, item, keys)),
                            ask(request).path("result").asText());
                }
            }
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void values_of_every_type_are_written_and_read_the_same() throws IOException {
        Samples samples = new Samples(metadata, 463);
        List<String> differences = new ArrayList<>();
        Set<Integer> types = new TreeSet<>();
        for (String pallet : metadata.pallets()) {
            metadata.storageItems(pallet)
                    .forEach(i -> types.add(metadata.entry(pallet, i).value()));
        }
        for (String api : metadata.runtimeApis()) {
            metadata.runtimeCalls(api)
                    .forEach(m -> types.add(metadata.runtimeCall(api, m).output()));
        }
        for (int type : types) {
            for (int i = 0; i < SAMPLES; i++) {
                Object value;
                try {
                    value = samples.random(type);
                } catch (Samples.Uninhabited e) {
                    continue;
                }
                byte[] ours = metadata.codec().encode(type, value);
                JsonNode read =
                        ask(request("decode").put("type", "scale_info::" + type).put("data", Hex.encode(ours)));
                same(
                        metadata.codec().types().name(type) + " " + Hex.encode(ours),
                        differences,
                        new SdkView(metadata).of(type, metadata.codec().decode(type, ours)),
                        read.has("result") ? SdkView.of(read.get("result")) : read.toString());
            }
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void constants_and_errors_are_the_same() throws IOException {
        List<String> differences = new ArrayList<>();
        for (String pallet : metadata.pallets()) {
            for (MetadataTree.Constant constant : metadata.pallet(pallet).constants()) {
                JsonNode theirs =
                        result(request("constant").put("pallet", pallet).put("name", constant.name()));
                same(
                        pallet + "." + constant.name(),
                        differences,
                        new SdkView(metadata).of(constant.type(), metadata.constant(pallet, constant.name())),
                        SdkView.of(theirs));
            }
            int index = metadata.pallet(pallet).index();
            for (int i = 0; i <= metadata.errors(pallet).size(); i++) {
                JsonNode theirs =
                        ask(request("error").put("pallet_index", index).put("error_index", i));
                Optional<Metadata.ModuleError> ours = metadata.moduleError(index, i);
                same(
                        pallet + " error " + i,
                        differences,
                        ours.map(e -> e.name().substring(e.name().indexOf('.') + 1))
                                .orElse("none"),
                        theirs.has("result") ? theirs.get("result").get(0).asText() : "none");
            }
        }
        assertThat(differences).isEmpty();
    }

    private static byte[] bytes(Random random, int count) {
        byte[] all = new byte[count];
        random.nextBytes(all);
        return all;
    }

    @Test
    void payloads_extrinsics_and_eras_are_the_same() throws IOException {
        Random random = new Random(464);
        Samples samples = new Samples(metadata, 464);
        List<String> differences = new ArrayList<>();
        List<String> pallets = metadata.pallets().stream()
                .filter(p -> !metadata.calls(p).isEmpty())
                .toList();
        RuntimeVersion version = new RuntimeVersion("node-subtensor", SPEC, 1);
        for (int i = 0; i < 250; i++) {
            String pallet = pallets.get(random.nextInt(pallets.size()));
            List<String> names = metadata.calls(pallet);
            byte[] call;
            try {
                call = metadata.encodeCall(samples.call(pallet, names.get(random.nextInt(names.size())), false));
            } catch (Samples.Uninhabited e) {
                continue;
            }
            long period = 4L << random.nextInt(15);
            long current = random.nextInt(10_000_000);
            boolean mortal = i % 5 != 0;
            Era era = mortal ? Era.mortal(period, current) : Era.IMMORTAL;
            JsonNode theirEra = mortal
                    ? JSON.createObjectNode().put("period", period).put("current", current)
                    : JSON.getNodeFactory().textNode("00");
            ScaleWriter written = new ScaleWriter();
            era.write(written);
            ObjectNode eraRequest = request("era");
            eraRequest.set("era", theirEra);
            same(
                    eraRequest.toString(),
                    differences,
                    Hex.encode(written.toByteArray()),
                    result(eraRequest).asText());

            byte[] genesis = bytes(random, 32);
            byte[] birth = mortal ? bytes(random, 32) : genesis;
            Optional<byte[]> digest = i % 2 == 0 ? Optional.empty() : Optional.of(bytes(random, 32));
            long nonce = random.nextInt(1 << (1 + random.nextInt(30)));
            long tip = i % 3 == 0 ? 0 : random.nextLong() >>> (1 + random.nextInt(60));
            ExtrinsicFormat.Terms terms =
                    new ExtrinsicFormat.Terms(era, birth, nonce, Tao.ofRao(tip), version, genesis, digest);
            ObjectNode payload = request("payload")
                    .put("call", Hex.encode(call))
                    .put("nonce", nonce)
                    .put("tip", tip)
                    .put("genesis_hash", Hex.encode(genesis))
                    .put("era_block_hash", Hex.encode(birth));
            payload.set("era", theirEra);
            digest.ifPresent(d -> payload.put("metadata_hash", Hex.encode(d)));
            // Their core gives what is signed: of a long payload its hash.
            same(
                    payload.toString(),
                    differences,
                    Hex.encode(metadata.extrinsics()
                            .unsigned(call, AccountId.ZERO, KeyScheme.SR25519, terms, 0)
                            .toSign()),
                    result(payload).asText());

            byte[] key = bytes(random, 32);
            byte[] signature = bytes(random, 64);
            KeyScheme scheme = random.nextBoolean() ? KeyScheme.SR25519 : KeyScheme.ED25519;
            ObjectNode extrinsic = request("extrinsic")
                    .put("call", Hex.encode(call))
                    .put("public_key", Hex.encode(key))
                    .put("signature", Hex.encode(signature))
                    .put("signature_version", scheme == KeyScheme.SR25519 ? 1 : 0)
                    .put("nonce", nonce)
                    .put("tip", tip)
                    .put("metadata_hash_enabled", digest.isPresent());
            extrinsic.set("era", theirEra);
            byte[] ours = metadata.extrinsics()
                    .unsigned(call, AccountId.of(key), scheme, terms, 0)
                    .signed(signature)
                    .bytes();
            JsonNode theirs = result(extrinsic);
            same(
                    extrinsic.toString(),
                    differences,
                    Hex.encode(ours),
                    theirs.get(0).asText());
            same(
                    extrinsic.toString(),
                    differences,
                    Hex.encode(Hashes.blake2b256(ours)),
                    theirs.get(1).asText());
            JsonNode read = result(request("decode_extrinsic").put("data", Hex.encode(ours)));
            Extrinsic back = metadata.decodeExtrinsic(ours);
            same(
                    Hex.encode(ours),
                    differences,
                    new SdkView(metadata).of(metadata.callType(), back.call()),
                    SdkView.of(read.get("call")));
            assertThat(back.signer()).contains(AccountId.of(key));
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void multisig_accounts_are_the_same() throws IOException {
        Random random = new Random(465);
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Set<AccountId> keys = new HashSet<>();
            int count = 2 + random.nextInt(i % 10 == 0 ? 98 : 8);
            while (keys.size() < count) {
                keys.add(AccountId.of(bytes(random, 32)));
            }
            int threshold = 2 + random.nextInt(count - 1);
            ObjectNode request = request("multisig").put("threshold", threshold);
            ArrayNode array = request.putArray("keys");
            keys.forEach(k -> array.add(Hex.encode(k.bytes())));
            same(
                    request.toString(),
                    differences,
                    Hex.encode(DerivedAccounts.multisig(threshold, keys).bytes()),
                    result(request).get(0).asText());
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void the_digest_of_the_metadata_and_its_extensions_are_the_same() throws IOException {
        RuntimeVersion version = new RuntimeVersion("node-subtensor", SPEC, 1);
        assertThat(Hex.encode(metadata.digest(version)))
                .isEqualTo(result(request("metadata_digest")).asText());
        List<String> theirs = new ArrayList<>();
        result(request("extensions")).forEach(e -> theirs.add(e.asText()));
        assertThat(metadata.transactionExtensions()).isEqualTo(theirs);
    }

    @Test
    void runtime_calls_are_the_same() throws IOException {
        JsonNode theirs = result(request("runtime_apis"));
        List<String> apis = new ArrayList<>();
        theirs.fieldNames().forEachRemaining(apis::add);
        assertThat(metadata.runtimeApis()).containsExactlyInAnyOrderElementsOf(apis);
        for (String api : apis) {
            List<String> methods = new ArrayList<>();
            theirs.get(api).fieldNames().forEachRemaining(methods::add);
            assertThat(metadata.runtimeCalls(api)).containsExactlyInAnyOrderElementsOf(methods);
            for (String method : methods) {
                assertThat("scale_info::" + metadata.runtimeCall(api, method).output())
                        .isEqualTo(theirs.get(api).get(method).get("output").asText());
            }
        }
    }
}
