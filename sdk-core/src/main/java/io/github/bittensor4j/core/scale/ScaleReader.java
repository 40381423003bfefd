package io.github.bittensor4j.core.scale;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads SCALE from bytes of strangers: every read is bounded by what is there, compact numbers must be canonical, and nothing is
 * allocated for a length before that many bytes are known to be present. Not thread-safe.
 */
public final class ScaleReader {
    private final byte[] data;
    private int at;
    private final int end;

    /**
     * A reader over all bytes.
     *
     * @param data not copied: do not change it meanwhile
     */
    public ScaleReader(byte[] data) {
        this(data, 0, data.length);
    }

    /**
     * A reader over a part.
     *
     * @param data not copied: do not change it meanwhile
     * @param from the first byte
     * @param to after the last byte
     */
    public ScaleReader(byte[] data, int from, int to) {
        if (from < 0 || to < from || to > data.length) {
            throw new IndexOutOfBoundsException("from " + from + " to " + to + " of " + data.length);
        }
        this.data = data;
        this.at = from;
        this.end = to;
    }

    /**
     * Where the next read begins.
     *
     * @return index into the bytes given
     */
    public int position() {
        return at;
    }

    /**
     * How much is left.
     *
     * @return in bytes
     */
    public int remaining() {
        return end - at;
    }

    private int take(long bytes) {
        if (bytes < 0 || bytes > end - at) {
            throw new ScaleException(
                    "scale.truncated",
                    "SCALE: " + Long.toUnsignedString(bytes) + " bytes wanted at " + at + ", " + (end - at) + " left");
        }
        int from = at;
        at += (int) bytes;
        return from;
    }

    /**
     * Passes over bytes without looking at them.
     *
     * @param bytes how many
     * @throws ScaleException when there are fewer
     */
    public void skip(long bytes) {
        take(bytes);
    }

    /**
     * One byte.
     *
     * @return 0 to 255
     */
    public int u8() {
        if (at >= end) {
            take(1);
        }
        return data[at++] & 0xff;
    }

    /**
     * A boolean.
     *
     * @return the boolean
     * @throws ScaleException when the byte is neither 0 nor 1
     */
    public boolean bool() {
        int value = u8();
        if (value > 1) {
            throw new ScaleException("scale.bool", "boolean: " + value + " at " + (at - 1) + " (expected: 0 or 1)");
        }
        return value == 1;
    }

    /**
     * An unsigned 16-bit number.
     *
     * @return 0 to 65535
     */
    public int u16() {
        return (int) littleEndian(2);
    }

    /**
     * An unsigned 32-bit number.
     *
     * @return 0 to 2^32 - 1
     */
    public long u32() {
        return littleEndian(4);
    }

    /**
     * A 64-bit number, signed or unsigned.
     *
     * @return the bits
     */
    public long u64() {
        return littleEndian(8);
    }

    private long littleEndian(int bytes) {
        int from = take(bytes);
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = value << 8 | data[from + i] & 0xff;
        }
        return value;
    }

    /**
     * An unsigned 128-bit number.
     *
     * @return 0 to 2^128 - 1
     */
    public BigInteger u128() {
        return fixed(16, false);
    }

    /**
     * A signed 128-bit number.
     *
     * @return -2^127 to 2^127 - 1
     */
    public BigInteger i128() {
        return fixed(16, true);
    }

    /**
     * A whole number of a given width, little-endian, two's complement when signed.
     *
     * @param bytes its width
     * @param signed whether the top bit is a sign
     * @return the number
     */
    public BigInteger fixed(int bytes, boolean signed) {
        int from = take(bytes);
        byte[] big = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            big[i] = data[from + bytes - 1 - i];
        }
        return signed ? new BigInteger(big) : new BigInteger(1, big);
    }

    /**
     * A compact number that fits 63 bits.
     *
     * @return 0 to 2^63 - 1
     * @throws ScaleException when it is larger or not in its shortest form
     */
    public long compact() {
        long value = compact64();
        if (value < 0) {
            throw tooLarge(new BigInteger(Long.toUnsignedString(value)), 63);
        }
        return value;
    }

    /**
     * A compact number that fits 64 bits.
     *
     * @return its bits, to be read as unsigned
     * @throws ScaleException when it is larger or not in its shortest form
     */
    public long compact64() {
        int start = at;
        int first = u8();
        if ((first & 3) != 3) {
            return small(first, start);
        }
        int bytes = (first >> 2) + 4;
        if (bytes > 8) {
            at = start;
            throw tooLarge(compactBig(), 64);
        }
        long value = littleEndian(bytes);
        requireCanonical(data[at - 1] != 0 && (bytes > 4 || value >>> 30 != 0), start);
        return value;
    }

    private ScaleException tooLarge(BigInteger value, int bits) {
        return new ScaleException(
                "scale.range", "compact number: " + value + " before " + at + " (expected: below 2^" + bits + ")");
    }

    // The modes of one, two and four bytes, told by the two lowest bits of the first.
    private long small(int first, int start) {
        switch (first & 3) {
            case 0:
                return first >> 2;
            case 1:
                long two = (first | (long) u8() << 8) >> 2;
                requireCanonical(two >= 1 << 6, start);
                return two;
            default:
                long four = (first | littleEndian(3) << 8) >> 2;
                requireCanonical(four >= 1 << 14, start);
                return four;
        }
    }

    /**
     * A compact number of any size.
     *
     * @return 0 to 2^536 - 1
     * @throws ScaleException when it is not in its shortest form
     */
    public BigInteger compactBig() {
        int start = at;
        int first = u8();
        if ((first & 3) != 3) {
            return BigInteger.valueOf(small(first, start));
        }
        int bytes = (first >> 2) + 4;
        BigInteger value = fixed(bytes, false);
        requireCanonical(data[at - 1] != 0 && (bytes > 4 || value.bitLength() > 30), start);
        return value;
    }

    private void requireCanonical(boolean canonical, int start) {
        if (!canonical) {
            throw new ScaleException("scale.canonical", "compact number at " + start + " is not in its shortest form");
        }
    }

    /**
     * The number of elements of a vector, checked against what is left.
     *
     * @param elementBytes the least size of one element; 0 for elements without bytes
     * @return the count
     * @throws ScaleException when more are claimed than can be there; at most 2^20 of elements without bytes
     */
    public int length(int elementBytes) {
        long count = compact();
        long limit = elementBytes == 0 ? 1 << 20 : remaining() / elementBytes;
        if (count > limit) {
            throw new ScaleException(
                    "scale.length",
                    "vector of " + count + " elements before " + at + " (expected: at most " + limit + ", "
                            + remaining() + " bytes are left)");
        }
        return (int) count;
    }

    /**
     * Bytes without a length.
     *
     * @param count how many
     * @return a copy
     */
    public byte[] raw(int count) {
        int from = take(count);
        return Arrays.copyOfRange(data, from, from + count);
    }

    /**
     * A byte vector.
     *
     * @return a copy
     */
    public byte[] bytes() {
        return raw(length(1));
    }

    /**
     * A text.
     *
     * @return the text
     * @throws ScaleException when the bytes are not UTF-8
     */
    public String text() {
        int start = at;
        int count = length(1);
        int from = take(count);
        if (isAscii(from, count)) {
            return new String(data, from, count, StandardCharsets.ISO_8859_1);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(data, from, count))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ScaleException("scale.text", "text at " + start + " is not UTF-8");
        }
    }

    private boolean isAscii(int from, int count) {
        int or = 0;
        for (int i = from; i < from + count; i++) {
            or |= data[i];
        }
        return or >= 0;
    }

    /**
     * Demands that everything was read.
     *
     * @throws ScaleException when bytes are left
     */
    public void end() {
        if (at != end) {
            throw new ScaleException("scale.trailing", "SCALE: " + (end - at) + " bytes left over at " + at);
        }
    }
}
