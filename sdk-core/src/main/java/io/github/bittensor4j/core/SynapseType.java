package io.github.bittensor4j.core;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A kind of question that a miner answers: its name on the wire and the Java types of question and answer. Both sides share one
 * constant of this type.
 *
 * <p>With SDK 7 to 10 a synapse is a Python class: the name is the class's name, its fields are the question's components and then those
 * of the answer that the question lacks, each under the component's own name. A component that is an {@code Optional}, or marked
 * {@code @Nullable}, is {@code None} when it is left out; every other needs a value, or a default by {@link #withDefault}. The two settings
 * {@link #hashed} and {@link #withDefault} repeat what the Python class says, and matter in that dialect alone.
 *
 * @param name the name on the wire, such as {@code shout.v1}: letters, digits, {@code . _ -}, at most 128
 * @param request the question's type: {@code byte[]}, {@link Tensors}, or a record of what JSON can carry: texts, numbers, booleans, enums, {@link Tensor},
 *     {@code byte[]} (as base64), records, and lists, sets, arrays, maps and {@code Optional} of these. A time travels as a text or a number
 * @param response the answer's type, of the same three; of a stream the type of one part
 * @param route where it is asked over {@link Dialect#HTTP}: a percent-encoded path as it stands on the wire, with a query if there is one
 * @param hashedFields the Python class's {@code required_hash_fields}: what a signature of SDK 7 to 10 covers of the body; none by default
 * @param defaults the values of components that a caller of SDK 7 to 10 may leave out, by name; none by default
 * @param <Q> the question
 * @param <R> the answer
 */
public record SynapseType<Q, R>(
        String name,
        Class<Q> request,
        Class<R> response,
        String route,
        List<String> hashedFields,
        Map<String, Object> defaults) {
    private static final Set<String> BASE_FIELDS = Set.of("name", "timeout");
    private static final Pattern ROUTE = Pattern.compile(
            "(?=.{1,1024}$)(/(?!\\.{1,2}(/|\\?|$))[A-Za-z0-9._~!$&'()*+,;=:@%-]*)+(\\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?");

    /** Checks name, route and the names of fields, and copies the collections. */
    public SynapseType {
        hashedFields = List.copyOf(hashedFields);
        defaults = Collections.unmodifiableMap(new LinkedHashMap<>(defaults));
        Set<String> fields = new TreeSet<>();
        addComponents(request, fields);
        addComponents(response, fields);
        requireCarried(request, new HashSet<>());
        requireCarried(response, new HashSet<>());
        defaults.keySet().forEach(field -> requireField(field, fields));
        fields.addAll(BASE_FIELDS);
        hashedFields.forEach(field -> requireField(field, fields));
        if (!name.matches("[A-Za-z0-9._-]{1,128}")) {
            throw InvalidValueException.outOfRange(
                    "synapse.name", "synapse name", "\"" + name + "\"", "1 to 128 letters, digits, . _ -");
        }
        if (!ROUTE.matcher(route).matches()) {
            throw InvalidValueException.outOfRange(
                    "synapse.route",
                    "synapse route",
                    "\"" + route.substring(0, Math.min(64, route.length())).replaceAll("[^ -~]", "?") + "\"",
                    "a slash, then a percent-encoded path without . and .. parts, and a query if any; at most 1024 characters");
        }
    }

    private static void addComponents(Class<?> type, Set<String> fields) {
        RecordComponent[] components = type.getRecordComponents();
        if (components != null) {
            for (RecordComponent component : components) {
                fields.add(component.getName());
            }
        }
    }

    /** Refuses where it is declared, not at the first call, what has no one spelling in JSON: times and spans. */
    private static void requireCarried(Type type, Set<Type> seen) {
        if (!seen.add(type)) {
            return;
        }
        if (type instanceof ParameterizedType generic) {
            requireCarried(generic.getRawType(), seen);
            for (Type argument : generic.getActualTypeArguments()) {
                requireCarried(argument, seen);
            }
        } else if (type instanceof GenericArrayType array) {
            requireCarried(array.getGenericComponentType(), seen);
        } else if (type instanceof Class<?> plain) {
            if (TemporalAccessor.class.isAssignableFrom(plain) || TemporalAmount.class.isAssignableFrom(plain)) {
                throw new InvalidValueException(
                        "synapse.component",
                        "synapse component of type " + plain.getName() + " (expected: what JSON can carry)",
                        "Carry it as a text, such as Instant.toString(), or as a number of a unit that the name tells.");
            }
            if (plain.isArray()) {
                requireCarried(plain.getComponentType(), seen);
            }
            RecordComponent[] components = plain.getRecordComponents();
            if (components != null) {
                for (RecordComponent component : components) {
                    requireCarried(component.getGenericType(), seen);
                }
            }
        }
    }

    private static void requireField(String field, Set<String> fields) {
        if (!fields.contains(field)) {
            throw InvalidValueException.outOfRange(
                    "synapse.field", "synapse field", "\"" + field + "\"", "one of " + fields);
        }
    }

    /**
     * A synapse whose route is its name.
     *
     * @param name the name on the wire
     * @param request the question's type
     * @param response the answer's type
     */
    public SynapseType(String name, Class<Q> request, Class<R> response) {
        this(name, request, response, "/" + name, List.of(), Map.of());
    }

    /**
     * A synapse whose question and answer are records, carried as JSON.
     *
     * @param name the name on the wire
     * @param request a record class
     * @param response a record class
     * @param <Q> the question
     * @param <R> the answer
     * @return the type
     * @throws InvalidValueException when a component is of a type that JSON can not carry, such as {@code Instant}
     */
    public static <Q extends Record, R extends Record> SynapseType<Q, R> json(
            String name, Class<Q> request, Class<R> response) {
        return new SynapseType<>(name, request, response);
    }

    /**
     * A synapse that carries bytes both ways, as they are.
     *
     * @param name the name on the wire
     * @return the type
     */
    public static SynapseType<byte[], byte[]> bytes(String name) {
        return new SynapseType<>(name, byte[].class, byte[].class);
    }

    /**
     * A synapse that carries named tensors both ways.
     *
     * @param name the name on the wire
     * @return the type
     */
    public static SynapseType<Tensors, Tensors> tensors(String name) {
        return new SynapseType<>(name, Tensors.class, Tensors.class);
    }

    /**
     * The same synapse on a route of the subnet's own, for {@link Dialect#HTTP}; the other dialects go by the name. An axon serves it under
     * the path alone and takes it with any query; a dendrite asks with path and query as they stand here. Both are signed as sent.
     *
     * @param path such as {@code /v1/generate} or {@code /generate?stream=false}; {@code /} and the name unless told otherwise
     * @return a changed copy
     * @throws InvalidValueException when the text is not a path as it stands on the wire
     */
    public SynapseType<Q, R> route(String path) {
        return new SynapseType<>(name, request, response, path, hashedFields, defaults);
    }

    /**
     * Names the fields whose values the signature of SDK 7 to 10 covers, as the Python class's {@code required_hash_fields} does. Both sides
     * must name the same ones in the same order.
     *
     * @param fields names of components; {@code name} and {@code timeout} of the base class are allowed
     * @return the same synapse with these fields hashed
     * @throws InvalidValueException when neither question nor answer has such a component
     */
    public SynapseType<Q, R> hashed(String... fields) {
        return new SynapseType<>(name, request, response, route, List.of(fields), defaults);
    }

    /**
     * Gives a component the default that the Python class's field has. Callers of SDK 7 to 10 may leave it out.
     *
     * @param field the component's name
     * @param value its value when a caller leaves it out, of the component's type
     * @return the same synapse with this default
     * @throws InvalidValueException when neither question nor answer has such a component
     */
    public SynapseType<Q, R> withDefault(String field, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(defaults);
        more.put(field, Objects.requireNonNull(value, "value"));
        return new SynapseType<>(name, request, response, route, hashedFields, more);
    }
}
