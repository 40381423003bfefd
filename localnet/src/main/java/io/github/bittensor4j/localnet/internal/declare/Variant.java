package io.github.bittensor4j.localnet.internal.declare;

import java.util.List;
import java.util.Map;

/**
 * One value of an enum as a plain value.
 *
 * @param name the alternative
 * @param body what it carries: {@link Map} by field name, or {@link List} in order; an empty list when it carries nothing
 */
public record Variant(String name, Object body) {
    /**
     * An alternative with unnamed fields.
     *
     * @param name the alternative
     * @param values its fields in order
     * @return the value
     */
    public static Variant of(String name, Object... values) {
        return new Variant(name, List.of(values));
    }

    /**
     * An alternative with named fields.
     *
     * @param name the alternative
     * @param fields its fields
     * @return the value
     */
    public static Variant of(String name, Map<String, ?> fields) {
        return new Variant(name, fields);
    }

    /**
     * One of its unnamed fields.
     *
     * @param index from 0
     * @return the plain value
     */
    public Object value(int index) {
        return ((List<?>) body).get(index);
    }
}
