package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that metadata of version 14, 15 or 16 says, in its order, so that writing it gives the same bytes. What a version does not
 * have is empty or null.
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
        MetadataTree tree = new MetadataReader(kept, in, version).tree();
        in.end();
        return tree;
    }

    byte[] write() {
        ScaleWriter out = new ScaleWriter(1 << 19);
        new MetadataWriter(out, version).tree(this);
        return out.toByteArray();
    }
}
