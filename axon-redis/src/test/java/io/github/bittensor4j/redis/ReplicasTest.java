package io.github.bittensor4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.dendrite.Dendrite;
import io.github.bittensor4j.dendrite.DendriteOptions;
import io.github.bittensor4j.dendrite.QueryOutcome;
import io.github.bittensor4j.dendrite.Target;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.protocol.internal.Wire;
import io.github.bittensor4j.protocol.v1.Payload;
import io.github.bittensor4j.protocol.v1.SynapseRequest;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Three axons of one hotkey in three processes, behind a real HAProxy or nginx, with a real Redis: what docs/replicas.md says. */
@Timeout(180)
class ReplicasTest {
    /** Which proxy, and how it shares the work out: by connection, or by call. */
    enum Mode {
        HAPROXY_BY_CONNECTION,
        HAPROXY_BY_CALL,
        NGINX;

        String program() {
            return this == NGINX ? "nginx" : "haproxy";
        }
    }

    private static final int CALLERS = 6;
    private static final int AT_ONCE = 4;

    private final Keypair bob = Keypair.development("Bob");
    private final Keypair alice = Keypair.development("Alice");
    private final List<AutoCloseable> closing = new ArrayList<>();

    @TempDir
    private Path folder;

    @BeforeAll
    static void needs() {
        needs(RedisServer.PROGRAM);
    }

    private static void needs(String program) {
        assumeTrue(RedisServer.installed(program), program + " is not installed here: skipped");
    }

    @AfterEach
    void close() throws Exception {
        Collections.reverse(closing);
        for (AutoCloseable each : closing) {
            each.close();
        }
    }

    /** A replica's process. */
    private static final class Running implements AutoCloseable {
        final Process process;
        final BufferedReader output;
        final int port;

        Running(String redis, String name) throws IOException {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Replica.class.getName(),
                            redis,
                            name)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = output.readLine();
            while (line != null && !line.matches("\\d+")) {
                // a log line
                line = output.readLine();
            }
            assertThat(line).as("the port of " + name).isNotNull();
            port = Integer.parseInt(line);
        }

        /** Calls accepted and answered. */
        List<Long> status() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            String line = output.readLine();
            while (!line.matches("\\d+ \\d+")) {
                line = output.readLine();
            }
            return List.of(Long.valueOf(line.split(" ")[0]), Long.valueOf(line.split(" ")[1]));
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** A proxy in front of the replicas, of gRPC or of every dialect; gives its port. */
    private int proxy(Mode mode, List<Running> replicas) throws Exception {
        int port = freePort();
        if (mode == Mode.NGINX) {
            start(mode, port, nginx(port, " http2", "grpc", replicas));
        } else {
            start(mode, port, haproxy(mode, port, replicas));
        }
        return port;
    }

    private static String haproxy(Mode mode, int port, List<Running> replicas) {
        boolean byCall = mode == Mode.HAPROXY_BY_CALL;
        String proto = byCall ? " proto h2" : "";
        StringBuilder settings = new StringBuilder()
                .append("defaults\n")
                .append(byCall ? "  mode http\n" : "  mode tcp\n")
                .append("  timeout connect 2s\n  timeout client 10m\n  timeout server 10m\n")
                .append("  retries 3\n  option redispatch 1\n")
                .append("frontend axon\n  bind 127.0.0.1:" + port + proto + "\n  default_backend replicas\n")
                .append("backend replicas\n  balance roundrobin\n");
        for (Running replica : replicas) {
            settings.append("  server replica" + replica.port + " 127.0.0.1:" + replica.port + proto
                    + " check inter 500ms fall 2\n");
        }
        return settings.toString();
    }

    /** What docs/replicas.md shows, and what keeps this nginx out of the machine's folders. */
    private String nginx(int port, String http2, String pass, List<Running> replicas) {
        StringBuilder servers = new StringBuilder();
        for (Running replica : replicas) {
            servers.append("server 127.0.0.1:" + replica.port + ";\n");
        }
        String temporary = List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi").stream()
                .map(each -> each + "_temp_path " + folder.resolve(each) + ";\n")
                .collect(Collectors.joining());
        String passing = pass.equals("grpc") ? """
                grpc_pass grpc://replicas;
                grpc_read_timeout 10m;
                grpc_send_timeout 10m;
                """ : """
                proxy_pass http://replicas;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_request_buffering off;
                proxy_buffering off;
                proxy_read_timeout 10m;
                """;
        return "daemon off;\nmaster_process off;\npid " + folder.resolve("nginx-" + port + ".pid")
                + ";\nevents {}\nhttp {\n"
                + "access_log off;\nunderscores_in_headers on;\nclient_max_body_size 64m;\nkeepalive_requests 1000000;\n"
                + temporary
                + "upstream replicas {\n" + servers + "keepalive 64;\n}\n"
                + "server {\nlisten 127.0.0.1:" + port + http2 + ";\nlocation / {\n" + passing + "}\n}\n}\n";
    }

    private void start(Mode mode, int port, String settings) throws Exception {
        String name = mode.program() + "-" + port;
        Path file = Files.writeString(folder.resolve(name + ".cfg"), settings);
        Path log = folder.resolve(name + ".log");
        List<String> command = mode == Mode.NGINX
                ? List.of(program("nginx"), "-e", log.toString(), "-c", file.toString())
                : List.of(program("haproxy"), "-db", "-f", file.toString());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".out").toFile())
                .start();
        closing.add(() -> process.destroyForcibly().waitFor(10, TimeUnit.SECONDS));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException e) {
                assertThat(System.nanoTime()).as("%s starts", mode.program()).isLessThan(end);
                Thread.onSpinWait();
            }
        }
    }

    private static String program(String name) {
        Path system = Path.of("/usr/sbin", name);
        return Files.isExecutable(system) ? system.toString() : name;
    }

    private Target at(int port) {
        return Target.of(bob.account(), new Endpoint("127.0.0.1", port));
    }

    /** One signed request, which can be sent again as it is. */
    private static final class Signed {
        private static final byte[] BODY = SynapseRequest.newBuilder()
                .setSynapse(Replica.WORK.name())
                .setPayload(Payload.newBuilder().setRaw(ByteString.EMPTY))
                .build()
                .toByteArray();

        private final Metadata headers = new Metadata();

        Signed(Keypair caller, Keypair receiver) {
            Instant now = Instant.now();
            SignedRequest request = SignedRequest.of(
                    KeyScheme.SR25519,
                    Wire.HTTP_METHOD,
                    Wire.target(Wire.CALL.getFullMethodName()),
                    BODY,
                    now.getEpochSecond() * 1_000_000_000L + now.getNano(),
                    caller.account(),
                    Optional.of(receiver.account()));
            AuthHeaders.write(
                    request, caller.sign(request.payload()), (name, value) -> Wire.putAuthHeader(headers, name, value));
        }

        /** The refusal's code; "answered" when there is none. */
        String send(int port) throws InterruptedException {
            ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
                    .build();
            try {
                ClientCalls.blockingUnaryCall(
                        channel, Wire.CALL, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS), BODY);
                return "answered";
            } catch (StatusRuntimeException e) {
                Metadata trailers = e.getTrailers();
                String code = trailers == null ? null : trailers.get(Wire.REFUSAL);
                return code == null ? e.getStatus().toString() : code;
            } finally {
                channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void replicas_refuse_what_another_answered_and_a_killed_one_takes_only_its_own_calls_with_it(Mode mode)
            throws Exception {
        needs(mode.program());
        List<Running> replicas = replicas("one", "two", "three");
        int port = proxy(mode, replicas);
        Signed request = firstAnswered(port);
        for (Running replica : replicas) {
            assertThat(request.send(replica.port)).isEqualTo("auth.replayed");
        }
        for (int i = 0; i < 4; i++) {
            assertThat(request.send(port)).isEqualTo("auth.replayed");
        }

        killedUnderLoad(port, replicas);
    }

    @Test
    void what_is_signed_passes_nginx_unchanged_over_plain_http() throws Exception {
        needs("nginx");
        List<Running> replicas = replicas("one", "two");
        firstAnswered(replicas.get(0).port);
        int port = freePort();
        start(Mode.NGINX, port, nginx(port, "", "http", replicas));
        byte[] large = new byte[3 << 20];
        try (Dendrite dendrite = Dendrite.open(alice, DendriteOptions.defaults().dialect(Dialect.HTTP))) {
            Duration soon = Duration.ofSeconds(20);
            List<String> names = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                names.add(name(dendrite.query(at(port), Replica.ROUTED, large, soon)));
            }
            assertThat(names).containsOnly("one", "two").contains("one", "two");
            List<byte[]> parts = new ArrayList<>();
            assertThat(dendrite.stream(at(port), Replica.ROUTED, new byte[] {1}, soon, parts::add))
                    .isInstanceOf(QueryOutcome.Answered.class);
            assertThat(parts).hasSize(2);
            Replica.Word word = new Replica.Word("of SDK 7 to 10, whose headers have underscores");
            assertThat(dendrite.query(at(port).speaking(Dialect.SYNAPSE), Replica.WORD, word, soon)
                            .answerOrEmpty())
                    .contains(word);
        }
    }

    private List<Running> replicas(String... names) throws Exception {
        RedisServer redis = new RedisServer(folder);
        closing.add(redis);
        List<Running> replicas = new ArrayList<>();
        for (String name : names) {
            Running replica = new Running(redis.uri(), name);
            closing.add(replica);
            replicas.add(replica);
        }
        return replicas;
    }

    /** Asks until the window of the new Redis is open, and gives the request that was answered. */
    private Signed firstAnswered(int port) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        Signed request = new Signed(alice, bob);
        String result = request.send(port);
        while (!result.equals("answered")) {
            assertThat(result).isEqualTo("auth.stale");
            assertThat(System.nanoTime()).isLessThan(end);
            request = new Signed(alice, bob);
            result = request.send(port);
        }
        return request;
    }

    private void killedUnderLoad(int port, List<Running> replicas) throws Exception {
        Map<String, AtomicInteger> before = new ConcurrentHashMap<>();
        Map<String, AtomicInteger> after = new ConcurrentHashMap<>();
        AtomicBoolean killed = new AtomicBoolean();
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch warm = new CountDownLatch(300);
        CountDownLatch enough = new CountDownLatch(300);
        List<Long> startedWith = new ArrayList<>();
        for (Running replica : replicas) {
            startedWith.add(replica.status().get(1));
        }
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            Dendrite dendrite = Dendrite.open(alice);
            closing.add(dendrite);
            for (int j = 0; j < AT_ONCE; j++) {
                Thread caller = new Thread(() -> {
                    try {
                        while (!over.get()) {
                            boolean began = killed.get();
                            String what =
                                    name(dendrite.query(at(port), Replica.WORK, new byte[10], Duration.ofSeconds(20)));
                            (began ? after : before)
                                    .computeIfAbsent(what, key -> new AtomicInteger())
                                    .incrementAndGet();
                            (began ? enough : warm).countDown();
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                caller.start();
                callers.add(caller);
            }
        }
        assertThat(warm.await(60, TimeUnit.SECONDS)).isTrue();
        Running victim = replicas.get(1);
        victim.process.destroyForcibly();
        killed.set(true);
        assertThat(enough.await(60, TimeUnit.SECONDS)).isTrue();
        over.set(true);
        for (Thread caller : callers) {
            caller.join(TimeUnit.SECONDS.toMillis(30));
        }

        // every call has an outcome, and all three did answer
        assertThat(before).containsKeys("one", "two", "three");
        Map<String, Integer> failed = new ConcurrentHashMap<>();
        for (Map<String, AtomicInteger> phase : List.of(before, after)) {
            phase.forEach((what, count) -> {
                if (!List.of("one", "two", "three").contains(what)) {
                    failed.merge(what, count.get(), Integer::sum);
                }
            });
        }
        // those that the killed one had, at most
        assertThat(failed.values().stream().mapToInt(Integer::intValue).sum())
                .as("failed %s, before %s, after %s", failed, before, after)
                .isLessThanOrEqualTo(CALLERS * AT_ONCE);
        assertThat(failed.keySet()).isSubsetOf("Unreachable");
        // each of the others answered all that it accepted, and its callers have these answers
        for (int i : List.of(0, 2)) {
            String name = i == 0 ? "one" : "three";
            List<Long> status = replicas.get(i).status();
            assertThat(status.get(0)).isEqualTo(status.get(1));
            long received = count(before, name) + count(after, name);
            assertThat(status.get(1) - startedWith.get(i)).isEqualTo(received);
        }
        assertThat(after.keySet().stream().filter(what -> what.equals("one") || what.equals("three")))
                .hasSize(2);
    }

    private static long count(Map<String, AtomicInteger> outcomes, String what) {
        AtomicInteger count = outcomes.get(what);
        return count == null ? 0 : count.get();
    }

    private static String name(QueryOutcome<byte[]> outcome) {
        if (outcome instanceof QueryOutcome.Answered<byte[]> answered) {
            return new String(answered.answer(), StandardCharsets.UTF_8);
        }
        if (outcome instanceof QueryOutcome.Invalid<byte[]> invalid) {
            return "Invalid: " + invalid.reason();
        }
        return outcome instanceof QueryOutcome.Refused<byte[]> refused
                ? refused.code()
                : outcome.getClass().getSimpleName();
    }
}
