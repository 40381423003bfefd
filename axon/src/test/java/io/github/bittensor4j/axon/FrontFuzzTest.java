package io.github.bittensor4j.axon;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import io.github.bittensor4j.axon.RawHttp.Header;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.protocol.v1.Payload;
import io.github.bittensor4j.protocol.v1.SynapseRequest;
import io.github.bittensor4j.testkit.Mutations;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever bytes come to the port: the connection ends, and no handler meets a question that its caller did not sign. */
class FrontFuzzTest {
    private static final SynapseType<byte[], byte[]> ECHO = SynapseType.bytes("Echo");
    private static final byte[] QUESTION = "hello".getBytes(StandardCharsets.US_ASCII);
    private static final Keypair ALICE = Keypair.development("Alice");
    private static final Keypair BOB = Keypair.development("Bob");
    private static final ConcurrentLinkedQueue<String> FORGED = new ConcurrentLinkedQueue<>();
    private static Axon axon;

    @BeforeAll
    static void start() {
        axon = Axon.builder(BOB)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open())
                .health(new Rate(1_000_000, 1_000_000))
                .limits(limits -> limits.slowRequest(Duration.ofSeconds(1))
                        .handshake(Duration.ofSeconds(1))
                        .ratePerCaller(new Rate(1_000_000, 1_000_000))
                        .failuresPerAddress(new Rate(1_000_000, 1_000_000)))
                .serve(ECHO, (call, bytes) -> {
                    String asked = new String(bytes, StandardCharsets.ISO_8859_1);
                    if (!asked.equals("hello")) {
                        FORGED.add(asked);
                    }
                    return bytes;
                })
                .start();
    }

    @AfterAll
    static void stop() {
        axon.close();
    }

    private static List<Header> signed(RawClient.Request request, String type) {
        List<Header> headers = new ArrayList<>(List.of(new Header("content-type", type)));
        request.sign().headers.forEach(header -> headers.add(new Header(header.name(), header.value())));
        return headers;
    }

    /** Signed now: fresh enough for the first of what is made of them, and parsed to the same depth when they are not. */
    static List<byte[]> connections() {
        RawClient.Request http = new RawClient.Request(ALICE, BOB.account(), QUESTION);
        http.path = ECHO.route();
        byte[] http1 = RawHttp.http1("POST", http.path, signed(http, "application/octet-stream"), QUESTION);
        http.nonce = RawClient.nextNonce();
        byte[] http2 =
                RawHttp.http2(RawHttp.head("POST", http.path, signed(http, "application/octet-stream")), QUESTION);
        byte[] message = SynapseRequest.newBuilder()
                .setSynapse(ECHO.name())
                .setPayload(Payload.newBuilder().setRaw(ByteString.copyFrom(QUESTION)))
                .build()
                .toByteArray();
        RawClient.Request call = new RawClient.Request(ALICE, BOB.account(), message);
        byte[] grpc = RawHttp.http2(
                RawHttp.head("POST", call.path, signed(call, "application/grpc")),
                RawHttp.joined(new byte[] {0, 0, 0, 0, (byte) message.length}, message));
        byte[] chunked = "POST /Echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII);
        byte[] health = "GET /health HTTP/1.1\r\nhost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] tls = {0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0};
        return List.of(http1, http2, grpc, chunked, health, tls);
    }

    @MethodSource("connections")
    @FuzzTest
    void whatever_comes_the_connection_ends_and_nothing_unsigned_is_handled(byte[] bytes) throws IOException {
        if (System.getenv("JAZZER_FUZZ") != null) {
            // where Jazzer searches, it takes every connection for a finding but those that it is told of
            BugDetectors.allowNetworkConnections((host, port) -> port == axon.port());
        }
        try (RawSocket socket = new RawSocket(axon.port())) {
            socket.sendAsFarAsTaken(bytes).end();
            socket.rest();
        }
        assertThat(FORGED).isEmpty();
    }

    @Test
    @Timeout(240)
    void mutated_connections() throws Exception {
        Mutations.each(
                61, 3_000, connections(), this::whatever_comes_the_connection_ends_and_nothing_unsigned_is_handled);
        // it still serves
        RawClient.Request http = new RawClient.Request(ALICE, BOB.account(), QUESTION);
        http.path = ECHO.route();
        byte[] honest = RawHttp.http1("POST", http.path, signed(http, "application/octet-stream"), QUESTION);
        assertThat(RawHttp.sendHttp1(axon.port(), honest).body()).isEqualTo(QUESTION);
        assertThat(axon.status().accepted()).isPositive();
    }
}
