package io.github.bittensor4j.protocol.internal.session;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes that are put together before they are sent. For one thread. */
public final class Batch {
    private ByteBuffer buffer = ByteBuffer.allocate(1024);

    /** Empty. */
    public Batch() {}

    /**
     * How many bytes there are.
     *
     * @return at least zero
     */
    public int size() {
        return buffer.position();
    }

    byte[] bytes() {
        return buffer.array();
    }

    Batch grow(int more) {
        if (buffer.remaining() < more) {
            int room = Math.max(size() + more, 2 * buffer.capacity());
            buffer = ByteBuffer.wrap(Arrays.copyOf(buffer.array(), room)).position(size());
        }
        return this;
    }

    /**
     * Appends a number of four bytes.
     *
     * @param value big-endian
     * @return this
     */
    public Batch putInt(int value) {
        grow(4).buffer.putInt(value);
        return this;
    }

    Batch putLong(long value) {
        buffer.putLong(value);
        return this;
    }

    /**
     * Appends a byte.
     *
     * @param value the byte
     * @return this
     */
    public Batch put(byte value) {
        grow(1).buffer.put(value);
        return this;
    }

    Batch put(byte[] bytes) {
        buffer.put(bytes);
        return this;
    }

    void put(byte[] bytes, int count) {
        buffer.put(bytes, 0, count);
    }

    /**
     * Replaces four bytes.
     *
     * @param at where they begin
     * @param value big-endian
     */
    public void setInt(int at, int value) {
        buffer.putInt(at, value);
    }

    /**
     * What was put together; begins anew.
     *
     * @return a new array
     */
    public byte[] take() {
        byte[] all = Arrays.copyOf(buffer.array(), size());
        buffer.clear();
        return all;
    }
}
