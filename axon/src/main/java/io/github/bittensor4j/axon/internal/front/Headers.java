package io.github.bittensor4j.axon.internal.front;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Headers or trailers in their order, duplicates kept. Names are lower case. Immutable. */
public final class Headers {
    /** None. */
    public static final Headers NONE = new Headers(new String[0]);

    // name, value, name, value: a request has a dozen, so a search is a short walk
    private final String[] pairs;

    private Headers(String[] pairs) {
        this.pairs = pairs;
    }

    /** Headers by name, value, name, value ... The names must be lower case already. */
    public static Headers of(String... pairs) {
        return new Headers(pairs.clone());
    }

    /** Every value under a name, in order; empty when there is none. */
    public List<String> all(String name) {
        int first = find(name, 0);
        if (first < 0) {
            return List.of();
        }
        int next = find(name, first + 2);
        if (next < 0) {
            return List.of(pairs[first + 1]);
        }
        List<String> values = new ArrayList<>();
        values.add(pairs[first + 1]);
        for (; next >= 0; next = find(name, next + 2)) {
            values.add(pairs[next + 1]);
        }
        return values;
    }

    /** The first value under a name. Where a second one could deceive, ask for {@link #all}. */
    public Optional<String> first(String name) {
        int at = find(name, 0);
        return at < 0 ? Optional.empty() : Optional.of(pairs[at + 1]);
    }

    /** Whether there is such a header. */
    public boolean has(String name) {
        return find(name, 0) >= 0;
    }

    /** How many there are. */
    public int size() {
        return pairs.length / 2;
    }

    /** Gives each name and value to a taker, in order. */
    public void forEach(BiConsumer<String, String> taker) {
        for (int i = 0; i < pairs.length; i += 2) {
            taker.accept(pairs[i], pairs[i + 1]);
        }
    }

    private int find(String name, int from) {
        for (int i = from; i < pairs.length; i += 2) {
            if (pairs[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
        return text.toString();
    }

    /** Collects headers. For one thread. */
    public static final class Builder {
        private String[] pairs = new String[32];
        private int size;

        /** Adds one; the name must be lower case already. */
        public Builder add(String name, String value) {
            if (size == pairs.length) {
                pairs = Arrays.copyOf(pairs, 2 * size);
            }
            pairs[size++] = name;
            pairs[size++] = value;
            return this;
        }

        /** How many were added. */
        public int size() {
            return size / 2;
        }

        /** What was added. */
        public Headers build() {
            return size == 0 ? NONE : new Headers(Arrays.copyOf(pairs, size));
        }
    }
}
