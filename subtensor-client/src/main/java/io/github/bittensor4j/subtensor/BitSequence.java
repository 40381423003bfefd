package io.github.bittensor4j.subtensor;

import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/** A sequence of bits as it came: a list of objects would be many times its size. */
final class BitSequence extends AbstractList<Boolean> implements RandomAccess {
    private final byte[] data;
    private final int count;
    private final int width;
    private final boolean lowFirst;

    BitSequence(byte[] data, int count, int width, boolean lowFirst) {
        this.data = data;
        this.count = count;
        this.width = width;
        this.lowFirst = lowFirst;
    }

    @Override
    public Boolean get(int index) {
        int at = place(Objects.checkIndex(index, count), width, lowFirst);
        return (data[at >> 3] >> (at & 7) & 1) == 1;
    }

    @Override
    public int size() {
        return count;
    }

    /** Where a bit of a sequence stands: the place, counted from the lowest bit of the first byte. */
    static int place(int i, int width, boolean lowFirst) {
        int word = 8 * width;
        return lowFirst ? i : i / word * word + word - 1 - i % word;
    }
}
