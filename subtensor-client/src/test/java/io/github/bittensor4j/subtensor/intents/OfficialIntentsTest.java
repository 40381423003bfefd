package io.github.bittensor4j.subtensor.intents;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import io.github.bittensor4j.subtensor.Call;
import io.github.bittensor4j.subtensor.Calls;
import io.github.bittensor4j.subtensor.Network;
import io.github.bittensor4j.subtensor.ProofOfWork;
import io.github.bittensor4j.subtensor.Subtensor;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The official SDK's intents beside ours, on one chain that stands still: what it writes we read, what we write it reads, and the call that
 * it composes is ours byte for byte. Runs where {@code PYTHON_PEERS_DIR} names the folder of Python environments with {@code sdk11} in it
 * (default {@code /tmp/python-peers}); a system property, or in the environment.
 */
@Timeout(300)
class OfficialIntentsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROUNDS = 5;

    private static final Keypair ALICE = Keypair.development("Alice");
    private static final Keypair BOB = Keypair.development("Bob");
    private static final AccountId STAKED = Keypair.development("ownerHotkey").account();
    private static final Netuid SUBNET = Netuid.of(2);
    private static final Netuid OTHER = Netuid.of(3);

    private static @Nullable Localnet localnet;
    private static Subtensor chain;
    private static @Nullable Process process;
    private static BufferedWriter to;
    private static BufferedReader from;

    @BeforeAll
    static void start() throws Exception {
        Path python = Path.of(System.getProperty("project.root", ".."))
                .resolve(System.getProperty(
                        "PYTHON_PEERS_DIR", System.getenv().getOrDefault("PYTHON_PEERS_DIR", "/tmp/python-peers")))
                .resolve("sdk11/bin/python")
                .normalize();
        if (!Files.exists(python)) {
            System.out.println("official intents: skipped, no " + python);
            Assumptions.abort("skipped: no " + python);
        }
        localnet = Localnet.builder().blockTime(BlockTime.MANUAL).start();
        chain = Subtensor.connect(Network.of(localnet.endpoint()));
        localnet.produceBlocks(1);
        done(ALICE, Calls.sudo(Call.of("AdminUtils", "sudo_set_admin_freeze_window", Map.of("window", 0))));
        done(BOB, Calls.registerNetwork(STAKED));
        done(BOB, Calls.startCall(SUBNET));
        done(ALICE, Calls.sudo(Call.of("AdminUtils", "sudo_set_network_rate_limit", Map.of("rate_limit", 0))));
        done(BOB, Calls.registerNetwork(Keypair.development("otherHotkey").account()));
        done(ALICE, Calls.burnedRegister(SUBNET, ALICE.account()));
        done(ALICE, Calls.burnedRegister(SUBNET, Keypair.development("miner").account()));
        done(ALICE, Calls.addStake(STAKED, SUBNET, Tao.of("100")));
        done(
                ALICE,
                Calls.sudo(Call.of(
                        "AdminUtils",
                        "sudo_set_subtoken_enabled",
                        Map.of("netuid", Netuid.ROOT, "subtoken_enabled", true))));
        done(ALICE, Calls.addStake(STAKED, Netuid.ROOT, Tao.of("50")));
        done(ALICE, Calls.addStake(ALICE.account(), SUBNET, Tao.of("300")));
        done(
                ALICE,
                Calls.sudo(Call.of(
                        "AdminUtils",
                        "sudo_set_commit_reveal_weights_enabled",
                        Map.of("netuid", SUBNET, "enabled", false))));
        done(
                ALICE,
                Calls.sudo(Call.of(
                        "AdminUtils",
                        "sudo_set_weights_set_rate_limit",
                        Map.of("netuid", SUBNET, "weights_set_rate_limit", 0))));
        localnet.produceBlocks(12);
        process = new ProcessBuilder(
                        python.toString(),
                        script().toString(),
                        localnet.endpoint().toString(),
                        ALICE.account().ss58(),
                        STAKED.ss58())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        to = process.outputWriter(StandardCharsets.UTF_8);
        from = process.inputReader(StandardCharsets.UTF_8);
    }

    private static Path script() throws URISyntaxException {
        return Path.of(
                OfficialIntentsTest.class.getResource("sdk11_on_chain.py").toURI());
    }

    private static void done(Signer signer, Call call) throws Exception {
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
            try {
                chain.submit(call, signer).orThrow();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        while (!sent.isDone()) {
            localnet.produceBlocks(1);
            try {
                sent.get(50, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // a block more
            }
        }
        sent.get();
    }

    @AfterAll
    static void end() throws Exception {
        if (process != null) {
            to.close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
        if (localnet != null) {
            chain.close();
            localnet.close();
        }
    }

    private static JsonNode ask(ObjectNode request) throws IOException {
        to.write(request.toString());
        to.newLine();
        to.flush();
        return JSON.readTree(from.readLine());
    }

    private static JsonNode ask(String what, Intent intent) throws IOException {
        ObjectNode request = JSON.createObjectNode().put("do", what);
        request.set("intent", JSON.readTree(Intents.toJson(intent)));
        return ask(request);
    }

    private static List<Intent> samples() {
        List<Intent> all = new ArrayList<>();
        Random random = new Random(20_261_125);
        for (int i = 0; i < ROUNDS; i++) {
            all.addAll(new IntentSamples(STAKED, SUBNET, OTHER, random).all());
        }
        return all;
    }

    @Test
    void its_intents_have_our_names_signers_and_fields() throws Exception {
        JsonNode theirs = ask(JSON.createObjectNode().put("do", "ops")).get("result");
        for (Intents.Entry ours : Intents.catalogue()) {
            if (Set.of("announce_proxy", "use_proxy").contains(ours.op())) {
                // there an argument of the client, and nothing
                continue;
            }
            JsonNode their = theirs.get(ours.op());
            assertThat(their).as(ours.op()).isNotNull();
            assertThat(their.get("signer").asText())
                    .isEqualToIgnoringCase(ours.signer().name());
            assertThat(their.get("origin").asText())
                    .isEqualToIgnoringCase(ours.right().name());
            Set<String> names = new TreeSet<>();
            their.get("fields").forEach(field -> names.add(field.get(0).asText()));
            Set<String> own = new TreeSet<>();
            ours.fields().forEach(field -> own.add(field.replace("?", "")));
            own.removeAll(Set.of("max_cost_tao", "any_price"));
            assertThat(own).as(ours.op()).isEqualTo(names);
        }
        Set<Class<?>> families = samples().stream()
                .map(intent -> intent.getClass().getEnclosingClass())
                .collect(Collectors.toSet());
        assertThat(samples().stream().map(Intent::op))
                .containsAll(Intents.catalogue().stream()
                        .filter(entry -> families.contains(entry.type().getEnclosingClass()))
                        .map(Intents.Entry::op)
                        .toList());
    }

    @Test
    void what_we_write_it_reads_and_what_it_writes_we_read() throws Exception {
        int same = 0;
        for (Intent intent : samples()) {
            JsonNode answer = ask("echo", withoutOurOwn(intent));
            assertThat(answer.has("result")).as("%s: %s", intent, answer).isTrue();
            assertThat(Intents.fromJson(answer.get("result").toString())).isEqualTo(withoutOurOwn(intent));
            same++;
        }
        System.out.println("official intents: " + same + " written and read alike");
    }

    /** Without what the official SDK does not know. */
    private static Intent withoutOurOwn(Intent intent) throws IOException {
        ObjectNode node = (ObjectNode) JSON.readTree(Intents.toJson(intent));
        node.remove(List.of("any_price", "max_cost_tao"));
        return Intents.fromJson(node.toString());
    }

    @Test
    void the_work_that_it_does_is_ours() throws Exception {
        Random random = new Random(475);
        for (int difficulty : List.of(1, 100, 20_000)) {
            byte[] block = new byte[32];
            random.nextBytes(block);
            JsonNode found = ask(JSON.createObjectNode()
                            .put("do", "pow")
                            .put("netuid", SUBNET.value())
                            .put("block_hash", HexFormat.of().formatHex(block))
                            .put("hotkey", STAKED.ss58())
                            .put("coldkey", ALICE.account().ss58())
                            .put("difficulty", difficulty))
                    .get("result");
            long nonce = ProofOfWork.solve(
                            SUBNET, block, STAKED, ALICE.account(), BigInteger.valueOf(difficulty), 0, 1_000_000)
                    .orElseThrow();
            assertThat(nonce).isEqualTo(found.get(0).asLong());
            assertThat(ProofOfWork.seal(SUBNET, block, STAKED, ALICE.account(), nonce))
                    .asHexString()
                    .isEqualToIgnoringCase(found.get(1).asText());
        }
    }

    @Test
    void the_call_that_it_composes_is_ours() throws Exception {
        int same = 0;
        Set<String> unknown = new TreeSet<>();
        List<String> different = new ArrayList<>();
        for (Intent intent : samples()) {
            if (intent instanceof Weights.CommitWeights || intent instanceof Weights.RevealWeights) {
                // sealed with another key each time; only revealed by us when it was committed
                continue;
            }
            JsonNode theirs = ask("build", withoutOurOwn(intent));
            Object ours;
            try {
                Plan plan = chain.plan(intent, ALICE.account(), Policy.NONE);
                ours = plan.call()
                        .map(OfficialIntentsTest::asOneOfItsMechanisms)
                        .<Object>map(call ->
                                "0x" + HexFormat.of().formatHex(chain.metadata().encodeCall(call)))
                        .orElseGet(() -> plan.obstacles().toString());
            } catch (BittensorException e) {
                ours = e.code();
                if (e.code().equals("metadata.unknown") && theirs.has("error")) {
                    unknown.add(intent.op());
                    continue;
                }
            }
            if (theirs.path("result").asText().equals(ours)) {
                same++;
            } else {
                different.add(intent + "\n  ours   " + ours + "\n  theirs " + theirs);
            }
        }
        System.out.println("official intents: " + same
                + " calls composed alike; neither side can compose on this runtime: " + unknown);
        assertThat(String.join("\n", different)).isEmpty();
        assertThat(same).isGreaterThan(300);
    }

    /** Weights of the first mechanism have a call of their own, which we use, as well as the one of all mechanisms. */
    private static Call asOneOfItsMechanisms(Call call) {
        if (!call.function().equals("set_weights")) {
            return call;
        }
        Map<String, Object> arguments = new LinkedHashMap<>(call.arguments());
        arguments.put("mecid", 0);
        return Call.of(call.pallet(), "set_mechanism_weights", arguments);
    }
}
