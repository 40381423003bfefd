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
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Buffer;
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
    private static final Pattern RECEIPT = Pattern.compile("bittensor4j-receipt: (sr25519 0x[0-9a-f]{128})");

    private final Keypair miner = Keypair.development("Bob");
    private final Keypair eve = Keypair.development("Eve");
    private final Keypair validator = Keypair.development("Alice");
    private final List<AutoCloseable> closing = new ArrayList<>();
    private final List<String> passed = Collections.synchronizedList(new ArrayList<>());

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
        RECEIPT_OF_ANOTHER,
        ANSWER_CHANGED
    }

    /** What comes of a receipt on its way, if anything. */
    private Optional<String> meddled(Meddling meddling, String receipt) {
        return switch (meddling) {
            case ASK_STRIPPED, ANSWER_CHANGED -> Optional.of(receipt);
            case RECEIPT_STRIPPED -> Optional.empty();
            case RECEIPT_FORGED ->
                Optional.of("sr25519 0x" + HexFormat.of().formatHex(eve.sign(receipt.getBytes(ISO_8859_1))));
            case RECEIPT_OF_ANOTHER -> {
                // the two of the first questions stay; the next ones, of the same words, get those once more
                passed.add(receipt);
                yield Optional.of(passed.size() <= 2 ? receipt : passed.get(passed.size() - 3));
            }
        };
    }

    /** Answered as long as nobody meddles, and then told to be invalid. */
    private void assertTold(Meddling meddling, DendriteOptions options, Target meddled) throws InterruptedException {
        if (meddling == Meddling.RECEIPT_OF_ANOTHER) {
            assertAnswered(asked(options, meddled));
        }
        assertInvalid(asked(options, meddled), "receipt");
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
        UnaryOperator<String> back = meddling == Meddling.ANSWER_CHANGED
                ? text -> text.replace("question", "answered")
                : text -> RECEIPT.matcher(text)
                        .replaceAll(found -> meddled(meddling, found.group(1))
                                .map(receipt -> "bittensor4j-receipt: " + receipt)
                                .orElse("something-of-theirs: " + found.group(1)));
        assertTold(meddling, RECEIPTS, at(proxy(axon, there, back), Dialect.HTTP));
    }

    @ParameterizedTest
    @EnumSource(Meddling.class)
    void over_http2_somebody_between_who_strips_or_changes_is_told(Meddling meddling) throws Exception {
        int axon = axon(miner).port();
        DendriteOptions http2 = RECEIPTS.http2(true);
        assertAnswered(asked(http2, at(http2Proxy(axon, Meddling.RECEIPT_OF_ANOTHER), Dialect.HTTP)));
        passed.clear();
        assertTold(meddling, http2, at(http2Proxy(axon, meddling), Dialect.HTTP));
    }

    /** Forwards requests over HTTP/2 on both sides, each header, byte and trailer as it is but for one. */
    private int http2Proxy(int axon, Meddling meddling) throws IOException {
        OkHttpClient behind = new OkHttpClient.Builder()
                .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
                .build();
        MockWebServer server = new MockWebServer();
        server.setProtocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest asked) {
                try {
                    return forward(behind, axon, asked, meddling);
                } catch (IOException e) {
                    return new MockResponse.Builder().code(502).build();
                }
            }
        });
        server.start();
        closing.add(server);
        closing.add(() -> {
            behind.dispatcher().executorService().shutdown();
            behind.connectionPool().evictAll();
        });
        return server.getPort();
    }

    private MockResponse forward(OkHttpClient behind, int axon, RecordedRequest asked, Meddling meddling)
            throws IOException {
        Request.Builder request = new Request.Builder()
                .url("http://127.0.0.1:" + axon + asked.getTarget())
                .post(RequestBody.create(asked.getBody().toByteArray()));
        asked.getHeaders().forEach(header -> {
            boolean strip =
                    meddling == Meddling.ASK_STRIPPED && header.getFirst().equals("bittensor4j-receipt");
            if (!header.getFirst().startsWith(":") && !strip) {
                request.header(header.getFirst(), header.getSecond());
            }
        });
        try (Response answer = behind.newCall(request.build()).execute()) {
            byte[] body = answer.body().bytes();
            if (meddling == Meddling.ANSWER_CHANGED) {
                body = new String(body, ISO_8859_1)
                        .replace("question", "answered")
                        .getBytes(ISO_8859_1);
            }
            return new MockResponse.Builder()
                    .code(answer.code())
                    .headers(meddled(meddling, answer.headers()))
                    .body(new Buffer().write(body))
                    .trailers(meddled(meddling, answer.trailers()))
                    .build();
        }
    }

    private Headers meddled(Meddling meddling, Headers headers) {
        Headers.Builder all = headers.newBuilder();
        String receipt = headers.get("bittensor4j-receipt");
        if (receipt != null) {
            all.removeAll("bittensor4j-receipt");
            meddled(meddling, receipt).ifPresent(given -> all.add("bittensor4j-receipt", given));
        }
        return all.build();
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
        assertTold(meddling, RECEIPTS, at(grpcProxy(axon, meddling), Dialect.GRPC));
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
                        String receipt = trailers.get(Wire.RECEIPT);
                        if (receipt != null) {
                            trailers.discardAll(Wire.RECEIPT);
                            meddled(meddling, receipt).ifPresent(given -> trailers.put(Wire.RECEIPT, given));
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
