package io.github.bittensor4j.wallet;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/** Encryption of whole key files: writes the {@code $NACL} format, opens that and the older ones. */
final class Vault {
    private static final byte[] MARKER = "$NACL".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD = MARKER.length + SecretBox.NONCE;

    // One salt for every file in the world: that is the format.
    private static final byte[] SALT = HexFormat.of().parseHex("137183dff15a09bc9c90b5518739e9b1");
    private static final int PASSES = 8;
    private static final int KIBIBYTES = 524_288;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Vault() {}

    /** The file's content, decrypted by whatever its first bytes call for. */
    static byte[] decrypt(byte[] file, byte[] password) {
        KeyfileFormat format = KeyfileFormat.detect(file);
        return switch (format) {
            case NACL -> {
                requireWhole(file);
                byte[] key = key(password);
                try {
                    yield open(file, key);
                } finally {
                    Arrays.fill(key, (byte) 0);
                }
            }
            case ANSIBLE_VAULT -> AnsibleVault.decrypt(file, password);
            case FERNET -> FernetToken.decrypt(file, password);
            case PLAIN -> file.clone();
        };
    }

    /** The key of a password: 512 MiB and some seconds. */
    static byte[] key(byte[] password) {
        return Argon2i.hash(password, SALT, PASSES, KIBIBYTES);
    }

    /** A whole file around a content, under a key of {@link #key}. */
    static byte[] seal(byte[] content, byte[] key) {
        byte[] nonce = new byte[SecretBox.NONCE];
        RANDOM.nextBytes(nonce);
        return Bytes.concat(Bytes.concat(MARKER, nonce), SecretBox.seal(key, nonce, content));
    }

    static byte[] open(byte[] file, byte[] key) {
        requireWhole(file);
        byte[] nonce = Arrays.copyOfRange(file, MARKER.length, HEAD);
        return SecretBox.open(key, nonce, Arrays.copyOfRange(file, HEAD, file.length))
                .orElseThrow(Vault::wrongPassword);
    }

    /** Asked before the key is derived, so that a stub of a file costs nothing. */
    private static void requireWhole(byte[] file) {
        if (file.length < HEAD + SecretBox.TAG) {
            throw new WalletException(
                    WalletException.FILE_DAMAGED,
                    "encrypted key file: cut short at " + file.length + " bytes (expected: at least "
                            + (HEAD + SecretBox.TAG) + ")",
                    "Restore it from a backup or the phrase.");
        }
    }

    static WalletException wrongPassword() {
        return new WalletException(
                WalletException.PASSWORD_WRONG,
                "the password is wrong, or the encrypted key file was changed",
                "Try the password again; if it is certainly right, restore the file from a backup or the phrase.");
    }
}
