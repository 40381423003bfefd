package io.github.bittensor4j.bench;

import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.dendrite.Dendrite;
import io.github.bittensor4j.dendrite.QueryOutcome;
import io.github.bittensor4j.dendrite.Target;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What authentication costs: echo calls of a dendrite to an axon with its defaults on (signature, freshness, replay store, access by
 * metagraph, limits; per-call signatures by sr25519, one known caller), against bare grpc-java echo calls with the best of its
 * executors and transports. Both sides of both run in this process, in turns, so that they share every hindrance.
 *
 * <p>Run: {@code java -cp bench/target/bench.jar io.github.bittensor4j.bench.EchoLoad [--seconds 3] [--rounds 5] [--callers 2,64]
 * [--bytes 100] [--warmup 8]}. It prints calls a second, median and 99th percentile of latency and processor time per call, each the
 * median of the rounds, and the ratio of the two.
 */
public final class EchoLoad {
    static final SynapseType<byte[], byte[]> ECHO = SynapseType.bytes("echo.v1");
    private static final List<String> OPTIONS = List.of("--bytes", "--callers", "--rounds", "--seconds", "--warmup");
    static final Duration DEADLINE = Duration.ofSeconds(20);

    private EchoLoad() {}

    /** One echo call; throws where the answer is not the question. */
    @FunctionalInterface
    interface Echo {
        void call(byte[] body) throws Exception;
    }

    record Round(double callsPerSecond, double p50Micros, double p99Micros, double cpuMicros) {}

    /**
     * Runs the comparison.
     *
     * @param args options as above
     * @throws Exception when a call fails: then there is no figure
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
        double seconds = Double.parseDouble(options.getOrDefault("--seconds", "3"));
        double warmup = Double.parseDouble(options.getOrDefault("--warmup", "8"));
        int rounds = Integer.parseInt(options.getOrDefault("--rounds", "5"));
        byte[] body = new byte[Integer.parseInt(options.getOrDefault("--bytes", "100"))];
        Arrays.fill(body, (byte) 'e');

        System.out.printf(
                Locale.ROOT,
                "Java %s, %d processors, body %d bytes, %d rounds of %.1f s after %.1f s of warming up%n",
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                body.length,
                rounds,
                seconds,
                warmup);
        List<Integer> callers = Arrays.stream(
                        options.getOrDefault("--callers", "2,64").split(","))
                .map(Integer::valueOf)
                .toList();
        int most = callers.stream().max(Comparator.naturalOrder()).orElseThrow();
        BareEcho.Setup best = best(body, most, warmup);

        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (Keypair miner = Keypair.generate(KeyScheme.SR25519);
                Keypair validator = Keypair.generate(KeyScheme.SR25519);
                Axon axon = axon(miner, validator.account(), loopback).start();
                Dendrite dendrite = Dendrite.open(validator);
                BareEcho bare = BareEcho.start(best)) {
            Target target = Target.of(miner.account(), new Endpoint(loopback.getHostAddress(), axon.port()));
            Echo signed = sent -> {
                QueryOutcome<byte[]> outcome = dendrite.query(target, ECHO, sent, DEADLINE);
                if (!Arrays.equals(sent, outcome.answerOrEmpty().orElse(new byte[0]))) {
                    throw new IllegalStateException("no echo: " + outcome);
                }
            };
            run(signed, body, most, warmup);
            run(bare, body, most, warmup / 2);
            System.out.println("callers  what         calls/s   p50 us    p99 us   cpu us/call   ratio");
            for (int count : callers) {
                List<Round> bareRounds = new ArrayList<>();
                List<Round> signedRounds = new ArrayList<>();
                for (int i = 0; i < rounds; i++) {
                    bareRounds.add(run(bare, body, count, seconds));
                    signedRounds.add(run(signed, body, count, seconds));
                }
                Round plain = median(bareRounds);
                Round authenticated = median(signedRounds);
                print(count, "bare grpc", plain, 1);
                print(count, "axon", authenticated, authenticated.callsPerSecond / plain.callsPerSecond);
            }
        }
    }

    // Each way is warmed up and then tried three times for a second; the fastest of all becomes the yardstick.
    private static BareEcho.Setup best(byte[] body, int callers, double warmup) throws Exception {
        BareEcho.Setup best = null;
        double most = 0;
        for (BareEcho.Setup setup : BareEcho.setups()) {
            try (BareEcho bare = BareEcho.start(setup)) {
                run(bare, body, callers, warmup / 2);
                double calls = 0;
                for (int i = 0; i < 3; i++) {
                    calls = Math.max(calls, run(bare, body, callers, 1).callsPerSecond);
                }
                System.out.printf(Locale.ROOT, "bare grpc, %s: %.0f calls/s%n", setup, calls);
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

    static Axon.Builder axon(Keypair miner, AccountId validator, InetAddress loopback) {
        Netuid netuid = Netuid.of(1);
        Alpha none = Alpha.ofRao(netuid, 0);
        NeuronInfo caller = new NeuronInfo(
                Uid.of(0),
                validator,
                validator,
                true,
                Optional.empty(),
                true,
                1_000_000_000_000L,
                none,
                0,
                0,
                0,
                0,
                none,
                0,
                0);
        Metagraph metagraph = new Metagraph(netuid, new BlockRef(1, "0x" + "00".repeat(32)), 360, List.of(caller));
        return Axon.builder(miner)
                .bind(new InetSocketAddress(loopback, 0))
                .metagraph(() -> Optional.of(metagraph))
                .serve(ECHO, (call, request) -> request);
    }

    static Round run(Echo echo, byte[] body, int callers, double seconds) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(callers, runnable -> {
            Thread thread = new Thread(runnable, "caller");
            thread.setDaemon(true);
            return thread;
        });
        try {
            long start = System.nanoTime();
            long end = start + (long) (seconds * 1e9);
            long cpu = cpuNanos();
            List<Future<long[]>> running = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                running.add(threads.submit(() -> latencies(echo, body, end)));
            }
            List<long[]> all = new ArrayList<>();
            for (Future<long[]> one : running) {
                all.add(one.get());
            }
            double elapsed = (System.nanoTime() - start) / 1e9;
            double cpuUsed = cpuNanos() - cpu;
            long[] sorted = all.stream().flatMapToLong(Arrays::stream).sorted().toArray();
            return new Round(
                    sorted.length / elapsed,
                    sorted[sorted.length / 2] / 1e3,
                    sorted[(int) (sorted.length * 0.99)] / 1e3,
                    cpuUsed / 1e3 / sorted.length);
        } finally {
            threads.shutdownNow();
        }
    }

    private static long[] latencies(Echo echo, byte[] body, long end) throws Exception {
        long[] latencies = new long[4096];
        int count = 0;
        long before = System.nanoTime();
        while (before < end || count == 0) {
            echo.call(body);
            long after = System.nanoTime();
            if (count == latencies.length) {
                latencies = Arrays.copyOf(latencies, 2 * count);
            }
            latencies[count++] = after - before;
            before = after;
        }
        return Arrays.copyOf(latencies, count);
    }

    static long cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }

    static Round median(List<Round> rounds) {
        return new Round(
                median(rounds.stream().mapToDouble(Round::callsPerSecond).toArray()),
                median(rounds.stream().mapToDouble(Round::p50Micros).toArray()),
                median(rounds.stream().mapToDouble(Round::p99Micros).toArray()),
                median(rounds.stream().mapToDouble(Round::cpuMicros).toArray()));
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return (values[(values.length - 1) / 2] + values[values.length / 2]) / 2;
    }

    static void print(int callers, String what, Round round, double ratio) {
        System.out.printf(
                Locale.ROOT,
                "%7d  %-11s %8.0f %8.0f  %8.0f  %12.1f   %5.2f%n",
                callers,
                what,
                round.callsPerSecond,
                round.p50Micros,
                round.p99Micros,
                round.cpuMicros,
                ratio);
    }
}
