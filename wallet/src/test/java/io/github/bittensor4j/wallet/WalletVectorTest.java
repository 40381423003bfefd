package io.github.bittensor4j.wallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.crypto.Signatures;
import io.github.bittensor4j.core.crypto.Ss58;
import io.github.bittensor4j.testkit.Vectors;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class WalletVectorTest {
    private static final Vectors FILE = Vectors.open("wallet.json");
    private static final HexFormat HEX = HexFormat.of();

    /** A password's key costs seconds, and the file uses few passwords. */
    private static final Map<String, byte[]> KEYS = new ConcurrentHashMap<>();

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> phrases_give_the_same_entropy_seed_and_keys() {
        return FILE.cases("mnemonic", c -> {
            try (Mnemonic mnemonic = Mnemonic.parse(text(c, "mnemonic"))) {
                assertThat(String.join(" ", mnemonic.words())).isEqualTo(text(c, "mnemonic"));
                assertThat(mnemonic.words()).hasSize(c.get("words").asInt());
                assertThat(mnemonic.entropy()).isEqualTo(hex(c, "entropy"));
                byte[] passphrase = utf8(text(c, "password"));
                byte[] mini = mnemonic.miniSecret(passphrase);
                assertThat(mini).isEqualTo(hex(c, "miniSecret"));
                assertThat(mini).isEqualTo(Arrays.copyOf(hex(c, "seed64"), 32));
                try (Keypair sr = Keypair.fromSeed(KeyScheme.SR25519, mini);
                        Keypair ed = Keypair.fromSeed(KeyScheme.ED25519, mini)) {
                    JsonNode expected = c.get("sr25519");
                    assertThat(sr.secretBytes()).isEqualTo(hex(expected, "secretKeyCanonical"));
                    assertThat(divided(hex(expected, "secretKeyEd25519Form"))).isEqualTo(sr.secretBytes());
                    same(sr, expected);
                    assertThat(ed.secretBytes()).isEqualTo(hex(c.get("ed25519"), "seed"));
                    same(ed, c.get("ed25519"));
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> broken_phrases_are_refused() {
        return FILE.cases("mnemonicInvalid", c -> fails(() -> Mnemonic.parse(text(c, "mnemonic"))));
    }

    @TestFactory
    Stream<DynamicTest> secret_uris_give_the_same_keys() {
        return FILE.cases("secretUri", c -> {
            try (SecretUri uri = SecretUri.parse(text(c, "uri"));
                    Keypair key = uri.keypair(KeyScheme.SR25519)) {
                same(key, c);
                byte[] secret = key.secretBytes();
                assertThat(Arrays.copyOf(secret, 32)).isEqualTo(hex(c, "secretScalarCanonical"));
                if (c.path("nonceHalfDeterministic").asBoolean()) {
                    assertThat(Arrays.copyOfRange(secret, 32, 64)).isEqualTo(hex(c, "secretNonce"));
                }
                if (c.path("spCoreSeed").isTextual()) {
                    try (Keypair ofSeed = Keypair.fromSeed(KeyScheme.SR25519, hex(c, "spCoreSeed"))) {
                        assertThat(ofSeed.secretBytes()).isEqualTo(secret);
                    }
                }
                JsonNode ed = c.path("ed25519");
                if (ed.has("error")) {
                    fails(() -> uri.keypair(KeyScheme.ED25519));
                } else if (!ed.isMissingNode()) {
                    try (Keypair edKey = uri.keypair(KeyScheme.ED25519)) {
                        assertThat(edKey.secretBytes()).isEqualTo(hex(ed, "seed"));
                        same(edKey, ed);
                    }
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> broken_secret_uris_are_refused() {
        return FILE.cases("secretUriInvalid", c -> fails(() -> SecretUri.parse(text(c, "uri"))));
    }

    @TestFactory
    Stream<DynamicTest> development_accounts_are_the_well_known_ones() {
        return FILE.cases("devAccount", c -> {
            try (SecretUri uri = SecretUri.parse(text(c, "uri"));
                    Keypair sr = uri.keypair(KeyScheme.SR25519);
                    Keypair ofSeed = Keypair.fromSeed(KeyScheme.SR25519, hex(c.get("sr25519"), "miniSecret"));
                    Keypair ed = uri.keypair(KeyScheme.ED25519)) {
                same(sr, c.get("sr25519"));
                assertThat(ofSeed.secretBytes()).isEqualTo(sr.secretBytes());
                same(ed, c.get("ed25519"));
                assertThat(ed.secretBytes()).isEqualTo(hex(c.get("ed25519"), "seed"));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> addresses_of_foreign_networks_are_no_accounts_of_a_key_file() {
        return FILE.cases(
                "ss58NotAccepted",
                c -> fails(() -> KeyJson.parse(utf8("{\"ss58Address\":\"" + text(c, "address") + "\"}"), true)));
    }

    @TestFactory
    Stream<DynamicTest> wrapped_signatures_of_browser_wallets_verify() {
        return FILE.cases("bytesWrapping", c -> {
            AccountId who = AccountId.of(hex(c, "publicKey"));
            assertThat(SignedText.verify(KeyScheme.SR25519, who, text(c, "verifyMessageUtf8"), hex(c, "signature")))
                    .isEqualTo(c.get("keypairVerify").asBoolean());
            assertThat(Signatures.verify(
                            KeyScheme.SR25519, who, utf8(text(c, "signedMessageUtf8")), hex(c, "signature")))
                    .isTrue();
        });
    }

    @TestFactory
    Stream<DynamicTest> text_is_read_as_python_reads_it() {
        return FILE.cases("signInputString", c -> {
            if (c.has("error")) {
                fails(() -> SignedText.asPythonReads(text(c, "value")));
            } else {
                assertThat(SignedText.asPythonReads(text(c, "value"))).isEqualTo(hex(c, "signedBytesHex"));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> sealed_boxes_of_libsodium_open_and_ours_open_too() {
        return FILE.cases("ed25519SealedBox", c -> {
            try (Keypair key = Keypair.fromSeed(KeyScheme.ED25519, hex(c, "ed25519Seed"))) {
                assertThat(key.publicKey()).isEqualTo(hex(c, "ed25519PublicKey"));
                byte[] plaintext = hex(c, "plaintextHex");
                assertThat(SealedBox.open(key, hex(c, "ciphertextHex"))).isEqualTo(plaintext);
                byte[] sealed = SealedBox.seal(key.account(), plaintext);
                assertThat(SealedBox.open(key, sealed)).isEqualTo(plaintext);
                sealed[sealed.length - 1] ^= 1;
                fails(() -> SealedBox.open(key, sealed));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> passwords_give_the_same_keys() {
        return FILE.cases("naclKey", c -> assertThat(key(text(c, "password"))).isEqualTo(hex(c, "key")));
    }

    @TestFactory
    Stream<DynamicTest> encrypted_key_files_open() {
        return FILE.cases("naclKeyfile", c -> {
            byte[] file = hex(c, "fileHex");
            assertThat(KeyfileFormat.detect(file)).isEqualTo(KeyfileFormat.NACL);
            opened(Vault.open(file, key(text(c, "password"))), c);
        });
    }

    @TestFactory
    Stream<DynamicTest> changed_encrypted_key_files_do_not_open() {
        return FILE.cases("naclKeyfileInvalid", c -> {
            byte[] file = hex(c, "fileHex");
            // What is cut short is refused before a key is derived, which takes seconds.
            if (file.length < 45) {
                fails(() -> Vault.decrypt(file, utf8(text(c, "password"))));
            } else {
                fails(() -> Vault.open(file, key(text(c, "password"))));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> key_files_of_ansible_vault_open() {
        return FILE.cases("ansibleKeyfile", c -> {
            assertThat(KeyfileFormat.detect(utf8(text(c, "fileUtf8")))).isEqualTo(KeyfileFormat.ANSIBLE_VAULT);
            opened(Vault.decrypt(utf8(text(c, "fileUtf8")), utf8(text(c, "password"))), c);
        });
    }

    @TestFactory
    Stream<DynamicTest> changed_key_files_of_ansible_vault_do_not_open() {
        return FILE.cases(
                "ansibleKeyfileInvalid",
                c -> fails(() -> Vault.decrypt(utf8(text(c, "fileUtf8")), utf8(text(c, "password")))));
    }

    @TestFactory
    Stream<DynamicTest> fernet_key_files_open() {
        return FILE.cases("fernetKeyfile", c -> {
            byte[] file = utf8(text(c, "fileUtf8"));
            assertThat(KeyfileFormat.detect(file)).isEqualTo(KeyfileFormat.FERNET);
            opened(Vault.decrypt(file, utf8(text(c, "password"))), c);
        });
    }

    @TestFactory
    Stream<DynamicTest> formats_are_told_by_their_first_bytes() {
        Map<String, KeyfileFormat> names = Map.of(
                "NaCl", KeyfileFormat.NACL,
                "Ansible Vault", KeyfileFormat.ANSIBLE_VAULT,
                "legacy", KeyfileFormat.FERNET,
                "unknown", KeyfileFormat.PLAIN);
        return FILE.cases("detectFormat", c -> {
            KeyfileFormat format = KeyfileFormat.detect(utf8(text(c, "dataUtf8")));
            assertThat(format).isEqualTo(names.get(text(c, "method")));
            assertThat(format.encrypted()).isEqualTo(c.get("encrypted").asBoolean());
        });
    }

    @TestFactory
    Stream<DynamicTest> key_file_json_reads_as_the_official_wallet_reads_it() {
        return FILE.cases("keyfileJson", c -> {
            byte[] json = utf8(text(c, "jsonUtf8"));
            if (c.path("error").asBoolean()) {
                fails(() -> KeyJson.parse(json, false));
                return;
            }
            KeyJson.Content content = KeyJson.parse(json, false);
            assertThat(content.account().bytes()).isEqualTo(hex(c, "publicKey"));
            assertThat(content.account().ss58()).isEqualTo(text(c, "ss58Address"));
            assertThat(content.secret().isPresent())
                    .isEqualTo(c.get("hasPrivate").asBoolean());
            if (c.has("cryptoType")) {
                assertThat(content.scheme().multiSignatureIndex())
                        .isEqualTo(c.get("cryptoType").asInt());
            }
            // What we write of it reads back.
            byte[] written = content.secret().isPresent()
                    ? KeyJson.secretFile(content.secret().get())
                    : KeyJson.publicFile(content.account(), content.scheme());
            assertThat(KeyJson.parse(written, false).account()).isEqualTo(content.account());
        });
    }

    @TestFactory
    Stream<DynamicTest> secret_keys_have_two_forms() {
        return FILE.cases("privateKeyForm", c -> {
            try (KeyMaterial ofSeed = KeyMaterial.fromSeed(KeyScheme.SR25519, hex(c, "miniSecret"));
                    KeyMaterial canonical = KeyMaterial.fromPrivateKey(KeyScheme.SR25519, hex(c, "canonical"))) {
                assertThat(ofSeed.keypair().secretBytes()).isEqualTo(hex(c, "canonical"));
                assertThat(canonical.account().bytes()).isEqualTo(hex(c, "publicKey"));
                assertThat(divided(hex(c, "ed25519Form"))).isEqualTo(hex(c, "canonical"));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> exports_of_polkadot_js_are_imported() {
        return FILE.cases("polkadotJson", c -> {
            byte[] json = utf8(text(c, "json"));
            char[] password = text(c, "password").toCharArray();
            if (c.has("upstreamError")) {
                fails(() -> KeyMaterial.fromPolkadotJson(json, password));
                return;
            }
            try (KeyMaterial key = KeyMaterial.fromPolkadotJson(json, password)) {
                assertThat(key.account().bytes()).isEqualTo(hex(c, "publicKey"));
                assertThat(key.account().ss58()).isEqualTo(text(c, "address"));
                assertThat(key.keypair().scheme().label()).isEqualTo(text(c, "type"));
                if (c.path("seed").isTextual()) {
                    try (Keypair ofSeed = Keypair.fromSeed(key.keypair().scheme(), hex(c, "seed"))) {
                        assertThat(key.keypair().secretBytes()).isEqualTo(ofSeed.secretBytes());
                    }
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> broken_exports_of_polkadot_js_are_refused() {
        return FILE.cases(
                "polkadotJsonInvalid",
                c -> fails(() -> KeyMaterial.fromPolkadotJson(
                        utf8(text(c, "json")), text(c, "password").toCharArray())));
    }

    @TestFactory
    Stream<DynamicTest> password_variables_are_named_and_read_as_the_official_wallet_does() {
        return FILE.cases("envPassword", c -> {
            String name = PasswordVariable.name(Path.of(text(c, "keyfilePath")));
            assertThat(name).isEqualTo(text(c, "variable"));
            assertThat(PasswordVariable.encode(name, text(c, "password").toCharArray()))
                    .isEqualTo(text(c, "value"));
            assertThat(PasswordVariable.decode(name, text(c, "value")))
                    .isEqualTo(text(c, "password").toCharArray());
        });
    }

    @TestFactory
    Stream<DynamicTest> passwords_are_measured_as_the_official_wallet_does() {
        return FILE.cases("passwordPolicy", c -> {
            char[] password = text(c, "password").toCharArray();
            assertThat(utf8(text(c, "password"))).hasSize(c.get("utf8Bytes").asInt());
            assertThat(PasswordPolicy.score(password)).isCloseTo(c.get("score").asDouble(), Offset.offset(1e-6));
            assertThat(PasswordPolicy.accepts(password))
                    .isEqualTo(c.get("strongEnough").asBoolean());
        });
    }

    @AfterAll
    static void report() {
        FILE.report(
                "meta",
                "junction",
                "ss58Valid",
                "ss58Invalid",
                "merlin",
                "ristrettoBaseMultiple",
                "ristrettoInvalidEncoding",
                "sr25519Valid",
                "sr25519Deterministic",
                "sr25519Invalid",
                "sr25519Edge",
                "ed25519Sign",
                "extrinsicPayload",
                "coldkeySwapHash",
                "httpMessage");
    }

    /** The content is the expected one; where it is a usable key, a wallet with it has the expected address. */
    private void opened(byte[] content, JsonNode c) throws Exception {
        assertThat(new String(content, StandardCharsets.UTF_8)).isEqualTo(text(c, "plaintextUtf8"));
        if (!c.path("ss58Address").isTextual()) {
            return;
        }
        WalletRef ref = new WalletRef(folder, "vector", c.get("id").asText());
        Files.createDirectories(ref.hotkeyFile().toAbsolutePath().getParent());
        Files.write(ref.hotkeyFile(), content);
        try (Wallet wallet = Wallet.open(ref)) {
            assertThat(wallet.hotkey().account().ss58()).isEqualTo(text(c, "ss58Address"));
        }
    }

    private static byte[] key(String password) {
        return KEYS.computeIfAbsent(password, p -> Vault.key(utf8(p)));
    }

    private static void same(Keypair key, JsonNode expected) {
        assertThat(key.publicKey()).isEqualTo(hex(expected, "publicKey"));
        assertThat(Ss58.encode(key.publicKey(), Ss58.BITTENSOR)).isEqualTo(text(expected, "ss58"));
    }

    private static byte[] divided(byte[] secret) {
        PolkadotExport.divideByCofactor(secret);
        return secret;
    }

    private static void fails(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(BittensorException.class);
    }

    private static byte[] hex(JsonNode c, String field) {
        return HEX.parseHex(c.get(field).asText());
    }

    private static String text(JsonNode c, String field) {
        return c.get(field).asText();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
