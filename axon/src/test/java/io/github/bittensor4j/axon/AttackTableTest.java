package io.github.bittensor4j.axon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.github.bittensor4j.axon.RawClient.Request;
import io.github.bittensor4j.axon.RawHttp.Answer;
import io.github.bittensor4j.axon.RawHttp.Header;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.crypto.Ss58;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.protocol.internal.Wire;
import io.github.bittensor4j.protocol.internal.session.Asked;
import io.github.bittensor4j.protocol.internal.session.Batch;
import io.github.bittensor4j.protocol.internal.session.Handshake;
import io.github.bittensor4j.protocol.internal.session.Kind;
import io.github.bittensor4j.protocol.internal.session.Opener;
import io.github.bittensor4j.protocol.internal.session.Sealer;
import io.github.bittensor4j.protocol.internal.synapse.Terminal.Field;
import io.github.bittensor4j.protocol.v1.Payload;
import io.github.bittensor4j.protocol.v1.SynapseRequest;
import java.io.IOException;
import java.lang.reflect.Method;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * The rows of ATTACKS.md: each sends bytes over a raw socket to a running axon after the honest form was accepted there, in every dialect
 * that it fits; the axon refuses it as the row says, runs no handler, and answers the honest form again.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(240)
class AttackTableTest {
    record Prompt(String text) {}

    record Reply(String answer) {}

    private enum Form {
        GRPC("gRPC"),
        HTTP1("HTTP/1.1"),
        HTTP2("HTTP/2"),
        SYNAPSE("synapse"),
        SYNAPSE2("synapse over HTTP/2"),
        SESSION("session");

        final String title;

        Form(String title) {
            this.title = title;
        }

        /** The protocol of SDK 7 to 10, whose refusals are statuses. */
        boolean isSynapse() {
            return this == SYNAPSE || this == SYNAPSE2;
        }
    }

    private static final SynapseType<Prompt, Reply> SHOUT =
            SynapseType.json("Shout", Prompt.class, Reply.class).hashed("text");
    private static final byte[] QUESTION = "{\"text\":\"hello\"}".getBytes(StandardCharsets.US_ASCII);
    private static final BigInteger ORDER =
            new BigInteger("27742317777372353535851937790883648493").add(BigInteger.ONE.shiftLeft(252));
    private static final int MOST_BYTES = 8192;

    private final Keypair alice = Keypair.development("Alice");
    private final Keypair bob = Keypair.development("Bob");
    private final Keypair charlie = Keypair.development("Charlie");
    private final Keypair denied = Keypair.development("Eve");
    private final Keypair edward = Keypair.fromSeed(KeyScheme.ED25519, new byte[32]);
    private final AtomicInteger handled = new AtomicInteger();
    private Axon axon;

    /** What both replicas ask whether a request is a replay. */
    private final ReplayStore shared = new RememberedNonces(0).upTo(1 << 20);

    private Axon replica;

    @BeforeAll
    void start() {
        axon = serving(shared);
        replica = serving(shared);
    }

    private Axon serving(ReplayStore replays) {
        return Axon.builder(bob)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open().deny(List.of(denied.account())))
                .schemes(sender -> sender.equals(edward.account()) ? KeyScheme.ED25519 : KeyScheme.SR25519)
                .replays(replays)
                .limits(limits -> limits.maxMessageBytes(MOST_BYTES)
                        .maxMetadataBytes(4096)
                        .slowRequest(Duration.ofMillis(1500))
                        .handshake(Duration.ofMillis(1500))
                        .ratePerCaller(new Rate(1_000_000, 1_000_000))
                        .failuresPerAddress(new Rate(1_000_000, 1_000_000)))
                .serve(SHOUT, (call, prompt) -> {
                    handled.incrementAndGet();
                    return new Reply(prompt.text().toUpperCase(Locale.ROOT));
                })
                .start();
    }

    @AfterAll
    void stop() {
        replica.close();
        axon.close();
    }

    /** Sends one forged request and gives what came back. */
    @FunctionalInterface
    private interface Sending {
        Answer send() throws Exception;
    }

    /** One attack in one dialect: what is sent, and the code, or the HTTP status, or {@code cut} for no answer at all. */
    private record Attempt(String expected, Sending sending) {}

    private final Map<String, Map<Form, Attempt>> rows = new LinkedHashMap<>();

    private void add(String name, Form form, String expected, Sending sending) {
        assertThat(rows.computeIfAbsent(name, key -> new EnumMap<>(Form.class))
                        .put(form, new Attempt(expected, sending)))
                .as("row %s twice", name)
                .isNull();
    }

    // Honest requests

    private Request honest(Form form, Keypair signer) {
        if (form == Form.SESSION) {
            return opening(signer, new Handshake.Caller());
        }
        Request request = new Request(signer, bob.account(), form == Form.GRPC ? message(QUESTION) : QUESTION);
        if (form != Form.GRPC) {
            request.path = SHOUT.route();
            request.sentTo = SHOUT.route().substring(1);
        }
        return request.sign();
    }

    /** What opens a session. */
    private Request opening(Keypair signer, Handshake.Caller handshake) {
        Request request = new Request(signer, bob.account(), handshake.hello());
        request.path = Handshake.TARGET;
        request.sentTo = Handshake.TARGET.substring(1);
        return request.sign();
    }

    private static byte[] message(byte[] json) {
        return SynapseRequest.newBuilder()
                .setSynapse(SHOUT.name())
                .setPayload(Payload.newBuilder().setJson(ByteString.copyFrom(json)))
                .build()
                .toByteArray();
    }

    private Answer send(Form form, Request request) throws Exception {
        return send(axon, form, request);
    }

    private static Answer send(Axon to, Form form, Request request) throws Exception {
        List<Header> headers = new ArrayList<>();
        request.headers.forEach(header -> headers.add(new Header(header.name(), header.value())));
        byte[] body = RawHttp.joined(request.messages.toArray(byte[][]::new));
        String target = "/" + request.sentTo;
        switch (form) {
            case GRPC, SESSION -> {
                headers.add(0, new Header("content-type", "application/grpc"));
                headers.add(1, new Header("te", "trailers"));
                body = RawHttp.joined(request.messages.stream()
                        .map(one -> RawHttp.joined(
                                new byte[] {0, 0, (byte) (one.length >> 16), (byte) (one.length >> 8), (byte) one.length
                                },
                                one))
                        .toArray(byte[][]::new));
                List<Header> head = RawHttp.head("POST", target, headers);
                return form == Form.GRPC
                        ? RawHttp.sendHttp2(to.port(), RawHttp.http2(head, body))
                        : RawHttp.sendOpening(to.port(), RawHttp.unfinishedHttp2(head, body));
            }
            case HTTP2 -> {
                headers.add(0, new Header("content-type", "application/json"));
                return RawHttp.sendHttp2(to.port(), RawHttp.http2(RawHttp.head("POST", target, headers), body));
            }
            default -> {
                headers.add(0, new Header("content-type", "application/json"));
                return RawHttp.sendHttp1(to.port(), RawHttp.http1("POST", target, headers, body));
            }
        }
    }

    private SynapseCaller.Request honestSynapse() {
        return SynapseCaller.request(SHOUT, new Prompt("hello"), alice, bob.account());
    }

    private static List<Header> headers(SynapseCaller.Request request) {
        return request.headers.stream()
                .filter(header -> !header.getKey().equals("host"))
                .map(header -> new Header(header.getKey(), header.getValue()))
                .toList();
    }

    private static Answer send(Axon to, Form form, SynapseCaller.Request request) throws Exception {
        List<Header> headers = headers(request);
        return form == Form.SYNAPSE
                ? RawHttp.sendHttp1(to.port(), RawHttp.http1(request.method, request.path, headers, request.body))
                : RawHttp.sendHttp2(
                        to.port(),
                        RawHttp.http2(
                                RawHttp.head(
                                        request.method,
                                        request.path,
                                        headers.stream()
                                                .map(header -> new Header(
                                                        header.name().toLowerCase(Locale.ROOT), header.value()))
                                                .toList()),
                                request.body));
    }

    private boolean honestIsAnswered(Form form) throws Exception {
        int before = handled.get();
        boolean well =
                form == Form.SESSION ? honestSessionIsAnswered() : isWell(form, sendHonest(axon, form, nonce(form)));
        return well && handled.get() == before + 1;
    }

    private static boolean isWell(Form form, Answer answer) {
        return switch (form) {
            case GRPC -> answer.header("grpc-status").equals(Optional.of("0"));
            case SESSION -> answer.status() == 200 && answer.code().isEmpty();
            default -> answer.status() == 200;
        };
    }

    private static long nonce(Form form) {
        return form.isSynapse() ? SynapseCaller.nextNonce() : RawClient.nextNonce();
    }

    /** An honest request, in a lane of its own where there are lanes. */
    private Answer sendHonest(Axon to, Form form, long nonce) throws Exception {
        if (form.isSynapse()) {
            return send(
                    to,
                    form,
                    SynapseCaller.request(
                            SHOUT,
                            new Prompt("hello"),
                            alice,
                            bob.account(),
                            dendrite -> dendrite.with(Field.NONCE, nonce).with(Field.UUID, "lane-" + nonce)));
        }
        Request request = honest(form, alice);
        request.nonce = nonce;
        return send(to, form, request.sign());
    }

    /** A session from its handshake to the answer to its first question. */
    private boolean honestSessionIsAnswered() throws Exception {
        Handshake.Caller handshake = new Handshake.Caller();
        Request request = opening(alice, handshake);
        Map<String, String> head = RawSocket.grpc();
        head.put(":path", Handshake.TARGET);
        request.headers.forEach(header -> head.put(header.name(), header.value()));
        try (RawSocket raw = RawSocket.http2(axon.port())) {
            raw.frame(RawSocket.HEADERS, RawSocket.END_HEADERS, 1, RawSocket.block(head));
            raw.frame(RawSocket.DATA, 0, 1, RawSocket.framed(request.body));
            Handshake.Keys keys = handshake.finish(
                    request.signed(), unframed(raw.next(RawSocket.DATA)), Handshake.channel(Optional.empty()));
            Batch batch = new Batch();
            new Sealer(keys.callers(), System::nanoTime)
                    .seal(
                            1,
                            Kind.ASK,
                            Asked.head(
                                    20_000,
                                    OptionalLong.empty(),
                                    Wire.target(Wire.CALL.getFullMethodName()),
                                    List.of()),
                            message(QUESTION),
                            batch);
            raw.frame(RawSocket.DATA, 0, 1, RawSocket.framed(batch.take()));
            List<Kind> kinds = new ArrayList<>();
            new Opener(keys.axons(), System::nanoTime)
                    .open(unframed(raw.next(RawSocket.DATA)), (call, kind, body) -> kinds.add(kind));
            return kinds.equals(List.of(Kind.ANSWER));
        }
    }

    private static byte[] unframed(RawSocket.Frame frame) {
        return Arrays.copyOfRange(frame.payload(), 5, frame.payload().length);
    }

    // The rows

    private static final List<Form> SIGNED = List.of(Form.GRPC, Form.HTTP1, Form.HTTP2, Form.SESSION);
    private static final List<Form> SYNAPSES = List.of(Form.SYNAPSE, Form.SYNAPSE2);

    /** An attack on btauth/1, made of an honest request of each of its forms; of a session that is what opens it. */
    private void btauth(String name, String code, Consumer<Request> forge) {
        for (Form form : SIGNED) {
            add(name, form, code, () -> {
                Request request = honest(form, alice);
                forge.accept(request);
                return send(form, request);
            });
        }
    }

    private void synapse(String name, String expected, Consumer<SynapseCaller.Request> forge) {
        synapseOf(name, expected, () -> {
            SynapseCaller.Request request = honestSynapse();
            forge.accept(request);
            return request;
        });
    }

    private void synapseOf(String name, String expected, Supplier<SynapseCaller.Request> forged) {
        for (Form form : SYNAPSES) {
            add(name, form, expected, () -> send(axon, form, forged.get()));
        }
    }

    /** An attack on a request's signature as SDK 10 writes it. */
    private void synapseSignature(String name, UnaryOperator<byte[]> forge) {
        synapse(name, "401", r -> {
            byte[] signature = HexFormat.of()
                    .parseHex(r.get("bt_header_dendrite_signature").substring(2));
            r.set("bt_header_dendrite_signature", "0x" + HexFormat.of().formatHex(forge.apply(signature)));
        });
    }

    private void http1(String name, String expected, Supplier<byte[]> bytes) {
        add(name, Form.HTTP1, expected, () -> RawHttp.sendHttp1(axon.port(), bytes.get()));
    }

    private void http2(String name, String expected, Supplier<byte[]> bytes) {
        add(name, Form.HTTP2, expected, () -> RawHttp.sendHttp2(axon.port(), bytes.get()));
    }

    private static byte[] signature(Request request) {
        return HexFormat.of().parseHex(request.value(AuthHeaders.SIGNATURE).substring(2));
    }

    private void headerRows() {
        btauth("nothing signed at all", "auth.missing", r -> r.headers.clear());
        synapse(
                "nothing signed at all",
                "401",
                r -> r.headers.removeIf(h -> h.getKey().startsWith("bt_header_dendrite")));
        for (String name : List.of(AuthHeaders.VERSION, AuthHeaders.HOTKEY, AuthHeaders.NONCE, AuthHeaders.SIGNATURE)) {
            btauth("absent: `" + name + "`", "auth.missing", r -> r.without(name));
        }
        for (String name : List.of("signature", "hotkey", "nonce", "version", "uuid")) {
            synapse("absent: `bt_header_dendrite_" + name + "`", "401", r -> r.remove("bt_header_dendrite_" + name));
        }
        synapse("absent: `computed_body_hash`", "401", r -> r.remove("computed_body_hash"));
        btauth("receiver header cut off", "auth.receiver", r -> r.without(AuthHeaders.RECEIVER));
        btauth("signed for no receiver", "auth.receiver", r -> {
            r.receiver = Optional.empty();
            r.sign();
        });
        btauth("empty version", "auth.version", r -> r.replaced(AuthHeaders.VERSION, ""));
        btauth("empty scheme", "auth.scheme", r -> r.replaced(AuthHeaders.CRYPTO, ""));
        for (String name :
                List.of(AuthHeaders.HOTKEY, AuthHeaders.RECEIVER, AuthHeaders.NONCE, AuthHeaders.SIGNATURE)) {
            btauth("empty `" + name + "`", "auth.malformed", r -> r.replaced(name, ""));
        }
        for (String name : List.of("signature", "hotkey", "nonce")) {
            synapse(
                    "empty `" + name + "`",
                    name.equals("nonce") ? "500" : "401",
                    r -> r.set("bt_header_dendrite_" + name, ""));
        }
        for (String name : AuthHeaders.NAMES) {
            btauth("twice `" + name + "`", "auth.duplicate", r -> {
                String value = name.equals(AuthHeaders.CRYPTO) ? "sr25519" : r.value(name);
                r.replaced(name, value).with(name, value);
            });
        }
        btauth(
                "two hotkeys, the second the signer's",
                "auth.duplicate",
                r -> r.replaced(AuthHeaders.HOTKEY, charlie.account().ss58())
                        .with(AuthHeaders.HOTKEY, alice.account().ss58()));
        for (String name : List.of("hotkey", "nonce", "signature")) {
            synapse("twice `bt_header_dendrite_" + name + "`", "500", r -> {
                String header = "bt_header_dendrite_" + name;
                r.headers.add(Map.entry(header, r.get(header)));
            });
        }
        btauth("version 2", "auth.version", r -> r.replaced(AuthHeaders.VERSION, "2"));
        btauth("version 01", "auth.version", r -> r.replaced(AuthHeaders.VERSION, "01"));
        synapse("version before nonces were times", "401", r -> r.set("bt_header_dendrite_version", "712"));
        btauth("unknown scheme", "auth.scheme", r -> r.replaced(AuthHeaders.CRYPTO, "mldsa"));
        btauth("a scheme that the hotkey does not sign by", "auth.scheme", r -> {
            r.scheme = KeyScheme.ED25519;
            r.sign();
        });
        btauth(
                "hotkey in another address format",
                "auth.malformed",
                r -> r.replaced(AuthHeaders.HOTKEY, Ss58.encode(alice.publicKey(), 0)));
        btauth(
                "hotkey in hex",
                "auth.malformed",
                r -> r.replaced(AuthHeaders.HOTKEY, "0x" + HexFormat.of().formatHex(alice.publicKey())));
        btauth("hotkey with a wrong checksum", "auth.malformed", r -> {
            String address = r.value(AuthHeaders.HOTKEY);
            r.replaced(AuthHeaders.HOTKEY, address.substring(0, 47) + (address.endsWith("Y") ? "Z" : "Y"));
        });
        synapse("hotkey with a wrong checksum", "401", r -> {
            String address = r.get("bt_header_dendrite_hotkey");
            r.set("bt_header_dendrite_hotkey", address.substring(0, 47) + (address.endsWith("Y") ? "Z" : "Y"));
        });
        btauth("endless hotkey", "auth.malformed", r -> r.replaced(AuthHeaders.HOTKEY, "5".repeat(2000)));
        for (String nonce : List.of("-1", "+1", "0", "0x10", "1e18", "1.5", "9223372036854775808")) {
            btauth("nonce `" + nonce + "`", "auth.malformed", r -> r.replaced(AuthHeaders.NONCE, nonce));
        }
        btauth(
                "nonce with a leading zero",
                "auth.malformed",
                r -> r.replaced(AuthHeaders.NONCE, "0" + r.value(AuthHeaders.NONCE)));
        btauth("endless nonce", "auth.malformed", r -> r.replaced(AuthHeaders.NONCE, "1".repeat(2000)));
        synapse("nonce `-1`", "401", r -> r.set("bt_header_dendrite_nonce", "-1"));
        synapse("endless nonce", "401", r -> r.set("bt_header_dendrite_nonce", "9".repeat(30)));
        synapse("a timeout that would widen the window", "401", r -> r.set("timeout", "inf"));
        btauth(
                "signature without 0x",
                "auth.malformed",
                r -> r.replaced(
                        AuthHeaders.SIGNATURE, r.value(AuthHeaders.SIGNATURE).substring(2)));
        btauth(
                "signature in capitals",
                "auth.malformed",
                r -> r.replaced(
                        AuthHeaders.SIGNATURE,
                        "0x" + r.value(AuthHeaders.SIGNATURE).substring(2).toUpperCase(Locale.ROOT)));
        btauth(
                "signature of 63 bytes",
                "auth.malformed",
                r -> r.replaced(
                        AuthHeaders.SIGNATURE, r.value(AuthHeaders.SIGNATURE).substring(0, 128)));
        btauth(
                "signature of 65 bytes",
                "auth.malformed",
                r -> r.replaced(AuthHeaders.SIGNATURE, r.value(AuthHeaders.SIGNATURE) + "00"));
        btauth(
                "signature that is no hex",
                "auth.malformed",
                r -> r.replaced(AuthHeaders.SIGNATURE, "0x" + "g".repeat(128)));
        synapse(
                "signature of 63 bytes",
                "401",
                r -> r.set(
                        "bt_header_dendrite_signature",
                        r.get("bt_header_dendrite_signature").substring(0, 128)));
        synapse("signature that is no hex", "401", r -> r.set("bt_header_dendrite_signature", "0x" + "g".repeat(128)));
    }

    /** The signature of an honest request, changed, in every dialect. */
    private void forgedSignature(String name, UnaryOperator<byte[]> forge) {
        btauth(name, "auth.signature", r -> r.signature(forge.apply(signature(r))));
        synapseSignature(name, forge);
    }

    private void signatureRows() {
        btauth("signature of zeros", "auth.signature", r -> r.signature(new byte[64]));
        synapse("signature of zeros", "401", r -> r.set("bt_header_dendrite_signature", "0x" + "00".repeat(64)));
        btauth("signed by another key", "auth.signature", r -> {
            r.signer = charlie;
            r.sign();
        });
        btauth(
                "another hotkey claimed",
                "auth.signature",
                r -> r.replaced(AuthHeaders.HOTKEY, charlie.account().ss58()));
        synapse(
                "another hotkey claimed",
                "401",
                r -> r.set("bt_header_dendrite_hotkey", charlie.account().ss58()));
        for (int bit : new int[] {0, 255, 256, 500}) {
            forgedSignature("bit " + bit + " of the signature flipped", signature -> {
                signature[bit / 8] ^= (byte) (1 << (bit % 8));
                return signature;
            });
        }
        forgedSignature("not canonical: without schnorrkel's mark", signature -> {
            signature[63] &= 0x7f;
            return signature;
        });
        forgedSignature("not canonical: scalar plus the group's order", signature -> {
            signature[63] &= 0x7f;
            byte[] larger =
                    littleEndian(number(Arrays.copyOfRange(signature, 32, 64)).add(ORDER));
            System.arraycopy(larger, 0, signature, 32, 32);
            signature[63] |= (byte) 0x80;
            return signature;
        });
        btauth("key of small order, with a signature that holds for it", "auth.key", r -> {
            r.sender = AccountId.ZERO;
            r.signature(forAnybody());
        });
        synapse(
                "key of small order, with a signature that holds for it",
                "401",
                r -> r.set("bt_header_dendrite_hotkey", AccountId.ZERO.ss58())
                        .set(
                                "bt_header_dendrite_signature",
                                "0x" + HexFormat.of().formatHex(forAnybody())));
        btauth("the wallet's wrapped form signed", "auth.signature", r -> {
            String payload = new String(r.signed().payload(), StandardCharsets.US_ASCII);
            r.signature(alice.sign(("<Bytes>" + payload + "</Bytes>").getBytes(StandardCharsets.US_ASCII)));
        });
        btauth("wrong receiver: signed for another hotkey", "auth.receiver", r -> {
            r.receiver = Optional.of(charlie.account());
            r.sign();
        });
        btauth("wrong receiver, with the header changed to this one", "auth.signature", r -> {
            r.receiver = Optional.of(charlie.account());
            r.sign().replaced(AuthHeaders.RECEIVER, bob.account().ss58());
        });
        synapseOf(
                "wrong receiver: signed for another hotkey",
                "401",
                () -> SynapseCaller.request(SHOUT, new Prompt("hello"), alice, charlie.account()));
        synapseOf(
                "wrong receiver, with the header changed to this one",
                "401",
                () -> SynapseCaller.request(SHOUT, new Prompt("hello"), alice, charlie.account())
                        .set("bt_header_axon_hotkey", bob.account().ss58()));
        synapseOf(
                "signed by another key",
                "401",
                () -> SynapseCaller.request(SHOUT, new Prompt("hello"), charlie, bob.account())
                        .set("bt_header_dendrite_hotkey", alice.account().ss58()));
        btauth("another path signed", "auth.signature", r -> {
            r.path = "/Other";
            r.sign();
        });
        btauth("another method signed", "auth.signature", r -> {
            r.method = "GET";
            r.sign();
        });
        for (Form form : List.of(Form.HTTP1, Form.HTTP2)) {
            add("a query put behind the signed path", form, "auth.signature", () -> {
                Request request = honest(form, alice);
                request.sentTo += "?admin=1";
                return send(form, request);
            });
            add("the signed path spelt otherwise", form, "auth.signature", () -> {
                Request request = honest(form, alice);
                request.sentTo = "%53hout";
                return send(form, request);
            });
        }
        add("sent to another method than the signed one", Form.GRPC, "auth.signature", () -> {
            Request request = honest(Form.GRPC, alice);
            request.sentTo = Wire.STREAM.getFullMethodName();
            return send(Form.GRPC, request);
        });
        btauth("one bit of the body flipped", "auth.signature", r -> {
            byte[] tampered = r.body.clone();
            tampered[tampered.length - 3] ^= 1;
            r.sends(tampered);
        });
        btauth("body taken away", "auth.signature", r -> r.sends(new byte[0]));
        btauth("a byte added to the body", "auth.signature", r -> r.sends(Arrays.copyOf(r.body, r.body.length + 1)));
        synapse(
                "one bit of the body flipped",
                "500",
                r -> r.body(new String(r.body, StandardCharsets.UTF_8).replace("hello", "hellp")));
        synapse("body taken away", "500", r -> r.body = new byte[0]);
        synapse("a byte added to the body", "422", r -> r.body = Arrays.copyOf(r.body, r.body.length + 1));
        synapse("another uuid than the signed one", "401", r -> r.set("bt_header_dendrite_uuid", "other"));
        synapse("body and its hash changed", "401", r -> {
            SynapseCaller.Request other = SynapseCaller.request(SHOUT, new Prompt("evil"), alice, bob.account());
            r.body = other.body;
            r.set("computed_body_hash", other.get("computed_body_hash"));
        });
    }

    private void timeRows() {
        btauth("stale: 11 seconds old", "auth.stale", r -> {
            r.nonce = RawClient.now() - 11_000_000_000L;
            r.sign();
        });
        btauth("signed in 1970", "auth.stale", r -> {
            r.nonce = 1;
            r.sign();
        });
        btauth("stale, with its nonce changed to now", "auth.signature", r -> {
            r.nonce = RawClient.now() - 11_000_000_000L;
            r.sign().replaced(AuthHeaders.NONCE, Long.toString(RawClient.nextNonce()));
        });
        btauth("future: 3 seconds ahead", "auth.future", r -> {
            r.nonce = RawClient.now() + 3_000_000_000L;
            r.sign();
        });
        btauth("at the end of time", "auth.future", r -> {
            r.nonce = Long.MAX_VALUE;
            r.sign();
        });
        synapseAt("stale: 11 seconds old", () -> RawClient.now() - 11_000_000_000L);
        synapseAt("signed in 1970", () -> 1L);
        synapseAt("future: 3 seconds ahead", () -> RawClient.now() + 3_000_000_000L);
        synapseAt("at the end of time", () -> Long.MAX_VALUE);
        synapseOf(
                "stale, with its nonce changed to now",
                "401",
                () -> signedAt(RawClient.now() - 11_000_000_000L)
                        .set("bt_header_dendrite_nonce", Long.toString(SynapseCaller.nextNonce())));
        for (Form form : SYNAPSES) {
            add("nonce that does not grow within its lane", form, "401", () -> {
                SynapseCaller.Request later = honestSynapse();
                assertThat(isWell(form, send(axon, form, later))).isTrue();
                heard(form);
                return send(axon, form, signedAt(Long.parseLong(later.get("bt_header_dendrite_nonce")) - 1));
            });
        }
        for (Form form : Form.values()) {
            String code = form.isSynapse() ? "401" : "auth.replayed";
            add("replay: the same request again", form, code, () -> again(form, axon));
            add("replay at another replica", form, code, () -> again(form, replica));
            add("replay after a restart", form, form.isSynapse() ? "401" : "auth.stale", () -> {
                try (Axon restarted = serving(new RememberedNonces(RawClient.now() + 2_000_000_000L).upTo(1000))) {
                    return again(form, restarted);
                }
            });
            for (Form other : Form.values()) {
                if (other != form) {
                    add(
                            "replay across dialects: a nonce that was accepted over " + other.title,
                            form,
                            code,
                            () -> sendHonest(axon, form, accepted(other)));
                }
            }
        }
    }

    private void synapseAt(String name, Supplier<Long> nonce) {
        synapseOf(name, "401", () -> signedAt(nonce.get()));
    }

    private SynapseCaller.Request signedAt(long nonce) {
        return SynapseCaller.request(
                SHOUT, new Prompt("hello"), alice, bob.account(), dendrite -> dendrite.with(Field.NONCE, nonce));
    }

    /** A nonce that was accepted just now. */
    private long accepted(Form form) throws Exception {
        long nonce = nonce(form);
        assertThat(isWell(form, sendHonest(axon, form, nonce))).isTrue();
        heard(form);
        return nonce;
    }

    /** That the honest part of an attack ran its handler is no matter of the attack. */
    private void heard(Form form) {
        if (form != Form.SESSION) {
            handled.decrementAndGet();
        }
    }

    /** The same bytes twice, the second time perhaps to another axon. */
    private Answer again(Form form, Axon to) throws Exception {
        if (form.isSynapse()) {
            SynapseCaller.Request request = honestSynapse();
            assertThat(isWell(form, send(axon, form, request))).isTrue();
            heard(form);
            return send(to, form, request);
        }
        Request request = honest(form, alice);
        assertThat(isWell(form, send(axon, form, request))).isTrue();
        heard(form);
        return send(to, form, request);
    }

    private void callRows() {
        for (Form form : SIGNED) {
            add("a hotkey on the deny list", form, "access.listed", () -> send(form, honest(form, denied)));
            add("signed nonsense for a question", form, "call.invalid", () -> {
                Request request = honest(form, alice);
                request.body = form == Form.GRPC
                        ? message("{\"text\":7,".getBytes(StandardCharsets.US_ASCII))
                        : "{".getBytes(StandardCharsets.US_ASCII); // nor is it what opens a session
                return send(form, request.sends(request.body).sign());
            });
            add("a signed body larger than allowed", form, "limit.size", () -> {
                Request request = honest(form, alice);
                request.body = new byte[MOST_BYTES + 1];
                return send(form, request.sends(request.body).sign());
            });
            add("headers larger than allowed", form, "limit.headers", () -> {
                Request request = honest(form, alice);
                return send(form, request.with("filler", "x".repeat(8000)));
            });
        }
        synapseOf(
                "a hotkey on the deny list",
                "403",
                () -> SynapseCaller.request(SHOUT, new Prompt("hello"), denied, bob.account()));
        synapse("signed nonsense for a question", "500", r -> r.body("{\"text\":7}"));
        synapse(
                "a signed body larger than allowed",
                "413",
                r -> r.body("{\"text\":\"" + "a".repeat(MOST_BYTES) + "\"}"));
        synapse("headers larger than allowed", "431", r -> r.set("filler", "x".repeat(8000)));
        synapse("a synapse that is not served", "404", r -> r.path = "/Other");
        synapse("another method than GET and POST", "405", r -> r.method = "PUT");
        synapse("a path behind the synapse's name", "404", r -> r.path += "/admin");
        for (Form form : List.of(Form.HTTP1, Form.HTTP2)) {
            add("a synapse that is not served", form, "call.unknown", () -> {
                Request request = honest(form, alice);
                request.path = "/Other";
                request.sentTo = "Other";
                return send(form, request.sign());
            });
            add(
                    "a compressed body",
                    form,
                    "call.compressed",
                    () -> send(form, honest(form, alice).with("content-encoding", "gzip")));
        }
        btauth("downgrade: a signature of SDK 10's rule under the names of btauth/1", "auth.signature", r -> {
            String text =
                    r.nonce + "." + alice.account().ss58() + "." + bob.account().ss58() + ".uuid.hash";
            r.signature(alice.sign(text.getBytes(StandardCharsets.US_ASCII)));
        });
        synapse(
                "downgrade: a signature of btauth/1 under the names of SDK 10",
                "401",
                r -> r.set(
                        "bt_header_dendrite_signature",
                        honest(Form.HTTP1, alice).value(AuthHeaders.SIGNATURE)));
        add("a synapse that is not served", Form.GRPC, "call.unknown", () -> {
            Request request = honest(Form.GRPC, alice);
            request.sentTo = "evil.Service/Call";
            return send(Form.GRPC, request);
        });
        add(
                "a compressed body",
                Form.GRPC,
                "call.compressed",
                () -> send(Form.GRPC, honest(Form.GRPC, alice).with("grpc-encoding", "gzip")));
        add(
                "no message",
                Form.GRPC,
                "call.invalid",
                () -> send(Form.GRPC, honest(Form.GRPC, alice).sends()));
        add("a second message behind the signed one", Form.GRPC, "call.invalid", () -> {
            Request request = honest(Form.GRPC, alice);
            return send(Form.GRPC, request.sends(request.body, request.body));
        });
        add(
                "a message that ends within its frame",
                Form.GRPC,
                "call.invalid",
                () -> framed(Form.GRPC, 0, 0, 0, 0, 99, 1, 2));
        for (Form form : List.of(Form.GRPC, Form.SESSION)) {
            add("a message of 4 GiB announced", form, "limit.size", () -> framed(form, 0, -1, -1, -1, -1, 1, 2));
            add(
                    "a message that says it is compressed",
                    form,
                    "call.compressed",
                    () -> framed(form, 1, 0, 0, 0, 2, 1, 2));
        }
    }

    /** The head of an honest request of gRPC, and another body. */
    private Answer framed(Form form, int... body) throws Exception {
        byte[] bytes = new byte[body.length];
        for (int i = 0; i < body.length; i++) {
            bytes[i] = (byte) body[i];
        }
        Request request = honest(form, alice);
        List<Header> headers = new ArrayList<>(List.of(new Header("content-type", "application/grpc")));
        request.headers.forEach(header -> headers.add(new Header(header.name(), header.value())));
        return RawHttp.sendHttp2(
                axon.port(), RawHttp.http2(RawHttp.head("POST", "/" + request.sentTo, headers), bytes));
    }

    /** An honest request of HTTP/1.1 in parts, to be put together again with something else in it. */
    private record Spoilt(String path, List<Header> headers, String question) {
        String length() {
            return "content-length: " + question.length() + "\r\n";
        }

        String chunk() {
            return Integer.toHexString(question.length()) + "\r\n" + question + "\r\n0\r\n\r\n";
        }

        byte[] with(String lines, String body) {
            StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nhost: axon\r\n");
            headers.forEach(header -> head.append(header.name())
                    .append(": ")
                    .append(header.value())
                    .append("\r\n"));
            return (head + lines + "\r\n" + body).getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    private Spoilt spoilt(Form form) {
        if (form == Form.SYNAPSE) {
            SynapseCaller.Request request = honestSynapse();
            return new Spoilt(request.path, headers(request), new String(request.body, StandardCharsets.ISO_8859_1));
        }
        Request request = honest(Form.HTTP1, alice);
        return new Spoilt(
                request.path,
                request.headers.stream()
                        .map(header -> new Header(header.name(), header.value()))
                        .toList(),
                new String(QUESTION, StandardCharsets.US_ASCII));
    }

    /** An attack on how an honest request of HTTP/1.1 is framed, in both dialects that ride on it. */
    private void smuggled(String name, String code, String status, Function<Spoilt, byte[]> forge) {
        for (Form form : List.of(Form.HTTP1, Form.SYNAPSE)) {
            add(
                    name,
                    form,
                    form == Form.HTTP1 ? code : status,
                    () -> RawHttp.sendHttp1(axon.port(), forge.apply(spoilt(form))));
        }
    }

    /** An attack on the head of an honest request of HTTP/2, in all dialects that ride on it. */
    private void smuggled2(String name, Consumer<List<Header>> change) {
        for (Form form : List.of(Form.GRPC, Form.HTTP2, Form.SYNAPSE2)) {
            add(name, form, "cut", () -> RawHttp.sendHttp2(axon.port(), spoilt2(form, change)));
        }
    }

    private byte[] spoilt2(Form form, Consumer<List<Header>> change) {
        List<Header> headers = new ArrayList<>();
        String path;
        byte[] body;
        if (form == Form.SYNAPSE2) {
            SynapseCaller.Request request = honestSynapse();
            headers.addAll(headers(request));
            headers.replaceAll(header -> new Header(header.name().toLowerCase(Locale.ROOT), header.value()));
            path = request.path;
            body = request.body;
        } else {
            Request request = honest(form, alice);
            if (form == Form.GRPC) {
                headers.add(new Header("content-type", "application/grpc"));
            }
            request.headers.forEach(header -> headers.add(new Header(header.name(), header.value())));
            path = request.path;
            body = form == Form.GRPC ? RawSocket.framed(request.body) : request.body;
        }
        List<Header> head = RawHttp.head("POST", path, headers);
        change.accept(head);
        return RawHttp.http2(head, body);
    }

    private void smugglingRows() {
        smuggled(
                "smuggling: a length and chunks",
                "http.malformed",
                "400",
                s -> s.with(s.length() + "transfer-encoding: chunked\r\n", s.chunk()));
        smuggled(
                "smuggling: two lengths",
                "http.malformed",
                "400",
                s -> s.with(s.length() + "content-length: 3\r\n", s.question()));
        smuggled(
                "smuggling: a length with a sign",
                "http.malformed",
                "400",
                s -> s.with("content-length: +16\r\n", s.question()));
        smuggled(
                "smuggling: a list of lengths",
                "http.malformed",
                "400",
                s -> s.with("content-length: 16, 16\r\n", s.question()));
        smuggled(
                "smuggling: an unknown transfer coding",
                "http.malformed",
                "501",
                s -> s.with("transfer-encoding: xchunked\r\n", s.chunk()));
        smuggled(
                "smuggling: chunked twice",
                "http.malformed",
                "501",
                s -> s.with("transfer-encoding: chunked, chunked\r\n", s.chunk()));
        smuggled(
                "smuggling: a space before the colon",
                "http.malformed",
                "400",
                s -> s.with("content-length : 16\r\n", s.question()));
        smuggled(
                "smuggling: a folded header",
                "http.malformed",
                "400",
                s -> s.with(s.length() + "x-more: a\r\n b\r\n", s.question()));
        smuggled(
                "smuggling: lines that end in LF alone",
                "http.malformed",
                "400",
                s -> s.with(s.length() + "x-more: a\nx-other: b\r\n", s.question()));
        smuggled(
                "smuggling: a zero byte in a header",
                "http.malformed",
                "400",
                s -> s.with(s.length() + "x-more: a\0b\r\n", s.question()));
        smuggled(
                "smuggling: a chunk size that is none",
                "http.malformed",
                "400",
                s -> s.with("transfer-encoding: chunked\r\n", "0x10\r\n" + s.question() + "\r\n0\r\n\r\n"));
        smuggled(
                "smuggling: a chunk of 2^60 bytes",
                "http.malformed",
                "400",
                s -> s.with("transfer-encoding: chunked\r\n", "1000000000000000\r\n" + s.question()));
        smuggled(
                "smuggling: no CRLF behind a chunk",
                "http.malformed",
                "400",
                s -> s.with(
                        "transfer-encoding: chunked\r\n",
                        Integer.toHexString(s.question().length()) + "\r\n" + s.question() + "XX0\r\n\r\n"));
        http1(
                "a request line that is none",
                "http.malformed",
                () -> "POST  /Shout HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        http1(
                "a method in small letters",
                "http.malformed",
                () -> "post /Shout HTTP/1.1\r\nhost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        http1(
                "a target with a control character",
                "http.malformed",
                () -> "POST /Sh\tout HTTP/1.1\r\nhost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        http1(
                "HTTP/9.9",
                "http.malformed",
                () -> "POST /Shout HTTP/9.9\r\nhost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        http1(
                "no HTTP at all",
                "http.malformed",
                () -> RawHttp.joined(
                        "\0\1\2\3".getBytes(StandardCharsets.ISO_8859_1),
                        new byte[64],
                        "\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        http1(
                "slowloris: a head that never ends",
                "cut",
                () -> "POST /Shout HTTP/1.1\r\nx: ".getBytes(StandardCharsets.US_ASCII));
        smuggled("slowloris: a body that never comes", "limit.slow", "408", s -> s.with(s.length(), ""));

        smuggled2("smuggling: a header name in capitals", head -> head.add(new Header("X-More", "a")));
        smuggled2("smuggling: a line break in a header", head -> head.add(new Header("x-more", "a\r\nb: c")));
        smuggled2("smuggling: two paths", head -> head.add(1, new Header(":path", "/Other")));
        smuggled2("smuggling: a pseudo-header behind a header", head -> head.add(new Header(":path", "/Other")));
        smuggled2("smuggling: an unknown pseudo-header", head -> head.add(0, new Header(":evil", "a")));
        smuggled2("smuggling: no path", head -> head.removeIf(h -> h.name().equals(":path")));
        smuggled2(
                "smuggling: a header of HTTP/1.1's connection",
                head -> head.add(new Header("transfer-encoding", "chunked")));
        smuggled2("smuggling: less body than its length says", head -> head.add(new Header("content-length", "5000")));
        smuggled2("smuggling: more body than its length says", head -> head.add(new Header("content-length", "3")));
        http2(
                "a frame larger than allowed",
                "cut",
                () -> RawHttp.joined(RawHttp.opening(), RawSocket.bytes(RawSocket.DATA, 0, 1, new byte[100_000])));
        http2(
                "data on a stream that nobody opened",
                "cut",
                () -> RawHttp.joined(RawHttp.opening(), RawSocket.bytes(RawSocket.DATA, 0, 1, new byte[10])));
        http2(
                "a header block that HPACK cannot read",
                "cut",
                () -> RawHttp.joined(
                        RawHttp.opening(),
                        RawSocket.bytes(RawSocket.HEADERS, RawSocket.END_HEADERS | RawSocket.END_STREAM, 1, new byte[] {
                            -1, -1, -1, -1, -1, -1
                        })));
        http2(
                "a window beyond 2^31 - 1",
                "cut",
                () -> RawHttp.joined(
                        RawHttp.opening(),
                        RawSocket.bytes(RawSocket.WINDOW_UPDATE, 0, 0, new byte[] {0x7f, -1, -1, -1}),
                        RawSocket.bytes(RawSocket.WINDOW_UPDATE, 0, 0, new byte[] {0x7f, -1, -1, -1})));
        http2("continuation flood", "cut", () -> {
            List<byte[]> parts = new ArrayList<>();
            parts.add(RawHttp.opening());
            parts.add(
                    RawSocket.bytes(RawSocket.HEADERS, 0, 1, RawHttp.block(RawHttp.head("POST", "/Shout", List.of()))));
            for (int i = 0; i < 2000; i++) {
                parts.add(RawSocket.bytes(RawSocket.CONTINUATION, 0, 1, RawHttp.block(List.of(new Header("x", "y")))));
            }
            return RawHttp.joined(parts.toArray(byte[][]::new));
        });
        http2("rapid reset", "cut", () -> {
            List<byte[]> parts = new ArrayList<>();
            parts.add(RawHttp.opening());
            byte[] head = RawHttp.block(RawHttp.head("POST", "/Shout", List.of()));
            for (int i = 0; i < 5000; i++) {
                // the answer is looked for on stream 1, which none of these is
                parts.add(RawSocket.bytes(RawSocket.HEADERS, RawSocket.END_HEADERS, 3 + 2 * i, head));
                parts.add(RawSocket.bytes(RawSocket.RST_STREAM, 0, 3 + 2 * i, new byte[] {0, 0, 0, 8}));
            }
            return RawHttp.joined(parts.toArray(byte[][]::new));
        });
        http2("ping flood", "cut", () -> {
            List<byte[]> parts = new ArrayList<>();
            parts.add(RawHttp.opening());
            for (int i = 0; i < 20_000; i++) {
                parts.add(RawSocket.bytes(RawSocket.PING, 0, 0, new byte[8]));
            }
            return RawHttp.joined(parts.toArray(byte[][]::new));
        });
        http2("settings flood", "cut", () -> {
            List<byte[]> parts = new ArrayList<>();
            parts.add(RawHttp.opening());
            for (int i = 0; i < 20_000; i++) {
                parts.add(RawSocket.bytes(RawSocket.SETTINGS, 0, 0, new byte[0]));
            }
            return RawHttp.joined(parts.toArray(byte[][]::new));
        });
        http2(
                "slowloris: a preface and then nothing of a head",
                "cut",
                () -> RawHttp.joined(
                        RawHttp.opening(),
                        RawSocket.bytes(
                                RawSocket.HEADERS, 0, 1, RawHttp.block(RawHttp.head("POST", "/Shout", List.of())))));
        add(
                "slowloris: half a preface",
                Form.HTTP2,
                "cut",
                () -> RawHttp.sendHttp2(axon.port(), Arrays.copyOf(RawSocket.PREFACE, 10)));
    }

    private Map<String, Map<Form, Attempt>> rows() {
        if (rows.isEmpty()) {
            headerRows();
            signatureRows();
            timeRows();
            callRows();
            smugglingRows();
        }
        return rows;
    }

    @TestFactory
    Stream<DynamicTest> each_attack_is_refused_after_its_honest_form_was_accepted() {
        return rows().entrySet().stream()
                .flatMap(row -> row.getValue().entrySet().stream()
                        .map(cell -> DynamicTest.dynamicTest(
                                row.getKey() + " over " + cell.getKey().title,
                                () -> refused(cell.getKey(), cell.getValue()))));
    }

    private void refused(Form form, Attempt attempt) throws Exception {
        assertThat(honestIsAnswered(form)).as("honest before").isTrue();
        int before = handled.get();

        Answer answer = attempt.sending().send();

        assertThat(said(form, answer)).as("%s", answer).isEqualTo(attempt.expected());
        assertThat(handled).as("handlers that ran").hasValue(before);
        assertThat(honestIsAnswered(form)).as("honest after").isTrue();
    }

    /** A code where the axon gave one in a dialect that has it, else the status, else that there was no answer. */
    private static String said(Form form, Answer answer) {
        if (!form.isSynapse() && !answer.code().isEmpty()) {
            return answer.code();
        }
        return answer.status() == 0 ? "cut" : Integer.toString(answer.status());
    }

    @Test
    void memory_stays_flat_under_all_of_them() throws Exception {
        attackAll();
        long before = heap();
        for (int i = 0; i < 5; i++) {
            attackAll();
        }
        assertThat(heap() - before).isLessThan(8 << 20);
        assertThat(axon.status().running()).isZero();
    }

    private void attackAll() throws Exception {
        for (Map.Entry<String, Map<Form, Attempt>> row : rows().entrySet()) {
            if (!row.getKey().startsWith("slowloris")) {
                for (Attempt attempt : row.getValue().values()) {
                    attempt.sending().send();
                }
            }
        }
    }

    private static long heap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            least = Math.min(
                    least,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }

    // The table

    private static final Path ROOT = Path.of(System.getProperty("project.root", ".."));
    private static final Path TABLE = ROOT.resolve("axon").resolve("ATTACKS.md");
    private static final Pattern ELSEWHERE = Pattern.compile("^\\| .* \\| `(\\w+)\\.(\\w+)` \\|$");

    private String table() {
        StringBuilder table = new StringBuilder("| attack |");
        for (Form form : Form.values()) {
            table.append(' ').append(form.title).append(" |");
        }
        table.append("\n| --- |").append(" --- |".repeat(Form.values().length)).append('\n');
        rows().forEach((name, cells) -> {
            table.append("| ").append(name).append(" |");
            for (Form form : Form.values()) {
                Attempt cell = cells.get(form);
                table.append(' ').append(cell == null ? "" : cell.expected()).append(" |");
            }
            table.append('\n');
        });
        return table.toString();
    }

    @Test
    void the_table_in_attacks_md_is_these_rows_and_names_tests_that_are_there() throws Exception {
        assertThat(rows()).hasSizeGreaterThanOrEqualTo(60);
        String text = Files.readString(TABLE);
        assertThat(text).contains(table());
        Set<String> missing = new TreeSet<>();
        int named = 0;
        for (String line : text.lines().toList()) {
            Matcher row = ELSEWHERE.matcher(line);
            if (row.matches()) {
                named++;
                if (!isTest(row.group(1), row.group(2))) {
                    missing.add(row.group(1) + "." + row.group(2));
                }
            }
        }
        assertThat(named).isPositive();
        assertThat(missing).as("named in the table, but no tests").isEmpty();
        for (Method test : AttackTest.class.getDeclaredMethods()) {
            if (test.isAnnotationPresent(Test.class)) {
                assertThat(text).contains("`AttackTest." + test.getName() + "`");
            }
        }
    }

    private static boolean isTest(String type, String name) throws IOException {
        for (Path source : sources(type + ".java")) {
            if (Pattern.compile(
                            "@(Parameterized)?Test(Factory)?\\b([^{}]|= *\\{[^{}]*}|\\(\\{[^{}]*})*\\b" + name + "\\(")
                    .matcher(Files.readString(source))
                    .find()) {
                return true;
            }
        }
        return false;
    }

    private static List<Path> sources(String file) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> modules = Files.newDirectoryStream(ROOT)) {
            for (Path module : modules) {
                Path tests = module.resolve("src/test/java");
                if (Files.isDirectory(tests)) {
                    try (Stream<Path> all = Files.walk(tests)) {
                        all.filter(path -> path.endsWith(file)).forEach(found::add);
                    }
                }
            }
        }
        return found;
    }

    // Forgeries

    /** R = sB and s, which holds for the neutral element as public key, whatever the message. */
    private static byte[] forAnybody() {
        try (Keypair any = Keypair.generate(KeyScheme.SR25519)) {
            byte[] signature = new byte[64];
            System.arraycopy(any.publicKey(), 0, signature, 0, 32);
            System.arraycopy(any.secretBytes(), 0, signature, 32, 32);
            signature[63] |= (byte) 0x80;
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
