package io.github.bittensor4j.dendrite;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.axon.Tls;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.tls.TlsIdentity;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls of a subnet's own service over TLS. btauth/1 signs the first message of a call; TLS protects those behind it, also from somebody
 * who owns the network.
 */
@Timeout(60)
class StreamsOverTlsTest {
    private final Keypair miner = Keypair.development("Bob");
    private final Keypair validator = Keypair.development("Alice");
    private final TlsIdentity identity = TlsIdentity.generate();
    private final WordService words = new WordService();
    private Axon axon;
    private RecordProxy between;
    private Dendrite dendrite;
    private Channel channel;

    @BeforeEach
    void start() throws IOException {
        axon = Axon.builder(miner)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open())
                .tls(Tls.of(identity))
                .service(words)
                .start();
        between = new RecordProxy(axon.port());
        dendrite = Dendrite.open(validator);
        channel = dendrite.channel(Target.of(miner.account(), new Endpoint("127.0.0.1", between.port()))
                .pinned(identity.key().orElseThrow()));
    }

    @AfterEach
    void close() throws IOException {
        dendrite.close();
        between.close();
        axon.close();
    }

    private StreamObserver<String> open(MethodDescriptor<String, String> method, Heard heard) {
        ClientCall<String, String> call = channel.newCall(method, CallOptions.DEFAULT);
        return method.getType() == MethodDescriptor.MethodType.BIDI_STREAMING
                ? ClientCalls.asyncBidiStreamingCall(call, heard)
                : ClientCalls.asyncClientStreamingCall(call, heard);
    }

    @Test
    void calls_of_all_four_kinds_with_as_many_messages_as_they_have() throws Exception {
        assertThat(ClientCalls.blockingUnaryCall(channel, WordService.SHOUT, CallOptions.DEFAULT, "a"))
                .isEqualTo("A");
        assertThat(ClientCalls.blockingServerStreamingCall(channel, WordService.REPEAT, CallOptions.DEFAULT, "w"))
                .toIterable()
                .containsExactly("w0", "w1", "w2");

        Heard joined = new Heard();
        StreamObserver<String> join = open(WordService.JOIN, joined);
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add("word" + i);
            join.onNext("word" + i);
        }
        join.onCompleted();
        assertThat(joined.end()).isEqualTo(Status.OK);
        assertThat(joined.messages).containsExactly(String.join(" ", all));

        Heard spoken = new Heard();
        StreamObserver<String> talk = open(WordService.TALK, spoken);
        for (String word : all) {
            talk.onNext(word);
            assertThat(Heard.next(spoken.messages)).isEqualTo(word);
        }
        talk.onCompleted();
        assertThat(spoken.end()).isEqualTo(Status.OK);
        assertThat(axon.status().refused()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Join", "Talk"})
    void a_second_message_that_was_changed_on_the_way(String method) throws Exception {
        assertBroken(method, RecordProxy.Attack.CHANGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Join", "Talk"})
    void a_message_put_in_before_the_second(String method) throws Exception {
        assertBroken(method, RecordProxy.Attack.INSERT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Join", "Talk"})
    void a_second_message_that_was_lost_on_the_way(String method) throws Exception {
        assertBroken(method, RecordProxy.Attack.LOSE);
    }

    /** The stream breaks: the handler hears nothing behind the first message and never an end, and the caller gets no good answer. */
    private void assertBroken(String name, RecordProxy.Attack attack) throws Exception {
        MethodDescriptor<String, String> method = name.equals("Join") ? WordService.JOIN : WordService.TALK;
        assertHonest(method);

        Heard heard = new Heard();
        StreamObserver<String> speaking = open(method, heard);
        speaking.onNext("1".repeat(2000));
        assertThat(Heard.next(words.heard)).isEqualTo("1".repeat(2000));
        between.attack(attack);
        speaking.onNext("2".repeat(3000));
        assertThat(between.attacked()).isTrue();
        speaking.onNext("3".repeat(4000));
        speaking.onCompleted();
        assertThat(heard.end().isOk()).isFalse();
        assertThat(Heard.next(words.heard)).isEqualTo("(broken)");
        assertThat(words.heard).isEmpty();

        assertHonest(method);
    }

    private void assertHonest(MethodDescriptor<String, String> method) throws Exception {
        Heard heard = new Heard();
        StreamObserver<String> speaking = open(method, heard);
        speaking.onNext("1".repeat(2000));
        speaking.onNext("2".repeat(3000));
        speaking.onCompleted();
        assertThat(heard.end()).isEqualTo(Status.OK);
        assertThat(List.of(Heard.next(words.heard), Heard.next(words.heard), Heard.next(words.heard)))
                .containsExactly("1".repeat(2000), "2".repeat(3000), "(end)");
    }
}
