package io.github.bittensor4j.timelock;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A drand network of the quicknet kind: it signs the number of each round with one key, and publishes a round every {@link #period()}.
 * Immutable.
 *
 * @param publicKey a point of G2, compressed, 96 bytes; copied in and out
 * @param genesis when round 1 was published
 * @param period the time between two rounds, at least a second
 */
public record Beacon(byte[] publicKey, Instant genesis, Duration period) {
    /** drand's quicknet, which the Bittensor network follows. Source: the network's published parameters. */
    public static final Beacon QUICKNET = new Beacon(
            HexFormat.of()
                    .parseHex("83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c"
                            + "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
                            + "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"),
            Instant.ofEpochSecond(1_692_803_367L),
            Duration.ofSeconds(3));

    /** Quicknet's name at its public relays, which answer {@code /<this>/public/<round>}. */
    public static final String QUICKNET_CHAIN_HASH = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";

    /**
     * Checks all parts.
     *
     * @throws TimelockException {@link TimelockException#FORM} when the key is no point of the group or the period is below a second
     */
    public Beacon {
        if (Pairings.pointOfG2(publicKey).isEmpty()) {
            throw new TimelockException(
                    TimelockException.FORM,
                    "beacon key: " + publicKey.length + " bytes (expected: a point of G2, compressed, 96 bytes)",
                    "");
        }
        if (period.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new TimelockException(
                    TimelockException.FORM, "beacon period: " + period + " (expected: at least a second)", "");
        }
        publicKey = publicKey.clone();
    }

    @Override
    public byte[] publicKey() {
        return publicKey.clone();
    }

    /**
     * When a round is published.
     *
     * @param round 1 or more
     * @return the time
     * @throws TimelockException {@link TimelockException#ROUND} for a round below 1 or beyond what a time can name
     */
    public Instant publishedAt(long round) {
        checkRound(round);
        try {
            return genesis.plus(period.multipliedBy(round - 1));
        } catch (ArithmeticException | DateTimeException e) {
            throw noSuchRound(round);
        }
    }

    /**
     * The first round that is published at or after a time: what is sealed for it cannot be opened before that time.
     *
     * @param time not before {@link #genesis()}
     * @return the round, 1 or more
     * @throws TimelockException {@link TimelockException#ROUND} for a time before the first round
     */
    public long roundAtOrAfter(Instant time) {
        long before = roundAtOrBefore(time);
        return publishedAt(before).equals(time) ? before : before + 1;
    }

    /**
     * The newest round at a time.
     *
     * @param time not before {@link #genesis()}
     * @return the round, 1 or more
     * @throws TimelockException {@link TimelockException#ROUND} for a time before the first round
     */
    public long roundAtOrBefore(Instant time) {
        if (time.isBefore(genesis)) {
            throw new TimelockException(
                    TimelockException.ROUND,
                    "time: " + time + " (expected: not before " + genesis + ", the first round)",
                    "Choose a later time.");
        }
        return Duration.between(genesis, time).dividedBy(period) + 1;
    }

    static void checkRound(long round) {
        if (round < 1) {
            throw noSuchRound(round);
        }
    }

    private static TimelockException noSuchRound(long round) {
        return new TimelockException(TimelockException.ROUND, "round: " + round + " (expected: 1 or more)", "");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Beacon that
                && Arrays.equals(publicKey, that.publicKey)
                && genesis.equals(that.genesis)
                && period.equals(that.period);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(publicKey) + genesis.hashCode();
    }

    /** The key in hex, the first round's time and the period. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(publicKey) + " since " + genesis + " every " + period;
    }
}
