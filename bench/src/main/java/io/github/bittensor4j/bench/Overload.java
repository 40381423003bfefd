package io.github.bittensor4j.bench;

import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.axon.AxonObserver;
import io.github.bittensor4j.axon.CallObserver;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.dendrite.Dendrite;
import io.github.bittensor4j.dendrite.DendriteOptions;
import io.github.bittensor4j.dendrite.QueryOutcome;
import io.github.bittensor4j.dendrite.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * What an axon does that is offered many times what it can do: a handler takes 20 ms on a pool of 8, and calls come by the clock, whether
 * earlier ones were answered or not. Callers and axon run in this process.
 *
 * <p>Run: {@code java -cp bench/target/bench.jar io.github.bittensor4j.bench.Overload [--seconds 60] [--times 10] [--callers 8] [--stakes
 * equal|different]}. It prints the capacity as measured by callers that wait for their answers, what a refusal takes at an idle axon, and
 * under the load: answers a second and their share of the capacity, what a refusal takes from the moment at which its call was due, calls
 * that had to give their place in the queue to a higher rank apart, and how soon the axon answers as before once the load ends. Beside each
 * refusal stands what of it passed inside the axon, from the call's head to its refusal: the rest is the caller's side and the processor that
 * both share.
 */
public final class Overload {
    private static final int RUNNING = 8;
    private static final Duration WORK = Duration.ofMillis(20);
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final SynapseType<byte[], byte[]> WORKING = SynapseType.bytes("work.v1");

    private Overload() {}

    /** What passes inside the axon until a call is refused: at once, or after it was let in to wait. */
    private static final class Inside implements AxonObserver {
        private volatile Results now = new Results();

        Results next() {
            Results before = now;
            now = new Results();
            return before;
        }

        @Override
        public CallObserver arrived(Dialect dialect, Function<String, Optional<String>> headers) {
            return new CallObserver() {
                private boolean admitted;

                @Override
                public void admitted(String synapse) {
                    admitted = true;
                }

                @Override
                public void refused(String code, Duration took) {
                    now.add(admitted ? "after waiting" : "at once", took.toNanos());
                }
            };
        }
    }

    /** What came of the calls of one phase: latencies in nanoseconds by outcome. */
    private static final class Results {
        private final Map<String, ConcurrentLinkedQueue<Long>> byOutcome = new ConcurrentHashMap<>();

        void add(String outcome, long nanos) {
            byOutcome
                    .computeIfAbsent(outcome, unused -> new ConcurrentLinkedQueue<>())
                    .add(nanos);
        }

        long[] of(String outcome) {
            return byOutcome.getOrDefault(outcome, new ConcurrentLinkedQueue<>()).stream()
                    .mapToLong(Long::longValue)
                    .sorted()
                    .toArray();
        }

        Map<String, Integer> counts() {
            Map<String, Integer> counts = new TreeMap<>();
            byOutcome.forEach((outcome, all) -> counts.put(outcome, all.size()));
            return counts;
        }
    }

    /**
     * Runs all phases.
     *
     * @param args options as above
     * @throws Exception when the axon cannot be started or the run is interrupted
     */
    public static void main(String[] args) throws Exception {
        Options options = Options.read(args, "--seconds", "--times", "--callers", "--stakes");
        int seconds = options.number("--seconds", 60);
        int times = options.number("--times", 10);
        int callers = options.number("--callers", 8);
        boolean different = options.text("--stakes", "equal").equals("different");
        InetAddress loopback = InetAddress.getLoopbackAddress();
        List<Keypair> keys = new ArrayList<>();
        List<Dendrite> dendrites = new ArrayList<>();
        try (Keypair miner = Keypair.generate(KeyScheme.SR25519);
                Keypair denied = Keypair.generate(KeyScheme.SR25519)) {
            Subnet subnet = new Subnet();
            for (int i = 0; i < callers; i++) {
                Keypair key = Keypair.generate(KeyScheme.SR25519);
                keys.add(key);
                subnet.add(key.account(), different ? (i + 1) * 1_000_000_000_000L : 1_000_000_000_000L);
                dendrites.add(Dendrite.open(key, DendriteOptions.defaults().parallel(4096)));
            }
            Inside inside = new Inside();
            try (Axon axon = Axon.builder(miner)
                            .observe(inside)
                            .bind(new InetSocketAddress(loopback, 0))
                            .access(AccessPolicy.validatorPermit().deny(List.of(denied.account())))
                            .metagraph(() -> Optional.of(subnet.metagraph()))
                            .limits(l -> l.running(RUNNING))
                            .serve(WORKING, (call, request) -> {
                                Thread.sleep(WORK.toMillis());
                                return request;
                            })
                            .start();
                    Dendrite unwelcome = Dendrite.open(denied)) {
                Target target = Target.of(miner.account(), new Endpoint(loopback.getHostAddress(), axon.port()));
                double most = RUNNING / (WORK.toNanos() / 1e9);
                System.out.printf(
                        Locale.ROOT,
                        "Java %s, %d processors, %d callers of %s stake, capacity by its clock %.0f calls/s%n",
                        Runtime.version(),
                        Runtime.getRuntime().availableProcessors(),
                        callers,
                        different ? "different" : "equal",
                        most);
                // everything is compiled before anything is measured
                offer(dendrites, target, most * times, Math.min(10, seconds));
                double capacity = capacity(dendrites.get(0), target, 5);
                System.out.printf(Locale.ROOT, "capacity as measured: %.0f calls/s%n", capacity);
                inside.next();
                Results idle = offer(List.of(unwelcome), target, 200, 10);
                print("refusal, idle axon", idle.of("access.listed"));
                print("  inside the axon", inside.next().of("at once"));

                long began = System.nanoTime();
                Results loaded = offer(dendrites, target, most * times, seconds);
                double took = (System.nanoTime() - began) / 1e9;
                long ended = System.nanoTime();
                Results within = inside.next();
                int answered = loaded.of("answered").length;
                System.out.printf(
                        Locale.ROOT, "offered %.0f calls/s for %.1f s: %s%n", most * times, took, loaded.counts());
                System.out.printf(
                        Locale.ROOT,
                        "goodput %.0f calls/s, %.1f %% of the capacity as measured, %.1f %% of that by the clock%n",
                        answered / took,
                        100 * answered / took / capacity,
                        100 * answered / took / most);
                print("answer", loaded.of("answered"));
                print("refusal under load", loaded.of("limit.busy"));
                print("  inside the axon", within.of("at once"));
                print("gave its place", loaded.of("limit.busy, after waiting"));
                print("  inside the axon", within.of("after waiting"));
                recovery(dendrites.get(0), target, ended);
                System.out.println("axon: " + axon.status());
            }
        } finally {
            dendrites.forEach(Dendrite::close);
            keys.forEach(Keypair::close);
        }
    }

    private static double capacity(Dendrite dendrite, Target target, int seconds) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        LongAdder answered = new LongAdder();
        List<Thread> waiting = new ArrayList<>();
        for (int i = 0; i < 3 * RUNNING; i++) {
            Thread caller = new Thread(() -> {
                try {
                    while (System.nanoTime() < until) {
                        if (dendrite.query(target, WORKING, new byte[100], DEADLINE) instanceof QueryOutcome.Answered) {
                            answered.increment();
                        }
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            caller.start();
            waiting.add(caller);
        }
        for (Thread each : waiting) {
            each.join();
        }
        return answered.sum() / (double) seconds;
    }

    /** Calls by the clock; the latency of each counts from when it was due. */
    private static Results offer(List<Dendrite> dendrites, Target target, double perSecond, int seconds)
            throws InterruptedException {
        int count = (int) (perSecond * seconds);
        Results results = new Results();
        CountDownLatch open = new CountDownLatch(count);
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long due = start + (long) (i / perSecond * 1e9);
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            dendrites
                    .get(i % dendrites.size())
                    .queryAsync(target, WORKING, new byte[100], DEADLINE)
                    .whenComplete((outcome, failure) -> {
                        results.add(name(outcome, failure), System.nanoTime() - due);
                        open.countDown();
                    });
        }
        if (!open.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException(open.getCount() + " calls have no outcome");
        }
        return results;
    }

    private static String name(QueryOutcome<?> outcome, Throwable failure) {
        if (outcome instanceof QueryOutcome.Answered) {
            return "answered";
        }
        if (outcome instanceof QueryOutcome.Refused<?> refused) {
            return refused.message().contains("higher rank") ? refused.code() + ", after waiting" : refused.code();
        }
        return outcome == null ? String.valueOf(failure) : outcome.getClass().getSimpleName();
    }

    private static void recovery(Dendrite dendrite, Target target, long ended) throws InterruptedException {
        long[] latencies = new long[50];
        for (int i = 0; i < latencies.length; i++) {
            long before = System.nanoTime();
            QueryOutcome<byte[]> outcome = dendrite.query(target, WORKING, new byte[100], DEADLINE);
            latencies[i] = System.nanoTime() - before;
            if (i == 0) {
                System.out.printf(
                        Locale.ROOT,
                        "recovery: the first call after the load, begun %.1f ms after its end: %s in %.1f ms%n",
                        (before - ended) / 1e6,
                        outcome.getClass().getSimpleName(),
                        latencies[i] / 1e6);
            }
        }
        Arrays.sort(latencies);
        print("answer afterwards", latencies);
    }

    private static void print(String what, long[] sorted) {
        if (sorted.length == 0) {
            System.out.printf(Locale.ROOT, "%-20s none%n", what);
            return;
        }
        System.out.printf(
                Locale.ROOT,
                "%-20s %7d of them, p50 %7.2f ms, p99 %7.2f ms, p99.9 %7.2f ms, most %7.2f ms%n",
                what,
                sorted.length,
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6,
                sorted[(int) (sorted.length * 0.999)] / 1e6,
                sorted[sorted.length - 1] / 1e6);
    }
}
