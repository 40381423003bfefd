package io.github.bittensor4j.wallet;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/** NaCl's secretbox, XSalsa20-Poly1305: the tag of 16 bytes stands before the ciphertext. */
final class SecretBox {
    static final int NONCE = 24;
    static final int TAG = 16;

    private SecretBox() {}

    static byte[] seal(byte[] key, byte[] nonce, byte[] plaintext) {
        XSalsa20Engine cipher = cipher(key, nonce);
        byte[] macKey = macKey(cipher);
        byte[] box = new byte[TAG + plaintext.length];
        cipher.processBytes(plaintext, 0, plaintext.length, box, TAG);
        System.arraycopy(tag(macKey, box), 0, box, 0, TAG);
        Arrays.fill(macKey, (byte) 0);
        return box;
    }

    /** The plaintext, or empty when the key is not the one that sealed it or the box was changed. */
    static Optional<byte[]> open(byte[] key, byte[] nonce, byte[] box) {
        if (box.length < TAG) {
            return Optional.empty();
        }
        XSalsa20Engine cipher = cipher(key, nonce);
        byte[] macKey = macKey(cipher);
        byte[] expected = tag(macKey, box);
        Arrays.fill(macKey, (byte) 0);
        if (!MessageDigest.isEqual(expected, Arrays.copyOf(box, TAG))) {
            return Optional.empty();
        }
        byte[] plaintext = new byte[box.length - TAG];
        cipher.processBytes(box, TAG, plaintext.length, plaintext, 0);
        return Optional.of(plaintext);
    }

    private static XSalsa20Engine cipher(byte[] key, byte[] nonce) {
        XSalsa20Engine cipher = new XSalsa20Engine();
        cipher.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
        return cipher;
    }

    /** The first 32 bytes of the stream, which never touch the text. */
    private static byte[] macKey(XSalsa20Engine cipher) {
        byte[] key = new byte[32];
        cipher.processBytes(key, 0, key.length, key, 0);
        return key;
    }

    private static byte[] tag(byte[] macKey, byte[] box) {
        Poly1305 mac = new Poly1305();
        mac.init(new KeyParameter(macKey));
        mac.update(box, TAG, box.length - TAG);
        byte[] tag = new byte[TAG];
        mac.doFinal(tag, 0);
        return tag;
    }
}
