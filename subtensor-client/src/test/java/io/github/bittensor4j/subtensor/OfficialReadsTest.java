package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import io.github.bittensor4j.subtensor.reads.ReadInfo;
import io.github.bittensor4j.subtensor.reads.Reads;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The official SDK 11 beside ours on the same local chain: every read of its catalogue by name, at one block, tells the same. Runs where
 * {@code PYTHON_PEERS_DIR} names the folder of Python environments with {@code sdk11} in it (default {@code /tmp/python-peers}); as a system
 * property or in the environment.
 */
@Timeout(300)
class OfficialReadsTest {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    /** Two shares or prices are the same when they differ by no more than what a double loses. */
    private static final BigDecimal LOST = new BigDecimal("1e-12");

    /** What differs by intent, as the documentation says: by read, the fields that are not compared. */
    private static final Map<String, Set<String>> DIFFERENT = Map.ofEntries(
            Map.entry("block_info", Set.of("explorer_url")),
            Map.entry("commitments", Set.of("duration")),
            Map.entry("commitment", Set.of("fields")),
            Map.entry("neurons", Set.of("raw")),
            Map.entry("metagraph", Set.of("identity", "identities", "moving_price")),
            Map.entry("subnet_hyperparameters", Set.of("burn_increase_mult", "collateral_drain_ratio")),
            Map.entry("subnet_start_schedule", Set.of("start_call_delay", "earliest_start_block")),
            Map.entry("validator_basket_summary", Set.of("beta_price_tao")));

    @TempDir
    Path folder;

    private Process process;
    private BufferedWriter to;
    private BufferedReader from;
    private int compared;
    private final List<String> differing = new ArrayList<>();

    private static Path python() {
        String value = System.getProperty(
                "PYTHON_PEERS_DIR", System.getenv().getOrDefault("PYTHON_PEERS_DIR", "/tmp/python-peers"));
        return Path.of(System.getProperty("project.root", "..")).resolve(value).resolve("sdk11/bin/python");
    }

    private void start(String endpoint) throws IOException {
        Path program = folder.resolve("official_reads.py");
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/official_reads.py"))) {
            Files.copy(in, program);
        }
        ProcessBuilder builder = new ProcessBuilder(python().toString(), program.toString(), endpoint)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("HOME", folder.toString());
        process = builder.start();
        to = process.outputWriter(StandardCharsets.UTF_8);
        from = process.inputReader(StandardCharsets.UTF_8);
    }

    private JsonNode theirs(long block, String name, Map<String, Object> arguments) throws IOException {
        ObjectNode question = JSON.createObjectNode().put("block", block).put("name", name);
        question.set("arguments", JSON.valueToTree(arguments));
        to.write(question.toString());
        to.newLine();
        to.flush();
        return JSON.readTree(from.readLine());
    }

    private static void done(Subtensor chain, Call call, Signer signer) throws InterruptedException {
        ExtrinsicOutcome outcome = chain.submit(call, signer);
        assertThat(outcome).as("%s: %s", call, outcome).isInstanceOf(ExtrinsicOutcome.Included.class);
    }

    /** A chain on which most of what reads tell of has happened. */
    private static void life(Subtensor chain, Keypair alice, Keypair owner, Keypair miner) throws InterruptedException {
        Netuid netuid = Netuid.of(2);
        done(chain, Calls.registerNetwork(owner.account()), alice);
        done(chain, Calls.sudo(Call.of("AdminUtils", "sudo_set_admin_freeze_window", Map.of("window", 0))), alice);
        done(
                chain,
                Calls.sudo(Call.of(
                        "AdminUtils",
                        "sudo_set_commit_reveal_weights_enabled",
                        Map.of("netuid", netuid, "enabled", false))),
                alice);
        done(
                chain,
                Calls.sudo(Call.of(
                        "AdminUtils",
                        "sudo_set_weights_set_rate_limit",
                        Map.of("netuid", netuid, "weights_set_rate_limit", 0))),
                alice);
        done(chain, Calls.startCall(netuid), alice);
        done(chain, Calls.burnedRegister(netuid, miner.account()), alice);
        done(chain, Calls.addStake(owner.account(), netuid, Tao.of("123.456789012")), alice);
        done(chain, Calls.serveAxon(netuid, new Endpoint("10.1.2.3", 8091)), miner);
        done(chain, Calls.setWeights(netuid, new WeightVector(List.of(Uid.of(0)), List.of(65_535)), 0), owner);
        Map<String, Object> identity = new HashMap<>();
        for (String name : List.of("url", "github_repo", "image", "discord", "description", "additional")) {
            identity.put(name, name.getBytes(StandardCharsets.UTF_8));
        }
        identity.put("name", "Älice".getBytes(StandardCharsets.UTF_8));
        done(chain, Call.of("SubtensorModule", "set_identity", identity), alice);
        Map<String, Object> commitment = Map.of(
                "netuid",
                netuid,
                "info",
                Map.of("fields", List.of(Map.of("Raw5", "hello".getBytes(StandardCharsets.UTF_8)))));
        done(chain, Call.of("Commitments", "set_commitment", commitment), miner);
        done(
                chain,
                Call.of("Proxy", "add_proxy", Map.of("delegate", miner.account(), "proxy_type", "Staking", "delay", 3)),
                alice);
        done(
                chain,
                Call.of(
                        "SubtensorModule",
                        "set_coldkey_auto_stake_hotkey",
                        Map.of("netuid", netuid, "hotkey", owner.account())),
                alice);
        done(
                chain,
                Call.of(
                        "SubtensorModule",
                        "add_collateral",
                        Map.of(
                                "netuid",
                                netuid,
                                "hotkey",
                                owner.account(),
                                "alpha",
                                1_500_000_000L,
                                "limit_price",
                                1_000_000_000_000L)),
                alice);
        EvmSigner key = new EvmSigner(owner.account(), 1);
        done(
                chain,
                Call.of(
                        "SubtensorModule",
                        "associate_evm_key",
                        Map.of(
                                "netuid",
                                netuid,
                                "evm_key",
                                "0x" + key.address(),
                                "block_number",
                                1,
                                "signature",
                                "0x" + key.signature())),
                owner);
        Map<String, Object> loan = Map.of(
                "deposit",
                Tao.of("10"),
                "min_contribution",
                Tao.of("1"),
                "cap",
                Tao.of("30"),
                "end",
                chain.blockNumber() + 1000,
                "target_address",
                owner.account());
        done(chain, Call.of("Crowdloan", "create", loan), alice);
        try (Keypair bob = Keypair.development("Bob")) {
            done(chain, Call.of("Crowdloan", "contribute", Map.of("crowdloan_id", 0, "amount", Tao.of("5"))), bob);
        }
    }

    @Test
    void every_read_tells_the_same_as_the_official_sdk() throws Exception {
        if (!Files.exists(python())) {
            System.out.println("official reads: skipped, no " + python());
            Assumptions.abort("skipped: no " + python());
        }
        try (Localnet localnet = Localnet.builder().blockTime(BlockTime.FAST).start();
                Subtensor chain = Subtensor.connect(Network.of(localnet.endpoint()));
                Keypair alice = Keypair.development("Alice");
                Keypair owner = Keypair.generate(KeyScheme.SR25519);
                Keypair miner = Keypair.generate(KeyScheme.SR25519)) {
            life(chain, alice, owner, miner);
            start(localnet.endpoint().toString());
            BlockRef block = chain.head();
            Reads reads = chain.at(block).reads();
            List<String> failing = new ArrayList<>();
            for (ReadInfo read : Reads.catalogue()) {
                if (!read.family().equals("windows")) {
                    for (String hotkey :
                            List.of(owner.account().ss58(), miner.account().ss58())) {
                        compare(read, reads, block.number(), alice.account().ss58(), hotkey, failing);
                    }
                }
            }
            System.out.println(
                    "official reads: " + compared + " answers the same, " + failing.size() + " only ours " + failing);
            assertThat(differing).isEmpty();
            assertThat(compared).isGreaterThanOrEqualTo(180);
            assertThat(failing).isEmpty();
        } finally {
            if (to != null) {
                to.close();
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            }
        }
    }

    private void compare(ReadInfo read, Reads reads, long block, String coldkey, String hotkey, List<String> failing)
            throws IOException {
        Map<String, String> ours = new TreeMap<>();
        Map<String, Object> theirs = new TreeMap<>();
        read.parameters().forEach(p -> {
            Object value = value(p.name(), coldkey, hotkey, block);
            if (value != null) {
                theirs.put(p.name(), value);
                ours.put(
                        p.name(),
                        value instanceof List<?> list
                                ? String.join(
                                        ",", list.stream().map(String::valueOf).toList())
                                : value.toString());
            }
        });
        JsonNode told = theirs(block, read.name(), theirs);
        JsonNode own = JSON.readTree(reads.read(read.name(), ours).json());
        if (told.has("error")) {
            failing.add(read.name() + ": " + told.get("error").asText());
        } else if (same(read.name(), read.name(), own, told.get("result"))) {
            compared++;
        } else {
            differing.add(read.name() + " " + ours + "\n  ours   " + own + "\n  theirs " + told.get("result"));
        }
    }

    private static @Nullable Object value(String parameter, String coldkey, String hotkey, long block) {
        return switch (parameter) {
            case "coldkey_ss58", "account_ss58" -> coldkey;
            case "hotkey_ss58" -> hotkey;
            case "coldkey_ss58s" -> List.of(coldkey, hotkey);
            case "hotkey_ss58s" -> List.of(hotkey);
            case "netuid" -> 2;
            case "netuids" -> List.of(2);
            case "uid", "lease_id", "crowdloan_id" -> 0;
            case "block" -> block - 1;
            case "call_hash" -> Hex.encode(Hashes.blake2b256(new byte[0]));
            case "amount_tao", "amount_alpha" -> 1.5;
            default -> null;
        };
    }

    /** What they tell we tell; what we tell besides is our own. */
    private boolean same(String read, String field, JsonNode ours, JsonNode theirs) {
        Set<String> different = DIFFERENT.getOrDefault(read, Set.of());
        if (theirs.isNull() && read.equals("revealed_commitment")) {
            return ours.isArray() && ours.isEmpty();
        }
        if (theirs.isObject()) {
            boolean all = ours.isObject();
            for (Map.Entry<String, JsonNode> one : theirs.properties()) {
                JsonNode own = ours.get(one.getKey());
                all &= different.contains(one.getKey()) || own != null && same(read, one.getKey(), own, one.getValue());
            }
            return all;
        }
        if (theirs.isArray()) {
            boolean all = ours.isArray() && ours.size() == theirs.size();
            for (int i = 0; all && i < theirs.size(); i++) {
                all = same(read, field, ours.get(i), theirs.get(i));
            }
            return all;
        }
        if (theirs.isNumber() && !ours.isBoolean()) {
            return !ours.isNull() && close(new BigDecimal(ours.asText()), theirs.decimalValue());
        }
        if (theirs.isNumber()) {
            return ours.asBoolean() == (theirs.asInt() != 0);
        }
        return ours.asText().equals(theirs.asText())
                || amounts(ours.asText(), theirs.asText())
                || moments(ours.asText(), theirs.asText());
    }

    private static boolean close(BigDecimal ours, BigDecimal theirs) {
        return ours.subtract(theirs).abs().compareTo(theirs.abs().multiply(LOST).max(LOST)) <= 0;
    }

    private static boolean amounts(String ours, String theirs) {
        return ours.matches("\\d+\\.\\d{9}")
                && theirs.matches("[0-9E.+-]+")
                && new BigDecimal(ours).compareTo(new BigDecimal(theirs)) == 0;
    }

    private static boolean moments(String ours, String theirs) {
        return ours.endsWith("Z")
                && theirs.contains("T")
                && Instant.parse(ours).equals(OffsetDateTime.parse(theirs).toInstant());
    }
}
