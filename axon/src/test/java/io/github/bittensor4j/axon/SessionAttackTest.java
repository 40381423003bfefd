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
import io.github.bittensor4j.protocol.internal.session.Closing;
import io.github.bittensor4j.protocol.internal.session.Field;
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
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
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
import java.util.function.Consumer;
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
    private final BlockingQueue<String> words = new LinkedBlockingQueue<>();
    private Axon axon;
    private ManagedChannel channel;

    @BeforeEach
    void start() {
        start(builder -> {});
    }

    private void start(Consumer<Axon.Builder> change) {
        Axon.Builder builder = Axon.builder(bob)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open())
                .limits(limits -> limits.maxMessageBytes(8192))
                .serve(ECHO, (call, bytes) -> {
                    handled.incrementAndGet();
                    return bytes;
                })
                .service(this::joining);
        change.accept(builder);
        axon = builder.start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", axon.port())
                .usePlaintext()
                .disableRetry()
                .build();
    }

    /** A service whose callers send several messages, and one that takes a single one. Nothing is asked for once "enough" came. */
    private ServerServiceDefinition joining() {
        return ServerServiceDefinition.builder("words.Words")
                .addMethod(method("Join", MethodDescriptor.MethodType.CLIENT_STREAMING), (call, headers) -> {
                    call.request(1);
                    return new ServerCall.Listener<byte[]>() {
                        @Override
                        public void onMessage(byte[] message) {
                            words.add(new String(message, UTF_8));
                            if (message.length != "enough".length()) {
                                call.request(1);
                            }
                        }

                        @Override
                        public void onHalfClose() {
                            words.add("(end)");
                            call.sendHeaders(new Metadata());
                            call.sendMessage("joined".getBytes(UTF_8));
                            call.close(Status.OK, new Metadata());
                        }

                        @Override
                        public void onCancel() {
                            words.add("(broken)");
                        }
                    };
                })
                .addMethod(
                        method("Shout", MethodDescriptor.MethodType.UNARY),
                        ServerCalls.asyncUnaryCall((byte[] word, StreamObserver<byte[]> out) -> {
                            words.add("shouted");
                            out.onNext(word);
                            out.onCompleted();
                        }))
                .build();
    }

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodDescriptor.MethodType type) {
        return MethodDescriptor.newBuilder(RawBytes.MARSHALLER, RawBytes.MARSHALLER)
                .setType(type)
                .setFullMethodName("words.Words/" + name)
                .build();
    }

    private String word() throws InterruptedException {
        String next = words.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("the handler heard something").isNotNull();
        return next;
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

        Caller(Consumer<Request> change) {
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
            return sealed(number, Kind.ASK, Asked.head(20_000, OptionalLong.empty(), CALL, List.of()), question(text));
        }

        /** The first message of a call of a service. */
        byte[] begin(int number, Kind kind, String method, List<Field> headers) {
            return sealed(
                    number,
                    kind,
                    Asked.head(20_000, OptionalLong.empty(), "/words.Words/" + method, headers),
                    "first".getBytes(UTF_8));
        }

        byte[] say(int number, String word) {
            return sealed(number, Kind.SAY, new byte[0], word.getBytes(UTF_8));
        }

        byte[] done(int number) {
            return sealed(number, Kind.DONE, new byte[0], new byte[0]);
        }

        /** A call whose first message was heard. */
        Caller begun(int number) throws InterruptedException {
            send(begin(number, Kind.BEGIN, "Join", List.of()));
            assertThat(word()).isEqualTo("first");
            return this;
        }

        /** The honest form of a call of several messages. */
        Caller honestWords(int number) throws InterruptedException {
            begun(number);
            send(say(number, "second"));
            send(done(number));
            assertThat(List.of(word(), word())).containsExactly("second", "(end)");
            List<String> heard = new ArrayList<>();
            while (heard.size() < 2) {
                heard.addAll(answers());
            }
            assertThat(heard).containsExactly(number + " PART joined", number + " CLOSE 0");
            return this;
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
                } else if (kind == Kind.PART) {
                    text = UTF_8.decode(body).toString();
                } else if (kind == Kind.CLOSE) {
                    text = Integer.toString(Closing.read(body).status());
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
    void a_session_older_than_it_may_get() throws Exception {
        new Caller().opened().honest(1);
        close(axon);
        Duration life = Duration.ofMillis(100);
        start(builder -> builder.sessionLife(life));
        Caller caller = new Caller().opened();
        long until = System.nanoTime() + 2 * life.toNanos();
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
        caller.send(caller.ask(1, "late"));
        caller.assertBroken("auth.stale");
        assertThat(handled.get()).isEqualTo(1);
    }

    @Test
    void more_sessions_of_one_caller_than_it_may_have() throws Exception {
        close(axon);
        start(builder -> builder.limits(limits -> limits.callsPerCaller(2)));
        Caller first = new Caller().opened().honest(1);
        Caller second = new Caller().opened().honest(1);
        new Caller().assertBroken("limit.concurrency");
        second.honest(2);
        first.call.cancel("enough", null);
        Object next;
        do {
            next = new Caller().next(); // until the axon has heard that the first is over
        } while (next.equals("limit.concurrency"));
        assertThat(next).isInstanceOf(byte[].class);
    }

    @Test
    void a_first_message_that_is_none_and_takes_memory() throws Exception {
        new Caller().opened().honest(1);
        new Caller(request -> request.sends(new byte[4000])).assertBroken("limit.size");
        assertThat(axon.status().refused()).containsKey("limit.size").doesNotContainKey("auth.signature");
        new Caller().opened().honest(1);
    }

    private void close(Axon running) {
        channel.shutdownNow();
        running.close();
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
                3, Kind.ASK, Asked.head(1000, OptionalLong.empty(), "/no.Such/Method", List.of()), question("lost")));
        assertThat(caller.answers()).containsExactly("3 REFUSE call.unknown");
        caller.honest(4);
    }

    @Test
    void a_message_larger_than_any_ends_the_session() throws Exception {
        Caller caller = new Caller().opened().honest(1);
        caller.send(new byte[200 << 10]);
        caller.assertBroken("limit.size");
    }

    // Calls of services, whose later messages no signature has ever covered

    /** The session breaks, and the handler hears nothing behind the first message, and no end. */
    private void assertWordsBroken(BiFunction<Caller, byte[], byte[][]> attack) throws InterruptedException {
        Caller caller = new Caller().opened().honestWords(1).begun(2);
        for (byte[] message : attack.apply(caller, caller.say(2, "second"))) {
            caller.send(message);
        }
        caller.assertBroken("auth.session");
        assertThat(word()).isEqualTo("(broken)");
        assertThat(words).isEmpty();
        new Caller().opened().honestWords(1);
    }

    @Test
    void a_second_message_of_a_services_call_that_was_changed() throws Exception {
        assertWordsBroken((caller, second) -> {
            second[second.length - 18] ^= 1;
            return new byte[][] {second};
        });
    }

    @Test
    void a_second_message_of_a_services_call_that_was_left_out() throws Exception {
        assertWordsBroken((caller, second) -> new byte[][] {caller.done(2)});
    }

    @Test
    void a_message_put_into_a_services_call_without_the_key() throws Exception {
        assertWordsBroken((caller, second) -> {
            Batch batch = new Batch();
            new Sealer(new byte[32], System::nanoTime).seal(2, Kind.SAY, new byte[0], "mine".getBytes(UTF_8), batch);
            return new byte[][] {batch.take(), second};
        });
    }

    @Test
    void an_end_put_before_the_second_message_of_a_services_call() throws Exception {
        assertWordsBroken((caller, second) -> {
            Batch batch = new Batch();
            new Sealer(new byte[32], System::nanoTime).seal(2, Kind.DONE, new byte[0], new byte[0], batch);
            return new byte[][] {batch.take(), second};
        });
    }

    @Test
    void a_second_message_of_a_services_call_sent_twice() throws Exception {
        Caller caller = new Caller().opened().honestWords(1).begun(2);
        byte[] second = caller.say(2, "second");
        caller.send(second);
        assertThat(word()).isEqualTo("second");
        caller.send(second);
        caller.assertBroken("auth.session");
        assertThat(word()).isEqualTo("(broken)");
    }

    @Test
    void a_message_moved_to_another_call_of_the_same_session() throws Exception {
        Caller caller = new Caller().opened().honestWords(1).begun(2).begun(3);
        byte[] second = caller.say(2, "second");
        second[15] = 3; // the call's number
        caller.send(second);
        caller.assertBroken("auth.session");
        assertThat(List.of(word(), word())).containsExactly("(broken)", "(broken)");
        assertThat(words).isEmpty();
    }

    @Test
    void another_method_put_in_place_of_the_asked_one() throws Exception {
        Caller caller = new Caller().opened().honestWords(1);
        byte[] asked = caller.begin(2, Kind.ASK, "Shout", List.of());
        byte[] path = "Shout".getBytes(UTF_8);
        for (int at = 0; at < asked.length - path.length; at++) {
            if (Arrays.equals(asked, at, at + path.length, path, 0, path.length)) {
                System.arraycopy("Whisp".getBytes(UTF_8), 0, asked, at, path.length);
            }
        }
        caller.send(asked);
        caller.assertBroken("auth.session");
        assertThat(words).isEmpty();
    }

    @Test
    void headers_of_a_call_that_claim_another_caller() throws Exception {
        Caller caller = new Caller().opened().honestWords(1);
        int number = 1;
        for (String name : List.of("x-bittensor-hotkey", "bittensor4j-receipt", "grpc-timeout", "bt_header_name")) {
            number++;
            caller.send(caller.begin(
                    number,
                    Kind.ASK,
                    "Shout",
                    List.of(new Field(name, eve.account().ss58()))));
            assertThat(caller.answers()).containsExactly(number + " REFUSE call.invalid");
        }
        assertThat(words).isEmpty();
        caller.send(caller.begin(++number, Kind.ASK, "Shout", List.of(new Field("own", "x".repeat(20_000)))));
        assertThat(caller.answers()).containsExactly(number + " REFUSE limit.size");
        assertThat(words).isEmpty();
        caller.honestWords(++number);
    }

    @Test
    void more_messages_than_a_method_takes() throws Exception {
        Caller caller = new Caller().opened().honestWords(1);
        caller.send(caller.begin(2, Kind.BEGIN, "Shout", List.of()));
        assertThat(caller.answers()).containsExactly("2 REFUSE call.invalid");
        caller.begun(3);
        caller.send(caller.say(3, "enough")); // so the handler asks for no more, and the call stays
        assertThat(word()).isEqualTo("enough");
        caller.send(caller.say(3, "waits for ever"));
        caller.send(caller.done(3));
        caller.send(caller.say(3, "behind the end"));
        assertThat(caller.answers()).containsExactly("3 REFUSE call.invalid");
        assertThat(word()).isEqualTo("(broken)");
        assertThat(words).isEmpty();
        caller.honestWords(4);
    }

    @Test
    void messages_without_end_to_a_handler_that_takes_none() throws Exception {
        Caller caller = new Caller().opened().honestWords(1).begun(2);
        caller.send(caller.say(2, "enough"));
        assertThat(word()).isEqualTo("enough");
        for (int i = 0; i < 3000; i++) {
            caller.send(caller.say(2, "")); // an empty one is not free
        }
        assertThat(caller.answers()).containsExactly("2 REFUSE limit.size");
        assertThat(word()).isEqualTo("(broken)");
        caller.send(caller.say(2, "x".repeat(9000)));
        caller.begun(3);
        caller.send(caller.say(3, "x".repeat(9000)));
        assertThat(caller.answers()).containsExactly("3 REFUSE limit.size");
        assertThat(word()).isEqualTo("(broken)");
        caller.honestWords(4);
    }
}
