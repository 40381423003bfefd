package io.github.bittensor4j.localnet.internal.declare;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A type of the chain: how its values are made up, and under which name metadata shows it. Immutable once its registry has built it. */
public final class Type {
    private final String text;
    private final int id;
    private final List<String> path;
    private final List<Parameter> parameters;
    private @Nullable Shape shape;
    private int least = -1;

    Type(String text, int id, List<String> path, List<Parameter> parameters) {
        this.text = text;
        this.id = id;
        this.path = path;
        this.parameters = parameters;
    }

    void become(Shape made) {
        shape = made;
    }

    /**
     * The type as declarations write it, aliases replaced.
     *
     * @return such as {@code Option<AccountId32>}
     */
    public String text() {
        return text;
    }

    /**
     * Its number in the metadata.
     *
     * @return from 0
     */
    public int id() {
        return id;
    }

    /**
     * The path metadata shows.
     *
     * @return its parts; empty for what has no name
     */
    public List<String> path() {
        return path;
    }

    /**
     * The generic parameters metadata shows.
     *
     * @return in order
     */
    public List<Parameter> parameters() {
        return parameters;
    }

    /**
     * How its values are made up.
     *
     * @return the shape
     */
    public Shape shape() {
        return Objects.requireNonNull(shape, text);
    }

    /**
     * The fewest bytes one value takes: what bounds a vector's length before anything is allocated.
     *
     * @return in bytes
     */
    int least() {
        if (least < 0) {
            least = 0; // a type that contains itself goes through a vector or an enum, which count without it
            least = shape().least();
        }
        return least;
    }

    /**
     * The type inside of single-field wrappers.
     *
     * @return the first type inward that is not such a wrapper
     */
    public Type unwrapped() {
        return shape() instanceof Struct s && s.transparent()
                ? s.fields().get(0).type().unwrapped()
                : this;
    }

    @Override
    public String toString() {
        return text;
    }

    /**
     * A generic parameter.
     *
     * @param name its name
     * @param type what it stands for; empty where metadata says nothing
     */
    public record Parameter(String name, Optional<Type> type) {}

    /**
     * A field.
     *
     * @param name its name; empty in tuples
     * @param type its type
     * @param written the type as the declaration writes it
     */
    public record Field(Optional<String> name, Type type, String written) {}

    /**
     * One alternative of an enum.
     *
     * @param index its byte
     * @param name its name
     * @param fields what it carries
     */
    public record Alternative(int index, String name, List<Field> fields) {
        /**
         * Whether its fields have names.
         *
         * @return false when there are none
         */
        public boolean named() {
            return !fields.isEmpty() && fields.get(0).name().isPresent();
        }
    }

    /** How values are made up. */
    public sealed interface Shape {
        /**
         * The fewest bytes one value takes.
         *
         * @return in bytes
         */
        int least();
    }

    /**
     * A whole number of fixed width.
     *
     * @param bytes its width
     * @param signed whether it can be negative
     */
    public record Whole(int bytes, boolean signed) implements Shape {
        @Override
        public int least() {
            return bytes;
        }
    }

    /** A boolean. */
    public record Bool() implements Shape {
        @Override
        public int least() {
            return 1;
        }
    }

    /** A text. */
    public record Text() implements Shape {
        @Override
        public int least() {
            return 1;
        }
    }

    /**
     * A vector.
     *
     * @param element of what
     */
    public record Sequence(Type element) implements Shape {
        @Override
        public int least() {
            return 1;
        }
    }

    /**
     * A fixed number of elements.
     *
     * @param element of what
     * @param length how many
     */
    public record Array(Type element, int length) implements Shape {
        @Override
        public int least() {
            return element.least() * length;
        }
    }

    /**
     * A tuple.
     *
     * @param elements its parts
     */
    public record Tuple(List<Type> elements) implements Shape {
        @Override
        public int least() {
            return elements.stream().mapToInt(Type::least).sum();
        }
    }

    /**
     * A compact whole number.
     *
     * @param inner what it stands for
     */
    public record Compact(Type inner) implements Shape {
        @Override
        public int least() {
            return inner.least() == 0 ? 0 : 1;
        }
    }

    /**
     * A struct.
     *
     * @param fields in order
     */
    public record Struct(List<Field> fields) implements Shape {
        /**
         * Whether it is a wrapper of one field, which values do not show.
         *
         * @return true for one field
         */
        public boolean transparent() {
            return fields.size() == 1;
        }

        @Override
        public int least() {
            return fields.stream().mapToInt(f -> f.type().least()).sum();
        }
    }

    /**
     * An enum.
     *
     * @param alternatives by index
     */
    public record Choice(List<Alternative> alternatives) implements Shape {
        /**
         * An alternative by its byte.
         *
         * @param index the byte
         * @return the alternative
         */
        public Optional<Alternative> at(int index) {
            return alternatives.stream().filter(a -> a.index() == index).findFirst();
        }

        /**
         * An alternative by its name.
         *
         * @param name the name
         * @return the alternative
         */
        public Optional<Alternative> named(String name) {
            return alternatives.stream().filter(a -> a.name().equals(name)).findFirst();
        }

        @Override
        public int least() {
            return 1;
        }
    }
}
