package io.github.bittensor4j.bench;

import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.axon.Rate;
import io.github.bittensor4j.axon.Tls;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.tls.TlsIdentity;
import io.github.bittensor4j.dendrite.Dendrite;
import io.github.bittensor4j.dendrite.DendriteOptions;
import io.github.bittensor4j.dendrite.QueryOutcome;
import io.github.bittensor4j.dendrite.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a call within a session costs: echo calls of a dendrite to an axon with its defaults on, over TLS with a pinned key, in a closed
 * loop of callers that are tasks rather than threads. With {@code --peer COMMAND} another implementation is measured in turns with it, in
 * the same minute: a program that prints one JSON line with {@code calls_per_s}.
 *
 * <p>Run: {@code java -cp bench/target/bench.jar io.github.bittensor4j.bench.SessionLoad [--seconds 3] [--rounds 5] [--callers 64] [--bytes
 * 100] [--warmup 10] [--tls true] [--sessions true] [--peer "lightning-echo --mode one --bytes 100 --callers 64"]}.
 */
public final class SessionLoad {
    private static final List<String> OPTIONS =
            List.of("--bytes", "--callers", "--rounds", "--seconds", "--warmup", "--tls", "--sessions", "--peer");
    private static final Pattern PEERS_FIGURE = Pattern.compile("\"calls_per_s\"\\s*:\\s*([0-9.]+)");

    private SessionLoad() {}

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
        int rounds = Integer.parseInt(options.getOrDefault("--rounds", "5"));
        boolean tls = Boolean.parseBoolean(options.getOrDefault("--tls", "true"));
        boolean sessions = Boolean.parseBoolean(options.getOrDefault("--sessions", "true"));
        byte[] body = new byte[Integer.parseInt(options.getOrDefault("--bytes", "100"))];
        Arrays.fill(body, (byte) 'e');
        InetAddress loopback = InetAddress.getLoopbackAddress();
        TlsIdentity identity = TlsIdentity.generate();
        try (Keypair miner = Keypair.generate(KeyScheme.SR25519);
                Keypair validator = Keypair.generate(KeyScheme.SR25519);
                Axon axon = axon(miner, validator, loopback, tls, identity);
                Dendrite dendrite = Dendrite.open(
                        validator, DendriteOptions.defaults().sessions(sessions).parallel(1024))) {
            Target plain = Target.of(miner.account(), new Endpoint(loopback.getHostAddress(), axon.port()));
            Target target = tls ? plain.pinned(identity.key().orElseThrow()) : plain;
            System.out.printf(
                    Locale.ROOT,
                    "Java %s, %d processors, body %d bytes, TLS %s, sessions %s%n",
                    Runtime.version(),
                    Runtime.getRuntime().availableProcessors(),
                    body.length,
                    tls,
                    sessions);
            System.out.println("callers  what         calls/s   p50 us    p99 us   cpu us/call   ratio");
            for (String count : options.getOrDefault("--callers", "64").split(",")) {
                int callers = Integer.parseInt(count);
                run(dendrite, target, body, callers, Double.parseDouble(options.getOrDefault("--warmup", "10")));
                List<EchoLoad.Round> ours = new ArrayList<>();
                List<Double> theirs = new ArrayList<>();
                for (int i = 0; i < rounds; i++) {
                    if (options.containsKey("--peer")) {
                        theirs.add(peer(options.get("--peer")));
                    }
                    ours.add(run(dendrite, target, body, callers, seconds));
                }
                theirs.sort(null);
                EchoLoad.Round median = EchoLoad.median(ours);
                double peers = theirs.isEmpty() ? median.callsPerSecond() : theirs.get(theirs.size() / 2);
                EchoLoad.print(callers, "session", median, median.callsPerSecond() / peers);
                if (!theirs.isEmpty()) {
                    System.out.println("the peer: " + theirs + " calls/s; we: "
                            + ours.stream()
                                    .mapToLong(round -> Math.round(round.callsPerSecond()))
                                    .sorted()
                                    .boxed()
                                    .toList());
                }
            }
        }
    }

    private static Axon axon(
            Keypair miner, Keypair validator, InetAddress loopback, boolean tls, TlsIdentity identity) {
        // one caller here asks for more than the 100 000 calls a second that an axon grants each by default
        Axon.Builder axon = EchoLoad.axon(miner, validator.account(), loopback)
                .limits(limits -> limits.ratePerCaller(new Rate(1_000_000, 1_000_000)));
        return (tls ? axon.tls(Tls.of(identity)) : axon).start();
    }

    private static EchoLoad.Round run(Dendrite dendrite, Target target, byte[] body, int callers, double seconds)
            throws Exception {
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        long cpu = EchoLoad.cpuNanos();
        List<Caller> all = new ArrayList<>();
        AtomicInteger running = new AtomicInteger(callers);
        CompletableFuture<Void> done = new CompletableFuture<>();
        for (int i = 0; i < callers; i++) {
            all.add(new Caller(dendrite, target, body, end, running, done));
        }
        all.forEach(Caller::next);
        done.get();
        double elapsed = (System.nanoTime() - start) / 1e9;
        double cpuUsed = EchoLoad.cpuNanos() - cpu;
        long[] sorted = all.stream()
                .flatMapToLong(caller -> Arrays.stream(caller.latencies, 0, caller.count))
                .sorted()
                .toArray();
        return new EchoLoad.Round(
                sorted.length / elapsed,
                sorted[sorted.length / 2] / 1e3,
                sorted[(int) (sorted.length * 0.99)] / 1e3,
                cpuUsed / 1e3 / sorted.length);
    }

    /** Asks again when it was answered. */
    private static final class Caller {
        private final Dendrite dendrite;
        private final Target target;
        private final byte[] body;
        private final long end;
        private final AtomicInteger running;
        private final CompletableFuture<Void> done;
        private long[] latencies = new long[4096];
        private int count;
        private long asked;

        Caller(
                Dendrite dendrite,
                Target target,
                byte[] body,
                long end,
                AtomicInteger running,
                CompletableFuture<Void> done) {
            this.dendrite = dendrite;
            this.target = target;
            this.body = body;
            this.end = end;
            this.running = running;
            this.done = done;
        }

        void next() {
            asked = System.nanoTime();
            CompletableFuture<QueryOutcome<byte[]>> answer =
                    dendrite.queryAsync(target, EchoLoad.ECHO, body, EchoLoad.DEADLINE);
            answer.whenComplete(this::answered);
        }

        private void answered(QueryOutcome<byte[]> outcome, Throwable error) {
            if (outcome == null || !Arrays.equals(body, outcome.answerOrEmpty().orElse(null))) {
                done.completeExceptionally(new IllegalStateException("no echo: " + outcome, error));
                return;
            }
            long now = System.nanoTime();
            if (count == latencies.length) {
                latencies = Arrays.copyOf(latencies, 2 * count);
            }
            latencies[count++] = now - asked;
            if (now < end) {
                next();
            } else if (running.decrementAndGet() == 0) {
                done.complete(null);
            }
        }
    }

    private static double peer(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command.trim().split("\\s+"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        double figure = Double.NaN;
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher found = PEERS_FIGURE.matcher(line);
                if (found.find()) {
                    figure = Double.parseDouble(found.group(1));
                }
            }
        }
        if (process.waitFor() != 0 || Double.isNaN(figure)) {
            throw new IllegalStateException("the peer gave no figure: " + command);
        }
        return figure;
    }
}
