package io.github.bittensor4j.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.github.bittensor4j.axon.SynapseCaller.Answer;
import io.github.bittensor4j.axon.SynapseCaller.Request;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.protocol.internal.synapse.SynapseSignature;
import io.github.bittensor4j.protocol.internal.synapse.Terminal;
import io.github.bittensor4j.protocol.internal.synapse.Terminal.Field;
import io.github.bittensor4j.protocol.v1.Payload;
import io.github.bittensor4j.protocol.v1.SynapseRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

/** Callers of SDK 7 to 10 at a running axon, over raw sockets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class SynapseDialectTest {
    record Ask(String text) {}

    record Said(Optional<String> answer) {}

    record Word(String word) {}

    record Plain(String text) {}

    private static final SynapseType<Ask, Said> ECHO = SynapseType.json("Echo", Ask.class, Said.class);
    private static final SynapseType<Ask, Said> HASHED =
            SynapseType.json("Hashed", Ask.class, Said.class).hashed("text");
    private static final SynapseType<Ask, Word> WORDS = SynapseType.json("Words", Ask.class, Word.class);

    private final Keypair alice = Keypair.development("Alice");
    private final Keypair bob = Keypair.development("Bob");
    private final Keypair charlie = Keypair.development("Charlie");
    private final AtomicInteger handled = new AtomicInteger();
    private Axon axon;

    @BeforeAll
    void start() {
        axon = serving(builder -> {});
    }

    @AfterAll
    void stop() {
        axon.close();
    }

    private Axon serving(Consumer<Axon.Builder> change) {
        Axon.Builder builder = Axon.builder(bob)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open().deny(List.of(charlie.account())))
                .limits(limits -> limits.maxMessageBytes(64 << 10))
                .serve(ECHO, this::answer)
                .serve(HASHED, this::answer)
                .serve(SynapseType.json("Plain", Ask.class, Plain.class), (call, ask) -> new Plain(ask.text()))
                .stream(WORDS, (call, ask, parts) -> {
            for (String word : ask.text().split(" ")) {
                parts.send(new Word(word));
            }
            if (ask.text().contains("break")) {
                throw new IllegalStateException("broken");
            }
        });
        change.accept(builder);
        return builder.start();
    }

    private Said answer(Call call, Ask ask) {
        handled.incrementAndGet();
        return switch (ask.text()) {
            case "who" -> new Said(Optional.of(call.caller() + " by " + call.dialect()));
            case "refuse" -> throw new RefusalException("prompt.rude", false, "not so \u2603 rude\r\nset-cookie: x");
            case "invalid" -> throw RefusalException.invalid("no such question");
            case "busy" -> throw RefusalException.busy("later");
            case "forbid" -> throw new RefusalException("access.listed", false, "nobody is welcome");
            case "fail" -> throw new IllegalStateException("private");
            default -> new Said(Optional.of(ask.text()));
        };
    }

    private Request ask(String text) {
        return SynapseCaller.request(ECHO, new Ask(text), alice, bob.account());
    }

    private Answer send(Request request) throws IOException {
        return SynapseCaller.send(axon.port(), request);
    }

    @Test
    void anAnswerIsTheWholeMessageAndItsHeadersInLowerCase() throws IOException {
        Request request = SynapseCaller.request(HASHED, new Ask("h\u00e9llo \u2603"), alice, bob.account());
        Answer answer = send(request);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().keySet()).allMatch(name -> name.equals(name.toLowerCase(Locale.ROOT)));
        assertThat(answer.headers())
                .containsEntry("content-type", "application/json")
                .containsEntry("name", "Hashed")
                .containsEntry("timeout", "12.0")
                .containsEntry("bt_header_axon_status_code", "200")
                .containsEntry("bt_header_axon_status_message", "Success")
                .containsEntry("bt_header_axon_hotkey", bob.account().ss58())
                .containsEntry("bt_header_dendrite_hotkey", alice.account().ss58())
                .containsEntry("bt_header_dendrite_signature", request.get("bt_header_dendrite_signature"))
                .containsEntry("bt_header_input_obj_text", "IiI=")
                .containsEntry("computed_body_hash", request.get("computed_body_hash"))
                .doesNotContainKeys("bt_header_axon_nonce", "bt_header_axon_signature", "bt_header_axon_uuid");
        JsonNode body = answer.json();
        assertThat(body.path("text").asText()).isEqualTo("h\u00e9llo \u2603");
        assertThat(body.path("answer").asText()).isEqualTo("h\u00e9llo \u2603");
        assertThat(body.path("axon").path("status_code").asInt()).isEqualTo(200);
        assertThat(body.path("dendrite").path("hotkey").asText())
                .isEqualTo(alice.account().ss58());
    }

    @Test
    void theHandlerMeetsTheVerifiedCallerWhateverTheBodySays() throws IOException {
        Request request = ask("who");
        request.body(new String(request.body, StandardCharsets.UTF_8)
                .replace(alice.account().ss58(), charlie.account().ss58())
                .replace("\"status_code\":null", "\"status_code\":418"));

        Answer answer = send(request);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("answer").asText())
                .isEqualTo(alice.account().ss58() + " by " + Dialect.SYNAPSE);
        assertThat(answer.json().path("dendrite").path("hotkey").asText())
                .isEqualTo(alice.account().ss58());
        assertThat(answer.json().path("dendrite").path("status_code").isNull()).isTrue();
    }

    @Test
    void getIsAcceptedLikePostAndEveryAxonAnswersAPing() throws IOException {
        Request get = ask("x");
        get.method = "GET";
        assertThat(send(get).status()).isEqualTo(200);

        Request ping = ask("x");
        ping.path = "/Synapse?now";
        assertThat(send(ping).status()).isEqualTo(200);
        ping = ask("x").remove("bt_header_dendrite_signature");
        ping.path = "/Synapse";
        assertThat(send(ping).status()).isEqualTo(401);
    }

    @Test
    void aStreamIsRawChunksUnderAHead() throws IOException {
        Answer answer = send(SynapseCaller.request(WORDS, new Ask("one two"), alice, bob.account()));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers())
                .containsEntry("content-type", "text/event-stream")
                .containsEntry("transfer-encoding", "chunked")
                .containsEntry("bt_header_axon_status_code", "200")
                .containsEntry("name", "Words");
        assertThat(answer.text()).isEqualTo("onetwo");
        assertThatThrownBy(() -> send(SynapseCaller.request(WORDS, new Ask("break it"), alice, bob.account())))
                .as("a stream that breaks has no last chunk")
                .isInstanceOf(StringIndexOutOfBoundsException.class);
    }

    @Test
    void whatIsNotSignedOrNotSignedRightIsRefusedInPythonsWords() throws IOException {
        record Case(Consumer<Request> change, String text) {}
        for (Case one : List.of(
                new Case(r -> r.remove("bt_header_dendrite_signature"), "Missing signature"),
                new Case(r -> r.set("bt_header_dendrite_signature", ""), "Missing signature"),
                new Case(
                        r -> r.set("bt_header_dendrite_signature", "0x" + "00".repeat(64)), "Signature mismatch with "),
                new Case(r -> r.set("bt_header_dendrite_uuid", "another"), "Signature mismatch with "),
                new Case(r -> r.remove("bt_header_dendrite_uuid"), "Signature mismatch with "),
                new Case(r -> r.set("computed_body_hash", "00".repeat(32)), "Signature mismatch with "),
                new Case(r -> r.set("bt_header_dendrite_hotkey", bob.account().ss58()), "Signature mismatch with "),
                new Case(
                        r -> r.remove("bt_header_dendrite_hotkey"),
                        "No SS58 formatted address or public key provided."),
                new Case(r -> r.set("bt_header_dendrite_hotkey", "5Nobody"), "Invalid SS58 address: 5Nobody"),
                new Case(
                        r -> r.set("bt_header_dendrite_hotkey", AccountId.ZERO.ss58()),
                        "this hotkey is a key that anybody can sign for"),
                new Case(r -> r.remove("bt_header_dendrite_nonce"), "Missing Nonce"),
                new Case(r -> r.set("bt_header_dendrite_nonce", "-1"), "Nonce is no time"),
                new Case(r -> r.set("bt_header_dendrite_nonce", "9".repeat(30)), "Nonce is no time"),
                new Case(r -> r.set("bt_header_dendrite_version", "712"), "Version is none of 7.2.0 or newer"),
                new Case(r -> r.remove("bt_header_dendrite_version"), "Version is none of 7.2.0 or newer"),
                new Case(r -> r.set("timeout", "inf"), "timeout is no finite number"),
                new Case(r -> r.set("timeout", "nan"), "timeout is no finite number"),
                new Case(r -> r.set("timeout", "-1"), "timeout is no finite number"))) {
            Request request = ask("x");
            one.change().accept(request);
            int before = handled.get();

            Answer answer = send(request);

            assertThat(answer.status()).as(one.text()).isEqualTo(401);
            assertThat(answer.message()).startsWith("Not Verified with error: " + one.text());
            assertThat(handled.get()).isEqualTo(before);
        }
        assertThat(send(SynapseCaller.request(ECHO, new Ask("x"), alice, charlie.account()))
                        .status())
                .as("signed for another axon")
                .isEqualTo(401);
        assertThat(send(ask("x")).status()).isEqualTo(200);
    }

    @Test
    void aNonceIsFreshAlwaysAndGrowsWithinItsLane() throws IOException {
        long second = 1_000_000_000L;
        Request late = ask("x", -11 * second, "old");
        late.set("timeout", "1e9");
        assertThat(send(late).message())
                .contains("Nonce is too old: acceptable delta is 10.00 seconds but request was 11.");
        assertThat(send(ask("x", 3 * second, "new")).message()).contains("Nonce is too far ahead");

        Request first = ask("x", 0, "lane");
        Request second1 = ask("x", 1, "lane");
        assertThat(send(second1).status()).isEqualTo(200);
        Answer behind = send(first);
        assertThat(behind.message()).contains("Nonce is too old, a newer one was last processed");
        assertThat(behind.headers()).containsEntry("bittensor4j-refusal", "auth.overtaken");
        assertThat(send(first).headers()).containsEntry("bittensor4j-refusal", "auth.replayed");
        Answer replayed = send(second1);
        assertThat(replayed.message()).contains("Nonce is too old, a newer one was last processed");
        assertThat(replayed.headers()).containsEntry("bittensor4j-refusal", "auth.replayed");

        Request other = ask("x", 0, "other lane");
        assertThat(send(other).status()).isEqualTo(200);
    }

    @Test
    void requestsThatOvertakeEachOtherAreTheirCallersOwnAndReplaysAreNot() throws IOException {
        Rate seldom = new Rate(0.001, 2);
        try (Axon strict = serving(builder -> builder.limits(limits -> limits.failuresPerAddress(seldom)))) {
            List<Request> inOrder =
                    Stream.generate(() -> ask("x", 0, "lane")).limit(5).toList();
            assertThat(SynapseCaller.send(strict.port(), inOrder.get(4)).status())
                    .isEqualTo(200);
            for (Request overtaken : inOrder.subList(0, 4)) {
                assertThat(SynapseCaller.send(strict.port(), overtaken).headers())
                        .containsEntry("bittensor4j-refusal", "auth.overtaken");
            }
            for (int i = 0; i < 2; i++) {
                assertThat(SynapseCaller.send(strict.port(), inOrder.get(i)).headers())
                        .containsEntry("bittensor4j-refusal", "auth.replayed");
            }
            assertThat(SynapseCaller.send(strict.port(), ask("x")).headers())
                    .containsEntry("bittensor4j-refusal", "limit.peer");
        }
        try (Axon strict = serving(builder -> builder.limits(limits -> limits.ratePerCaller(seldom)))) {
            Request first = ask("x", 0, "other lane");
            assertThat(SynapseCaller.send(strict.port(), ask("x", 0, "other lane"))
                            .status())
                    .isEqualTo(200);
            assertThat(SynapseCaller.send(strict.port(), first).headers())
                    .containsEntry("bittensor4j-refusal", "auth.overtaken");
            assertThat(SynapseCaller.send(strict.port(), ask("x")).headers())
                    .containsEntry("bittensor4j-refusal", "limit.rate");
        }
    }

    private Request ask(String text, long ahead, String uuid) {
        return SynapseCaller.request(
                ECHO,
                new Ask(text),
                alice,
                bob.account(),
                dendrite -> dendrite.with(
                                Field.NONCE,
                                dendrite.integer(Field.NONCE).orElseThrow().longValueExact() + ahead)
                        .with(Field.UUID, uuid));
    }

    @Test
    void aHotkeyThatCannotSignNowLeavesNobodyWithoutAnAnswer() throws IOException {
        Signer failing = new Signer() {
            @Override
            public AccountId account() {
                return bob.account();
            }

            @Override
            public KeyScheme scheme() {
                return bob.scheme();
            }

            @Override
            public byte[] sign(byte[] message) {
                throw new IllegalStateException("locked");
            }
        };
        try (Axon locked = Axon.builder(failing)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open())
                .serve(ECHO, this::answer)
                .start()) {
            assertThat(SynapseCaller.send(locked.port(), ask("x")).status()).isEqualTo(200);
            Answer error = SynapseCaller.send(locked.port(), ask("refuse"));
            assertThat(error.status()).isEqualTo(500);
            assertThat(error.headers())
                    .containsEntry("bittensor4j-refusal", "prompt.rude")
                    .doesNotContainKey("bt_header_axon_signature");
            assertThat(SynapseCaller.send(axon.port(), ask("refuse")).headers())
                    .containsKey("bt_header_axon_signature");
        }
    }

    @Test
    void aBodyThatIsNotTheHashedOneIsRefused() throws IOException {
        Request request = SynapseCaller.request(HASHED, new Ask("honest"), alice, bob.account());
        request.body(new String(request.body, StandardCharsets.UTF_8).replace("honest", "forged"));

        Answer answer = send(request);

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.json().path("reason").asText()).contains("hash of the body");
        assertThat(answer.headers()).containsEntry("bittensor4j-refusal", "call.invalid");
    }

    @Test
    void anAxonThatAsksForCoveredBodiesRefusesTheOthers() throws IOException {
        try (Axon strict = serving(Axon.Builder::hashedBodiesOnly)) {
            assertThat(SynapseCaller.send(strict.port(), ask("x")).message()).contains("does not cover the body");
            Request hashed = SynapseCaller.request(HASHED, new Ask("x"), alice, bob.account());
            assertThat(SynapseCaller.send(strict.port(), hashed).status()).isEqualTo(200);
        }
    }

    @Test
    void whoIsNotWelcomeIsToldSo() throws IOException {
        Answer answer = send(SynapseCaller.request(ECHO, new Ask("x"), charlie, bob.account()));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.message()).isEqualTo("Forbidden. Key is blacklisted: this hotkey is on the deny list.");
        assertThat(send(ask("forbid")).message()).isEqualTo("Forbidden. Key is blacklisted: nobody is welcome.");
    }

    @Test
    void aHandlersRefusalReachesTheCallerAndItsFailureDoesNot() throws IOException {
        Answer refused = send(ask("refuse"));
        assertThat(refused.status()).isEqualTo(500);
        assertThat(refused.message()).isEqualTo("not so \u2603 rude\r\nset-cookie: x");
        assertThat(refused.headers())
                .containsEntry("bt_header_axon_status_message", "not so ? rude??set-cookie: x")
                .containsEntry("bittensor4j-refusal", "prompt.rude")
                .doesNotContainKey("set-cookie");
        assertThat(send(ask("invalid")).message()).isEqualTo("no such question");
        assertThat(send(ask("busy")).status()).isEqualTo(503);
        Answer failed = send(ask("fail"));
        assertThat(failed.message()).matches("Internal Server Error #[0-9a-f-]{36}");
        assertThat(failed.text()).doesNotContain("private");
    }

    @Test
    void theAxonSignsWhatAddressesAskedAndNothingElse() throws IOException {
        Answer signed = send(ask("fail"));
        String text = SynapseSignature.answer(
                Terminal.EMPTY
                        .with(Field.NONCE, Long.parseLong(signed.headers().get("bt_header_axon_nonce")))
                        .with(Field.UUID, signed.headers().get("bt_header_axon_uuid")),
                Optional.of(alice.account().ss58()),
                Optional.of(bob.account().ss58()));
        assertThat(SynapseSignature.holds(bob.account(), text, signed.headers().get("bt_header_axon_signature")))
                .isTrue();

        // else it would sign a stranger's text in the form of a request of its own
        Request forged = ask("x").set("bt_header_axon_hotkey", charlie.account().ss58() + ".uuid");
        forged.set("bt_header_dendrite_hotkey", bob.account().ss58());
        assertThat(send(forged).headers()).doesNotContainKey("bt_header_axon_signature");
    }

    @Test
    void aRequestOfOneDialectIsNoneOfAnother() throws Exception {
        Request synapse = ask("x");
        assertThat(send(synapse).status()).isEqualTo(200);
        long nonce = Long.parseLong(synapse.get("bt_header_dendrite_nonce"));

        // the synapse signature under btauth/1 headers: another text was signed; and the nonce is used up for an honest
        // one
        try (RawClient client = new RawClient(axon.port())) {
            RawClient.Request stolen = grpc(nonce);
            stolen.signature(HexFormat.of()
                    .parseHex(synapse.get("bt_header_dendrite_signature").substring(2)));
            assertThat(client.send(stolen).code()).contains("auth.signature");
            assertThat(client.send(grpc(nonce).sign()).code()).contains("auth.replayed");
            RawClient.Request honest = grpc(SynapseCaller.nextNonce()).sign();
            assertThat(client.send(honest).answered()).isTrue();
            Request again = SynapseCaller.request(
                    ECHO, new Ask("x"), alice, bob.account(), dendrite -> dendrite.with(Field.NONCE, honest.nonce));
            assertThat(send(again).message()).contains("this nonce was already accepted from this hotkey");
        }

        // a btauth/1 signature under synapse headers
        SignedRequest btauth = SignedRequest.of(
                KeyScheme.SR25519,
                "POST",
                "/Echo",
                synapse.body,
                SynapseCaller.nextNonce(),
                alice.account(),
                Optional.of(bob.account()));
        Request crossed = ask("x").set("bt_header_dendrite_nonce", Long.toString(btauth.nonce()))
                .set("bt_header_dendrite_signature", "0x" + HexFormat.of().formatHex(btauth.sign(alice)));
        assertThat(send(crossed).message()).contains("Signature mismatch");

        // headers of both: btauth/1 decides, and there the request is none
        Request both = ask("x").set(AuthHeaders.VERSION, "1");
        assertThat(send(both).status()).isNotEqualTo(200);
    }

    private RawClient.Request grpc(long nonce) {
        byte[] json = "{\"text\":\"x\"}".getBytes(StandardCharsets.UTF_8);
        RawClient.Request request = new RawClient.Request(
                alice,
                bob.account(),
                SynapseRequest.newBuilder()
                        .setSynapse("Plain")
                        .setPayload(Payload.newBuilder().setJson(ByteString.copyFrom(json)))
                        .build()
                        .toByteArray());
        request.nonce = nonce;
        return request;
    }

    @Test
    void duplicateAndMalformedHeadersAreRefused() throws IOException {
        for (String name : List.of("bt_header_dendrite_nonce", "bt_header_dendrite_signature", "computed_body_hash")) {
            Request request = ask("x");
            request.headers.add(Map.entry(name, request.get(name)));
            assertThat(send(request).status()).as(name).isEqualTo(500);
        }
        for (String name : List.of("bt_header_axon_port", "bt_header_dendrite_version", "header_size", "timeout")) {
            Answer answer = send(ask("x").set(name, "1x"));
            assertThat(answer.status()).as(name).isEqualTo(500);
            assertThat(answer.json().path("reason").asText()).startsWith(name);
        }
    }

    @Test
    void aRequestThatIsTooLargeIsToldSo() throws IOException {
        Request large = ask("x".repeat(70_000));
        assertThat(send(large).status()).isEqualTo(413);
    }

    @Test
    void aDialectThatIsSwitchedOffFindsNothing() throws IOException {
        try (Axon without = serving(builder -> builder.dialects(EnumSet.of(Dialect.GRPC)))) {
            Answer answer = SynapseCaller.send(without.port(), ask("x"));
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.headers()).doesNotContainKey("bt_header_axon_status_code");
        }
    }

    @Test
    void aSynapseThatNoPythonClassCanBeIsServedElsewhereOnlyUnlessItSaysHowItLooks() throws IOException {
        record Upper(String someText) {}
        SynapseType<Upper, Said> upper = SynapseType.json("Upper", Upper.class, Said.class);
        try (Axon other = serving(builder -> builder.serve(upper, (call, ask) -> new Said(Optional.empty())))) {
            Request request = ask("x");
            request.path = "/Upper";
            assertThat(SynapseCaller.send(other.port(), request).status()).isEqualTo(404);
        }
        assertThatThrownBy(() ->
                        Axon.builder(bob).serve(upper.hashed("someText"), (call, ask) -> new Said(Optional.empty())))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("someText");
    }

    @TestFactory
    Stream<DynamicTest> pythonsOwnErrors() {
        return NeuronVectors.FILE.cases("axon_error_responses_10_2_0", row -> {
            Optional<Request> request = provoking(row.path("case").asText());
            if (request.isEmpty()) {
                // Python lets a subnet put code of its own before the handler, and return any status: ours has no such
                // place
                assertThat(row.path("case").asText())
                        .containsAnyOf(
                                "blacklist_fn raised",
                                "priority_fn raised",
                                "not Latin-1",
                                "returned a synapse with axon.status_code");
                return;
            }
            Answer answer = send(request.get());
            assertThat(Integer.toString(answer.status()))
                    .isEqualTo(row.path("status").asText().split("; ")[0].replace("N", "403"));
            if (row.path("body_shape").asText().startsWith("{")) {
                JsonNode detail = answer.json().path("detail");
                assertThat(row.path("body_shape").asText())
                        .contains(detail.isArray() ? "json_invalid" : detail.toString());
                assertThat(answer.headers().keySet()).noneMatch(name -> name.startsWith("bt_header_"));
            } else {
                assertThat(answer.message()).matches(pattern(row.path("message").asText()));
                assertThat(answer.headers())
                        .containsEntry("bt_header_axon_status_code", Integer.toString(answer.status()))
                        .containsKey("bt_header_axon_status_message");
            }
        });
    }

    private static String pattern(String message) {
        if (message.contains("exception text")) {
            return "not so \u2603 rude\r\nset-cookie: x|Forbidden. Key is blacklisted: nobody is welcome.";
        }
        return message.replace("(", "\\(")
                .replace(
                        "[<python list repr of names in attach order>]",
                        "\\['Synapse', 'Echo', 'Hashed', 'Plain', 'Words'\\]")
                .replace("<uuid4>", "[0-9a-f-]{36}")
                .replace("<name>", "NoSuch")
                .replace("<reason>", "this hotkey is on the deny list")
                .replace("<str\\(exception)>", "Missing signature");
    }

    private Optional<Request> provoking(String what) {
        Request request = ask("x");
        switch (what) {
            case "unknown first path segment" -> request.path = "/NoSuch";
            case "headers do not validate" -> request.set("bt_header_axon_port", "8091.0");
            case "blacklist_fn returned (True, reason)" ->
                request = SynapseCaller.request(ECHO, new Ask("x"), charlie, bob.account());
            case "verify_fn raised" -> request.remove("bt_header_dendrite_signature");
            case "body hash differs from computed_body_hash header" -> {
                request = SynapseCaller.request(HASHED, new Ask("honest"), alice, bob.account());
                request.body("{\"text\":\"forged\"}");
            }
            case "body JSON fails model validation" -> request.body("{\"text\":5}");
            case "body is JSON but not an object, or body is empty" -> request.body("");
            case "Content-Type is not JSON (missing Content-Type too, with recent FastAPI)" ->
                request.remove("content-type");
            case "malformed JSON text with Content-Type application/json" -> request.body("{");
            case "undecodable body bytes" -> request.body = new byte[] {'"', (byte) 0xff, '"'};
            case "path has a second segment" -> request.path = "/Echo/more";
            case "method other than GET/POST" -> request.method = "PUT";
            case "handler raised a SynapseException carrying a synapse with axon.status_code=N" ->
                request = ask("forbid");
            case "handler raised a SynapseException without a synapse" -> request = ask("refuse");
            case "handler raised anything else" -> request = ask("fail");
            default -> {
                return Optional.empty();
            }
        }
        return Optional.of(request);
    }
}
