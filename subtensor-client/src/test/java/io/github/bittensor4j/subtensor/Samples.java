package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Plain values of any type of a runtime: the plainest one, and random ones, the same for the same seed. */
final class Samples {
    /** Calls and origins hold each other; below this, only what holds nothing of the kind. */
    private static final int DEEP = 5;

    private final Metadata metadata;
    private final TypePlans types;
    private final Random random;
    private final Map<Integer, Integer> depths = new LinkedHashMap<>();

    Samples(Metadata metadata, long seed) {
        this.metadata = metadata;
        this.types = metadata.codec().types();
        this.random = new Random(seed);
    }

    Object plainest(int type) {
        return value(type, 0, true);
    }

    Object random(int type) {
        return value(type, 0, false);
    }

    int eventType() {
        for (int i = 0; ; i++) {
            List<String> path = types.type(i).path();
            if (!path.isEmpty() && path.get(path.size() - 1).equals("RuntimeEvent")) {
                return i;
            }
        }
    }

    Call call(String pallet, String function, boolean plainest) {
        return call(pallet, function, 0, plainest);
    }

    private Call call(String pallet, String function, int depth, boolean plainest) {
        MetadataTree.EnumRef ref = metadata.pallet(pallet).calls();
        Map<String, Object> arguments = new LinkedHashMap<>();
        for (MetadataTree.Field field : variant(ref, function).fields()) {
            arguments.put(String.valueOf(field.name()), value(field.type(), depth + 1, plainest));
        }
        return Call.of(pallet, function, arguments);
    }

    ChainEvent event(String pallet, String name) {
        Map<String, Object> fields = new LinkedHashMap<>();
        int i = 0;
        for (MetadataTree.Field field :
                variant(metadata.pallet(pallet).events(), name).fields()) {
            fields.put(field.name() == null ? Integer.toString(i) : field.name(), value(field.type(), 1, false));
            i++;
        }
        return new ChainEvent(pallet, name, fields);
    }

    private MetadataTree.Variant variant(MetadataTree.@Nullable EnumRef ref, String name) {
        return metadata.variants(ref.type()).stream()
                .filter(v -> v.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Object value(int id, int depth, boolean plainest) {
        MetadataTree.Type type = types.type(id);
        MetadataTree.Shape shape = type.shape();
        String name = type.path().isEmpty() ? "" : type.path().get(type.path().size() - 1);
        if (id == metadata.callType()) {
            return anyCall(depth, plainest);
        }
        if (name.equals("RuntimeEvent")) {
            return event("System", "CodeUpdated");
        }
        if (name.equals("AccountId32")) {
            return plainest ? AccountId.ZERO : AccountId.of(bytes(32));
        }
        if (type.path().size() > 1 && type.path().get(0).equals("substrate_fixed")) {
            MetadataTree.Field bits = ((MetadataTree.Composite) shape).fields().get(0);
            return new FixedPoint((BigInteger) wide(value(bits.type(), depth, plainest)), types.fractionBits(type));
        }
        if (name.equals("U256")) {
            return new U256(plainest ? BigInteger.ZERO : number(256));
        }
        if (shape instanceof MetadataTree.Primitive primitive) {
            return primitive(primitive.kind(), plainest);
        }
        if (shape instanceof MetadataTree.Compact compact) {
            return compact(compact.inner(), plainest);
        }
        if (shape instanceof MetadataTree.Sequence sequence) {
            try {
                return repeated(sequence.element(), plainest ? 0 : length(depth), depth, plainest);
            } catch (Uninhabited e) {
                return List.of();
            }
        }
        if (shape instanceof MetadataTree.Array array) {
            return repeated(array.element(), (int) array.length(), depth, plainest);
        }
        if (shape instanceof MetadataTree.Tuple tuple) {
            List<Object> all = new ArrayList<>();
            tuple.elements().forEach(e -> all.add(value(e, depth + 1, plainest)));
            return all;
        }
        if (shape instanceof MetadataTree.Bits) {
            List<Object> all = new ArrayList<>();
            for (int i = plainest ? 0 : random.nextInt(20); i > 0; i--) {
                all.add(random.nextBoolean());
            }
            return all;
        }
        if (shape instanceof MetadataTree.Composite composite) {
            return name.equals("BTreeMap") ? Map.of() : fields(composite.fields(), depth + 1, plainest);
        }
        return variants(name, ((MetadataTree.Variants) shape).variants(), depth, plainest);
    }

    private static Object wide(Object number) {
        return number instanceof Long small ? BigInteger.valueOf(small) : number;
    }

    private Object anyCall(int depth, boolean plainest) {
        if (plainest || depth > DEEP) {
            return Call.of("System", "remark", Map.of("remark", plainest ? new byte[0] : bytes(3)));
        }
        List<String> pallets = metadata.pallets().stream()
                .filter(p -> !metadata.calls(p).isEmpty())
                .toList();
        String pallet = pallets.get(random.nextInt(pallets.size()));
        List<String> calls = metadata.calls(pallet);
        try {
            return call(pallet, calls.get(random.nextInt(calls.size())), depth + 1, false);
        } catch (Uninhabited e) {
            return anyCall(depth, false);
        }
    }

    private int length(int depth) {
        return random.nextInt(depth > DEEP ? 1 : 4);
    }

    private byte[] bytes(int count) {
        byte[] all = new byte[count];
        random.nextBytes(all);
        return all;
    }

    private Object primitive(MetadataTree.Kind kind, boolean plainest) {
        switch (kind) {
            case BOOL:
                return !plainest && random.nextBoolean();
            case CHAR:
                return plainest ? "a" : Character.toString(0x20 + random.nextInt(90));
            case STR:
                return plainest ? "" : "text " + random.nextInt(1000);
            default:
                BigInteger number = plainest ? BigInteger.ZERO : number(8 * kind.bytes);
                return kind.signed() && number.testBit(8 * kind.bytes - 1)
                        ? number.subtract(BigInteger.TWO.pow(8 * kind.bytes))
                        : number;
        }
    }

    /** As often small or at the edge as anything. */
    private BigInteger number(int bits) {
        BigInteger number = new BigInteger(bits, random);
        switch (random.nextInt(4)) {
            case 0:
                return number.mod(BigInteger.valueOf(200)).min(number);
            case 1:
                return BigInteger.TWO.pow(bits).subtract(BigInteger.ONE);
            default:
                return number;
        }
    }

    private Object compact(int inner, boolean plainest) {
        if (types.isVoid(inner)) {
            return 0;
        }
        MetadataTree.Shape shape = types.type(inner).shape();
        while (shape instanceof MetadataTree.Composite composite) {
            shape = types.type(composite.fields().get(0).type()).shape();
        }
        return plainest ? BigInteger.ZERO : number(8 * ((MetadataTree.Primitive) shape).kind().bytes);
    }

    private Object repeated(int element, int count, int depth, boolean plainest) {
        if (types.type(element).shape() instanceof MetadataTree.Primitive primitive
                && primitive.kind() == MetadataTree.Kind.U8) {
            return plainest ? new byte[count] : bytes(count);
        }
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(value(element, depth + 1, plainest));
        }
        return all;
    }

    private Object fields(List<MetadataTree.Field> fields, int depth, boolean plainest) {
        if (!fields.isEmpty() && fields.get(0).name() != null) {
            Map<String, Object> map = new LinkedHashMap<>();
            fields.forEach(f -> map.put(String.valueOf(f.name()), value(f.type(), depth, plainest)));
            return map;
        }
        List<Object> all = new ArrayList<>();
        fields.forEach(f -> all.add(value(f.type(), depth, plainest)));
        return fields.size() == 1 ? all.get(0) : all;
    }

    private Object variants(String name, List<MetadataTree.Variant> variants, int depth, boolean plainest) {
        if (name.equals("Option") && variants.size() == 2) {
            int inner = variants.get(1).fields().get(0).type();
            try {
                return plainest || depth > DEEP || random.nextBoolean()
                        ? Optional.empty()
                        : Optional.of(value(inner, depth + 1, false));
            } catch (Uninhabited e) {
                return Optional.empty();
            }
        }
        if (variants.isEmpty()) {
            throw new Uninhabited(name);
        }
        // Deep down the variant that nests least, so that it ends.
        MetadataTree.Variant one = plainest || depth > DEEP
                ? variants.stream()
                        .min(java.util.Comparator.comparingInt(v -> depthOf(v.fields())))
                        .orElseThrow()
                : variants.get(random.nextInt(variants.size()));
        try {
            return of(one, depth, plainest);
        } catch (Uninhabited e) {
            // A variant of which there is no value: another one.
            for (MetadataTree.Variant other : variants) {
                try {
                    return of(other, depth, plainest);
                } catch (Uninhabited none) {
                    // the next one
                }
            }
            throw e;
        }
    }

    private Object of(MetadataTree.Variant one, int depth, boolean plainest) {
        return one.fields().isEmpty() ? one.name() : Map.of(one.name(), fields(one.fields(), depth + 1, plainest));
    }

    /** A number that the registry declares as four limbs, which not everybody reads as a number. */
    static final class U256 extends BigInteger {
        private static final long serialVersionUID = 1L;

        U256(BigInteger number) {
            super(number.toByteArray());
        }

        List<BigInteger> limbs() {
            List<BigInteger> limbs = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                limbs.add(shiftRight(64 * i).mod(BigInteger.TWO.pow(64)));
            }
            return limbs;
        }
    }

    /** Nothing has this type. */
    static final class Uninhabited extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Uninhabited(String name) {
            super(name);
        }
    }

    private int depthOf(List<MetadataTree.Field> fields) {
        return fields.stream().mapToInt(f -> depthOf(f.type())).max().orElse(0);
    }

    private int depthOf(int id) {
        Integer known = depths.get(id);
        if (known != null) {
            return known;
        }
        depths.put(id, 1000);
        MetadataTree.Shape shape = types.type(id).shape();
        int depth = 1;
        if (shape instanceof MetadataTree.Composite composite) {
            depth += depthOf(composite.fields());
        } else if (shape instanceof MetadataTree.Tuple tuple) {
            depth += tuple.elements().stream().mapToInt(this::depthOf).max().orElse(0);
        } else if (shape instanceof MetadataTree.Array array) {
            depth += depthOf(array.element());
        } else if (shape instanceof MetadataTree.Variants variants) {
            depth += variants.variants().stream()
                    .mapToInt(v -> depthOf(v.fields()))
                    .min()
                    .orElse(1000);
        }
        depths.put(id, depth);
        return depth;
    }
}
