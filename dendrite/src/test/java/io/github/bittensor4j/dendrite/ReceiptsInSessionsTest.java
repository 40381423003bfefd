package io.github.bittensor4j.dendrite;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.auth.Receipt;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.protocol.internal.ReceiptHeader;
import io.github.bittensor4j.protocol.internal.Wire;
import io.github.bittensor4j.protocol.internal.session.Asked;
import io.github.bittensor4j.protocol.internal.session.Batch;
import io.github.bittensor4j.protocol.internal.session.Handshake;
import io.github.bittensor4j.protocol.internal.session.Kind;
import io.github.bittensor4j.protocol.internal.session.Opener;
import io.github.bittensor4j.protocol.internal.session.Sealer;
import io.github.bittensor4j.protocol.v1.Payload;
import io.github.bittensor4j.protocol.v1.SynapseRequest;
import io.github.bittensor4j.protocol.v1.SynapseResponse;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Within a session nobody between can touch an answer or its receipt; the axon itself can, and is told. */
@Timeout(60)
class ReceiptsInSessionsTest {
    private static final SynapseType<byte[], byte[]> ECHO = SynapseType.bytes("echo.v1");
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String STREAM = Wire.target(Wire.STREAM.getFullMethodName());

    private final Keypair miner = Keypair.development("Bob");
    private final Keypair validator = Keypair.development("Alice");

    /** What an axon gives for a receipt. */
    enum Giving {
        THE_RECEIPT,
        /** The wish is ignored, as by an axon that knows no receipts. */
        NOTHING,
        /** One of another answer. */
        ANOTHER_ANSWER,
        /** The one of the request before. */
        THE_ONE_BEFORE,
        /** One that says how many parts a whole answer had, or that an answer in parts was whole. */
        ANOTHER_FORM,
        /** What is no receipt at all. */
        NOISE
    }

    @ParameterizedTest
    @EnumSource(Giving.class)
    void an_axon_that_does_not_sign_its_answer_when_it_is_asked_to_is_told_invalid(Giving giving) throws Exception {
        AtomicReference<Giving> given = new AtomicReference<>(Giving.THE_RECEIPT);
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .directExecutor()
                .addService(ServerServiceDefinition.builder("bittensor4j.v1.Neuron")
                        .addMethod(Wire.SESSION, (call, headers) -> new Axon(call, headers, given))
                        .build())
                .build()
                .start();
        try (Dendrite dendrite = Dendrite.open(
                validator, DendriteOptions.defaults().sessions(true).receipts(true))) {
            Target target = Target.of(miner.account(), new Endpoint("127.0.0.1", server.getPort()));
            for (QueryOutcome<?> honest : asked(dendrite, target)) {
                assertThat(honest)
                        .isInstanceOfSatisfying(
                                QueryOutcome.Answered.class,
                                answered -> assertThat(answered.receipt().isPresent())
                                        .isTrue());
            }
            given.set(giving);
            for (QueryOutcome<?> outcome : asked(dendrite, target)) {
                if (giving == Giving.THE_RECEIPT) {
                    assertThat(outcome).isInstanceOf(QueryOutcome.Answered.class);
                } else {
                    assertThat(outcome)
                            .isInstanceOfSatisfying(
                                    QueryOutcome.Invalid.class,
                                    invalid -> assertThat(invalid.reason()).contains("receipt"));
                }
            }
        } finally {
            server.shutdownNow();
        }
    }

    private static List<QueryOutcome<?>> asked(Dendrite dendrite, Target target) throws InterruptedException {
        byte[] question = "question".getBytes(US_ASCII);
        return List.of(
                dendrite.query(target, ECHO, question, SOON),
                dendrite.stream(target, ECHO, question, SOON, part -> {}));
    }

    /** The axon's side of one session. */
    private final class Axon extends ServerCall.Listener<byte[]> {
        private final ServerCall<byte[], byte[]> call;
        private final Metadata headers;
        private final AtomicReference<Giving> given;
        private AuthHeaders caller;
        private Opener opener;
        private Sealer sealer;

        /** Of the last whole answer, and of the last in parts. */
        private final String[] before = {"", ""};

        Axon(ServerCall<byte[], byte[]> call, Metadata headers, AtomicReference<Giving> given) {
            this.call = call;
            this.headers = headers;
            this.given = given;
            call.request(Integer.MAX_VALUE);
        }

        @Override
        public void onMessage(byte[] message) {
            if (opener != null) {
                opener.open(message, this::heard);
                return;
            }
            AuthHeaders claims = Wire.authHeaders(headers);
            caller = claims;
            Handshake.Accepted accepted = Handshake.accept(
                    miner,
                    claims.request(claims.scheme(), Wire.HTTP_METHOD, Handshake.TARGET, Hashes.sha256(message)),
                    message,
                    Handshake.channel(Optional.empty()),
                    8);
            opener = new Opener(accepted.keys().callers(), System::nanoTime);
            sealer = new Sealer(accepted.keys().axons(), System::nanoTime);
            call.sendHeaders(new Metadata());
            call.sendMessage(accepted.answer());
        }

        private void heard(int number, Kind kind, ByteBuffer body) {
            if (kind != Kind.ASK) {
                return;
            }
            Asked asked = Asked.read(body);
            boolean inParts = asked.target().equals(STREAM);
            byte[] answer = answer(asked.message());
            Batch batch = new Batch();
            if (inParts) {
                sealer.seal(number, Kind.PART, new byte[0], answer, batch);
                sealer.seal(number, Kind.END, receipt(asked, answer, true), new byte[0], batch);
            } else {
                sealer.seal(number, Kind.ANSWER, receipt(asked, answer, false), answer, batch);
            }
            call.sendMessage(batch.take());
        }

        private byte[] receipt(Asked asked, byte[] answer, boolean inParts) {
            SignedRequest request = SignedRequest.of(
                    caller.scheme(),
                    Wire.HTTP_METHOD,
                    asked.target(),
                    asked.message(),
                    asked.receiptNonce().orElseThrow(),
                    caller.sender(),
                    caller.receiver());
            String right = signed(request, answer, inParts);
            int kind = inParts ? 1 : 0;
            String text = switch (given.get()) {
                case THE_RECEIPT -> right;
                case NOTHING -> "";
                case ANOTHER_ANSWER -> signed(request, "another".getBytes(US_ASCII), inParts);
                case THE_ONE_BEFORE -> before[kind];
                case ANOTHER_FORM -> signed(request, answer, !inParts);
                case NOISE -> "noise";
            };
            before[kind] = right;
            return ByteBuffer.allocate(1 + text.length())
                    .put((byte) text.length())
                    .put(text.getBytes(US_ASCII))
                    .array();
        }

        private String signed(SignedRequest request, byte[] answer, boolean inParts) {
            if (!inParts) {
                return ReceiptHeader.write(Receipt.sign(miner, request, answer));
            }
            Receipt.Parts parts = new Receipt.Parts();
            parts.add(answer);
            return ReceiptHeader.write(Receipt.sign(miner, request, parts));
        }
    }

    private static byte[] answer(byte[] question) {
        try {
            ByteString said = SynapseRequest.parseFrom(question).getPayload().getRaw();
            return SynapseResponse.newBuilder()
                    .setPayload(Payload.newBuilder().setRaw(said))
                    .build()
                    .toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
