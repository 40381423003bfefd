package io.github.bittensor4j.axon;

import static io.github.bittensor4j.axon.RawSocket.CONTINUATION;
import static io.github.bittensor4j.axon.RawSocket.DATA;
import static io.github.bittensor4j.axon.RawSocket.END_HEADERS;
import static io.github.bittensor4j.axon.RawSocket.END_STREAM;
import static io.github.bittensor4j.axon.RawSocket.HEADERS;
import static io.github.bittensor4j.axon.RawSocket.PING;
import static io.github.bittensor4j.axon.RawSocket.RST_STREAM;
import static io.github.bittensor4j.axon.RawSocket.SETTINGS;
import static io.github.bittensor4j.axon.RawSocket.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.github.bittensor4j.axon.RawClient.Request;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.protocol.v1.Payload;
import io.github.bittensor4j.protocol.v1.SynapseRequest;
import io.github.bittensor4j.testkit.OpenFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Breaks every limit of the transport, and the rules of HTTP, over raw sockets; each time others are served as before. */
@Timeout(60)
class TransportTest {
    private static final SynapseType<byte[], byte[]> ECHO = SynapseType.bytes("echo.v1");
    private static final int PROTOCOL_ERROR = 1;
    private static final int FLOW_CONTROL_ERROR = 3;
    private static final int FRAME_SIZE_ERROR = 6;
    private static final int REFUSED_STREAM = 7;
    private static final int CANCEL = 8;
    private static final int ENHANCE_YOUR_CALM = 11;

    private final Keypair alice = Keypair.development("Alice");
    private final Keypair bob = Keypair.development("Bob");
    private final List<AutoCloseable> closing = new ArrayList<>();
    private final CountDownLatch finish = new CountDownLatch(1);

    @AfterEach
    void close() throws Exception {
        finish.countDown();
        Collections.reverse(closing);
        for (AutoCloseable each : closing) {
            each.close();
        }
    }

    private Axon axon(UnaryOperator<Limits> limits) {
        Axon axon = Axon.builder(bob)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open())
                .dialects(EnumSet.of(Dialect.GRPC))
                .limits(limits)
                .serve(ECHO, (call, bytes) -> bytes)
                .serve(SynapseType.bytes("wait.v1"), (call, bytes) -> {
                    finish.await();
                    return bytes;
                })
                .serve(SynapseType.bytes("large.v1"), (call, bytes) -> new byte[4 << 20])
                // more than the kernel takes in for a caller that does not read
                .serve(SynapseType.bytes("huge.v1"), (call, bytes) -> new byte[64 << 20])
                .start();
        closing.add(axon);
        return axon;
    }

    private RawSocket http2(Axon axon) throws IOException {
        RawSocket raw = RawSocket.http2(axon.port());
        closing.add(raw);
        return raw;
    }

    private RawSocket plain(Axon axon) throws IOException {
        RawSocket raw = new RawSocket(axon.port());
        closing.add(raw);
        return raw;
    }

    private byte[] question(String synapse) {
        return SynapseRequest.newBuilder()
                .setSynapse(synapse)
                .setPayload(Payload.newBuilder().setRaw(ByteString.copyFromUtf8("hello")))
                .build()
                .toByteArray();
    }

    /** The headers of an honest call. */
    private Map<String, String> signed(byte[] body) {
        Map<String, String> headers = RawSocket.grpc();
        new Request(alice, bob.account(), body)
                .sign()
                .headers
                .forEach(header -> headers.put(header.name(), header.value()));
        return headers;
    }

    private void ask(RawSocket raw, int stream, String synapse) throws IOException {
        byte[] body = question(synapse);
        raw.frame(HEADERS, END_HEADERS, stream, RawSocket.block(signed(body)));
        raw.frame(DATA, END_STREAM, stream, RawSocket.framed(body));
    }

    /** An honest call on a connection of its own is answered. */
    private void honestIsServed(Axon axon) throws IOException {
        try (RawSocket raw = RawSocket.http2(axon.port())) {
            ask(raw, 1, "echo.v1");
            assertThat(new String(raw.next(DATA).payload(), java.nio.charset.StandardCharsets.ISO_8859_1))
                    .contains("hello");
        }
    }

    private void counted(Axon axon, String code) {
        assertThat(axon.status().refused()).containsKey(code);
    }

    private static boolean closedAtOnce(RawSocket raw) throws IOException {
        try {
            raw.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            return raw.rest().isEmpty();
        } catch (SocketException e) {
            return true;
        }
    }

    @Test
    void a_connection_beyond_the_limit_is_closed_and_one_that_goes_makes_room() throws Exception {
        Axon axon = axon(l -> l.connections(2));
        http2(axon);
        try (RawSocket second = RawSocket.http2(axon.port())) {
            assertThat(closedAtOnce(plain(axon))).isTrue();
            counted(axon, "limit.connections");
            second.send("PRI * HTTP/2.0\r\n\r\n"); // breaks the rules, so that the axon closes
            second.rest();
        }
        honestIsServed(axon);
    }

    @Test
    void an_address_has_no_more_connections_than_its_share() throws Exception {
        Axon axon = axon(l -> l.connectionsPerPeer(1));
        http2(axon);
        assertThat(closedAtOnce(plain(axon))).isTrue();
        counted(axon, "limit.connections");
    }

    @Test
    void a_connection_that_does_not_show_what_it_speaks_is_closed() throws Exception {
        Axon axon = axon(l -> l.handshake(Duration.ofMillis(200)));
        assertThat(plain(axon).rest()).isEmpty();
        assertThat(plain(axon).send("PRI * HTT").rest()).isEmpty();
        counted(axon, "limit.handshake");
        honestIsServed(axon);
    }

    @Test
    void an_idle_connection_is_closed() throws Exception {
        Axon axon = axon(l -> l.idleConnection(Duration.ofMillis(200)));
        assertThat(http2(axon).goAway()).isZero();
        counted(axon, "limit.idle");
        honestIsServed(axon);
    }

    @Test
    void a_head_that_comes_too_slowly_ends_the_connection() throws Exception {
        Axon axon = axon(l -> l.slowRequest(Duration.ofMillis(200)));
        assertThat(plain(axon).send("POST / HTTP/1.1\r\nhost: a\r\nx-slow: ").rest())
                .isEmpty();
        counted(axon, "limit.slow");
        honestIsServed(axon);
    }

    @Test
    void a_body_that_comes_too_slowly_ends_the_stream_and_no_other() throws Exception {
        Axon axon = axon(l -> l.slowRequest(Duration.ofMillis(300)));
        RawSocket raw = http2(axon);
        byte[] body = question("echo.v1");
        raw.frame(HEADERS, END_HEADERS, 1, RawSocket.block(signed(body)));
        raw.frame(DATA, 0, 1, Arrays.copyOf(RawSocket.framed(body), 7));
        RawSocket.Frame reset = raw.next(RST_STREAM);
        assertThat(reset.stream()).isEqualTo(1);
        assertThat(reset.code(0)).isEqualTo(CANCEL);
        counted(axon, "limit.slow");
        ask(raw, 3, "echo.v1");
        assertThat(raw.next(DATA).stream()).isEqualTo(3);
    }

    @Test
    void an_answer_that_is_not_read_is_given_up() throws Exception {
        Axon axon = axon(l -> l.writeStall(Duration.ofMillis(400)));
        RawSocket raw = http2(axon);
        ask(raw, 1, "large.v1");
        // the window of the stream is never widened
        assertThat(raw.next(RST_STREAM).code(0)).isEqualTo(CANCEL);
        counted(axon, "limit.slow");
        honestIsServed(axon);
    }

    @Test
    void a_caller_that_reads_nothing_of_what_its_window_allows_loses_its_connection() throws Exception {
        Axon axon = axon(l -> l.writeStall(Duration.ofMillis(400)));
        RawSocket raw = http2(axon);
        byte[] much = {0x7f, (byte) 0xff, 0, 0};
        // both windows are wide before anything is asked: one that is widened too late has its stream given up, and no
        // more
        byte[] initialWindow = {0, 4, 0x7f, (byte) 0xff, 0, 0};
        raw.frame(SETTINGS, 0, 0, initialWindow);
        raw.frame(WINDOW_UPDATE, 0, 0, much);
        ask(raw, 1, "huge.v1");
        while (axon.status().connections() > 0) {
            assertThat(Thread.interrupted()).as("it took too long").isFalse();
            Thread.yield();
        }
        counted(axon, "limit.slow");
        honestIsServed(axon);
    }

    @Test
    void calls_beyond_those_of_a_connection_wait_at_the_caller_or_are_refused() throws Exception {
        Axon axon = axon(l -> l.callsPerConnection(2).running(4));
        RawSocket raw = http2(axon);
        ask(raw, 1, "wait.v1");
        ask(raw, 3, "wait.v1");
        ask(raw, 5, "echo.v1");
        RawSocket.Frame reset = raw.next(RST_STREAM);
        assertThat(reset.stream()).isEqualTo(5);
        assertThat(reset.code(0)).isEqualTo(REFUSED_STREAM);
        counted(axon, "limit.streams");
        honestIsServed(axon);
    }

    @Test
    void while_too_much_waits_to_be_read_no_new_call_is_taken() throws Exception {
        Axon axon = axon(l -> l.maxQueuedBytes(1 << 20));
        RawSocket raw = http2(axon);
        ask(raw, 1, "large.v1");
        assertThat(raw.next(DATA).stream()).isEqualTo(1);
        ask(raw, 3, "echo.v1");
        assertThat(raw.next(RST_STREAM).code(0)).isEqualTo(REFUSED_STREAM);
        counted(axon, "limit.streams");
    }

    @Test
    void headers_beyond_size_or_count_are_refused_and_the_connection_goes_on() throws Exception {
        Axon axon = axon(l -> l.maxMetadataBytes(4096).maxHeaders(20));
        RawSocket raw = http2(axon);
        Map<String, String> large = signed(question("echo.v1"));
        large.put("filler", "x".repeat(5000));
        raw.frame(HEADERS, END_HEADERS | END_STREAM, 1, RawSocket.block(large));
        assertThat(raw.next(HEADERS).stream()).isEqualTo(1);
        Map<String, String> many = signed(question("echo.v1"));
        for (int i = 0; i < 20; i++) {
            many.put("x-" + i, "");
        }
        raw.frame(HEADERS, END_HEADERS | END_STREAM, 3, RawSocket.block(many));
        assertThat(raw.next(HEADERS).stream()).isEqualTo(3);
        assertThat(axon.status().refused()).containsEntry("limit.headers", 2L);
        ask(raw, 5, "echo.v1");
        assertThat(raw.next(DATA).stream()).isEqualTo(5);
    }

    @Test
    void a_header_block_that_does_not_end_ends_the_connection() throws Exception {
        Axon axon = axon(l -> l);
        RawSocket raw = http2(axon);
        raw.frame(HEADERS, 0, 1, RawSocket.block(RawSocket.grpc()));
        raw.send(repeated(17, RawSocket.bytes(CONTINUATION, 0, 1, new byte[0])));
        assertThat(raw.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
        counted(axon, "limit.headers");
        honestIsServed(axon);
    }

    @Test
    void rapid_resets_end_the_connection() throws Exception {
        Axon axon = axon(l -> l.resets(20));
        RawSocket raw = http2(axon);
        // exactly as many as it takes, in one piece: whoever closes with bytes unread loses its last words
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < 21; i++) {
            all.writeBytes(
                    RawSocket.bytes(HEADERS, END_HEADERS, 2 * i + 1, RawSocket.block(signed(question("echo.v1")))));
            all.writeBytes(RawSocket.bytes(RST_STREAM, 0, 2 * i + 1, new byte[] {0, 0, 0, CANCEL}));
        }
        raw.send(all.toByteArray());
        assertThat(raw.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
        counted(axon, "limit.resets");
        honestIsServed(axon);
    }

    @Test
    void resets_that_answer_what_was_sent_before_the_axon_knew_break_off_nothing_more() throws Exception {
        Axon axon = axon(l -> l.resets(8).idleFrames(64));
        RawSocket raw = greedy(axon);
        ask(raw, 1, "huge.v1");
        for (int i = 0; i < 200; i++) {
            raw.next(DATA);
        }
        // as callers do who know nothing of the stream any more
        raw.send(repeated(200, RawSocket.bytes(RST_STREAM, 0, 1, new byte[] {0, 0, 0, PROTOCOL_ERROR})));
        ask(raw, 3, "echo.v1");
        RawSocket.Frame frame = raw.next(DATA);
        while (frame.stream() == 1) {
            frame = raw.next(DATA);
        }
        assertThat(frame.stream()).isEqualTo(3);
        assertThat(axon.status().refused()).doesNotContainKeys("limit.resets", "limit.frames");
    }

    @Test
    void several_large_answers_on_one_connection_all_end_though_the_caller_says_nothing_more() throws Exception {
        Axon axon = axon(l -> l);
        RawSocket raw = greedy(axon);
        Set<Integer> left = new HashSet<>();
        for (int stream = 1; stream < 12; stream += 2) {
            ask(raw, stream, "large.v1");
            left.add(stream);
        }
        while (!left.isEmpty()) {
            RawSocket.Frame frame = raw.next();
            if ((frame.flags() & END_STREAM) != 0 && frame.stream() > 0) {
                left.remove(frame.stream());
            }
        }
        assertThat(axon.status().answered()).isEqualTo(6);
    }

    /** A connection on which the axon may send as much as it likes. */
    private RawSocket greedy(Axon axon) throws IOException {
        RawSocket raw = plain(axon);
        raw.send(RawSocket.PREFACE);
        raw.frame(SETTINGS, 0, 0, new byte[] {0, 4, 0x7f, -1, -1, -1});
        raw.frame(WINDOW_UPDATE, 0, 0, new byte[] {0x70, 0, 0, 0});
        return raw;
    }

    @Test
    void resets_that_the_axon_is_made_to_send_count_as_well() throws Exception {
        Axon axon = axon(l -> l.resets(20));
        RawSocket raw = http2(axon);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < 21; i++) {
            all.writeBytes(
                    RawSocket.bytes(HEADERS, END_HEADERS, 2 * i + 1, RawSocket.block(signed(question("echo.v1")))));
            all.writeBytes(RawSocket.bytes(WINDOW_UPDATE, 0, 2 * i + 1, new byte[4]));
        }
        raw.send(all.toByteArray());
        assertThat(raw.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
        counted(axon, "limit.resets");
    }

    @Test
    void floods_of_frames_that_bring_nothing_end_the_connection() throws Exception {
        Axon axon = axon(l -> l.idleFrames(64));
        for (int type : new int[] {SETTINGS, PING, 77}) {
            RawSocket raw = http2(axon);
            raw.send(repeated(64, RawSocket.bytes(type, 0, 0, new byte[type == PING ? 8 : 0])));
            assertThat(raw.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
        }
        RawSocket empty = http2(axon);
        empty.frame(HEADERS, END_HEADERS, 1, RawSocket.block(signed(question("echo.v1"))));
        empty.send(repeated(64, RawSocket.bytes(DATA, 0, 1, new byte[0])));
        assertThat(empty.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
        counted(axon, "limit.frames");
        honestIsServed(axon);
    }

    private static byte[] repeated(int times, byte[] bytes) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    private interface Breach {
        void commit(RawSocket raw) throws IOException;
    }

    private DynamicTest breach(String name, int code, Breach breach) {
        return DynamicTest.dynamicTest(name, () -> {
            Axon axon = axon(l -> l);
            RawSocket raw = http2(axon);
            breach.commit(raw);
            assertThat(raw.goAway()).isEqualTo(code);
            counted(axon, "http.malformed");
            honestIsServed(axon);
        });
    }

    @TestFactory
    Stream<DynamicTest> what_breaks_a_rule_of_http2_ends_the_connection() {
        byte[] head = RawSocket.block(RawSocket.grpc());
        return Stream.of(
                breach("DATA of no stream", PROTOCOL_ERROR, raw -> raw.frame(DATA, 0, 1, new byte[1])),
                breach("HEADERS of an even stream", PROTOCOL_ERROR, raw -> raw.frame(HEADERS, END_HEADERS, 2, head)),
                breach("RST_STREAM of no stream", PROTOCOL_ERROR, raw -> raw.frame(RST_STREAM, 0, 1, new byte[4])),
                breach("PUSH_PROMISE", PROTOCOL_ERROR, raw -> raw.frame(5, END_HEADERS, 1, head)),
                breach("CONTINUATION of nothing", PROTOCOL_ERROR, raw -> raw.frame(CONTINUATION, 0, 1, head)),
                breach(
                        "a frame within a header block",
                        PROTOCOL_ERROR,
                        raw -> raw.frame(HEADERS, 0, 1, head).frame(PING, 0, 0, new byte[8])),
                breach("PING of 7 bytes", FRAME_SIZE_ERROR, raw -> raw.frame(PING, 0, 0, new byte[7])),
                breach("SETTINGS of 5 bytes", FRAME_SIZE_ERROR, raw -> raw.frame(SETTINGS, 0, 0, new byte[5])),
                breach("a frame of 16385 bytes", FRAME_SIZE_ERROR, raw -> raw.frame(77, 0, 0, new byte[16385])),
                breach(
                        "more padding than frame",
                        PROTOCOL_ERROR,
                        raw -> raw.frame(HEADERS, END_HEADERS | 8, 1, new byte[] {9, 0})),
                breach("WINDOW_UPDATE of nothing", PROTOCOL_ERROR, raw -> raw.frame(WINDOW_UPDATE, 0, 0, new byte[4])),
                breach(
                        "a window beyond 2^31-1",
                        FLOW_CONTROL_ERROR,
                        raw -> raw.frame(
                                WINDOW_UPDATE, 0, 0, new byte[] {0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff})),
                breach(
                        "header compression that is none",
                        9,
                        raw -> raw.frame(HEADERS, END_HEADERS, 1, new byte[] {
                            (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 127
                        })));
    }

    @TestFactory
    Stream<DynamicTest> a_malformed_request_of_http2_is_reset_and_the_connection_goes_on() {
        return Stream.of(
                        "no path",
                        "two paths",
                        "a path that is none",
                        "a path with a space",
                        "an upper-case name",
                        "a connection header",
                        "a length that is none",
                        "two lengths",
                        "another host",
                        "a pseudo-header of answers",
                        "a value with a line end")
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    Axon axon = axon(l -> l);
                    RawSocket raw = http2(axon);
                    raw.frame(HEADERS, END_HEADERS | END_STREAM, 1, malformed(name));
                    assertThat(raw.next(RST_STREAM).code(0)).isEqualTo(PROTOCOL_ERROR);
                    counted(axon, "http.malformed");
                    ask(raw, 3, "echo.v1");
                    assertThat(raw.next(DATA).stream()).isEqualTo(3);
                }));
    }

    private byte[] malformed(String name) {
        Map<String, String> headers = RawSocket.grpc();
        switch (name) {
            case "no path" -> headers.remove(":path");
            case "a path that is none" -> headers.put(":path", "*");
            case "a path with a space" -> headers.put(":path", "/a b");
            case "an upper-case name" -> headers.put("Name", "");
            case "a connection header" -> headers.put("connection", "close");
            case "a length that is none" -> headers.put("content-length", "-1");
            case "two lengths" -> headers.put("content-length", "0");
            case "another host" -> headers.put("host", "other");
            case "a pseudo-header of answers" -> {
                byte[] more = RawSocket.block(headers);
                byte[] status = RawSocket.block(Map.of(":status", "200"));
                byte[] both = Arrays.copyOf(status, status.length + more.length);
                System.arraycopy(more, 0, both, status.length, more.length);
                return both;
            }
            case "a value with a line end" -> headers.put("x", "a\r\nb: c");
            default -> {}
        }
        byte[] block = RawSocket.block(headers);
        byte[] more = switch (name) {
            case "two paths" -> RawSocket.block(Map.of(":path", "/other"));
            case "two lengths" -> RawSocket.block(Map.of("content-length", "0"));
            default -> new byte[0];
        };
        boolean before = name.equals("two paths");
        byte[] all = new byte[block.length + more.length];
        System.arraycopy(more, 0, all, before ? 0 : block.length, more.length);
        System.arraycopy(block, 0, all, before ? more.length : 0, block.length);
        return all;
    }

    @TestFactory
    Stream<DynamicTest> what_two_readers_could_take_for_different_requests_is_refused() {
        String post = "POST /echo HTTP/1.1\r\nhost: a\r\n";
        return Stream.of(
                        "400 POST /echo HTTP/1.1\nhost: a\r\n\r\n",
                        "400 \r\nPOST /echo HTTP/1.1\r\nhost: a\r\n\r\n",
                        "400 " + post + "content-length: 1\r\ncontent-length: 2\r\n\r\nab",
                        "400 " + post + "content-length: 1\r\ncontent-length: 1\r\n\r\na",
                        "400 " + post + "content-length: 1, 1\r\n\r\na",
                        "400 " + post + "content-length: +1\r\n\r\na",
                        "400 " + post + "content-length: 0x1\r\n\r\na",
                        "400 " + post + "content-length:\r\n\r\n",
                        "400 " + post + "content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
                        "501 " + post + "transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                        "501 " + post + "transfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
                        "501 " + post + "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n",
                        "400 " + post + "x: a\r\n folded\r\n\r\n",
                        "400 " + post + " folded: a\r\n\r\n",
                        "400 " + post + "x : a\r\n\r\n",
                        "400 " + post + "x\u000b: a\r\n\r\n",
                        "400 " + post + ": a\r\n\r\n",
                        "400 " + post + "x: a\nb: c\r\n\r\n",
                        "400 " + post + "x: a\rb\r\n\r\n",
                        "400 " + post + "x: a\0b\r\n\r\n",
                        "400 " + post + "no colon\r\n\r\n",
                        "400 POST /echo HTTP/1.1\r\n\r\n",
                        "400 " + post + "host: b\r\n\r\n",
                        "400 POST http://a/echo HTTP/1.1\r\nhost: a\r\n\r\n",
                        "400 OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n",
                        "400 CONNECT a:80 HTTP/1.1\r\nhost: a\r\n\r\n",
                        "400 POST  /echo HTTP/1.1\r\nhost: a\r\n\r\n",
                        "400 POST /echo\tHTTP/1.1\r\nhost: a\r\n\r\n",
                        "400 post /echo HTTP/1.1\r\nhost: a\r\n\r\n",
                        "400 POST /\u00e4 HTTP/1.1\r\nhost: a\r\n\r\n",
                        "505 POST /echo HTTP/1.0\r\nhost: a\r\n\r\n",
                        "505 POST /echo HTTP/2.0\r\nhost: a\r\n\r\n",
                        "400 POST /echo\r\n\r\n")
                .map(row -> DynamicTest.dynamicTest(row, () -> {
                    Axon axon = axon(l -> l);
                    String answer = plain(axon).send(row.substring(4)).rest();
                    assertThat(answer)
                            .startsWith("HTTP/1.1 " + row.substring(0, 3))
                            .contains("http.malformed");
                    assertThat(answer.split("HTTP/1.1", -1)).hasSize(2);
                    counted(axon, "http.malformed");
                    honestIsServed(axon);
                }));
    }

    @Test
    void a_head_beyond_its_size_or_count_is_refused() throws Exception {
        Axon axon = axon(l -> l.maxMetadataBytes(4096).maxHeaders(10));
        assertThat(plain(axon)
                        .send("POST / HTTP/1.1\r\nhost: a\r\nx: " + "y".repeat(5000) + "\r\n\r\n")
                        .rest())
                .startsWith("HTTP/1.1 431");
        assertThat(plain(axon)
                        .send("POST / HTTP/1.1\r\nhost: a\r\n" + "x: y\r\n".repeat(10) + "\r\n")
                        .rest())
                .startsWith("HTTP/1.1 431");
        assertThat(axon.status().refused()).containsEntry("limit.headers", 2L);
    }

    @Test
    void an_axon_is_closed_while_callers_connect_and_leaves_no_sockets_behind() throws Exception {
        axon(l -> l);
        long before = OpenFiles.count();
        for (int round = 0; round < 40; round++) {
            Axon axon = axon(l -> l);
            List<RawSocket> callers = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                callers.add(new RawSocket(axon.port()).send("POST / HTTP/1.1\r\n"));
            }
            axon.close();
            for (RawSocket caller : callers) {
                caller.close();
            }
        }
        OpenFiles.soonAtMost(before);
    }

    @Test
    void a_request_of_no_dialect_is_told_so() throws Exception {
        Axon axon = axon(l -> l);
        assertThat(plain(axon).send("GET / HTTP/1.1\r\nhost: a\r\n\r\n").rest())
                .startsWith("HTTP/1.1 404")
                .contains("bittensor4j-refusal: http.unknown");
        RawSocket raw = http2(axon);
        Map<String, String> get = RawSocket.grpc();
        get.put("content-type", "text/plain");
        raw.frame(HEADERS, END_HEADERS | END_STREAM, 1, RawSocket.block(get));
        assertThat(raw.next(HEADERS).flags() & END_STREAM).isEqualTo(END_STREAM);
        ask(raw, 3, "echo.v1");
        assertThat(raw.next(DATA).stream()).isEqualTo(3);
    }
}
