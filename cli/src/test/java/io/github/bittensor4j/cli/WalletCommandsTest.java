package io.github.bittensor4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.wallet.KeyMaterial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalletCommandsTest {
    @TempDir
    Path folder;

    @Test
    void a_created_wallet_is_listed_signs_and_its_signature_verifies() {
        JsonNode created = create().json();
        JsonNode listed = Jbt.run("wallet", "list", "--wallet-path", folder.toString(), "--json")
                .json();
        JsonNode signed = Jbt.run(
                        "wallet",
                        "sign",
                        "--message",
                        "hello",
                        "--use-hotkey",
                        "--wallet-path",
                        folder.toString(),
                        "--json")
                .json();
        Jbt verified = Jbt.run(
                "wallet",
                "verify",
                "--message",
                "hello",
                "--signature",
                signed.get("signed_message").asText(),
                "--ss58",
                created.get("hotkey_ss58").asText());

        assertThat(listed.at("/coldkeys/0/ss58")).isEqualTo(created.get("coldkey_ss58"));
        assertThat(listed.at("/coldkeys/0/hotkeys/0/ss58")).isEqualTo(created.get("hotkey_ss58"));
        assertThat(signed.get("signer_address")).isEqualTo(created.get("hotkey_ss58"));
        assertThat(verified.status()).isZero();
    }

    @Test
    void a_signature_of_another_text_does_not_verify_and_the_status_says_so() {
        JsonNode created = create().json();
        JsonNode signed = Jbt.run("wallet", "sign", "--message", "hello", "--wallet-path", folder.toString(), "--json")
                .json();
        Jbt verified = Jbt.run(
                "wallet",
                "verify",
                "--message",
                "other",
                "--signature",
                signed.get("signed_message").asText(),
                "--ss58",
                created.get("coldkey_ss58").asText());

        assertThat(verified.status()).isEqualTo(1);
        assertThat(verified.out()).contains("not valid");
    }

    @Test
    void the_all_zero_key_signs_for_nobody() {
        Jbt verified = Jbt.run(
                "wallet",
                "verify",
                "--message",
                "m",
                "--signature",
                "00".repeat(63) + "80",
                "--ss58",
                "5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM");

        assertThat(verified.status()).isEqualTo(1);
    }

    @Test
    void a_wallet_is_not_overwritten_unless_asked() throws IOException {
        create();
        byte[] before = Files.readAllBytes(folder.resolve("default/coldkey"));

        Jbt again = create();

        assertThat(again.status()).isEqualTo(3);
        assertThat(again.err()).contains("--overwrite");
        assertThat(Files.readAllBytes(folder.resolve("default/coldkey"))).isEqualTo(before);
    }

    @Test
    void phrases_are_shown_to_people_only() {
        assertThat(create().out()).doesNotContain("phrase").doesNotContain("mnemonic");
        assertThat(Jbt.run("wallet", "create", "--no-password", "-w", "second", "--wallet-path", folder.toString())
                        .out())
                .contains("phrase: ");
    }

    @Test
    void a_weak_password_is_refused_before_anything_is_written() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "abc\n");

        Jbt jbt = Jbt.run(
                "wallet", "create", "--wallet-password-file", file.toString(), "--wallet-path", folder.toString());

        assertThat(jbt.status()).isEqualTo(3);
        assertThat(jbt.err()).hasLineCount(1).doesNotContain("abc");
        assertThat(folder.resolve("default")).doesNotExist();
    }

    @Test
    void a_phrase_that_was_written_down_brings_both_keys_back() throws IOException {
        String path = folder.toString();
        Jbt made = Jbt.run("wallet", "create", "--no-password", "-w", "lost", "--wallet-path", path);
        List<String> phrases = made.out()
                .lines()
                .filter(line -> line.startsWith("  phrase: "))
                .map(line -> line.substring("  phrase: ".length()))
                .toList();
        Path cold = Files.writeString(folder.resolve("cold"), phrases.get(0) + "\n");
        Path hot = Files.writeString(folder.resolve("hot"), phrases.get(1));

        Jbt coldkey = Jbt.run(
                "wallet", "regen-coldkey", "--no-password", "--phrase-file", cold.toString(), "--wallet-path", path);
        Jbt hotkey =
                Jbt.run("wallet", "regen-hotkey", "--phrase-file", hot.toString(), "--wallet-path", path, "--json");

        assertThat(coldkey.status()).as(coldkey.err()).isZero();
        assertThat(coldkey.out()).doesNotContain(phrases.get(0));
        assertThat(made.out()).contains(hotkey.json().get("hotkey_ss58").asText());
        for (String file : List.of("coldkeypub.txt", "hotkeys/default")) {
            assertThat(folder.resolve("lost").resolve(file))
                    .hasSameTextualContentAs(folder.resolve("default").resolve(file));
        }
    }

    @Test
    void a_seed_brings_a_key_back_and_a_mistyped_one_is_not_shown() throws IOException {
        Path seed = Files.writeString(folder.resolve("seed"), "0x" + "01".repeat(32));
        Path wrong = Files.writeString(folder.resolve("wrong"), "0x" + "01".repeat(31) + "0z");

        Jbt right = regenHotkey("mine", seed);
        Jbt mistyped = regenHotkey("other", wrong);

        assertThat(right.status()).as(right.err()).isZero();
        assertThat(right.json().get("hotkey_ss58").asText())
                .isEqualTo(KeyMaterial.fromSeed(KeyScheme.SR25519, repeated((byte) 1))
                        .account()
                        .ss58());
        assertThat(mistyped.status()).isEqualTo(3);
        assertThat(mistyped.err()).contains("seed: not hex").doesNotContain("0101");
    }

    @Test
    void the_wrong_phrase_does_not_take_the_place_of_a_key_whose_address_is_known() throws IOException {
        create();
        Files.delete(folder.resolve("default/hotkeys/default"));
        Path seed = Files.writeString(folder.resolve("seed"), "0x" + "01".repeat(32));

        Jbt jbt = regenHotkey("default", seed);

        assertThat(jbt.status()).isEqualTo(3);
        assertThat(folder.resolve("default/hotkeys/default")).doesNotExist();
    }

    @Test
    void a_wallet_takes_one_more_hotkey() {
        create();

        Jbt second =
                Jbt.run("wallet", "new-hotkey", "-H", "second", "--n-words", "24", "--wallet-path", folder.toString());
        Jbt again = Jbt.run("wallet", "new-hotkey", "-H", "second", "--wallet-path", folder.toString());
        JsonNode listed = Jbt.run("wallet", "list", "--wallet-path", folder.toString(), "--json")
                .json();

        assertThat(second.status()).as(second.err()).isZero();
        assertThat(second.out()).contains("phrase: ");
        assertThat(listed.at("/coldkeys/0/hotkeys")).hasSize(2);
        assertThat(again.status()).isEqualTo(3);
        assertThat(again.err()).hasLineCount(1).contains("--overwrite");
    }

    private Jbt regenHotkey(String name, Path file) {
        return Jbt.run(
                "wallet",
                "regen-hotkey",
                "-H",
                name,
                "--phrase-file",
                file.toString(),
                "--wallet-path",
                folder.toString(),
                "--json");
    }

    private static byte[] repeated(byte value) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, value);
        return bytes;
    }

    private Jbt create() {
        return Jbt.run("wallet", "create", "--no-password", "--wallet-path", folder.toString(), "--json");
    }
}
