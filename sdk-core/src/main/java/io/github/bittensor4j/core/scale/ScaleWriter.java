package io.github.bittensor4j.core.scale;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes SCALE into a growing buffer. Not thread-safe: one writer, one value. */
public final class ScaleWriter {
    private byte[] buffer;
    private int size;

    /** A writer with room for a small value. */
    public ScaleWriter() {
        this(64);
    }

    /**
     * A writer with room for a value of about this size.
     *
     * @param capacity bytes to begin with
     */
    public ScaleWriter(int capacity) {
        buffer = new byte[Math.max(16, capacity)];
    }

    private int grow(int more) {
        int at = size;
        size = Math.addExact(size, more);
        if (size > buffer.length) {
            buffer = Arrays.copyOf(buffer, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(size, buffer.length * 2L)));
        }
        return at;
    }

    /**
     * One byte.
     *
     * @param value its low eight bits
     * @return this
     */
    public ScaleWriter u8(int value) {
        int at = grow(1);
        buffer[at] = (byte) value;
        return this;
    }

    /**
     * A boolean, as 0 or 1.
     *
     * @param value the boolean
     * @return this
     */
    public ScaleWriter bool(boolean value) {
        return u8(value ? 1 : 0);
    }

    /**
     * A 16-bit number.
     *
     * @param value its low sixteen bits
     * @return this
     */
    public ScaleWriter u16(int value) {
        return littleEndian(value, 2);
    }

    /**
     * A 32-bit number.
     *
     * @param value its low 32 bits
     * @return this
     */
    public ScaleWriter u32(long value) {
        return littleEndian(value, 4);
    }

    /**
     * A 64-bit number, signed or unsigned.
     *
     * @param value the bits
     * @return this
     */
    public ScaleWriter u64(long value) {
        return littleEndian(value, 8);
    }

    /**
     * An unsigned 128-bit number.
     *
     * @param value 0 to 2^128 - 1
     * @return this
     * @throws ScaleException when out of range
     */
    public ScaleWriter u128(BigInteger value) {
        return fixed(value, 16, false);
    }

    /**
     * A signed 128-bit number.
     *
     * @param value -2^127 to 2^127 - 1
     * @return this
     * @throws ScaleException when out of range
     */
    public ScaleWriter i128(BigInteger value) {
        return fixed(value, 16, true);
    }

    /**
     * A whole number of a given width, little-endian, two's complement when signed.
     *
     * @param value the number
     * @param bytes its width
     * @param signed whether negative numbers are allowed
     * @return this
     * @throws ScaleException when out of range
     */
    public ScaleWriter fixed(BigInteger value, int bytes, boolean signed) {
        if (signed ? value.bitLength() >= bytes * 8 : value.signum() < 0 || value.bitLength() > bytes * 8) {
            throw new ScaleException(
                    "scale.range", "number: " + value + " (expected: " + (signed ? "i" : "u") + bytes * 8 + ")");
        }
        byte[] big = value.toByteArray();
        int at = grow(bytes);
        byte fill = (byte) (value.signum() < 0 ? -1 : 0);
        for (int i = 0; i < bytes; i++) {
            int from = big.length - 1 - i;
            buffer[at + i] = from >= 0 ? big[from] : fill;
        }
        return this;
    }

    private ScaleWriter littleEndian(long value, int bytes) {
        int at = grow(bytes);
        for (int i = 0; i < bytes; i++) {
            buffer[at + i] = (byte) (value >>> (8 * i));
        }
        return this;
    }

    /**
     * A compact number of up to 64 bits.
     *
     * @param value read as unsigned, as the amounts of {@code Tao} and {@code Alpha} are
     * @return this
     */
    public ScaleWriter compact(long value) {
        if (value < 0) {
            return u8(8 - 4 << 2 | 3).u64(value);
        }
        if (value < 1 << 6) {
            return u8((int) value << 2);
        }
        if (value < 1 << 14) {
            return u16((int) value << 2 | 1);
        }
        if (value < 1 << 30) {
            return u32(value << 2 | 2);
        }
        int bytes = Math.max(4, (64 - Long.numberOfLeadingZeros(value) + 7) / 8);
        return u8(bytes - 4 << 2 | 3).littleEndian(value, bytes);
    }

    /**
     * A compact number of any size up to 536 bits.
     *
     * @param value not negative
     * @return this
     * @throws ScaleException when negative or larger
     */
    public ScaleWriter compact(BigInteger value) {
        if (value.signum() < 0 || value.bitLength() > 536) {
            throw new ScaleException("scale.range", "compact number: " + value + " (expected: 0 to 2^536 - 1)");
        }
        if (value.bitLength() < 63) {
            return compact(value.longValue());
        }
        int bytes = (value.bitLength() + 7) / 8;
        return u8(bytes - 4 << 2 | 3).fixed(value, bytes, false);
    }

    /**
     * Bytes as they are, without a length.
     *
     * @param value the bytes
     * @return this
     */
    public ScaleWriter raw(byte[] value) {
        int at = grow(value.length);
        System.arraycopy(value, 0, buffer, at, value.length);
        return this;
    }

    /**
     * A byte vector: compact length and bytes.
     *
     * @param value the bytes
     * @return this
     */
    public ScaleWriter bytes(byte[] value) {
        return compact(value.length).raw(value);
    }

    /**
     * A text: compact length in bytes and UTF-8.
     *
     * @param value the text
     * @return this
     */
    public ScaleWriter text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * How much was written.
     *
     * @return in bytes
     */
    public int size() {
        return size;
    }

    /**
     * What was written.
     *
     * @return a copy
     */
    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, size);
    }
}
