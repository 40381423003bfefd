package io.github.bittensor4j.axon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ExtensionRequest;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** gRPC's own client of server reflection asks an axon what it serves. */
@Timeout(60)
class ReflectionTest {
    private static final Rate OFTEN = new Rate(1000, 1000);
    private static final String INFO = "grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

    private final Signer bob = Keypair.development("Bob");

    private Axon axon(UnaryOperator<Axon.Builder> change) {
        return change.apply(Axon.builder(bob)
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .serve(SynapseType.bytes("echo.v1"), (call, bytes) -> bytes)
                        .service(new HealthGrpc.HealthImplBase() {}))
                .start();
    }

    private static ManagedChannel channel(Axon axon) {
        return NettyChannelBuilder.forAddress("127.0.0.1", axon.port())
                .usePlaintext()
                .build();
    }

    /** Keeps what comes, until the end. */
    private static final class Heard<T> implements StreamObserver<T> {
        private final List<T> answers = new ArrayList<>();
        private final CompletableFuture<List<T>> all = new CompletableFuture<>();

        @Override
        public void onNext(T answer) {
            answers.add(answer);
        }

        @Override
        public void onError(Throwable failure) {
            all.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            all.complete(answers);
        }
    }

    private static List<ServerReflectionResponse> ask(Axon axon, ServerReflectionRequest... questions)
            throws Exception {
        ManagedChannel channel = channel(axon);
        try {
            Heard<ServerReflectionResponse> heard = new Heard<>();
            StreamObserver<ServerReflectionRequest> asking =
                    ServerReflectionGrpc.newStub(channel).serverReflectionInfo(heard);
            for (ServerReflectionRequest question : questions) {
                asking.onNext(question);
            }
            asking.onCompleted();
            return heard.all.get(20, TimeUnit.SECONDS);
        } finally {
            channel.shutdownNow();
        }
    }

    private static ServerReflectionRequest.Builder question() {
        return ServerReflectionRequest.newBuilder();
    }

    private static List<String> files(ServerReflectionResponse answer) throws Exception {
        List<String> names = new ArrayList<>();
        for (ByteString file : answer.getFileDescriptorResponse().getFileDescriptorProtoList()) {
            names.add(FileDescriptorProto.parseFrom(file).getName());
        }
        return names;
    }

    @Test
    void a_tool_learns_the_services_and_their_files_without_a_signature() throws Exception {
        try (Axon axon = axon(builder -> builder.reflection(OFTEN))) {
            ServerReflectionRequest list = question().setListServices("*").build();
            List<ServerReflectionResponse> answers = ask(
                    axon,
                    list,
                    question().setFileContainingSymbol("bittensor4j.v1.Neuron").build(),
                    question()
                            .setFileContainingSymbol("bittensor4j.v1.Neuron.Call")
                            .build(),
                    question()
                            .setFileContainingSymbol("grpc.health.v1.HealthCheckResponse.ServingStatus")
                            .build(),
                    question().setFileByFilename("bittensor4j/v1/neuron.proto").build(),
                    question()
                            .setAllExtensionNumbersOfType("bittensor4j.v1.Payload")
                            .build());
            assertThat(answers).hasSize(6);
            assertThat(answers.get(0).getOriginalRequest()).isEqualTo(list);
            assertThat(answers.get(0).getListServicesResponse().getServiceList())
                    .extracting(ServiceResponse::getName)
                    .containsExactly("bittensor4j.v1.Neuron", "grpc.health.v1.Health");
            assertThat(files(answers.get(1))).containsExactly("bittensor4j/v1/neuron.proto");
            assertThat(files(answers.get(2))).containsExactly("bittensor4j/v1/neuron.proto");
            assertThat(files(answers.get(3))).hasSize(1);
            assertThat(files(answers.get(4))).containsExactly("bittensor4j/v1/neuron.proto");
            assertThat(answers.get(5).getAllExtensionNumbersResponse().getBaseTypeName())
                    .isEqualTo("bittensor4j.v1.Payload");
            assertThat(axon.status().accepted()).isZero();
        }
    }

    @Test
    void what_is_not_served_is_not_found() throws Exception {
        try (Axon axon = axon(builder -> builder.reflection(OFTEN))) {
            List<ServerReflectionResponse> answers = ask(
                    axon,
                    question().setFileContainingSymbol("other.Service").build(),
                    question().setFileByFilename("/etc/passwd").build(),
                    question().setAllExtensionNumbersOfType("other.Type").build(),
                    question()
                            .setFileContainingExtension(ExtensionRequest.newBuilder()
                                    .setContainingType("bittensor4j.v1.Payload")
                                    .setExtensionNumber(9))
                            .build());
            assertThat(answers)
                    .hasSize(4)
                    .allSatisfy(answer -> assertThat(answer.getErrorResponse().getErrorCode())
                            .isEqualTo(Status.Code.NOT_FOUND.value()));
        }
    }

    @Test
    void older_tools_ask_by_the_older_name() throws Exception {
        try (Axon axon = axon(builder -> builder.reflection(OFTEN))) {
            ManagedChannel channel = channel(axon);
            try {
                Heard<io.grpc.reflection.v1alpha.ServerReflectionResponse> heard = new Heard<>();
                var asking = io.grpc.reflection.v1alpha.ServerReflectionGrpc.newStub(channel)
                        .serverReflectionInfo(heard);
                asking.onNext(io.grpc.reflection.v1alpha.ServerReflectionRequest.newBuilder()
                        .setListServices("")
                        .build());
                asking.onCompleted();
                assertThat(heard.all
                                .get(20, TimeUnit.SECONDS)
                                .get(0)
                                .getListServicesResponse()
                                .getServiceCount())
                        .isEqualTo(2);
            } finally {
                channel.shutdownNow();
            }
        }
    }

    @Test
    void each_address_asks_only_so_often_and_only_what_is_a_question() throws Exception {
        try (Axon axon = axon(builder -> builder.reflection(new Rate(0.001, 3)));
                RawClient client = new RawClient(axon.port())) {
            assertThat(client.send(asking(new byte[0])).status().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(client.send(asking(new byte[] {(byte) 0xff})).status().getCode())
                    .isEqualTo(Status.Code.INVALID_ARGUMENT);
            byte[] list = question().setListServices("").build().toByteArray();
            RawClient.Result last = client.send(asking(list).sends(list, list));
            assertThat(last.messages()).hasSize(1);
            assertThat(last.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(client.send(asking(new byte[2000])).status().isOk()).isFalse();
        }
    }

    @Test
    void nobody_learns_anything_unless_the_axon_was_told_to_and_speaks_grpc() throws Exception {
        for (UnaryOperator<Axon.Builder> silent : List.<UnaryOperator<Axon.Builder>>of(
                builder -> builder, builder -> builder.reflection(OFTEN).dialects(EnumSet.of(Dialect.HTTP)))) {
            try (Axon axon = axon(silent);
                    RawClient client = new RawClient(axon.port())) {
                byte[] list = question().setListServices("").build().toByteArray();
                RawClient.Result result =
                        client.send(asking(list), CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
                assertThat(result.status().isOk()).isFalse();
                assertThat(result.messages()).isEmpty();
            }
        }
    }

    private RawClient.Request asking(byte[] message) {
        RawClient.Request request = new RawClient.Request(bob, bob.account(), message);
        request.sentTo = INFO;
        return request;
    }
}
