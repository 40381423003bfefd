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

    private static final byte[] DOMAIN = ascii("dom-sep");
    private static final byte[] RNG = ascii("rng");
    private static final long[] FRESH = fresh();

    private final long[] state;
    private int at;
    private int begun;

    Transcript(String label) {
        state = FRESH.clone();
        meta(ascii("Merlin v1.0"));
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
        meta(label, length);
        begin(APPLICATION);
        absorb(message, from, length);
        return this;
    }

    byte[] challenge(byte[] label, int length) {
        meta(label, length);
        return squeeze(length);
    }

    /**
     * Secret bytes that depend on the transcript, on the seeds and on the randomness: predictable to nobody who lacks either the
     * seeds or the randomness. The transcript itself stays as it is.
     */
    byte[] witness(byte[] label, int length, byte[] random, byte[]... seeds) {
        Transcript fork = copy();
        for (byte[] seed : seeds) {
            fork.meta(label, seed.length);
            fork.key(seed);
        }
        fork.meta(RNG);
        fork.key(random);
        fork.begin(META | APPLICATION);
        fork.absorbLength(length);
        byte[] out = fork.squeeze(length);
        Arrays.fill(fork.state, 0);
        return out;
    }

    private void meta(byte[] label) {
        begin(META | APPLICATION);
        absorb(label, 0, label.length);
    }

    private void meta(byte[] label, int length) {
        meta(label);
        absorbLength(length);
    }

    private void absorbLength(int length) {
        absorb(length & 0xffffffffL, Integer.BYTES);
    }

    private void key(byte[] secret) {
        begin(APPLICATION | CIPHER);
        for (int i = 0; i < secret.length; ) {
            if (lane(secret.length - i)) {
                state[at >> 3] = (long) XxHash64.LONGS.get(secret, i);
                i += Long.BYTES;
                at += Long.BYTES;
            } else {
                int shift = 8 * (at & 7);
                state[at >> 3] = state[at >> 3] & ~(0xffL << shift) | (secret[i++] & 0xffL) << shift;
                step();
            }
        }
    }

    private byte[] squeeze(int length) {
        begin(INBOUND | APPLICATION | CIPHER);
        byte[] out = new byte[length];
        for (int i = 0; i < length; ) {
            if (lane(length - i)) {
                XxHash64.LONGS.set(out, i, state[at >> 3]);
                state[at >> 3] = 0;
                i += Long.BYTES;
                at += Long.BYTES;
            } else {
                int shift = 8 * (at & 7);
                out[i++] = (byte) (state[at >> 3] >>> shift);
                state[at >> 3] &= ~(0xffL << shift);
                step();
            }
        }
        return out;
    }

    // Whether a whole lane lies ahead that does not end the rate, of which a whole lane is still needed.
    private boolean lane(int needed) {
        return (at & 7) == 0 && needed >= Long.BYTES && at + Long.BYTES < RATE;
    }

    private void step() {
        if (++at == RATE) {
            run();
        }
    }

    private void begin(int flags) {
        int old = begun;
        begun = at + 1;
        absorb(old | (long) flags << 8, 2);
        if ((flags & CIPHER) != 0 && at != 0) {
            run();
        }
    }

    private void absorb(byte[] data, int from, int length) {
        int i = from;
        int end = from + length;
        for (; end - i >= Long.BYTES; i += Long.BYTES) {
            absorb((long) XxHash64.LONGS.get(data, i), Long.BYTES);
        }
        if (i < end) {
            long rest = 0;
            for (int j = i; j < end; j++) {
                rest |= (data[j] & 0xffL) << 8 * (j - i);
            }
            absorb(rest, end - i);
        }
    }

    // 1 to 8 bytes, the first lowest, nothing above the last.
    private void absorb(long bytes, int count) {
        int room = RATE - at;
        if (count < room) {
            mix(bytes);
            at += count;
        } else {
            long fitting = room == Long.BYTES ? bytes : bytes & (1L << 8 * room) - 1;
            mix(fitting);
            at = RATE;
            run();
            if (count > room) {
                mix(bytes >>> 8 * room);
                at = count - room;
            }
        }
    }

    private void mix(long bytes) {
        int shift = 8 * (at & 7);
        state[at >> 3] ^= bytes << shift;
        if (shift != 0) {
            state[(at >> 3) + 1] ^= bytes >>> 64 - shift;
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
