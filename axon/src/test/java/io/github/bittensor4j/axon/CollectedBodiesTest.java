package io.github.bittensor4j.axon;

import static io.github.bittensor4j.axon.RawSocket.DATA;
import static io.github.bittensor4j.axon.RawSocket.END_HEADERS;
import static io.github.bittensor4j.axon.RawSocket.HEADERS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.github.bittensor4j.axon.RawClient.Request;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.protocol.internal.Wire;
import io.github.bittensor4j.protocol.internal.session.Handshake;
import io.github.bittensor4j.protocol.v1.Payload;
import io.github.bittensor4j.protocol.v1.SynapseRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the bodies of all connections together may take, however they come. */
@Timeout(120)
class CollectedBodiesTest {
    private static final SynapseType<byte[], byte[]> ECHO =
            SynapseType.bytes("echo.v1").route("/echo");

    record Ask(String text) {}

    private static final SynapseType<Ask, Ask> OLDEST = SynapseType.json("Oldest", Ask.class, Ask.class);

    /**
     * All that may be taken; what is announced by one body and what has come of it; and what another brings. A body takes up to twice what has
     * come of it.
     */
    private static final int MOST = 100_000;

    private static final int ANNOUNCED = 60_000;
    private static final int CAME = 48_000;
    private static final int WHOLE = 48_000;
    private static final int SMALL = 1_000;

    private final Keypair alice = Keypair.development("Alice");
    private final Keypair bob = Keypair.development("Bob");
    private Axon axon;
    private RawClient client;
    private ManagedChannel channel;

    @BeforeEach
    void start() {
        axon = Axon.builder(bob)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open())
                .limits(limits -> limits.maxCollectedBytes(MOST))
                .serve(ECHO, (call, bytes) -> bytes)
                .serve(OLDEST, (call, ask) -> ask)
                .start();
        client = new RawClient(axon.port());
        channel = NettyChannelBuilder.forAddress("127.0.0.1", axon.port())
                .usePlaintext()
                .disableRetry()
                .build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        client.close();
        axon.close();
    }

    /** A way by which bodies come. */
    enum Way {
        HTTP,
        SYNAPSE,
        GRPC,
        SESSION
    }

    /** The beginning of a body that never ends, of a caller whose head was accepted. */
    private RawSocket unfinished(Way way) throws IOException {
        return switch (way) {
            case HTTP -> {
                Request request = new Request(alice, bob.account(), new byte[ANNOUNCED]);
                request.path = "/echo";
                request.sign();
                yield unfinished("/echo", headers(request));
            }
            case SYNAPSE -> {
                StringBuilder headers = new StringBuilder();
                SynapseCaller.request(OLDEST, new Ask("x"), alice, bob.account())
                        .headers
                        .forEach(header -> headers.append(header.getKey() + ": " + header.getValue() + "\r\n"));
                yield unfinished("/Oldest", headers.toString());
            }
            case GRPC -> {
                RawSocket raw = RawSocket.http2(axon.port());
                open(raw, question(ANNOUNCED));
                yield dribble(raw);
            }
            case SESSION -> {
                RawSocket raw = RawSocket.http2(axon.port());
                Request hello = hello();
                open(raw, hello);
                raw.frame(DATA, 0, 1, RawSocket.framed(hello.body));
                raw.next(DATA); // the session is open
                yield dribble(raw);
            }
        };
    }

    private RawSocket unfinished(String path, String headers) throws IOException {
        boolean named = headers.contains("host: ");
        return new RawSocket(axon.port())
                .send("POST " + path + " HTTP/1.1\r\n" + (named ? "" : "host: axon\r\n") + headers + "content-length: "
                        + ANNOUNCED + "\r\n\r\n")
                .send(new byte[CAME]);
    }

    private static String headers(Request request) {
        StringBuilder headers = new StringBuilder();
        request.headers.forEach(header -> headers.append(header.name() + ": " + header.value() + "\r\n"));
        return headers.toString();
    }

    private void open(RawSocket raw, Request request) throws IOException {
        Map<String, String> headers = RawSocket.grpc();
        headers.put(":path", request.path);
        request.headers.forEach(header -> headers.put(header.name(), header.value()));
        raw.frame(HEADERS, END_HEADERS, 1, RawSocket.block(headers));
    }

    private static RawSocket dribble(RawSocket raw) throws IOException {
        byte[] body =
                ByteBuffer.allocate(5 + CAME).put((byte) 0).putInt(ANNOUNCED).array();
        for (int at = 0; at < body.length; at += 10_000) {
            raw.frame(DATA, 0, 1, Arrays.copyOfRange(body, at, Math.min(body.length, at + 10_000)));
        }
        return raw;
    }

    private Request question(int size) {
        return new Request(
                        alice,
                        bob.account(),
                        SynapseRequest.newBuilder()
                                .setSynapse(ECHO.name())
                                .setPayload(Payload.newBuilder().setRaw(ByteString.copyFrom(new byte[size])))
                                .build()
                                .toByteArray())
                .sign();
    }

    private Request hello() {
        Request request = new Request(alice, bob.account(), new Handshake.Caller().hello());
        request.path = Handshake.TARGET;
        request.sentTo = Handshake.TARGET.substring(1);
        return request.sign();
    }

    /** By which code a body of this size is refused; empty when it was collected. */
    private Optional<String> refused(Way way, int size) throws Exception {
        return switch (way) {
            case HTTP -> {
                Request request = new Request(alice, bob.account(), new byte[size]);
                request.path = "/echo";
                request.sign();
                try (RawSocket raw = new RawSocket(axon.port())) {
                    yield code(raw.send("POST /echo HTTP/1.1\r\nhost: axon\r\nconnection: close\r\n" + headers(request)
                                    + "content-length: " + size + "\r\n\r\n")
                            .sendAsFarAsTaken(request.body)
                            .rest());
                }
            }
            case SYNAPSE ->
                Optional.ofNullable(SynapseCaller.send(
                                axon.port(),
                                SynapseCaller.request(OLDEST, new Ask("x".repeat(size)), alice, bob.account()))
                        .headers()
                        .get("bittensor4j-refusal"));
            case GRPC -> client.send(question(size)).code();
            case SESSION -> {
                // what was not sealed breaks the session once it has been collected
                String code = said(new byte[size]);
                yield code.equals("auth.session") ? Optional.empty() : Optional.of(code);
            }
        };
    }

    private static Optional<String> code(String answer) {
        assertThat(answer).as("an answer").startsWith("HTTP/1.1 ");
        int at = answer.indexOf("bittensor4j-refusal: ");
        return at < 0 ? Optional.empty() : Optional.of(answer.substring(at + 21, answer.indexOf("\r\n", at)));
    }

    /** How a session ends that is told this once it is open. */
    private String said(byte[] message) throws InterruptedException {
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        ClientCall<byte[], byte[]> call = channel.newCall(Wire.SESSION, CallOptions.DEFAULT);
        Request hello = hello();
        Metadata headers = new Metadata();
        hello.headers.forEach(header -> headers.put(Wire.key(header.name()), header.value()));
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(byte[] accept) {
                        heard.add(accept);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        heard.add(
                                Optional.ofNullable(trailers.get(Wire.REFUSAL)).orElse(status.toString()));
                    }
                },
                headers);
        call.request(10);
        call.sendMessage(hello.body);
        Object first = heard.poll(20, TimeUnit.SECONDS);
        if (!(first instanceof byte[])) {
            return String.valueOf(first);
        }
        call.sendMessage(message);
        return String.valueOf(heard.poll(20, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void a_body_that_takes_the_memory_leaves_the_others_room_for_small_ones_alone(Way holder) throws Exception {
        for (Way way : Way.values()) {
            assertThat(refused(way, WHOLE)).as("honest, %s", way).isEmpty();
            RawSocket held = unfinished(holder);
            try {
                Optional<String> code = refused(way, WHOLE);
                while (code.isEmpty()) {
                    // both were on their way: either that one has not come yet, or it asked for the room that was left
                    // last
                    held.close();
                    held = unfinished(holder);
                    for (int i = 0; i < 20 && code.isEmpty(); i++) {
                        code = refused(way, WHOLE);
                    }
                }
                assertThat(code).as("%s", way).contains("limit.busy");
                assertThat(refused(way, SMALL)).as("a small one, %s", way).isEmpty();
            } finally {
                held.close();
            }
            // and all of it once that one has gone
            while (refused(way, WHOLE).isPresent()) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < 10; i++) {
                assertThat(refused(way, WHOLE)).as("again, %s", way).isEmpty();
            }
        }
        assertThat(axon.status().refused()).containsKey("limit.busy");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void a_body_larger_than_all_the_memory_is_refused_however_it_comes(Way way) throws Exception {
        assertThat(refused(way, 2 * MOST)).contains("limit.busy");
        assertThat(refused(way, WHOLE)).isEmpty();
    }
}
