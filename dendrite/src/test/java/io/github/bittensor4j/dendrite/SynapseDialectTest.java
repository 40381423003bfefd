package io.github.bittensor4j.dendrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.axon.CallObserver;
import io.github.bittensor4j.axon.RefusalException;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.dendrite.QueryOutcome.Answered;
import io.github.bittensor4j.dendrite.QueryOutcome.Invalid;
import io.github.bittensor4j.dendrite.QueryOutcome.Refused;
import io.github.bittensor4j.dendrite.QueryOutcome.TimedOut;
import io.github.bittensor4j.dendrite.QueryOutcome.Unreachable;
import io.github.bittensor4j.protocol.internal.synapse.SynapseSignature;
import io.github.bittensor4j.testkit.Vectors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Asking axons of SDK 7 to 10: ours, and servers that answer as they like. */
@Timeout(120)
class SynapseDialectTest {
    record Ask(String text, int max_tokens) {}

    record Said(Optional<String> answer) {}

    record Word(String word) {}

    private static final SynapseType<Ask, Said> ECHO = SynapseType.json("Echo", Ask.class, Said.class)
            .withDefault("max_tokens", 64)
            .hashed("text");
    private static final SynapseType<Ask, Word> WORDS = SynapseType.json("Words", Ask.class, Word.class);
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final DendriteOptions SYNAPSE = DendriteOptions.defaults().dialect(Dialect.SYNAPSE);
    private static final String GOOD =
            "{\"axon\":{\"status_code\":200},\"text\":\"x\",\"max_tokens\":1,\"answer\":\"hi\",\"more\":[]}";

    private final Keypair validator = Keypair.development("Alice");
    private final Keypair miner = Keypair.development("Bob");
    private final MockWebServer server = new MockWebServer();
    private final Dendrite dendrite = Dendrite.open(validator, SYNAPSE.maxAnswerBytes(4096));

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void close() {
        dendrite.close();
        server.close();
    }

    private Target target() {
        return at(server.getPort());
    }

    private Target at(int port) {
        return Target.of(miner.account(), new Endpoint("127.0.0.1", port));
    }

    private QueryOutcome<Said> ask() throws InterruptedException {
        return dendrite.query(target(), ECHO, new Ask("hello", 7), SOON);
    }

    private static MockResponse answer(int status, String body, String... headers) {
        MockResponse.Builder answer =
                new MockResponse.Builder().code(status).addHeader("content-type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            answer.addHeader(headers[i], headers[i + 1]);
        }
        return answer.body(body).build();
    }

    @Test
    void a_request_is_what_pythons_axon_reads_with_one_signature_in_head_and_body() throws Exception {
        server.enqueue(answer(200, GOOD));
        assertThat(ask().answerOrEmpty()).contains(new Said(Optional.of("hi")));

        RecordedRequest request = server.takeRequest();
        assertThat(request.getRequestLine()).isEqualTo("POST /Echo HTTP/1.1");
        JsonNode body = new ObjectMapper().readTree(request.getBody().utf8());
        String nonce = request.getHeaders().get("bt_header_dendrite_nonce");
        String signature = request.getHeaders().get("bt_header_dendrite_signature");
        assertThat(request.getHeaders().names().stream()
                        .filter(name -> name.toLowerCase(Locale.ROOT).startsWith("bt_header_")))
                .containsExactlyInAnyOrder(
                        "bt_header_axon_ip",
                        "bt_header_axon_port",
                        "bt_header_axon_hotkey",
                        "bt_header_dendrite_version",
                        "bt_header_dendrite_nonce",
                        "bt_header_dendrite_uuid",
                        "bt_header_dendrite_hotkey",
                        "bt_header_dendrite_signature",
                        "bt_header_input_obj_text");
        assertThat(request.getHeaders().get("name")).isEqualTo("Echo");
        assertThat(request.getHeaders().get("timeout")).matches("20\\.0|19\\.[0-9]+"); // what is left
        assertThat(request.getHeaders().get("content-type")).isEqualTo("application/json");
        assertThat(request.getHeaders().get("bt_header_input_obj_text")).isEqualTo("IiI=");
        assertThat(SynapseSignature.holds(
                        validator.account(),
                        nonce + "." + validator.account() + "." + miner.account() + "."
                                + request.getHeaders().get("bt_header_dendrite_uuid") + "."
                                + request.getHeaders().get("computed_body_hash"),
                        String.valueOf(signature)))
                .isTrue();
        assertThat(body.path("dendrite").path("nonce").bigIntegerValue().toString())
                .isEqualTo(nonce);
        assertThat(body.path("dendrite").path("signature").asText()).isEqualTo(signature);
        assertThat(body.path("dendrite").path("status_code").isNull()).isTrue();
        assertThat(body.path("axon").path("status_code").isNull()).isTrue();
        assertThat(body.path("computed_body_hash").asText()).isEmpty();
        assertThat(body.path("text").asText()).isEqualTo("hello");
        assertThat(body.path("answer").isNull()).isTrue();
    }

    @Test
    void what_an_axon_answers_is_data() throws Exception {
        server.enqueue(answer(401, "{\"message\":\"Not Verified with error: x\"}"));
        server.enqueue(answer(500, "no json", "bt_header_axon_status_message", "said in the head"));
        server.enqueue(answer(200, GOOD, "bt_header_axon_status_code", "403", "bt_header_axon_status_message", "no"));
        server.enqueue(answer(200, "{\"axon\":{},\"answer\":\"hi\"}"));
        server.enqueue(answer(200, "<html>"));
        server.enqueue(answer(200, "{\"axon\":{\"status_code\":200},\"answer\":5}"));
        server.enqueue(answer(200, GOOD.replace("hi", "x".repeat(5000))));
        server.enqueue(answer(302, "", "Location", "/elsewhere"));
        server.enqueue(new MockResponse.Builder()
                .onResponseStart(SocketEffect.ShutdownConnection.INSTANCE)
                .build());
        server.enqueue(answer(200, GOOD, "bt_header_axon_status_code", "200", "bt_header_dendrite_hotkey", "forged"));

        refused(ask(), "synapse.401", "Not Verified with error: x");
        refused(ask(), "synapse.500", "said in the head");
        refused(ask(), "synapse.403", "no");
        invalid(ask(), "no status");
        invalid(ask(), "no status");
        invalid(ask(), "answer: not a str");
        invalid(ask(), "larger than 4096 bytes");
        refused(ask(), "synapse.302", "HTTP status 302");
        assertThat(ask()).isInstanceOf(Unreachable.class);
        assertThat(ask()).isInstanceOf(Answered.class);
        assertThat(server.getRequestCount()).isEqualTo(10);
    }

    private static void refused(QueryOutcome<?> outcome, String code, String message) {
        assertThat(outcome).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.code()).isEqualTo(code);
            assertThat(refused.message()).isEqualTo(message);
        });
    }

    private static void invalid(QueryOutcome<?> outcome, String reason) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Invalid.class, answer -> assertThat(answer.reason()).contains(reason));
    }

    @Test
    void requests_under_way_to_one_axon_have_lanes_of_their_own_and_nonces_grow_in_each() throws Exception {
        CompletableFuture<Void> go = new CompletableFuture<>();
        Set<String> uuids = ConcurrentHashMap.newKeySet();
        try (Axon axon = Axon.builder(miner)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open())
                .dialects(EnumSet.of(Dialect.SYNAPSE))
                .limits(limits -> limits.running(16))
                .observe((dialect, headers) -> {
                    headers.apply("bt_header_dendrite_uuid").ifPresent(uuids::add);
                    return new CallObserver() {};
                })
                .serve(ECHO, (call, asked) -> {
                    if (asked.text().equals("wait")) {
                        go.get(20, TimeUnit.SECONDS);
                    }
                    return new Said(Optional.of(asked.text()));
                })
                .start()) {
            List<CompletableFuture<QueryOutcome<Said>>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(dendrite.queryAsync(at(axon.port()), ECHO, new Ask("wait", 1), SOON));
            }
            while (axon.status().running() < 8) {
                Thread.onSpinWait();
            }
            go.complete(null);
            for (CompletableFuture<QueryOutcome<Said>> each : all) {
                assertThat(each.get(20, TimeUnit.SECONDS)).isInstanceOf(Answered.class);
            }
            assertThat(uuids).hasSize(8);
            Set<String> before = new HashSet<>(uuids);
            for (int i = 0; i < 5; i++) {
                assertThat(dendrite.query(at(axon.port()), ECHO, new Ask("next", 1), SOON))
                        .isInstanceOf(Answered.class);
            }
            assertThat(uuids).as("lanes are used again").isEqualTo(before);
        }
    }

    @Test
    void a_request_that_was_given_up_and_arrives_late_was_not_overtaken_by_the_next() throws Exception {
        try (ServerSocket slow = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                Axon axon = Axon.builder(miner)
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .access(AccessPolicy.open())
                        .serve(ECHO, (call, asked) -> new Said(Optional.of(asked.text())))
                        .start();
                Dendrite oneAtATime = Dendrite.open(validator, SYNAPSE.parallel(1))) {
            CompletableFuture<QueryOutcome<Said>> givenUp =
                    oneAtATime.queryAsync(at(slow.getLocalPort()), ECHO, new Ask("late", 1), SOON);
            byte[] late;
            try (Socket connection = slow.accept()) {
                connection.setSoTimeout(20_000);
                late = request(connection.getInputStream());
                givenUp.cancel(false);
                assertThat(connection.getInputStream().read()).isNegative();
            }
            // to the same axon; it waits until the other has ended here, as there is room for one
            assertThat(oneAtATime.query(at(axon.port()), ECHO, new Ask("next", 1), SOON))
                    .isInstanceOf(Answered.class);
            try (Socket connection = new Socket(InetAddress.getLoopbackAddress(), axon.port())) {
                connection.setSoTimeout(20_000);
                connection.getOutputStream().write(late);
                assertThat(new String(connection.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                        .isEqualTo("HTTP/1.1 200");
            }
            assertThat(axon.status().refused()).isEmpty();
        }
    }

    /** A request with its body, as it is on the wire. */
    private static byte[] request(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        String head = "";
        while (!head.endsWith("\r\n\r\n")) {
            all.write(in.read());
            head = all.toString(StandardCharsets.US_ASCII);
        }
        Matcher length = Pattern.compile("content-length: ([0-9]+)").matcher(head.toLowerCase(Locale.ROOT));
        assertThat(length.find()).isTrue();
        all.write(in.readNBytes(Integer.parseInt(length.group(1))));
        return all.toByteArray();
    }

    @Test
    void our_own_axon_answers_refuses_and_streams_in_this_dialect() throws Exception {
        try (Axon axon = Axon.builder(miner)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open())
                .serve(ECHO, (call, asked) -> {
                    assertThat(call.dialect()).isEqualTo(Dialect.SYNAPSE);
                    if (asked.text().equals("refuse")) {
                        throw new RefusalException("prompt.rude", false, "not so");
                    }
                    return new Said(Optional.of(call.caller() + " " + asked.max_tokens()));
                })
                .stream(WORDS, (call, asked, parts) -> {
                    for (String word : asked.text().split(" ")) {
                        parts.send(new Word(word + " "));
                    }
                })
                .start()) {
            Target target = at(axon.port());
            assertThat(dendrite.query(target, ECHO, new Ask("x", 7), SOON).answerOrEmpty())
                    .contains(new Said(Optional.of(validator.account() + " 7")));
            refused(dendrite.query(target, ECHO, new Ask("refuse", 7), SOON), "prompt.rude", "not so");
            SynapseType<Ask, Said> unheard = SynapseType.json("Unheard", Ask.class, Said.class);
            assertThat(dendrite.query(target, unheard, new Ask("x", 1), SOON))
                    .isInstanceOfSatisfying(
                            Refused.class, refused -> assertThat(refused.code()).isEqualTo("call.unknown"));
            StringBuilder heard = new StringBuilder();
            QueryOutcome<Long> parts = dendrite.stream(
                    target,
                    WORDS,
                    new Ask("\u00e9ins zw\u00f6i \u2603 \ud83d\ude00", 1),
                    SOON,
                    part -> heard.append(part.word()));
            assertThat(parts).isInstanceOf(Answered.class);
            assertThat(heard).hasToString("\u00e9ins zw\u00f6i \u2603 \ud83d\ude00 ");

            // the same handlers, the same question, another dialect
            try (Dendrite mixed =
                    Dendrite.open(validator, DendriteOptions.defaults().discoverDialect())) {
                assertThat(mixed.query(target.speaking(Dialect.SYNAPSE), ECHO, new Ask("x", 1), SOON))
                        .isInstanceOf(Answered.class);
            }
        }
    }

    @Test
    void what_cannot_travel_is_told_before_anybody_is_asked() {
        record Upper(String someText) {}
        SynapseType<Upper, Said> upper = SynapseType.json("Upper", Upper.class, Said.class);
        assertThatThrownBy(() -> dendrite.query(target(), upper, new Upper("x"), SOON))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("someText");
        try (Dendrite edward = Dendrite.open(Keypair.generate(KeyScheme.ED25519), SYNAPSE)) {
            assertThatThrownBy(() -> edward.query(target(), ECHO, new Ask("x", 1), SOON))
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessageContaining("sr25519");
        }
    }

    @Test
    void an_address_of_ip_version_6_is_bracketed() throws Exception {
        try (ServerSocket six = new ServerSocket(0, 10, InetAddress.getByName("::1"))) {
            CompletableFuture<QueryOutcome<Said>> asked = dendrite.queryAsync(
                    Target.of(miner.account(), new Endpoint("::1", six.getLocalPort())), ECHO, new Ask("x", 1), SOON);
            try (var connection = six.accept()) {
                connection.setSoTimeout(20_000);
                StringBuilder head = new StringBuilder();
                while (head.indexOf("\r\n\r\n") < 0) {
                    head.append((char) connection.getInputStream().read());
                }
                assertThat(head.toString().toLowerCase(Locale.ROOT))
                        .contains("host: [::1]:" + six.getLocalPort())
                        .contains("bt_header_axon_ip: ::1");
            }
            assertThat(asked.get(20, TimeUnit.SECONDS)).isInstanceOf(Unreachable.class);
        }
    }

    @TestFactory
    Stream<DynamicTest> pythons_own_mapping_of_errors() {
        return Vectors.open("synapse.json").cases("dendrite_error_mapping_10_2_0", row -> {
            boolean waits = row.path("meaning").asText().equals("total timeout elapsed");
            Duration timeout = waits ? Duration.ofSeconds(1) : SOON;
            QueryOutcome<Said> outcome;
            switch (row.path("meaning").asText()) {
                case "TCP connect failed" -> {
                    int nobody;
                    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                        nobody = free.getLocalPort();
                    }
                    outcome = dendrite.query(at(nobody), ECHO, new Ask("x", 1), timeout);
                }
                case "total timeout elapsed" -> {
                    server.enqueue(new MockResponse.Builder()
                            .onResponseStart(SocketEffect.Stall.INSTANCE)
                            .build());
                    outcome = dendrite.query(target(), ECHO, new Ask("x", 1), timeout);
                    assertThat(outcome).isInstanceOf(TimedOut.class);
                }
                case "peer closed before a response" -> {
                    server.enqueue(new MockResponse.Builder()
                            .onResponseStart(SocketEffect.ShutdownConnection.INSTANCE)
                            .build());
                    outcome = dendrite.query(target(), ECHO, new Ask("x", 1), timeout);
                }
                case "response error" -> {
                    server.enqueue(answer(429, "{\"message\":\"slow down\"}"));
                    outcome = dendrite.query(target(), ECHO, new Ask("x", 1), timeout);
                    assertThat(SynapseStatus.of(outcome, "Echo", timeout))
                            .isEqualTo(new SynapseStatus(429, "slow down"));
                    return;
                }
                case "connection reset, non-JSON body, wrong content type, model validation of the response,"
                        + " serialisation failure of the request" -> {
                    server.enqueue(answer(200, "<html>"));
                    outcome = dendrite.query(target(), ECHO, new Ask("x", 1), timeout);
                }
                default -> {
                    // kinds that Python tells apart by the class of its exception, and we by category with those above
                    assertThat(row.path("meaning").asText())
                            .containsAnyOf("truncated", "generic", "server timeout", "lookup misses");
                    return;
                }
            }
            SynapseStatus status = SynapseStatus.of(outcome, "Echo", timeout);
            assertThat(status.code()).isEqualTo(row.path("status_code").asInt());
            String words = row.path("status_message")
                    .asText()
                    .replace("<ip>:<port>/<Name>", outcome.target().endpoint() + "/Echo")
                    .replace("<timeout>", "1.0");
            if (row.path("meaning").asText().equals("peer closed before a response")) {
                // for us as for Python's caller nobody was reached; only that says so in other words
                assertThat(status.message()).startsWith("Service unavailable at ");
            } else {
                assertThat(status.message()).startsWith(words.split("<", 2)[0]);
            }
        });
    }
}
