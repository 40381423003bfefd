package io.github.bittensor4j.dendrite;

import static io.github.bittensor4j.dendrite.FrameServer.CONTINUATION;
import static io.github.bittensor4j.dendrite.FrameServer.DATA;
import static io.github.bittensor4j.dendrite.FrameServer.END_HEADERS;
import static io.github.bittensor4j.dendrite.FrameServer.END_STREAM;
import static io.github.bittensor4j.dendrite.FrameServer.GOAWAY;
import static io.github.bittensor4j.dendrite.FrameServer.HEADERS;
import static io.github.bittensor4j.dendrite.FrameServer.PING;
import static io.github.bittensor4j.dendrite.FrameServer.PUSH_PROMISE;
import static io.github.bittensor4j.dendrite.FrameServer.RST_STREAM;
import static io.github.bittensor4j.dendrite.FrameServer.SETTINGS;
import static io.github.bittensor4j.dendrite.FrameServer.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.tls.TlsIdentity;
import io.github.bittensor4j.dendrite.FrameServer.Peer;
import io.github.bittensor4j.dendrite.QueryOutcome.Invalid;
import io.github.bittensor4j.dendrite.QueryOutcome.Refused;
import io.github.bittensor4j.dendrite.QueryOutcome.TimedOut;
import io.github.bittensor4j.dendrite.QueryOutcome.Unreachable;
import io.github.bittensor4j.protocol.v1.Payload;
import io.github.bittensor4j.protocol.v1.SynapseResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls over a line to servers that do as they like with the frames of HTTP/2. */
@Timeout(60)
class LineTest {
    private static final SynapseType<byte[], byte[]> ECHO = SynapseType.bytes("echo.v1");
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final byte[] ANSWER = answer(new byte[] {7, 8, 9});
    private static final byte[] SAID = {7, 8, 9};

    private final Keypair miner = Keypair.development("Bob");
    private final Keypair validator = Keypair.development("Alice");
    private final List<AutoCloseable> closing = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        Collections.reverse(closing);
        for (AutoCloseable each : closing) {
            each.close();
        }
    }

    private static byte[] answer(byte[] bytes) {
        return SynapseResponse.newBuilder()
                .setPayload(Payload.newBuilder().setRaw(ByteString.copyFrom(bytes)))
                .build()
                .toByteArray();
    }

    private FrameServer server(FrameServer.Script script) throws IOException {
        FrameServer server = new FrameServer(script);
        closing.add(server);
        return server;
    }

    private Dendrite dendrite(DendriteOptions options) {
        Dendrite dendrite = Dendrite.open(validator, options);
        closing.add(dendrite);
        return dendrite;
    }

    private Dendrite dendrite() {
        return dendrite(DendriteOptions.defaults());
    }

    private Target at(FrameServer server) {
        return Target.of(miner.account(), new Endpoint("127.0.0.1", server.port()));
    }

    private static void answer(Peer peer, int stream) throws IOException {
        peer.head(stream).message(stream, ANSWER).trailers(stream, "grpc-status", "0");
    }

    private QueryOutcome<byte[]> asked(FrameServer.Script script) throws Exception {
        return dendrite().query(at(server(script)), ECHO, new byte[10], SOON);
    }

    @Test
    void many_calls_share_one_connection() throws Exception {
        FrameServer server = server((peer, number) -> {
            peer.greeted();
            while (true) {
                answer(peer, peer.question());
            }
        });
        Dendrite dendrite = dendrite();
        for (int i = 0; i < 5; i++) {
            assertThat(dendrite.query(at(server), ECHO, new byte[10], SOON).answerOrEmpty())
                    .contains(SAID);
        }
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void a_call_that_nobody_answers_ends_at_its_deadline_and_the_server_is_told() throws Exception {
        BlockingQueue<Integer> codes = new ArrayBlockingQueue<>(1);
        FrameServer server = server((peer, number) -> {
            peer.greeted();
            codes.add(peer.next(RST_STREAM).code());
        });
        QueryOutcome<byte[]> outcome = dendrite().query(at(server), ECHO, new byte[10], Duration.ofMillis(200));
        assertThat(outcome).isInstanceOf(TimedOut.class);
        assertThat(codes.poll(20, TimeUnit.SECONDS)).isEqualTo(8);
    }

    @Test
    void a_server_that_falls_silent_is_asked_whether_it_is_there_and_given_up() throws Exception {
        BlockingQueue<Integer> pings = new ArrayBlockingQueue<>(16);
        FrameServer server = server((peer, number) -> {
            peer.greeted();
            peer.question();
            while (true) {
                pings.offer(peer.next(PING).flags());
            }
        });
        Dendrite dendrite = dendrite(DendriteOptions.defaults().keepAlive(Duration.ofMillis(300)));
        QueryOutcome<byte[]> outcome = dendrite.query(at(server), ECHO, new byte[10], Duration.ofSeconds(50));
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Unreachable.class,
                        silent -> assertThat(silent.reason()).contains("nothing was heard of the other side"));
        assertThat(pings.poll(20, TimeUnit.SECONDS)).as("a question, no answer").isZero();
        // and the next call has a connection of its own
        dendrite.queryAsync(at(server), ECHO, new byte[10], Duration.ofSeconds(50));
        while (server.connections() < 2) {
            Thread.onSpinWait();
        }
    }

    @Test
    void a_server_that_is_slow_but_there_is_waited_for() throws Exception {
        FrameServer server = server((peer, number) -> {
            peer.greeted();
            int stream = peer.question();
            for (int i = 0; i < 2; i++) {
                peer.send(PING, 1, 0, peer.next(PING).payload());
            }
            answer(peer, stream);
        });
        // a third of it is what the server has for each answer
        Dendrite dendrite = dendrite(DendriteOptions.defaults().keepAlive(Duration.ofSeconds(2)));
        assertThat(dendrite.query(at(server), ECHO, new byte[10], SOON).answerOrEmpty())
                .contains(SAID);
    }

    @Test
    void a_connection_without_a_call_is_closed_in_order_once_it_is_idle() throws Exception {
        BlockingQueue<FrameServer.Frame> last = new ArrayBlockingQueue<>(1);
        FrameServer server = server((peer, number) -> {
            peer.greeted();
            answer(peer, peer.question());
            if (number == 0) {
                last.add(peer.next(GOAWAY));
            }
            peer.drain();
        });
        // looks at the time every second
        Dendrite dendrite = dendrite(
                DendriteOptions.defaults().keepAlive(Duration.ofSeconds(3)).idleChannel(Duration.ofMillis(200)));
        assertThat(dendrite.query(at(server), ECHO, new byte[10], SOON).answerOrEmpty())
                .contains(SAID);
        FrameServer.Frame frame = last.poll(20, TimeUnit.SECONDS);
        assertThat(frame).isNotNull();
        assertThat(frame.payload()).as("last stream 0, no error").isEqualTo(new byte[8]);
        assertThat(dendrite.query(at(server), ECHO, new byte[10], SOON).answerOrEmpty())
                .contains(SAID);
        assertThat(server.connections()).isEqualTo(2);
    }

    @Test
    void a_server_that_accepts_and_says_nothing_of_tls_was_not_reached() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Target target = Target.of(miner.account(), new Endpoint("127.0.0.1", silent.getLocalPort()))
                    .pinned(TlsIdentity.generate().key().orElseThrow());
            Dendrite dendrite = dendrite(DendriteOptions.defaults().connectTimeout(Duration.ofMillis(200)));
            assertThat(dendrite.query(target, ECHO, new byte[10], Duration.ofSeconds(50)))
                    .isInstanceOf(Unreachable.class);
        }
    }

    @Test
    void a_server_that_never_speaks_gets_nothing_signed_and_the_call_ends_at_its_deadline() throws Exception {
        BlockingQueue<Boolean> asked = new ArrayBlockingQueue<>(1);
        FrameServer server = server((peer, number) -> {
            try {
                peer.next(HEADERS);
                asked.add(true);
            } finally {
                asked.offer(false);
            }
        });
        Dendrite dendrite = dendrite();
        assertThat(dendrite.query(at(server), ECHO, new byte[10], Duration.ofMillis(200)))
                .isInstanceOf(TimedOut.class);
        dendrite.close();
        assertThat(asked.poll(20, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void a_call_that_is_cancelled_is_reset_and_the_others_go_on() throws Exception {
        BlockingQueue<Integer> reset = new ArrayBlockingQueue<>(1);
        CompletableFuture<Void> both = new CompletableFuture<>();
        FrameServer server = server((peer, number) -> {
            peer.greeted();
            List<Integer> streams = peer.questions(2);
            both.complete(null);
            int gone = peer.next(RST_STREAM).stream();
            reset.add(gone);
            answer(peer, streams.get(0) == gone ? streams.get(1) : streams.get(0));
            peer.drain();
        });
        Dendrite dendrite = dendrite();
        CompletableFuture<QueryOutcome<byte[]>> first = dendrite.queryAsync(at(server), ECHO, new byte[10], SOON);
        CompletableFuture<QueryOutcome<byte[]>> second = dendrite.queryAsync(at(server), ECHO, new byte[10], SOON);
        both.get(20, TimeUnit.SECONDS);
        first.cancel(false);
        assertThat(second.get(20, TimeUnit.SECONDS).answerOrEmpty()).contains(SAID);
        assertThat(reset.poll(20, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void calls_beyond_what_the_server_allows_wait_for_their_turn() throws Exception {
        BlockingQueue<Integer> open = new ArrayBlockingQueue<>(100);
        FrameServer server = server((peer, number) -> {
            peer.greeted(3, 1);
            for (int i = 0; i < 8; i++) {
                int stream = peer.question();
                open.add(stream);
                answer(peer, stream);
            }
            peer.drain();
        });
        Dendrite dendrite = dendrite();
        List<CompletableFuture<QueryOutcome<byte[]>>> asked = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            asked.add(dendrite.queryAsync(at(server), ECHO, new byte[10], SOON));
        }
        for (CompletableFuture<QueryOutcome<byte[]>> each : asked) {
            assertThat(each.get(20, TimeUnit.SECONDS).answerOrEmpty()).contains(SAID);
        }
        assertThat(open).containsExactly(1, 3, 5, 7, 9, 11, 13, 15);
    }

    @Test
    void a_call_that_a_leaving_server_still_takes_ends_there_and_the_next_goes_elsewhere() throws Exception {
        FrameServer server = server((peer, number) -> {
            peer.greeted();
            int stream = peer.question();
            if (number == 0) {
                peer.send(GOAWAY, 0, 0, stream, 0);
            }
            answer(peer, stream);
            peer.drain();
        });
        Dendrite dendrite = dendrite();
        for (int i = 0; i < 2; i++) {
            assertThat(dendrite.query(at(server), ECHO, new byte[10], SOON).answerOrEmpty())
                    .contains(SAID);
        }
        assertThat(server.connections()).isEqualTo(2);
    }

    @Test
    void a_call_that_a_leaving_server_has_not_taken_is_over_and_not_asked_again() throws Exception {
        FrameServer server = server((peer, number) -> {
            peer.greeted();
            peer.question();
            peer.send(GOAWAY, 0, 0, 0, 0).drain();
        });
        assertThat(dendrite().query(at(server), ECHO, new byte[10], SOON))
                .isInstanceOfSatisfying(
                        Unreachable.class,
                        outcome -> assertThat(outcome.reason()).contains("closes the connection"));
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void a_large_question_is_sent_as_the_windows_allow() throws Exception {
        BlockingQueue<Integer> sent = new ArrayBlockingQueue<>(100);
        FrameServer server = server((peer, number) -> {
            peer.greeted(4, 1000);
            int before = 0;
            while (before < 1000) {
                before += peer.next(DATA).payload().length;
            }
            sent.add(before);
            peer.send(WINDOW_UPDATE, 0, 1, 1 << 20);
            while (before < 65535) {
                before += peer.next(DATA).payload().length;
            }
            sent.add(before);
            peer.send(WINDOW_UPDATE, 0, 0, 1 << 20);
            peer.question();
            answer(peer, 1);
            peer.drain();
        });
        assertThat(dendrite().query(at(server), ECHO, new byte[200_000], SOON).answerOrEmpty())
                .contains(SAID);
        assertThat(sent).containsExactly(1000, 65535);
    }

    @Test
    void an_answer_before_the_question_was_taken_ends_the_call() throws Exception {
        BlockingQueue<Integer> codes = new ArrayBlockingQueue<>(1);
        FrameServer server = server((peer, number) -> {
            peer.greeted(4, 1000);
            peer.next(DATA);
            peer.trailers(
                    1,
                    ":status",
                    "200",
                    "content-type",
                    "application/grpc",
                    "grpc-status",
                    "8",
                    "grpc-message",
                    "too%20much %E2%82%AC %zz",
                    "bittensor4j-refusal",
                    "limit.size");
            codes.add(peer.next(RST_STREAM).code());
        });
        assertThat(dendrite().query(at(server), ECHO, new byte[200_000], SOON))
                .isInstanceOfSatisfying(Refused.class, refused -> {
                    assertThat(refused.code()).isEqualTo("limit.size");
                    assertThat(refused.message()).isEqualTo("too much € %zz");
                });
        assertThat(codes.poll(20, TimeUnit.SECONDS)).isEqualTo(8);
    }

    @Test
    void a_large_answer_is_let_in_window_by_window() throws Exception {
        byte[] large = new byte[3 << 20];
        Arrays.fill(large, (byte) 5);
        byte[] message = answer(large);
        FrameServer server = server((peer, number) -> {
            peer.greeted();
            int stream = peer.question();
            peer.head(stream);
            java.nio.ByteBuffer framed = java.nio.ByteBuffer.allocate(5 + message.length)
                    .put((byte) 0)
                    .putInt(message.length);
            byte[] body = framed.put(message).array();
            long window = 1 << 20;
            for (int at = 0; at < body.length; ) {
                int count = Math.min(16384, body.length - at);
                while (window < count) {
                    FrameServer.Frame more = peer.next(WINDOW_UPDATE);
                    window += more.stream() == stream ? more.code() : 0;
                }
                peer.send(DATA, 0, stream, Arrays.copyOfRange(body, at, at + count));
                window -= count;
                at += count;
            }
            peer.trailers(stream, "grpc-status", "0").drain();
        });
        assertThat(dendrite().query(at(server), ECHO, new byte[10], SOON).answerOrEmpty())
                .contains(large);
    }

    @Test
    void an_answer_in_parts_that_nobody_takes_is_held_back() throws Exception {
        byte[] part = answer(new byte[16000]);
        BlockingQueue<Integer> sent = new ArrayBlockingQueue<>(1000);
        FrameServer server = server((peer, number) -> {
            peer.greeted();
            int stream = peer.question();
            peer.head(stream);
            long window = 1 << 20;
            for (int i = 0; i < 200; i++) {
                while (window < part.length + 5) {
                    FrameServer.Frame more = peer.next(WINDOW_UPDATE);
                    window += more.stream() == stream ? more.code() : 0;
                }
                peer.message(stream, part);
                window -= part.length + 5;
                sent.add(i);
            }
            peer.trailers(stream, "grpc-status", "0").drain();
        });
        List<Integer> taken = new ArrayList<>();
        QueryOutcome<Long> outcome = dendrite().stream(at(server), ECHO, new byte[10], SOON, one -> {
            if (taken.isEmpty()) {
                // a window is used up and nothing more comes: what the server has sent by now does not grow
                while (sent.size() < (1 << 20) / (part.length + 5)) {
                    Thread.onSpinWait();
                }
                assertThat(sent.size()).isLessThan(200);
            }
            taken.add(one.length);
        });
        assertThat(outcome.answerOrEmpty()).contains(200L);
        assertThat(taken).hasSize(200).containsOnly(16000);
    }

    static Stream<Arguments> wrongAnswers() {
        return Stream.of(
                wrong(
                        "more than one message came",
                        (peer, stream) -> peer.head(stream)
                                .message(stream, ANSWER)
                                .message(stream, ANSWER)
                                .trailers(stream, "grpc-status", "0")),
                wrong("no answer came", (peer, stream) -> peer.head(stream).trailers(stream, "grpc-status", "0")),
                wrong(
                        "without a status",
                        (peer, stream) ->
                                peer.head(stream).message(stream, ANSWER).trailers(stream, "x-more", "1")),
                wrong("UNKNOWN", (peer, stream) -> peer.head(stream).trailers(stream, "grpc-status", "many")),
                wrong(
                        "within a message",
                        (peer, stream) -> peer.head(stream)
                                .send(DATA, 0, stream, new byte[] {0, 0, 0, 0, 9, 1})
                                .trailers(stream, "grpc-status", "0")),
                wrong(
                        "compressed",
                        (peer, stream) -> peer.head(stream)
                                .send(DATA, 0, stream, new byte[] {1, 0, 0, 0, 1, 1})
                                .trailers(stream, "grpc-status", "0")),
                wrong(
                        "larger than 1024 bytes (maxAnswerBytes)",
                        (peer, stream) -> peer.head(stream).send(DATA, 0, stream, new byte[] {0, 0x7f, 0, 0, 0})),
                wrong("larger than 16384 bytes (maxMetadataBytes)", (peer, stream) -> {
                    byte[] block = peer.block(":status", "200", "x-long", "z".repeat(30_000));
                    peer.send(HEADERS, 0, stream, Arrays.copyOf(block, 10_000))
                            .send(CONTINUATION, END_HEADERS, stream, Arrays.copyOfRange(block, 10_000, block.length));
                }),
                wrong("a body before its head", (peer, stream) -> peer.message(stream, ANSWER)),
                wrong(
                        "a header block within an answer",
                        (peer, stream) -> peer.head(stream).head(stream)),
                wrong(
                        "HTTP status 404, content type text/html",
                        (peer, stream) -> peer.send(
                                HEADERS,
                                END_HEADERS,
                                stream,
                                peer.block(":status", "404", "content-type", "text/html"))),
                wrong(
                        "not an answer of gRPC: HTTP status 200",
                        (peer, stream) ->
                                peer.send(HEADERS, END_HEADERS | END_STREAM, stream, peer.block(":status", "200"))),
                wrong("out of range", (peer, stream) -> peer.send(WINDOW_UPDATE, 0, stream, 0)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 7})
    void an_answer_that_is_broken_off_on_the_way_was_not_reached(int code) throws Exception {
        FrameServer server = server((peer, number) -> {
            peer.greeted();
            int stream = peer.question();
            peer.head(stream)
                    .send(DATA, 0, stream, new byte[] {0, 0, 0, 0, 9, 1})
                    .send(RST_STREAM, 0, stream, code);
            peer.drain();
        });
        assertThat(dendrite().query(at(server), ECHO, new byte[10], SOON))
                .isInstanceOfSatisfying(
                        Unreachable.class, gone -> assertThat(gone.reason()).contains("HTTP/2 error " + code));
    }

    @Test
    void an_answer_that_ends_without_a_status_was_broken_off_by_what_stands_between() throws Exception {
        FrameServer server = server((peer, number) -> {
            peer.greeted();
            int stream = peer.question();
            peer.head(stream).message(stream, ANSWER).send(DATA, END_STREAM, stream, new byte[0]);
            peer.drain();
        });
        assertThat(dendrite().query(at(server), ECHO, new byte[10], SOON))
                .isInstanceOfSatisfying(
                        Unreachable.class, gone -> assertThat(gone.reason()).contains("without a status"));
    }

    private interface Answering {
        void answer(Peer peer, int stream) throws IOException;
    }

    private static Arguments wrong(String words, Answering answering) {
        return Arguments.of(words, answering);
    }

    @ParameterizedTest
    @MethodSource("wrongAnswers")
    void a_wrong_answer_is_an_outcome_that_says_so_and_the_connection_lives(String words, Answering answering)
            throws Exception {
        FrameServer server = server((peer, number) -> {
            peer.greeted();
            answering.answer(peer, peer.question());
            answer(peer, peer.question());
            peer.drain();
        });
        Dendrite dendrite = dendrite(DendriteOptions.defaults().maxAnswerBytes(1024));
        assertThat(dendrite.query(at(server), ECHO, new byte[10], SOON))
                .isInstanceOfSatisfying(
                        Invalid.class, outcome -> assertThat(outcome.reason()).contains(words));
        assertThat(dendrite.query(at(server), ECHO, new byte[10], SOON).answerOrEmpty())
                .contains(SAID);
        assertThat(server.connections()).isEqualTo(1);
    }

    static Stream<Arguments> violations() {
        return Stream.of(
                wrong("nothing may be promised", (peer, stream) -> peer.send(PUSH_PROMISE, END_HEADERS, stream, 2)),
                wrong("a frame of no stream", (peer, stream) -> peer.head(stream + 2)),
                wrong("a frame of no stream", (peer, stream) -> peer.send(DATA, 0, stream + 2, new byte[1])),
                wrong("a frame of no stream", (peer, stream) -> peer.send(RST_STREAM, 0, 0, 8)),
                wrong("HEADERS of no stream", (peer, stream) -> peer.head(2)),
                wrong(
                        "header block is not complete",
                        (peer, stream) ->
                                peer.send(HEADERS, 0, stream, new byte[] {0}).send(PING, 0, 0, 1, 2)),
                wrong("does not end", (peer, stream) -> {
                    peer.send(HEADERS, 0, stream, new byte[0]);
                    for (int i = 0; i < 20; i++) {
                        peer.send(CONTINUATION, 0, stream, new byte[0]);
                    }
                }),
                wrong(
                        "cannot be read",
                        (peer, stream) -> peer.send(
                                HEADERS, END_HEADERS, stream, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff)),
                wrong("ENABLE_PUSH", (peer, stream) -> peer.send(SETTINGS, 0, 0, new byte[] {0, 2, 0, 0, 0, 1})),
                wrong(
                        "beyond 2^31-1",
                        (peer, stream) -> peer.send(WINDOW_UPDATE, 0, stream, Integer.MAX_VALUE - 70_000)
                                .send(SETTINGS, 0, 0, new byte[] {0, 4, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff})),
                wrong("out of range", (peer, stream) -> peer.send(WINDOW_UPDATE, 0, 0, 0)),
                wrong("too many frames", (peer, stream) -> {
                    for (int i = 0; i < 5000; i++) {
                        peer.send(PING, 1, 0, i, i);
                    }
                }),
                wrong("too many frames", (peer, stream) -> {
                    peer.head(stream);
                    for (int i = 0; i < 5000; i++) {
                        peer.send(DATA, 0, stream, new byte[0]);
                    }
                }),
                wrong("too many frames", (peer, stream) -> {
                    for (int i = 0; i < 5000; i++) {
                        peer.send(HEADERS, END_HEADERS, stream, peer.block(":status", "103"));
                    }
                }),
                wrong("more DATA than the stream's window", (peer, stream) -> {
                    // one message that is not whole yet is no reason to hold anything back: parts that nobody takes are
                    peer.head(stream);
                    for (int i = 0; i < 200; i++) {
                        peer.message(stream, answer(new byte[16000]));
                    }
                }));
    }

    @ParameterizedTest
    @MethodSource("violations")
    void whoever_breaks_a_rule_of_http2_loses_the_connection_and_every_call_ends(String words, Answering answering)
            throws Exception {
        BlockingQueue<Boolean> closed = new ArrayBlockingQueue<>(1);
        FrameServer server = server((peer, number) -> {
            peer.greeted();
            try {
                answering.answer(peer, peer.question());
                peer.drain();
            } finally {
                closed.add(true);
            }
        });
        CompletableFuture<Void> taking = new CompletableFuture<>();
        closing.add(() -> taking.complete(null));
        QueryOutcome<Long> outcome = dendrite().stream(at(server), ECHO, new byte[10], SOON, part -> {
            // takes nothing further before the connection is over
            while (closed.isEmpty()) {
                Thread.onSpinWait();
            }
        });
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Unreachable.class, over -> assertThat(over.reason()).contains(words));
    }

    @Test
    void a_server_that_does_not_begin_with_settings_is_not_asked() throws Exception {
        QueryOutcome<byte[]> outcome =
                asked((peer, number) -> peer.send(PING, 0, 0, 1, 2).drain());
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Unreachable.class, over -> assertThat(over.reason()).contains("SETTINGS must come first"));
    }

    @Test
    void a_server_of_another_protocol_is_not_asked() throws Exception {
        QueryOutcome<byte[]> outcome = asked((peer, number) -> {
            peer.raw("HTTP/1.1 400 Bad Request\r\n\r\n").drain();
        });
        assertThat(outcome).isInstanceOf(Unreachable.class);
    }

    @Test
    void a_connection_that_breaks_within_an_answer_ends_the_call() throws Exception {
        QueryOutcome<byte[]> outcome = asked((peer, number) -> {
            peer.greeted();
            peer.head(peer.question());
        });
        assertThat(outcome).isInstanceOf(Unreachable.class);
    }

    @Test
    void a_stream_that_was_not_looked_at_is_unreachable_and_reached_anew_at_once() throws Exception {
        FrameServer server = server((peer, number) -> {
            peer.greeted();
            int stream = peer.question();
            if (number == 0) {
                peer.send(RST_STREAM, 0, stream, 7).drain();
            }
            answer(peer, stream);
            peer.drain();
        });
        Dendrite dendrite = dendrite();
        assertThat(dendrite.query(at(server), ECHO, new byte[10], SOON)).isInstanceOf(Unreachable.class);
        assertThat(dendrite.query(at(server), ECHO, new byte[10], SOON).answerOrEmpty())
                .contains(SAID);
    }
}
