package io.github.bittensor4j.localnet.internal.declare;

import io.github.bittensor4j.core.scale.ScaleWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Metadata as clients read it, made from the declarations. */
public final class MetadataWriter {
    private static final List<String> PRIMITIVES = List.of(
            "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "u256", "i8", "i16", "i32", "i64", "i128",
            "i256");

    /** Extrinsics of this version are signed ones; bare ones of version 5 need no word of metadata. */
    private static final int EXTRINSIC_VERSION = 4;

    private final Declarations declarations;
    private final Types types;

    /**
     * A writer.
     *
     * @param declarations what to describe
     */
    public MetadataWriter(Declarations declarations) {
        this.declarations = declarations;
        this.types = declarations.types();
    }

    /**
     * Metadata of one version, with its magic word.
     *
     * @param version 14 or 15
     * @return the bytes
     */
    public byte[] write(int version) {
        if (version != 14 && version != 15) {
            throw new IllegalArgumentException("metadata version " + version + " (expected: 14 or 15)");
        }
        boolean newer = version == 15;
        // The body is written first: it asks for types (tuples of keys) that the list of types before it must then
        // hold.
        ScaleWriter body = new ScaleWriter(1 << 18);
        all(body, declarations.pallets().values(), pallet -> pallet(pallet, newer, body));
        if (newer) {
            extrinsic15(body);
            body.compact(types.of("Runtime").id());
            all(body, declarations.apis().values(), api -> {
                body.text(api.name());
                all(body, api.methods().values(), method -> {
                    body.text(method.name());
                    all(
                            body,
                            method.inputs(),
                            input -> body.text(input.name().orElseThrow())
                                    .compact(input.type().id()));
                    body.compact(method.output().id()).compact(0);
                });
                body.compact(0);
            });
            body.compact(declarations.call().id())
                    .compact(declarations.event().id())
                    .compact(declarations.error().id());
            body.compact(0);
        } else {
            extrinsic14(body);
            body.compact(types.of("Runtime").id());
        }
        ScaleWriter out = new ScaleWriter(1 << 19);
        out.raw("meta".getBytes(StandardCharsets.US_ASCII)).u8(version);
        all(out, types.all(), type -> type(type, out));
        return out.raw(body.toByteArray()).toByteArray();
    }

    private static <T> void all(ScaleWriter out, Collection<T> items, Consumer<T> write) {
        out.compact(items.size());
        items.forEach(write);
    }

    private static <T> void optional(ScaleWriter out, Optional<T> item, Consumer<T> write) {
        out.bool(item.isPresent());
        item.ifPresent(write);
    }

    private void pallet(PalletDeclaration pallet, boolean newer, ScaleWriter out) {
        out.text(pallet.name());
        Map<String, PalletDeclaration.Item> storage = pallet.storage();
        out.bool(!storage.isEmpty());
        if (!storage.isEmpty()) {
            out.text(pallet.name());
            all(out, storage.values(), item -> item(item, out));
        }
        optional(out, pallet.calls(), type -> out.compact(type.id()));
        optional(out, pallet.events(), type -> out.compact(type.id()));
        all(
                out,
                pallet.constants().values(),
                constant -> out.text(constant.name())
                        .compact(constant.type().id())
                        .bytes(constant.value())
                        .compact(0));
        optional(out, pallet.errors(), type -> out.compact(type.id()));
        out.u8(pallet.index());
        if (newer) {
            out.compact(0);
        }
    }

    private void item(PalletDeclaration.Item item, ScaleWriter out) {
        out.text(item.name()).u8(item.fallback().isPresent() ? 1 : 0);
        if (item.keys().isEmpty()) {
            out.u8(0);
        } else {
            out.u8(1);
            all(out, item.keys(), key -> out.u8(key.hasher().code()));
            List<TypeText> keys =
                    item.keys().stream().map(k -> TypeText.of(k.type().text())).toList();
            out.compact(
                    keys.size() == 1
                            ? item.keys().get(0).type().id()
                            : types.of(new TypeText("(", keys, 0)).id());
        }
        out.compact(item.value().id())
                .bytes(item.fallback().orElse(new byte[1]))
                .compact(0);
    }

    private void extrinsic14(ScaleWriter out) {
        out.compact(types.of("UncheckedExtrinsic").id()).u8(EXTRINSIC_VERSION);
        extensions(out);
    }

    private void extrinsic15(ScaleWriter out) {
        out.u8(EXTRINSIC_VERSION)
                .compact(types.of("MultiAddress").id())
                .compact(declarations.call().id())
                .compact(types.of("MultiSignature").id());
        Type extra = types.of("UncheckedExtrinsic").parameters().get(3).type().orElseThrow();
        out.compact(extra.id());
        extensions(out);
    }

    private void extensions(ScaleWriter out) {
        all(
                out,
                declarations.extensions(),
                extension -> out.text(extension.name())
                        .compact(extension.extra().id())
                        .compact(extension.additional().id()));
    }

    private void type(Type type, ScaleWriter out) {
        out.compact(type.id());
        all(out, type.path(), out::text);
        all(out, type.parameters(), parameter -> {
            out.text(parameter.name());
            optional(out, parameter.type(), t -> out.compact(t.id()));
        });
        Type.Shape shape = type.shape();
        if (shape instanceof Type.Struct struct) {
            out.u8(0);
            fields(struct.fields(), out);
        } else if (shape instanceof Type.Choice choice) {
            out.u8(1);
            all(out, choice.alternatives(), alternative -> {
                out.text(alternative.name());
                fields(alternative.fields(), out);
                out.u8(alternative.index()).compact(0);
            });
        } else if (shape instanceof Type.Sequence sequence) {
            out.u8(2).compact(sequence.element().id());
        } else if (shape instanceof Type.Array array) {
            out.u8(3).u32(array.length()).compact(array.element().id());
        } else if (shape instanceof Type.Tuple tuple) {
            out.u8(4);
            all(out, tuple.elements(), element -> out.compact(element.id()));
        } else if (shape instanceof Type.Compact compact) {
            out.u8(6).compact(compact.inner().id());
        } else {
            out.u8(5).u8(PRIMITIVES.indexOf(type.text()));
        }
        out.compact(0);
    }

    private static void fields(List<Type.Field> fields, ScaleWriter out) {
        all(out, fields, field -> {
            optional(out, field.name(), out::text);
            out.compact(field.type().id());
            out.bool(true).text(field.written()).compact(0);
        });
    }
}
