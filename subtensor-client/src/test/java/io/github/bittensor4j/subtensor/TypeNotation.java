package io.github.bittensor4j.subtensor;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Types as the metadata tables of the vectors write them: wire types, with the parameters that have one. */
final class TypeNotation {
    private static final List<String> PLAIN = List.of(
            "NetUid", "NetUidStorageIndex", "MechId", "TaoBalance", "AlphaBalance", "TaoCurrency", "AlphaCurrency");

    private final TypePlans types;

    TypeNotation(Metadata metadata) {
        this.types = metadata.codec().types();
    }

    String of(int id) {
        MetadataTree.Type type = types.type(id);
        MetadataTree.Shape shape = type.shape();
        String name = type.path().isEmpty() ? "" : type.path().get(type.path().size() - 1);
        if (!name.isEmpty()) {
            if (PLAIN.contains(name)) {
                return of(((MetadataTree.Composite) shape).fields().get(0).type());
            }
            if (type.path().get(0).equals("substrate_fixed")) {
                return name + "<frac=" + types.fractionBits(type) + ">";
            }
            if (name.equals("RuntimeCall") || name.equals("UncheckedExtrinsic")) {
                return name;
            }
            String params = type.params().stream()
                    .filter(p -> p.type() != null)
                    .map(p -> of(p.type()))
                    .collect(Collectors.joining(","));
            return params.isEmpty() ? name : name + "<" + params + ">";
        }
        if (shape instanceof MetadataTree.Primitive primitive) {
            return primitive.kind() == MetadataTree.Kind.STR
                    ? "String"
                    : primitive.kind().name().toLowerCase(Locale.ROOT);
        }
        if (shape instanceof MetadataTree.Sequence sequence) {
            return "Vec<" + of(sequence.element()) + ">";
        }
        if (shape instanceof MetadataTree.Array array) {
            return "[" + of(array.element()) + ";" + array.length() + "]";
        }
        if (shape instanceof MetadataTree.Compact compact) {
            return "Compact<" + of(compact.inner()) + ">";
        }
        if (shape instanceof MetadataTree.Tuple tuple) {
            return tuple.elements().stream().map(this::of).collect(Collectors.joining(",", "(", ")"));
        }
        return shape.getClass().getSimpleName();
    }
}
