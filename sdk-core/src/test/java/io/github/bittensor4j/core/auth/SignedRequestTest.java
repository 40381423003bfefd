package io.github.bittensor4j.core.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.crypto.Signatures;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SignedRequestTest {
    private static final byte[] BODY = "{\"prompt\": \"hello\"}".getBytes(UTF_8);
    private static final String TARGET = "/generate?stream=false";
    private static final long NONCE = 1752076800000000000L;
    private static final AccountId BOB = AccountId.fromSs58("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty");

    private static Keypair edAlice() {
        byte[] seed = HexFormat.of().parseHex("abf8e5bdbe30c65656c0a3cbd181ff8a56294a69dfedd27982aace4a76909115");
        return Keypair.fromSeed(KeyScheme.ED25519, seed);
    }

    private static SignedRequest request(Keypair sender) {
        return SignedRequest.of(sender.scheme(), "POST", TARGET, BODY, NONCE, sender.account(), Optional.of(BOB));
    }

    @Test
    void the_payload_is_the_published_one_line_by_line() {
        try (Keypair alice = Keypair.development("Alice")) {
            assertThat(new String(request(alice).payload(), UTF_8))
                    .isEqualTo("btauth/1\nsr25519\nPOST\n/generate?stream=false\n"
                            + "341c57448e531310fbbe83f44cea2a5e838bd9e8a6b82b269f01d0dbbc23c3cc\n1752076800000000000\n"
                            + "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY\n"
                            + "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty");
        }
    }

    @Test
    void the_ed25519_signature_is_the_published_one() {
        try (Keypair alice = edAlice()) {
            SignedRequest request = request(alice);
            assertThat(request.sender().ss58()).isEqualTo("5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu");
            assertThat(HexFormat.of().formatHex(request.sign(alice)))
                    .isEqualTo("1a6b631988bf1f7ea093ab9d5acf61f05c316d0b0e428b24b487b75a5f6ee0e1"
                            + "a56a26918fdf871b6cf09437e6588023a4ce423cf622621b2a7feee17612f704");
        }
    }

    @Test
    void an_unbound_request_names_a_dash_for_its_receiver() {
        try (Keypair alice = Keypair.development("Alice")) {
            SignedRequest unbound =
                    SignedRequest.of(KeyScheme.SR25519, "POST", TARGET, BODY, NONCE, alice.account(), Optional.empty());
            assertThat(new String(unbound.payload(), UTF_8)).endsWith("\n-");
        }
    }

    @Test
    void a_signature_holds_for_exactly_one_request() {
        try (Keypair alice = Keypair.development("Alice");
                Keypair ed = edAlice()) {
            for (Keypair key : List.of(alice, ed)) {
                SignedRequest one = request(key);
                byte[] signature = one.sign(key);
                assertThat(one.isSignedBy(signature)).isTrue();
                AccountId sender = key.account();
                KeyScheme scheme = key.scheme();
                Optional<AccountId> bob = Optional.of(BOB);
                KeyScheme otherScheme = scheme == KeyScheme.SR25519 ? KeyScheme.ED25519 : KeyScheme.SR25519;
                assertThat(List.of(
                                SignedRequest.of(otherScheme, "POST", TARGET, BODY, NONCE, sender, bob),
                                SignedRequest.of(scheme, "PUT", TARGET, BODY, NONCE, sender, bob),
                                SignedRequest.of(scheme, "POST", "/generate", BODY, NONCE, sender, bob),
                                SignedRequest.of(scheme, "POST", TARGET, new byte[0], NONCE, sender, bob),
                                SignedRequest.of(scheme, "POST", TARGET, BODY, NONCE + 1, sender, bob),
                                SignedRequest.of(scheme, "POST", TARGET, BODY, NONCE, BOB, bob),
                                SignedRequest.of(scheme, "POST", TARGET, BODY, NONCE, sender, Optional.of(sender)),
                                SignedRequest.of(scheme, "POST", TARGET, BODY, NONCE, sender, Optional.empty())))
                        .allSatisfy(other -> {
                            assertThat(other).isNotEqualTo(one);
                            assertThat(other.isSignedBy(signature)).isFalse();
                        });
                assertThat(one.isSignedBy(new byte[0])).isFalse();
                assertThat(one.isSignedBy(Arrays.copyOf(signature, 65))).isFalse();
            }
        }
    }

    @Test
    void nobody_signs_as_the_account_of_zeros() {
        // The identity as public key lets anybody forge: R = rB, s = r, and r may be 0.
        byte[] forged = new byte[64];
        forged[63] = (byte) 0x80;
        SignedRequest request =
                SignedRequest.of(KeyScheme.SR25519, "POST", TARGET, BODY, NONCE, AccountId.ZERO, Optional.of(BOB));
        assertThat(Signatures.verify(KeyScheme.SR25519, AccountId.ZERO, request.payload(), forged))
                .isTrue();
        assertThat(request.isSignedBy(forged)).isFalse();
    }

    @Test
    void no_part_can_smuggle_a_line() {
        AccountId sender = BOB;
        for (String target : List.of("/a\n/b", "/a b", "a", "", "/\u00e9", "/a\r", "/\u0000")) {
            assertThatThrownBy(() ->
                            SignedRequest.of(KeyScheme.SR25519, "POST", target, BODY, NONCE, sender, Optional.empty()))
                    .isInstanceOf(InvalidValueException.class);
        }
        for (String method : List.of("", "post", "POST\n", "PO ST")) {
            assertThatThrownBy(() ->
                            SignedRequest.of(KeyScheme.SR25519, method, "/", BODY, NONCE, sender, Optional.empty()))
                    .isInstanceOf(InvalidValueException.class);
        }
        assertThatThrownBy(() -> SignedRequest.of(KeyScheme.SR25519, "POST", "/", BODY, -1, sender, Optional.empty()))
                .isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() ->
                        new SignedRequest(KeyScheme.SR25519, "POST", "/", new byte[31], 1, sender, Optional.empty()))
                .isInstanceOf(InvalidValueException.class);
    }

    @Test
    void another_key_cannot_sign_a_request_by_mistake() {
        try (Keypair alice = Keypair.development("Alice");
                Keypair bob = Keypair.development("Bob")) {
            SignedRequest request = request(alice);
            assertThatThrownBy(() -> request.sign(bob)).isInstanceOf(InvalidValueException.class);
        }
    }

    @Test
    void the_hash_cannot_be_changed_from_outside() {
        byte[] hash = new byte[32];
        SignedRequest request = new SignedRequest(KeyScheme.SR25519, "POST", "/", hash, NONCE, BOB, Optional.empty());
        hash[0] = 1;
        request.bodySha256()[1] = 1;
        assertThat(request.bodySha256()).containsOnly(0);
        assertThat(request)
                .isEqualTo(
                        new SignedRequest(KeyScheme.SR25519, "POST", "/", new byte[32], NONCE, BOB, Optional.empty()))
                .hasSameHashCodeAs(
                        new SignedRequest(KeyScheme.SR25519, "POST", "/", new byte[32], NONCE, BOB, Optional.empty()));
    }
}
