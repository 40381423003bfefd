package io.github.bittensor4j.subtensor;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Pauses that are doubled each time up to a longest one. Half of each is fixed, half at random: many clients of a node that was restarted do
 * not come back at once.
 */
final class Backoff {
    private final long first;
    private final long longest;

    Backoff(Duration first, Duration longest) {
        this.first = first.toNanos();
        this.longest = longest.toNanos();
    }

    /** The pause after so many before it, in nanoseconds. */
    long after(int before) {
        int times = Math.min(before, 20);
        long full = first >= longest >> times ? longest : first << times;
        return full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1);
    }
}
