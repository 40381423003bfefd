package io.github.bittensor4j.axon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.github.bittensor4j.axon.RawClient.Request;
import io.github.bittensor4j.axon.RawClient.Result;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.crypto.Signatures;
import io.github.bittensor4j.core.crypto.Ss58;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.protocol.internal.Wire;
import io.github.bittensor4j.protocol.v1.Payload;
import io.github.bittensor4j.protocol.v1.SynapseRequest;
import io.grpc.CallOptions;
import io.grpc.Status;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Sends every attack over a real socket to a running axon, after its honest form was accepted there, and the honest form once more. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class AttackTest {
    record Prompt(String text, int count) {}

    record Reply(String text) {}

    private static final SynapseType<Prompt, Reply> SHOUT = SynapseType.json("shout.v1", Prompt.class, Reply.class);
    private static final BigInteger ORDER =
            new BigInteger("27742317777372353535851937790883648493").add(BigInteger.ONE.shiftLeft(252));

    private final Keypair alice = Keypair.development("Alice");
    private final Keypair bob = Keypair.development("Bob");
    private final Keypair charlie = Keypair.development("Charlie");
    private final Keypair edward = Keypair.fromSeed(KeyScheme.ED25519, new byte[32]);
    private final AtomicInteger handled = new AtomicInteger();
    private Axon axon;
    private RawClient client;

    @BeforeAll
    void start() {
        axon = Axon.builder(bob)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open())
                .schemes(sender -> sender.equals(edward.account()) ? KeyScheme.ED25519 : KeyScheme.SR25519)
                .limits(l -> l.maxMessageBytes(8192).maxMetadataBytes(4096))
                .serve(SHOUT, (call, prompt) -> {
                    handled.incrementAndGet();
                    return new Reply(prompt.text().toUpperCase(Locale.ROOT));
                })
                .stream(SHOUT, (call, prompt, parts) -> {
                    handled.incrementAndGet();
                    for (int i = 0; i < prompt.count(); i++) {
                        parts.send(new Reply(prompt.text()));
                    }
                })
                .start();
        client = new RawClient(axon.port());
    }

    @AfterAll
    void stop() {
        client.close();
        axon.close();
    }

    static byte[] body(String json) {
        return body("shout.v1", json);
    }

    static byte[] body(String synapse, String json) {
        return SynapseRequest.newBuilder()
                .setSynapse(synapse)
                .setPayload(Payload.newBuilder().setJson(ByteString.copyFromUtf8(json)))
                .build()
                .toByteArray();
    }

    private static final byte[] QUESTION = body("{\"text\":\"hello\",\"count\":2}");

    private Request honest() {
        return new Request(alice, bob.account(), QUESTION).sign();
    }

    /** Made when it is sent, so that it is fresh. */
    private record Attack(String name, String code, Consumer<Request> forge) {}

    private static final class Attacks {
        private final List<Attack> all = new ArrayList<>();

        /** An attack that begins with a signed honest request. */
        void add(String name, String code, Consumer<Request> forge) {
            all.add(new Attack(name, code, forge));
        }
    }

    @TestFactory
    Stream<DynamicTest> each_attack_is_refused_after_its_honest_form_was_accepted() {
        Attacks a = new Attacks();
        a.add("unsigned", "auth.missing", r -> r.headers.clear());
        for (String name : List.of(AuthHeaders.VERSION, AuthHeaders.HOTKEY, AuthHeaders.NONCE, AuthHeaders.SIGNATURE)) {
            a.add("without " + name, "auth.missing", r -> r.without(name));
        }
        a.add("without a receiver, signed so", "auth.receiver", r -> {
            r.receiver = Optional.empty();
            r.sign();
        });
        a.add("receiver header cut off", "auth.receiver", r -> r.without(AuthHeaders.RECEIVER));
        a.add("empty version", "auth.version", r -> r.replaced(AuthHeaders.VERSION, ""));
        a.add("empty hotkey", "auth.malformed", r -> r.replaced(AuthHeaders.HOTKEY, ""));
        a.add("empty receiver", "auth.malformed", r -> r.replaced(AuthHeaders.RECEIVER, ""));
        a.add("empty nonce", "auth.malformed", r -> r.replaced(AuthHeaders.NONCE, ""));
        a.add("empty scheme", "auth.scheme", r -> r.replaced(AuthHeaders.CRYPTO, ""));
        a.add("empty signature", "auth.malformed", r -> r.replaced(AuthHeaders.SIGNATURE, ""));
        for (String name : AuthHeaders.NAMES) {
            a.add("twice " + name, "auth.duplicate", r -> {
                String value = name.equals(AuthHeaders.CRYPTO) ? "sr25519" : r.value(name);
                r.replaced(name, value).with(name, value);
            });
        }
        a.add("two hotkeys, the second the signer's", "auth.duplicate", r -> {
            r.replaced(AuthHeaders.HOTKEY, charlie.account().ss58())
                    .with(AuthHeaders.HOTKEY, alice.account().ss58());
        });
        for (String version : List.of("0", "2", "1.0", "01", "one")) {
            a.add("version " + version, "auth.version", r -> r.replaced(AuthHeaders.VERSION, version));
        }
        for (String scheme : List.of("mldsa", "hashed", "SR25519", "none")) {
            a.add("scheme " + scheme, "auth.scheme", r -> r.replaced(AuthHeaders.CRYPTO, scheme));
        }
        a.add("scheme ed25519 claimed for an sr25519 hotkey", "auth.scheme", r -> {
            r.scheme = KeyScheme.ED25519;
            r.sign();
        });
        a.add("sr25519 claimed for an ed25519 hotkey", "auth.scheme", r -> {
            r.sender = edward.account();
            r.sign();
        });
        a.add(
                "hotkey in another address format",
                "auth.malformed",
                r -> r.replaced(AuthHeaders.HOTKEY, Ss58.encode(alice.publicKey(), 0)));
        a.add("hotkey with a wrong checksum", "auth.malformed", r -> {
            String address = r.value(AuthHeaders.HOTKEY);
            r.replaced(AuthHeaders.HOTKEY, address.substring(0, 47) + (address.endsWith("Y") ? "Z" : "Y"));
        });
        a.add(
                "hotkey in hex",
                "auth.malformed",
                r -> r.replaced(AuthHeaders.HOTKEY, "0x" + HexFormat.of().formatHex(alice.publicKey())));
        a.add("endless hotkey", "auth.malformed", r -> r.replaced(AuthHeaders.HOTKEY, "5".repeat(2000)));
        a.add("endless nonce", "auth.malformed", r -> r.replaced(AuthHeaders.NONCE, "1".repeat(2000)));
        for (String nonce : List.of(
                "-1",
                "+1",
                "0x10",
                "1e18",
                "1.5",
                "nan",
                "9223372036854775808",
                "99999999999999999999",
                "1_000",
                "0")) {
            a.add("nonce " + nonce, "auth.malformed", r -> r.replaced(AuthHeaders.NONCE, nonce));
        }
        a.add(
                "nonce with a leading zero",
                "auth.malformed",
                r -> r.replaced(AuthHeaders.NONCE, "0" + r.value(AuthHeaders.NONCE)));
        a.add(
                "signature without 0x",
                "auth.malformed",
                r -> r.replaced(
                        AuthHeaders.SIGNATURE, r.value(AuthHeaders.SIGNATURE).substring(2)));
        a.add(
                "signature in capitals",
                "auth.malformed",
                r -> r.replaced(
                        AuthHeaders.SIGNATURE,
                        "0x" + r.value(AuthHeaders.SIGNATURE).substring(2).toUpperCase(Locale.ROOT)));
        a.add(
                "signature of 63 bytes",
                "auth.malformed",
                r -> r.replaced(
                        AuthHeaders.SIGNATURE, r.value(AuthHeaders.SIGNATURE).substring(0, 128)));
        a.add(
                "signature of 65 bytes",
                "auth.malformed",
                r -> r.replaced(AuthHeaders.SIGNATURE, r.value(AuthHeaders.SIGNATURE) + "00"));
        a.add(
                "signature that is no hex",
                "auth.malformed",
                r -> r.replaced(AuthHeaders.SIGNATURE, "0x" + "g".repeat(128)));
        a.add("signature of zeros", "auth.signature", r -> r.signature(new byte[64]));
        a.add("signed by another key", "auth.signature", r -> {
            r.signer = charlie;
            r.sign();
        });
        a.add(
                "another hotkey claimed",
                "auth.signature",
                r -> r.replaced(AuthHeaders.HOTKEY, charlie.account().ss58()));
        for (int bit : new int[] {0, 255, 256, 500}) {
            a.add("bit " + bit + " of the signature flipped", "auth.signature", r -> {
                byte[] signature =
                        HexFormat.of().parseHex(r.value(AuthHeaders.SIGNATURE).substring(2));
                signature[bit / 8] ^= (byte) (1 << (bit % 8));
                r.signature(signature);
            });
        }
        a.add("signature without schnorrkel's mark", "auth.signature", r -> {
            byte[] signature =
                    HexFormat.of().parseHex(r.value(AuthHeaders.SIGNATURE).substring(2));
            signature[63] &= 0x7f;
            r.signature(signature);
        });
        a.add("scalar of the signature not reduced", "auth.signature", r -> {
            byte[] signature =
                    HexFormat.of().parseHex(r.value(AuthHeaders.SIGNATURE).substring(2));
            signature[63] &= 0x7f;
            byte[] scalar = Arrays.copyOfRange(signature, 32, 64);
            byte[] larger = littleEndian(number(scalar).add(ORDER));
            System.arraycopy(larger, 0, signature, 32, 32);
            signature[63] |= (byte) 0x80;
            r.signature(signature);
        });
        a.add("the wrapped form signed", "auth.signature", r -> {
            byte[] payload = r.signed().payload();
            byte[] wrapped = ("<Bytes>" + new String(payload, StandardCharsets.US_ASCII) + "</Bytes>")
                    .getBytes(StandardCharsets.US_ASCII);
            r.signature(alice.sign(wrapped));
        });
        a.add("the key of zeros, with a signature that holds for it", "auth.key", r -> {
            r.sender = AccountId.ZERO;
            byte[] forged = forSmallOrderSr25519();
            assertThat(Signatures.verify(
                            KeyScheme.SR25519, AccountId.ZERO, r.signed().payload(), forged))
                    .isTrue();
            r.signature(forged);
        });
        a.add("signed for another receiver", "auth.receiver", r -> {
            r.receiver = Optional.of(charlie.account());
            r.sign();
        });
        a.add("signed for another receiver, the header changed to this one", "auth.signature", r -> {
            r.receiver = Optional.of(charlie.account());
            r.sign().replaced(AuthHeaders.RECEIVER, bob.account().ss58());
        });
        a.add("11 seconds old", "auth.stale", r -> {
            r.nonce = RawClient.now() - 11_000_000_000L;
            r.sign();
        });
        a.add("signed in 1970", "auth.stale", r -> {
            r.nonce = 1;
            r.sign();
        });
        a.add("old, with its nonce changed to now", "auth.signature", r -> {
            r.nonce = RawClient.now() - 11_000_000_000L;
            r.sign().replaced(AuthHeaders.NONCE, Long.toString(RawClient.nextNonce()));
        });
        a.add("3 seconds in the future", "auth.future", r -> {
            r.nonce = RawClient.now() + 3_000_000_000L;
            r.sign();
        });
        a.add("at the end of time", "auth.future", r -> {
            r.nonce = Long.MAX_VALUE;
            r.sign();
        });
        a.add("another path signed", "auth.signature", r -> {
            r.path = Wire.target(Wire.STREAM.getFullMethodName());
            r.sign();
        });
        a.add("sent to the other method", "auth.signature", r -> r.sentTo = Wire.STREAM.getFullMethodName());
        a.add("another HTTP method signed", "auth.signature", r -> {
            r.method = "GET";
            r.sign();
        });
        a.add("one bit of the body flipped", "auth.signature", r -> {
            byte[] tampered = QUESTION.clone();
            tampered[tampered.length - 5] ^= 1;
            r.sends(tampered);
        });
        a.add("another body", "auth.signature", r -> r.sends(body("{\"text\":\"evil\",\"count\":2}")));
        a.add("body taken away", "auth.signature", r -> r.sends(new byte[0]));
        a.add("a byte added to the body", "auth.signature", r -> r.sends(Arrays.copyOf(QUESTION, QUESTION.length + 1)));
        a.add("no message", "call.invalid", r -> r.sends());
        a.add("a second message behind the signed one", "any", r -> r.sends(QUESTION, QUESTION));
        a.add("unknown method", "call.unknown", r -> r.sentTo = "bittensor4j.v1.Neuron/Nothing");
        a.add("unknown service", "call.unknown", r -> r.sentTo = "evil.Service/Call");
        a.add("unknown synapse", "call.unknown", signedBody(body("whisper.v1", "{}")));
        a.add("no protobuf", "call.invalid", signedBody(new byte[] {(byte) 0xff, 1, 2, 3}));
        a.add("empty body, signed", "call.unknown", signedBody(new byte[0]));
        a.add(
                "bytes where JSON belongs",
                "call.invalid",
                signedBody(SynapseRequest.newBuilder()
                        .setSynapse("shout.v1")
                        .setPayload(Payload.newBuilder().setRaw(ByteString.copyFrom(QUESTION)))
                        .build()
                        .toByteArray()));
        for (String json : List.of(
                "",
                "{",
                "null",
                "[]",
                "5",
                "{\"text\":\"a\"}",
                "{\"text\":null,\"count\":1}",
                "{\"text\":\"a\",\"count\":null}",
                "{\"text\":\"a\",\"count\":\"1\"}",
                "{\"text\":\"a\",\"count\":1.5}",
                "{\"text\":\"a\",\"count\":99999999999}",
                "{\"text\":\"a\",\"count\":1,\"more\":1}",
                "{\"text\":\"a\",\"text\":\"b\",\"count\":1}",
                "{\"text\":\"a\",\"count\":1} {}",
                "{\"text\":{\"@class\":\"java.lang.Object\"},\"count\":1}",
                "{\"text\":" + "[".repeat(3000) + "]".repeat(3000) + ",\"count\":1}",
                "{\"text\":\"a\",\"count\":" + "9".repeat(3000) + "}",
                "{\"" + "x".repeat(3000) + "\":1}")) {
            a.add(
                    "JSON " + (json.length() > 60 ? json.substring(0, 60) + "..." : json),
                    "call.invalid",
                    signedBody(body(json)));
        }
        a.add(
                "larger than allowed",
                "limit.size",
                signedBody(body("{\"text\":\"" + "a".repeat(9000) + "\",\"count\":1}")));
        a.add("headers larger than allowed", "any", r -> r.with("filler", "x".repeat(8000)));
        return a.all.stream().map(attack -> DynamicTest.dynamicTest(attack.name(), () -> refused(attack)));
    }

    private Consumer<Request> signedBody(byte[] body) {
        return request -> {
            request.body = body;
            request.sends(body).sign();
        };
    }

    private void refused(Attack attack) throws Exception {
        assertThat(client.send(honest()).answered()).isTrue();
        int before = handled.get();
        Request forged = honest();
        attack.forge().accept(forged);

        Result result = client.send(forged);

        assertThat(result.status().isOk()).isFalse();
        assertThat(result.messages()).isEmpty();
        assertThat(handled).hasValue(before);
        if (attack.code().equals("limit.size")) {
            // the transport itself refuses it, before a header of ours can be added
            assertThat(result.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        } else if (!attack.code().equals("any")) { // "any": ended by the transport, with a status of its own
            assertThat(result.code()).as(attack.name() + ": " + result.status()).contains(attack.code());
        }
        assertThat(client.send(honest()).answered()).isTrue();
    }

    @Test
    void a_replay_is_refused_at_once_and_by_every_axon_of_the_hotkey_in_this_process() throws Exception {
        Request request = honest();
        assertThat(client.send(request).answered()).isTrue();
        assertThat(client.send(request).code()).contains("auth.replayed");
        try (Axon second = Axon.builder(bob)
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .access(AccessPolicy.open())
                        .serve(SHOUT, (call, prompt) -> new Reply(""))
                        .start();
                RawClient other = new RawClient(second.port())) {
            assertThat(other.send(honest()).answered()).isTrue();
            assertThat(other.send(request).code()).contains("auth.replayed");
        }
    }

    @Test
    void of_one_request_sent_many_times_at_once_exactly_one_is_handled() throws Exception {
        Request request = honest();
        int before = handled.get();
        List<RawClient.Open> all = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            all.add(client.open(request, CallOptions.DEFAULT));
        }
        for (RawClient.Open open : all) {
            open.call.sendMessage(request.body);
            open.call.halfClose();
        }
        int answered = 0;
        for (RawClient.Open open : all) {
            Result result = open.result.get();
            answered += result.answered() ? 1 : 0;
            assertThat(result.answered() || result.code().equals(Optional.of("auth.replayed")))
                    .isTrue();
        }
        assertThat(answered).isEqualTo(1);
        assertThat(handled).hasValue(before + 1);
    }

    @Test
    void ed25519_is_accepted_from_a_sender_whom_the_server_knows_to_sign_so() throws Exception {
        assertThat(client.send(new Request(edward, bob.account(), QUESTION).sign())
                        .answered())
                .isTrue();
    }

    @Test
    void keys_of_small_order_are_refused_though_their_signatures_hold() throws Exception {
        try (Axon lenient = Axon.builder(bob)
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .access(AccessPolicy.open())
                        .schemes(sender -> KeyScheme.ED25519)
                        .serve(SHOUT, (call, prompt) -> new Reply(""))
                        .start();
                RawClient other = new RawClient(lenient.port())) {
            assertThat(other.send(new Request(edward, bob.account(), QUESTION).sign())
                            .answered())
                    .isTrue();
            byte[] identity = new byte[32];
            identity[0] = 1;
            Request forged = new Request(edward, bob.account(), QUESTION);
            forged.sender = AccountId.of(identity);
            byte[] signature = forIdentityEd25519();
            assertThat(Signatures.verify(
                            KeyScheme.ED25519, forged.sender, forged.signed().payload(), signature))
                    .isTrue();
            assertThat(other.send(forged.signature(signature)).code()).contains("auth.key");
        }
    }

    @Test
    void a_stale_refusal_tells_the_measured_difference_of_the_clocks() throws Exception {
        Request old = honest();
        old.nonce = RawClient.now() - 3_600_000_000_000L;
        Result result = client.send(old.sign());
        assertThat(result.code()).contains("auth.stale");
        long difference = Long.parseLong(String.valueOf(result.trailers().get(Wire.CLOCK_DIFFERENCE)));
        assertThat(difference).isBetween(-3_610_000_000_000L, -3_600_000_000_000L);
        assertThat(result.status().getDescription()).contains("s old").contains("at most 10 s");
    }

    @Test
    void a_compressed_request_is_not_read() throws Exception {
        int before = handled.get();
        Result result = client.send(honest(), CallOptions.DEFAULT.withCompression("gzip"));
        assertThat(result.status().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(handled).hasValue(before);
    }

    /** R = sB and s, which holds for the neutral element as public key, whatever the message. */
    private static byte[] forSmallOrderSr25519() {
        try (Keypair any = Keypair.generate(KeyScheme.SR25519)) {
            byte[] signature = new byte[64];
            System.arraycopy(any.publicKey(), 0, signature, 0, 32);
            System.arraycopy(any.secretBytes(), 0, signature, 32, 32);
            signature[63] |= (byte) 0x80;
            return signature;
        }
    }

    private static byte[] forIdentityEd25519() {
        byte[] seed = new byte[32];
        seed[0] = 7;
        byte[] hash = Hashes.sha512(seed);
        byte[] scalar = Arrays.copyOf(hash, 32);
        scalar[0] &= (byte) 248;
        scalar[31] &= 127;
        scalar[31] |= 64;
        try (Keypair any = Keypair.fromSeed(KeyScheme.ED25519, seed)) {
            byte[] signature = new byte[64];
            System.arraycopy(any.publicKey(), 0, signature, 0, 32);
            System.arraycopy(littleEndian(number(scalar).mod(ORDER)), 0, signature, 32, 32);
            return signature;
        }
    }

    private static BigInteger number(byte[] littleEndian) {
        byte[] big = new byte[littleEndian.length];
        for (int i = 0; i < big.length; i++) {
            big[i] = littleEndian[big.length - 1 - i];
        }
        return new BigInteger(1, big);
    }

    private static byte[] littleEndian(BigInteger number) {
        byte[] little = new byte[32];
        for (int i = 0; i < 32; i++) {
            little[i] = number.shiftRight(8 * i).byteValue();
        }
        return little;
    }
}
