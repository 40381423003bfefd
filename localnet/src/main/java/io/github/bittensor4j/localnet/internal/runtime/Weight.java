package io.github.bittensor4j.localnet.internal.runtime;

import java.util.List;

/**
 * What a call costs to run.
 *
 * @param refTime picoseconds
 * @param proofSize bytes
 */
public record Weight(long refTime, long proofSize) {
    /** Nothing. */
    public static final Weight ZERO = new Weight(0, 0);

    /**
     * The sum.
     *
     * @param other another weight
     * @return both together
     */
    public Weight plus(Weight other) {
        return new Weight(Math.addExact(refTime, other.refTime), Math.addExact(proofSize, other.proofSize));
    }

    /**
     * As a plain value of the declared type.
     *
     * @return its two parts
     */
    public Object plain() {
        return List.of(refTime, proofSize);
    }
}
