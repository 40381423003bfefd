package io.github.bittensor4j.axon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.github.bittensor4j.axon.RawClient.Request;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.protocol.v1.Payload;
import io.github.bittensor4j.protocol.v1.SynapseRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ObserverTest {
    private static final SynapseType<byte[], byte[]> ECHO = SynapseType.bytes("echo.v1");

    private final Keypair alice = Keypair.development("Alice");
    private final Keypair bob = Keypair.development("Bob");

    /** Writes down what it is told, with the thread where that matters. */
    private static final class Notes implements AxonObserver {
        final BlockingQueue<String> all = new LinkedBlockingQueue<>();

        @Override
        public CallObserver arrived(Dialect dialect, Function<String, Optional<String>> headers) {
            all.add("arrived " + dialect
                    + headers.apply("note").map(note -> " " + note).orElse(""));
            return new CallObserver() {
                private Thread handler = Thread.currentThread();

                @Override
                public void verified(AccountId hotkey) {
                    all.add("verified " + hotkey.ss58());
                }

                @Override
                public void admitted(String synapse) {
                    all.add("admitted " + synapse);
                }

                @Override
                public void handlerBegan(Duration waited) {
                    handler = Thread.currentThread();
                    all.add("began" + (waited.isNegative() ? " before it was admitted" : ""));
                }

                @Override
                public void handlerEnded(Duration took) {
                    all.add("ended" + (handler == Thread.currentThread() ? "" : " elsewhere"));
                }

                @Override
                public void answered(Duration took) {
                    all.add("answered");
                }

                @Override
                public void refused(String code, Duration took) {
                    all.add("refused " + code);
                }
            };
        }

        List<String> next(int count) throws InterruptedException {
            String[] taken = new String[count];
            for (int i = 0; i < count; i++) {
                taken[i] = String.valueOf(all.poll(20, TimeUnit.SECONDS));
            }
            return List.of(taken);
        }
    }

    private Axon.Builder open() {
        return Axon.builder(bob)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open());
    }

    private Request question(String synapse) {
        byte[] body = SynapseRequest.newBuilder()
                .setSynapse(synapse)
                .setPayload(Payload.newBuilder().setRaw(ByteString.copyFromUtf8("hello")))
                .build()
                .toByteArray();
        return new Request(alice, bob.account(), body).sign();
    }

    @Test
    void an_observer_is_told_where_every_call_got_to() throws Exception {
        Notes notes = new Notes();
        try (Axon axon = open().observe(notes)
                        .serve(ECHO, (call, bytes) -> bytes)
                        .serve(SynapseType.bytes("fail.v1"), (call, bytes) -> {
                            throw new IllegalStateException("inside");
                        })
                        .serve(SynapseType.bytes("refuse.v1"), (call, bytes) -> {
                            throw new RefusalException("prompt.too-long", false, "no");
                        })
                        .start();
                RawClient client = new RawClient(axon.port())) {
            String verified = "verified " + alice.account().ss58();

            client.send(question("echo.v1").with("note", "mine"));
            assertThat(notes.next(6))
                    .containsExactly("arrived GRPC mine", verified, "admitted echo.v1", "began", "ended", "answered");
            client.send(question("fail.v1"));
            assertThat(notes.next(6))
                    .containsExactly(
                            "arrived GRPC", verified, "admitted fail.v1", "began", "ended", "refused call.failed");
            client.send(question("refuse.v1"));
            assertThat(notes.next(6))
                    .containsExactly(
                            "arrived GRPC",
                            verified,
                            "admitted refuse.v1",
                            "began",
                            "ended",
                            "refused prompt.too-long");
            client.send(question("nothing.v1"));
            assertThat(notes.next(3)).containsExactly("arrived GRPC", verified, "refused call.unknown");
            client.send(question("echo.v1").without("x-bittensor-nonce"));
            assertThat(notes.next(2)).containsExactly("arrived GRPC", "refused auth.missing");
            Request elsewhere = question("echo.v1");
            elsewhere.sentTo = "evil.Service/Call";
            client.send(elsewhere);
            assertThat(notes.next(2)).containsExactly("arrived GRPC", "refused call.unknown");
            assertThat(notes.all).isEmpty();
        }
    }

    @Test
    void a_call_that_ends_without_its_handler_is_told_once() throws Exception {
        Notes notes = new Notes();
        CountDownLatch working = new CountDownLatch(1);
        CompletableFuture<String> interrupted = new CompletableFuture<>();
        try (Axon axon = open().observe(notes)
                        .limits(limits -> limits.running(1).waiting(0))
                        .serve(ECHO, (call, bytes) -> {
                            working.countDown();
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException e) {
                                interrupted.complete("stopped");
                            }
                            return bytes;
                        })
                        .start();
                RawClient client = new RawClient(axon.port())) {
            Request first = question("echo.v1");
            RawClient.Open open = client.open(first, io.grpc.CallOptions.DEFAULT);
            open.call.sendMessage(first.body);
            open.call.halfClose();
            working.await();
            assertThat(notes.next(4)).endsWith("began");

            client.send(question("echo.v1"));
            assertThat(notes.next(2)).containsExactly("arrived GRPC", "refused limit.busy");

            open.call.cancel("enough", null);
            assertThat(interrupted.get(20, TimeUnit.SECONDS)).isEqualTo("stopped");
            assertThat(notes.next(2)).containsExactlyInAnyOrder("refused call.cancelled", "ended");
        }
    }

    @Test
    void an_observer_that_throws_harms_no_call_and_no_other_observer() throws Exception {
        Notes notes = new Notes();
        AxonObserver atOnce = (dialect, headers) -> {
            throw new IllegalStateException("an observer's fault");
        };
        AxonObserver later = (dialect, headers) -> new CallObserver() {
            @Override
            public void verified(AccountId hotkey) {
                throw new IllegalStateException("an observer's fault");
            }

            @Override
            public void handlerBegan(Duration waited) {
                throw new StackOverflowError("an observer's fault");
            }

            @Override
            public void answered(Duration took) {
                throw new IllegalStateException("an observer's fault");
            }
        };
        try (Axon axon = open().observe(atOnce)
                        .observe(later)
                        .observe(notes)
                        .serve(ECHO, (call, bytes) -> bytes)
                        .start();
                RawClient client = new RawClient(axon.port())) {
            assertThat(client.send(question("echo.v1")).answered()).isTrue();
            assertThat(notes.next(6)).endsWith("answered");
        }
    }
}
