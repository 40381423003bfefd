package io.github.bittensor4j.localnet.internal.state;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.localnet.internal.declare.Type;
import io.github.bittensor4j.localnet.internal.declare.Values;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How a Java type stands in storage. Its {@link #shape()} is compared with the declared type when a handle is made, so a handle that
 * disagrees with the declaration does not start.
 *
 * @param <T> the Java type
 */
public final class Codec<T> {
    /** {@code bool}. */
    public static final Codec<Boolean> BOOL = of("bool", (out, v) -> out.bool(v), ScaleReader::bool);

    /** {@code u8}. */
    public static final Codec<Integer> U8 = of("u8", (out, v) -> out.u8(v), ScaleReader::u8);

    /** {@code u16} and its wrappers. */
    public static final Codec<Integer> U16 = of("u16", (out, v) -> out.u16(v), ScaleReader::u16);

    /** {@code u32}. */
    public static final Codec<Long> U32 = of("u32", (out, v) -> out.u32(v), ScaleReader::u32);

    /** {@code u64} and its wrappers, as bits: also an amount of alpha, which does not say of which subnet. */
    public static final Codec<Long> U64 = of("u64", (out, v) -> out.u64(v), ScaleReader::u64);

    /** {@code i64}. */
    public static final Codec<Long> I64 = of("i64", (out, v) -> out.u64(v), ScaleReader::u64);

    /** {@code u128} and the unsigned fixed-point numbers, as bits. */
    public static final Codec<BigInteger> U128 = of("u128", (out, v) -> out.u128(v), ScaleReader::u128);

    /** {@code i128} and the signed fixed-point numbers, as bits. */
    public static final Codec<BigInteger> I128 = of("i128", (out, v) -> out.i128(v), ScaleReader::i128);

    /** A netuid. */
    public static final Codec<Netuid> NETUID = of("u16", (out, v) -> out.u16(v.value()), in -> Netuid.of(in.u16()));

    /** A uid. */
    public static final Codec<Uid> UID = of("u16", (out, v) -> out.u16(v.value()), in -> new Uid(in.u16()));

    /** An amount of TAO. */
    public static final Codec<Tao> TAO = of("u64", (out, v) -> out.u64(v.rao()), in -> Tao.ofRao(in.u64()));

    /** An account. */
    public static final Codec<AccountId> ACCOUNT =
            of("[u8; 32]", (out, v) -> out.raw(v.bytes()), in -> AccountId.of(in.raw(AccountId.LENGTH)));

    /** A hash. */
    public static final Codec<byte[]> HASH = of("[u8; 32]", (out, v) -> out.raw(v), in -> in.raw(32));

    /** A vector of bytes. */
    public static final Codec<byte[]> BYTES = of("Vec<u8>", (out, v) -> out.bytes(v), ScaleReader::bytes);

    /** Nothing at all: a key that is there. */
    public static final Codec<Boolean> UNIT = of("()", (out, v) -> {}, in -> true);

    private final String shape;
    private final BiConsumer<ScaleWriter, T> writer;
    private final Function<ScaleReader, T> reader;

    private Codec(String shape, BiConsumer<ScaleWriter, T> writer, Function<ScaleReader, T> reader) {
        this.shape = shape;
        this.writer = writer;
        this.reader = reader;
    }

    /**
     * A codec of one's own.
     *
     * @param shape the shape of its bytes: numbers, {@code bool}, {@code Vec<A>}, {@code [A; 2]}, tuples of all fields in order
     * @param writer writes a value
     * @param reader reads one
     * @param <T> the Java type
     * @return the codec
     */
    public static <T> Codec<T> of(String shape, BiConsumer<ScaleWriter, T> writer, Function<ScaleReader, T> reader) {
        return new Codec<>(shape, writer, reader);
    }

    /**
     * A vector.
     *
     * @param element the codec of its elements
     * @param <T> their Java type
     * @return reads unmodifiable lists
     */
    public static <T> Codec<List<T>> vec(Codec<T> element) {
        return of(
                "Vec<" + element.shape + ">",
                (out, list) -> {
                    out.compact(list.size());
                    list.forEach(item -> element.write(out, item));
                },
                in -> {
                    int count = in.length(0);
                    List<T> list = new ArrayList<>(Math.min(count, 4096));
                    for (int i = 0; i < count; i++) {
                        list.add(element.read(in));
                    }
                    return Collections.unmodifiableList(list);
                });
    }

    /**
     * An option.
     *
     * @param inner the codec of what may be there
     * @param <T> its Java type
     * @return the codec
     */
    public static <T> Codec<Optional<T>> option(Codec<T> inner) {
        return of(
                "enum{0:(), 1:" + inner.shape + "}",
                (out, v) -> {
                    out.bool(v.isPresent());
                    v.ifPresent(item -> inner.write(out, item));
                },
                in -> in.bool() ? Optional.of(inner.read(in)) : Optional.empty());
    }

    /**
     * A pair.
     *
     * @param first the codec of the first part
     * @param second the codec of the second part
     * @param <A> its Java type
     * @param <B> its Java type
     * @return the codec
     */
    public static <A, B> Codec<Map.Entry<A, B>> pair(Codec<A> first, Codec<B> second) {
        return of(
                "(" + first.shape + ", " + second.shape + ")",
                (out, v) -> {
                    first.write(out, v.getKey());
                    second.write(out, v.getValue());
                },
                in -> {
                    A a = first.read(in);
                    return Map.entry(a, second.read(in));
                });
    }

    /**
     * A struct or tuple of two fields as a Java type.
     *
     * @param first the codec of the first field
     * @param second the codec of the second field
     * @param make makes the value
     * @param getFirst takes it apart
     * @param getSecond takes it apart
     * @param <A> the first field
     * @param <B> the second field
     * @param <T> the Java type
     * @return the codec
     */
    public static <A, B, T> Codec<T> struct(
            Codec<A> first,
            Codec<B> second,
            BiFunction<A, B, T> make,
            Function<T, A> getFirst,
            Function<T, B> getSecond) {
        return of(
                "(" + first.shape + ", " + second.shape + ")",
                (out, v) -> {
                    first.write(out, getFirst.apply(v));
                    second.write(out, getSecond.apply(v));
                },
                in -> {
                    A a = first.read(in);
                    return make.apply(a, second.read(in));
                });
    }

    /**
     * Plain values of any declared type, as {@link Values} describes them: for what is too rare to have its own Java type.
     *
     * @param type the declared type
     * @return the codec
     */
    public static Codec<Object> plain(Type type) {
        return of(shape(type), (out, v) -> Values.write(type, v, out), in -> Values.read(type, in));
    }

    /**
     * The shape of its bytes.
     *
     * @return in the words of {@link #shape(Type)}
     */
    public String shape() {
        return shape;
    }

    /**
     * Writes a value.
     *
     * @param out where to
     * @param value the value
     */
    public void write(ScaleWriter out, T value) {
        writer.accept(out, value);
    }

    /**
     * Reads a value.
     *
     * @param in where from
     * @return the value
     */
    public T read(ScaleReader in) {
        return reader.apply(in);
    }

    /**
     * A value's bytes.
     *
     * @param value the value
     * @return its SCALE bytes
     */
    public byte[] encode(T value) {
        ScaleWriter out = new ScaleWriter();
        write(out, value);
        return out.toByteArray();
    }

    /**
     * A value of bytes that hold nothing else.
     *
     * @param bytes its SCALE bytes
     * @return the value
     */
    public T decode(byte[] bytes) {
        ScaleReader in = new ScaleReader(bytes);
        T value = read(in);
        in.end();
        return value;
    }

    /**
     * The shape of a declared type's bytes: names and single-field wrappers gone, structs as tuples.
     *
     * @param type the type
     * @return the shape
     */
    public static String shape(Type type) {
        if (type.text().equals("RuntimeCall")) {
            return "call"; // contains itself
        }
        Type.Shape shape = type.shape();
        if (shape instanceof Type.Sequence sequence) {
            return "Vec<" + shape(sequence.element()) + ">";
        } else if (shape instanceof Type.Array array) {
            return "[" + shape(array.element()) + "; " + array.length() + "]";
        } else if (shape instanceof Type.Compact compact) {
            return "Compact<" + shape(compact.inner()) + ">";
        } else if (shape instanceof Type.Tuple tuple) {
            return tuple(tuple.elements());
        } else if (shape instanceof Type.Struct struct) {
            return tuple(struct.fields().stream().map(Type.Field::type).toList());
        } else if (shape instanceof Type.Choice choice) {
            return choice.alternatives().stream()
                    .map(a -> a.index() + ":"
                            + tuple(a.fields().stream().map(Type.Field::type).toList()))
                    .collect(Collectors.joining(", ", "enum{", "}"));
        }
        return type.text();
    }

    private static String tuple(List<Type> parts) {
        return parts.size() == 1
                ? shape(parts.get(0))
                : parts.stream().map(Codec::shape).collect(Collectors.joining(", ", "(", ")"));
    }
}
