package io.github.bittensor4j.bench;

import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.axon.Rate;
import io.github.bittensor4j.axon.Tls;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.tls.TlsIdentity;
import io.github.bittensor4j.core.tls.TlsKey;
import io.github.bittensor4j.dendrite.Dendrite;
import io.github.bittensor4j.dendrite.DendriteOptions;
import io.github.bittensor4j.dendrite.QueryOutcome;
import io.github.bittensor4j.dendrite.Target;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Whether an axon and its dendrites stay as they are over hours: calls of all kinds in every dialect (gRPC, sessions over TLS, btauth/1 over
 * HTTP/1.1 and HTTP/2, synapse), refusals of all kinds, callers that come and go, that leave in the middle, that read slowly and that send a byte
 * a second, all in this process.
 *
 * <p>Run: {@code java -XX:NativeMemoryTracking=summary -Xmx256m -cp bench/target/bench.jar io.github.bittensor4j.bench.Soak [--minutes 60]
 * [--every 60]}. Every so many seconds it prints, after a garbage collection, the threads, the sockets, the heap, direct buffers and the
 * native memory that the JVM knows of (without that flag: not), and the memory that the system says it has. In the end it says of each
 * whether it was flat: the median of the last quarter is compared with that of the second, so that warming up does not count.
 */
public final class Soak {
    private static final SynapseType<Said, Said> ECHO = type("Echo");
    private static final SynapseType<Said, Said> SLOW = type("Slow");
    private static final SynapseType<Said, Said> PARTS = type("Parts");
    private static final SynapseType<Said, Said> UNKNOWN = type("Unknown");
    private static final Said QUESTION = new Said("q".repeat(1000));
    private static final Said LARGE = new Said("l".repeat(300_000));
    private static final Said PART = new Said("p".repeat(10_000));
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final Pattern TOTAL = Pattern.compile("Total:.*committed=(\\d+)KB");
    private static final Pattern HEAP = Pattern.compile("Java Heap.*committed=(\\d+)KB");

    /** A record, since synapses carry nothing else. */
    record Said(String text) {}

    /** One way to the axon. */
    private record Way(String name, Dendrite dendrite, Target target, Target wrong) {}

    private static SynapseType<Said, Said> type(String name) {
        return SynapseType.json(name, Said.class, Said.class);
    }

    private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
    private final CountDownLatch over = new CountDownLatch(1);

    private Soak() {}

    private record Sample(long threads, long sockets, long heap, long direct, long natively, long resident) {}

    /** Does the same again and again until the end. */
    @FunctionalInterface
    private interface Habit {
        void once() throws Exception;
    }

    /**
     * Runs it.
     *
     * @param args options as above
     * @throws Exception when the axon cannot be started or the run is interrupted
     */
    public static void main(String[] args) throws Exception {
        Options options = Options.read(args, "--minutes", "--every");
        new Soak().run(options.number("--minutes", 60), options.number("--every", 60));
    }

    private void run(int minutes, int every) throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (Keypair miner = Keypair.generate(KeyScheme.SR25519);
                Keypair other = Keypair.generate(KeyScheme.SR25519);
                Keypair validator = Keypair.generate(KeyScheme.SR25519);
                Keypair small = Keypair.generate(KeyScheme.SR25519);
                Keypair stranger = Keypair.generate(KeyScheme.SR25519)) {
            Subnet subnet = new Subnet();
            subnet.add(validator.account(), 1_000_000_000_000L);
            subnet.add(small.account(), 1_000_000_000L);
            TlsIdentity identity = TlsIdentity.generate();
            DendriteOptions options = DendriteOptions.defaults();
            try (Axon axon = serving(miner, subnet).start();
                    Axon secured = serving(miner, subnet).tls(Tls.of(identity)).start();
                    Dendrite grpc = Dendrite.open(validator, options);
                    Dendrite sessions = Dendrite.open(validator, options.sessions(true));
                    Dendrite http = Dendrite.open(validator, options.dialect(Dialect.HTTP));
                    Dendrite http2 = Dendrite.open(
                            validator, options.dialect(Dialect.HTTP).http2(true));
                    Dendrite synapse = Dendrite.open(validator, options.dialect(Dialect.SYNAPSE));
                    Dendrite lesser = Dendrite.open(small);
                    Dendrite unwelcome = Dendrite.open(stranger)) {
                Endpoint endpoint = new Endpoint(loopback.getHostAddress(), axon.port());
                Endpoint tls = new Endpoint(loopback.getHostAddress(), secured.port());
                TlsKey key = identity.key().orElseThrow();
                Target target = Target.of(miner.account(), endpoint);
                Target wrong = Target.of(other.account(), endpoint);
                List<Thread> habits = new ArrayList<>();
                for (Way way : List.of(
                        new Way("grpc", grpc, target, wrong),
                        new Way(
                                "session",
                                sessions,
                                Target.of(miner.account(), tls).pinned(key),
                                Target.of(other.account(), tls).pinned(key)),
                        new Way("http/1.1", http, target, wrong),
                        new Way("http/2", http2, target, wrong),
                        new Way("synapse", synapse, target, wrong))) {
                    habits.addAll(habits(way));
                }
                habits.add(habit(50, () -> count("stranger", unwelcome.query(target, ECHO, QUESTION, DEADLINE))));
                habits.add(habit(1000, () -> burst(lesser, target)));
                habits.add(habit(200, () -> comesAndGoes(small, target)));
                habits.add(habit(100, () -> opensAndCloses(endpoint)));
                for (int i = 0; i < 3; i++) {
                    habits.add(habit(100, () -> byteByByte(endpoint)));
                }
                List<Sample> samples = watch(minutes, every);
                over.countDown();
                for (Thread each : habits) {
                    each.join(TimeUnit.SECONDS.toMillis(60));
                }
                counts().forEach((outcome, number) -> System.out.println(outcome + ": " + number));
                System.out.println("axon: " + axon.status());
                System.out.println("axon with TLS: " + secured.status());
                verdicts(samples);
            }
        }
    }

    private static Axon.Builder serving(Keypair miner, Subnet subnet) {
        return Axon.builder(miner)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.validatorPermit())
                .metagraph(() -> Optional.of(subnet.metagraph()))
                .limits(l -> l.running(8).waiting(16).ratePerCaller(new Rate(10_000, 10_000)))
                .serve(ECHO, (call, request) -> request)
                .serve(SLOW, (call, request) -> {
                    Thread.sleep(20);
                    return request;
                })
                .stream(PARTS, (call, request, parts) -> {
            for (int i = 0; i < 20; i++) {
                parts.send(PART);
            }
        });
    }

    /** What is done again and again on each way. */
    private List<Thread> habits(Way way) {
        Dendrite dendrite = way.dendrite();
        Target target = way.target();
        String name = way.name();
        return List.of(
                habit(10, () -> count(name, dendrite.query(target, ECHO, QUESTION, DEADLINE))),
                habit(200, () -> count(name, dendrite.query(target, ECHO, LARGE, DEADLINE))),
                habit(200, () -> count(name, dendrite.stream(target, PARTS, QUESTION, DEADLINE, part -> {}))),
                habit(1000, () -> slowReader(way)),
                habit(100, () -> count(name, dendrite.query(way.wrong(), ECHO, QUESTION, DEADLINE))),
                habit(100, () -> count(name, dendrite.query(target, UNKNOWN, QUESTION, DEADLINE))),
                habit(100, () -> count(name, dendrite.query(target, SLOW, QUESTION, Duration.ofMillis(10)))),
                habit(50, () -> cancelled(way)));
    }

    private Thread habit(long pauseMillis, Habit habit) {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (!over.await(pauseMillis, TimeUnit.MILLISECONDS)) {
                            try {
                                habit.once();
                            } catch (IOException | RuntimeException e) {
                                count(e.getClass().getSimpleName());
                            }
                        }
                    } catch (Exception e) {
                        count("ended by " + e);
                    }
                },
                "habit");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void count(String way, QueryOutcome<?> outcome) {
        count(way + " "
                + (outcome instanceof QueryOutcome.Refused<?> refused
                        ? refused.code()
                        : outcome.getClass().getSimpleName()));
    }

    private void count(String what) {
        outcomes.computeIfAbsent(what, unused -> new LongAdder()).increment();
    }

    private Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        outcomes.forEach((outcome, number) -> counts.put(outcome, number.sum()));
        return counts;
    }

    private void slowReader(Way way) throws InterruptedException {
        count(way.name(), way.dendrite().stream(way.target(), PARTS, QUESTION, DEADLINE, part -> {
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    private void cancelled(Way way) {
        way.dendrite().queryAsync(way.target(), SLOW, QUESTION, DEADLINE).cancel(false);
        count(way.name() + " cancelled");
    }

    /** More at once than run and wait. */
    private void burst(Dendrite dendrite, Target target) throws Exception {
        for (QueryOutcome<Said> outcome :
                dendrite.queryAll(Stream.generate(() -> target).limit(60).toList(), SLOW, QUESTION, DEADLINE)) {
            count("burst", outcome);
        }
    }

    private void comesAndGoes(Keypair key, Target target) throws InterruptedException {
        try (Dendrite dendrite = Dendrite.open(key)) {
            count("passer-by", dendrite.query(target, ECHO, QUESTION, DEADLINE));
        }
    }

    private void opensAndCloses(Endpoint endpoint) throws IOException {
        try (Socket socket = new Socket(endpoint.host(), endpoint.port())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(5000);
            count(socket.getInputStream().read() >= 0 ? "stranger answered" : "stranger closed");
        }
    }

    /** Sends a head that never ends. */
    private void byteByByte(Endpoint endpoint) throws IOException, InterruptedException {
        try (Socket socket = new Socket(endpoint.host(), endpoint.port())) {
            byte[] head = ("POST /echo.v1 HTTP/1.1\r\nx: " + "y".repeat(200)).getBytes(StandardCharsets.US_ASCII);
            socket.setSoTimeout(1);
            InputStream answer = socket.getInputStream();
            for (byte each : head) {
                socket.getOutputStream().write(each);
                try {
                    if (answer.read() < 0) {
                        break;
                    }
                } catch (java.net.SocketTimeoutException e) {
                    // it still listens
                }
                if (over.await(1, TimeUnit.SECONDS)) {
                    return;
                }
            }
        }
        count("slow head ended");
    }

    private List<Sample> watch(int minutes, int every) throws Exception {
        List<Sample> samples = new ArrayList<>();
        System.out.println(" seconds  threads  sockets  heap MB  direct MB  native MB  resident MB  outcomes");
        long start = System.nanoTime();
        long end = start + TimeUnit.MINUTES.toNanos(minutes);
        while (System.nanoTime() < end) {
            TimeUnit.NANOSECONDS.sleep(Math.min(TimeUnit.SECONDS.toNanos(every), end - System.nanoTime()));
            Sample sample = sample();
            samples.add(sample);
            System.out.printf(
                    Locale.ROOT,
                    "%8d  %7d  %7d  %7.1f  %9.1f  %9.1f  %11.1f  %s%n",
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
                    sample.threads,
                    sample.sockets,
                    megabytes(sample.heap),
                    megabytes(sample.direct),
                    megabytes(sample.natively),
                    megabytes(sample.resident),
                    counts().values().stream().mapToLong(Long::longValue).sum());
        }
        return samples;
    }

    private static double megabytes(long bytes) {
        return bytes / 1024.0 / 1024.0;
    }

    private static Sample sample() throws IOException, JMException, InterruptedException {
        for (int i = 0; i < 2; i++) {
            System.gc();
            // what only a cleaner gives back
            TimeUnit.MILLISECONDS.sleep(200);
        }
        return new Sample(
                ManagementFactory.getThreadMXBean().getThreadCount(),
                sockets(),
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                        .filter(pool -> pool.getName().equals("direct"))
                        .mapToLong(BufferPoolMXBean::getMemoryUsed)
                        .sum(),
                natively(),
                resident());
    }

    private static long sockets() throws IOException {
        Path open = Path.of("/proc/self/fd");
        if (!Files.isDirectory(open)) {
            return 0;
        }
        long sockets = 0;
        try (Stream<Path> all = Files.list(open)) {
            for (Path one : all.toList()) {
                try {
                    if (Files.readSymbolicLink(one).toString().startsWith("socket:")) {
                        sockets++;
                    }
                } catch (IOException e) {
                    // closed meanwhile
                }
            }
        }
        return sockets;
    }

    /** What the JVM has taken of the system by its own account, the heap apart; zero when it keeps none. */
    private static long natively() throws JMException {
        Object summary = ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "vmNativeMemory",
                        new Object[] {new String[] {"summary"}},
                        new String[] {String[].class.getName()});
        return kilobytes(TOTAL, summary) - kilobytes(HEAP, summary);
    }

    private static long kilobytes(Pattern pattern, Object summary) {
        Matcher found = pattern.matcher(String.valueOf(summary));
        return found.find() ? Long.parseLong(found.group(1)) * 1024 : 0;
    }

    private static long resident() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        return 0;
    }

    private static void verdicts(List<Sample> samples) {
        if (samples.size() < 8) {
            System.out.println("too few samples to say what is flat (expected: 8 or more)");
            return;
        }
        verdict("threads", samples, Sample::threads, 4);
        verdict("sockets", samples, Sample::sockets, 8);
        verdict("heap", samples, Sample::heap, 4 << 20);
        verdict("direct buffers", samples, Sample::direct, 4 << 20);
        verdict("native memory", samples, Sample::natively, 8 << 20);
        verdict("resident memory", samples, Sample::resident, 8 << 20);
    }

    /** Flat is what has not grown by more than five in a hundred or a small number. */
    private static void verdict(String what, List<Sample> samples, ToLongFunction<Sample> figure, long slack) {
        int quarter = samples.size() / 4;
        long early = median(samples.subList(quarter, 2 * quarter), figure);
        long late = median(samples.subList(samples.size() - quarter, samples.size()), figure);
        boolean flat = late - early <= Math.max(slack, early / 20);
        System.out.printf(
                Locale.ROOT,
                "%-16s %s: %d in the second quarter, %d in the last%n",
                what,
                flat ? "flat" : "NOT FLAT",
                early,
                late);
    }

    private static long median(List<Sample> samples, ToLongFunction<Sample> figure) {
        long[] sorted = samples.stream().mapToLong(figure).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
