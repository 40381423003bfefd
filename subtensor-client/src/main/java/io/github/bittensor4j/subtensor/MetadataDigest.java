package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.scale.ScaleWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.bouncycastle.crypto.digests.Blake3Digest;
import org.jspecify.annotations.Nullable;

/**
 * The digest of a runtime's metadata as Polkadot's RFC-0078 defines it: the root of a Merkle tree over the types that an extrinsic is
 * made of, with the extrinsic's own form and the chain's facts. Whoever signs it says by which metadata the call was read.
 */
final class MetadataDigest {
    private static final int HASH = 32;

    /** References: primitives by their number, then compact ones from u8 to u256, nothing, and types of the list. */
    private static final int COMPACT_U8 = 15;

    private static final int VOID = 21;
    private static final int BY_ID = 22;

    private final TypePlans types;
    private final Map<Integer, Integer> places = new HashMap<>();

    private MetadataDigest(TypePlans types) {
        this.types = types;
    }

    /** What the digest says about the chain beside its types. */
    record Facts(long specVersion, String specName, int ss58Prefix, int decimals, String symbol) {}

    static byte[] of(TypePlans types, ExtrinsicFormat extrinsics, Facts facts) {
        return new MetadataDigest(types).digest(extrinsics, facts);
    }

    private byte[] digest(ExtrinsicFormat extrinsics, Facts facts) {
        TreeSet<Integer> reached = new TreeSet<>();
        ArrayDeque<Integer> open = new ArrayDeque<>(extrinsics.types());
        while (!open.isEmpty()) {
            int type = open.remove();
            List<Integer> inside = inside(types.type(type).shape());
            if (inside != null && reached.add(type)) {
                open.addAll(inside);
            }
        }
        for (int type : reached) {
            places.put(type, places.size());
        }
        ArrayDeque<byte[]> nodes = new ArrayDeque<>();
        for (int type : reached) {
            leaves(type, nodes);
        }
        while (nodes.size() > 1) {
            byte[] right = nodes.removeLast();
            byte[] left = nodes.removeLast();
            nodes.addFirst(blake3(new ScaleWriter().raw(left).raw(right).toByteArray()));
        }
        byte[] root = nodes.isEmpty() ? new byte[HASH] : nodes.removeLast();
        return blake3(new ScaleWriter()
                .u8(1)
                .raw(root)
                .raw(blake3(extrinsic(extrinsics)))
                .u32(facts.specVersion)
                .text(facts.specName)
                .u16(facts.ss58Prefix)
                .u8(facts.decimals)
                .text(facts.symbol)
                .toByteArray());
    }

    /** The types inside a type that stands in the list; null for one that does not: primitives, compacts, and what has no bytes. */
    private static @Nullable List<Integer> inside(MetadataTree.Shape shape) {
        List<Integer> all = new ArrayList<>();
        if (shape instanceof MetadataTree.Composite composite) {
            composite.fields().forEach(f -> all.add(f.type()));
            return all.isEmpty() ? null : all;
        }
        if (shape instanceof MetadataTree.Tuple tuple) {
            return tuple.elements().isEmpty() ? null : tuple.elements();
        }
        if (shape instanceof MetadataTree.Variants variants) {
            variants.variants().forEach(v -> v.fields().forEach(f -> all.add(f.type())));
            return variants.variants().isEmpty() ? null : all;
        }
        if (shape instanceof MetadataTree.Sequence sequence) {
            return List.of(sequence.element());
        }
        if (shape instanceof MetadataTree.Array array) {
            return List.of(array.element());
        }
        return shape instanceof MetadataTree.Bits ? List.of() : null;
    }

    /** One leaf for a type; one for each variant of an enum. */
    private void leaves(int id, ArrayDeque<byte[]> nodes) {
        MetadataTree.Type type = types.type(id);
        MetadataTree.Shape shape = type.shape();
        if (shape instanceof MetadataTree.Variants variants) {
            variants.variants().stream()
                    .sorted(Comparator.comparingInt(MetadataTree.Variant::index))
                    .forEach(v -> {
                        ScaleWriter out = begin(type).u8(1).text(v.name());
                        fields(v.fields(), out);
                        nodes.add(leaf(out.compact(v.index()), id));
                    });
            return;
        }
        ScaleWriter out = begin(type);
        if (shape instanceof MetadataTree.Composite composite) {
            fields(composite.fields(), out.u8(0));
        } else if (shape instanceof MetadataTree.Sequence sequence) {
            reference(sequence.element(), out.u8(2));
        } else if (shape instanceof MetadataTree.Array array) {
            reference(array.element(), out.u8(3).u32(array.length()));
        } else if (shape instanceof MetadataTree.Tuple tuple) {
            out.u8(4).compact(tuple.elements().size());
            tuple.elements().forEach(e -> reference(e, out));
        } else if (shape instanceof MetadataTree.Bits bits) {
            int store = types.type(bits.store()).shape() instanceof MetadataTree.Primitive p ? p.kind().bytes : 1;
            out.u8(5).u8(store).bool(types.type(bits.order()).path().contains("Lsb0"));
        }
        nodes.add(leaf(out, id));
    }

    private static ScaleWriter begin(MetadataTree.Type type) {
        ScaleWriter out = new ScaleWriter().compact(type.path().size());
        type.path().forEach(out::text);
        return out;
    }

    private byte[] leaf(ScaleWriter out, int id) {
        return blake3(out.compact(places.getOrDefault(id, 0)).toByteArray());
    }

    private void fields(List<MetadataTree.Field> fields, ScaleWriter out) {
        out.compact(fields.size());
        for (MetadataTree.Field field : fields) {
            text(field.name(), out);
            reference(field.type(), out);
            text(field.typeName(), out);
        }
    }

    private static void text(@Nullable String text, ScaleWriter out) {
        out.bool(text != null);
        if (text != null) {
            out.text(text);
        }
    }

    private void reference(int id, ScaleWriter out) {
        MetadataTree.Shape shape = types.type(id).shape();
        Integer place = places.get(id);
        if (shape instanceof MetadataTree.Primitive primitive) {
            out.u8(primitive.kind().ordinal());
        } else if (shape instanceof MetadataTree.Compact compact) {
            out.u8(
                    types.isVoid(compact.inner())
                            ? VOID
                            : COMPACT_U8 + types.plan(id).kind.ordinal() - MetadataTree.Kind.U8.ordinal());
        } else if (place == null) {
            out.u8(VOID);
        } else {
            out.u8(BY_ID).compact(place);
        }
    }

    private byte[] extrinsic(ExtrinsicFormat extrinsics) {
        ScaleWriter out = new ScaleWriter().u8(ExtrinsicFormat.VERSION);
        extrinsics.types().subList(0, 3).forEach(t -> reference(t, out));
        out.compact(extrinsics.extensions().size());
        for (MetadataTree.Extension extension : extrinsics.extensions()) {
            out.text(extension.identifier());
            reference(extension.extra(), out);
            reference(extension.additional(), out);
        }
        return out.toByteArray();
    }

    private static byte[] blake3(byte[] data) {
        Blake3Digest digest = new Blake3Digest(HASH);
        digest.update(data, 0, data.length);
        byte[] hash = new byte[HASH];
        digest.doFinal(hash, 0);
        return hash;
    }
}
