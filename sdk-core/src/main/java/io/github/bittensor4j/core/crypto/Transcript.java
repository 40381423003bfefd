package io.github.bittensor4j.core.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A Merlin transcript: labelled messages absorbed into STROBE-128, challenges squeezed out of it. Only the STROBE operations that
 * Merlin needs are here. Not thread-safe; {@link #copy} forks it.
 */
final class Transcript {
    private static final int RATE = 166;

    private static final int INBOUND = 1;
    private static final int APPLICATION = 2;
    private static final int CIPHER = 4;
    private static final int META = 16;
    private static final int EXCHANGE = 32;

    private static final byte[] DOMAIN = ascii("dom-sep");
    private static final byte[] RNG = ascii("rng");
    private static final long[] FRESH = fresh();

    private final long[] state;
    private int at;
    private int begun;

    Transcript(String label) {
        state = FRESH.clone();
        meta(ascii("Merlin v1.0"), false);
        append(DOMAIN, ascii(label));
    }

    private Transcript(Transcript other) {
        state = other.state.clone();
        at = other.at;
        begun = other.begun;
    }

    private static long[] fresh() {
        byte[] head = new byte[18];
        head[0] = 1;
        head[1] = (byte) (RATE + 2);
        head[2] = 1;
        head[4] = 1;
        head[5] = 12 * 8;
        System.arraycopy(ascii("STROBEv1.0.2"), 0, head, 6, 12);
        long[] lanes = new long[25];
        for (int i = 0; i < head.length; i++) {
            lanes[i >> 3] |= (head[i] & 0xffL) << (8 * (i & 7));
        }
        Keccak.permute(lanes);
        return lanes;
    }

    /** The bytes of a label; labels of the protocol are ASCII, of a test they may be anything. */
    static byte[] ascii(String label) {
        return label.getBytes(StandardCharsets.UTF_8);
    }

    Transcript copy() {
        return new Transcript(this);
    }

    Transcript append(byte[] label, byte[] message) {
        return append(label, message, 0, message.length);
    }

    Transcript append(byte[] label, byte[] message, int from, int length) {
        meta(label, false);
        metaLength(length, true);
        begin(APPLICATION);
        absorb(message, from, length);
        return this;
    }

    byte[] challenge(byte[] label, int length) {
        meta(label, false);
        metaLength(length, true);
        return squeeze(length);
    }

    /**
     * Secret bytes that depend on the transcript, on the seeds and on the randomness: predictable to nobody who lacks either the
     * seeds or the randomness. The transcript itself stays as it is.
     */
    byte[] witness(byte[] label, int length, byte[] random, byte[]... seeds) {
        Transcript fork = copy();
        for (byte[] seed : seeds) {
            fork.meta(label, false);
            fork.metaLength(seed.length, true);
            fork.key(seed);
        }
        fork.meta(RNG, false);
        fork.key(random);
        fork.metaLength(length, false);
        byte[] out = fork.squeeze(length);
        Arrays.fill(fork.state, 0);
        return out;
    }

    private void meta(byte[] data, boolean more) {
        if (!more) {
            begin(META | APPLICATION);
        }
        absorb(data, 0, data.length);
    }

    private void metaLength(int length, boolean more) {
        if (!more) {
            begin(META | APPLICATION);
        }
        for (int shift = 0; shift < 32; shift += 8) {
            absorb(length >>> shift);
        }
    }

    private void key(byte[] secret) {
        begin(APPLICATION | CIPHER);
        for (byte b : secret) {
            int shift = 8 * (at & 7);
            state[at >> 3] = state[at >> 3] & ~(0xffL << shift) | (b & 0xffL) << shift;
            step();
        }
    }

    private byte[] squeeze(int length) {
        begin(INBOUND | APPLICATION | CIPHER);
        byte[] out = new byte[length];
        for (int i = 0; i < length; i++) {
            int shift = 8 * (at & 7);
            out[i] = (byte) (state[at >> 3] >>> shift);
            state[at >> 3] &= ~(0xffL << shift);
            step();
        }
        return out;
    }

    private void begin(int flags) {
        int old = begun;
        begun = at + 1;
        absorb(old);
        absorb(flags);
        if ((flags & (CIPHER | EXCHANGE)) != 0 && at != 0) {
            run();
        }
    }

    private void absorb(byte[] data, int from, int length) {
        int i = from;
        int end = from + length;
        while (i < end) {
            if ((at & 7) == 0 && end - i >= 8 && RATE - at >= 8) {
                state[at >> 3] ^= (long) XxHash64.LONGS.get(data, i);
                i += 8;
                at += 8;
                if (at == RATE) {
                    run();
                }
            } else {
                absorb(data[i++]);
            }
        }
    }

    private void absorb(int b) {
        state[at >> 3] ^= (b & 0xffL) << (8 * (at & 7));
        step();
    }

    private void step() {
        if (++at == RATE) {
            run();
        }
    }

    private void run() {
        state[at >> 3] ^= (begun & 0xffL) << (8 * (at & 7));
        state[at + 1 >> 3] ^= 0x04L << (8 * (at + 1 & 7));
        state[RATE + 1 >> 3] ^= 0x80L << (8 * (RATE + 1 & 7));
        Keccak.permute(state);
        at = 0;
        begun = 0;
    }
}
