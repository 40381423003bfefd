package io.github.bittensor4j.wallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.crypto.Keypair;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports of polkadot-js, sealed boxes and signed text, by answers of the official wallet, polkadot-js and libsodium. */
class ImportTest {
    private static final String ENCODED =
            "Z1yzxASuj21ej3CANbZKc3ibDaOpQPMahTT0qkniyZgAgAAAAQAAAAgAAACSDgflXWKXrX36EmX9XcA6cRpkN+oZX30/9FhtNP17"
                    + "krIG/yHLKmDnL1km1W/nZ+BpC7Qid6IuBvbZeboFyewFeXsKtcoY/bRY6nx/cLB5BND9WpXXS6Enf4RXAX7vPu/BY+o2z7VwPaXy"
                    + "FARfyPTiqJKqLDJWm3W5ZlvK0ks8FBv66mWEBYc+lLx8jvuzDNkdD3pnV3G802OwwHTy";
    private static final String WITHOUT_SCRYPT =
            "8Ce2l8fhRk+eaIMqvya8ce85gvURG65mpIvwzvbLZjoYiEFNVszBYcysBeiyTq9FrzHnGpJ3s3iIPOYAnnu66FLHN9KnsmAC7JZw"
                    + "5hvOXQrjfxC3RW/26cgLICqKuFuE/zA1qEAl26ocgWSKskHZKGg4KJYS/+9GwOj1ztPsoAL/lUe3Yzd5w0KwnQoDlaz3f3R+aP27"
                    + "7ujiVC9jDQ==";

    @Test
    void an_export_opens_with_its_password_only() {
        try (KeyMaterial key =
                KeyMaterial.fromPolkadotJson(export(ENCODED, "sr25519", "scrypt"), "Password123".toCharArray())) {
            assertThat(key.account().ss58()).isEqualTo("5CuByUQBWZci5AtXonuHHhcbRL3yxM5xDdJsTNaYN3vPDY6f");
            assertThat(key.mnemonic()).isEmpty();
        }
        fails(
                WalletException.PASSWORD_WRONG,
                () -> KeyMaterial.fromPolkadotJson(export(ENCODED, "sr25519", "scrypt"), "password123".toCharArray()));
    }

    @Test
    void an_export_of_another_kind_of_key_than_it_says_is_refused() {
        fails(
                WalletException.EXPORT,
                () -> KeyMaterial.fromPolkadotJson(export(ENCODED, "ed25519", "scrypt"), "Password123".toCharArray()));
        fails(
                WalletException.EXPORT,
                () -> KeyMaterial.fromPolkadotJson(export(ENCODED, "ecdsa", "scrypt"), "Password123".toCharArray()));
    }

    @Test
    void without_scrypt_the_password_is_the_key_and_cannot_be_longer_than_one() {
        byte[] json = export(WITHOUT_SCRYPT, "sr25519", "none");
        try (KeyMaterial key = KeyMaterial.fromPolkadotJson(json, "short key path".toCharArray())) {
            assertThat(key.account().ss58()).isEqualTo("5CDfyydAU3EihDisSsvDaR6cJ28aDis41Ai9sDkaf1JGgZx6");
        }
        fails(
                WalletException.EXPORT,
                () -> KeyMaterial.fromPolkadotJson(json, "x".repeat(33).toCharArray()));
    }

    /** N, p and r stand in the file: what it asks for is bounded before anything is allocated. */
    @ParameterizedTest
    @CsvSource({
        "0,1,8",
        "1,1,8",
        "3,1,8",
        "-2147483648,1,8",
        "524288,1,8",
        "131072,0,8",
        "131072,5,8",
        "131072,1,0",
        "131072,1,9",
        "65536,1,1"
    })
    void an_export_cannot_ask_for_any_amount_of_work(int n, int p, int r) {
        byte[] data = Base64.getDecoder().decode(ENCODED);
        ByteBuffer.wrap(data, 32, 12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(n)
                .putInt(p)
                .putInt(r);
        byte[] json = export(Base64.getEncoder().encodeToString(data), "sr25519", "scrypt");
        fails(WalletException.EXPORT, () -> KeyMaterial.fromPolkadotJson(json, "Password123".toCharArray()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "null",
                "{\"encoding\":{\"version\":3}}",
                "{\"encoding\":{\"version\":\"3\"}}",
                "not json"
            })
    void what_is_no_export_is_refused(String text) {
        fails(
                WalletException.EXPORT,
                () -> KeyMaterial.fromPolkadotJson(text.getBytes(StandardCharsets.UTF_8), "pw".toCharArray()));
        fails(WalletException.EXPORT, () -> KeyMaterial.fromPolkadotJson(new byte[70_000], "pw".toCharArray()));
    }

    @Test
    void every_truncation_of_an_export_is_refused() {
        byte[] data = Base64.getDecoder().decode(ENCODED);
        for (int length = 0; length < data.length; length++) {
            byte[] json = export(Base64.getEncoder().encodeToString(Arrays.copyOf(data, length)), "sr25519", "scrypt");
            fails(WalletException.EXPORT, () -> KeyMaterial.fromPolkadotJson(json, "Password123".toCharArray()));
        }
    }

    private static byte[] export(String encoded, String content, String type) {
        return ("{\"encoded\":\"" + encoded + "\",\"encoding\":{\"content\":[\"pkcs8\",\"" + content
                        + "\"],\"type\":[\"" + type
                        + "\",\"xsalsa20-poly1305\"],\"version\":\"3\"},\"address\":\"\",\"meta\":{}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void a_box_sealed_by_libsodium_opens_for_its_recipient_only() {
        byte[] sealed = hex(
                "2f12698dbd3d73de175758414d5dfed884ca24db1bbab6498a09c1c2a905db180120f63a8ca09abb93bafa73bb2a20417c");
        try (Keypair recipient = Keypair.fromSeed(
                        KeyScheme.ED25519, hex("16d0214f4759e4e85182cd42ae0863ce166ca380200eed141205ec84f9e9058e"));
                Keypair other = Keypair.generate(KeyScheme.ED25519);
                Keypair sr25519 = Keypair.generate(KeyScheme.SR25519)) {
            assertThat(SealedBox.open(recipient, sealed)).isEqualTo(hex("fa"));
            fails(WalletException.SEALED, () -> SealedBox.open(other, sealed));
            fails(WalletException.SEALED, () -> SealedBox.open(sr25519, sealed));
            for (int length = 0; length < sealed.length; length++) {
                byte[] cut = Arrays.copyOf(sealed, length);
                fails(WalletException.SEALED, () -> SealedBox.open(recipient, cut));
            }
        }
    }

    @Test
    void a_sealed_box_has_no_use_for_an_account_that_is_no_ed25519_key() {
        byte[] small = new byte[32];
        small[0] = 1;
        fails(WalletException.SEALED, () -> SealedBox.seal(AccountId.of(small), new byte[1]));
    }

    @Test
    void signed_text_verifies_plain_and_as_browser_wallets_wrap_it() {
        try (Keypair key = Keypair.development("Alice")) {
            byte[] plain = SignedText.sign(key, "0x1234");
            byte[] wrapped = key.sign("<Bytes>0x1234</Bytes>".getBytes(StandardCharsets.UTF_8));
            assertThat(SignedText.verify(KeyScheme.SR25519, key.account(), "0x1234", plain))
                    .isTrue();
            assertThat(SignedText.verify(KeyScheme.SR25519, key.account(), "0x1234", wrapped))
                    .isTrue();
            assertThat(SignedText.verify(KeyScheme.SR25519, key.account(), "0x1235", plain))
                    .isFalse();
            assertThat(SignedText.verify(KeyScheme.SR25519, key.account(), "0x1234", new byte[3]))
                    .isFalse();
        }
    }

    /** Anybody can make a signature that schnorrkel takes for the account of zeros. */
    @Test
    void nobody_signs_for_the_account_of_zeros() {
        byte[] forged = hex("5a4a5562b8a226969413987d2a6c40d80abbde4b428e353d9d04f3cc9e8bf66f"
                + "034a34c10492eb82ebba7ab43616a705df6124f4fb0c6136cf3732dbf9da1e81");
        assertThat(SignedText.verify(KeyScheme.SR25519, AccountId.ZERO, "any message", forged))
                .isFalse();
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static void fails(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(WalletException.class)
                .satisfies(e -> assertThat(((WalletException) e).code()).isEqualTo(code));
    }
}
