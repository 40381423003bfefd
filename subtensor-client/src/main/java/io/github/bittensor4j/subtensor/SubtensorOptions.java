package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.InvalidValueException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * How a {@link Subtensor} connects and how long it waits. Immutable; start from {@link #defaults()}.
 *
 * @param connectDeadline how long {@link Subtensor#connect(Network)} tries before it fails; of several endpoints each is given its share
 *     of it; default 15 s
 * @param callDeadline how long any one request waits for its answer, waiting for its turn, for a reconnection and for the node's patience
 *     included; default 30 s
 * @param firstReconnectDelay the first pause before an endpoint that failed is tried again; doubled each time, each pause drawn at random
 *     between half and all of it; default 200 ms
 * @param longestReconnectDelay the longest such pause; a connection that held that long makes the pauses begin anew; default 15 s
 * @param ping how often a connection is asked for a sign of life; one that gives none until the next is lost; default 10 s
 * @param staleAfter how long a node may tell no new block before it is given up for another, or connected to anew; doubled each time up to
 *     eightfold while no node tells one; default 60 s, five blocks
 * @param returnAfter how long a preferred endpoint has to be well, while another is used, before the connection goes back to it; default
 *     60 s, five blocks
 * @param maxAnswerBytes the largest answer accepted, in bytes of text; a larger one closes the connection; default 64 MiB
 * @param maxInFlight the most requests waiting for answers at once; one more waits for its turn; default 256
 * @param requestsPerSecond the most requests a second, four seconds' worth of which may be saved up; 0 for no limit; default 25 where any
 *     endpoint is {@code wss}, a node of others behind its proxy, and no limit where all are {@code ws}
 * @param metadataCache the folder in which metadata is kept from one start to the next, by chain and runtime version, at most 16
 *     files; nothing for none; default {@code bittensor4j/metadata} in {@code $XDG_CACHE_HOME}, else in {@code .cache} of the home folder
 * @param listener is told what happens to the connection, on the connection's own threads: it must not block; default nobody
 */
public record SubtensorOptions(
        Duration connectDeadline,
        Duration callDeadline,
        Duration firstReconnectDelay,
        Duration longestReconnectDelay,
        Duration ping,
        Duration staleAfter,
        Duration returnAfter,
        int maxAnswerBytes,
        int maxInFlight,
        OptionalInt requestsPerSecond,
        Optional<Path> metadataCache,
        Consumer<ConnectionEvent> listener) {
    private static final SubtensorOptions DEFAULTS = new SubtensorOptions(
            Duration.ofSeconds(15),
            Duration.ofSeconds(30),
            Duration.ofMillis(200),
            Duration.ofSeconds(15),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            64 << 20,
            256,
            OptionalInt.empty(),
            defaultCache(),
            event -> {});

    /** Checks every limit. */
    public SubtensorOptions {
        positive("connect deadline", connectDeadline);
        positive("call deadline", callDeadline);
        positive("first reconnect delay", firstReconnectDelay);
        positive("longest reconnect delay", longestReconnectDelay);
        positive("ping", ping);
        positive("stale after", staleAfter);
        positive("return after", returnAfter);
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
        if (requestsPerSecond.orElse(0) < 0) {
            throw new InvalidValueException(
                    "options.requestsPerSecond",
                    "requests a second: " + requestsPerSecond.getAsInt() + " (expected: at least 1, or 0 for no limit)",
                    "");
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new InvalidValueException(
                    "options.duration", name + ": " + value + " (expected: more than nothing)", "");
        }
    }

    /** What a copy differs in. */
    private static final class Change {
        Duration connectDeadline;
        Duration callDeadline;
        Duration firstReconnectDelay;
        Duration longestReconnectDelay;
        Duration ping;
        Duration staleAfter;
        Duration returnAfter;
        int maxAnswerBytes;
        int maxInFlight;
        OptionalInt requestsPerSecond;
        Optional<Path> metadataCache;
        Consumer<ConnectionEvent> listener;

        Change(SubtensorOptions from) {
            connectDeadline = from.connectDeadline;
            callDeadline = from.callDeadline;
            firstReconnectDelay = from.firstReconnectDelay;
            longestReconnectDelay = from.longestReconnectDelay;
            ping = from.ping;
            staleAfter = from.staleAfter;
            returnAfter = from.returnAfter;
            maxAnswerBytes = from.maxAnswerBytes;
            maxInFlight = from.maxInFlight;
            requestsPerSecond = from.requestsPerSecond;
            metadataCache = from.metadataCache;
            listener = from.listener;
        }
    }

    private SubtensorOptions with(Consumer<Change> edit) {
        Change c = new Change(this);
        edit.accept(c);
        return new SubtensorOptions(
                c.connectDeadline,
                c.callDeadline,
                c.firstReconnectDelay,
                c.longestReconnectDelay,
                c.ping,
                c.staleAfter,
                c.returnAfter,
                c.maxAnswerBytes,
                c.maxInFlight,
                c.requestsPerSecond,
                c.metadataCache,
                c.listener);
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
        return with(c -> c.connectDeadline = value);
    }

    /**
     * With another deadline for each request.
     *
     * @param value more than zero
     * @return a copy
     */
    public SubtensorOptions callDeadline(Duration value) {
        return with(c -> c.callDeadline = value);
    }

    /**
     * With other pauses between attempts to reconnect.
     *
     * @param first the first pause
     * @param longest the longest pause
     * @return a copy
     */
    public SubtensorOptions reconnectDelays(Duration first, Duration longest) {
        return with(c -> {
            c.firstReconnectDelay = first;
            c.longestReconnectDelay = longest;
        });
    }

    /**
     * With signs of life asked for in another rhythm.
     *
     * @param value more than zero
     * @return a copy
     */
    public SubtensorOptions ping(Duration value) {
        return with(c -> c.ping = value);
    }

    /**
     * With more or less patience for a node that tells no new block.
     *
     * @param value more than zero
     * @return a copy
     */
    public SubtensorOptions staleAfter(Duration value) {
        return with(c -> c.staleAfter = value);
    }

    /**
     * With more or less caution before going back to a preferred endpoint.
     *
     * @param value more than zero
     * @return a copy
     */
    public SubtensorOptions returnAfter(Duration value) {
        return with(c -> c.returnAfter = value);
    }

    /**
     * With another limit for answers.
     *
     * @param value at least 1024 bytes
     * @return a copy
     */
    public SubtensorOptions maxAnswerBytes(int value) {
        return with(c -> c.maxAnswerBytes = value);
    }

    /**
     * With another limit for requests at once.
     *
     * @param value at least 1
     * @return a copy
     */
    public SubtensorOptions maxInFlight(int value) {
        return with(c -> c.maxInFlight = value);
    }

    /**
     * With another limit for requests a second.
     *
     * @param value at least 1; 0 for no limit
     * @return a copy
     */
    public SubtensorOptions requestsPerSecond(int value) {
        return with(c -> c.requestsPerSecond = OptionalInt.of(value));
    }

    /**
     * With another folder for metadata.
     *
     * @param folder made when it is missing
     * @return a copy
     */
    public SubtensorOptions metadataCache(Path folder) {
        return with(c -> c.metadataCache = Optional.of(folder));
    }

    /**
     * With no folder for metadata: it is read from the node at every start.
     *
     * @return a copy
     */
    public SubtensorOptions withoutMetadataCache() {
        return with(c -> c.metadataCache = Optional.empty());
    }

    /**
     * With somebody who is told what happens to the connection.
     *
     * @param told must not block
     * @return a copy
     */
    public SubtensorOptions listener(Consumer<ConnectionEvent> told) {
        return with(c -> c.listener = told);
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
