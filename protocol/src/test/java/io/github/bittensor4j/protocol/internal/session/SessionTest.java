package io.github.bittensor4j.protocol.internal.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.protocol.internal.WireException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SessionTest {
    private static final Keypair ALICE = Keypair.development("Alice");
    private static final Keypair BOB = Keypair.development("Bob");
    private static final Keypair EVE = Keypair.development("Eve");
    private static final byte[] PLAIN = Handshake.channel(Optional.empty());

    @AfterAll
    static void close() {
        List.of(ALICE, BOB, EVE).forEach(Keypair::close);
    }

    private static SignedRequest request(byte[] hello, long nonce) {
        return SignedRequest.of(
                KeyScheme.SR25519, "POST", Handshake.TARGET, hello, nonce, ALICE.account(), Optional.of(BOB.account()));
    }

    private static Handshake.Keys keys() {
        Handshake.Caller caller = new Handshake.Caller();
        SignedRequest request = request(caller.hello(), 1);
        Handshake.Accepted accepted = Handshake.accept(BOB, request, caller.hello(), PLAIN, 5);
        Handshake.Keys keys = caller.finish(request, accepted.answer(), PLAIN);
        assertThat(keys.callers()).isEqualTo(accepted.keys().callers());
        assertThat(keys.axons()).isEqualTo(accepted.keys().axons());
        assertThat(keys.calls()).isEqualTo(5);
        return keys;
    }

    private static byte[] sealed(Sealer sealer, int call, String body) {
        Batch out = new Batch();
        sealer.seal(call, Kind.ASK, new byte[0], body.getBytes(UTF_8), out);
        return out.take();
    }

    private static List<String> opened(Opener opener, byte[]... messages) {
        List<String> all = new ArrayList<>();
        for (byte[] message : messages) {
            opener.open(message, (call, kind, body) -> all.add(call + " " + kind + " " + UTF_8.decode(body)));
        }
        return all;
    }

    private static byte[] both(byte[] one, byte[] other) {
        byte[] all = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, all, one.length, other.length);
        return all;
    }

    private static void assertBroken(Opener opener, byte[] message) {
        assertThatThrownBy(() -> opener.open(message, (call, kind, body) -> {
                    throw new AssertionError("taken");
                }))
                .isInstanceOfSatisfying(
                        WireException.class, e -> assertThat(e.code()).isEqualTo("auth.session"));
    }

    @Test
    void both_sides_come_to_the_same_keys_and_each_session_to_others() {
        Handshake.Keys one = keys();
        Handshake.Keys other = keys();
        assertThat(List.of(one.callers(), one.axons(), other.callers(), other.axons()))
                .doesNotHaveDuplicates()
                .allSatisfy(key -> assertThat(key).hasSize(32));
    }

    @Test
    void what_is_sealed_is_opened_in_its_order_alone_or_together() {
        Handshake.Keys keys = keys();
        Sealer sealer = new Sealer(keys.callers(), System::nanoTime);
        byte[] first = sealed(sealer, 1, "one");
        byte[] second = sealed(sealer, 2, "");
        byte[] third = sealed(sealer, -1, "x".repeat(70_000));
        assertThat(opened(new Opener(keys.callers(), System::nanoTime), first, both(second, third)))
                .containsExactly("1 ASK one", "2 ASK ", "-1 ASK " + "x".repeat(70_000));
    }

    @Test
    void the_tag_is_that_of_hmac_sha_256() throws Exception {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) 0x0b);
        javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
        mac.init(new javax.crypto.spec.SecretKeySpec(key, "HmacSHA256"));
        byte[] message = sealed(new Sealer(key, System::nanoTime), 7, "body");
        byte[] before = Arrays.copyOf(message, message.length - 16);
        assertThat(HexFormat.of().formatHex(before))
                .isEqualTo("00000021" + "0000000000000000" + "00000007" + "00" + "626f6479");
        assertThat(Arrays.copyOfRange(message, before.length, message.length))
                .isEqualTo(Arrays.copyOf(mac.doFinal(before), 16));
    }

    @Test
    void no_changed_byte_is_taken() {
        Handshake.Keys keys = keys();
        byte[] message = sealed(new Sealer(keys.callers(), System::nanoTime), 1, "question");
        for (int i = 0; i < message.length; i++) {
            for (int bit : new int[] {0, 7}) {
                byte[] changed = message.clone();
                changed[i] ^= (byte) (1 << bit);
                assertBroken(new Opener(keys.callers(), System::nanoTime), changed);
            }
        }
        for (int length = 1; length < message.length; length++) {
            assertBroken(new Opener(keys.callers(), System::nanoTime), Arrays.copyOf(message, length));
            assertBroken(
                    new Opener(keys.callers(), System::nanoTime), Arrays.copyOfRange(message, length, message.length));
        }
    }

    @Test
    void a_message_that_is_lost_repeated_moved_or_put_in_breaks_the_session() {
        Handshake.Keys keys = keys();
        Sealer sealer = new Sealer(keys.callers(), System::nanoTime);
        byte[] first = sealed(sealer, 1, "one");
        byte[] second = sealed(sealer, 2, "two");
        Opener lost = new Opener(keys.callers(), System::nanoTime);
        assertBroken(lost, second);
        Opener repeated = new Opener(keys.callers(), System::nanoTime);
        assertThat(opened(repeated, first)).hasSize(1);
        assertBroken(repeated, first);
        Opener inserted = new Opener(keys.callers(), System::nanoTime);
        assertThat(opened(inserted, first)).hasSize(1);
        assertBroken(inserted, sealed(new Sealer(keys().callers(), System::nanoTime), 2, "two"));
    }

    @Test
    void a_direction_does_not_take_what_was_sealed_for_the_other_one() {
        Handshake.Keys keys = keys();
        assertBroken(
                new Opener(keys.axons(), System::nanoTime),
                sealed(new Sealer(keys.callers(), System::nanoTime), 1, "back"));
    }

    @Test
    void a_new_key_comes_after_so_many_messages_and_the_old_one_opens_nothing() {
        byte[] key = keys().callers();
        Sealer sealer = new Sealer(key, System::nanoTime, 4);
        Opener opener = new Opener(key, System::nanoTime, 4);
        List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            messages.add(sealed(sealer, i, "m" + i));
        }
        for (int i = 0; i < 10; i++) {
            assertThat(opened(opener, messages.get(i))).containsExactly(i + " ASK m" + i);
        }
        // three calls and NEXT, three calls and NEXT, ...
        assertThat(messages.get(3).length).isEqualTo(messages.get(2).length + Direction.OVERHEAD);
        assertThat(messages.get(6).length).isEqualTo(messages.get(2).length + Direction.OVERHEAD);
        assertBroken(opener, messages.get(0));
    }

    @Test
    void a_new_key_comes_after_so_much_time() {
        byte[] key = keys().callers();
        AtomicLong time = new AtomicLong();
        Sealer sealer = new Sealer(key, time::get);
        Opener opener = new Opener(key, time::get);
        byte[] first = sealed(sealer, 1, "a");
        time.addAndGet(Direction.AGE.toNanos() + 1);
        byte[] second = sealed(sealer, 2, "b");
        assertThat(second.length).isEqualTo(first.length + Direction.OVERHEAD);
        assertThat(opened(opener, first, second)).containsExactly("1 ASK a", "2 ASK b");
    }

    @Test
    void who_does_not_change_the_key_in_time_is_not_heard() {
        byte[] key = keys().callers();
        Sealer careless = new Sealer(key, () -> 0, Long.MAX_VALUE);
        Opener byCount = new Opener(key, System::nanoTime, 3);
        byte[] first = sealed(careless, 1, "a");
        byte[] second = sealed(careless, 2, "b");
        byte[] third = sealed(careless, 3, "c");
        assertThat(opened(byCount, first, second)).hasSize(2);
        assertBroken(byCount, third);
        AtomicLong time = new AtomicLong();
        Opener byTime = new Opener(key, time::get);
        assertThat(opened(byTime, first)).hasSize(1);
        time.addAndGet(2 * Direction.AGE.toNanos() + 1);
        assertBroken(byTime, second);
    }

    @Test
    void a_handshake_holds_for_its_request_its_channel_and_its_axon_alone() {
        Handshake.Caller caller = new Handshake.Caller();
        SignedRequest request = request(caller.hello(), 1);
        byte[] channel = Hashes.sha256("the axon's key".getBytes(UTF_8));
        byte[] honest =
                Handshake.accept(BOB, request, caller.hello(), channel, 5).answer();
        assertThatCode(() -> caller.finish(request, honest, channel)).doesNotThrowAnyException();
        List<Runnable> wrong = new ArrayList<>(List.of(
                () -> caller.finish(request(caller.hello(), 2), honest, channel),
                () -> caller.finish(request(new Handshake.Caller().hello(), 1), honest, channel),
                () -> caller.finish(request, honest, PLAIN),
                () -> caller.finish(request, honest, Hashes.sha256(channel)),
                () -> caller.finish(
                        request,
                        Handshake.accept(EVE, request, caller.hello(), channel, 5)
                                .answer(),
                        channel),
                () -> caller.finish(request, new byte[0], channel)));
        for (int i = 0; i < honest.length; i++) {
            byte[] changed = honest.clone();
            changed[i] ^= 1;
            wrong.add(() -> caller.finish(request, changed, channel));
            byte[] cut = Arrays.copyOf(honest, i);
            wrong.add(() -> caller.finish(request, cut, channel));
        }
        assertThat(wrong)
                .allSatisfy(finish -> assertThatThrownBy(finish::run)
                        .isInstanceOfSatisfying(
                                WireException.class, e -> assertThat(e.code()).isEqualTo("auth.session")));
    }

    @Test
    void a_key_with_which_everybody_shares_the_same_secret_is_refused() {
        for (String point : List.of(
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")) {
            byte[] hello = HexFormat.of().parseHex("01" + point);
            assertThatThrownBy(() -> Handshake.accept(BOB, request(hello, 1), hello, PLAIN, 5))
                    .isInstanceOfSatisfying(
                            WireException.class, e -> assertThat(e.code()).isEqualTo("call.invalid"));
        }
        byte[] cut = new byte[32];
        assertThatThrownBy(() -> Handshake.accept(BOB, request(cut, 1), cut, PLAIN, 5))
                .isInstanceOf(WireException.class);
    }

    @Test
    void what_is_asked_and_refused_reads_back() {
        byte[] message = {1, 2, 3};
        List<Field> headers =
                List.of(new Field("traceparent", "00-1"), new Field("own-bin", "AA"), new Field("own-bin", ""));
        byte[] body = both(Asked.head(1500, OptionalLong.of(9), "/a.B/C", headers), message);
        Asked asked = Asked.read(ByteBuffer.wrap(body));
        assertThat(asked.patienceMillis()).isEqualTo(1500);
        assertThat(asked.receiptNonce()).hasValue(9);
        assertThat(asked.target()).isEqualTo("/a.B/C");
        assertThat(asked.headers()).isEqualTo(headers);
        assertThat(asked.message()).isEqualTo(message);
        for (int length = 0; length < body.length - message.length; length++) {
            byte[] cut = Arrays.copyOf(body, length);
            assertThatThrownBy(() -> Asked.read(ByteBuffer.wrap(cut))).isInstanceOf(WireException.class);
        }
        Refusing refusing = new Refusing("access.permit", "no permit: ü", Optional.empty());
        assertThat(Refusing.read(ByteBuffer.wrap(refusing.write()))).isEqualTo(refusing);
        Refusing waiting = new Refusing("limit.rate", "", Optional.of(Duration.ofMillis(1500)));
        byte[] refused = waiting.write();
        assertThat(Refusing.read(ByteBuffer.wrap(refused))).isEqualTo(waiting);
        for (int length = 0; length < refused.length; length++) {
            byte[] cut = Arrays.copyOf(refused, length);
            assertThatThrownBy(() -> Refusing.read(ByteBuffer.wrap(cut))).isInstanceOf(WireException.class);
        }
    }

    @Test
    void headers_that_http_could_not_carry_are_neither_written_nor_read() {
        for (Field bad : List.of(
                new Field("", "v"),
                new Field("Name", "v"),
                new Field("na me", "v"),
                new Field("name", "a\nb"),
                new Field("name", "ü"),
                new Field("n".repeat(256), "v"),
                new Field("name", "v".repeat(65536)))) {
            assertThatThrownBy(() -> Field.write(List.of(bad))).isInstanceOf(WireException.class);
        }
        List<Field> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add(new Field("name", "v".repeat(1000)));
        }
        assertThatThrownBy(() -> Field.write(many)).isInstanceOf(WireException.class);
        byte[] good = Field.write(List.of(new Field("name", "value")));
        for (int at : new int[] {2, 3, 7, 8, 9}) { // lengths, a letter of the name, one of the value
            byte[] bad = good.clone();
            bad[at] = 7;
            assertThatThrownBy(() -> Field.read(ByteBuffer.wrap(bad))).isInstanceOf(WireException.class);
        }
        assertThat(Field.read(ByteBuffer.wrap(new byte[2]))).isEmpty();
    }

    @Test
    void the_end_of_a_services_call_reads_back() {
        Closing closing = new Closing(5, "not there: ü", List.of(new Field("own", "1")));
        byte[] body = closing.write();
        assertThat(Closing.read(ByteBuffer.wrap(body))).isEqualTo(closing);
        for (int length = 0; length < body.length; length++) {
            byte[] cut = Arrays.copyOf(body, length);
            assertThatThrownBy(() -> Closing.read(ByteBuffer.wrap(cut))).isInstanceOf(WireException.class);
        }
        byte[] more = Arrays.copyOf(body, body.length + 1);
        assertThatThrownBy(() -> Closing.read(ByteBuffer.wrap(more))).isInstanceOf(WireException.class);
        assertThat(Closing.read(ByteBuffer.wrap(new Closing(0, "x".repeat(5000), List.of()).write()))
                        .text())
                .hasSize(4096);
    }

    @Test
    void a_message_of_a_kind_that_nobody_knows_breaks_the_session() {
        Handshake.Keys keys = keys();
        Batch out = new Batch();
        new Sealer(keys.callers(), System::nanoTime).seal(1, Kind.CLOSE, new byte[0], new byte[0], out);
        byte[] message = out.take();
        message[16] = 13;
        byte[] tag = new Secrets.Tag(keys.callers()).of(message, 0, message.length - 16);
        System.arraycopy(tag, 0, message, message.length - 16, 16);
        assertBroken(new Opener(keys.callers(), System::nanoTime), message);
    }
}
