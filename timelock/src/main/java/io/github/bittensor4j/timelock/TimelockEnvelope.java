package io.github.bittensor4j.timelock;

import io.github.bittensor4j.core.scale.ScaleException;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.util.Arrays;

/**
 * A sealed message together with its round, as the Python tools pass it on: SCALE of {@code encrypted: Vec<u8>} and {@code
 * reveal_round: u64}. Only {@link #sealed} goes on chain. Immutable.
 *
 * @param sealed what {@link Timelock#seal} made; copied in and out
 * @param round the round for which it was sealed, 1 or more
 */
public record TimelockEnvelope(byte[] sealed, long round) {
    /** Checks the round. */
    public TimelockEnvelope {
        Beacon.checkRound(round);
        sealed = sealed.clone();
    }

    /**
     * Seals a message for a round of {@link Beacon#QUICKNET} and notes the round.
     *
     * @param message any bytes
     * @param round 1 or more
     * @return the envelope
     * @throws TimelockException as {@link Timelock#seal}
     */
    public static TimelockEnvelope seal(byte[] message, long round) {
        return new TimelockEnvelope(Timelock.seal(message, round), round);
    }

    /**
     * Reads an envelope.
     *
     * @param scale what {@link #toScale} or the Python tools wrote
     * @return the envelope
     * @throws TimelockException {@link TimelockException#FORM} for any other bytes
     */
    public static TimelockEnvelope fromScale(byte[] scale) {
        try {
            ScaleReader in = new ScaleReader(scale);
            byte[] sealed = in.bytes();
            long round = in.u64();
            in.end();
            return new TimelockEnvelope(sealed, round);
        } catch (ScaleException | TimelockException e) {
            throw new TimelockException(
                    TimelockException.FORM, "no timelock envelope: " + e.getMessage(), "Give all of its bytes.");
        }
    }

    /**
     * Writes the envelope.
     *
     * @return a new array
     */
    public byte[] toScale() {
        return new ScaleWriter().bytes(sealed).u64(round).toByteArray();
    }

    @Override
    public byte[] sealed() {
        return sealed.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TimelockEnvelope that && round == that.round && Arrays.equals(sealed, that.sealed);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(sealed) + Long.hashCode(round);
    }

    /** The round and the length. */
    @Override
    public String toString() {
        return "sealed until round " + round + ", " + sealed.length + " bytes";
    }
}
