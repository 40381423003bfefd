package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.InvalidValueException;
import java.time.Duration;

/**
 * How far a request's time of signing may be from the axon's clock. The server's constants: nothing a caller sends widens them.
 *
 * @param past how old a request may be, zero to one minute; 10 seconds by default
 * @param future how far a caller's clock may be ahead, zero to one minute; 2 seconds by default
 */
public record Freshness(Duration past, Duration future) {
    private static final Duration MOST = Duration.ofMinutes(1);

    /** btauth/1's own: 10 seconds into the past, 2 seconds into the future. */
    public static final Freshness DEFAULT = new Freshness(Duration.ofSeconds(10), Duration.ofSeconds(2));

    /** Checks both. */
    public Freshness {
        check("past", past);
        check("future", future);
    }

    private static void check(String name, Duration window) {
        if (window.isNegative() || window.compareTo(MOST) > 0) {
            throw new InvalidValueException(
                    "freshness." + name,
                    "freshness window " + name + ": " + window + " (expected: zero to " + MOST + ")",
                    "A wide window keeps every nonce in memory for as long.");
        }
    }
}
