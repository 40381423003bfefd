package io.github.bittensor4j.protocol.internal.session;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** X25519 (RFC 7748), HKDF-SHA256 (RFC 5869) and HMAC-SHA256 (RFC 2104) from the JDK's parts. */
final class Secrets {
    /** Length of keys, hashes and points. */
    static final int BYTES = 32;

    private static final int BLOCK = 64;

    /** What stands before the 32 bytes of an X25519 key in its DER form. */
    private static final byte[] SPKI = HexFormat.of().parseHex("302a300506032b656e032100");

    private Secrets() {}

    static KeyPair ephemeral() {
        try {
            return KeyPairGenerator.getInstance("X25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw absent(e);
        }
    }

    static byte[] raw(KeyPair pair) {
        byte[] der = pair.getPublic().getEncoded();
        return Arrays.copyOfRange(der, der.length - BYTES, der.length);
    }

    /**
     * The secret that two ephemeral keys share.
     *
     * @throws GeneralSecurityException when the other's key has small order, with which everybody would share the same
     */
    static byte[] shared(PrivateKey own, byte[] theirs) throws GeneralSecurityException {
        byte[] der = Arrays.copyOf(SPKI, SPKI.length + BYTES);
        System.arraycopy(theirs, 0, der, SPKI.length, BYTES);
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(own);
        agreement.doPhase(KeyFactory.getInstance("X25519").generatePublic(new X509EncodedKeySpec(der)), true);
        return agreement.generateSecret();
    }

    static byte[] extract(byte[] salt, byte[] secret) {
        return hmac(salt, secret);
    }

    /** One block of HKDF-Expand, which is all that is needed. */
    static byte[] expand(byte[] key, String purpose) {
        byte[] info = purpose.getBytes(StandardCharsets.US_ASCII);
        byte[] input = Arrays.copyOf(info, info.length + 1);
        input[info.length] = 1;
        return hmac(key, input);
    }

    private static byte[] hmac(byte[] key, byte[] data) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw absent(e);
        }
    }

    private static IllegalStateException absent(GeneralSecurityException e) {
        return new IllegalStateException("this JVM lacks X25519 or HMAC-SHA256, which every Java 17 has", e);
    }

    /**
     * HMAC-SHA256 under one key, with both padded keys hashed beforehand: for short messages that is 40 % faster than {@link Mac}, which
     * hashes them anew. For one thread.
     */
    static final class Tag {
        private final MessageDigest inner;
        private final MessageDigest outer;

        Tag(byte[] key) {
            byte[] pad = Arrays.copyOf(key, BLOCK);
            inner = padded(pad, 0x36);
            outer = padded(pad, 0x5c);
        }

        private static MessageDigest padded(byte[] key, int with) {
            byte[] pad = new byte[BLOCK];
            for (int i = 0; i < BLOCK; i++) {
                pad[i] = (byte) (key[i] ^ with);
            }
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(pad);
                return digest;
            } catch (NoSuchAlgorithmException e) {
                throw absent(e);
            }
        }

        byte[] of(byte[] bytes, int from, int to) {
            try {
                MessageDigest first = (MessageDigest) inner.clone();
                first.update(bytes, from, to - from);
                MessageDigest second = (MessageDigest) outer.clone();
                return second.digest(first.digest());
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("SHA-256 of this JVM cannot be copied", e);
            }
        }
    }
}
