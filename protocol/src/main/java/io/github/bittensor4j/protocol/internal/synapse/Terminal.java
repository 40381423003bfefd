package io.github.bittensor4j.protocol.internal.synapse;

import io.github.bittensor4j.protocol.internal.WireException;
import java.math.BigInteger;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a message says about one of its two ends, the dendrite or the axon. Every field may be absent. Immutable.
 *
 * @param fields the fields that are there, as Python values
 */
public record Terminal(Map<Field, Object> fields) {
    /** Nothing known. */
    public static final Terminal EMPTY = new Terminal(Map.of());

    /** The fields in Python's order. */
    public enum Field {
        /** The HTTP status; int. */
        STATUS_CODE(BigInteger.class),
        /** The status in words; str. */
        STATUS_MESSAGE(String.class),
        /** Seconds; float. */
        PROCESS_TIME(Double.class),
        /** An IP address; str. */
        IP(String.class),
        /** A port; int. */
        PORT(BigInteger.class),
        /** The software's version; int. */
        VERSION(BigInteger.class),
        /** Nanoseconds since 1970; int. */
        NONCE(BigInteger.class),
        /** The instance; str. */
        UUID(String.class),
        /** SS58; str. */
        HOTKEY(String.class),
        /** {@code 0x} and hex; str. */
        SIGNATURE(String.class);

        private final Class<?> type;

        Field(Class<?> type) {
            this.type = type;
        }

        /**
         * The name on the wire.
         *
         * @return such as {@code status_code}
         */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Field> of(String label) {
            for (Field field : values()) {
                if (field.label().equals(label)) {
                    return Optional.of(field);
                }
            }
            return Optional.empty();
        }

        /** The field's value out of a header's text or a JSON value. */
        private Object accept(Object value) {
            Optional<?> accepted;
            if (type == String.class) {
                accepted = value instanceof String ? Optional.of(value) : Optional.empty();
            } else if (type == Double.class) {
                accepted = value instanceof String text
                        ? Python.floating(text)
                        : value instanceof Number number ? Optional.of(number.doubleValue()) : Optional.empty();
            } else {
                accepted = value instanceof String text
                        ? Python.integer(text)
                        : value instanceof BigInteger ? Optional.of(value) : Optional.empty();
            }
            if (accepted.isEmpty()) {
                throw new WireException("call.invalid", label() + " has not the form of its type");
            }
            return accepted.get();
        }
    }

    /** Copies the map. */
    public Terminal {
        EnumMap<Field, Object> ordered = new EnumMap<>(Field.class);
        ordered.putAll(fields);
        fields = Collections.unmodifiableMap(ordered);
    }

    /**
     * With one field changed.
     *
     * @param field which
     * @param value its value, whole numbers of any kind for int; null takes it away
     * @return a new terminal
     */
    public Terminal with(Field field, @Nullable Object value) {
        EnumMap<Field, Object> changed = new EnumMap<>(Field.class);
        changed.putAll(fields);
        if (value == null) {
            changed.remove(field);
        } else if (value instanceof Long || value instanceof Integer) {
            changed.put(field, BigInteger.valueOf(((Number) value).longValue()));
        } else {
            changed.put(field, value);
        }
        return new Terminal(changed);
    }

    /** With one field as a header or JSON has it; a null changes nothing. */
    Terminal accepting(Field field, @Nullable Object value) {
        return value == null ? this : with(field, field.accept(value));
    }

    /**
     * With everything that another knows instead of what this one knows.
     *
     * @param better what it says wins
     * @return a new terminal
     */
    public Terminal overlaid(Terminal better) {
        EnumMap<Field, Object> both = new EnumMap<>(Field.class);
        both.putAll(fields);
        both.putAll(better.fields);
        return new Terminal(both);
    }

    /**
     * A str field.
     *
     * @param field which
     * @return its text, if it is there
     */
    public Optional<String> text(Field field) {
        return Optional.ofNullable((String) fields.get(field));
    }

    /**
     * An int field.
     *
     * @param field which
     * @return its number, if it is there
     */
    public Optional<BigInteger> integer(Field field) {
        return Optional.ofNullable((BigInteger) fields.get(field));
    }

    static Terminal read(@Nullable Object json) {
        Terminal terminal = EMPTY;
        if (json instanceof Map<?, ?> map) {
            for (Field field : Field.values()) {
                terminal = terminal.accepting(field, map.get(field.label()));
            }
        } else if (json != null) {
            throw new WireException("call.invalid", "an end of the message is not a dict");
        }
        return terminal;
    }

    /** All fields, absent ones as null. */
    Map<String, @Nullable Object> dict() {
        Map<String, @Nullable Object> dict = new LinkedHashMap<>();
        for (Field field : Field.values()) {
            dict.put(field.label(), fields.get(field));
        }
        return dict;
    }
}
