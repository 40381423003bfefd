package io.github.bittensor4j.localnet.internal.runtime;

import io.github.bittensor4j.core.scale.ScaleException;
import io.github.bittensor4j.core.scale.ScaleReader;

/**
 * For which blocks an extrinsic is valid.
 *
 * @param period for how many blocks, a power of two; 0 for ever
 * @param phase where in the period it begins
 */
public record Era(long period, long phase) {
    /** Valid for ever. */
    public static final Era IMMORTAL = new Era(0, 0);

    /**
     * Reads an era.
     *
     * @param in where it begins
     * @return the era
     * @throws ScaleException when it is none
     */
    public static Era read(ScaleReader in) {
        int first = in.u8();
        if (first == 0) {
            return IMMORTAL;
        }
        int encoded = first | in.u8() << 8;
        long period = 2L << (encoded & 15);
        long phase = (encoded >> 4) * Math.max(1, period >> 12);
        if (period < 4 || phase >= period) {
            throw new ScaleException(
                    "extrinsic.era", "era: " + encoded + " (expected: period of 4 to 65536, phase within it)");
        }
        return new Era(period, phase);
    }

    /**
     * Whether it is valid for ever.
     *
     * @return true for immortal
     */
    public boolean immortal() {
        return period == 0;
    }

    /**
     * The block it began with, seen from a block.
     *
     * @param current that block
     * @return the latest beginning of a period not after it; 0 for ever
     */
    public long birth(long current) {
        return immortal() ? 0 : (Math.max(current, phase) - phase) / period * period + phase;
    }

    /**
     * The first block it is not valid for any more, seen from a block.
     *
     * @param current that block
     * @return its number
     */
    public long death(long current) {
        return immortal() ? Long.MAX_VALUE : birth(current) + period;
    }
}
