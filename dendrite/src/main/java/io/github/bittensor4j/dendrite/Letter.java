package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.Dialect;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/** A question in each dialect in which it is asked, written once however many are asked. Thread-safe. */
final class Letter<R> {
    private final Function<Dialect, Carrier.Question<R>> writing;
    private final Map<Dialect, Carrier.Question<R>> written = new EnumMap<>(Dialect.class);

    Letter(Function<Dialect, Carrier.Question<R>> writing) {
        this.writing = writing;
    }

    /**
     * The question in one dialect.
     *
     * @throws io.github.bittensor4j.core.BittensorException when it cannot be written in it
     */
    synchronized Carrier.Question<R> in(Dialect dialect) {
        return written.computeIfAbsent(dialect, writing);
    }
}
