package io.github.bittensor4j.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.axon.RawClient.Request;
import io.github.bittensor4j.axon.RawClient.Result;
import io.github.bittensor4j.core.crypto.Keypair;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A service with methods of all four kinds, none of which knows of authentication. */
@Timeout(60)
class ServiceTest {
    private static final MethodDescriptor.Marshaller<String> TEXT = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                if (text.equals("unreadable")) {
                    throw new IllegalStateException("a secret of the parser");
                }
                return text;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private final Keypair alice = Keypair.development("Alice");
    private final Keypair bob = Keypair.development("Bob");
    private final AtomicInteger handled = new AtomicInteger();
    private final AtomicReference<Optional<VerifiedCaller>> caller = new AtomicReference<>(Optional.empty());
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final Axon axon = Axon.builder(bob)
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .access(AccessPolicy.open())
            .limits(l -> l.perCall(Duration.ofSeconds(5)).maxQueuedBytes(1 << 20))
            .service(words())
            .start();
    private final RawClient client = new RawClient(axon.port());

    @AfterEach
    void close() {
        client.close();
        axon.close();
    }

    private static MethodDescriptor<String, String> method(String name, MethodType type) {
        return MethodDescriptor.newBuilder(TEXT, TEXT)
                .setType(type)
                .setFullMethodName("words.Words/" + name)
                .build();
    }

    private BindableService words() {
        return () -> ServerServiceDefinition.builder("words.Words")
                .addMethod(
                        method("Shout", MethodType.UNARY),
                        ServerCalls.asyncUnaryCall((String word, StreamObserver<String> out) -> shout(word, out)))
                .addMethod(
                        method("Repeat", MethodType.SERVER_STREAMING),
                        ServerCalls.asyncServerStreamingCall(
                                (String word, StreamObserver<String> out) -> repeat(word, out)))
                .addMethod(
                        method("Join", MethodType.CLIENT_STREAMING),
                        ServerCalls.asyncClientStreamingCall((StreamObserver<String> out) -> talk(out)))
                .addMethod(
                        method("Talk", MethodType.BIDI_STREAMING),
                        ServerCalls.asyncBidiStreamingCall((StreamObserver<String> out) -> talk(out)))
                .build();
    }

    private void shout(String word, StreamObserver<String> out) {
        handled.incrementAndGet();
        caller.set(Optional.of(Call.current().caller()));
        switch (word) {
            case "own" ->
                out.onError(Status.NOT_FOUND
                        .withDescription("no such word: 100 % wrong")
                        .asRuntimeException());
            case "broken" -> throw new IllegalStateException("password 123");
            case "never" -> ((ServerCallStreamObserver<String>) out).setOnCancelHandler(cancelled::countDown);
            default -> {
                out.onNext(word.toUpperCase(Locale.ROOT));
                out.onCompleted();
            }
        }
    }

    private void repeat(String word, StreamObserver<String> out) {
        handled.incrementAndGet();
        for (int i = 0; i < (word.equals("endless") ? Integer.MAX_VALUE : 3); i++) {
            if (((ServerCallStreamObserver<String>) out).isCancelled()) {
                cancelled.countDown();
                return;
            }
            out.onNext(word.equals("endless") ? "x".repeat(10_000) : word + i);
        }
        out.onCompleted();
    }

    private StreamObserver<String> talk(StreamObserver<String> out) {
        handled.incrementAndGet();
        return new StreamObserver<>() {
            @Override
            public void onNext(String word) {
                out.onNext(word);
            }

            @Override
            public void onError(Throwable t) {
                cancelled.countDown();
            }

            @Override
            public void onCompleted() {
                out.onCompleted();
            }
        };
    }

    private Request to(String method, String message) {
        Request request = new Request(alice, bob.account(), message.getBytes(StandardCharsets.UTF_8));
        request.sentTo = "words.Words/" + method;
        request.path = "/words.Words/" + method;
        return request.sign();
    }

    private static String text(byte[] message) {
        return new String(message, StandardCharsets.UTF_8);
    }

    @Test
    void a_signed_call_reaches_the_method_which_learns_who_asks() throws Exception {
        Result result = client.send(to("Shout", "hello"));
        assertThat(result.status().isOk()).isTrue();
        assertThat(result.messages()).extracting(ServiceTest::text).containsExactly("HELLO");
        assertThat(caller.get().orElseThrow().hotkey()).isEqualTo(alice.account());
        assertThat(axon.status().answered()).isEqualTo(1);
    }

    @Test
    void an_answer_of_several_messages_comes_in_order() throws Exception {
        assertThat(client.send(to("Repeat", "w")).messages())
                .extracting(ServiceTest::text)
                .containsExactly("w0", "w1", "w2");
    }

    @Test
    void nothing_unsigned_tampered_or_replayed_reaches_a_method() throws Exception {
        Request honest = to("Shout", "hello");
        assertThat(client.send(honest).answered()).isTrue();
        assertThat(client.send(honest).code()).contains("auth.replayed");
        Request unsigned = to("Shout", "hello");
        unsigned.headers.clear();
        assertThat(client.send(unsigned).code()).contains("auth.missing");
        assertThat(client.send(to("Shout", "hello").sends("hellO".getBytes(StandardCharsets.UTF_8)))
                        .code())
                .contains("auth.signature");
        Request elsewhere = to("Repeat", "hello");
        elsewhere.sentTo = "words.Words/Shout";
        assertThat(client.send(elsewhere).code()).contains("auth.signature");
        byte[] one = "hello".getBytes(StandardCharsets.UTF_8);
        assertThat(client.send(to("Shout", "hello").sends(one, one)).code()).contains("call.invalid");
        assertThat(client.send(to("Shout", "hello").sends()).code()).contains("call.invalid");
        assertThat(handled).hasValue(1);
    }

    @Test
    void calls_whose_later_messages_nothing_protects_are_refused_before_their_method() throws Exception {
        assertThat(client.send(to("Join", "a")).code()).contains("auth.unprotected");
        Result talk = client.send(to("Talk", "a"));
        assertThat(talk.code()).contains("auth.unprotected");
        assertThat(talk.status().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(handled).hasValue(0);
    }

    @Test
    void a_status_of_the_method_goes_as_it_is_and_an_exception_says_nothing() throws Exception {
        Result own = client.send(to("Shout", "own"));
        assertThat(own.status().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(own.status().getDescription()).isEqualTo("no such word: 100 % wrong");
        Result broken = client.send(to("Shout", "broken"));
        assertThat(broken.code()).contains("call.failed");
        assertThat(broken.status().toString()).doesNotContain("password");
        Result unreadable = client.send(to("Shout", "unreadable"));
        assertThat(unreadable.code()).contains("call.invalid");
        assertThat(unreadable.status().toString()).doesNotContain("secret");
        assertThat(axon.status().refused()).containsEntry("status.not-found", 1L);
    }

    @Test
    void a_method_that_never_answers_is_ended_and_told() throws Exception {
        assertThat(client.send(to("Shout", "never"), CallOptions.DEFAULT).code())
                .contains("call.deadline");
        assertThat(cancelled.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_method_that_writes_on_while_its_caller_reads_nothing_is_ended() throws Exception {
        Request request = to("Repeat", "endless");
        RawClient.Open open = client.openUnread(request);
        open.call.sendMessage(request.body);
        open.call.halfClose();
        assertThat(cancelled.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(axon.status().refused()).containsEntry("limit.slow", 1L);
        open.call.cancel("enough", null);
    }

    @Test
    void a_service_is_served_once() {
        assertThatThrownBy(() -> Axon.builder(bob).service(words()).service(words()))
                .isInstanceOf(AxonException.class)
                .hasMessageContaining("words.Words");
    }

    @Test
    void there_is_no_current_call_elsewhere() {
        assertThatThrownBy(Call::current).isInstanceOf(IllegalStateException.class);
    }
}
