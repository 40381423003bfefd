package io.github.bittensor4j.protocol.internal.synapse;

import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Tensor;
import io.github.bittensor4j.protocol.internal.WireException;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Array;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The declared type of a field: Java's on one side, Python's on the other. What comes as JSON is normalised as the Python class does it,
 * since that form is what the body hash covers.
 */
abstract sealed class FieldType {
    private static final Set<String> TRUE = Set.of("1", "true", "t", "yes", "y", "on");
    private static final Set<String> FALSE = Set.of("0", "false", "f", "no", "n", "off");

    /** The Python value that a class with this field makes of a JSON value. */
    abstract @Nullable Object accept(@Nullable Object json);

    /** The Python value of a Java value. */
    abstract @Nullable Object python(@Nullable Object java);

    /** The Java value of a Python value that {@link #accept} gave. */
    abstract @Nullable Object java(@Nullable Object python);

    /** Whether the field may be left out, being {@code None} then. */
    boolean optional() {
        return false;
    }

    /**
     * What a header carries in a required field's place, as the class reads it: the empty value of the type. Empty where Python's class
     * does not take that value, so that the field can never be a required one.
     */
    abstract Optional<Object> placeholder();

    /**
     * The type of a record's component, of what its list holds, and so on.
     *
     * @throws InvalidValueException when no Python class can have such a field and get it over the wire
     */
    static FieldType of(AnnotatedType declared) {
        Type type = declared.getType();
        FieldType plain = plain(declared, type);
        boolean nullable = !(plain instanceof Maybe)
                && Arrays.stream(declared.getAnnotations())
                        .anyMatch(annotation ->
                                annotation.annotationType().getSimpleName().equals("Nullable"));
        return nullable ? new Maybe(plain, false) : plain;
    }

    private static FieldType plain(AnnotatedType declared, Type type) {
        if (type instanceof Class<?> raw) {
            if (raw.isArray() && declared instanceof AnnotatedArrayType array && raw != byte[].class) {
                return new Fixed(of(array.getAnnotatedGenericComponentType()), raw.getComponentType());
            }
            if (raw == Tensor.class) {
                return new OfTensor();
            }
            if (raw.isRecord()) {
                return new Nested(raw);
            }
            Function<BigInteger, Object> integer = INTEGERS.get(raw);
            if (integer != null) {
                return new Int(integer);
            }
            if (raw == double.class || raw == Double.class) {
                return new Floating(value -> value);
            }
            if (raw == float.class || raw == Float.class) {
                return new Floating(Double::floatValue);
            }
            if (raw == boolean.class || raw == Boolean.class) {
                return new Truth();
            }
            if (raw == String.class) {
                return new Text();
            }
            if (raw == Object.class) {
                return new Any();
            }
        }
        if (type instanceof ParameterizedType generic && declared instanceof AnnotatedParameterizedType parameters) {
            AnnotatedType[] arguments = parameters.getAnnotatedActualTypeArguments();
            if (generic.getRawType() == Optional.class) {
                return new Maybe(of(arguments[0]), true);
            }
            if (generic.getRawType() == List.class) {
                return new Items(of(arguments[0]));
            }
            if (generic.getRawType() == Map.class) {
                FieldType key = of(arguments[0]);
                if (key instanceof Text || key instanceof Int) {
                    return new Dict(key, of(arguments[1]));
                }
            }
        }
        throw new InvalidValueException(
                "synapse.field",
                "type " + type.getTypeName()
                        + " (expected: String, a number, boolean, List, Map by String or number, array, record, Tensor,"
                        + " Object, or Optional of one)",
                "Only what JSON has can travel to SDK 7 to 10.");
    }

    private static final Map<Class<?>, Function<BigInteger, Object>> INTEGERS = Map.of(
            int.class, BigInteger::intValueExact,
            Integer.class, BigInteger::intValueExact,
            long.class, BigInteger::longValueExact,
            Long.class, BigInteger::longValueExact,
            BigInteger.class, number -> number);

    static WireException mismatch(String expected) {
        return new WireException("call.invalid", "not " + expected);
    }

    /** {@code str} */
    private static final class Text extends FieldType {
        @Override
        Optional<Object> placeholder() {
            return Optional.of("");
        }

        @Override
        Object accept(@Nullable Object json) {
            if (json instanceof String text) {
                return text;
            }
            throw mismatch("a str");
        }

        @Override
        Object python(@Nullable Object java) {
            return (String) present(java);
        }

        @Override
        @Nullable
        Object java(@Nullable Object python) {
            return python;
        }
    }

    /** {@code int} */
    private static final class Int extends FieldType {
        private final Function<BigInteger, Object> narrow;

        Int(Function<BigInteger, Object> narrow) {
            this.narrow = narrow;
        }

        @Override
        Optional<Object> placeholder() {
            return Optional.of(BigInteger.ZERO);
        }

        @Override
        Object accept(@Nullable Object json) {
            if (json instanceof BigInteger number) {
                return number;
            }
            if (json instanceof Boolean truth) {
                return truth ? BigInteger.ONE : BigInteger.ZERO;
            }
            if (json instanceof Double number && !number.isInfinite() && number == Math.rint(number)) {
                return new BigDecimal(number).toBigIntegerExact();
            }
            if (json instanceof String text) {
                return Python.integer(text).orElseThrow(() -> mismatch("an int"));
            }
            throw mismatch("an int");
        }

        @Override
        Object python(@Nullable Object java) {
            return java instanceof BigInteger number
                    ? number
                    : BigInteger.valueOf(((Number) present(java)).longValue());
        }

        @Override
        Object java(@Nullable Object python) {
            try {
                return narrow.apply((BigInteger) present(python));
            } catch (ArithmeticException e) {
                throw mismatch("an int in the range of this field");
            }
        }
    }

    /** {@code float} */
    private static final class Floating extends FieldType {
        private final Function<Double, Object> narrow;

        Floating(Function<Double, Object> narrow) {
            this.narrow = narrow;
        }

        @Override
        Optional<Object> placeholder() {
            return Optional.of(0.0);
        }

        @Override
        Object accept(@Nullable Object json) {
            if (json instanceof Double number) {
                return number;
            }
            if (json instanceof BigInteger number) {
                return number.doubleValue();
            }
            if (json instanceof Boolean truth) {
                return truth ? 1.0 : 0.0;
            }
            if (json instanceof String text) {
                return Python.floating(text).orElseThrow(() -> mismatch("a float"));
            }
            throw mismatch("a float");
        }

        @Override
        Object python(@Nullable Object java) {
            return ((Number) present(java)).doubleValue();
        }

        @Override
        Object java(@Nullable Object python) {
            return narrow.apply((Double) present(python));
        }
    }

    /** {@code bool} */
    private static final class Truth extends FieldType {
        @Override
        Optional<Object> placeholder() {
            return Optional.of(false);
        }

        @Override
        Object accept(@Nullable Object json) {
            if (json instanceof Boolean truth) {
                return truth;
            }
            String text = json instanceof Double number && number == Math.rint(number)
                    ? Integer.toString(number.intValue())
                    : String.valueOf(json).toLowerCase(Locale.ROOT);
            if (TRUE.contains(text)) {
                return true;
            }
            if (FALSE.contains(text)) {
                return false;
            }
            throw mismatch("a bool");
        }

        @Override
        Object python(@Nullable Object java) {
            return (Boolean) present(java);
        }

        @Override
        @Nullable
        Object java(@Nullable Object python) {
            return python;
        }
    }

    /** {@code Any}, and any {@code Union} of what JSON has: the class keeps what came. */
    private static final class Any extends FieldType {
        @Override
        Optional<Object> placeholder() {
            return Optional.of("");
        }

        @Override
        @Nullable
        Object accept(@Nullable Object json) {
            return json;
        }

        @Override
        @Nullable
        Object python(@Nullable Object java) {
            if (java == null || java instanceof String || java instanceof Boolean || java instanceof BigInteger) {
                return java;
            }
            if (java instanceof Double || java instanceof Float) {
                return ((Number) java).doubleValue();
            }
            if (java instanceof Long || java instanceof Integer || java instanceof Short || java instanceof Byte) {
                return BigInteger.valueOf(((Number) java).longValue());
            }
            if (java instanceof List<?> list) {
                return list.stream().map(this::python).collect(ArrayList::new, ArrayList::add, ArrayList::addAll);
            }
            if (java instanceof Map<?, ?> map) {
                Map<Object, @Nullable Object> dict = new LinkedHashMap<>();
                map.forEach((key, value) -> dict.put(String.valueOf(key), python(value)));
                return dict;
            }
            throw new WireException(
                    "call.payload", java.getClass().getSimpleName() + " is nothing that JSON has: it cannot travel");
        }

        @Override
        @Nullable
        Object java(@Nullable Object python) {
            return python;
        }
    }

    /** {@code Optional[T] = None}: {@code Optional} in Java, or a component that is marked nullable. */
    private static final class Maybe extends FieldType {
        private final FieldType value;
        private final boolean wrapped;

        Maybe(FieldType value, boolean wrapped) {
            this.value = value;
            this.wrapped = wrapped;
        }

        @Override
        boolean optional() {
            return true;
        }

        @Override
        Optional<Object> placeholder() {
            return Optional.empty();
        }

        @Override
        @Nullable
        Object accept(@Nullable Object json) {
            return json == null ? null : value.accept(json);
        }

        @Override
        @Nullable
        Object python(@Nullable Object java) {
            Object present = wrapped && java != null ? ((Optional<?>) java).orElse(null) : java;
            return present == null ? null : value.python(present);
        }

        @Override
        @Nullable
        Object java(@Nullable Object python) {
            Object present = python == null ? null : value.java(python);
            return wrapped ? Optional.ofNullable(present) : present;
        }
    }

    /** {@code list[T]} */
    private static final class Items extends FieldType {
        private final FieldType item;

        Items(FieldType item) {
            this.item = item;
        }

        @Override
        Optional<Object> placeholder() {
            return Optional.of(List.of());
        }

        @Override
        Object accept(@Nullable Object json) {
            if (json instanceof List<?> list) {
                return mapped(list, item::accept);
            }
            throw mismatch("a list");
        }

        @Override
        Object python(@Nullable Object java) {
            return mapped((List<?>) present(java), item::python);
        }

        @Override
        Object java(@Nullable Object python) {
            return Collections.unmodifiableList(mapped((List<?>) present(python), item::java));
        }
    }

    /** {@code tuple[T, ...]}: an array in Java. */
    private static final class Fixed extends FieldType {
        private final FieldType item;
        private final Class<?> component;

        Fixed(FieldType item, Class<?> component) {
            this.item = item;
            this.component = component;
        }

        @Override
        Optional<Object> placeholder() {
            return Optional.of(new Python.Tuple(List.of()));
        }

        @Override
        Object accept(@Nullable Object json) {
            if (json instanceof List<?> list) {
                return new Python.Tuple(mapped(list, item::accept));
            }
            throw mismatch("a tuple");
        }

        @Override
        Object python(@Nullable Object java) {
            Object array = present(java);
            List<@Nullable Object> items = new ArrayList<>();
            for (int i = 0; i < Array.getLength(array); i++) {
                items.add(item.python(Array.get(array, i)));
            }
            return new Python.Tuple(items);
        }

        @Override
        Object java(@Nullable Object python) {
            List<?> items = ((Python.Tuple) present(python)).items();
            Object array = Array.newInstance(component, items.size());
            for (int i = 0; i < items.size(); i++) {
                Array.set(array, i, item.java(items.get(i)));
            }
            return array;
        }
    }

    /** {@code dict[K, V]} */
    private static final class Dict extends FieldType {
        private final FieldType key;
        private final FieldType value;

        Dict(FieldType key, FieldType value) {
            this.key = key;
            this.value = value;
        }

        @Override
        Optional<Object> placeholder() {
            return Optional.of(Map.of());
        }

        @Override
        Object accept(@Nullable Object json) {
            if (json instanceof Map<?, ?> map) {
                return mapped(map, key::accept, value::accept);
            }
            throw mismatch("a dict");
        }

        @Override
        Object python(@Nullable Object java) {
            return mapped((Map<?, ?>) present(java), key::python, value::python);
        }

        @Override
        Object java(@Nullable Object python) {
            return Collections.unmodifiableMap(mapped((Map<?, ?>) present(python), key::java, value::java));
        }

        private static Map<@Nullable Object, @Nullable Object> mapped(
                Map<?, ?> map,
                Function<@Nullable Object, @Nullable Object> keys,
                Function<@Nullable Object, @Nullable Object> values) {
            Map<@Nullable Object, @Nullable Object> other = new LinkedHashMap<>();
            map.forEach((name, item) -> other.put(keys.apply(name), values.apply(item)));
            return other;
        }
    }

    /** A nested model: a record in Java, a dict in the hash. */
    private static final class Nested extends FieldType {
        private final RecordForm form;

        Nested(Class<?> type) {
            this.form = RecordForm.of(type);
        }

        @Override
        Optional<Object> placeholder() {
            return form.fields().values().stream().allMatch(FieldType::optional)
                    ? Optional.of(accept(Map.of()))
                    : Optional.empty();
        }

        @Override
        Object accept(@Nullable Object json) {
            if (!(json instanceof Map<?, ?> map)) {
                throw mismatch("a dict");
            }
            return form.accepted(map);
        }

        @Override
        Object python(@Nullable Object java) {
            return form.python(present(java));
        }

        @Override
        Object java(@Nullable Object python) {
            return form.java((Map<?, ?>) present(python));
        }
    }

    /** The SDK's {@code Tensor}. */
    private static final class OfTensor extends FieldType {
        @Override
        Optional<Object> placeholder() {
            return Optional.empty();
        }

        @Override
        Object accept(@Nullable Object json) {
            if (json instanceof Map<?, ?> map) {
                return TensorForm.accept(map);
            }
            throw mismatch("a tensor");
        }

        @Override
        Object python(@Nullable Object java) {
            return TensorForm.dict((Tensor) present(java));
        }

        @Override
        Object java(@Nullable Object python) {
            return TensorForm.tensor((Map<?, ?>) present(python));
        }
    }

    private static List<@Nullable Object> mapped(List<?> list, Function<@Nullable Object, @Nullable Object> each) {
        List<@Nullable Object> other = new ArrayList<>(list.size());
        for (Object item : list) {
            other.add(each.apply(item));
        }
        return other;
    }

    private static Object present(@Nullable Object value) {
        if (value == null) {
            throw new WireException("call.payload", "null where a value has to be: mark what may be absent");
        }
        return value;
    }
}
