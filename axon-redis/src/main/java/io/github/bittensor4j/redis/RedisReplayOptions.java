package io.github.bittensor4j.redis;

import io.github.bittensor4j.core.InvalidValueException;
import java.time.Duration;

/**
 * How a replay store in Redis behaves.
 *
 * @param timeout how long one question may take, 1 ms to 10 s, 500 ms by default; then the request is refused with {@code
 *     auth.unavailable}
 * @param clocks by how much the clocks of the axons and of Redis may differ, zero to one minute, 2 s by default: an accepted nonce is
 *     remembered for that much longer than it is fresh
 * @param pending how many questions may be under way, 1 to a million, 10000 by default; one more is refused at once with {@code
 *     auth.unavailable}
 */
public record RedisReplayOptions(Duration timeout, Duration clocks, int pending) {
    /** 500 ms, 2 s, 10000. */
    public static final RedisReplayOptions DEFAULT =
            new RedisReplayOptions(Duration.ofMillis(500), Duration.ofSeconds(2), 10_000);

    /** Checks all. */
    public RedisReplayOptions {
        if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(Duration.ofSeconds(10)) > 0) {
            throw new InvalidValueException("redis.timeout", "timeout: " + timeout + " (expected: 1 ms to 10 s)", "");
        }
        if (clocks.isNegative() || clocks.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new InvalidValueException("redis.clocks", "clocks: " + clocks + " (expected: zero to 1 min)", "");
        }
        if (pending < 1 || pending > 1_000_000) {
            throw new InvalidValueException("redis.pending", "pending: " + pending + " (expected: 1 to 1000000)", "");
        }
    }

    /**
     * Sets how long one question may take.
     *
     * @param most 1 ms to 10 s
     * @return a changed copy
     */
    public RedisReplayOptions timeout(Duration most) {
        return new RedisReplayOptions(most, clocks, pending);
    }

    /**
     * Sets by how much clocks may differ.
     *
     * @param most zero to one minute
     * @return a changed copy
     */
    public RedisReplayOptions clocks(Duration most) {
        return new RedisReplayOptions(timeout, most, pending);
    }

    /**
     * Sets how many questions may be under way.
     *
     * @param most 1 to a million
     * @return a changed copy
     */
    public RedisReplayOptions pending(int most) {
        return new RedisReplayOptions(timeout, clocks, most);
    }
}
