package io.github.bittensor4j.subtensor;

import java.math.BigInteger;
import java.util.AbstractList;
import java.util.RandomAccess;

/** Many numbers of one type of up to 64 bits, without an object for each. */
final class Numbers extends AbstractList<Object> implements RandomAccess {
    private final long[] bits;
    private final boolean wide;

    /**
     * The array is not copied.
     *
     * @param wide whether the type is unsigned and of 64 bits, so that a plain value is a big integer
     */
    Numbers(long[] bits, boolean wide) {
        this.bits = bits;
        this.wide = wide;
    }

    static Object plain(long bits, boolean wide) {
        if (!wide) {
            return bits;
        }
        return bits >= 0 ? BigInteger.valueOf(bits) : new BigInteger(Long.toUnsignedString(bits));
    }

    @Override
    public Object get(int index) {
        return plain(bits[index], wide);
    }

    @Override
    public int size() {
        return bits.length;
    }

    /** All of them; those of 64 unsigned bits as bits. */
    long[] toLongs() {
        return bits.clone();
    }
}
