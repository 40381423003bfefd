package io.github.bittensor4j.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import io.github.bittensor4j.subtensor.Call;
import io.github.bittensor4j.subtensor.Calls;
import io.github.bittensor4j.subtensor.Columns;
import io.github.bittensor4j.subtensor.Metadata;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The chain client's codec and its start, beside the official SDK's native core and a native Rust decoder in one run.
 *
 * <p>Run: {@code java -cp bench/target/bench.jar io.github.bittensor4j.bench.ChainLoad --metadata FILE --neurons FILE.json
 * [--python PYTHON_WITH_SDK11 --codec sdk11_codec.py] [--rust "run.sh scale-decode"] [--rounds 5] [--cold 7]}. {@code --neurons} is a
 * recorded answer of {@code get_neurons_lite} with its bytes as {@code result}, {@code --metadata} the metadata it was recorded by. Each
 * figure is the median of its repetitions; peers run in turns with ours, so that they share every hindrance. A peer that is not named is
 * left out.
 */
public final class ChainLoad {
    private static final List<String> OPTIONS =
            List.of("--metadata", "--neurons", "--python", "--codec", "--rust", "--rounds", "--cold", "--spec");

    private static final String ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

    /** The official SDK as a script: connect, read one balance, end. */
    private static final String SCRIPT = "import sys, bittensor; client = bittensor.Subtensor(sys.argv[1]); "
            + "print(client.balances.balance(coldkey_ss58=sys.argv[2])); client.close()";

    private static Object sink = "";

    private ChainLoad() {}

    /**
     * Runs the comparison.
     *
     * @param args options as above
     * @throws Exception when something can not be read or started
     */
    public static void main(String[] args) throws Exception {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            if (!OPTIONS.contains(args[i]) || i + 1 == args.length) {
                System.err.println("unknown or incomplete option " + args[i] + "; known, each with a value: "
                        + String.join(" ", OPTIONS));
                System.exit(2);
            }
            options.put(args[i], args[i + 1]);
        }
        if (!options.containsKey("--metadata") || !options.containsKey("--neurons")) {
            System.err.println("--metadata FILE and --neurons FILE.json are needed");
            System.exit(2);
        }
        byte[] bytes = Files.readAllBytes(Path.of(options.get("--metadata")));
        JsonNode recorded =
                new ObjectMapper().readTree(Path.of(options.get("--neurons")).toFile());
        String hex = recorded.path("result").asText();
        byte[] neurons = HexFormat.of().parseHex(hex, hex.startsWith("0x") ? 2 : 0, hex.length());
        int rounds = Integer.parseInt(options.getOrDefault("--rounds", "5"));
        for (int round = 1; round <= rounds; round++) {
            System.out.println("round " + round);
            warm(bytes, neurons);
            python(options);
            rust(options);
        }
        heap(bytes);
        cold(options);
    }

    private static void say(String name, double value, String unit) {
        System.out.printf(Locale.ROOT, "  %-58s %10.4f %s%n", name, value, unit);
    }

    /** The median time of one, in microseconds, of batches that take some milliseconds each, after as long a warm-up. */
    private static double median(Supplier<Object> work) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_500);
        int warmed = 0;
        while (System.nanoTime() < end) {
            sink = work.get();
            warmed++;
        }
        int batch = Math.max(1, warmed / 500);
        double[] times = new double[101];
        for (int i = 0; i < times.length; i++) {
            long begun = System.nanoTime();
            for (int k = 0; k < batch; k++) {
                sink = work.get();
            }
            times[i] = (System.nanoTime() - begun) / 1e3 / batch;
        }
        Arrays.sort(times);
        return times[times.length / 2];
    }

    private static void warm(byte[] bytes, byte[] neurons) {
        Metadata metadata = Metadata.parse(bytes);
        AccountId destination = AccountId.of(repeated((byte) 0x11));
        Tao amount = Tao.of("1");
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            calls.add(Calls.transfer(destination, Tao.ofRao(1_000_000L + i)));
        }
        Call batch = Call.of("Utility", "batch_all", Map.of("calls", calls));
        Columns columns = metadata.decodeColumns("NeuronInfoRuntimeApi", "get_neurons_lite", neurons);
        if (columns.size() != 1024 || !Arrays.equals(metadata.encode(), bytes)) {
            throw new IllegalStateException("not the neurons of the metadata");
        }
        say("metadata parsed and indexed", median(() -> Metadata.parse(bytes)) / 1e3, "ms");
        say(
                "metadata parsed, indexed, all of it read and written again",
                median(() -> Metadata.parse(bytes).encode()) / 1e3,
                "ms");
        say(
                "1024 neurons into columns by metadata",
                median(() -> metadata.decodeColumns("NeuronInfoRuntimeApi", "get_neurons_lite", neurons)) / 1e3,
                "ms");
        say(
                "1024 neurons into plain values by metadata",
                median(() -> metadata.decodeRuntimeCall("NeuronInfoRuntimeApi", "get_neurons_lite", neurons)) / 1e3,
                "ms");
        say("transfer composed", median(() -> metadata.encodeCall(Calls.transfer(destination, amount))), "us");
        say("batch of 1000 transfers encoded", median(() -> metadata.encodeCall(batch)), "us");
    }

    private static byte[] repeated(byte value) {
        byte[] all = new byte[32];
        Arrays.fill(all, value);
        return all;
    }

    /** What one more runtime costs in memory: as read, after the usual calls and reads, and when all of it was looked at. */
    private static void heap(byte[] bytes) {
        System.out.println("heap of one metadata of " + bytes.length / 1000 + " kB");
        AccountId account = AccountId.of(repeated((byte) 1));
        say("parsed and indexed", each(bytes, m -> {}), "kB");
        say(
                "after a transfer, an account key and a metagraph's type",
                each(bytes, m -> {
                    m.encodeCall(Calls.transfer(account, Tao.of("1")));
                    m.storageKey("System", "Account", account);
                    m.hasRuntimeCall("SubnetInfoRuntimeApi", "get_metagraph");
                }),
                "kB");
        say("all of it read", each(bytes, Metadata::encode), "kB");
    }

    private static double each(byte[] bytes, Consumer<Metadata> use) {
        int count = 20;
        List<Metadata> kept = new ArrayList<>();
        long before = used();
        for (int i = 0; i < count; i++) {
            Metadata metadata = Metadata.parse(bytes);
            use.accept(metadata);
            kept.add(metadata);
        }
        double size = (used() - before) / 1000.0 / count;
        sink = kept;
        return size;
    }

    private static long used() {
        for (int i = 0; i < 4; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void python(Map<String, String> options) throws Exception {
        if (options.containsKey("--python") && options.containsKey("--codec")) {
            Ran ran = run(List.of(
                    options.get("--python"),
                    options.get("--codec"),
                    options.get("--metadata"),
                    "--spec",
                    options.getOrDefault("--spec", "343"),
                    "--bench",
                    options.get("--neurons")));
            System.out.println("  " + ran.output().strip());
        }
    }

    private static void rust(Map<String, String> options) throws Exception {
        if (options.containsKey("--rust")) {
            Ran ran = run(List.of(options.get("--rust").split(" ")));
            ran.output().lines().forEach(l -> System.out.println("  " + l));
        }
    }

    private record Ran(double millis, String output) {}

    private static Ran run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        long begun = System.nanoTime();
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        double millis = (System.nanoTime() - begun) / 1e6;
        if (code != 0) {
            throw new IllegalStateException(command + " ended with " + code + ": " + output);
        }
        return new Ran(millis, output);
    }

    /** A new process from its start to its end, with one balance read on the way, against a chain in this JVM. */
    private static void cold(Map<String, String> options) throws Exception {
        int times = Integer.parseInt(options.getOrDefault("--cold", "7"));
        if (times == 0) {
            return;
        }
        Path archive = Files.createTempFile("first-balance", ".jsa");
        Files.delete(archive);
        try (Localnet localnet =
                        Localnet.builder().blockTime(BlockTime.FAST).port(0).start();
                Keypair alice = Keypair.development("Alice")) {
            if (!alice.account().ss58().equals(ALICE)) {
                throw new IllegalStateException(ALICE);
            }
            String node = localnet.endpoint().toString();
            List<String> plain = java(node);
            List<String> shared = java(node, "-XX:SharedArchiveFile=" + archive);
            run(java(node, "-XX:ArchiveClassesAtExit=" + archive));
            List<String> script = Optional.ofNullable(options.get("--python"))
                    .map(p -> List.of(p, "-c", SCRIPT, node, ALICE))
                    .orElse(List.of());
            double[][] seen = new double[3][times];
            for (int i = -1; i < times; i++) {
                List<List<String>> commands = List.of(shared, plain, script);
                for (int k = 0; k < commands.size(); k++) {
                    if (!commands.get(k).isEmpty()) {
                        double millis = run(commands.get(k)).millis;
                        if (i >= 0) {
                            seen[k][i] = millis;
                        }
                    }
                }
            }
            System.out.println("a new process to its first balance and end");
            say("java, metadata on disk, class-data sharing", middle(seen[0]), "ms");
            say("java, metadata on disk", middle(seen[1]), "ms");
            if (!script.isEmpty()) {
                say("official SDK as a script", middle(seen[2]), "ms");
            }
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    private static double middle(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static List<String> java(String node, String... flags) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto"));
        command.addAll(List.of(flags));
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), FirstBalance.class.getName(), node, ALICE));
        return command;
    }
}
