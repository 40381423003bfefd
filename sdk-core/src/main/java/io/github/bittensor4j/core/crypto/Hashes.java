package io.github.bittensor4j.core.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.Blake2bDigest;
import org.bouncycastle.crypto.digests.KeccakDigest;

/** The hash functions of the chain. Thread-safe. */
public final class Hashes {
    private Hashes() {}

    /**
     * Blake2b of 16 bytes.
     *
     * @param data what to hash
     * @return 16 bytes
     */
    public static byte[] blake2b128(byte[] data) {
        return blake2b(data, 16);
    }

    /**
     * Blake2b of 32 bytes, the chain's own hash.
     *
     * @param data what to hash
     * @return 32 bytes
     */
    public static byte[] blake2b256(byte[] data) {
        return blake2b(data, 32);
    }

    /**
     * Blake2b of 64 bytes.
     *
     * @param data what to hash
     * @return 64 bytes
     */
    public static byte[] blake2b512(byte[] data) {
        return blake2b(data, 64);
    }

    private static byte[] blake2b(byte[] data, int length) {
        Blake2bDigest digest = new Blake2bDigest(length * 8);
        digest.update(data, 0, data.length);
        byte[] out = new byte[length];
        digest.doFinal(out, 0);
        return out;
    }

    /**
     * Blake2b of 16 bytes, then the data itself: keys of storage maps that strangers can choose.
     *
     * @param data what to hash
     * @return 16 bytes and the data
     */
    public static byte[] blake2b128Concat(byte[] data) {
        return concat(blake2b128(data), data);
    }

    /**
     * xxHash64 with seed 0, then the data itself: keys of storage maps that strangers cannot choose.
     *
     * @param data what to hash
     * @return 8 bytes and the data
     */
    public static byte[] twox64Concat(byte[] data) {
        return concat(twox64(data), data);
    }

    private static byte[] concat(byte[] hash, byte[] data) {
        byte[] both = Arrays.copyOf(hash, hash.length + data.length);
        System.arraycopy(data, 0, both, hash.length, data.length);
        return both;
    }

    /**
     * Keccak-256 as Ethereum uses it (not SHA3-256).
     *
     * @param data what to hash
     * @return 32 bytes
     */
    public static byte[] keccak256(byte[] data) {
        KeccakDigest digest = new KeccakDigest(256);
        digest.update(data, 0, data.length);
        byte[] out = new byte[32];
        digest.doFinal(out, 0);
        return out;
    }

    /**
     * SHA-256.
     *
     * @param data what to hash
     * @return 32 bytes
     */
    public static byte[] sha256(byte[] data) {
        return jdk("SHA-256", data);
    }

    /**
     * SHA-512.
     *
     * @param data what to hash
     * @return 64 bytes
     */
    public static byte[] sha512(byte[] data) {
        return jdk("SHA-512", data);
    }

    private static byte[] jdk(String name, byte[] data) {
        try {
            return MessageDigest.getInstance(name).digest(data);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(name + " is part of every Java platform", e);
        }
    }

    /**
     * xxHash64 with seed 0, little-endian.
     *
     * @param data what to hash
     * @return 8 bytes
     */
    public static byte[] twox64(byte[] data) {
        return twox(data, 1);
    }

    /**
     * xxHash64 with seeds 0 and 1, one after the other: the prefix of storage keys.
     *
     * @param data what to hash
     * @return 16 bytes
     */
    public static byte[] twox128(byte[] data) {
        return twox(data, 2);
    }

    /**
     * xxHash64 with seeds 0 to 3, one after the other.
     *
     * @param data what to hash
     * @return 32 bytes
     */
    public static byte[] twox256(byte[] data) {
        return twox(data, 4);
    }

    private static byte[] twox(byte[] data, int lanes) {
        byte[] out = new byte[lanes * 8];
        for (int seed = 0; seed < lanes; seed++) {
            XxHash64.LONGS.set(out, seed * 8, XxHash64.hash(data, seed));
        }
        return out;
    }
}
