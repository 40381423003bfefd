package io.github.bittensor4j.timelock;

import java.time.Duration;
import java.time.Instant;

/**
 * The clock of drand's quicknet, which the chain follows: round 1 was published at {@link #GENESIS}, then one every {@link #PERIOD}.
 * Source: the network's published parameters.
 */
public final class Quicknet {
    /** When round 1 was published. */
    public static final Instant GENESIS = Instant.ofEpochSecond(1_692_803_367L);

    /** The time between two rounds. */
    public static final Duration PERIOD = Duration.ofSeconds(3);

    /** The network's name at its public relays, which answer {@code /<this>/public/<round>}. */
    public static final String CHAIN_HASH = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";

    /** The network's public key: a point of G2, compressed. */
    static final String PUBLIC_KEY =
            "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5"
                    + "ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a";

    private Quicknet() {}

    /**
     * When a round is published.
     *
     * @param round 1 or more
     * @return the time, to the second
     * @throws TimelockException {@link TimelockException#ROUND} for a round below 1 or beyond what a time can name
     */
    public static Instant publishedAt(long round) {
        checkRound(round);
        try {
            return GENESIS.plus(PERIOD.multipliedBy(round - 1));
        } catch (ArithmeticException | java.time.DateTimeException e) {
            throw noSuchRound(round);
        }
    }

    /**
     * The first round that is published at or after a time: what is sealed for it cannot be opened before that time.
     *
     * @param time not before {@link #GENESIS}
     * @return the round, 1 or more
     * @throws TimelockException {@link TimelockException#ROUND} for a time before the first round
     */
    public static long roundAtOrAfter(Instant time) {
        if (time.isBefore(GENESIS)) {
            throw new TimelockException(
                    TimelockException.ROUND,
                    "time: " + time + " (expected: not before " + GENESIS + ", the first round)",
                    "Choose a later time.");
        }
        Duration since = Duration.between(GENESIS, time);
        long whole = since.dividedBy(PERIOD);
        return whole + (PERIOD.multipliedBy(whole).equals(since) ? 1 : 2);
    }

    static void checkRound(long round) {
        if (round < 1) {
            throw noSuchRound(round);
        }
    }

    private static TimelockException noSuchRound(long round) {
        return new TimelockException(TimelockException.ROUND, "round: " + round + " (expected: 1 or more)", "");
    }
}
