package io.github.bittensor4j.timelock;

import io.github.bittensor4j.core.crypto.Hashes;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.bls.BLS12_381G1;
import org.bouncycastle.crypto.bls.BLS12_381Serialization;

/**
 * A beacon whose key everybody can compute: for local chains and tests, which have no drand. It signs any round at any time, so it keeps
 * nothing secret. Thread-safe.
 */
public final class DevelopmentBeacon {
    private static final BigInteger SECRET = new BigInteger(
                    1, Hashes.sha256("bittensor4j development beacon".getBytes(StandardCharsets.US_ASCII)))
            .mod(BLS12_381G1.ORDER);

    /** Its parameters: a key of its own, the clock of quicknet, so that a time has the same round there and here. */
    public static final Beacon BEACON =
            new Beacon(Pairings.multipleOfG2(SECRET), Beacon.QUICKNET.genesis(), Beacon.QUICKNET.period());

    private DevelopmentBeacon() {}

    /**
     * The signature of a round.
     *
     * @param round 1 or more
     * @return checked against {@link #BEACON}
     * @throws TimelockException {@link TimelockException#ROUND} for a round below 1
     */
    public static RoundSignature sign(long round) {
        Beacon.checkRound(round);
        return RoundSignature.own(
                BEACON,
                round,
                BLS12_381Serialization.compressG1(BLS12_381G1.constantTimeMultiply(Pairings.identity(round), SECRET)));
    }
}
