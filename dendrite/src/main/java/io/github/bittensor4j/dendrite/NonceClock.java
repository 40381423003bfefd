package io.github.bittensor4j.dendrite;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Nanoseconds since 1970, each given once in this process: two requests of one hotkey with one nonce would be a replay.
 */
final class NonceClock {
    private static final AtomicLong LAST = new AtomicLong();

    private NonceClock() {}

    static long next() {
        Instant now = Instant.now();
        long nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
        return LAST.updateAndGet(last -> Math.max(last + 1, nanos));
    }
}
