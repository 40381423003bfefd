package io.github.bittensor4j.protocol.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.core.crypto.Keypair;
import io.grpc.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AuthHeadersTest {
    private static final byte[] BODY = "{\"prompt\": \"hello\"}".getBytes(StandardCharsets.UTF_8);
    private static final AccountId BOB = AccountId.fromSs58("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty");

    private static Map<String, String> written(KeyScheme scheme, AccountId sender, byte[] signature) {
        Map<String, String> headers = new LinkedHashMap<>();
        AuthHeaders.write(
                SignedRequest.of(
                        scheme, "POST", "/generate?stream=false", BODY, 1752076800000000000L, sender, Optional.of(BOB)),
                signature,
                headers::put);
        return headers;
    }

    private static AuthHeaders read(Map<String, String> headers) {
        return AuthHeaders.read(
                name -> Optional.ofNullable(headers.get(name)).stream().toList());
    }

    @Test
    void the_published_ed25519_example_comes_out_byte_for_byte() {
        AccountId alice = AccountId.fromSs58("5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu");
        byte[] signature = java.util.HexFormat.of()
                .parseHex("1a6b631988bf1f7ea093ab9d5acf61f05c316d0b0e428b24b487b75a5f6ee0e1"
                        + "a56a26918fdf871b6cf09437e6588023a4ce423cf622621b2a7feee17612f704");
        Map<String, String> headers = written(KeyScheme.ED25519, alice, signature);
        assertThat(headers)
                .containsOnly(
                        Map.entry("x-bittensor-version", "1"),
                        Map.entry("x-bittensor-hotkey", "5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu"),
                        Map.entry("x-bittensor-receiver", "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"),
                        Map.entry("x-bittensor-nonce", "1752076800000000000"),
                        Map.entry("x-bittensor-crypto", "ed25519"),
                        Map.entry(
                                "x-bittensor-signature",
                                "0x1a6b631988bf1f7ea093ab9d5acf61f05c316d0b0e428b24b487b75a5f6ee0e1"
                                        + "a56a26918fdf871b6cf09437e6588023a4ce423cf622621b2a7feee17612f704"));
        AuthHeaders claims = read(headers);
        SignedRequest rebuilt = claims.request(
                KeyScheme.ED25519,
                "POST",
                "/generate?stream=false",
                io.github.bittensor4j.core.crypto.Hashes.sha256(BODY));
        assertThat(rebuilt.isSignedBy(claims.signature())).isTrue();
    }

    @Test
    void sr25519_has_no_scheme_header_and_reads_back() {
        try (Keypair alice = Keypair.development("Alice")) {
            Map<String, String> headers = written(KeyScheme.SR25519, alice.account(), new byte[64]);
            assertThat(headers).doesNotContainKey("x-bittensor-crypto");
            AuthHeaders claims = read(headers);
            assertThat(claims.scheme()).isEqualTo(KeyScheme.SR25519);
            assertThat(claims.sender()).isEqualTo(alice.account());
            assertThat(claims.receiver()).contains(BOB);
            assertThat(claims.nonce()).isEqualTo(1752076800000000000L);
        }
    }

    @Test
    void they_travel_in_grpc_metadata() {
        Map<String, String> headers = written(KeyScheme.SR25519, BOB, new byte[64]);
        Metadata metadata = new Metadata();
        headers.forEach((name, value) -> Wire.putAuthHeader(metadata, name, value));
        assertThat(Wire.authHeaders(metadata).sender()).isEqualTo(BOB);
        Wire.putAuthHeader(metadata, AuthHeaders.NONCE, "5");
        assertThatThrownBy(() -> Wire.authHeaders(metadata))
                .isInstanceOfSatisfying(
                        WireException.class, e -> assertThat(e.code()).isEqualTo("auth.duplicate"));
    }

    @Test
    void whatever_is_read_was_spelled_as_it_would_be_written() {
        Map<String, String> honest = written(KeyScheme.ED25519, BOB, new byte[64]);
        Random random = new Random(11);
        List<String> names = List.copyOf(honest.keySet());
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            Map<String, String> headers = new LinkedHashMap<>(honest);
            String name = names.get(random.nextInt(names.size()));
            StringBuilder value = new StringBuilder(honest.get(name));
            int at = random.nextInt(value.length());
            switch (random.nextInt(3)) {
                case 0 -> value.setCharAt(at, (char) (32 + random.nextInt(95)));
                case 1 -> value.insert(at, (char) (32 + random.nextInt(95)));
                default -> value.deleteCharAt(at);
            }
            headers.put(name, value.toString());
            AuthHeaders claims;
            try {
                claims = read(headers);
            } catch (WireException e) {
                assertThat(e.code()).startsWith("auth.");
                continue;
            }
            read++;
            Map<String, String> again = new LinkedHashMap<>();
            AuthHeaders.write(
                    claims.request(claims.scheme(), "POST", "/x", new byte[32]), claims.signature(), again::put);
            assertThat(again).isEqualTo(headers);
        }
        assertThat(read).isPositive();
    }
}
