package io.github.bittensor4j.subtensor;

import java.util.function.LongSupplier;

/** How many requests may go out: a stock that fills at a steady rate. Safe for many threads. */
final class TokenBucket {
    private final double perNano;
    private final double most;
    private final LongSupplier nanos;
    private double tokens;
    private long filledAt;

    /** Full at first. */
    TokenBucket(int perSecond, int burst, LongSupplier nanos) {
        this.perNano = perSecond / 1e9;
        this.most = burst;
        this.nanos = nanos;
        this.tokens = burst;
        this.filledAt = nanos.getAsLong();
    }

    /** Takes them, in advance where there are too few: they are there after so many nanoseconds, which the caller waits. */
    synchronized long take(int count) {
        fill();
        tokens -= count;
        return tokens >= 0 ? 0 : (long) Math.ceil(-tokens / perNano);
    }

    /** Gives back what was taken and not used. */
    synchronized void giveBack(int count) {
        fill();
        tokens = Math.min(most, tokens + count);
    }

    /** The node says that it was too much: nothing is in stock any more. */
    synchronized void empty() {
        fill();
        tokens = Math.min(tokens, 0);
    }

    private void fill() {
        long now = nanos.getAsLong();
        tokens = Math.min(most, tokens + (now - filledAt) * perNano);
        filledAt = now;
    }
}
