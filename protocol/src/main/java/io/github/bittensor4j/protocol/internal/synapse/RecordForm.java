package io.github.bittensor4j.protocol.internal.synapse;

import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.protocol.internal.WireException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Java record as the fields of a Python class: a component's name is the field's name.
 *
 * @param constructor makes the record of its components
 * @param accessors give the components' values, by name
 * @param fields the components' types by name, in order
 */
record RecordForm(Constructor<?> constructor, Map<String, Method> accessors, Map<String, FieldType> fields) {
    private static final ClassValue<RecordForm> FORMS = new ClassValue<>() {
        @Override
        protected RecordForm computeValue(Class<?> type) {
            return read(type);
        }
    };

    /** The records whose components are being read by this thread: one that comes up again holds itself. */
    private static final ThreadLocal<Set<Class<?>>> OPEN = ThreadLocal.withInitial(HashSet::new);

    /**
     * The form of a record.
     *
     * @throws InvalidValueException when a component cannot be a field
     */
    static RecordForm of(Class<?> type) {
        if (!OPEN.get().add(type)) {
            throw new InvalidValueException(
                    "synapse.field", type.getSimpleName() + " holds itself (expected: records of finite depth)", "");
        }
        try {
            return FORMS.get(type);
        } finally {
            OPEN.get().remove(type);
        }
    }

    private static RecordForm read(Class<?> type) {
        Map<String, Method> accessors = new LinkedHashMap<>();
        Map<String, FieldType> fields = new LinkedHashMap<>();
        List<Class<?>> types = new ArrayList<>();
        for (RecordComponent component : Objects.requireNonNull(type.getRecordComponents(), "a record")) {
            String name = component.getName();
            if (!name.matches("[A-Za-z][A-Za-z0-9_]*")) {
                throw new InvalidValueException(
                        "synapse.field",
                        name + " of " + type.getSimpleName() + " (expected: a name that a Python class can have)",
                        "Begin it with a letter.");
            }
            try {
                fields.put(name, FieldType.of(component.getAnnotatedType()));
            } catch (InvalidValueException e) {
                throw new InvalidValueException(
                        e.code(), name + " of " + type.getSimpleName() + ": " + e.getMessage(), e.hint());
            }
            Method accessor = component.getAccessor();
            accessor.setAccessible(true); // a record may be private to its subnet's code
            accessors.put(name, accessor);
            types.add(component.getType());
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types.toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return new RecordForm(
                    constructor, Collections.unmodifiableMap(accessors), Collections.unmodifiableMap(fields));
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e); // every record has it
        }
    }

    @Nullable
    Object accept(String name, @Nullable Object json) {
        try {
            return type(name).accept(json);
        } catch (WireException e) {
            throw named(name, e);
        }
    }

    /** A JSON object's fields as this record's, each present or one that may be absent. */
    Map<String, @Nullable Object> accepted(Map<?, ?> json) {
        Map<String, @Nullable Object> dict = new LinkedHashMap<>();
        fields.forEach((name, type) -> {
            if (!json.containsKey(name) && !type.optional()) {
                throw new WireException("call.invalid", name + " is missing");
            }
            dict.put(name, accept(name, json.get(name)));
        });
        return dict;
    }

    /** The fields of a value, by name. */
    Map<String, @Nullable Object> python(Object value) {
        Map<String, @Nullable Object> dict = new LinkedHashMap<>();
        accessors.forEach((name, accessor) -> {
            try {
                dict.put(name, type(name).python(accessor.invoke(value)));
            } catch (WireException e) {
                throw named(name, e);
            } catch (ReflectiveOperationException e) {
                throw new WireException("call.payload", name + ": cannot be read");
            }
        });
        return dict;
    }

    /** The record with these fields; what else is there is not looked at. */
    Object java(Map<?, ?> dict) {
        List<@Nullable Object> values = new ArrayList<>();
        fields.forEach((name, type) -> {
            try {
                values.add(type.java(dict.get(name)));
            } catch (WireException e) {
                throw new WireException("call.invalid", name + ": " + e.getMessage());
            }
        });
        try {
            return constructor.newInstance(values.toArray());
        } catch (InvocationTargetException e) {
            // a BittensorException names its rule for whoever sent the value; other texts were not written for
            // strangers
            throw new WireException(
                    "call.invalid",
                    e.getCause() instanceof BittensorException known
                            ? String.valueOf(known.getMessage())
                            : "a value breaks a rule of its type");
        } catch (ReflectiveOperationException e) {
            throw new WireException("call.invalid", "a record that cannot be made");
        }
    }

    FieldType type(String name) {
        return Objects.requireNonNull(fields.get(name), name);
    }

    private static WireException named(String name, WireException e) {
        return new WireException(e.code(), name + ": " + e.getMessage());
    }
}
