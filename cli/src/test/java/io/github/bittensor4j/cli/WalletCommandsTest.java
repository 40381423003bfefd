package io.github.bittensor4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private Jbt create() {
        return Jbt.run("wallet", "create", "--no-password", "--wallet-path", folder.toString(), "--json");
    }
}
