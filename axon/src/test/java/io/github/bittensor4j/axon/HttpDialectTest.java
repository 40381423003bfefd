package io.github.bittensor4j.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.testkit.PythonPeer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpDialectTest {
    record Prompt(String prompt) {}

    record Reply(String text) {}

    private static final SynapseType<Prompt, Reply> GENERATE = SynapseType.json("generate", Prompt.class, Reply.class);
    private static final SynapseType<byte[], byte[]> ECHO =
            SynapseType.bytes("echo").route("/a%20b/c");
    private static final byte[] HELLO = "{\"prompt\": \"hello\"}".getBytes(StandardCharsets.UTF_8);
    private static final long NONCE = 1752076800000000000L;

    /** The key of {@code //Alice} for ed25519. */
    private static final Keypair ALICE_25519 = Keypair.fromSeed(
            KeyScheme.ED25519,
            HexFormat.of().parseHex("abf8e5bdbe30c65656c0a3cbd181ff8a56294a69dfedd27982aace4a76909115"));

    private final Keypair alice = Keypair.development("Alice");
    private final Keypair bob = Keypair.development("Bob");
    private final List<AutoCloseable> closing = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : closing) {
            each.close();
        }
    }

    private Axon.Builder axon() {
        return Axon.builder(bob)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open())
                .schemes(account -> account.equals(ALICE_25519.account()) ? KeyScheme.ED25519 : KeyScheme.SR25519);
    }

    private Axon started(Axon.Builder builder) {
        Axon axon = builder.start();
        closing.add(axon);
        return axon;
    }

    private Axon generating() {
        return started(axon().serve(GENERATE, (call, prompt) -> {
            assertThat(call.dialect()).isEqualTo(Dialect.HTTP);
            return new Reply(prompt.prompt() + " " + call.caller().hotkey());
        }));
    }

    /** An answer as it came. */
    private record Answer(int status, Map<String, String> headers, byte[] body, boolean whole) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private static Answer post(Axon axon, String target, Map<String, String> headers, byte[] body) throws IOException {
        return send(axon, "POST", target, headers, body);
    }

    private static Answer send(Axon axon, String method, String target, Map<String, String> headers, byte[] body)
            throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), axon.port())) {
            StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: axon\r\n"
                    + "Connection: close\r\nContent-Length: " + body.length + "\r\n");
            headers.forEach((name, value) ->
                    head.append(name).append(": ").append(value).append("\r\n"));
            socket.getOutputStream().write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(body);
            return answer(socket.getInputStream());
        }
    }

    private static Answer answer(InputStream in) throws IOException {
        String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        String[] lines = text.substring(0, end).split("\r\n");
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 1; i < lines.length; i++) {
            String[] pair = lines[i].split(": ", 2);
            headers.put(pair[0].toLowerCase(Locale.ROOT), pair[1]);
        }
        String body = text.substring(end + 4);
        boolean whole = true;
        if ("chunked".equals(headers.get("transfer-encoding"))) {
            StringBuilder joined = new StringBuilder();
            whole = false;
            for (int at = 0; at < body.length(); ) {
                int size = Integer.parseInt(body.substring(at, body.indexOf("\r\n", at)), 16);
                at = body.indexOf("\r\n", at) + 2;
                joined.append(body, at, at + size);
                at += size + 2;
                whole = size == 0;
            }
            body = joined.toString();
        }
        return new Answer(
                Integer.parseInt(lines[0].split(" ")[1]), headers, body.getBytes(StandardCharsets.ISO_8859_1), whole);
    }

    private Map<String, String> signed(Keypair key, String target, byte[] body, long nonce) {
        SignedRequest request =
                SignedRequest.of(key.scheme(), "POST", target, body, nonce, key.account(), Optional.of(bob.account()));
        Map<String, String> headers = new LinkedHashMap<>();
        AuthHeaders.write(request, request.sign(key), headers::put);
        return headers;
    }

    private static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    private Answer ask(Axon axon, String target, byte[] body) throws IOException {
        return post(axon, target, signed(alice, target, body, now()), body);
    }

    @Test
    void the_published_signature_is_made_byte_for_byte_and_lets_its_request_in() throws IOException {
        Map<String, String> headers = signed(ALICE_25519, "/generate?stream=false", HELLO, NONCE);
        assertThat(ALICE_25519.account().ss58()).isEqualTo("5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu");
        assertThat(headers)
                .containsEntry("x-bittensor-crypto", "ed25519")
                .containsEntry(
                        "x-bittensor-signature",
                        "0x1a6b631988bf1f7ea093ab9d5acf61f05c316d0b0e428b24b487b75a5f6ee0e1"
                                + "a56a26918fdf871b6cf09437e6588023a4ce423cf622621b2a7feee17612f704");
        Axon axon = started(axon().clock(() -> Instant.ofEpochSecond(NONCE / 1_000_000_000L))
                .serve(GENERATE, (call, prompt) -> new Reply(prompt.prompt())));
        Answer answer = post(axon, "/generate?stream=false", headers, HELLO);
        assertThat(answer.text()).isEqualTo("{\"text\":\"hello\"}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("content-type", "application/json");

        assertThat(post(axon, "/generate?stream=false", headers, HELLO).text()).contains("auth.replayed");
        headers = signed(ALICE_25519, "/generate?stream=false", HELLO, NONCE + 1);
        assertThat(post(axon, "/generate?stream=true", headers, HELLO).text()).contains("auth.signature");
        assertThat(post(
                                axon,
                                "/generate?stream=false",
                                headers,
                                "{\"prompt\": \"hell!\"}".getBytes(StandardCharsets.UTF_8))
                        .text())
                .contains("auth.signature");
    }

    @Test
    void a_route_is_found_by_its_path_as_it_stands_on_the_wire() throws IOException {
        Axon axon = started(axon().serve(ECHO, (call, bytes) -> bytes));
        byte[] body = {0, (byte) 0xff, '\n'};
        Answer answer = ask(axon, "/a%20b/c?x=%2F", body);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.headers()).containsEntry("content-type", "application/octet-stream");
        for (String other : List.of("/echo", "/a%20b/c/", "/a+b/c", "/A%20b/c")) {
            Answer refused = ask(axon, other, body);
            assertThat(refused.status()).isEqualTo(404);
            assertThat(refused.headers()).containsEntry("bittensor4j-refusal", "call.unknown");
        }
    }

    @Test
    void a_refusal_has_a_status_a_code_and_a_text() throws IOException {
        Axon axon = generating();
        Answer unsigned = post(axon, "/generate", Map.of(), HELLO);
        assertThat(unsigned.status()).isEqualTo(401);
        assertThat(unsigned.headers())
                .containsEntry("bittensor4j-refusal", "auth.missing")
                .containsEntry("content-type", "application/json")
                .containsEntry("www-authenticate", "btauth");
        assertThat(unsigned.text()).startsWith("{\"error\":\"auth.missing\",\"message\":\"");

        Answer stale = post(axon, "/generate", signed(alice, "/generate", HELLO, now() - 11_000_000_000L), HELLO);
        assertThat(stale.status()).isEqualTo(401);
        assertThat(Long.parseLong(stale.headers().get("bittensor4j-clock-difference")))
                .isBetween(-60_000_000_000L, -11_000_000_000L);

        assertThat(ask(axon, "/generate", new byte[] {'{'}).status()).isEqualTo(400);
        Map<String, String> compressed = signed(alice, "/generate", HELLO, now());
        compressed.put("content-encoding", "gzip");
        assertThat(post(axon, "/generate", compressed, HELLO).status()).isEqualTo(415);
        assertThat(send(axon, "GET", "/generate", Map.of(), new byte[0]).status())
                .isEqualTo(404);
    }

    @Test
    void a_refusal_reaches_a_caller_that_is_still_sending() throws IOException {
        Axon axon = generating();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), axon.port())) {
            socket.setSoTimeout(20_000);
            byte[] head = "POST /generate HTTP/1.1\r\nHost: axon\r\nContent-Length: 200000\r\n\r\n"
                    .getBytes(StandardCharsets.ISO_8859_1);
            socket.getOutputStream().write(head);
            InputStream in = socket.getInputStream();
            int first = in.read();
            for (int i = 0; i < 2; i++) {
                socket.getOutputStream().write(new byte[100_000]);
            }
            String rest = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat((char) first + rest).startsWith("HTTP/1.1 401 ").contains("auth.missing");
        }
    }

    @Test
    void limits_and_access_have_their_statuses() throws IOException {
        Axon small = started(axon().limits(l -> l.maxMessageBytes(1024)).serve(ECHO, (call, bytes) -> bytes));
        assertThat(ask(small, "/a%20b/c", new byte[1024]).status()).isEqualTo(200);
        assertThat(ask(small, "/a%20b/c", new byte[1025]).status()).isEqualTo(413);
        Axon closed = started(axon().access(AccessPolicy.validatorPermit()).serve(ECHO, (call, bytes) -> bytes));
        assertThat(ask(closed, "/a%20b/c", new byte[1]).status()).isEqualTo(403);
        Axon failing = started(axon().serve(ECHO, (call, bytes) -> {
            throw bytes.length == 0
                    ? new IllegalStateException("secret")
                    : new RefusalException("too.odd", false, "odd");
        }));
        assertThat(ask(failing, "/a%20b/c", new byte[1]).status()).isEqualTo(422);
        Answer failed = ask(failing, "/a%20b/c", new byte[0]);
        assertThat(failed.status()).isEqualTo(500);
        assertThat(failed.text()).doesNotContain("secret");
    }

    @Test
    void an_answer_in_parts_is_lines_and_breaks_off_with_a_mark() throws IOException {
        Axon axon = started(axon().stream(GENERATE, (call, prompt, parts) -> {
            for (String word : prompt.prompt().split(" ")) {
                if (word.equals("stop")) {
                    throw new RefusalException("out.of-words", false, "no more");
                }
                parts.send(new Reply(word));
            }
        }));
        Answer answer = ask(axon, "/generate", "{\"prompt\":\"a b\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(answer.text()).isEqualTo("{\"text\":\"a\"}\n{\"text\":\"b\"}\n");
        assertThat(answer.whole()).isTrue();
        assertThat(answer.headers()).containsEntry("content-type", "application/x-ndjson");
        Answer broken = ask(axon, "/generate", "{\"prompt\":\"a stop\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(broken.text())
                .isEqualTo("{\"text\":\"a\"}\n!{\"error\":\"out.of-words\",\"message\":\"no more\"}\n");
        assertThat(broken.whole()).isFalse();
    }

    @Test
    void two_synapses_do_not_share_a_route() {
        Axon.Builder builder = axon().serve(ECHO, (call, bytes) -> bytes).stream(ECHO, (call, bytes, parts) -> {});
        SynapseType<byte[], byte[]> other = SynapseType.bytes("other").route("/a%20b/c?query");
        assertThatThrownBy(() -> builder.serve(other, (call, bytes) -> bytes))
                .isInstanceOf(AxonException.class)
                .hasMessageContaining("/a%20b/c");
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void what_sdk_11_signs_is_let_in_by_either_scheme() throws IOException {
        Axon axon = generating();
        for (String scheme : List.of("sr25519", "ed25519")) {
            JsonNode headers = PythonPeer.run(
                    "sdk11",
                    "sdk11_auth.py",
                    HELLO,
                    "sign",
                    "--scheme",
                    scheme,
                    "--path",
                    "/generate?stream=false",
                    "--receiver",
                    bob.account().ss58());
            Map<String, String> sent =
                    new ObjectMapper().convertValue(headers, new TypeReference<Map<String, String>>() {});
            Answer answer = post(axon, "/generate?stream=false", sent, HELLO);
            AccountId caller = scheme.equals("sr25519") ? alice.account() : ALICE_25519.account();
            assertThat(answer.text()).isEqualTo("{\"text\":\"hello " + caller + "\"}");
            assertThat(post(axon, "/generate?stream=false", sent, HELLO).headers())
                    .containsEntry("bittensor4j-refusal", "auth.replayed");
        }
    }
}
