package io.github.bittensor4j.wallet;

import java.util.Arrays;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;

/** PBKDF2 with HMAC-SHA-256 over passwords of bytes; the JDK's takes characters and does not wipe. */
final class Pbkdf2 {
    private Pbkdf2() {}

    static byte[] sha256(byte[] password, byte[] salt, int iterations, int length) {
        HMac mac = new HMac(new SHA256Digest());
        mac.init(new KeyParameter(password));
        int width = mac.getMacSize();
        byte[] out = new byte[(length + width - 1) / width * width];
        byte[] block = new byte[width];
        for (int at = 0, number = 1; at < length; at += width, number++) {
            mac.update(salt, 0, salt.length);
            mac.update(
                    new byte[] {(byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number},
                    0,
                    4);
            mac.doFinal(block, 0);
            System.arraycopy(block, 0, out, at, width);
            for (int i = 1; i < iterations; i++) {
                mac.update(block, 0, width);
                mac.doFinal(block, 0);
                for (int j = 0; j < width; j++) {
                    out[at + j] ^= block[j];
                }
            }
        }
        byte[] key = Arrays.copyOf(out, length);
        Arrays.fill(out, (byte) 0);
        Arrays.fill(block, (byte) 0);
        return key;
    }

    static byte[] hmacSha256(byte[] key, byte[] data) {
        HMac mac = new HMac(new SHA256Digest());
        mac.init(new KeyParameter(key));
        mac.update(data, 0, data.length);
        byte[] out = new byte[mac.getMacSize()];
        mac.doFinal(out, 0);
        return out;
    }
}
