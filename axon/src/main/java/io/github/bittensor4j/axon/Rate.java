package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.InvalidValueException;
import java.time.Duration;

/**
 * How often something may happen: a bucket of {@code burst} tokens that fills up by {@code perSecond} of them a second, one of which is
 * taken each time.
 *
 * @param perSecond how often in the long run, 0.001 to 10 million
 * @param burst how often at once after a rest, 1 to 10 million
 */
public record Rate(double perSecond, int burst) {
    private static final double SECOND = 1e9;
    private static final double LEAST = 0.001;
    private static final double MOST = 1e7;

    /** Checks both. */
    public Rate {
        if (!(perSecond >= LEAST && perSecond <= MOST)) {
            throw new InvalidValueException(
                    "rate.perSecond", "rate: " + perSecond + " a second (expected: 0.001 to 10000000)", "");
        }
        if (burst < 1 || burst > MOST) {
            throw new InvalidValueException("rate.burst", "burst: " + burst + " (expected: 1 to 10000000)", "");
        }
    }

    /*
     * A bucket is one number: the time at which it is full again, by System.nanoTime. Each token that is taken puts it off.
     */

    /** How long one token takes to come. */
    long interval() {
        return Math.max(1, Math.round(SECOND / perSecond));
    }

    /** How long until there is a token in a bucket; zero when there is one. */
    Duration wait(long fullAt, long now) {
        double due = Math.max(0, fullAt - now) + interval() - (double) burst * interval();
        return due <= 0 ? Duration.ZERO : Duration.ofNanos((long) due);
    }

    /** The bucket without one token. */
    long take(long fullAt, long now) {
        return now + Math.max(0, fullAt - now) + interval();
    }
}
