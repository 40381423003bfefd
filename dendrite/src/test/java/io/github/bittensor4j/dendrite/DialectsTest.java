package io.github.bittensor4j.dendrite;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.axon.Limits;
import io.github.bittensor4j.axon.Rate;
import io.github.bittensor4j.axon.RefusalException;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.Tensor;
import io.github.bittensor4j.core.Tensors;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.dendrite.QueryOutcome.Answered;
import io.github.bittensor4j.dendrite.QueryOutcome.Refused;
import io.github.bittensor4j.dendrite.QueryOutcome.TimedOut;
import io.github.bittensor4j.dendrite.QueryOutcome.Unreachable;
import io.github.bittensor4j.testkit.PythonPeer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class DialectsTest {
    record Word(String text) {}

    private static final SynapseType<Word, Word> WORD = SynapseType.json("word", Word.class, Word.class);
    private static final SynapseType<byte[], byte[]> BYTES = SynapseType.bytes("bytes");
    private static final SynapseType<Tensors, Tensors> TENSORS = SynapseType.tensors("tensors");
    private static final Duration SOON = Duration.ofSeconds(20);

    private final Keypair miner = Keypair.development("Bob");
    private final Keypair validator = Keypair.development("Alice");
    private final List<AutoCloseable> closing = new ArrayList<>();

    /** The dialects in which a question was asked, as observers are told. */
    private final List<Dialect> asked = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws Exception {
        Collections.reverse(closing);
        for (AutoCloseable each : closing) {
            each.close();
        }
    }

    private Dendrite dendrite(DendriteOptions options) {
        Dendrite dendrite = Dendrite.open(validator, options.observe((target, synapse, dialect, headers) -> {
            asked.add(dialect);
            return new AttemptObserver() {};
        }));
        closing.add(dendrite);
        return dendrite;
    }

    private Dendrite discovering() {
        return dendrite(DendriteOptions.defaults().discoverDialect());
    }

    private Target at(int port) {
        return Target.of(miner.account(), new Endpoint("127.0.0.1", port));
    }

    private Axon axon() {
        return axon(UnaryOperator.identity());
    }

    private Axon axon(UnaryOperator<Limits> limits) {
        Axon axon = Axon.builder(miner)
                .limits(limits)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open())
                .serve(WORD, (call, word) -> new Word(word.text() + " " + call.dialect()))
                .serve(BYTES, (call, bytes) -> bytes)
                .serve(TENSORS, (call, tensors) -> tensors)
                .stream(WORD, (call, word, parts) -> {
                    for (String each : word.text().split(" ")) {
                        if (each.equals("stop")) {
                            throw new RefusalException("out.of-words", false, "no more");
                        }
                        parts.send(new Word(each));
                    }
                })
                .stream(BYTES, (call, bytes, parts) -> {
                    for (byte each : bytes) {
                        if (each == 0) {
                            throw new RefusalException("out.of-bytes", false, "no more");
                        }
                        parts.send(new byte[each]);
                    }
                })
                .start();
        closing.add(axon);
        return axon;
    }

    @ParameterizedTest
    @CsvSource({"GRPC, false", "GRPC, true", "HTTP, false", "SYNAPSE, false"})
    void who_asks_too_often_learns_when_to_come_again(Dialect dialect, boolean sessions) throws Exception {
        Axon axon = axon(limits -> limits.ratePerCaller(new Rate(0.01, sessions ? 2 : 1))); // a handshake counts
        Dendrite dendrite = dendrite(DendriteOptions.defaults().dialect(dialect).sessions(sessions));
        assertThat(dendrite.query(at(axon.port()), WORD, new Word("one"), SOON)).isInstanceOf(Answered.class);
        assertThat(dendrite.query(at(axon.port()), WORD, new Word("two"), SOON))
                .isInstanceOfSatisfying(Refused.class, refused -> {
                    assertThat(refused.code()).isEqualTo("limit.rate");
                    Optional<?> wait = refused.retryAfter();
                    assertThat((Duration) wait.orElseThrow()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(100));
                });
    }

    @ParameterizedTest
    @EnumSource(
            value = Dialect.class,
            names = {"GRPC", "HTTP"})
    void one_handler_answers_in_each_dialect(Dialect dialect) throws InterruptedException {
        Target target = at(axon().port()).speaking(dialect);
        Dendrite dendrite = dendrite(DendriteOptions.defaults());
        assertThat(dendrite.query(target, WORD, new Word("grüß"), SOON).answerOrEmpty())
                .contains(new Word("grüß " + dialect));
        byte[] bytes = new byte[200_000];
        new java.util.Random(1).nextBytes(bytes);
        assertThat(dendrite.query(target, BYTES, bytes, SOON).answerOrEmpty())
                .hasValueSatisfying(answer -> assertThat(answer).isEqualTo(bytes));
        Tensors tensors = new Tensors(Map.of("x", Tensor.ofFloats(new float[] {1, Float.NaN}, 2)));
        assertThat(dendrite.query(target, TENSORS, tensors, SOON).answerOrEmpty())
                .contains(tensors);
        List<Object> taken = new ArrayList<>();
        assertThat(dendrite.stream(target, WORD, new Word("a b"), SOON, taken::add))
                .isInstanceOfSatisfying(
                        Answered.class, a -> assertThat(a.answer()).isEqualTo(2L));
        assertThat(dendrite.stream(target, WORD, new Word("c stop"), SOON, taken::add))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo("out.of-words"));
        assertThat(dendrite.stream(target, BYTES, new byte[] {3, 1, 0}, SOON, part -> taken.add((long) part.length)))
                .isInstanceOfSatisfying(Refused.class, refused -> {
                    assertThat(refused.code()).isEqualTo("out.of-bytes");
                    assertThat(refused.message()).isEqualTo("no more");
                });
        assertThat(dendrite.stream(target, BYTES, new byte[] {2}, SOON, part -> taken.add((long) part.length)))
                .isInstanceOf(Answered.class);
        assertThat(taken).containsExactly(new Word("a"), new Word("b"), new Word("c"), 3L, 1L, 2L);
        assertThat(asked).containsOnly(dialect);
    }

    @Test
    void an_axon_of_this_library_is_found_to_speak_grpc_and_is_probed_once() throws InterruptedException {
        Axon axon = axon();
        Dendrite dendrite = discovering();
        List<QueryOutcome<Word>> outcomes =
                dendrite.queryAll(Collections.nCopies(20, at(axon.port())), WORD, new Word("x"), SOON);
        assertThat(outcomes).allSatisfy(each -> assertThat(each.answerOrEmpty()).contains(new Word("x GRPC")));
        assertThat(dendrite.query(at(axon.port()), WORD, new Word("x"), SOON)).isInstanceOf(Answered.class);
        assertThat(axon.status().accepted()).isEqualTo(21);
        assertThat(axon.status().refused()).isEqualTo(Map.of("auth.missing", 1L));
    }

    /** Answers probes as a synapse axon or as a web server, and questions with a word. */
    private final class Scripted extends Dispatcher {
        private volatile boolean synapse;

        @Override
        public MockResponse dispatch(RecordedRequest request) {
            MockResponse.Builder answer = new MockResponse.Builder();
            if (request.getTarget().equals("/")) {
                answer.code(404);
                if (synapse) {
                    answer.setHeader("bt_header_axon_status_code", "404");
                }
            } else {
                answer.body("{\"text\":\"hi\"}");
            }
            return answer.build();
        }
    }

    @Test
    void a_web_server_gets_one_probe_and_then_the_question_once() throws Exception {
        Scripted script = new Scripted();
        MockWebServer server = new MockWebServer();
        server.setDispatcher(script);
        server.start(InetAddress.getLoopbackAddress(), 0);
        closing.add(server::close);
        Dendrite dendrite = discovering();
        for (int i = 0; i < 3; i++) {
            assertThat(dendrite.query(at(server.getPort()), WORD, new Word("x"), SOON)
                            .answerOrEmpty())
                    .contains(new Word("hi"));
        }
        assertThat(asked).containsOnly(Dialect.HTTP);
        List<String> questions = new ArrayList<>();
        List<String> probes = new ArrayList<>();
        for (int i = server.getRequestCount(); i > 0; i--) {
            RecordedRequest request = server.takeRequest();
            if (request.getHeaders().get("x-bittensor-signature") == null) {
                probes.add(request.getRequestLine());
            } else {
                questions.add(request.getRequestLine());
            }
        }
        assertThat(questions).hasSize(3).containsOnly("POST /word HTTP/1.1");
        assertThat(probes).containsOnlyOnce("GET / HTTP/1.1");
    }

    @Test
    void what_was_found_holds_for_its_life_and_is_found_anew_after() throws Exception {
        Scripted script = new Scripted();
        MockWebServer server = new MockWebServer();
        server.setDispatcher(script);
        server.start(InetAddress.getLoopbackAddress(), 0);
        closing.add(server::close);
        Dendrite forgetful =
                dendrite(DendriteOptions.defaults().discoverDialect().dialectMemory(Duration.ofMillis(1)));
        Dendrite remembering = discovering();
        forgetful.query(at(server.getPort()), WORD, new Word("x"), SOON);
        remembering.query(at(server.getPort()), WORD, new Word("x"), SOON);
        assertThat(asked).containsExactly(Dialect.HTTP, Dialect.HTTP);
        script.synapse = true;
        remembering.query(at(server.getPort()), WORD, new Word("x"), SOON);
        forgetful.query(at(server.getPort()), WORD, new Word("x"), SOON);
        assertThat(asked).endsWith(Dialect.HTTP, Dialect.SYNAPSE);
    }

    @Test
    void nobody_and_somebody_mute_are_outcomes_and_nothing_is_remembered() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Dendrite dendrite = discovering();
        assertThat(dendrite.query(at(port), WORD, new Word("x"), SOON)).isInstanceOf(Unreachable.class);
        try (ServerSocket mute = new ServerSocket(port, 10, InetAddress.getLoopbackAddress())) {
            assertThat(dendrite.query(at(mute.getLocalPort()), WORD, new Word("x"), Duration.ofMillis(400)))
                    .isInstanceOf(TimedOut.class);
        }
        assertThat(dendrite.query(at(axon().port()), WORD, new Word("x"), SOON)).isInstanceOf(Answered.class);
    }

    @Test
    void python_neurons_are_told_apart() throws Exception {
        Dendrite dendrite = discovering();
        try (PythonPeer eleven = PythonPeer.start("sdk11", "sdk11_auth.py", "serve");
                PythonPeer ten = PythonPeer.start("sdk10", "sdk10_axon.py")) {
            assertThat(dendrite.query(target(eleven), WORD, new Word("x"), SOON).latency())
                    .isPositive();
            dendrite.query(target(ten), WORD, new Word("x"), SOON);
        }
        assertThat(asked).containsExactly(Dialect.HTTP, Dialect.SYNAPSE);
    }

    private static Target target(PythonPeer peer) {
        JsonNode at = peer.listening();
        return Target.of(
                AccountId.fromSs58(at.path("hotkey").asText()),
                new Endpoint(at.path("host").asText(), at.path("port").asInt()));
    }
}
