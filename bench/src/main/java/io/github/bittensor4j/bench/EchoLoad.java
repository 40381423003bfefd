package io.github.bittensor4j.bench;

import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.axon.Rate;
import io.github.bittensor4j.axon.Tls;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.tls.TlsIdentity;
import io.github.bittensor4j.dendrite.Dendrite;
import io.github.bittensor4j.dendrite.DendriteOptions;
import io.github.bittensor4j.dendrite.QueryOutcome;
import io.github.bittensor4j.dendrite.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a call costs, beside everybody else's: echo calls of a dendrite to an axon with its defaults on (signature, freshness, replay store,
 * access by metagraph, limits; one known caller), each call signed by sr25519, or within a session over TLS; bare grpc-java with the best
 * of its executors and transports; and programs of others, where they are given. Both sides of each run in one process, all in turns, so
 * that they share every hindrance. Callers are threads that wait or tasks that do not; grpc-java is measured with both, each to be compared
 * with our own of the same kind.
 *
 * <p>Run: {@code java -cp bench/target/bench.jar io.github.bittensor4j.bench.EchoLoad [--bytes 100,10000] [--callers 2,64] [--rounds 5]
 * [--seconds 3] [--warmup 8] [--json FILE] [--tonic PROGRAM] [--lightning PROGRAM] [--python "PYTHON AXON.py | PYTHON LOAD.py"] [--only
 * TEXT]}. It prints calls a second, median and 99th percentile of latency and processor time per call, callers included, each the median
 * of the rounds, and the ratio of calls a second to those of bare grpc-java with callers of the same kind; then the ratios that matter.
 * {@code --only} leaves out every contender whose name does not hold the text, bare grpc-java apart.
 */
public final class EchoLoad {
    static final SynapseType<byte[], byte[]> ECHO = SynapseType.bytes("echo.v1");
    static final Duration DEADLINE = Duration.ofSeconds(20);

    private static final String BARE = "bare grpc-java, threads";
    private static final String BARE_TASKS = "bare grpc-java, tasks";
    private static final String SIGNED = "signed calls, threads";
    private static final String SIGNED_TASKS = "signed calls, tasks";
    private static final String SESSION = "session over TLS, tasks";
    private static final String TONIC = "tonic, signed";
    private static final String LIGHTNING = "btlightning";
    private static final String PYTHON = "Python SDK 10 axon";
    private static final String ONE_THREAD = ", one thread";

    private EchoLoad() {}

    /** Somebody who is measured. */
    private interface Contender {
        Load.Round run(byte[] body, int callers, double seconds) throws Exception;
    }

    /** The figures of all for one size of body and number of callers. */
    private record Case(int bytes, int callers, Map<String, Load.Round> rounds) {
        /** Calls a second of one against the best of some; empty where somebody is missing. */
        Optional<Double> ratio(String ours, String... others) {
            Optional<Load.Round> best = Stream.of(others)
                    .filter(rounds::containsKey)
                    .map(rounds::get)
                    .max(Comparator.comparingDouble(Load.Round::callsPerSecond));
            return Optional.ofNullable(rounds.get(ours))
                    .flatMap(own -> best.map(other -> own.callsPerSecond() / other.callsPerSecond()));
        }
    }

    /**
     * Runs the comparison.
     *
     * @param args options as above
     * @throws Exception when a call fails: then there is no figure
     */
    public static void main(String[] args) throws Exception {
        Options options = Options.read(
                args,
                "--bytes",
                "--callers",
                "--rounds",
                "--seconds",
                "--warmup",
                "--json",
                "--tonic",
                "--lightning",
                "--python",
                "--only");
        double seconds = Double.parseDouble(options.text("--seconds", "3"));
        double warmup = Double.parseDouble(options.text("--warmup", "8"));
        int rounds = options.number("--rounds", 5);
        int[] sizes = numbers(options.text("--bytes", "100,10000"));
        int[] counts = numbers(options.text("--callers", "2,64"));
        String only = options.text("--only", "");
        byte[] first = body(sizes[0]);
        int most = Arrays.stream(counts).max().orElseThrow();
        System.out.printf(
                Locale.ROOT,
                "Java %s, %d processors, %d rounds of %.1f s after %.1f s of warming up%n",
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                rounds,
                seconds,
                warmup);

        BareEcho.Setup forThreads = best(first, most, warmup / 2, false);
        BareEcho.Setup forTasks = best(first, most, warmup / 2, true);
        InetAddress loopback = InetAddress.getLoopbackAddress();
        TlsIdentity identity = TlsIdentity.generate();
        try (Keypair miner = Keypair.generate(KeyScheme.SR25519);
                Keypair validator = Keypair.generate(KeyScheme.SR25519);
                Axon axon = axon(miner, validator.account(), loopback).start();
                // one caller asks here for more than the 100 000 calls a second that an axon grants each by default
                Axon fast = axon(miner, validator.account(), loopback)
                        .limits(limits -> limits.ratePerCaller(new Rate(1_000_000, 1_000_000)))
                        .tls(Tls.of(identity))
                        .start();
                Dendrite signing = Dendrite.open(validator);
                Dendrite session =
                        Dendrite.open(validator, DendriteOptions.defaults().sessions(true));
                BareEcho bare = BareEcho.start(forThreads);
                BareEcho bareTasks = BareEcho.start(forTasks)) {
            Target plain = Target.of(miner.account(), new Endpoint(loopback.getHostAddress(), axon.port()));
            Target secured = Target.of(miner.account(), new Endpoint(loopback.getHostAddress(), fast.port()))
                    .pinned(identity.key().orElseThrow());
            Map<String, Contender> contenders = new LinkedHashMap<>();
            contenders.put(BARE, (body, callers, time) -> Load.waiting(bare, body, callers, time));
            contenders.put(BARE_TASKS, (body, callers, time) -> Load.tasks(bareTasks::ask, body, callers, time));
            contenders.put(
                    SIGNED,
                    (body, callers, time) -> Load.waiting(
                            sent -> check(sent, signing.query(plain, ECHO, sent, DEADLINE)), body, callers, time));
            contenders.put(SIGNED_TASKS, (body, callers, time) -> tasks(signing, plain, body, callers, time));
            contenders.put(SESSION, (body, callers, time) -> tasks(session, secured, body, callers, time));
            for (Contender contender : List.copyOf(contenders.values())) {
                contender.run(first, most, warmup);
            }
            peers(options, contenders);
            contenders
                    .keySet()
                    .removeIf(name -> !name.contains(only) && !name.equals(BARE) && !name.equals(BARE_TASKS));

            List<Case> cases = new ArrayList<>();
            for (int bytes : sizes) {
                for (int callers : counts) {
                    cases.add(measured(contenders, bytes, callers, rounds, seconds));
                }
            }
            Map<String, Double> ratios = ratios(cases);
            ratios.forEach((name, ratio) -> System.out.printf(Locale.ROOT, "%-72s %8.2f%n", name, ratio));
            if (!options.text("--json", "").isEmpty()) {
                Files.writeString(Path.of(options.text("--json", "")), json(cases, ratios));
            }
        }
    }

    private static int[] numbers(String text) {
        return Arrays.stream(text.split(",")).mapToInt(Integer::parseInt).toArray();
    }

    private static byte[] body(int bytes) {
        byte[] body = new byte[bytes];
        Arrays.fill(body, (byte) 'e');
        return body;
    }

    private static void peers(Options options, Map<String, Contender> contenders) {
        String tonic = options.text("--tonic", "");
        if (!tonic.isEmpty()) {
            compiled(contenders, TONIC, tonic, "--signed");
        }
        String lightning = options.text("--lightning", "");
        if (!lightning.isEmpty()) {
            compiled(contenders, LIGHTNING, lightning);
        }
        String python = options.text("--python", "");
        if (!python.isEmpty()) {
            String[] both = python.split("\\|");
            List<String> axon = words(both[0]);
            List<String> load = words(both[1]);
            contenders.put(PYTHON, (body, callers, time) -> Peer.loaded(axon, load, body.length, callers));
        }
    }

    /** With as many threads as it likes, and with one: which is better depends on the machine. */
    private static void compiled(Map<String, Contender> contenders, String name, String program, String... more) {
        List<String> command =
                Stream.concat(words(program).stream(), Stream.of(more)).toList();
        List<String> one =
                Stream.concat(command.stream(), Stream.of("--threads", "1")).toList();
        contenders.put(name, (body, callers, time) -> Peer.echo(command, body.length, callers, time));
        contenders.put(name + ONE_THREAD, (body, callers, time) -> Peer.echo(one, body.length, callers, time));
    }

    private static List<String> words(String command) {
        return List.of(command.trim().split("\\s+"));
    }

    private static Case measured(Map<String, Contender> contenders, int bytes, int callers, int rounds, double seconds)
            throws Exception {
        byte[] body = body(bytes);
        Map<String, List<Load.Round>> all = new LinkedHashMap<>();
        for (int i = 0; i < rounds; i++) {
            for (Map.Entry<String, Contender> each : contenders.entrySet()) {
                all.computeIfAbsent(each.getKey(), name -> new ArrayList<>())
                        .add(each.getValue().run(body, callers, seconds));
            }
        }
        Map<String, Load.Round> medians = new LinkedHashMap<>();
        all.forEach((name, some) -> medians.put(name, Load.Round.median(some)));
        System.out.printf(
                Locale.ROOT,
                "%n%d bytes, %d callers%n%-26s %9s %9s %9s %12s %7s%n",
                bytes,
                callers,
                "",
                "calls/s",
                "p50 us",
                "p99 us",
                "cpu us/call",
                "ratio");
        medians.forEach((name, round) -> {
            Load.Round base = Objects.requireNonNull(medians.get(name.endsWith("threads") ? BARE : BARE_TASKS));
            System.out.printf(
                    Locale.ROOT,
                    "%-26s %9.0f %9.0f %9.0f %12.1f %7.2f%n",
                    name,
                    round.callsPerSecond(),
                    round.p50Micros(),
                    round.p99Micros(),
                    round.cpuMicros(),
                    round.callsPerSecond() / base.callsPerSecond());
        });
        return new Case(bytes, callers, medians);
    }

    /** Of each case what is to be told of it. */
    private static Map<String, Double> ratios(List<Case> cases) {
        Map<String, Double> ratios = new LinkedHashMap<>();
        System.out.println();
        for (Case one : cases) {
            String of = " (" + one.bytes() + " bytes, " + one.callers() + " callers)";
            one.ratio(SIGNED, BARE).ifPresent(ratio -> ratios.put("signed / bare grpc-java, threads" + of, ratio));
            one.ratio(SIGNED_TASKS, BARE_TASKS)
                    .ifPresent(ratio -> ratios.put("signed / bare grpc-java, tasks" + of, ratio));
            one.ratio(SIGNED_TASKS, TONIC, TONIC + ONE_THREAD)
                    .ifPresent(ratio -> ratios.put("signed / signed tonic, tasks" + of, ratio));
            one.ratio(SESSION, LIGHTNING, LIGHTNING + ONE_THREAD)
                    .ifPresent(ratio -> ratios.put("session / btlightning, tasks" + of, ratio));
            one.ratio(SIGNED, PYTHON).ifPresent(ratio -> ratios.put("signed / Python SDK 10 axon" + of, ratio));
        }
        return ratios;
    }

    private static String json(List<Case> cases, Map<String, Double> ratios) {
        List<String> lines = new ArrayList<>();
        for (Case one : cases) {
            one.rounds()
                    .forEach((name, round) -> lines.add(String.format(
                            Locale.ROOT,
                            "{\"name\":\"%s\",\"bytes\":%d,\"callers\":%d,\"calls_per_s\":%.0f,\"p50_us\":%.1f,"
                                    + "\"p99_us\":%.1f,\"cpu_us_per_call\":%s}",
                            name,
                            one.bytes(),
                            one.callers(),
                            round.callsPerSecond(),
                            round.p50Micros(),
                            round.p99Micros(),
                            Double.isNaN(round.cpuMicros())
                                    ? "null"
                                    : String.format(Locale.ROOT, "%.1f", round.cpuMicros()))));
        }
        List<String> told = new ArrayList<>();
        ratios.forEach((name, ratio) -> told.add(String.format(Locale.ROOT, "\"%s\":%.3f", name, ratio)));
        return "{\"java\":\"" + Runtime.version() + "\",\"processors\":"
                + Runtime.getRuntime().availableProcessors() + ",\n\"figures\":[\n" + String.join(",\n", lines)
                + "],\n\"ratios\":{\n" + String.join(",\n", told) + "}}\n";
    }

    private static void check(byte[] sent, QueryOutcome<byte[]> outcome) {
        if (!Arrays.equals(sent, outcome.answerOrEmpty().orElse(null))) {
            throw new IllegalStateException("no echo: " + outcome);
        }
    }

    private static Load.Round tasks(Dendrite dendrite, Target target, byte[] body, int callers, double seconds)
            throws Exception {
        return Load.tasks(
                sent -> dendrite.queryAsync(target, ECHO, sent, DEADLINE).thenAccept(outcome -> check(sent, outcome)),
                body,
                callers,
                seconds);
    }

    // Each way is warmed up and then tried three times for a second; the fastest of all becomes the yardstick.
    private static BareEcho.Setup best(byte[] body, int callers, double warmup, boolean tasks) throws Exception {
        BareEcho.Setup best = null;
        double most = 0;
        for (BareEcho.Setup setup : BareEcho.setups()) {
            try (BareEcho bare = BareEcho.start(setup)) {
                Contender contender = tasks
                        ? (sent, count, seconds) -> Load.tasks(bare::ask, sent, count, seconds)
                        : (sent, count, seconds) -> Load.waiting(bare, sent, count, seconds);
                contender.run(body, callers, warmup);
                double calls = 0;
                for (int i = 0; i < 3; i++) {
                    calls = Math.max(calls, contender.run(body, callers, 1).callsPerSecond());
                }
                System.out.printf(
                        Locale.ROOT,
                        "bare grpc-java, %s, %s: %.0f calls/s%n",
                        tasks ? "tasks" : "threads",
                        setup,
                        calls);
                if (best == null || calls > most) {
                    best = setup;
                    most = calls;
                }
            }
        }
        if (best == null) {
            throw new IllegalStateException("no transport works here");
        }
        return best;
    }

    private static Axon.Builder axon(Keypair miner, AccountId validator, InetAddress loopback) {
        Subnet subnet = new Subnet();
        subnet.add(validator, 1_000_000_000_000L);
        return Axon.builder(miner)
                .bind(new InetSocketAddress(loopback, 0))
                .metagraph(() -> Optional.of(subnet.metagraph()))
                .serve(ECHO, (call, request) -> request);
    }
}
