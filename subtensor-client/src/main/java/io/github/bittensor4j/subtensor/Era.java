package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;

/**
 * For which blocks an extrinsic is valid: for ever, or for a period that begins at a birth block.
 *
 * @param period how many blocks, a power of two from 4 to 65536; 0 for ever
 * @param phase where in the period it was born
 */
record Era(int period, int phase) {
    static final Era IMMORTAL = new Era(0, 0);

    /**
     * Mortal from about a block on.
     *
     * @param period blocks wanted; raised to a power of two, kept within 4 to 65536
     * @param current the block it is made at
     */
    static Era mortal(long period, long current) {
        if (period < 1 || current < 0) {
            throw new InvalidValueException(
                    "era.period", "era of " + period + " blocks at " + current + " (expected: positive)", "");
        }
        long power = Math.max(4, Math.min(65536, Long.highestOneBit(2 * period - 1)));
        // Long periods do not keep every bit of the phase: two bytes hold both.
        long step = Math.max(power >> 12, 1);
        return new Era((int) power, (int) (current % power / step * step));
    }

    static Era read(ScaleReader in) {
        int first = in.u8();
        if (first == 0) {
            return IMMORTAL;
        }
        int both = first | in.u8() << 8;
        int period = 2 << (both & 15);
        int phase = (both >> 4) * Math.max(period >> 12, 1);
        if (period < 4 || phase >= period) {
            throw new CodecException(
                    "era.form", "era: " + Integer.toHexString(both) + " (expected: phase below period)");
        }
        return new Era(period, phase);
    }

    boolean isImmortal() {
        return period == 0;
    }

    /** The block whose hash is signed: the last of that phase up to the given one. */
    long birth(long current) {
        return isImmortal() ? 0 : (Math.max(current, phase) - phase) / period * period + phase;
    }

    /** The first block that can not hold it any more. */
    long death(long current) {
        return isImmortal() ? Long.MAX_VALUE : birth(current) + period;
    }

    void write(ScaleWriter out) {
        if (isImmortal()) {
            out.u8(0);
        } else {
            int log = Math.min(15, Math.max(1, Integer.numberOfTrailingZeros(period) - 1));
            out.u16(log | phase / Math.max(period >> 12, 1) << 4);
        }
    }
}
