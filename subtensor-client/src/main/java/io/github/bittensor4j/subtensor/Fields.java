package io.github.bittensor4j.subtensor;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A struct's values by their names, in order. All structs of one type share the names, so that many of them take little room. */
final class Fields extends AbstractMap<String, Object> {
    private final String[] names;
    private final Object[] values;

    /**
     * Neither array is copied.
     *
     * @param values one for each name
     */
    Fields(String[] names, Object[] values) {
        this.names = names;
        this.values = values;
    }

    private int place(@Nullable Object name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public @Nullable Object get(@Nullable Object name) {
        int place = place(name);
        return place < 0 ? null : values[place];
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return place(name) >= 0;
    }

    @Override
    public int size() {
        return names.length;
    }

    @Override
    public Set<Map.Entry<String, Object>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return names.length;
            }

            @Override
            public Iterator<Map.Entry<String, Object>> iterator() {
                return new Iterator<>() {
                    private int at;

                    @Override
                    public boolean hasNext() {
                        return at < names.length;
                    }

                    @Override
                    public Map.Entry<String, Object> next() {
                        if (at >= names.length) {
                            throw new NoSuchElementException();
                        }
                        Map.Entry<String, Object> entry = Map.entry(names[at], values[at]);
                        at++;
                        return entry;
                    }
                };
            }
        };
    }
}
