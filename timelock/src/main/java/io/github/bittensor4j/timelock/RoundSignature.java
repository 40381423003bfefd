package io.github.bittensor4j.timelock;

import io.github.bittensor4j.core.crypto.Hashes;
import java.util.HexFormat;

/**
 * The signature that a beacon published for one round, checked against the beacon's public key: the key that opens everything sealed
 * for that round. It is in the chain's storage {@code Drand.Pulses} and at every relay of drand; where it comes from does not
 * matter, as a wrong one is never accepted. Immutable.
 */
public final class RoundSignature {
    private final Beacon beacon;
    private final long round;
    private final byte[] signature;

    private RoundSignature(Beacon beacon, long round, byte[] signature) {
        this.beacon = beacon;
        this.round = round;
        this.signature = signature;
    }

    /**
     * Checks a signature. Takes some tens of milliseconds.
     *
     * @param beacon whose it is said to be
     * @param round the round, 1 or more
     * @param signature a point of G1, compressed, 48 bytes
     * @return the checked signature
     * @throws TimelockException {@link TimelockException#SIGNATURE} when it is not the beacon's for this round, {@link
     *     TimelockException#ROUND} for a round below 1
     */
    public static RoundSignature verified(Beacon beacon, long round, byte[] signature) {
        Beacon.checkRound(round);
        byte[] own = signature.clone();
        if (!Pairings.isSignatureOf(beacon, round, own)) {
            throw new TimelockException(
                    TimelockException.SIGNATURE,
                    "signature of round " + round + ": not the beacon's",
                    "Read it again, from the chain's Drand.Pulses or from another relay.");
        }
        return new RoundSignature(beacon, round, own);
    }

    /** What the holder of the key has just made need not be checked. */
    static RoundSignature own(Beacon beacon, long round, byte[] signature) {
        return new RoundSignature(beacon, round, signature);
    }

    /**
     * Whose signature it is.
     *
     * @return the beacon
     */
    public Beacon beacon() {
        return beacon;
    }

    /**
     * The round that was signed.
     *
     * @return 1 or more
     */
    public long round() {
        return round;
    }

    /**
     * The signature.
     *
     * @return a copy, 48 bytes
     */
    public byte[] bytes() {
        return signature.clone();
    }

    /**
     * The round's public randomness: SHA-256 of the signature.
     *
     * @return a new array, 32 bytes
     */
    public byte[] randomness() {
        return Hashes.sha256(signature);
    }

    @Override
    public boolean equals(Object other) {
        // one round of one beacon has one signature
        return other instanceof RoundSignature that && round == that.round && beacon.equals(that.beacon);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(round);
    }

    /** The round and its signature in hex. */
    @Override
    public String toString() {
        return "round " + round + " " + HexFormat.of().formatHex(signature);
    }
}
