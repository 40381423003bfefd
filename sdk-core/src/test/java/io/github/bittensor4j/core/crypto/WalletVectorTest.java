package io.github.bittensor4j.core.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.testkit.Vectors;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class WalletVectorTest {
    private static final Vectors FILE = Vectors.open("wallet.json");
    private static final String DEVELOPMENT_SEED = "fac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e";

    private static byte[] hex(JsonNode c, String field) {
        return hex(c.get(field).asText());
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.startsWith("0x") ? text.substring(2) : text);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] message(JsonNode c) {
        if (c.hasNonNull("messageHex")) {
            return hex(c, "messageHex");
        }
        if (!c.has("messageRepeat")) {
            return c.get("messageUtf8").asText().getBytes(UTF_8);
        }
        JsonNode repeat = c.get("messageRepeat");
        byte[] message = repeated(hex(repeat, "unitHex"), repeat.get("count").asInt());
        assertThat(hex(Hashes.blake2b256(message)))
                .isEqualTo(c.get("messageBlake2b256").asText());
        return message;
    }

    private static byte[] repeated(byte[] unit, int count) {
        byte[] all = new byte[unit.length * count];
        for (int i = 0; i < count; i++) {
            System.arraycopy(unit, 0, all, i * unit.length, unit.length);
        }
        return all;
    }

    private static boolean sr25519(JsonNode c, byte[] message) {
        return Signatures.verify(KeyScheme.SR25519, AccountId.of(hex(c, "publicKey")), message, hex(c, "signature"));
    }

    @TestFactory
    Stream<DynamicTest> junction() {
        return FILE.cases(
                "junction",
                c -> assertThat(hex(Junction.chainCode(c.get("code").asText())))
                        .isEqualTo(c.get("chainCode").asText()));
    }

    @TestFactory
    Stream<DynamicTest> ss58_valid() {
        return FILE.cases("ss58Valid", c -> {
            Ss58.Address address = Ss58.decode(c.get("address").asText());
            assertThat(hex(address.publicKey())).isEqualTo(c.get("publicKey").asText());
            assertThat(address.format()).isEqualTo(c.get("prefix").asInt());
            assertThat(Ss58.encode(address.publicKey(), address.format()))
                    .isEqualTo(c.get("address").asText());
        });
    }

    @TestFactory
    Stream<DynamicTest> ss58_invalid() {
        return FILE.cases(
                "ss58Invalid",
                c -> assertThatThrownBy(() -> Ss58.decode(c.get("address").asText()))
                        .isInstanceOf(InvalidValueException.class));
    }

    @TestFactory
    Stream<DynamicTest> merlin() {
        return FILE.cases("merlin", c -> {
            Transcript transcript = new Transcript(c.get("transcriptLabel").asText());
            for (JsonNode op : c.get("ops")) {
                byte[] label = op.get("label").asText().getBytes(UTF_8);
                if (op.get("op").asText().equals("append")) {
                    transcript.append(
                            label,
                            op.has("dataHex")
                                    ? hex(op, "dataHex")
                                    : repeated(
                                            hex(op, "repeatHex"),
                                            op.get("count").asInt()));
                } else {
                    assertThat(hex(transcript.challenge(label, op.get("length").asInt())))
                            .isEqualTo(op.get("outputHex").asText());
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> ristretto_base_multiple() {
        return FILE.cases("ristrettoBaseMultiple", c -> {
            byte[] scalar = hex(c, "scalarHex");
            String expected = c.get("multipleOfBase").asText();
            assertThat(hex(Multiples.ofBase(scalar).toRistretto())).isEqualTo(expected);
            assertThat(hex(Multiples.difference(scalar, new byte[32], Point.base())
                            .toRistretto()))
                    .isEqualTo(expected);
            assertThat(hex(Point.fromRistretto(List.of(hex(expected)))
                            .get(0)
                            .orElseThrow()
                            .toRistretto()))
                    .isEqualTo(expected);
        });
    }

    @TestFactory
    Stream<DynamicTest> ristretto_invalid_encoding() {
        return FILE.cases(
                "ristrettoInvalidEncoding",
                c -> assertThat(Point.fromRistretto(List.of(hex(c, "encoding"))).get(0))
                        .isEmpty());
    }

    @TestFactory
    Stream<DynamicTest> sr25519_valid() {
        return FILE.cases("sr25519Valid", c -> {
            byte[] message = message(c);
            assertThat(sr25519(c, message)).isTrue();
            if (c.hasNonNull("seed")) {
                try (Keypair key = Keypair.fromSeed(KeyScheme.SR25519, hex(c, "seed"))) {
                    assertThat(hex(key.publicKey()))
                            .isEqualTo(c.get("publicKey").asText());
                    assertThat(Signatures.verify(KeyScheme.SR25519, key.account(), message, key.sign(message)))
                            .isTrue();
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> sr25519_deterministic() {
        return FILE.cases("sr25519Deterministic", c -> {
            byte[] secret = Sr25519.expand(hex(c, "seed"));
            byte[] publicKey = Sr25519.publicKey(secret);
            assertThat(hex(publicKey)).isEqualTo(c.get("publicKey").asText());
            byte[] message = message(c);
            assertThat(hex(Sr25519.sign(secret, publicKey, message, hex(c, "rngBytes"))))
                    .isEqualTo(c.get("signature").asText());
            assertThat(sr25519(c, message)).isTrue();
        });
    }

    @TestFactory
    Stream<DynamicTest> sr25519_invalid() {
        return FILE.cases(
                "sr25519Invalid", c -> assertThat(sr25519(c, message(c))).isFalse());
    }

    @TestFactory
    Stream<DynamicTest> sr25519_edge() {
        return FILE.cases(
                "sr25519Edge",
                c -> assertThat(sr25519(c, message(c)))
                        .isEqualTo(c.get("upstreamAccepts").asBoolean()));
    }

    @TestFactory
    Stream<DynamicTest> bytes_wrapping_is_not_undone_here() {
        return FILE.cases("bytesWrapping", c -> {
            assertThat(sr25519(c, c.get("signedMessageUtf8").asText().getBytes(UTF_8)))
                    .isTrue();
            if (!c.get("signedMessageUtf8").equals(c.get("verifyMessageUtf8"))) {
                assertThat(sr25519(c, c.get("verifyMessageUtf8").asText().getBytes(UTF_8)))
                        .isFalse();
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> ed25519_sign() {
        return FILE.cases("ed25519Sign", c -> {
            byte[] message = message(c);
            try (Keypair key = Keypair.fromSeed(KeyScheme.ED25519, hex(c, "seed"))) {
                assertThat(hex(key.publicKey())).isEqualTo(c.get("publicKey").asText());
                assertThat(key.account().ss58()).isEqualTo(c.get("ss58").asText());
                assertThat(hex(key.sign(message))).isEqualTo(c.get("signature").asText());
                assertThat(Signatures.verify(KeyScheme.ED25519, key.account(), message, hex(c, "signature")))
                        .isTrue();
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> private_key_form() {
        return FILE.cases("privateKeyForm", c -> {
            try (Keypair key = Keypair.fromSeed(KeyScheme.SR25519, hex(c, "miniSecret"));
                    Keypair again = Keypair.fromSr25519Secret(hex(c, "canonical"))) {
                assertThat(hex(key.secretBytes())).isEqualTo(c.get("canonical").asText());
                assertThat(hex(key.publicKey())).isEqualTo(c.get("publicKey").asText());
                assertThat(again.account()).isEqualTo(key.account());
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> dev_account() {
        return FILE.cases("devAccount", c -> {
            String path = c.get("uri").asText();
            for (KeyScheme scheme : KeyScheme.values()) {
                JsonNode expected = c.get(scheme.label());
                if (!path.isEmpty() && !path.startsWith("/") || expected == null || expected.isNull()) {
                    continue; // a phrase of its own is the wallet's to read
                }
                try (Keypair root = Keypair.fromSeed(scheme, hex(DEVELOPMENT_SEED));
                        Keypair key = root.derive(path)) {
                    assertThat(hex(key.publicKey()))
                            .isEqualTo(expected.get("publicKey").asText());
                    assertThat(key.account().ss58())
                            .isEqualTo(expected.get("ss58").asText());
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> every_step_of_a_secret_uri_that_needs_no_phrase() {
        return FILE.cases("secretUri", c -> {
            String uri = c.get("uri").asText();
            byte[] seed;
            if (uri.startsWith("/") && !uri.contains("///")) {
                seed = hex(DEVELOPMENT_SEED);
            } else if (uri.matches("0x[0-9a-fA-F]{64}(/.*)?") && !uri.contains("///")) {
                seed = hex(uri.substring(2, 66));
            } else {
                return; // a phrase or password is the wallet's to read
            }
            byte[] secret = Sr25519.expand(seed);
            for (JsonNode step : c.get("steps")) {
                byte[] code = Junction.chainCode(step.get("junction").asText());
                assertThat(hex(code)).isEqualTo(step.get("chainCode").asText());
                if (step.get("hard").asBoolean()) {
                    byte[] mini = Sr25519.hard(secret, code);
                    if (step.hasNonNull("miniSecret")) {
                        assertThat(hex(mini)).isEqualTo(step.get("miniSecret").asText());
                    }
                    secret = Sr25519.expand(mini);
                } else {
                    secret = Sr25519.soft(secret, Sr25519.publicKey(secret), code, new byte[32]);
                }
                assertThat(hex(Sr25519.publicKey(secret)))
                        .isEqualTo(step.get("publicKey").asText());
            }
            try (Keypair root = Keypair.fromSeed(KeyScheme.SR25519, seed);
                    Keypair key = root.derive(uri.startsWith("0x") ? uri.substring(66) : uri)) {
                assertThat(hex(key.publicKey())).isEqualTo(c.get("publicKey").asText());
                assertThat(key.account().ss58()).isEqualTo(c.get("ss58").asText());
                String actual = hex(key.secretBytes());
                assertThat(actual).startsWith(c.get("secretScalarCanonical").asText());
                if (c.hasNonNull("secretNonce")) {
                    assertThat(actual).endsWith(c.get("secretNonce").asText());
                }
            }
            JsonNode ed25519 = c.get("ed25519");
            String path = uri.startsWith("0x") ? uri.substring(66) : uri;
            try (Keypair root = Keypair.fromSeed(KeyScheme.ED25519, seed)) {
                if (ed25519.has("error")) {
                    assertThatThrownBy(() -> root.derive(path)).isInstanceOf(InvalidValueException.class);
                } else {
                    try (Keypair key = root.derive(path)) {
                        assertThat(hex(key.secretBytes()))
                                .isEqualTo(ed25519.get("seed").asText());
                        assertThat(hex(key.publicKey()))
                                .isEqualTo(ed25519.get("publicKey").asText());
                        assertThat(key.account().ss58())
                                .isEqualTo(ed25519.get("ss58").asText());
                    }
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> extrinsic_payload() {
        return FILE.cases("extrinsicPayload", c -> {
            byte[] payload = hex(c, "payloadHex");
            assertThat(payload).hasSize(c.get("length").asInt());
            assertThat(hex(payload.length > 256 ? Hashes.blake2b256(payload) : payload))
                    .isEqualTo(c.get("signedHex").asText());
        });
    }

    @TestFactory
    Stream<DynamicTest> coldkey_swap_hash() {
        return FILE.cases(
                "coldkeySwapHash",
                c -> assertThat("0x"
                                + hex(Hashes.blake2b256(
                                        AccountId.fromSs58(c.get("address").asText())
                                                .bytes())))
                        .isEqualTo(c.get("hash").asText()));
    }

    @TestFactory
    Stream<DynamicTest> http_message() {
        return FILE.cases("httpMessage", c -> {
            boolean dendrite = c.get("kind").asText().equals("dendrite");
            AccountId signer = AccountId.fromSs58(
                    c.get(dendrite ? "dendriteHotkey" : "axonHotkey").asText());
            byte[] message = c.get("messageUtf8").asText().getBytes(UTF_8);
            byte[] signature = hex(c, "signature");
            assertThat(Signatures.verify(KeyScheme.SR25519, signer, message, signature))
                    .isTrue();
            byte[] longer = Arrays.copyOf(message, message.length + 1);
            assertThat(Signatures.verify(KeyScheme.SR25519, signer, longer, signature))
                    .isFalse();
        });
    }

    @AfterAll
    static void report() {
        FILE.report(
                "meta",
                "mnemonic",
                "mnemonicInvalid",
                "secretUriInvalid",
                "ss58NotAccepted",
                "signInputString",
                "ed25519SealedBox",
                "naclKey",
                "naclKeyfile",
                "naclKeyfileInvalid",
                "ansibleKeyfile",
                "ansibleKeyfileInvalid",
                "fernetKeyfile",
                "detectFormat",
                "keyfileJson",
                "polkadotJson",
                "polkadotJsonInvalid",
                "envPassword",
                "passwordPolicy");
    }
}
