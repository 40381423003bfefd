package io.github.bittensor4j.wallet;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A Fernet token under a key of ten million PBKDF2 rounds, as the oldest wallets encrypted their files; read only. */
final class FernetToken {
    private static final int ITERATIONS = 10_000_000;
    private static final byte[] SALT =
            "Iguesscyborgslikemyselfhaveatendencytobeparanoidaboutourorigins".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 0x80;
    private static final int HEAD = 1 + 8 + 16;
    private static final int MAC = 32;

    private FernetToken() {}

    /** The key that a password makes: 16 bytes for the MAC, 16 for AES. */
    static byte[] key(byte[] password) {
        return Pbkdf2.sha256(password, SALT, ITERATIONS, 32);
    }

    static byte[] decrypt(byte[] file, byte[] password) {
        byte[] token;
        try {
            token = Base64.getUrlDecoder().decode(new String(file, StandardCharsets.ISO_8859_1).strip());
        } catch (IllegalArgumentException e) {
            throw damaged("it is not URL-safe base64");
        }
        // Checked before the key is derived, which takes seconds.
        if (token.length < HEAD + 16 + MAC || (token.length - HEAD - MAC) % 16 != 0 || (token[0] & 0xff) != VERSION) {
            throw damaged("it is cut short or of another version");
        }
        byte[] key = key(password);
        byte[] macKey = Arrays.copyOf(key, 16);
        byte[] aesKey = Arrays.copyOfRange(key, 16, 32);
        try {
            byte[] expected = Pbkdf2.hmacSha256(macKey, Arrays.copyOf(token, token.length - MAC));
            if (!MessageDigest.isEqual(expected, Arrays.copyOfRange(token, token.length - MAC, token.length))) {
                throw Vault.wrongPassword();
            }
            Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(aesKey, "AES"),
                    new IvParameterSpec(Arrays.copyOfRange(token, 9, HEAD)));
            return cipher.doFinal(token, HEAD, token.length - HEAD - MAC);
        } catch (GeneralSecurityException e) {
            throw damaged("its padding is wrong");
        } finally {
            Arrays.fill(key, (byte) 0);
            Arrays.fill(macKey, (byte) 0);
            Arrays.fill(aesKey, (byte) 0);
        }
    }

    private static WalletException damaged(String what) {
        return new WalletException(
                WalletException.FILE_DAMAGED,
                "encrypted key file (Fernet): " + what,
                "Restore it from a backup or the phrase.");
    }
}
