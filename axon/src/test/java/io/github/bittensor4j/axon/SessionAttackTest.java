package io.github.bittensor4j.axon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.github.bittensor4j.axon.RawClient.Request;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.protocol.internal.RawBytes;
import io.github.bittensor4j.protocol.internal.Wire;
import io.github.bittensor4j.protocol.internal.session.Asked;
import io.github.bittensor4j.protocol.internal.session.Batch;
import io.github.bittensor4j.protocol.internal.session.Handshake;
import io.github.bittensor4j.protocol.internal.session.Kind;
import io.github.bittensor4j.protocol.internal.session.Opener;
import io.github.bittensor4j.protocol.internal.session.Refusing;
import io.github.bittensor4j.protocol.internal.session.Sealer;
import io.github.bittensor4j.protocol.v1.Payload;
import io.github.bittensor4j.protocol.v1.SynapseRequest;
import io.github.bittensor4j.protocol.v1.SynapseResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What an attacker between a caller and an axon can do to a session, over real connections: each attack comes after the honest form was
 * answered in the same session, and nothing of it reaches a handler.
 */
@Timeout(60)
class SessionAttackTest {
    private static final SynapseType<byte[], byte[]> ECHO = SynapseType.bytes("echo.v1");
    private static final byte[] PLAIN = Handshake.channel(Optional.empty());
    private static final String CALL = Wire.target(Wire.CALL.getFullMethodName());

    private final Keypair alice = Keypair.development("Alice");
    private final Keypair bob = Keypair.development("Bob");
    private final Keypair eve = Keypair.development("Eve");
    private final AtomicInteger handled = new AtomicInteger();
    private Axon axon;
    private ManagedChannel channel;

    @BeforeEach
    void start() {
        axon = Axon.builder(bob)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open())
                .limits(limits -> limits.maxMessageBytes(8192))
                .serve(ECHO, (call, bytes) -> {
                    handled.incrementAndGet();
                    return bytes;
                })
                .start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", axon.port())
                .usePlaintext()
                .disableRetry()
                .build();
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        axon.close();
        List.of(alice, bob, eve).forEach(Keypair::close);
    }

    /** A caller that can send anything. */
    private final class Caller extends ClientCall.Listener<byte[]> {
        private final Handshake.Caller handshake = new Handshake.Caller();
        private final Request request;
        private final ClientCall<byte[], byte[]> call;
        private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        private Sealer sealer;
        private Opener opener;

        Caller() {
            this(handshake -> {});
        }

        Caller(java.util.function.Consumer<Request> change) {
            request = new Request(alice, bob.account(), handshake.hello());
            request.path = Handshake.TARGET;
            request.sentTo = Handshake.TARGET.substring(1);
            request.sign();
            change.accept(request);
            call = channel.newCall(
                    MethodDescriptor.newBuilder(RawBytes.MARSHALLER, RawBytes.MARSHALLER)
                            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                            .setFullMethodName(request.sentTo)
                            .build(),
                    CallOptions.DEFAULT);
            Metadata headers = new Metadata();
            request.headers.forEach(header -> headers.put(Wire.key(header.name()), header.value()));
            call.start(this, headers);
            call.request(1000);
            request.messages.forEach(call::sendMessage);
        }

        @Override
        public void onMessage(byte[] message) {
            heard.add(message);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            heard.add(Optional.ofNullable(trailers.get(Wire.REFUSAL)).orElse(status.toString()));
        }

        private Object next() throws InterruptedException {
            Object next = heard.poll(20, TimeUnit.SECONDS);
            assertThat(next).as("something came").isNotNull();
            return next;
        }

        Caller opened() throws InterruptedException {
            SignedRequest signed = request.signed();
            Handshake.Keys keys = handshake.finish(signed, (byte[]) next(), PLAIN);
            sealer = new Sealer(keys.callers(), System::nanoTime);
            opener = new Opener(keys.axons(), System::nanoTime);
            return this;
        }

        byte[] sealed(int number, Kind kind, byte[] head, byte[] body) {
            Batch batch = new Batch();
            sealer.seal(number, kind, head, body, batch);
            return batch.take();
        }

        byte[] ask(int number, String text) {
            return sealed(number, Kind.ASK, Asked.head(20_000, OptionalLong.empty(), CALL), question(text));
        }

        void send(byte[] message) {
            call.sendMessage(message);
        }

        /** The honest form: a question and its answer. */
        Caller honest(int number) throws InterruptedException {
            send(ask(number, "honest"));
            assertThat(answers()).containsExactly(number + " ANSWER honest");
            return this;
        }

        List<String> answers() throws InterruptedException {
            List<String> all = new ArrayList<>();
            Object next = next();
            assertThat(next).isInstanceOf(byte[].class);
            opener.open((byte[]) next, (number, kind, body) -> {
                String text = "";
                if (kind == Kind.ANSWER) {
                    body.get(); // no receipt
                    byte[] answer = new byte[body.remaining()];
                    body.get(answer);
                    text = text(answer);
                } else if (kind == Kind.REFUSE) {
                    text = Refusing.read(body).code();
                }
                all.add(number + " " + kind + " " + text);
            });
            return all;
        }

        /** The session is over, and says why. */
        void assertBroken(String code) throws InterruptedException {
            assertThat(next()).isEqualTo(code);
        }
    }

    private static byte[] question(String text) {
        return SynapseRequest.newBuilder()
                .setSynapse(ECHO.name())
                .setPayload(Payload.newBuilder().setRaw(ByteString.copyFromUtf8(text)))
                .build()
                .toByteArray();
    }

    private static String text(byte[] answer) {
        try {
            return SynapseResponse.parseFrom(answer).getPayload().getRaw().toStringUtf8();
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private void assertRefused(BiFunction<Caller, byte[], byte[][]> attack) throws InterruptedException {
        Caller caller = new Caller().opened().honest(1);
        int before = handled.get();
        byte[] second = caller.ask(2, "second");
        for (byte[] message : attack.apply(caller, second)) {
            caller.send(message);
        }
        caller.assertBroken("auth.session");
        assertThat(handled.get()).isEqualTo(before);
        assertThat(axon.status().refused()).containsKey("auth.session");
        // and the next honest caller is served
        new Caller().opened().honest(1);
    }

    @Test
    void a_second_message_that_was_changed() throws Exception {
        assertRefused((caller, second) -> {
            second[second.length - 20] ^= 1;
            return new byte[][] {second};
        });
    }

    @Test
    void a_second_message_whose_call_number_was_changed() throws Exception {
        assertRefused((caller, second) -> {
            second[15] ^= 1;
            return new byte[][] {second};
        });
    }

    @Test
    void a_second_message_that_was_left_out() throws Exception {
        assertRefused((caller, second) -> new byte[][] {caller.ask(3, "third")});
    }

    @Test
    void a_second_message_sent_twice() throws Exception {
        Caller caller = new Caller().opened().honest(1);
        byte[] second = caller.ask(2, "second");
        caller.send(second);
        assertThat(caller.answers()).containsExactly("2 ANSWER second");
        caller.send(second);
        caller.assertBroken("auth.session");
        assertThat(handled.get()).isEqualTo(2);
    }

    @Test
    void two_messages_in_the_other_order() throws Exception {
        assertRefused((caller, second) -> new byte[][] {caller.ask(3, "third"), second});
    }

    @Test
    void a_message_put_in_without_the_key() throws Exception {
        assertRefused((caller, second) -> {
            Batch batch = new Batch();
            new Sealer(new byte[32], System::nanoTime).seal(2, Kind.ASK, new byte[0], question("mine"), batch);
            return new byte[][] {batch.take()};
        });
    }

    @Test
    void a_message_without_its_tag() throws Exception {
        assertRefused((caller, second) -> new byte[][] {Arrays.copyOf(second, second.length - 16)});
    }

    @Test
    void a_plain_question_in_place_of_a_sealed_one() throws Exception {
        assertRefused((caller, second) -> new byte[][] {question("plain")});
    }

    @Test
    void a_message_of_another_session_of_the_same_caller() throws Exception {
        Caller other = new Caller().opened().honest(1);
        byte[] foreign = other.ask(2, "foreign");
        assertRefused((caller, second) -> new byte[][] {foreign});
    }

    @Test
    void a_session_taken_to_another_connection() throws Exception {
        Caller caller = new Caller().opened().honest(1);
        byte[] second = caller.ask(2, "second");
        ManagedChannel own = channel;
        channel = NettyChannelBuilder.forAddress("127.0.0.1", axon.port())
                .usePlaintext()
                .build();
        try {
            Caller thief = new Caller(request -> request.sends(caller.handshake.hello(), second));
            // the second connection's own handshake is another one; the keys of the first open nothing there
            assertThat(thief.next()).isEqualTo("auth.signature");
            // even with the first handshake itself, headers and all
            Caller replayer = new Caller(request -> {
                request.headers = new ArrayList<>(caller.request.headers);
                request.sends(caller.handshake.hello(), second);
            });
            assertThat(replayer.next()).isEqualTo("auth.replayed");
        } finally {
            channel.shutdownNow();
            channel = own;
        }
        assertThat(handled.get()).isEqualTo(1);
    }

    @Test
    void what_the_axon_sealed_sent_back_to_it() throws Exception {
        Caller caller = new Caller().opened();
        caller.send(caller.ask(1, "honest"));
        byte[] answer = (byte[]) caller.next();
        caller.send(answer);
        caller.assertBroken("auth.session");
        assertThat(handled.get()).isEqualTo(1);
    }

    @Test
    void a_number_of_a_call_used_again() throws Exception {
        Caller caller = new Caller().opened().honest(1).honest(2);
        caller.send(caller.ask(2, "again"));
        caller.assertBroken("auth.session");
        assertThat(handled.get()).isEqualTo(2);
    }

    @Test
    void a_message_that_only_axons_send() throws Exception {
        Caller caller = new Caller().opened().honest(1);
        caller.send(caller.sealed(1, Kind.ANSWER, new byte[0], new byte[] {0}));
        caller.assertBroken("auth.session");
    }

    @Test
    void a_handshake_of_another_hotkey_for_another_receiver_or_without_a_signature() throws Exception {
        new Caller().opened().honest(1);
        Caller stranger = new Caller(request -> {
            request.signer = eve;
            request.signature(eve.sign(request.signed().payload()));
        });
        assertThat(stranger.next()).isEqualTo("auth.signature");
        Caller elsewhere = new Caller(request -> {
            request.receiver = Optional.of(eve.account());
            request.sign();
        });
        assertThat(elsewhere.next()).isEqualTo("auth.receiver");
        assertThat(new Caller(request -> request.headers.clear()).next()).isEqualTo("auth.missing");
        Caller stale = new Caller(request -> {
            request.nonce -= 60_000_000_000L;
            request.sign();
        });
        assertThat(stale.next()).isEqualTo("auth.stale");
        assertThat(handled.get()).isEqualTo(1);
    }

    @Test
    void a_signature_for_a_call_used_to_open_a_session_and_the_other_way() throws Exception {
        Caller otherPath = new Caller(request -> {
            request.path = CALL;
            request.sign();
        });
        assertThat(otherPath.next()).isEqualTo("auth.signature");
        Caller asCall = new Caller(request -> request.sentTo = Wire.CALL.getFullMethodName());
        asCall.call.halfClose();
        assertThat(asCall.next()).isEqualTo("auth.signature");
        assertThat(handled.get()).isZero();
    }

    @Test
    void a_hello_that_is_none_or_changed() throws Exception {
        Caller changed = new Caller(request -> {
            byte[] hello = request.body.clone();
            hello[5] ^= 1;
            request.sends(hello);
        });
        assertThat(changed.next()).isEqualTo("auth.signature");
        for (byte[] hello : List.of(new byte[0], new byte[33], "hello".getBytes(UTF_8))) {
            Caller malformed = new Caller(request -> {
                request.body = hello;
                request.sends(hello).sign();
            });
            assertThat(malformed.next()).isEqualTo("call.invalid");
        }
    }

    @Test
    void a_message_before_the_session_is_open() throws Exception {
        Caller hasty = new Caller(request -> request.sends(request.body, new byte[64], new byte[64]));
        Object first = hasty.next();
        assertThat(first instanceof byte[] ? hasty.next() : first).isEqualTo("auth.session");
        assertThat(handled.get()).isZero();
    }

    @Test
    void a_question_larger_than_allowed_or_to_no_method_ends_itself_alone() throws Exception {
        Caller caller = new Caller().opened().honest(1);
        caller.send(caller.ask(2, "x".repeat(8200)));
        assertThat(caller.answers()).containsExactly("2 REFUSE limit.size");
        caller.send(caller.sealed(
                3, Kind.ASK, Asked.head(1000, OptionalLong.empty(), "/no.Such/Method"), question("lost")));
        assertThat(caller.answers()).containsExactly("3 REFUSE call.unknown");
        caller.honest(4);
    }

    @Test
    void a_message_larger_than_any_ends_the_session() throws Exception {
        Caller caller = new Caller().opened().honest(1);
        caller.send(new byte[200 << 10]);
        caller.assertBroken("limit.size");
    }
}
