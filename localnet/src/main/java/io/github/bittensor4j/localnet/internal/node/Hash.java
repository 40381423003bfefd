package io.github.bittensor4j.localnet.internal.node;

import java.util.Arrays;
import java.util.HexFormat;

/** A hash of 32 bytes as a key of maps. */
public final class Hash {
    /** What the genesis block names as its parent. */
    public static final Hash ZERO = new Hash(new byte[32]);

    private final byte[] bytes;

    /**
     * A hash.
     *
     * @param bytes 32 bytes; not copied, not to be changed
     */
    public Hash(byte[] bytes) {
        if (bytes.length != 32) {
            throw new IllegalArgumentException("a hash has 32 bytes, not " + bytes.length);
        }
        this.bytes = bytes;
    }

    /**
     * Its bytes.
     *
     * @return not to be changed
     */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Hash that && Arrays.equals(bytes, that.bytes);
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
