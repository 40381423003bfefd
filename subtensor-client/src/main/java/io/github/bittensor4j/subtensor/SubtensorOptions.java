package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.InvalidValueException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a {@link Subtensor} connects and how long it waits. Immutable; start from {@link #defaults()}.
 *
 * @param connectDeadline how long {@link Subtensor#connect(Network)} tries before it fails; default 15 s
 * @param callDeadline how long any one request waits for its answer, a reconnection included; default 30 s
 * @param firstReconnectDelay the first pause after a lost connection; doubled each time, each pause drawn at random between half and
 *     all of it; default 200 ms
 * @param longestReconnectDelay the longest pause between two attempts; default 15 s
 * @param maxAnswerBytes the largest answer accepted, in bytes of text; a larger one closes the connection; default 64 MiB
 * @param maxInFlight the most requests waiting for answers at once; one more waits for its turn; default 256
 * @param metadataCache the folder in which metadata is kept from one start to the next, by chain and runtime version, at most 16
 *     files; nothing for none; default {@code bittensor4j/metadata} in {@code $XDG_CACHE_HOME}, else in {@code .cache} of the home folder
 */
public record SubtensorOptions(
        Duration connectDeadline,
        Duration callDeadline,
        Duration firstReconnectDelay,
        Duration longestReconnectDelay,
        int maxAnswerBytes,
        int maxInFlight,
        Optional<Path> metadataCache) {
    private static final SubtensorOptions DEFAULTS = new SubtensorOptions(
            Duration.ofSeconds(15),
            Duration.ofSeconds(30),
            Duration.ofMillis(200),
            Duration.ofSeconds(15),
            64 << 20,
            256,
            defaultCache());

    /** Checks every limit. */
    public SubtensorOptions {
        positive("connect deadline", connectDeadline);
        positive("call deadline", callDeadline);
        positive("first reconnect delay", firstReconnectDelay);
        positive("longest reconnect delay", longestReconnectDelay);
        if (maxAnswerBytes < 1024) {
            throw new InvalidValueException(
                    "options.maxAnswerBytes",
                    "largest answer: " + maxAnswerBytes + " (expected: at least 1024 bytes)",
                    "");
        }
        if (maxInFlight < 1) {
            throw new InvalidValueException(
                    "options.maxInFlight", "requests at once: " + maxInFlight + " (expected: at least 1)", "");
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new InvalidValueException(
                    "options.duration", name + ": " + value + " (expected: more than nothing)", "");
        }
    }

    /**
     * The defaults named above.
     *
     * @return the defaults
     */
    public static SubtensorOptions defaults() {
        return DEFAULTS;
    }

    /**
     * With another deadline for connecting.
     *
     * @param value more than zero
     * @return a copy
     */
    public SubtensorOptions connectDeadline(Duration value) {
        return new SubtensorOptions(
                value,
                callDeadline,
                firstReconnectDelay,
                longestReconnectDelay,
                maxAnswerBytes,
                maxInFlight,
                metadataCache);
    }

    /**
     * With another deadline for each request.
     *
     * @param value more than zero
     * @return a copy
     */
    public SubtensorOptions callDeadline(Duration value) {
        return new SubtensorOptions(
                connectDeadline,
                value,
                firstReconnectDelay,
                longestReconnectDelay,
                maxAnswerBytes,
                maxInFlight,
                metadataCache);
    }

    /**
     * With other pauses between attempts to reconnect.
     *
     * @param first the first pause
     * @param longest the longest pause
     * @return a copy
     */
    public SubtensorOptions reconnectDelays(Duration first, Duration longest) {
        return new SubtensorOptions(
                connectDeadline, callDeadline, first, longest, maxAnswerBytes, maxInFlight, metadataCache);
    }

    /**
     * With another limit for answers.
     *
     * @param value at least 1024 bytes
     * @return a copy
     */
    public SubtensorOptions maxAnswerBytes(int value) {
        return new SubtensorOptions(
                connectDeadline,
                callDeadline,
                firstReconnectDelay,
                longestReconnectDelay,
                value,
                maxInFlight,
                metadataCache);
    }

    /**
     * With another limit for requests at once.
     *
     * @param value at least 1
     * @return a copy
     */
    public SubtensorOptions maxInFlight(int value) {
        return new SubtensorOptions(
                connectDeadline,
                callDeadline,
                firstReconnectDelay,
                longestReconnectDelay,
                maxAnswerBytes,
                value,
                metadataCache);
    }

    /**
     * With another folder for metadata.
     *
     * @param folder made when it is missing
     * @return a copy
     */
    public SubtensorOptions metadataCache(Path folder) {
        return with(Optional.of(folder));
    }

    /**
     * With no folder for metadata: it is read from the node at every start.
     *
     * @return a copy
     */
    public SubtensorOptions withoutMetadataCache() {
        return with(Optional.empty());
    }

    private SubtensorOptions with(Optional<Path> cache) {
        return new SubtensorOptions(
                connectDeadline,
                callDeadline,
                firstReconnectDelay,
                longestReconnectDelay,
                maxAnswerBytes,
                maxInFlight,
                cache);
    }

    private static Optional<Path> defaultCache() {
        String cache = System.getenv("XDG_CACHE_HOME");
        String home = System.getProperty("user.home", "");
        if (cache == null || cache.isEmpty()) {
            return home.isEmpty() ? Optional.empty() : Optional.of(Path.of(home, ".cache", "bittensor4j", "metadata"));
        }
        return Optional.of(Path.of(cache, "bittensor4j", "metadata"));
    }
}
