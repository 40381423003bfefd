package io.github.bittensor4j.dendrite;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.protocol.internal.RawBytes;
import io.github.bittensor4j.protocol.internal.Wire;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Who asks for signed answers gets no other: neither from an axon that signs something else, nor from somebody between. */
@Timeout(60)
class ForgedReceiptsTest {
    private static final SynapseType<byte[], byte[]> ECHO = SynapseType.bytes("echo.v1");
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final DendriteOptions RECEIPTS = DendriteOptions.defaults().receipts(true);

    private final Keypair miner = Keypair.development("Bob");
    private final Keypair eve = Keypair.development("Eve");
    private final Keypair validator = Keypair.development("Alice");
    private final List<AutoCloseable> closing = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        Collections.reverse(closing);
        for (AutoCloseable each : closing) {
            each.close();
        }
    }

    private Axon axon(Signer hotkey) {
        Axon axon = Axon.builder(hotkey)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open())
                .serve(ECHO, (call, bytes) -> bytes)
                .stream(ECHO, (call, bytes, parts) -> {
                    parts.send(bytes);
                    parts.send(bytes);
                })
                .start();
        closing.add(axon);
        return axon;
    }

    private Target at(int port, Dialect dialect) {
        return Target.of(miner.account(), new Endpoint("127.0.0.1", port)).speaking(dialect);
    }

    /** What comes of a question with a whole answer, and of one with an answer in parts. */
    private List<QueryOutcome<?>> asked(DendriteOptions options, Target target) throws InterruptedException {
        Dendrite dendrite = Dendrite.open(validator, options);
        closing.add(dendrite);
        byte[] question = "question".getBytes(ISO_8859_1);
        return List.of(
                dendrite.query(target, ECHO, question, SOON),
                dendrite.stream(target, ECHO, question, SOON, part -> {}));
    }

    private static void assertInvalid(List<QueryOutcome<?>> outcomes, String why) {
        assertThat(outcomes)
                .allSatisfy(outcome -> assertThat(outcome)
                        .isInstanceOfSatisfying(
                                QueryOutcome.Invalid.class,
                                invalid -> assertThat(invalid.reason()).contains(why)));
    }

    private static void assertAnswered(List<QueryOutcome<?>> outcomes) {
        assertThat(outcomes)
                .allSatisfy(outcome -> assertThat(outcome)
                        .isInstanceOfSatisfying(
                                QueryOutcome.Answered.class,
                                answered -> assertThat(answered.receipt().isPresent())
                                        .isTrue()));
    }

    /** A hotkey that signs all that it is given, but for receipts, under which it puts the signature of something else. */
    private Signer lying() {
        return new Signer() {
            @Override
            public AccountId account() {
                return miner.account();
            }

            @Override
            public KeyScheme scheme() {
                return miner.scheme();
            }

            @Override
            public byte[] sign(byte[] message) {
                byte[] changed = message.clone();
                if (new String(message, ISO_8859_1).startsWith("bittensor4j-receipt/1")) {
                    changed[changed.length - 1] ^= 1;
                }
                return miner.sign(changed);
            }
        };
    }

    @ParameterizedTest
    @CsvSource({"GRPC,false,false", "GRPC,true,false", "HTTP,false,false", "HTTP,false,true"})
    void an_axon_that_signs_another_answer_is_told_invalid(Dialect dialect, boolean sessions, boolean http2)
            throws Exception {
        DendriteOptions options = RECEIPTS.sessions(sessions).http2(http2);
        assertAnswered(asked(options, at(axon(miner).port(), dialect)));
        assertInvalid(asked(options, at(axon(lying()).port(), dialect)), "receipt");
    }

    /** What somebody between does with what passes. */
    enum Meddling {
        ASK_STRIPPED,
        RECEIPT_STRIPPED,
        RECEIPT_FORGED,
        ANSWER_CHANGED
    }

    @ParameterizedTest
    @EnumSource(Meddling.class)
    void over_http_somebody_between_who_strips_or_changes_is_told(Meddling meddling) throws Exception {
        int axon = axon(miner).port();
        UnaryOperator<String> nothing = text -> text;
        assertAnswered(asked(RECEIPTS, at(proxy(axon, nothing, nothing), Dialect.HTTP)));
        // texts of one length, so that the rest stays as it is
        UnaryOperator<String> there = meddling == Meddling.ASK_STRIPPED
                ? text -> text.replace("bittensor4j-receipt: 1", "something-of-theirs: 1")
                : nothing;
        UnaryOperator<String> back = switch (meddling) {
            case ASK_STRIPPED -> nothing;
            case RECEIPT_STRIPPED -> text -> text.replace("bittensor4j-receipt: ", "something-of-theirs: ");
            case RECEIPT_FORGED -> text -> text.replaceAll("(bittensor4j-receipt: sr25519 0x)........", "$112345678");
            case ANSWER_CHANGED -> text -> text.replace("question", "answered");
        };
        assertInvalid(asked(RECEIPTS, at(proxy(axon, there, back), Dialect.HTTP)), "receipt");
    }

    private int proxy(int axon, UnaryOperator<String> there, UnaryOperator<String> back) throws IOException {
        ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        closing.add(server);
        run(() -> {
            while (true) {
                Socket caller = server.accept();
                Socket behind = new Socket(InetAddress.getLoopbackAddress(), axon);
                run(() -> forward(caller, behind, there));
                run(() -> forward(behind, caller, back));
            }
        });
        return server.getLocalPort();
    }

    private static void forward(Socket from, Socket to, UnaryOperator<String> change) throws IOException {
        try (from;
                to) {
            byte[] buffer = new byte[64 << 10];
            for (int count = from.getInputStream().read(buffer);
                    count > 0;
                    count = from.getInputStream().read(buffer)) {
                to.getOutputStream()
                        .write(change.apply(new String(buffer, 0, count, ISO_8859_1))
                                .getBytes(ISO_8859_1));
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void run(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // closed
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @ParameterizedTest
    @EnumSource(Meddling.class)
    void over_grpc_somebody_between_who_strips_or_changes_is_told(Meddling meddling) throws Exception {
        int axon = axon(miner).port();
        assertInvalid(asked(RECEIPTS, at(grpcProxy(axon, meddling), Dialect.GRPC)), "receipt");
    }

    /** Forwards calls, each message and header as it is but for one. */
    private int grpcProxy(int axon, Meddling meddling) throws IOException {
        ManagedChannel behind = NettyChannelBuilder.forAddress("127.0.0.1", axon)
                .usePlaintext()
                .directExecutor()
                .build();
        closing.add(behind::shutdownNow);
        ServerCallHandler<byte[], byte[]> forwards = (caller, headers) -> forward(behind, caller, headers, meddling);
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .directExecutor()
                .fallbackHandlerRegistry(new HandlerRegistry() {
                    @Override
                    public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
                        return ServerMethodDefinition.create(
                                MethodDescriptor.newBuilder(RawBytes.MARSHALLER, RawBytes.MARSHALLER)
                                        .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                                        .setFullMethodName(name)
                                        .build(),
                                forwards);
                    }
                })
                .build()
                .start();
        closing.add(server::shutdownNow);
        return server.getPort();
    }

    private ServerCall.Listener<byte[]> forward(
            ManagedChannel behind, ServerCall<byte[], byte[]> caller, Metadata headers, Meddling meddling) {
        if (meddling == Meddling.ASK_STRIPPED) {
            headers.discardAll(Wire.RECEIPT);
        }
        ClientCall<byte[], byte[]> on = behind.newCall(caller.getMethodDescriptor(), CallOptions.DEFAULT);
        on.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onHeaders(Metadata head) {
                        caller.sendHeaders(head);
                    }

                    @Override
                    public void onMessage(byte[] message) {
                        if (meddling == Meddling.ANSWER_CHANGED) {
                            message[message.length - 1] ^= 1;
                        }
                        caller.sendMessage(message);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        if (meddling == Meddling.RECEIPT_STRIPPED) {
                            trailers.discardAll(Wire.RECEIPT);
                        } else if (meddling == Meddling.RECEIPT_FORGED) {
                            trailers.discardAll(Wire.RECEIPT);
                            String signature = HexFormat.of().formatHex(eve.sign(new byte[10]));
                            trailers.put(Wire.RECEIPT, "sr25519 0x" + signature);
                        }
                        caller.close(status, trailers);
                    }
                },
                headers);
        on.request(100);
        caller.request(100);
        return new ServerCall.Listener<>() {
            @Override
            public void onMessage(byte[] message) {
                on.sendMessage(message);
            }

            @Override
            public void onHalfClose() {
                on.halfClose();
            }
        };
    }
}
