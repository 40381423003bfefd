package io.github.bittensor4j.protocol.internal.net;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.function.IntPredicate;

/** Bytes that come in parts, up to a limit. Grows with what has come, not with what was announced. For one thread. */
public final class Bytes {
    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int size;

    /** How many there are. */
    public int size() {
        return size;
    }

    /**
     * Takes the next bytes out of a buffer.
     *
     * @param part the buffer
     * @param count how many of its readable bytes
     * @param expected how many bytes there will be in all, as far as known; at least the sum of all counts
     * @param memory asked before more memory is taken: for so many bytes more
     * @return whether it was granted; if not, nothing was taken out of the buffer
     */
    public boolean add(ByteBuf part, int count, int expected, IntPredicate memory) {
        int needed = size + count;
        if (needed > bytes.length) {
            // twice what is here at most: an announced length costs its sender as much as us
            int room = Math.max(needed, Math.min(expected, Math.max(1024, 2 * needed)));
            if (!memory.test(room - bytes.length)) {
                return false;
            }
            bytes = Arrays.copyOf(bytes, room);
        }
        part.readBytes(bytes, size, count);
        size = needed;
        return true;
    }

    /** Gives what has come, and begins anew. */
    public byte[] take() {
        byte[] all = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        bytes = NOTHING;
        size = 0;
        return all;
    }
}
