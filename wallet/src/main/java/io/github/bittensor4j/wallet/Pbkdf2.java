package io.github.bittensor4j.wallet;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** PBKDF2 with HMAC-SHA-256 over passwords of bytes. The JDK's own takes characters; its MAC runs at the processor's own speed. */
final class Pbkdf2 {
    private Pbkdf2() {}

    static byte[] sha256(byte[] password, byte[] salt, int iterations, int length) {
        Mac mac = mac(password);
        int width = mac.getMacLength();
        byte[] out = new byte[(length + width - 1) / width * width];
        byte[] block = new byte[width];
        try {
            for (int at = 0, number = 1; at < length; at += width, number++) {
                mac.update(salt);
                mac.update(new byte[] {0, 0, 0, (byte) number});
                mac.doFinal(block, 0);
                System.arraycopy(block, 0, out, at, width);
                for (int i = 1; i < iterations; i++) {
                    mac.update(block);
                    mac.doFinal(block, 0);
                    for (int j = 0; j < width; j++) {
                        out[at + j] ^= block[j];
                    }
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a buffer of the MAC's own length is long enough", e);
        }
        byte[] key = Arrays.copyOf(out, length);
        Arrays.fill(out, (byte) 0);
        Arrays.fill(block, (byte) 0);
        return key;
    }

    static byte[] hmacSha256(byte[] key, byte[] data) {
        return mac(key).doFinal(data);
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            // HMAC pads keys with zeros, so one zero stands for the empty key, which the JDK refuses.
            mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 is part of every Java platform", e);
        }
    }
}
