package io.github.bittensor4j.dendrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.axon.Tls;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.tls.TlsIdentity;
import io.github.bittensor4j.protocol.v1.NeuronGrpc;
import io.github.bittensor4j.protocol.v1.Payload;
import io.github.bittensor4j.protocol.v1.SynapseRequest;
import io.github.bittensor4j.protocol.v1.SynapseResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class SignedChannelTest {
    private static final SynapseType<byte[], byte[]> ECHO = SynapseType.bytes("echo");
    private static final SynapseRequest HELLO = SynapseRequest.newBuilder()
            .setSynapse("echo")
            .setPayload(Payload.newBuilder().setRaw(ByteString.copyFromUtf8("hello")))
            .build();

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

    private Axon axon() {
        return axon(builder -> builder);
    }

    private Axon axon(UnaryOperator<Axon.Builder> more) {
        Axon axon = more.apply(Axon.builder(miner)
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .access(AccessPolicy.open())
                        .serve(ECHO, (call, bytes) -> {
                            if (bytes.length == 0) {
                                new CountDownLatch(1).await();
                            }
                            return bytes;
                        })
                        .stream(ECHO, (call, bytes, parts) -> {
                    for (byte each : bytes) {
                        parts.send(new byte[] {each});
                    }
                }))
                .start();
        closing.add(axon);
        return axon;
    }

    private Channel channel(int port, DendriteOptions options) {
        Dendrite dendrite = Dendrite.open(validator, options);
        closing.add(dendrite);
        return dendrite.channel(Target.of(miner.account(), new Endpoint("127.0.0.1", port)));
    }

    private Channel channel(int port) {
        return channel(port, DendriteOptions.defaults());
    }

    @Test
    void a_generated_stub_asks_signed() {
        NeuronGrpc.NeuronBlockingStub stub = NeuronGrpc.newBlockingStub(channel(axon().port()));
        for (int i = 0; i < 3; i++) {
            assertThat(stub.call(HELLO).getPayload()).isEqualTo(HELLO.getPayload());
        }
        StringBuilder text = new StringBuilder();
        Iterator<SynapseResponse> parts = stub.stream(HELLO);
        parts.forEachRemaining(part -> text.append(part.getPayload().getRaw().toStringUtf8()));
        assertThat(text.toString()).isEqualTo("hello");
    }

    @Test
    void neither_compression_nor_forged_headers_of_the_stub_reach_the_axon() {
        Metadata forged = new Metadata();
        forged.put(Metadata.Key.of("x-bittensor-nonce", Metadata.ASCII_STRING_MARSHALLER), "1");
        NeuronGrpc.NeuronBlockingStub stub = NeuronGrpc.newBlockingStub(channel(axon().port()))
                .withCompression("gzip")
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(forged));
        assertThat(stub.call(HELLO).getPayload()).isEqualTo(HELLO.getPayload());
    }

    @Test
    void a_deadline_ends_a_call_the_stubs_own_or_the_default() {
        int port = axon().port();
        SynapseRequest never = HELLO.toBuilder()
                .setPayload(Payload.newBuilder().setRaw(ByteString.EMPTY))
                .build();
        NeuronGrpc.NeuronBlockingStub own =
                NeuronGrpc.newBlockingStub(channel(port)).withDeadlineAfter(100, TimeUnit.MILLISECONDS);
        NeuronGrpc.NeuronBlockingStub byDefault = NeuronGrpc.newBlockingStub(
                channel(port, DendriteOptions.defaults().stubDeadline(Duration.ofMillis(100))));
        for (NeuronGrpc.NeuronBlockingStub stub : List.of(own, byDefault)) {
            assertThat(status(() -> stub.call(never)).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        }
    }

    private static Status status(ThrowingCallable call) {
        CompletableFuture<Status> seen = new CompletableFuture<>();
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(StatusRuntimeException.class, e -> seen.complete(e.getStatus()));
        return seen.join();
    }

    @Test
    void nobody_there_and_a_closed_dendrite_are_statuses() throws IOException {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        assertThat(status(() -> NeuronGrpc.newBlockingStub(channel(nobody)).call(HELLO))
                        .getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
        Dendrite dendrite = Dendrite.open(validator);
        Channel channel = dendrite.channel(Target.of(miner.account(), new Endpoint("127.0.0.1", nobody)));
        dendrite.close();
        assertThat(status(() -> NeuronGrpc.newBlockingStub(channel).call(HELLO)).getDescription())
                .contains("closed");
    }

    private static MethodDescriptor<SynapseRequest, SynapseResponse> method(MethodDescriptor.MethodType type) {
        return NeuronGrpc.getCallMethod().toBuilder().setType(type).build();
    }

    @ParameterizedTest
    @EnumSource(
            value = MethodDescriptor.MethodType.class,
            names = {"CLIENT_STREAMING", "BIDI_STREAMING"})
    void several_messages_are_refused_where_nothing_protects_those_behind_the_first(MethodDescriptor.MethodType type)
            throws Exception {
        Axon axon = axon();
        CompletableFuture<Throwable> failed = new CompletableFuture<>();
        AtomicInteger told = new AtomicInteger();
        ClientResponseObserver<SynapseRequest, SynapseResponse> observer = new ClientResponseObserver<>() {
            @Override
            public void beforeStart(ClientCallStreamObserver<SynapseRequest> requests) {
                // writes when it is told that it may, as a careful writer does
                requests.setOnReadyHandler(() -> {
                    if (told.getAndIncrement() == 0) {
                        requests.onNext(HELLO);
                        requests.onNext(HELLO);
                        requests.onCompleted();
                    }
                });
            }

            @Override
            public void onNext(SynapseResponse response) {}

            @Override
            public void onError(Throwable error) {
                failed.complete(error);
            }

            @Override
            public void onCompleted() {
                failed.complete(new AssertionError("it went through"));
            }
        };
        ClientCall<SynapseRequest, SynapseResponse> call =
                channel(axon.port()).newCall(method(type), CallOptions.DEFAULT);
        if (type == MethodDescriptor.MethodType.BIDI_STREAMING) {
            ClientCalls.asyncBidiStreamingCall(call, observer);
        } else {
            ClientCalls.asyncClientStreamingCall(call, observer);
        }
        Status status = Status.fromThrowable(failed.get(20, TimeUnit.SECONDS));
        assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(status.getDescription()).startsWith("auth.unprotected");
        assertThat(axon.status().refused()).isEqualTo(Map.of());
    }

    @Test
    void over_tls_several_messages_may_follow_the_signed_one() throws Exception {
        TlsIdentity identity = TlsIdentity.generate();
        Axon axon = axon(builder -> builder.tls(Tls.of(identity)));
        Dendrite dendrite = Dendrite.open(validator);
        closing.add(dendrite);
        Target target = Target.of(miner.account(), new Endpoint("127.0.0.1", axon.port()))
                .pinned(identity.key().orElseThrow());
        CompletableFuture<SynapseResponse> answered = new CompletableFuture<>();
        StreamObserver<SynapseRequest> requests = ClientCalls.asyncBidiStreamingCall(
                dendrite.channel(target)
                        .newCall(method(MethodDescriptor.MethodType.BIDI_STREAMING), CallOptions.DEFAULT),
                new StreamObserver<>() {
                    @Override
                    public void onNext(SynapseResponse response) {
                        answered.complete(response);
                    }

                    @Override
                    public void onError(Throwable error) {
                        answered.completeExceptionally(error);
                    }

                    @Override
                    public void onCompleted() {}
                });
        requests.onNext(HELLO);
        requests.onCompleted();
        assertThat(answered.get(20, TimeUnit.SECONDS).getPayload()).isEqualTo(HELLO.getPayload());
    }

    @Test
    void a_call_without_a_message_cannot_be_signed() throws Exception {
        ClientCall<SynapseRequest, SynapseResponse> call =
                channel(1).newCall(method(MethodDescriptor.MethodType.CLIENT_STREAMING), CallOptions.DEFAULT);
        CompletableFuture<Status> ended = new CompletableFuture<>();
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        ended.complete(status);
                    }
                },
                new Metadata());
        assertThat(call.isReady()).isTrue();
        call.halfClose();
        call.cancel("twice", null);
        assertThat(ended.get(20, TimeUnit.SECONDS).getDescription()).contains("without a message");
        assertThat(call.isReady()).isFalse();
    }

    @Test
    void a_call_that_the_server_says_it_did_not_take_is_not_sent_again() throws Exception {
        AtomicInteger heads = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread refusing = new Thread(() -> refuseStreams(server, heads));
            refusing.setDaemon(true);
            refusing.start();
            Status status = status(() ->
                    NeuronGrpc.newBlockingStub(channel(server.getLocalPort())).call(HELLO));
            assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            Dendrite dendrite = Dendrite.open(validator);
            closing.add(dendrite);
            assertThat(dendrite.query(
                            Target.of(miner.account(), new Endpoint("127.0.0.1", server.getLocalPort())),
                            ECHO,
                            new byte[1],
                            Duration.ofSeconds(20)))
                    .isInstanceOf(QueryOutcome.Unreachable.class);
        }
        assertThat(heads.get()).isEqualTo(2);
    }

    /** An HTTP/2 server that answers every stream with REFUSED_STREAM, on which a transport may try again by itself. */
    private static void refuseStreams(ServerSocket server, AtomicInteger heads) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                in.readNBytes(24); // the preface
                frame(socket, 4, 0, 0, new byte[0]);
                while (true) {
                    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                    int type = in.readUnsignedByte();
                    int flags = in.readUnsignedByte();
                    int stream = in.readInt();
                    in.readNBytes(length);
                    if (type == 4 && flags == 0) {
                        frame(socket, 4, 1, 0, new byte[0]);
                    } else if (type == 1) {
                        heads.incrementAndGet();
                        frame(socket, 3, 0, stream, new byte[] {0, 0, 0, 7});
                    }
                }
            } catch (IOException e) {
                // the next connection
            }
        }
    }

    private static void frame(Socket socket, int type, int flags, int stream, byte[] payload) throws IOException {
        byte[] frame = new byte[9 + payload.length];
        frame[2] = (byte) payload.length;
        frame[3] = (byte) type;
        frame[4] = (byte) flags;
        frame[8] = (byte) stream;
        System.arraycopy(payload, 0, frame, 9, payload.length);
        socket.getOutputStream().write(frame);
    }
}
