package io.github.bittensor4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.examples.language.LanguageMiner;
import io.github.bittensor4j.examples.language.LanguageValidator;
import io.github.bittensor4j.examples.python.PythonAxonsCaller;
import io.github.bittensor4j.examples.python.PythonCallersAxon;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import io.github.bittensor4j.neuron.ExitStatus;
import io.github.bittensor4j.subtensor.Call;
import io.github.bittensor4j.subtensor.Calls;
import io.github.bittensor4j.subtensor.Network;
import io.github.bittensor4j.subtensor.Subtensor;
import io.github.bittensor4j.wallet.KeyMaterial;
import io.github.bittensor4j.wallet.Protection;
import io.github.bittensor4j.wallet.SecretUri;
import io.github.bittensor4j.wallet.Wallet;
import io.github.bittensor4j.wallet.WalletRef;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two small examples as a user runs them: programs of their own, with flags, key files and signals. */
class UppercaseNeuronsTest {
    private static final Netuid NETUID = Netuid.of(2);

    @TempDir
    static Path dir;

    private static final Keypair ALICE = Keypair.development("Alice");
    private static Localnet localnet;
    private static Subtensor chain;

    @BeforeAll
    static void startChain() throws InterruptedException, IOException {
        localnet = Localnet.builder().blockTime(BlockTime.FAST).start();
        chain = Subtensor.connect(Network.of(localnet.endpoint()));
        root("sudo_set_admin_freeze_window", "window", 0);
        root("sudo_set_start_call_delay", "delay", 0);
        root("sudo_set_network_rate_limit", "rate_limit", 0);
        submit(Calls.registerNetwork(ALICE.derive("//owner").account()));
        submit(Calls.startCall(NETUID));
        subnet("sudo_set_commit_reveal_weights_enabled", "enabled", false);
        subnet("sudo_set_weights_set_rate_limit", "weights_set_rate_limit", 5);
        subnet("sudo_set_tempo", "tempo", 20);
        for (String name : List.of("miner", "validator", "stranger")) {
            wallet(name);
        }
        permit(
                ALICE.derive("//validator"),
                ALICE.derive("//validator").derive("//hotkey").account());
        Files.writeString(
                dir.resolve("log.xml"),
                "<configuration><appender name=\"out\" class=\"ch.qos.logback.core.ConsoleAppender\"><encoder>"
                        + "<pattern>%level %msg%n</pattern></encoder></appender>"
                        + "<root level=\"INFO\"><appender-ref ref=\"out\"/></root></configuration>");
    }

    @AfterAll
    static void stopChain() {
        chain.close();
        localnet.close();
    }

    private static void wallet(String name) throws InterruptedException {
        try (Wallet wallet = Wallet.create(new WalletRef(dir.resolve("wallets"), name, "default"));
                KeyMaterial coldkey = key("//Alice//" + name);
                KeyMaterial hotkey = key("//Alice//" + name + "//hotkey")) {
            wallet.saveColdkey(coldkey, Protection.none());
            wallet.saveHotkey(hotkey, Protection.none());
            submit(Calls.transfer(coldkey.account(), Tao.of("5000")));
        }
    }

    /** Registers and stakes, and waits for the epoch that gives the validator its permit. */
    private static void permit(Signer coldkey, AccountId hotkey) throws InterruptedException {
        submit(Calls.burnedRegister(NETUID, hotkey), coldkey);
        submit(Calls.addStake(hotkey, NETUID, Tao.of("1000")), coldkey);
        for (int block = 0; block < 100; block++) {
            if (chain.metagraph(NETUID).neuron(hotkey).orElseThrow().validatorPermit()) {
                return;
            }
            chain.awaitBlock(chain.blockNumber() + 1, Duration.ofSeconds(30));
        }
        throw new AssertionError("no permit within 100 blocks");
    }

    private static KeyMaterial key(String uri) {
        return KeyMaterial.fromUri(KeyScheme.SR25519, SecretUri.parse(uri));
    }

    private static void submit(Call call) throws InterruptedException {
        submit(call, ALICE);
    }

    private static void submit(Call call, Signer signer) throws InterruptedException {
        chain.submit(call, signer).orThrow();
    }

    private static void root(String call, String name, Object value) throws InterruptedException {
        submit(Calls.sudo(Call.of("AdminUtils", call, Map.of(name, value))));
    }

    private static void subnet(String call, String name, Object value) throws InterruptedException {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("netuid", NETUID);
        arguments.put(name, value);
        submit(Calls.sudo(Call.of("AdminUtils", call, arguments)));
    }

    /** How a JVM of its own is started; its arguments follow. */
    private static List<String> java(Class<?> main) {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=" + dir.resolve("log.xml"),
                "-Duser.home=" + dir,
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    }

    /** A JVM of its own, and what it says. */
    private record Program(Process process, List<String> lines) implements AutoCloseable {
        static Program start(Class<?> main, String wallet, String... more) throws IOException {
            List<String> command = java(main);
            command.addAll(List.of(
                    "--network",
                    localnet.endpoint().toString(),
                    "--wallet-path",
                    dir.resolve("wallets").toString(),
                    "--wallet",
                    wallet,
                    "--axon-port",
                    "0"));
            command.addAll(List.of(more));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            Program program = new Program(process, new ArrayList<>());
            Thread reader = new Thread(program::read, "test-output");
            reader.setDaemon(true);
            reader.start();
            return program;
        }

        private void read() {
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    synchronized (lines) {
                        lines.add(line);
                        lines.notifyAll();
                    }
                }
            } catch (IOException e) {
                synchronized (lines) {
                    lines.add("(" + e.getMessage() + ")");
                }
            }
        }

        String says(String text) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
            synchronized (lines) {
                while (true) {
                    for (String line : lines) {
                        if (line.contains(text)) {
                            return line;
                        }
                    }
                    long left = (end - System.nanoTime()) / 1_000_000;
                    if (left <= 0) {
                        throw new AssertionError("never said \"" + text + "\" but: " + String.join("\n", lines));
                    }
                    lines.wait(Math.min(left, 1000));
                }
            }
        }

        int exitStatus() throws InterruptedException {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    @Test
    void miner_and_validator_register_earn_a_score_survive_kill_9_and_end_in_good_order() throws Exception {
        try (Program miner =
                Program.start(UppercaseMiner.class, "miner", "--netuid", "2", "--max-registration-price", "50")) {
            assertThat(miner.says("registering hotkey")).contains("highest price");
            miner.says("the chain shows 127.0.0.2:");
            miner.says("is at work");

            try (Program validator = Program.start(UppercaseValidator.class, "validator", "--netuid", "2")) {
                validator.says("is at work");
                validator.says("weights for 1 miner of subnet 2 are in block");
                validator.process().destroyForcibly().waitFor();
            }
            try (Program validator = Program.start(UppercaseValidator.class, "validator", "--netuid", "2")) {
                assertThat(validator.says(" read from ")).contains("scores of 1 miner ");
                validator.says("ends it in good order");
                validator.process().toHandle().destroy();
                assertThat(validator.exitStatus()).isZero();
                validator.says("takes nothing new");
                validator.says("stopped");
            }
            miner.process().toHandle().destroy();
            assertThat(miner.exitStatus()).isZero();
            miner.says("takes nothing new");
            miner.says("stopped");
        }
    }

    @Test
    void a_stranger_without_a_highest_price_ends_with_one_line_that_says_what_to_do() throws Exception {
        try (Program stranger = Program.start(UppercaseMiner.class, "stranger", "--netuid", "2")) {
            assertThat(stranger.exitStatus()).isEqualTo(ExitStatus.FAILED);
            assertThat(stranger.says("neuron.not_registered"))
                    .contains("has no uid on subnet 2")
                    .contains("--max-registration-price");
            assertThat(stranger.lines()).noneMatch(line -> line.startsWith("\tat "));
        }
    }

    @Test
    void a_wrong_option_is_one_line_on_standard_error_and_status_2() throws Exception {
        for (String netuid : List.of("two", "70000", "-1")) {
            Ended mistyped = Ended.of(UppercaseMiner.class, "--netuid", netuid);
            assertThat(mistyped.status()).isEqualTo(ExitStatus.USAGE);
            assertThat(mistyped.out()).isEmpty();
            assertThat(mistyped.err())
                    .singleElement()
                    .asString()
                    .startsWith("--netuid: \"" + netuid + "\" (expected: ");
        }
        Ended port = Ended.of(PythonCallersAxon.class, "--port", "99999");
        assertThat(port.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(port.err()).singleElement().asString().contains("port \"99999\"");
        for (Class<?> example : List.of(PythonCallersAxon.class, PythonAxonsCaller.class)) {
            Ended mistyped = Ended.of(example, "--bogus");
            assertThat(mistyped.status()).isEqualTo(ExitStatus.USAGE);
            assertThat(mistyped.out()).isEmpty();
            assertThat(mistyped.err()).singleElement().asString().contains("usage: " + example.getSimpleName());
        }
    }

    @Test
    void help_is_the_options_on_standard_output_and_status_0() throws Exception {
        for (Class<?> example :
                List.of(UppercaseMiner.class, UppercaseValidator.class, LanguageMiner.class, LanguageValidator.class)) {
            Ended asked = Ended.of(example, "--help");
            assertThat(asked.status()).isZero();
            assertThat(asked.err()).isEmpty();
            assertThat(asked.out()).allMatch(line -> line.startsWith("Options of a neuron") || line.startsWith("  -"));
            assertThat(asked.out().stream().anyMatch(line -> line.contains("--metrics-port")))
                    .isEqualTo(example == LanguageMiner.class);
        }
        for (Class<?> example : List.of(PythonCallersAxon.class, PythonAxonsCaller.class)) {
            Ended asked = Ended.of(example, "--help");
            assertThat(asked.status()).isZero();
            assertThat(asked.err()).isEmpty();
            assertThat(asked.out()).singleElement().asString().startsWith("usage: " + example.getSimpleName());
        }
    }

    /** How a program ended by itself, and what it wrote where. */
    private record Ended(int status, List<String> out, List<String> err) {
        static Ended of(Class<?> main, String... args) throws IOException, InterruptedException {
            Path out = Files.createTempFile(dir, "out", ".txt");
            Path err = Files.createTempFile(dir, "err", ".txt");
            List<String> command = java(main);
            command.addAll(List.of(args));
            Process process = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.PIPE)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try {
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                return new Ended(process.exitValue(), Files.readAllLines(out), Files.readAllLines(err));
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
