package io.github.bittensor4j.axon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.github.bittensor4j.axon.RawClient.Request;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.protocol.v1.Payload;
import io.github.bittensor4j.protocol.v1.SynapseRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the bodies of all connections together may take. */
@Timeout(60)
class CollectedBodiesTest {
    private static final SynapseType<byte[], byte[]> ECHO =
            SynapseType.bytes("echo.v1").route("/echo");

    private final Keypair alice = Keypair.development("Alice");
    private final Keypair bob = Keypair.development("Bob");

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

    /** The head of a request and a part of its body, which never ends. */
    private Socket unfinished(int port, int size, int sent) throws Exception {
        Request request = new Request(alice, bob.account(), new byte[size]);
        request.path = "/echo";
        request.sign();
        StringBuilder head = new StringBuilder("POST /echo HTTP/1.1\r\nhost: axon\r\ncontent-length: " + size + "\r\n");
        request.headers.forEach(header -> head.append(header.name() + ": " + header.value() + "\r\n"));
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(new byte[sent]);
        return socket;
    }

    @Test
    void bodies_that_together_would_take_too_much_memory_are_refused_as_busy() throws Exception {
        try (Axon axon = Axon.builder(bob)
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .access(AccessPolicy.open())
                        .limits(limits -> limits.maxCollectedBytes(1 << 20))
                        .serve(ECHO, (call, bytes) -> bytes)
                        .start();
                RawClient client = new RawClient(axon.port())) {
            assertThat(client.send(question(600_000)).answered()).isTrue();
            Socket held = unfinished(axon.port(), 900_000, 700_000);
            try {
                // as soon as the axon has read that much of the other body
                Optional<String> code;
                do {
                    if (held.getInputStream().available() > 0) {
                        // both were on their way, and this one asked for the room that was left last
                        held.close();
                        held = unfinished(axon.port(), 900_000, 700_000);
                    }
                    code = client.send(question(600_000)).code();
                } while (code.isEmpty());
                assertThat(code).contains("limit.busy");
                // what fits goes on, once what was refused is forgotten
                boolean small;
                do {
                    small = client.send(question(10_000)).answered();
                } while (!small);
            } finally {
                held.close();
            }
            // and all of it once the other has gone
            boolean answered;
            do {
                answered = client.send(question(600_000)).answered();
            } while (!answered);
            for (int i = 0; i < 20; i++) {
                assertThat(client.send(question(600_000)).answered()).isTrue();
            }
            assertThat(axon.status().refused()).containsKey("limit.busy");
        }
    }
}
