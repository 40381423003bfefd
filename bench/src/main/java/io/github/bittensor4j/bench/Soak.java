package io.github.bittensor4j.bench;

import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.axon.AxonStatus;
import io.github.bittensor4j.axon.Rate;
import io.github.bittensor4j.axon.Tls;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.tls.TlsIdentity;
import io.github.bittensor4j.core.tls.TlsKey;
import io.github.bittensor4j.dendrite.Dendrite;
import io.github.bittensor4j.dendrite.DendriteOptions;
import io.github.bittensor4j.dendrite.QueryOutcome;
import io.github.bittensor4j.dendrite.Target;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * Whether an axon and its dendrites stay as they are over hours: calls of all kinds in every dialect, plain and over TLS (gRPC, sessions,
 * btauth/1 over HTTP/1.1 and HTTP/2, synapse; some with receipts), refusals of all kinds, callers that come and go, that leave in the middle,
 * that read slowly or nothing, that repeat what was said, and that send a byte a second, all in this process.
 *
 * <p>Run: {@code java -XX:NativeMemoryTracking=summary -Xmx256m -cp bench/target/bench.jar io.github.bittensor4j.bench.Soak [--minutes 60]
 * [--every 60] [--pace 40]}; of twice the pace there are twice as many calls, and 100 is about 700 a second. Every so many seconds it prints, after garbage
 * collections, the threads, the sockets, the heap, direct buffers and the native memory that the JVM knows of, the memory that the system says
 * it has, and how many processors it used. In the end it says what came of each kind of call and of each figure whether it was flat, and ends
 * with 1 when something was not, when a call had an outcome that its kind does not have, when a kind never had its own, or when sockets or
 * threads are left once everything was closed.
 */
public final class Soak {
    private static final SynapseType<Said, Said> ECHO = type("Echo");
    private static final SynapseType<Said, Said> SLOW = type("Slow");
    private static final SynapseType<Said, Said> PARTS = type("Parts");
    private static final SynapseType<Said, Said> FLOOD = type("Flood");
    private static final SynapseType<Said, Said> UNKNOWN = type("Unknown");
    private static final Said QUESTION = new Said("q".repeat(1000));
    private static final Said LARGE = new Said("l".repeat(300_000));
    private static final Said PART = new Said("p".repeat(10_000));
    private static final Said LARGE_PART = new Said("p".repeat(50_000));
    /** How many large parts a flood has: more than the network holds for a caller that reads nothing, and fewer for others. */
    private static final int OCEAN = 400;

    private static final Said FLOOD_QUESTION = new Said("40");
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final Duration STALL = Duration.ofSeconds(20);

    /** What any call may meet, since bursts fill the queue now and then. */
    private static final String BUSY = "limit.busy";

    /** A record, since synapses carry nothing else. */
    record Said(String text) {}

    /** One way to the axon. */
    private record Way(String name, Dendrite dendrite, Target target, Target wrong) {
        /** In the oldest dialect a receiver stands nowhere but in what is signed. */
        String wrongReceiver() {
            return name.startsWith("synapse") ? "auth.signature" : "auth.receiver";
        }
    }

    private static SynapseType<Said, Said> type(String name) {
        return SynapseType.json(name, Said.class, Said.class);
    }

    /** Of each kind of call what came of it, how often. */
    private final Map<String, Map<String, LongAdder>> outcomes = new ConcurrentHashMap<>();

    /** Of each kind what may come of it; the first must. */
    private final Map<String, List<String>> expected = new ConcurrentHashMap<>();

    private final CountDownLatch over = new CountDownLatch(1);
    private final Random random = new Random(4);
    private final AtomicLong nonces = new AtomicLong();
    private final int pace;

    private Soak(int pace) {
        this.pace = pace;
    }

    /** Does the same once, and says what came of it. */
    @FunctionalInterface
    private interface Habit {
        String once() throws Exception;
    }

    /**
     * Runs it.
     *
     * @param args options as above
     * @throws Exception when the axon cannot be started or the run is interrupted
     */
    public static void main(String[] args) throws Exception {
        Options options = Options.read(args, "--minutes", "--every", "--pace");
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (ServerSocket any = new ServerSocket(0)) {
            any.getLocalPort(); // the JVM keeps one socket for itself as soon as there was any
        }
        Vitals.Sample atFirst = Vitals.Sample.now();
        List<String> wrong = new Soak(options.number("--pace", 40))
                .run(options.number("--minutes", 60), options.number("--every", 60));
        leftOver(before, atFirst, wrong);
        wrong.forEach(each -> System.out.println("WRONG: " + each));
        System.exit(wrong.isEmpty() ? 0 : 1);
    }

    private List<String> run(int minutes, int every) throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (Keypair miner = Keypair.generate(KeyScheme.SR25519);
                Keypair other = Keypair.generate(KeyScheme.SR25519);
                Keypair validator = Keypair.generate(KeyScheme.SR25519);
                Keypair small = Keypair.generate(KeyScheme.SR25519);
                Keypair byHand = Keypair.generate(KeyScheme.SR25519);
                Keypair stranger = Keypair.generate(KeyScheme.SR25519)) {
            Subnet subnet = new Subnet();
            subnet.add(validator.account(), 1_000_000_000_000L);
            subnet.add(small.account(), 1_000_000_000L);
            subnet.add(byHand.account(), 1_000_000_000L);
            TlsIdentity identity = TlsIdentity.generate();
            TlsIdentity callers = TlsIdentity.generate();
            DendriteOptions options = DendriteOptions.defaults().tlsIdentity(callers);
            DendriteOptions http = options.dialect(Dialect.HTTP);
            DendriteOptions synapse = options.dialect(Dialect.SYNAPSE);
            try (Axon axon = serving(miner, subnet).start();
                    Axon secured = serving(miner, subnet)
                            .tls(Tls.of(identity).callers(hotkey -> callers.key()))
                            .start();
                    Dendrite grpc = Dendrite.open(validator, options);
                    Dendrite sessions = Dendrite.open(validator, options.sessions(true));
                    Dendrite http1 = Dendrite.open(validator, http);
                    Dendrite http2 = Dendrite.open(validator, http.http2(true).receipts(true));
                    Dendrite oldest = Dendrite.open(validator, synapse);
                    Dendrite grpcTls = Dendrite.open(validator, options.receipts(true));
                    Dendrite sessionsTls =
                            Dendrite.open(validator, options.sessions(true).receipts(true));
                    Dendrite https = Dendrite.open(validator, http);
                    Dendrite oldestTls = Dendrite.open(validator, synapse);
                    Dendrite lesser = Dendrite.open(small);
                    Dendrite unwelcome = Dendrite.open(stranger)) {
                Endpoint plain = new Endpoint(loopback.getHostAddress(), axon.port());
                Endpoint tls = new Endpoint(loopback.getHostAddress(), secured.port());
                TlsKey key = identity.key().orElseThrow();
                Target target = Target.of(miner.account(), plain);
                Target wrong = Target.of(other.account(), plain);
                Target pinned = Target.of(miner.account(), tls).pinned(key);
                Target wrongPinned = Target.of(other.account(), tls).pinned(key);
                List<Thread> habits = new ArrayList<>();
                for (Way way : List.of(
                        new Way("gRPC", grpc, target, wrong),
                        new Way("session", sessions, target, wrong),
                        new Way("HTTP/1.1", http1, target, wrong),
                        new Way("HTTP/2, receipts", http2, target, wrong),
                        new Way("synapse", oldest, target, wrong),
                        new Way("gRPC over TLS, receipts", grpcTls, pinned, wrongPinned),
                        new Way("session over TLS, receipts", sessionsTls, pinned, wrongPinned),
                        new Way("HTTPS", https, pinned, wrongPinned),
                        new Way("synapse over TLS", oldestTls, pinned, wrongPinned))) {
                    habits.addAll(habits(way));
                }
                habits.add(habit(
                        "stranger",
                        50,
                        () -> said(unwelcome.query(target, ECHO, QUESTION, DEADLINE)),
                        "access.unregistered",
                        BUSY));
                habits.add(habit("burst", 1000, () -> burst(lesser, target), BUSY, "Answered", "done"));
                habits.add(habit(
                        "comes, asks and goes", 200, () -> comesAndGoes(small, target, options), "Answered", BUSY));
                habits.add(habit(
                        "speaks no dialect", 100, () -> answer(plain, "GET / HTTP/1.1\r\nhost: x\r\n\r\n"), "404"));
                habits.add(habit(
                        "another's signature",
                        500,
                        () -> answer(plain, request(byHand, miner.account(), true)),
                        "401",
                        "429"));
                habits.add(habit(
                        "replay",
                        500,
                        () -> replay(byHand, miner.account(), plain),
                        "200, then 401",
                        "200, then 429",
                        "429, then 200",
                        "429, then 401",
                        "429, then 429"));
                for (int i = 0; i < 3; i++) {
                    habits.add(habit("byte by byte", 100, () -> byteByByte(plain), "closed"));
                    habits.add(habit(
                            "reads nothing", 1000, () -> readsNothing(byHand, miner.account(), plain), "given up"));
                }
                Vitals vitals = watch(minutes, every);
                over.countDown();
                List<String> bad = new ArrayList<>();
                for (Thread each : habits) {
                    each.join(TimeUnit.SECONDS.toMillis(60));
                    if (each.isAlive()) {
                        bad.add("hangs: " + each.getName());
                    }
                }
                bad.addAll(vitals.verdicts());
                report(bad);
                status("axon", axon, bad);
                status("axon with TLS", secured, bad);
                return bad;
            }
        }
    }

    private static Axon.Builder serving(Keypair miner, Subnet subnet) {
        return Axon.builder(miner)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.validatorPermit())
                .metagraph(() -> Optional.of(subnet.metagraph()))
                .limits(l -> l.running(16)
                        .waiting(16)
                        .ratePerCaller(new Rate(10_000, 10_000))
                        .writeStall(STALL))
                .serve(ECHO, (call, request) -> request)
                .serve(SLOW, (call, request) -> {
                    Thread.sleep(20);
                    return request;
                })
                .stream(PARTS, (call, request, parts) -> {
                    for (int i = 0; i < 20; i++) {
                        parts.send(PART);
                    }
                })
                .stream(FLOOD, (call, request, parts) -> {
            for (int i = 0; i < Integer.parseInt(request.text()); i++) {
                parts.send(LARGE_PART);
            }
        });
    }

    /** What is done again and again on each way. */
    private List<Thread> habits(Way way) {
        Dendrite dendrite = way.dendrite();
        Target target = way.target();
        String name = way.name() + ": ";
        return List.of(
                habit(
                        name + "echo",
                        20,
                        () -> said(dendrite.query(target, ECHO, QUESTION, DEADLINE)),
                        "Answered",
                        BUSY),
                habit(name + "large", 500, () -> said(dendrite.query(target, ECHO, LARGE, DEADLINE)), "Answered", BUSY),
                habit(
                        name + "parts",
                        500,
                        () -> said(dendrite.stream(target, PARTS, QUESTION, DEADLINE, part -> {})),
                        "Answered",
                        BUSY),
                habit(name + "slow reader", 2000, () -> slowReader(way), "Answered", BUSY),
                habit(name + "leaves a stream", 500, () -> leavesAStream(way), "left", BUSY),
                habit(
                        name + "wrong receiver",
                        200,
                        () -> said(dendrite.query(way.wrong(), ECHO, QUESTION, DEADLINE)),
                        way.wrongReceiver(),
                        BUSY),
                habit(
                        name + "unknown",
                        200,
                        () -> said(dendrite.query(target, UNKNOWN, QUESTION, DEADLINE)),
                        "call.unknown",
                        BUSY),
                habit(
                        name + "out of time",
                        200,
                        () -> said(dendrite.query(target, SLOW, QUESTION, Duration.ofMillis(10))),
                        "TimedOut",
                        "Answered",
                        BUSY),
                habit(name + "cancelled", 100, () -> cancelled(way), "cancelled", "Answered", BUSY));
    }

    private Thread habit(String name, long pauseMillis, Habit habit, String... outcome) {
        expected.put(name, Arrays.asList(outcome));
        long pause = pauseMillis * 100 / pace;
        Thread thread = new Thread(
                () -> {
                    try {
                        while (!over.await(pause, TimeUnit.MILLISECONDS)) {
                            try {
                                count(name, habit.once());
                            } catch (IOException | RuntimeException e) {
                                count(name, e.toString());
                            }
                        }
                    } catch (Exception e) {
                        count(name, "ended by " + e);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static String said(QueryOutcome<?> outcome) {
        if (outcome instanceof QueryOutcome.Refused<?> refused) {
            return refused.code();
        }
        if (outcome instanceof QueryOutcome.Invalid<?> invalid) {
            return "Invalid: " + invalid.reason();
        }
        if (outcome instanceof QueryOutcome.Unreachable<?> unreachable) {
            return "Unreachable: " + unreachable.reason();
        }
        return outcome.getClass().getSimpleName();
    }

    private void count(String kind, String what) {
        outcomes.computeIfAbsent(kind, unused -> new ConcurrentHashMap<>())
                .computeIfAbsent(what, unused -> new LongAdder())
                .increment();
    }

    private long counted() {
        return outcomes.values().stream()
                .flatMap(kind -> kind.values().stream())
                .mapToLong(LongAdder::sum)
                .sum();
    }

    private static String slowReader(Way way) throws InterruptedException {
        int[] taken = new int[1];
        return said(way.dendrite().stream(way.target(), FLOOD, FLOOD_QUESTION, DEADLINE, part -> {
            try {
                // some dialects have many small parts
                Thread.sleep(taken[0]++ < 50 ? 20 : 0);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    /** Takes a few parts of a stream. */
    private static String leavesAStream(Way way) throws InterruptedException {
        int[] taken = new int[1];
        try {
            return said(way.dendrite().stream(way.target(), FLOOD, FLOOD_QUESTION, DEADLINE, part -> {
                if (++taken[0] == 3) {
                    throw new CancellationException("enough");
                }
            }));
        } catch (CancellationException e) {
            return "left";
        }
    }

    /** Leaves at once, while the handler is at work, or just when it ends. */
    private String cancelled(Way way) throws Exception {
        CompletableFuture<QueryOutcome<Said>> asked = way.dendrite().queryAsync(way.target(), SLOW, QUESTION, DEADLINE);
        int patience = random.nextInt(30);
        try {
            if (patience > 0) {
                return said(asked.get(patience, TimeUnit.MILLISECONDS));
            }
        } catch (TimeoutException e) {
            // so it is
        }
        return asked.cancel(false) ? "cancelled" : said(asked.get());
    }

    /** More at once than run and wait. */
    private String burst(Dendrite dendrite, Target target) throws Exception {
        for (QueryOutcome<Said> outcome :
                dendrite.queryAll(Stream.generate(() -> target).limit(60).toList(), SLOW, QUESTION, DEADLINE)) {
            count("burst", said(outcome));
        }
        return "done";
    }

    private static String comesAndGoes(Keypair key, Target target, DendriteOptions options)
            throws InterruptedException {
        try (Dendrite dendrite = Dendrite.open(key, options)) {
            return said(dendrite.query(target, ECHO, QUESTION, DEADLINE));
        }
    }

    /** A signed request of HTTP/1.1, on a connection that ends with it. */
    private String request(Keypair from, AccountId to, boolean forged) {
        return request(ECHO, from, to, forged);
    }

    private String request(SynapseType<Said, Said> type, Keypair from, AccountId to, boolean forged) {
        byte[] body = ("{\"text\":\"" + OCEAN + "\"}").getBytes(StandardCharsets.US_ASCII);
        Instant now = Instant.now();
        SignedRequest request = new SignedRequest(
                from.scheme(),
                "POST",
                type.route(),
                Hashes.sha256(body),
                nonces.accumulateAndGet(
                        now.getEpochSecond() * 1_000_000_000L + now.getNano(),
                        (last, time) -> Math.max(last + 1, time)),
                from.account(),
                Optional.of(to));
        byte[] signature = request.sign(from);
        if (forged) {
            signature[5] ^= 1;
        }
        StringBuilder text = new StringBuilder("POST " + type.route() + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
                + "content-type: application/json\r\ncontent-length: " + body.length + "\r\n");
        AuthHeaders.write(
                request,
                signature,
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        return text.append("\r\n")
                .append(new String(body, StandardCharsets.US_ASCII))
                .toString();
    }

    /** The status of the answer to a request. */
    private static String answer(Endpoint endpoint, String request) throws IOException {
        try (Socket socket = new Socket(endpoint.host(), endpoint.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String head = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            return head.length() < 12 ? "closed" : head.substring(9);
        }
    }

    private String replay(Keypair from, AccountId to, Endpoint endpoint) throws IOException {
        String request = request(from, to, false);
        return answer(endpoint, request) + ", then " + answer(endpoint, request);
    }

    /** Asks for more than the network holds, and does not read it. */
    private String readsNothing(Keypair from, AccountId to, Endpoint endpoint) throws Exception {
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(8192);
            socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()));
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request(FLOOD, from, to, false).getBytes(StandardCharsets.US_ASCII));
            if (over.await(2 * STALL.toSeconds(), TimeUnit.SECONDS)) {
                return "given up";
            }
            long got = 0;
            try {
                byte[] buffer = new byte[8192];
                InputStream answer = socket.getInputStream();
                for (int count = answer.read(buffer); count >= 0; count = answer.read(buffer)) {
                    got += count;
                }
            } catch (SocketTimeoutException e) {
                return "left open";
            } catch (IOException e) {
                // reset
            }
            return got < (long) OCEAN * LARGE_PART.text().length() ? "given up" : "waited for";
        }
    }

    /** Sends a head that never ends. */
    private String byteByByte(Endpoint endpoint) throws IOException, InterruptedException {
        try (Socket socket = new Socket(endpoint.host(), endpoint.port())) {
            byte[] head = ("POST /echo.v1 HTTP/1.1\r\nx: " + "y".repeat(200)).getBytes(StandardCharsets.US_ASCII);
            socket.setSoTimeout(1);
            InputStream answer = socket.getInputStream();
            for (byte each : head) {
                try {
                    socket.getOutputStream().write(each);
                    if (answer.read() < 0) {
                        return "closed";
                    }
                } catch (SocketTimeoutException e) {
                    // it still listens
                } catch (IOException e) {
                    return "closed";
                }
                if (over.await(1, TimeUnit.SECONDS)) {
                    return "closed";
                }
            }
        }
        return "waited for";
    }

    private Vitals watch(int minutes, int every) throws Exception {
        Vitals vitals = new Vitals();
        vitals.head();
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
        while (System.nanoTime() < end) {
            TimeUnit.NANOSECONDS.sleep(Math.min(TimeUnit.SECONDS.toNanos(every), end - System.nanoTime()));
            vitals.look(counted());
        }
        return vitals;
    }

    /** What came of everything, and what should not have. */
    private void report(List<String> wrong) {
        new TreeMap<>(expected).forEach((kind, may) -> {
            Map<String, Long> came = new TreeMap<>();
            outcomes.getOrDefault(kind, Map.of()).forEach((outcome, number) -> came.put(outcome, number.sum()));
            System.out.println(kind + ": " + came);
            if (!came.containsKey(may.get(0))) {
                wrong.add(kind + ": never " + may.get(0));
            }
            came.keySet().stream()
                    .filter(outcome -> !may.contains(outcome))
                    .forEach(outcome -> wrong.add(kind + ": " + outcome + ", " + came.get(outcome) + " times"));
        });
    }

    /** No call is left when nobody calls any more. */
    private static void status(String name, Axon axon, List<String> wrong) throws InterruptedException {
        AxonStatus status = axon.status();
        for (int i = 0; i < 100 && status.running() + status.waiting() > 0; i++) {
            // whose caller has gone comes to its end soon
            TimeUnit.MILLISECONDS.sleep(100);
            status = axon.status();
        }
        System.out.println(name + ": accepted " + status.accepted() + ", answered " + status.answered() + ", refused "
                + new TreeMap<>(status.refused()) + ", running " + status.running() + ", waiting " + status.waiting()
                + ", connections " + status.connections());
        if (status.running() + status.waiting() > 0) {
            wrong.add(name + ": calls are left");
        }
    }

    /** What is still there after everything was closed; threads that only wait for more work are given a minute to go. */
    private static void leftOver(Set<Thread> before, Vitals.Sample atFirst, List<String> wrong) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(70);
        Set<Thread> left;
        do {
            TimeUnit.SECONDS.sleep(1);
            left = new HashSet<>(Thread.getAllStackTraces().keySet());
            left.removeAll(before);
            // the process's own: the JVM's and OkHttp's for all its clients, made when they want them
            left.removeIf(thread -> thread.getThreadGroup() == null
                    || thread.getName().equals("Okio Watchdog")
                    || thread.getThreadGroup().getName().equals("system")
                    || thread.getThreadGroup().getName().equals("InnocuousThreadGroup"));
        } while (!left.isEmpty() && System.nanoTime() < end);
        Vitals.Sample atLast = Vitals.Sample.now();
        System.out.println("when all was closed: sockets " + atLast.sockets() + " (" + atFirst.sockets()
                + " before), threads "
                + left.stream().map(Thread::getName).sorted().toList() + ", heap "
                + atLast.heap());
        if (atLast.sockets() > atFirst.sockets()) {
            wrong.add("sockets are left");
        }
        if (!left.isEmpty()) {
            wrong.add("threads are left");
        }
    }
}
