package io.github.bittensor4j.bench;

import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.dendrite.Dendrite;
import io.github.bittensor4j.dendrite.QueryOutcome;
import io.github.bittensor4j.dendrite.Target;
import io.github.bittensor4j.dendrite.Timing;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * What asking many axons at once costs beside the slowest of them: one {@code queryAll} to axons of their own hotkeys over open channels,
 * per-call signatures by sr25519, of which one takes its time. All of them run in this process, so the figure holds their work too. In turns
 * with it the slow one is asked alone, which meets the same hindrances of the machine.
 *
 * <p>Run: {@code java -cp bench/target/bench.jar io.github.bittensor4j.bench.FanOut [--axons 256] [--slow 500] [--rounds 100]
 * [--warmup 20]}, {@code slow} in milliseconds. It prints median, 99th percentile and maximum of a round, the ratio to the slow axon's
 * time, and where the time of the others went.
 */
public final class FanOut {
    private static final SynapseType<byte[], byte[]> ECHO = SynapseType.bytes("echo.v1");
    private static final List<String> OPTIONS = List.of("--axons", "--rounds", "--slow", "--warmup");
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private FanOut() {}

    /**
     * Runs it.
     *
     * @param args options as above
     * @throws Exception when an axon does not answer: then there is no figure
     */
    public static void main(String[] args) throws Exception {
        Map<String, Integer> options = new HashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            if (!OPTIONS.contains(args[i]) || i + 1 == args.length) {
                System.err.println("unknown or incomplete option " + args[i] + "; known, each with a number: "
                        + String.join(" ", OPTIONS));
                System.exit(2);
            }
            options.put(args[i], Integer.valueOf(args[i + 1]));
        }
        int count = options.getOrDefault("--axons", 256);
        int slow = options.getOrDefault("--slow", 500);
        int rounds = options.getOrDefault("--rounds", 100);
        int warmup = options.getOrDefault("--warmup", 20);

        List<Axon> axons = new ArrayList<>();
        List<Target> targets = new ArrayList<>();
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (Keypair validator = Keypair.generate(KeyScheme.SR25519);
                Dendrite dendrite = Dendrite.open(validator)) {
            for (int i = 0; i < count; i++) {
                Keypair miner = Keypair.generate(KeyScheme.SR25519);
                int pause = i == count / 2 ? slow : 0;
                Axon axon = Axon.builder(miner)
                        .bind(new InetSocketAddress(loopback, 0))
                        .access(AccessPolicy.open())
                        .serve(ECHO, (call, bytes) -> {
                            Thread.sleep(pause);
                            return bytes;
                        })
                        .start();
                axons.add(axon);
                targets.add(Target.of(miner.account(), new Endpoint(loopback.getHostAddress(), axon.port())));
            }
            byte[] body = new byte[100];
            for (int i = 0; i < warmup; i++) {
                round(dendrite, targets, body);
            }
            double[] millis = new double[rounds];
            double[] alone = new double[rounds];
            List<Timing> timings = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                long before = System.nanoTime();
                round(dendrite, targets.subList(count / 2, count / 2 + 1), body);
                long start = System.nanoTime();
                alone[i] = (start - before) / 1e6;
                List<QueryOutcome<byte[]>> outcomes = round(dendrite, targets, body);
                millis[i] = (System.nanoTime() - start) / 1e6;
                outcomes.remove(count / 2);
                outcomes.forEach(outcome -> timings.add(outcome.timing()));
            }
            Arrays.sort(millis);
            Arrays.sort(alone);
            double p99 = at(millis, 0.99);
            System.out.printf(
                    Locale.ROOT,
                    "Java %s, %d processors, %d axons, one takes %d ms, %d rounds after %d%n"
                            + "queryAll: median %.1f ms, p99 %.1f ms, most %.1f ms; p99 is %.3f of the slow one's time%n"
                            + "the slow one alone, in turns: median %.1f ms, p99 %.1f ms, most %.1f ms%n"
                            + "the others:  phase      median ms    p99 ms%n",
                    Runtime.version(),
                    Runtime.getRuntime().availableProcessors(),
                    count,
                    slow,
                    rounds,
                    warmup,
                    at(millis, 0.5),
                    p99,
                    millis[rounds - 1],
                    slow == 0 ? Double.NaN : p99 / slow,
                    at(alone, 0.5),
                    at(alone, 0.99),
                    alone[rounds - 1]);
            phase("waiting", timings, Timing::waiting);
            phase("connecting", timings, Timing::connecting);
            phase("sending", timings, Timing::sending);
            phase("answering", timings, Timing::answering);
            phase("receiving", timings, Timing::receiving);
        } finally {
            axons.forEach(Axon::close);
        }
    }

    private static List<QueryOutcome<byte[]>> round(Dendrite dendrite, List<Target> targets, byte[] body)
            throws InterruptedException {
        List<QueryOutcome<byte[]>> outcomes = new ArrayList<>(dendrite.queryAll(targets, ECHO, body, DEADLINE));
        for (QueryOutcome<byte[]> outcome : outcomes) {
            if (outcome.answerOrEmpty().isEmpty()) {
                throw new IllegalStateException("no answer: " + outcome);
            }
        }
        return outcomes;
    }

    private static void phase(String name, List<Timing> timings, Function<Timing, Duration> phase) {
        double[] millis = timings.stream()
                .mapToDouble(timing -> phase.apply(timing).toNanos() / 1e6)
                .sorted()
                .toArray();
        System.out.printf(Locale.ROOT, "             %-10s %9.2f %9.2f%n", name, at(millis, 0.5), at(millis, 0.99));
    }

    private static double at(double[] sorted, double share) {
        return sorted[Math.min(sorted.length - 1, (int) (sorted.length * share))];
    }
}
