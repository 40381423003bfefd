package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything that metadata of version 14, 15 or 16 says, in its order, so that writing it gives the same bytes. What a version does not
 * have is empty or null. Reading finds where each type, pallet and runtime API lies and that all of it is there; each is read
 * when it is asked for, and the words of documentation only when somebody wants them: most of metadata is never looked at.
 */
record MetadataTree(
        int version,
        List<Type> types,
        List<Pallet> pallets,
        Extrinsic extrinsic,
        int runtimeType,
        List<Api> apis,
        int outerCall,
        int outerEvent,
        int outerError,
        List<Custom> custom) {

    static final int MAGIC = 0x6174656d; // "meta", little-endian

    /** Real metadata has some 0.4 MB; what is read grows to many times its size. */
    static final int MAX_BYTES = 8 << 20;

    record Field(@Nullable String name, int type, @Nullable String typeName, List<String> docs) {}

    record Variant(String name, List<Field> fields, int index, List<String> docs) {}

    record Param(String name, @Nullable Integer type) {}

    record Type(List<String> path, List<Param> params, Shape shape, List<String> docs) {}

    /** How a type's values are laid out. */
    sealed interface Shape {}

    record Composite(List<Field> fields) implements Shape {}

    record Variants(List<Variant> variants) implements Shape {}

    record Sequence(int element) implements Shape {}

    record Array(long length, int element) implements Shape {}

    record Tuple(List<Integer> elements) implements Shape {}

    record Primitive(Kind kind) implements Shape {}

    record Compact(int inner) implements Shape {}

    record Bits(int store, int order) implements Shape {}

    /** The primitive types, in the order of their numbers. */
    enum Kind {
        BOOL(1),
        CHAR(4),
        STR(1),
        U8(1),
        U16(2),
        U32(4),
        U64(8),
        U128(16),
        U256(32),
        I8(1),
        I16(2),
        I32(4),
        I64(8),
        I128(16),
        I256(32);

        final int bytes;

        Kind(int bytes) {
            this.bytes = bytes;
        }

        boolean signed() {
            return ordinal() >= I8.ordinal();
        }

        boolean number() {
            return ordinal() >= U8.ordinal();
        }
    }

    /** Version 16's note on what is going away: 0 nothing, 1 without a word, 2 with a note and since when. */
    record Deprecation(int kind, String note, @Nullable String since) {
        static final Deprecation NONE = new Deprecation(0, "", null);
    }

    record VariantDeprecation(int variant, Deprecation deprecation) {}

    record EnumRef(int type, List<VariantDeprecation> deprecations) {}

    record Storage(String prefix, List<Entry> entries) {}

    record Entry(
            String name,
            int modifier,
            @Nullable List<Integer> hashers,
            int key,
            int value,
            byte[] fallback,
            List<String> docs,
            Deprecation deprecation) {}

    record Constant(String name, int type, byte[] value, List<String> docs, Deprecation deprecation) {}

    record Associated(String name, int type, List<String> docs) {}

    record Input(String name, int type) {}

    record Method(String name, List<Input> inputs, int output, List<String> docs, Deprecation deprecation) {}

    record View(byte[] id, Method method) {}

    record Pallet(
            String name,
            @Nullable Storage storage,
            @Nullable EnumRef calls,
            @Nullable EnumRef events,
            List<Constant> constants,
            @Nullable EnumRef errors,
            List<Associated> associated,
            List<View> views,
            int index,
            List<String> docs,
            Deprecation deprecation) {}

    record Extension(String identifier, int extra, int additional) {}

    record ExtensionSet(int version, List<Integer> extensions) {}

    record Extrinsic(
            List<Integer> versions,
            int type,
            int address,
            int call,
            int signature,
            int extra,
            List<ExtensionSet> sets,
            List<Extension> extensions) {}

    record Api(String name, List<Method> methods, List<String> docs, int version, Deprecation deprecation) {}

    record Custom(String name, int type, byte[] value) {}

    static MetadataTree read(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new CodecException(
                    "metadata.size", "metadata: " + bytes.length + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        // Kept: what is not asked for stays as it came.
        byte[] kept = bytes.clone();
        ScaleReader in = new ScaleReader(kept);
        if (in.u32() != MAGIC) {
            throw new CodecException("metadata.magic", "metadata does not begin with \"meta\"");
        }
        int version = in.u8();
        if (version < 14 || version > 16) {
            throw new CodecException("metadata.version", "metadata version: " + version + " (expected: 14, 15 or 16)");
        }
        MetadataTree tree = new Reader(kept, in, version).tree();
        in.end();
        return tree;
    }

    byte[] write() {
        ScaleWriter out = new ScaleWriter(1 << 19);
        new Writer(out, version).tree(this);
        return out.toByteArray();
    }

    /** Elements that are read when they are asked for; where each begins is known, and that it ends where the next begins. */
    private static final class Lazy<T> extends AbstractList<T> {
        private final byte[] data;
        private final int version;
        private final int[] starts;
        private final BiFunction<Reader, Integer, T> read;
        private final AtomicReferenceArray<@Nullable T> known;

        Lazy(byte[] data, int version, int[] starts, BiFunction<Reader, Integer, T> read) {
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
                one = read.apply(new Reader(data, in, version), index);
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

    private static final class Reader {
        private final byte[] data;
        private final ScaleReader in;
        private final int version;

        Reader(byte[] data, ScaleReader in, int version) {
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

        private <T> List<T> lazy(int elementBytes, Consumer<Reader> skip, BiFunction<Reader, Integer, T> read) {
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

        private <T> @Nullable T option(Function<Reader, T> value) {
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
                    type,
                    version < 16 ? List.of() : list(2, i -> new VariantDeprecation(in.u8(), deprecation(in.u8()))));
        }

        private Pallet pallet() {
            String name = in.text();
            Storage storage = option(r -> new Storage(in.text(), list(5, i -> entry())));
            EnumRef calls = option(r -> enumRef());
            EnumRef events = option(r -> enumRef());
            List<Constant> constants = list(4, i -> new Constant(in.text(), id(), in.bytes(), docs(), deprecation()));
            EnumRef errors = option(r -> enumRef());
            List<Associated> associated =
                    version < 16 ? List.of() : list(3, i -> new Associated(in.text(), id(), docs()));
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
    }

    private static final class Writer {
        private final ScaleWriter out;
        private final int version;

        Writer(ScaleWriter out, int version) {
            this.out = out;
            this.version = version;
        }

        void tree(MetadataTree tree) {
            out.u32(MAGIC).u8(version).compact(tree.types.size());
            for (int i = 0; i < tree.types.size(); i++) {
                type(i, tree.types.get(i));
            }
            list(tree.pallets, Writer::pallet);
            extrinsic(tree.extrinsic);
            if (version < 16) {
                out.compact(tree.runtimeType);
            }
            if (version > 14) {
                list(tree.apis, Writer::api);
                out.compact(tree.outerCall).compact(tree.outerEvent).compact(tree.outerError);
                list(tree.custom, (w, c) -> w.out.text(c.name).compact(c.type).bytes(c.value));
            }
        }

        private <T> void list(List<T> all, BiConsumer<Writer, T> element) {
            out.compact(all.size());
            all.forEach(one -> element.accept(this, one));
        }

        private void texts(List<String> texts) {
            list(texts, (w, t) -> w.out.text(t));
        }

        private <T> void option(@Nullable T value, BiConsumer<Writer, T> writer) {
            out.bool(value != null);
            if (value != null) {
                writer.accept(this, value);
            }
        }

        private void type(int id, Type type) {
            out.compact(id);
            texts(type.path);
            list(type.params, (w, p) -> {
                w.out.text(p.name);
                w.option(p.type, (x, t) -> x.out.compact(t));
            });
            shape(type.shape);
            texts(type.docs);
        }

        private void shape(Shape shape) {
            if (shape instanceof Composite composite) {
                out.u8(0);
                list(composite.fields, Writer::field);
            } else if (shape instanceof Variants variants) {
                out.u8(1);
                list(variants.variants, (w, v) -> {
                    w.out.text(v.name);
                    w.list(v.fields, Writer::field);
                    w.out.u8(v.index);
                    w.texts(v.docs);
                });
            } else if (shape instanceof Sequence sequence) {
                out.u8(2).compact(sequence.element);
            } else if (shape instanceof Array array) {
                out.u8(3).u32(array.length).compact(array.element);
            } else if (shape instanceof Tuple tuple) {
                out.u8(4);
                list(tuple.elements, (w, e) -> w.out.compact(e));
            } else if (shape instanceof Primitive primitive) {
                out.u8(5).u8(primitive.kind.ordinal());
            } else if (shape instanceof Compact compact) {
                out.u8(6).compact(compact.inner);
            } else if (shape instanceof Bits bits) {
                out.u8(7).compact(bits.store).compact(bits.order);
            }
        }

        private void field(Field field) {
            option(field.name, (w, n) -> w.out.text(n));
            out.compact(field.type);
            option(field.typeName, (w, n) -> w.out.text(n));
            texts(field.docs);
        }

        private void deprecation(Deprecation deprecation) {
            if (version < 16) {
                return;
            }
            out.u8(deprecation.kind);
            if (deprecation.kind == 2) {
                out.text(deprecation.note);
                option(deprecation.since, (w, s) -> w.out.text(s));
            }
        }

        private void enumRef(EnumRef ref) {
            out.compact(ref.type);
            if (version >= 16) {
                list(ref.deprecations, (w, d) -> {
                    w.out.u8(d.variant);
                    w.deprecation(d.deprecation);
                });
            }
        }

        private void pallet(Pallet pallet) {
            out.text(pallet.name);
            option(pallet.storage, (w, s) -> {
                w.out.text(s.prefix);
                w.list(s.entries, Writer::entry);
            });
            option(pallet.calls, Writer::enumRef);
            option(pallet.events, Writer::enumRef);
            list(pallet.constants, (w, c) -> {
                w.out.text(c.name).compact(c.type).bytes(c.value);
                w.texts(c.docs);
                w.deprecation(c.deprecation);
            });
            option(pallet.errors, Writer::enumRef);
            if (version >= 16) {
                list(pallet.associated, (w, a) -> {
                    w.out.text(a.name).compact(a.type);
                    w.texts(a.docs);
                });
                list(pallet.views, (w, v) -> {
                    w.out.raw(v.id);
                    w.method(v.method);
                });
            }
            out.u8(pallet.index);
            if (version >= 15) {
                texts(pallet.docs);
            }
            deprecation(pallet.deprecation);
        }

        private void entry(Entry entry) {
            out.text(entry.name).u8(entry.modifier);
            List<Integer> hashers = entry.hashers;
            if (hashers == null) {
                out.u8(0);
            } else {
                out.u8(1);
                list(hashers, (w, h) -> w.out.u8(h));
                out.compact(entry.key);
            }
            out.compact(entry.value).bytes(entry.fallback);
            texts(entry.docs);
            deprecation(entry.deprecation);
        }

        private void method(Method method) {
            out.text(method.name);
            list(method.inputs, (w, i) -> w.out.text(i.name).compact(i.type));
            out.compact(method.output);
            texts(method.docs);
            deprecation(method.deprecation);
        }

        private void api(Api api) {
            out.text(api.name);
            list(api.methods, Writer::method);
            texts(api.docs);
            if (version >= 16) {
                out.compact(api.version);
            }
            deprecation(api.deprecation);
        }

        private void extrinsic(Extrinsic extrinsic) {
            if (version == 14) {
                out.compact(extrinsic.type).u8(extrinsic.versions.get(0));
            } else if (version == 15) {
                out.u8(extrinsic.versions.get(0))
                        .compact(extrinsic.address)
                        .compact(extrinsic.call)
                        .compact(extrinsic.signature)
                        .compact(extrinsic.extra);
            } else {
                list(extrinsic.versions, (w, v) -> w.out.u8(v));
                out.compact(extrinsic.address).compact(extrinsic.call).compact(extrinsic.signature);
                list(extrinsic.sets, (w, s) -> {
                    w.out.u8(s.version);
                    w.list(s.extensions, (x, e) -> x.out.compact(e));
                });
            }
            list(
                    extrinsic.extensions,
                    (w, e) -> w.out.text(e.identifier).compact(e.extra).compact(e.additional));
        }
    }
}
