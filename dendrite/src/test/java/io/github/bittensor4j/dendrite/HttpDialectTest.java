package io.github.bittensor4j.dendrite;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.dendrite.QueryOutcome.Answered;
import io.github.bittensor4j.dendrite.QueryOutcome.Invalid;
import io.github.bittensor4j.dendrite.QueryOutcome.Refused;
import io.github.bittensor4j.dendrite.QueryOutcome.TimedOut;
import io.github.bittensor4j.dendrite.QueryOutcome.Unreachable;
import io.github.bittensor4j.testkit.PythonPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class HttpDialectTest {
    record Prompt(String prompt) {}

    record Reply(String text) {}

    /** What the FastAPI server of the Python peer answers. */
    record Peered(String caller, String body) {}

    private static final SynapseType<Prompt, Reply> GENERATE =
            SynapseType.json("generate", Prompt.class, Reply.class).route("/v1/generate?stream=false");
    private static final SynapseType<byte[], byte[]> ECHO = SynapseType.bytes("echo");
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final DendriteOptions HTTP = DendriteOptions.defaults().dialect(Dialect.HTTP);

    private final Keypair validator = Keypair.development("Alice");
    private final AccountId miner = Keypair.development("Bob").account();
    private final MockWebServer server = new MockWebServer();
    private final Dendrite dendrite = Dendrite.open(validator, HTTP);

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
        return Target.of(miner, new Endpoint(server.getHostName(), server.getPort()));
    }

    private static MockResponse.Builder answer(int status, String body) {
        return new MockResponse.Builder().code(status).body(body);
    }

    private QueryOutcome<Reply> ask() throws InterruptedException {
        return dendrite.query(target(), GENERATE, new Prompt("hello"), SOON);
    }

    @Test
    void a_record_is_posted_as_json_to_its_route_and_signed_as_sent() throws Exception {
        server.enqueue(answer(200, "{\"text\":\"hi\"}").build());
        QueryOutcome<Reply> outcome = ask();
        assertThat(outcome.answerOrEmpty()).contains(new Reply("hi"));
        assertThat(outcome.timing().connecting()).isPositive();
        assertThat(outcome.timing().answering()).isPositive();

        RecordedRequest request = server.takeRequest();
        assertThat(request.getRequestLine()).isEqualTo("POST /v1/generate?stream=false HTTP/1.1");
        assertThat(request.getBody().utf8()).isEqualTo("{\"prompt\":\"hello\"}");
        assertThat(request.getHeaders().get("content-type")).isEqualTo("application/json");
        assertThat(request.getHeaders().get("accept-encoding")).isEqualTo("identity");
        assertThat(request.getHeaders().get("x-bittensor-hotkey"))
                .isEqualTo(validator.account().ss58());
        assertThat(request.getHeaders().get("x-bittensor-receiver")).isEqualTo(miner.ss58());
        assertThat(request.getHeaders().get("x-bittensor-crypto")).isNull();
    }

    @Test
    void every_attempt_has_its_own_nonce_and_none_is_made_twice() throws Exception {
        server.enqueue(answer(503, "").setHeader("Retry-After", "0").build());
        server.enqueue(answer(302, "").setHeader("Location", "/elsewhere").build());
        server.enqueue(answer(408, "").build());
        server.enqueue(new MockResponse.Builder()
                .onResponseStart(SocketEffect.ShutdownConnection.INSTANCE)
                .build());
        server.enqueue(answer(200, "{\"text\":\"hi\"}").build());
        assertThat(ask()).isInstanceOfSatisfying(Refused.class, r -> {
            assertThat(r.code()).isEqualTo("http.503");
            assertThat((Object) r.retryAfter()).isEqualTo(Optional.of(Duration.ZERO));
        });
        assertThat(ask()).isInstanceOf(Invalid.class);
        assertThat(ask())
                .isInstanceOfSatisfying(Refused.class, r -> assertThat(r.code()).isEqualTo("http.408"));
        assertThat(ask()).isInstanceOf(Unreachable.class);
        assertThat(ask()).isInstanceOf(Answered.class);
        assertThat(server.getRequestCount()).isEqualTo(5);
        List<String> nonces = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            nonces.add(server.takeRequest().getHeaders().get("x-bittensor-nonce"));
        }
        assertThat(nonces).doesNotHaveDuplicates().doesNotContainNull();
    }

    @Test
    void what_a_server_says_with_an_error_becomes_the_outcome() throws Exception {
        server.enqueue(answer(401, "{\"error\":\"auth.stale\",\"message\":\"too\\u0007 old\"}")
                .setHeader("bittensor4j-refusal", "auth.stale")
                .setHeader("bittensor4j-clock-difference", "-11000000000")
                .build());
        server.enqueue(answer(504, "{}")
                .setHeader("bittensor4j-refusal", "call.deadline")
                .build());
        server.enqueue(
                answer(401, "{\"error\":\"BadSignature\",\"message\":\"no\"}").build());
        server.enqueue(answer(404, "{\"detail\":\"Not Found\"}")
                .setHeader("retry-after", "120")
                .build());
        server.enqueue(answer(500, "<html>").build());
        assertThat(ask()).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.code()).isEqualTo("auth.stale");
            assertThat(refused.message()).isEqualTo("too  old");
            assertThat((Object) refused.clockDifference()).isEqualTo(Optional.of(Duration.ofSeconds(-11)));
        });
        assertThat(ask()).isInstanceOf(TimedOut.class);
        assertThat(ask()).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.code()).isEqualTo("http.401");
            assertThat(refused.message()).isEqualTo("no");
        });
        assertThat(ask()).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.message()).isEqualTo("Not Found");
            assertThat((Object) refused.retryAfter()).isEqualTo(Optional.of(Duration.ofMinutes(2)));
        });
        assertThat(ask()).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.message()).isEqualTo("HTTP status 500");
            assertThat((Object) refused.retryAfter()).isEqualTo(Optional.empty());
        });
    }

    @Test
    void an_answer_that_is_no_answer_is_invalid() throws Exception {
        server.enqueue(answer(200, "{\"text\":[]}").build());
        server.enqueue(answer(200, "").build());
        server.enqueue(answer(200, "{}").setHeader("x", "y".repeat(20_000)).build());
        for (int i = 0; i < 3; i++) {
            assertThat(ask()).isInstanceOf(Invalid.class);
        }
    }

    @Test
    void an_answer_is_read_no_further_than_allowed() throws Exception {
        server.enqueue(new MockResponse.Builder()
                .chunkedBody(new Buffer().write(new byte[5000]), 100)
                .build());
        server.enqueue(new MockResponse.Builder()
                .body(new Buffer().write(new byte[4096]))
                .build());
        try (Dendrite small = Dendrite.open(validator, HTTP.maxAnswerBytes(4096))) {
            assertThat(small.query(target(), ECHO, new byte[0], SOON))
                    .isInstanceOfSatisfying(
                            Invalid.class, i -> assertThat(i.reason()).contains("4096"));
            assertThat(small.query(target(), ECHO, new byte[0], SOON)).isInstanceOf(Answered.class);
        }
    }

    @Test
    void lines_come_one_by_one_and_a_broken_row_tells_why() throws Exception {
        server.enqueue(answer(200, "{\"text\":\"a\"}\n{\"text\":\"b\"}\n").build());
        server.enqueue(new MockResponse.Builder()
                .chunkedBody("{\"text\":\"a\"}\n!{\"error\":\"out.of-tokens\",\"message\":\"none left\"}\n", 7)
                .build());
        server.enqueue(answer(200, "{\"text\":\"a\"}\n{\"text\":\"b").build());
        List<Reply> taken = new ArrayList<>();
        assertThat(dendrite.stream(target(), GENERATE, new Prompt(""), SOON, taken::add))
                .isInstanceOfSatisfying(
                        Answered.class, a -> assertThat(a.answer()).isEqualTo(2L));
        assertThat(taken).containsExactly(new Reply("a"), new Reply("b"));
        taken.clear();
        assertThat(dendrite.stream(target(), GENERATE, new Prompt(""), SOON, taken::add))
                .isInstanceOfSatisfying(Refused.class, refused -> {
                    assertThat(refused.code()).isEqualTo("out.of-tokens");
                    assertThat(refused.message()).isEqualTo("none left");
                });
        assertThat(dendrite.stream(target(), GENERATE, new Prompt(""), SOON, taken::add))
                .isInstanceOf(Invalid.class);
        assertThat(taken).containsExactly(new Reply("a"), new Reply("a"));
    }

    @Test
    void the_deadline_bounds_a_server_that_says_nothing_or_little() throws Exception {
        server.enqueue(answer(200, "{}").headersDelay(1, TimeUnit.MINUTES).build());
        server.enqueue(answer(200, "{\"text\":\"hello\"}")
                .throttleBody(1, 1, TimeUnit.MINUTES)
                .build());
        for (int i = 0; i < 2; i++) {
            assertThat(dendrite.query(target(), GENERATE, new Prompt(""), Duration.ofMillis(300)))
                    .isInstanceOf(TimedOut.class);
        }
    }

    @Test
    void cancelling_and_closing_end_calls() throws Exception {
        server.enqueue(answer(200, "{}").headersDelay(1, TimeUnit.MINUTES).build());
        server.enqueue(answer(200, "{}").headersDelay(1, TimeUnit.MINUTES).build());
        CompletableFuture<QueryOutcome<Reply>> cancelled =
                dendrite.queryAsync(target(), GENERATE, new Prompt(""), Duration.ofMinutes(5));
        CompletableFuture<QueryOutcome<Reply>> open =
                dendrite.queryAsync(target(), GENERATE, new Prompt(""), Duration.ofMinutes(5));
        server.takeRequest();
        server.takeRequest();
        assertThat(cancelled.cancel(false)).isTrue();
        dendrite.close();
        assertThat(open.get(20, TimeUnit.SECONDS)).isInstanceOf(Unreachable.class);
    }

    @Test
    void sdk_11_takes_our_requests_by_either_scheme() throws Exception {
        SynapseType<byte[], Peered> route =
                new SynapseType<>("x", byte[].class, Peered.class).route("/generate?stream=false");
        for (Keypair key : List.of(validator, Keypair.generate(KeyScheme.ED25519))) {
            // the official verifier takes the scheme from the header where the application does not tell it
            try (PythonPeer peer = PythonPeer.start("sdk11", "sdk11_auth.py", "serve");
                    Dendrite asking = Dendrite.open(key, HTTP)) {
                JsonNode at = peer.listening();
                Target served = Target.of(
                        AccountId.fromSs58(at.path("hotkey").asText()),
                        new Endpoint(at.path("host").asText(), at.path("port").asInt()));
                assertThat(asking.query(served, route, "hello".getBytes(StandardCharsets.UTF_8), SOON))
                        .isInstanceOfSatisfying(
                                Answered.class,
                                answered -> assertThat(answered.answer())
                                        .isEqualTo(new Peered(key.account().ss58(), "hello")));
                Target other = Target.of(validator.account(), served.endpoint());
                assertThat(asking.query(other, route, new byte[0], SOON))
                        .isInstanceOfSatisfying(Refused.class, refused -> {
                            assertThat(refused.code()).isEqualTo("http.401");
                            assertThat(refused.message()).contains("different receiving hotkey");
                        });
            }
        }
    }

    @Test
    void sdk_11_verifies_what_is_on_the_wire_with_escapes_and_query_by_either_scheme() throws Exception {
        SynapseType<byte[], byte[]> route = ECHO.route("/a%20b/c?d=%2F&e=f");
        byte[] body = {0, 1, (byte) 0xff, '\n'};
        for (Keypair key : List.of(validator, Keypair.generate(KeyScheme.ED25519))) {
            server.enqueue(answer(200, "").build());
            try (Dendrite asking = Dendrite.open(key, HTTP)) {
                asking.query(target(), route, body, SOON);
            }
            RecordedRequest request = server.takeRequest();
            Map<String, String> headers = new HashMap<>();
            request.getHeaders().forEach(pair -> headers.put(pair.getFirst(), pair.getSecond()));
            JsonNode verdict = PythonPeer.run(
                    "sdk11",
                    "sdk11_auth.py",
                    body,
                    "verify",
                    "--path",
                    request.getTarget(),
                    "--self",
                    miner.ss58(),
                    "--headers",
                    new ObjectMapper().writeValueAsString(headers));
            assertThat(verdict.path("caller").asText()).isEqualTo(key.account().ss58());
        }
    }
}
