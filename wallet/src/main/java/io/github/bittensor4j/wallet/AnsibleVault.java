package io.github.bittensor4j.wallet;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Ansible Vault 1.1 and 1.2 with AES256, as older wallets encrypted their files; read only. */
final class AnsibleVault {
    private static final int ITERATIONS = 10_000;
    private static final int BLOCK = 16;

    private AnsibleVault() {}

    static byte[] decrypt(byte[] file, byte[] password) {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        int headerEnd = text.indexOf('\n');
        String[] header = text.substring(0, headerEnd < 0 ? text.length() : headerEnd)
                .strip()
                .split(";", -1);
        boolean known = header.length == 3 && header[1].equals("1.1") || header.length == 4 && header[1].equals("1.2");
        if (!known || !header[2].equals("AES256")) {
            throw damaged("its header is not that of Ansible Vault 1.1 or 1.2 with AES256");
        }
        byte[] inner =
                Bytes.fromHex(headerEnd < 0 ? "" : text.substring(headerEnd + 1).replaceAll("[\\r\\n]", ""));
        if (inner == null) {
            throw damaged("its body is not hexadecimal");
        }
        String[] parts = new String(inner, StandardCharsets.ISO_8859_1).split("\n", -1);
        if (parts.length != 3) {
            throw damaged("its body has not three parts");
        }
        byte[] salt = Bytes.fromHex(parts[0]);
        byte[] mac = Bytes.fromHex(parts[1]);
        byte[] ciphertext = Bytes.fromHex(parts[2]);
        if (salt == null || mac == null || ciphertext == null) {
            throw damaged("a part of its body is not hexadecimal");
        }
        byte[] derived = Pbkdf2.sha256(password, salt, ITERATIONS, 80);
        byte[] encryptionKey = Arrays.copyOf(derived, 32);
        byte[] macKey = Arrays.copyOfRange(derived, 32, 64);
        try {
            if (!MessageDigest.isEqual(mac, Pbkdf2.hmacSha256(macKey, ciphertext))) {
                throw Vault.wrongPassword();
            }
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(encryptionKey, "AES"),
                    new IvParameterSpec(Arrays.copyOfRange(derived, 64, 80)));
            byte[] padded = cipher.doFinal(ciphertext);
            byte[] plaintext = unpad(padded);
            Arrays.fill(padded, (byte) 0);
            return plaintext;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES in counter mode is part of every Java platform", e);
        } finally {
            Arrays.fill(derived, (byte) 0);
            Arrays.fill(encryptionKey, (byte) 0);
            Arrays.fill(macKey, (byte) 0);
        }
    }

    private static byte[] unpad(byte[] padded) {
        int pad = padded.length == 0 ? 0 : padded[padded.length - 1];
        if (pad < 1 || pad > BLOCK || pad > padded.length) {
            throw damaged("its padding is wrong");
        }
        for (int i = padded.length - pad; i < padded.length; i++) {
            if (padded[i] != pad) {
                throw damaged("its padding is wrong");
            }
        }
        return Arrays.copyOf(padded, padded.length - pad);
    }

    private static WalletException damaged(String what) {
        return new WalletException(
                WalletException.FILE_DAMAGED, "encrypted key file: " + what, "Restore it from a backup or the phrase.");
    }
}
