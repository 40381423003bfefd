package io.github.bittensor4j.protocol.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.protocol.internal.WireException;
import io.github.bittensor4j.testkit.Allocation;
import io.github.bittensor4j.testkit.Mutations;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes in place of a session's messages: what was not sealed by the other side, in its order, is not taken. */
class SessionFuzzTest {
    private static final Keypair ALICE = Keypair.development("Alice");
    private static final Keypair BOB = Keypair.development("Bob");
    private static final byte[] KEY = new byte[32];
    private static final byte[] PLAIN = Handshake.channel(Optional.empty());

    /** Under one key so few messages, that what is sealed spans several keys. */
    private static final long FEW = 3;

    private static final List<byte[]> SEALED = sealed();
    private static final List<String> TAKEN = taken(joined(SEALED.size()));
    private static final Handshake.Caller CALLER = new Handshake.Caller();
    private static final SignedRequest REQUEST = SignedRequest.of(
            KeyScheme.SR25519,
            "POST",
            Handshake.TARGET,
            CALLER.hello(),
            1,
            ALICE.account(),
            Optional.of(BOB.account()));
    private static final byte[] ANSWER =
            Handshake.accept(BOB, REQUEST, CALLER.hello(), PLAIN, 5).answer();

    private static List<byte[]> sealed() {
        Sealer sealer = new Sealer(KEY, () -> 0, FEW);
        Random random = new Random(7);
        List<byte[]> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            if (kind != Kind.NEXT) {
                byte[] body = new byte[random.nextInt(40)];
                random.nextBytes(body);
                Batch out = new Batch();
                sealer.seal(all.size() + 1, kind, new byte[] {1}, body, out);
                all.add(out.take());
            }
        }
        return all;
    }

    private static byte[] joined(int count) {
        ByteBuffer all = ByteBuffer.allocate(
                SEALED.stream().limit(count).mapToInt(each -> each.length).sum());
        SEALED.stream().limit(count).forEach(all::put);
        return all.array();
    }

    private static List<String> taken(byte[] bytes) {
        List<String> all = new ArrayList<>();
        try {
            new Opener(KEY, () -> 0, FEW).open(bytes, (call, kind, body) -> {
                byte[] copy = new byte[body.remaining()];
                body.get(copy);
                all.add(call + " " + kind + " " + Arrays.toString(copy));
            });
        } catch (WireException e) {
            assertThat(e.code()).isEqualTo("auth.session");
        }
        return all;
    }

    static List<byte[]> messages() {
        List<byte[]> all = new ArrayList<>(SEALED);
        for (int count = 2; count <= SEALED.size(); count++) {
            all.add(joined(count));
        }
        return all;
    }

    @MethodSource("messages")
    @FuzzTest
    void what_is_taken_was_sealed_and_in_that_order(byte[] bytes) {
        Allocation.atMost(2_000_000 + 100L * bytes.length, () -> {
            List<String> all = taken(bytes);
            assertThat(all).isEqualTo(TAKEN.subList(0, all.size()));
        });
    }

    @Test
    @Timeout(120)
    void mutated_messages() {
        Mutations.each(71, 20_000, messages(), this::what_is_taken_was_sealed_and_in_that_order);
    }

    static List<byte[]> bodies() {
        List<Field> headers = List.of(new Field("traceparent", "00-1-2-01"), new Field("own-bin", "AAE"));
        byte[] asked = Asked.head(1500, OptionalLong.of(9), "/bittensor4j.v1.Neuron/Call", headers);
        byte[] bare = Asked.head(1500, OptionalLong.empty(), "/a.B/C", List.of());
        byte[] closing = new Closing(5, "not found", headers).write();
        byte[] refusing = new Refusing("limit.rate", "too often", Optional.empty()).write();
        return List.of(asked, Arrays.copyOf(asked, asked.length + 50), bare, closing, refusing);
    }

    /** What the other side of a session says, who holds its key and means no good. */
    @MethodSource("bodies")
    @FuzzTest
    void a_body_is_read_only_in_its_one_spelling(byte[] body) {
        try {
            Asked asked = Asked.read(ByteBuffer.wrap(body));
            byte[] head = Asked.head(asked.patienceMillis(), asked.receiptNonce(), asked.target(), asked.headers());
            ByteBuffer again = ByteBuffer.allocate(head.length + asked.message().length)
                    .put(head)
                    .put(asked.message());
            assertThat(again.array()).isEqualTo(body);
        } catch (WireException e) {
            assertThat(e.code()).isEqualTo("call.invalid");
        }
        try {
            Closing closing = Closing.read(ByteBuffer.wrap(body));
            byte[] again = closing.write();
            assertThat(Closing.read(ByteBuffer.wrap(again)).trailers()).isEqualTo(closing.trailers());
            byte[] trailers = Field.write(closing.trailers());
            assertThat(Arrays.copyOfRange(body, body.length - trailers.length, body.length))
                    .isEqualTo(trailers);
        } catch (WireException e) {
            assertThat(e.code()).isIn("auth.session", "call.invalid");
        }
        try {
            Refusing refusing = Refusing.read(ByteBuffer.wrap(body));
            assertThat(refusing.retryAfter().orElse(Duration.ofNanos(1))).isPositive();
        } catch (WireException e) {
            assertThat(e.code()).isEqualTo("auth.session");
        }
    }

    @Test
    @Timeout(120)
    void mutated_bodies() {
        Mutations.each(72, 20_000, bodies(), this::a_body_is_read_only_in_its_one_spelling);
    }

    static List<byte[]> handshakes() {
        return List.of(CALLER.hello(), ANSWER);
    }

    @MethodSource("handshakes")
    @FuzzTest
    void nobody_else_finishes_a_handshake(byte[] bytes) {
        try {
            CALLER.finish(REQUEST, bytes, PLAIN);
            assertThat(bytes).isEqualTo(ANSWER);
        } catch (WireException e) {
            assertThat(e.code()).isEqualTo("auth.session");
        }
        try {
            Handshake.accept(BOB, REQUEST, bytes, PLAIN, 5);
            assertThat(bytes).hasSize(33);
        } catch (WireException e) {
            assertThat(e.code()).isEqualTo("call.invalid");
        }
    }

    @Test
    @Timeout(120)
    void mutated_handshakes() {
        Mutations.each(73, 3_000, handshakes(), this::nobody_else_finishes_a_handshake);
    }
}
