package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.subtensor.MetadataTree.Api;
import io.github.bittensor4j.subtensor.MetadataTree.Array;
import io.github.bittensor4j.subtensor.MetadataTree.Associated;
import io.github.bittensor4j.subtensor.MetadataTree.Bits;
import io.github.bittensor4j.subtensor.MetadataTree.Compact;
import io.github.bittensor4j.subtensor.MetadataTree.Composite;
import io.github.bittensor4j.subtensor.MetadataTree.Constant;
import io.github.bittensor4j.subtensor.MetadataTree.Custom;
import io.github.bittensor4j.subtensor.MetadataTree.Deprecation;
import io.github.bittensor4j.subtensor.MetadataTree.Entry;
import io.github.bittensor4j.subtensor.MetadataTree.EnumRef;
import io.github.bittensor4j.subtensor.MetadataTree.Extension;
import io.github.bittensor4j.subtensor.MetadataTree.ExtensionSet;
import io.github.bittensor4j.subtensor.MetadataTree.Extrinsic;
import io.github.bittensor4j.subtensor.MetadataTree.Field;
import io.github.bittensor4j.subtensor.MetadataTree.Input;
import io.github.bittensor4j.subtensor.MetadataTree.Kind;
import io.github.bittensor4j.subtensor.MetadataTree.Method;
import io.github.bittensor4j.subtensor.MetadataTree.Pallet;
import io.github.bittensor4j.subtensor.MetadataTree.Param;
import io.github.bittensor4j.subtensor.MetadataTree.Primitive;
import io.github.bittensor4j.subtensor.MetadataTree.Sequence;
import io.github.bittensor4j.subtensor.MetadataTree.Shape;
import io.github.bittensor4j.subtensor.MetadataTree.Storage;
import io.github.bittensor4j.subtensor.MetadataTree.Tuple;
import io.github.bittensor4j.subtensor.MetadataTree.Type;
import io.github.bittensor4j.subtensor.MetadataTree.Variant;
import io.github.bittensor4j.subtensor.MetadataTree.VariantDeprecation;
import io.github.bittensor4j.subtensor.MetadataTree.Variants;
import io.github.bittensor4j.subtensor.MetadataTree.View;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads metadata: where each type, pallet and runtime API lies and that all of it is there; each is read when it is asked for, and the
 * words of documentation only when somebody wants them. Most of metadata is never looked at.
 */
final class MetadataReader {
    private final byte[] data;
    private final ScaleReader in;
    private final int version;

    MetadataReader(byte[] data, ScaleReader in, int version) {
        this.data = data;
        this.in = in;
        this.version = version;
    }

    MetadataTree tree() {
        List<Type> types = lazy(5, r -> r.skipType(), (r, i) -> r.type(i));
        List<Pallet> pallets = lazy(5, r -> r.skipPallet(), (r, i) -> r.pallet());
        Extrinsic extrinsic = extrinsic();
        int runtime = version < 16 ? id() : -1;
        if (version == 14) {
            return new MetadataTree(version, types, pallets, extrinsic, runtime, List.of(), -1, -1, -1, List.of());
        }
        List<Api> apis = lazy(3, r -> r.skipApi(), (r, i) -> r.api());
        int call = id();
        int event = id();
        int error = id();
        List<Custom> custom = list(3, r -> new Custom(in.text(), id(), in.bytes()));
        return new MetadataTree(version, types, pallets, extrinsic, runtime, apis, call, event, error, custom);
    }

    private <T> List<T> lazy(
            int elementBytes, Consumer<MetadataReader> skip, BiFunction<MetadataReader, Integer, T> read) {
        int count = in.length(elementBytes);
        int[] starts = new int[count + 1];
        for (int i = 0; i < count; i++) {
            starts[i] = in.position();
            skip.accept(this);
        }
        starts[count] = in.position();
        return new Lazy<>(data, version, starts, read);
    }

    private void skipText() {
        in.skip(in.length(1));
    }

    private void skipTexts() {
        for (int i = in.length(1); i > 0; i--) {
            skipText();
        }
    }

    private void skipType() {
        in.compact();
        skipTexts();
        for (int i = in.length(2); i > 0; i--) {
            skipText();
            if (in.bool()) {
                in.compact();
            }
        }
        int kind = in.u8();
        switch (kind) {
            case 0:
                skipFields();
                break;
            case 1:
                for (int i = in.length(4); i > 0; i--) {
                    skipText();
                    skipFields();
                    in.u8();
                    skipTexts();
                }
                break;
            case 2:
            case 6:
                in.compact();
                break;
            case 3:
                in.u32();
                in.compact();
                break;
            case 4:
                for (int i = in.length(1); i > 0; i--) {
                    in.compact();
                }
                break;
            case 5:
                in.u8();
                break;
            case 7:
                in.compact();
                in.compact();
                break;
            default:
                throw noSuchKind(kind);
        }
        skipTexts();
    }

    private void skipFields() {
        for (int i = in.length(4); i > 0; i--) {
            if (in.bool()) {
                skipText();
            }
            in.compact();
            if (in.bool()) {
                skipText();
            }
            skipTexts();
        }
    }

    private void skipDeprecation() {
        if (version >= 16) {
            skipDeprecation(in.u8());
        }
    }

    private void skipDeprecation(int kind) {
        if (kind == 2) {
            skipText();
            if (in.bool()) {
                skipText();
            }
        }
    }

    private void skipEnumRef() {
        if (in.bool()) {
            in.compact();
            for (int i = version < 16 ? 0 : in.length(2); i > 0; i--) {
                in.u8();
                skipDeprecation(in.u8());
            }
        }
    }

    private void skipPallet() {
        skipText();
        if (in.bool()) {
            skipText();
            for (int i = in.length(5); i > 0; i--) {
                skipEntry();
            }
        }
        skipEnumRef();
        skipEnumRef();
        for (int i = in.length(4); i > 0; i--) {
            skipText();
            in.compact();
            skipText();
            skipTexts();
            skipDeprecation();
        }
        skipEnumRef();
        for (int i = version < 16 ? 0 : in.length(3); i > 0; i--) {
            skipText();
            in.compact();
            skipTexts();
        }
        for (int i = version < 16 ? 0 : in.length(36); i > 0; i--) {
            in.skip(32);
            skipMethod();
        }
        in.u8();
        if (version >= 15) {
            skipTexts();
        }
        skipDeprecation();
    }

    private void skipEntry() {
        skipText();
        in.u8();
        if (in.u8() != 0) {
            skipText();
            in.compact();
        }
        in.compact();
        skipText();
        skipTexts();
        skipDeprecation();
    }

    private void skipMethod() {
        skipText();
        for (int i = in.length(2); i > 0; i--) {
            skipText();
            in.compact();
        }
        in.compact();
        skipTexts();
        skipDeprecation();
    }

    private void skipApi() {
        skipText();
        for (int i = in.length(4); i > 0; i--) {
            skipMethod();
        }
        skipTexts();
        if (version >= 16) {
            in.compact();
        }
        skipDeprecation();
    }

    private static CodecException noSuchKind(int kind) {
        return new CodecException("metadata.type", "kind of type: " + kind + " (expected: 0-7)");
    }

    // Nothing is set aside for elements before they are read: a claimed count alone costs nothing.
    private <T> List<T> list(int elementBytes, Function<Integer, T> element) {
        int count = in.length(elementBytes);
        if (count == 0) {
            return List.of();
        }
        List<T> all = new ArrayList<>(Math.min(count, 1024));
        for (int i = 0; i < count; i++) {
            all.add(element.apply(i));
        }
        return all;
    }

    private int id() {
        long id = in.compact();
        if (id > Integer.MAX_VALUE) {
            throw new CodecException("metadata.type", "type number: " + id + " (expected: below 2^31)");
        }
        return (int) id;
    }

    private List<String> texts() {
        return list(1, i -> in.text());
    }

    private List<String> docs() {
        int count = in.length(1);
        int from = in.position();
        for (int i = 0; i < count; i++) {
            skipText();
        }
        return count == 0 ? List.of() : new Docs(data, from, in.position(), count);
    }

    private <T> @Nullable T option(Function<MetadataReader, T> value) {
        return in.bool() ? value.apply(this) : null;
    }

    private Type type(int position) {
        int id = id();
        if (id != position) {
            throw new CodecException("metadata.type", "type " + id + " stands at " + position);
        }
        List<String> path = texts();
        List<Param> params = list(2, i -> new Param(in.text(), option(r -> r.id())));
        Shape shape = shape();
        return new Type(path, params, shape, docs());
    }

    private Shape shape() {
        int kind = in.u8();
        switch (kind) {
            case 0:
                return new Composite(fields());
            case 1:
                return new Variants(list(4, i -> new Variant(in.text(), fields(), in.u8(), docs())));
            case 2:
                return new Sequence(id());
            case 3:
                return new Array(in.u32(), id());
            case 4:
                return new Tuple(list(1, i -> id()));
            case 5:
                int primitive = in.u8();
                if (primitive >= Kind.values().length) {
                    throw new CodecException("metadata.type", "primitive type: " + primitive + " (expected: 0-14)");
                }
                return new Primitive(Kind.values()[primitive]);
            case 6:
                return new Compact(id());
            case 7:
                return new Bits(id(), id());
            default:
                throw noSuchKind(kind);
        }
    }

    private List<Field> fields() {
        return list(4, i -> new Field(option(r -> in.text()), id(), option(r -> in.text()), docs()));
    }

    private Deprecation deprecation() {
        if (version < 16) {
            return Deprecation.NONE;
        }
        return deprecation(in.u8());
    }

    private Deprecation deprecation(int kind) {
        switch (kind) {
            case 0:
                return Deprecation.NONE;
            case 1:
                return new Deprecation(1, "", null);
            case 2:
                return new Deprecation(2, in.text(), option(r -> in.text()));
            default:
                throw new CodecException("metadata.deprecation", "deprecation: " + kind + " (expected: 0-2)");
        }
    }

    private EnumRef enumRef() {
        int type = id();
        return new EnumRef(
                type, version < 16 ? List.of() : list(2, i -> new VariantDeprecation(in.u8(), deprecation(in.u8()))));
    }

    private Pallet pallet() {
        String name = in.text();
        Storage storage = option(r -> new Storage(in.text(), list(5, i -> entry())));
        EnumRef calls = option(r -> enumRef());
        EnumRef events = option(r -> enumRef());
        List<Constant> constants = list(4, i -> new Constant(in.text(), id(), in.bytes(), docs(), deprecation()));
        EnumRef errors = option(r -> enumRef());
        List<Associated> associated = version < 16 ? List.of() : list(3, i -> new Associated(in.text(), id(), docs()));
        List<View> views = version < 16 ? List.of() : list(36, i -> new View(in.raw(32), method()));
        int index = in.u8();
        List<String> docs = version < 15 ? List.of() : docs();
        return new Pallet(
                name, storage, calls, events, constants, errors, associated, views, index, docs, deprecation());
    }

    private Entry entry() {
        String name = in.text();
        int modifier = in.u8();
        int kind = in.u8();
        if (modifier > 2 || kind > 1) {
            throw new CodecException(
                    "metadata.storage", "storage " + name + ": modifier " + modifier + ", kind " + kind);
        }
        List<Integer> hashers = kind == 0 ? null : list(1, i -> hasher());
        int key = kind == 0 ? -1 : id();
        int value = id();
        byte[] fallback = in.bytes();
        return new Entry(name, modifier, hashers, key, value, fallback, docs(), deprecation());
    }

    private int hasher() {
        int hasher = in.u8();
        if (hasher > 6) {
            throw new CodecException("metadata.hasher", "hasher: " + hasher + " (expected: 0-6)");
        }
        return hasher;
    }

    private Method method() {
        return new Method(in.text(), list(2, i -> new Input(in.text(), id())), id(), docs(), deprecation());
    }

    private Api api() {
        String name = in.text();
        List<Method> methods = list(4, i -> method());
        List<String> docs = docs();
        return new Api(name, methods, docs, version < 16 ? 0 : id(), deprecation());
    }

    private Extrinsic extrinsic() {
        if (version == 14) {
            int type = id();
            int format = in.u8();
            return new Extrinsic(List.of(format), type, -1, -1, -1, -1, List.of(), extensions());
        }
        if (version == 15) {
            int format = in.u8();
            return new Extrinsic(List.of(format), -1, id(), id(), id(), id(), List.of(), extensions());
        }
        List<Integer> versions = list(1, i -> in.u8());
        int address = id();
        int call = id();
        int signature = id();
        List<ExtensionSet> sets = list(2, i -> new ExtensionSet(in.u8(), list(1, k -> id())));
        return new Extrinsic(versions, -1, address, call, signature, -1, sets, extensions());
    }

    private List<Extension> extensions() {
        return list(3, i -> new Extension(in.text(), id(), id()));
    }

    /** Elements that are read when they are asked for; where each begins is known, and that it ends where the next begins. */
    private static final class Lazy<T> extends AbstractList<T> {
        private final byte[] data;
        private final int version;
        private final int[] starts;
        private final BiFunction<MetadataReader, Integer, T> read;
        private final AtomicReferenceArray<@Nullable T> known;

        Lazy(byte[] data, int version, int[] starts, BiFunction<MetadataReader, Integer, T> read) {
            this.data = data;
            this.version = version;
            this.starts = starts;
            this.read = read;
            this.known = new AtomicReferenceArray<>(starts.length - 1);
        }

        @Override
        public T get(int index) {
            T one = known.get(index);
            if (one == null) {
                ScaleReader in = new ScaleReader(data, starts[index], starts[index + 1]);
                one = read.apply(new MetadataReader(data, in, version), index);
                in.end();
                known.set(index, one);
            }
            return one;
        }

        /** The text that an element begins with. */
        String name(int index) {
            return new ScaleReader(data, starts[index], starts[index + 1]).text();
        }

        @Override
        public int size() {
            return starts.length - 1;
        }
    }

    /** Words for people, of which there are many: kept as bytes. */
    private static final class Docs extends AbstractList<String> {
        private final byte[] data;
        private final int from;
        private final int to;
        private final int count;

        Docs(byte[] data, int from, int to, int count) {
            this.data = data;
            this.from = from;
            this.to = to;
            this.count = count;
        }

        @Override
        public String get(int index) {
            Objects.checkIndex(index, count);
            ScaleReader in = new ScaleReader(data, from, to);
            for (int i = 0; i < index; i++) {
                in.skip(in.length(1));
            }
            return in.text();
        }

        @Override
        public int size() {
            return count;
        }
    }

    /** The names of the pallets or runtime APIs, without reading what they name. */
    static <T> List<String> names(List<T> all, Function<T, String> name) {
        List<String> names = new ArrayList<>(all.size());
        for (int i = 0; i < all.size(); i++) {
            names.add(all instanceof Lazy<T> lazy ? lazy.name(i) : name.apply(all.get(i)));
        }
        return names;
    }
}
