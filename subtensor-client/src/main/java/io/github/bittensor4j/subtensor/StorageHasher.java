package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.crypto.Hashes;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/** How a storage key is spread over the trie, in the order of metadata's own numbers. */
enum StorageHasher {
    BLAKE2_128(16, false, Hashes::blake2b128),
    BLAKE2_256(32, false, Hashes::blake2b256),
    BLAKE2_128_CONCAT(16, true, Hashes::blake2b128),
    TWOX_128(16, false, Hashes::twox128),
    TWOX_256(32, false, Hashes::twox256),
    TWOX_64_CONCAT(8, true, Hashes::twox64),
    IDENTITY(0, true, key -> new byte[0]);

    private final int hashBytes;
    private final boolean keepsKey;
    private final UnaryOperator<byte[]> function;

    StorageHasher(int hashBytes, boolean keepsKey, UnaryOperator<byte[]> function) {
        this.hashBytes = hashBytes;
        this.keepsKey = keepsKey;
        this.function = function;
    }

    static StorageHasher of(int number) {
        return values()[number];
    }

    int hashBytes() {
        return hashBytes;
    }

    /** Whether the key itself follows its hash, so that it can be read back. */
    boolean keepsKey() {
        return keepsKey;
    }

    byte[] hash(byte[] key) {
        byte[] hash = function.apply(key);
        byte[] all = Arrays.copyOf(hash, hashBytes + (keepsKey ? key.length : 0));
        if (keepsKey) {
            System.arraycopy(key, 0, all, hashBytes, key.length);
        }
        return all;
    }
}
