package io.github.bittensor4j.localnet.internal.declare;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.scale.ScaleException;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Plain Java values of declared types, both ways.
 *
 * <p>Read: {@code u8} to {@code u16} and {@code i8} to {@code i32} as {@link Integer}, {@code u32} to {@code i64} as {@link Long}
 * (u64 as its bits), wider numbers as {@link BigInteger}, {@code bool} as {@link Boolean}, {@code str} as {@link String}, accounts as
 * {@link AccountId}, byte vectors and byte arrays as {@code byte[]}, vectors and tuples as {@link List}, structs as {@link Map} by field
 * name, wrappers of one field as what they wrap, {@code Option} as {@link Optional}, other enums as {@link Variant}, calls as
 * {@link Call}. Written: the same, and for numbers any {@link Number}, {@link Tao}, {@link Alpha}, {@link Netuid}, {@link Uid}; for
 * structs also a {@link List} in order; for an alternative without fields its name as {@link String}; for byte vectors also text.
 */
public final class Values {
    /** How deep calls may be nested in each other: enough for any honest use, far from the end of a thread's stack. */
    private static final int DEEPEST = 64;

    private Values() {}

    /**
     * Writes a value.
     *
     * @param type its type
     * @param value a plain value
     * @return its SCALE bytes
     * @throws IllegalArgumentException when the value does not fit the type: a mistake in this module
     */
    public static byte[] encode(Type type, Object value) {
        ScaleWriter out = new ScaleWriter();
        write(type, value, out);
        return out.toByteArray();
    }

    /**
     * Reads a value that fills the bytes.
     *
     * @param type its type
     * @param bytes its SCALE bytes
     * @return the plain value
     * @throws ScaleException when the bytes are not a value of that type
     */
    public static Object decode(Type type, byte[] bytes) {
        ScaleReader in = new ScaleReader(bytes);
        Object value = read(type, in);
        in.end();
        return value;
    }

    /**
     * Reads a value.
     *
     * @param type its type
     * @param in where it begins
     * @return the plain value
     * @throws ScaleException when the bytes are not a value of that type
     */
    public static Object read(Type type, ScaleReader in) {
        return read(type, in, 0);
    }

    private static Object read(Type type, ScaleReader in, int depth) {
        Type.Shape shape = type.shape();
        if (shape instanceof Type.Whole whole) {
            return whole(whole, in);
        } else if (shape instanceof Type.Bool) {
            return in.bool();
        } else if (shape instanceof Type.Text) {
            return in.text();
        } else if (shape instanceof Type.Compact compact) {
            return compact(compact, in);
        } else if (shape instanceof Type.Sequence sequence) {
            if (isByte(sequence.element())) {
                return in.bytes();
            }
            int count = in.length(sequence.element().least());
            List<Object> items = new ArrayList<>(Math.min(count, 1024));
            for (int i = 0; i < count; i++) {
                items.add(read(sequence.element(), in, depth));
            }
            return Collections.unmodifiableList(items);
        } else if (shape instanceof Type.Array array) {
            if (isByte(array.element())) {
                return in.raw(array.length());
            }
            List<Object> items = new ArrayList<>();
            for (int i = 0; i < array.length(); i++) {
                items.add(read(array.element(), in, depth));
            }
            return Collections.unmodifiableList(items);
        } else if (shape instanceof Type.Tuple tuple) {
            List<Object> items = new ArrayList<>();
            for (Type element : tuple.elements()) {
                items.add(read(element, in, depth));
            }
            return Collections.unmodifiableList(items);
        } else if (shape instanceof Type.Struct struct) {
            if (type.text().equals("AccountId32")) {
                return AccountId.of(in.raw(AccountId.LENGTH));
            }
            return struct.transparent()
                    ? read(struct.fields().get(0).type(), in, depth)
                    : fields(struct.fields(), in, depth);
        }
        return alternative(type, (Type.Choice) shape, in, depth);
    }

    private static Object alternative(Type type, Type.Choice choice, ScaleReader in, int depth) {
        int index = in.u8();
        Type.Alternative chosen = choice.at(index)
                .orElseThrow(() -> new ScaleException(
                        "scale.alternative",
                        type + ": alternative " + index + " before " + in.position() + " is not declared"));
        if (isOption(type)) {
            return chosen.fields().isEmpty()
                    ? Optional.empty()
                    : Optional.of(read(chosen.fields().get(0).type(), in, depth));
        }
        if (type.text().equals("RuntimeCall")) {
            if (depth >= DEEPEST) {
                throw new ScaleException("scale.depth", "calls are nested deeper than " + DEEPEST);
            }
            Type calls = chosen.fields().get(0).type();
            int callIndex = in.u8();
            Type.Alternative call = ((Type.Choice) calls.shape())
                    .at(callIndex)
                    .orElseThrow(() -> new ScaleException(
                            "scale.alternative", "pallet " + chosen.name() + " has no call of index " + callIndex));
            return new Call(
                    chosen.name(), call.name(), Collections.unmodifiableMap(named(call.fields(), in, depth + 1)));
        }
        return new Variant(chosen.name(), fields(chosen.fields(), in, depth));
    }

    private static Object fields(List<Type.Field> fields, ScaleReader in, int depth) {
        if (!fields.isEmpty() && fields.get(0).name().isPresent()) {
            return Collections.unmodifiableMap(named(fields, in, depth));
        }
        List<Object> values = new ArrayList<>();
        for (Type.Field field : fields) {
            values.add(read(field.type(), in, depth));
        }
        return Collections.unmodifiableList(values);
    }

    private static Map<String, Object> named(List<Type.Field> fields, ScaleReader in, int depth) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Type.Field field : fields) {
            values.put(field.name().orElseThrow(), read(field.type(), in, depth));
        }
        return values;
    }

    private static Object whole(Type.Whole whole, ScaleReader in) {
        switch (whole.bytes()) {
            case 1:
                int small = in.u8();
                return whole.signed() ? (int) (byte) small : small;
            case 2:
                int medium = in.u16();
                return whole.signed() ? (int) (short) medium : medium;
            case 4:
                long wide = in.u32();
                return whole.signed() ? (Object) (int) wide : (Object) wide;
            case 8:
                return in.u64();
            default:
                return in.fixed(whole.bytes(), whole.signed());
        }
    }

    private static Object compact(Type.Compact compact, ScaleReader in) {
        Type inner = compact.inner().unwrapped();
        if (!(inner.shape() instanceof Type.Whole whole)) {
            return List.of(); // a compact nothing has no bytes
        }
        BigInteger value = in.compactBig();
        if (value.bitLength() > whole.bytes() * 8) {
            throw new ScaleException("scale.range", "compact " + inner + ": " + value + " is too large");
        }
        return switch (whole.bytes()) {
            case 1, 2 -> (Object) value.intValue();
            case 4, 8 -> (Object) value.longValue();
            default -> value;
        };
    }

    private static boolean isByte(Type type) {
        return type.shape() instanceof Type.Whole whole && whole.bytes() == 1 && !whole.signed();
    }

    private static boolean isOption(Type type) {
        return type.path().equals(List.of("Option"));
    }

    /**
     * Writes a value.
     *
     * @param type its type
     * @param value a plain value
     * @param out where to
     * @throws IllegalArgumentException when the value does not fit the type: a mistake in this module
     */
    public static void write(Type type, Object value, ScaleWriter out) {
        Type.Shape shape = type.shape();
        if (shape instanceof Type.Whole whole) {
            writeWhole(type, whole, value, out);
        } else if (shape instanceof Type.Bool) {
            out.bool((Boolean) value);
        } else if (shape instanceof Type.Text) {
            out.text((String) value);
        } else if (shape instanceof Type.Compact compact) {
            if (compact.inner().unwrapped().shape() instanceof Type.Whole whole) {
                out.compact(unsigned(whole, number(type, value)));
            }
        } else if (shape instanceof Type.Sequence sequence) {
            writeSequence(type, sequence.element(), value, out);
        } else if (shape instanceof Type.Array array) {
            if (isByte(array.element())) {
                byte[] bytes = bytes(type, value);
                fits(type, bytes.length == array.length(), value);
                out.raw(bytes);
            } else {
                List<?> items = (List<?>) value;
                fits(type, items.size() == array.length(), value);
                items.forEach(item -> write(array.element(), item, out));
            }
        } else if (shape instanceof Type.Tuple tuple) {
            List<?> items = (List<?>) value;
            fits(type, items.size() == tuple.elements().size(), value);
            for (int i = 0; i < items.size(); i++) {
                write(tuple.elements().get(i), items.get(i), out);
            }
        } else if (shape instanceof Type.Struct struct) {
            if (value instanceof AccountId account && type.text().equals("AccountId32")) {
                out.raw(account.bytes());
            } else if (struct.transparent()) {
                write(struct.fields().get(0).type(), value, out);
            } else {
                writeFields(type, struct.fields(), value, out);
            }
        } else {
            writeAlternative(type, (Type.Choice) shape, value, out);
        }
    }

    private static void writeSequence(Type type, Type element, Object value, ScaleWriter out) {
        if (isByte(element)) {
            out.bytes(bytes(type, value));
            return;
        }
        Collection<?> items = (Collection<?>) value;
        out.compact(items.size());
        items.forEach(item -> write(element, item, out));
    }

    private static void writeAlternative(Type type, Type.Choice choice, Object value, ScaleWriter out) {
        if (value instanceof Optional<?> optional && isOption(type)) {
            out.bool(optional.isPresent());
            if (optional.isPresent()) {
                write(choice.alternatives().get(1).fields().get(0).type(), optional.get(), out);
            }
            return;
        }
        if (value instanceof Call call) {
            Type.Alternative pallet = choice.named(call.pallet()).orElseThrow();
            Type calls = pallet.fields().get(0).type();
            Type.Alternative chosen =
                    ((Type.Choice) calls.shape()).named(call.name()).orElseThrow();
            out.u8(pallet.index()).u8(chosen.index());
            writeFields(calls, chosen.fields(), call.arguments(), out);
            return;
        }
        String name = value instanceof Variant variant ? variant.name() : (String) value;
        Object body = value instanceof Variant variant ? variant.body() : List.of();
        Type.Alternative chosen = choice.named(name)
                .orElseThrow(() -> new IllegalArgumentException(type + " has no alternative " + name));
        out.u8(chosen.index());
        writeFields(type, chosen.fields(), body, out);
    }

    /**
     * Writes fields in order.
     *
     * @param type whose fields they are
     * @param fields the fields
     * @param value {@link Map} by name or {@link List} in order
     * @param out where to
     */
    public static void writeFields(Type type, List<Type.Field> fields, Object value, ScaleWriter out) {
        if (value instanceof Map<?, ?> map) {
            for (Type.Field field : fields) {
                Object one = map.get(field.name().orElse(""));
                if (one == null) {
                    throw new IllegalArgumentException(type + ": no value for " + field.name() + " in " + map.keySet());
                }
                write(field.type(), one, out);
            }
            return;
        }
        List<?> items = (List<?>) value;
        fits(type, items.size() == fields.size(), value);
        for (int i = 0; i < items.size(); i++) {
            write(fields.get(i).type(), items.get(i), out);
        }
    }

    private static byte[] bytes(Type type, Object value) {
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        if (value instanceof AccountId account) {
            return account.bytes();
        }
        if (value instanceof String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        throw new IllegalArgumentException(type + " can not be made of " + value.getClass());
    }

    private static void writeWhole(Type type, Type.Whole whole, Object value, ScaleWriter out) {
        Number number = number(type, value);
        if (number instanceof BigInteger big) {
            out.fixed(big, whole.bytes(), whole.signed());
            return;
        }
        long bits = number.longValue();
        switch (whole.bytes()) {
            case 1 -> {
                fits(type, whole.signed() ? bits == (byte) bits : bits >>> 8 == 0, value);
                out.u8((int) bits);
            }
            case 2 -> {
                fits(type, whole.signed() ? bits == (short) bits : bits >>> 16 == 0, value);
                out.u16((int) bits);
            }
            case 4 -> {
                fits(type, whole.signed() ? bits == (int) bits : bits >>> 32 == 0, value);
                out.u32(bits);
            }
            case 8 -> out.u64(bits);
            default ->
                out.fixed(
                        whole.signed() ? BigInteger.valueOf(bits) : unsigned(whole, number),
                        whole.bytes(),
                        whole.signed());
        }
    }

    /** A long is the bits of a u64; in a wider number it is itself. */
    private static BigInteger unsigned(Type.Whole whole, Number number) {
        if (number instanceof BigInteger big) {
            return big;
        }
        return whole.bytes() == 8
                ? new BigInteger(Long.toUnsignedString(number.longValue()))
                : BigInteger.valueOf(number.longValue());
    }

    private static Number number(Type type, Object value) {
        if (value instanceof Integer || value instanceof Long || value instanceof BigInteger) {
            return (Number) value;
        } else if (value instanceof Tao tao) {
            return tao.rao();
        } else if (value instanceof Alpha alpha) {
            return alpha.rao();
        } else if (value instanceof Netuid netuid) {
            return netuid.value();
        } else if (value instanceof Uid uid) {
            return uid.value();
        }
        throw new IllegalArgumentException(type + " can not be made of " + value.getClass() + " " + value);
    }

    private static void fits(Type type, boolean fits, Object value) {
        if (!fits) {
            throw new IllegalArgumentException(type + " can not hold " + value);
        }
    }
}
