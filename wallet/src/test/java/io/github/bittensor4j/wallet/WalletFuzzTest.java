package io.github.bittensor4j.wallet;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.testkit.Mutations;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Key files of strangers: named errors that repeat no secret, and an account only where everything in the file agrees on it. */
class WalletFuzzTest {
    private static final byte[] SEED = new byte[32];
    private static final byte[] KEY = new byte[32];
    private static final byte[] CONTENT = "{\"secretSeed\":\"none\"}".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SEALED = Vault.seal(CONTENT, KEY);

    static List<byte[]> files() {
        try (KeyMaterial sr25519 = KeyMaterial.fromSeed(KeyScheme.SR25519, SEED);
                KeyMaterial ed25519 = KeyMaterial.fromSeed(KeyScheme.ED25519, SEED)) {
            return List.of(
                    KeyJson.secretFile(sr25519),
                    KeyJson.secretFile(ed25519),
                    KeyJson.publicFile(sr25519.account(), KeyScheme.SR25519),
                    KeyJson.publicFile(ed25519.account(), KeyScheme.ED25519),
                    ("0x" + "00".repeat(64)).getBytes(StandardCharsets.US_ASCII),
                    ("{\"a\":".repeat(100) + "1" + "}".repeat(100)).getBytes(StandardCharsets.US_ASCII));
        }
    }

    @MethodSource("files")
    @FuzzTest
    void a_key_file_is_refused_by_name_or_reads_the_same_when_it_is_written_anew(byte[] file) {
        for (boolean publicFile : new boolean[] {true, false}) {
            KeyJson.Content content;
            try {
                content = KeyJson.parse(file, publicFile);
            } catch (WalletException e) {
                assertThat(e.code()).isNotEmpty();
                continue;
            }
            byte[] written = content.secret()
                    .map(KeyJson::secretFile)
                    .orElseGet(() -> KeyJson.publicFile(content.account(), content.scheme()));
            KeyJson.Content again = KeyJson.parse(written, publicFile);
            assertThat(again.account()).isEqualTo(content.account());
            assertThat(again.scheme()).isEqualTo(content.scheme());
            content.secret().ifPresent(KeyMaterial::close);
            again.secret().ifPresent(KeyMaterial::close);
        }
    }

    @Test
    @Timeout(240)
    void mutated_key_files() {
        Mutations.each(
                41, 3_000, files(), this::a_key_file_is_refused_by_name_or_reads_the_same_when_it_is_written_anew);
    }

    /** What is done to a sealed file: bits to flip, and bytes behind it. */
    static List<byte[]> flips() {
        byte[] last = new byte[SEALED.length];
        last[last.length - 1] = 1;
        return List.of(new byte[SEALED.length], last, new byte[] {1}, new byte[SEALED.length + 1]);
    }

    @MethodSource("flips")
    @FuzzTest
    void a_sealed_file_opens_only_as_it_was_sealed(byte[] flips) {
        byte[] file = Arrays.copyOf(SEALED, Math.max(SEALED.length, flips.length));
        for (int i = 0; i < flips.length; i++) {
            file[i] ^= flips[i];
        }
        byte[] opened;
        try {
            opened = Vault.open(file, KEY);
        } catch (WalletException e) {
            return;
        }
        // the format's first letters are a label and stand outside the seal
        int label = "$NACL".length();
        assertThat(Arrays.copyOfRange(file, label, file.length))
                .isEqualTo(Arrays.copyOfRange(SEALED, label, SEALED.length));
        assertThat(opened).isEqualTo(CONTENT);
    }

    @Test
    @Timeout(240)
    void mutated_sealed_files() {
        Mutations.each(42, 5_000, flips(), this::a_sealed_file_opens_only_as_it_was_sealed);
    }

    static List<byte[]> exports() {
        String form =
                "{\"encoded\":\"%s\",\"encoding\":{\"content\":[\"pkcs8\",\"sr25519\"],\"type\":[\"xsalsa20-poly1305\"],"
                        + "\"version\":\"3\"},\"address\":\"\",\"meta\":{}}";
        return List.of(
                form.formatted("A".repeat(212)).getBytes(StandardCharsets.US_ASCII),
                form.formatted("").getBytes(StandardCharsets.US_ASCII));
    }

    @MethodSource("exports")
    @FuzzTest
    void an_export_that_nobody_sealed_is_refused_by_name(byte[] json) {
        String text = new String(json, StandardCharsets.ISO_8859_1);
        if (text.contains("scrypt")) {
            return; // costs what it says, up to a bound; not for thousands of inputs
        }
        try {
            PolkadotExport.open(json, new byte[3]).close();
        } catch (WalletException e) {
            return;
        }
        throw new AssertionError("opened what nobody sealed");
    }

    @Test
    @Timeout(240)
    void mutated_exports() {
        Mutations.each(43, 5_000, exports(), this::an_export_that_nobody_sealed_is_refused_by_name);
    }

    static List<byte[]> uris() {
        return List.of(
                "//Alice".getBytes(StandardCharsets.US_ASCII),
                ("0x" + "01".repeat(32) + "//hard/soft//7///pass").getBytes(StandardCharsets.US_ASCII),
                "bottom drive obey lake curtain smoke basket hold race lonely fit walk/x"
                        .getBytes(StandardCharsets.US_ASCII));
    }

    @MethodSource("uris")
    @FuzzTest
    void a_secret_uri_makes_a_key_or_is_refused_by_name(byte[] text) {
        try (SecretUri uri = SecretUri.parse(new String(text, StandardCharsets.UTF_8));
                KeyMaterial key = KeyMaterial.fromUri(KeyScheme.SR25519, uri)) {
            assertThat(key.account()).isNotNull();
        } catch (BittensorException e) {
            assertThat(e.code()).isNotEmpty();
        }
    }

    @Test
    @Timeout(240)
    void mutated_uris() {
        Mutations.each(44, 500, uris(), this::a_secret_uri_makes_a_key_or_is_refused_by_name);
    }
}
