package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.subtensor.TypePlan.Branch;
import io.github.bittensor4j.subtensor.TypePlan.Form;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the types of a runtime's registry, learnt when a type is first met. Safe for many threads: what is learnt about a type
 * is a pure function of the registry.
 */
final class TypePlans {
    /** Calls nest by design (batch in proxy in sudo); what nests deeper than this is an attack on the stack. */
    private static final int MAX_DEPTH = 256;

    private static final int[] NO_CHILDREN = {};
    private static final String[] NO_NAMES = {};
    private static final @Nullable Branch[] NO_BRANCHES = {};

    private final List<MetadataTree.Type> types;
    private final int callType;
    private final int eventType;
    private final AtomicReferenceArray<@Nullable TypePlan> plans;
    private final AtomicIntegerArray fewest;

    TypePlans(List<MetadataTree.Type> types, int callType, int eventType) {
        this.types = types;
        this.callType = callType;
        this.eventType = eventType;
        this.plans = new AtomicReferenceArray<>(types.size());
        this.fewest = new AtomicIntegerArray(types.size());
    }

    MetadataTree.Type type(int id) {
        if (id < 0 || id >= types.size()) {
            throw new CodecException("metadata.type", "type " + id + " (expected: below " + types.size() + ")");
        }
        return types.get(id);
    }

    /** How a person would name a type: its path, or its shape. */
    String name(int type) {
        MetadataTree.Type t = type(type);
        if (!t.path().isEmpty()) {
            return String.join("::", t.path());
        }
        MetadataTree.Shape shape = t.shape();
        if (shape instanceof MetadataTree.Primitive primitive) {
            return primitive.kind().name().toLowerCase(Locale.ROOT);
        }
        return shape.getClass().getSimpleName().toLowerCase(Locale.ROOT) + " (type " + type + ")";
    }

    /** Whether values of the type have no bytes at all. */
    boolean isVoid(int type) {
        return minBytes(type, 0) == 0;
    }

    /** Whether an enum of enums, as the runtime's call is one, has a variant within a variant. */
    boolean has(int type, String outer, String inner) {
        Branch pallet = plan(type).byName.get(outer);
        return pallet != null
                && pallet.children.length == 1
                && plan(pallet.children[0]).byName.containsKey(inner);
    }

    /** One level below a depth, if that is still allowed. */
    static int deeper(int depth) {
        if (depth >= MAX_DEPTH) {
            throw new CodecException("scale.depth", "nested deeper than " + MAX_DEPTH + " levels");
        }
        return depth + 1;
    }

    TypePlan plan(int type) {
        type(type);
        TypePlan known = plans.get(type);
        if (known == null) {
            known = learn(type);
            plans.set(type, known);
        }
        return known;
    }

    private TypePlan learn(int id) {
        MetadataTree.Type type = type(id);
        MetadataTree.Shape shape = type.shape();
        String name = type.path().isEmpty() ? "" : type.path().get(type.path().size() - 1);
        int min = minBytes(id, 0);
        if (shape instanceof MetadataTree.Primitive primitive) {
            MetadataTree.Kind kind = primitive.kind();
            Form form = kind == MetadataTree.Kind.BOOL
                    ? Form.BOOL
                    : kind == MetadataTree.Kind.CHAR
                            ? Form.CHAR
                            : kind == MetadataTree.Kind.STR ? Form.TEXT : Form.NUMBER;
            return simple(form, kind, 0, -1, min);
        }
        if (shape instanceof MetadataTree.Compact compact) {
            return simple(Form.COMPACT, numberInside(compact.inner(), 0), 0, compact.inner(), min);
        }
        if (shape instanceof MetadataTree.Sequence sequence) {
            Form form = isByte(sequence.element()) ? Form.BYTES : Form.LIST;
            return simple(form, MetadataTree.Kind.U8, 0, sequence.element(), min);
        }
        if (shape instanceof MetadataTree.Array array) {
            Form form = isByte(array.element()) ? Form.BYTE_ARRAY : Form.ARRAY;
            return simple(form, MetadataTree.Kind.U8, array.length(), array.element(), min);
        }
        if (shape instanceof MetadataTree.Tuple tuple) {
            int[] children = tuple.elements().stream().mapToInt(e -> e).toArray();
            return new TypePlan(
                    Form.TUPLE, MetadataTree.Kind.U8, 0, -1, children, NO_NAMES, NO_BRANCHES, Map.of(), min);
        }
        if (shape instanceof MetadataTree.Bits bits) {
            return simple(Form.BITS, numberInside(bits.store(), 0), 0, bits.order(), min);
        }
        if (shape instanceof MetadataTree.Composite composite) {
            int[] children = children(composite.fields());
            String[] names = names(composite.fields());
            Form form = names.length > 0 ? Form.STRUCT : children.length == 1 ? Form.WRAPPER : Form.TUPLE;
            int element = children.length == 1 ? children[0] : -1;
            long length = 0;
            if (name.equals("AccountId32") && min == AccountId.LENGTH) {
                form = Form.ACCOUNT;
            } else if (name.equals("U256") && min == MetadataTree.Kind.U256.bytes) {
                // Declared as four limbs of 64 bits, which together are the bytes of one number.
                return simple(Form.NUMBER, MetadataTree.Kind.U256, 0, -1, min);
            } else if (isFixedPoint(type) && children.length == 1) {
                return simple(Form.FIXED, numberInside(element, 0), fractionBits(type), element, min);
            } else if (name.equals("BTreeMap")
                    && form == Form.WRAPPER
                    && type(element).shape() instanceof MetadataTree.Sequence sequence
                    && type(sequence.element()).shape() instanceof MetadataTree.Tuple pair
                    && pair.elements().size() == 2) {
                form = Form.MAP;
                children = new int[] {pair.elements().get(0), pair.elements().get(1)};
                length = minBytes(sequence.element(), 0);
            }
            return new TypePlan(
                    form, MetadataTree.Kind.U8, length, element, children, names, NO_BRANCHES, Map.of(), min);
        }
        List<MetadataTree.Variant> variants = ((MetadataTree.Variants) shape).variants();
        @Nullable Branch[] byIndex = new Branch[256];
        Map<String, Branch> byName = new HashMap<>();
        for (MetadataTree.Variant v : variants) {
            Branch branch = new Branch(v.name(), v.index(), children(v.fields()), names(v.fields()));
            byIndex[v.index()] = branch;
            byName.put(v.name(), branch);
        }
        Branch some = byName.get("Some");
        Form form = Form.ENUM;
        if (id == callType) {
            form = Form.CALL;
        } else if (id == eventType) {
            form = Form.EVENT;
        } else if (name.equals("Option")
                && byName.size() == 2
                && byName.containsKey("None")
                && some != null
                && some.children.length == 1) {
            form = Form.OPTION;
        }
        int element = form == Form.OPTION && some != null ? some.children[0] : -1;
        return new TypePlan(form, MetadataTree.Kind.U8, 0, element, NO_CHILDREN, NO_NAMES, byIndex, byName, min);
    }

    private static TypePlan simple(Form form, MetadataTree.Kind kind, long length, int element, int min) {
        return new TypePlan(form, kind, length, element, NO_CHILDREN, NO_NAMES, NO_BRANCHES, Map.of(), min);
    }

    /** The names of fields that have none: their places. */
    static String[] positions(int count) {
        String[] names = new String[count];
        for (int i = 0; i < count; i++) {
            names[i] = Integer.toString(i);
        }
        return names;
    }

    /** What is inside wrappers, which have no bytes of their own. */
    TypePlan unwrapped(TypePlan plan) {
        TypePlan inner = plan;
        for (int i = 0; inner.form == Form.WRAPPER; i = deeper(i)) {
            inner = plan(inner.element);
        }
        return inner;
    }

    private static int[] children(List<MetadataTree.Field> fields) {
        return fields.stream().mapToInt(MetadataTree.Field::type).toArray();
    }

    private static String[] names(List<MetadataTree.Field> fields) {
        String[] names = new String[fields.size()];
        for (int i = 0; i < names.length; i++) {
            String name = fields.get(i).name();
            if (name == null) {
                return NO_NAMES;
            }
            names[i] = name;
        }
        return names;
    }

    private static boolean isFixedPoint(MetadataTree.Type type) {
        return type.path().size() > 1
                && type.path().get(0).equals("substrate_fixed")
                && type.params().size() == 1
                && type.params().get(0).type() != null;
    }

    /** How many bits of a fixed-point number stand behind the point: a number made of types, one bit a level. */
    int fractionBits(MetadataTree.Type fixed) {
        List<Integer> bits = new ArrayList<>();
        Integer next = fixed.params().get(0).type();
        while (next != null && bits.size() <= FixedPoint.MOST_FRACTION_BITS) {
            MetadataTree.Type level = type(next);
            if (level.params().size() != 2) {
                break;
            }
            Integer low = level.params().get(1).type();
            bits.add(low != null && type(low).path().contains("B1") ? 1 : 0);
            next = level.params().get(0).type();
        }
        int number = 0;
        for (int i = bits.size() - 1; i >= 0; i--) {
            number = Math.min(2 * number + bits.get(i), FixedPoint.MOST_FRACTION_BITS + 1);
        }
        if (number > FixedPoint.MOST_FRACTION_BITS) {
            throw new CodecException(
                    "metadata.fixed", "fixed-point type with " + number + " or more fraction bits (expected: 0-128)");
        }
        return number;
    }

    private boolean isByte(int type) {
        return type(type).shape() instanceof MetadataTree.Primitive p && p.kind() == MetadataTree.Kind.U8;
    }

    /** The number type inside wrappers; the widest where there is none, as in the compact of nothing. */
    private MetadataTree.Kind numberInside(int type, int depth) {
        MetadataTree.Shape shape = type(type).shape();
        int next = deeper(depth);
        if (shape instanceof MetadataTree.Primitive primitive
                && primitive.kind().number()) {
            return primitive.kind();
        }
        if (shape instanceof MetadataTree.Composite composite
                && composite.fields().size() == 1) {
            return numberInside(composite.fields().get(0).type(), next);
        }
        if (shape instanceof MetadataTree.Tuple tuple && tuple.elements().size() == 1) {
            return numberInside(tuple.elements().get(0), next);
        }
        return MetadataTree.Kind.U256;
    }

    /** The fewest bytes of a value, so that a claimed count is checked before anything is set aside for it. */
    private int minBytes(int type, int depth) {
        MetadataTree.Shape shape = type(type).shape();
        // Kept as one more than it is: zero stands for not known. Types share types, so that counting anew would never
        // end.
        int known = fewest.get(type);
        if (known > 0) {
            return known - 1;
        }
        int next = deeper(depth);
        long sum = 0;
        if (shape instanceof MetadataTree.Primitive primitive) {
            sum = primitive.kind().bytes;
        } else if (shape instanceof MetadataTree.Composite composite) {
            for (MetadataTree.Field field : composite.fields()) {
                sum += minBytes(field.type(), next);
            }
        } else if (shape instanceof MetadataTree.Tuple tuple) {
            for (int element : tuple.elements()) {
                sum += minBytes(element, next);
            }
        } else if (shape instanceof MetadataTree.Array array) {
            sum = array.length() == 0 ? 0 : array.length() * minBytes(array.element(), next);
        } else {
            sum = 1;
        }
        int fewestBytes = (int) Math.min(sum, Integer.MAX_VALUE - 1);
        fewest.set(type, fewestBytes + 1);
        return fewestBytes;
    }

    /** Whether the first of a sequence of bits is the lowest of its word. */
    boolean isLowFirst(int order) {
        return type(order).path().stream().noneMatch("Msb0"::equals);
    }
}
