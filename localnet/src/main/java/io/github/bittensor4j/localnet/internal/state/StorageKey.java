package io.github.bittensor4j.localnet.internal.state;

import java.util.Arrays;
import java.util.HexFormat;

/** A storage key or the beginning of one, ordered byte by byte as the chain's trie is. */
public final class StorageKey implements Comparable<StorageKey> {
    private final byte[] bytes;

    private StorageKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A key.
     *
     * @param bytes its bytes; not copied, so not to be changed afterwards
     * @return the key
     */
    public static StorageKey of(byte[] bytes) {
        return new StorageKey(bytes);
    }

    /**
     * Its bytes.
     *
     * @return not to be changed
     */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * This key with more behind it.
     *
     * @param more bytes to add
     * @return a longer key
     */
    public StorageKey plus(byte[] more) {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, longer, bytes.length, more.length);
        return new StorageKey(longer);
    }

    /**
     * Whether this key begins with another.
     *
     * @param prefix the beginning
     * @return true also for the same key
     */
    public boolean startsWith(StorageKey prefix) {
        int length = prefix.bytes.length;
        return bytes.length >= length && Arrays.equals(bytes, 0, length, prefix.bytes, 0, length);
    }

    @Override
    public int compareTo(StorageKey other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StorageKey that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The bytes as {@code 0x} and hex digits. */
    @Override
    public String toString() {
        return "0x" + HexFormat.of().formatHex(bytes);
    }
}
