package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.scale.ScaleException;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Plain values from bytes and back, for any type of a runtime's registry. The mapping is documented at {@link Metadata}. Safe for many
 * threads: what is learnt about a type is a pure function of the registry.
 */
final class TypeCodec {
    /** Calls nest by design (batch in proxy in sudo); what nests deeper than this is an attack on the stack. */
    private static final int MAX_DEPTH = 256;

    /** A struct takes many times the bytes it came in; the largest answer of a chain, all metagraphs, has a quarter of this. */
    private static final long MAX_VALUES = 1 << 23;

    private final List<MetadataTree.Type> types;
    private final int callType;
    private final int eventType;
    private final AtomicReferenceArray<@Nullable Plan> plans;
    private final AtomicIntegerArray fewest;

    TypeCodec(List<MetadataTree.Type> types, int callType, int eventType) {
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

    Object decode(int type, byte[] bytes) {
        ScaleReader in = new ScaleReader(bytes);
        Object value = decode(type, in);
        in.end();
        return value;
    }

    Object decode(int type, ScaleReader in) {
        return new Decoder(in).value(type, 0);
    }

    byte[] encode(int type, Object value) {
        ScaleWriter out = new ScaleWriter();
        encode(type, value, out);
        return out.toByteArray();
    }

    Columns columns(int type, byte[] bytes) {
        ScaleReader in = new ScaleReader(bytes);
        Columns columns = new Decoder(in).columns(type);
        in.end();
        return columns;
    }

    /** Whether an enum of enums, as the runtime's call is one, has a variant within a variant. */
    boolean has(int type, String outer, String inner) {
        Branch pallet = plan(type).byName.get(outer);
        return pallet != null
                && pallet.children.length == 1
                && plan(pallet.children[0]).byName.containsKey(inner);
    }

    void encode(int type, Object value, ScaleWriter out) {
        new Encoder(out).value(type, value, 0);
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

    private static int deeper(int depth) {
        if (depth >= MAX_DEPTH) {
            throw new CodecException("scale.depth", "nested deeper than " + MAX_DEPTH + " levels");
        }
        return depth + 1;
    }

    enum Form {
        NUMBER,
        BOOL,
        CHAR,
        TEXT,
        COMPACT,
        BYTES,
        BYTE_ARRAY,
        LIST,
        ARRAY,
        TUPLE,
        STRUCT,
        WRAPPER,
        MAP,
        ACCOUNT,
        OPTION,
        ENUM,
        CALL,
        EVENT,
        BITS,
        FIXED
    }

    /** What was learnt about a type once. */
    static final class Plan {
        final Form form;
        final MetadataTree.Kind kind;
        final long length;
        final int element;
        final int[] children;
        final String[] names;
        final @Nullable Branch[] byIndex;
        final Map<String, Branch> byName;
        final int minBytes;

        Plan(
                Form form,
                MetadataTree.Kind kind,
                long length,
                int element,
                int[] children,
                String[] names,
                @Nullable Branch[] byIndex,
                Map<String, Branch> byName,
                int minBytes) {
            this.form = form;
            this.kind = kind;
            this.length = length;
            this.element = element;
            this.children = children;
            this.names = names;
            this.byIndex = byIndex;
            this.byName = byName;
            this.minBytes = minBytes;
        }

        /** A number that fits a long's bits. */
        boolean isLong() {
            return (form == Form.NUMBER || form == Form.COMPACT) && kind.number() && kind.bytes <= Long.BYTES;
        }

        /** Whether such a number may need all 64 bits without a sign. */
        boolean isWide() {
            return kind == MetadataTree.Kind.U64;
        }
    }

    /** One variant of an enum; fields without names have the empty array of names. */
    record Branch(String name, int index, int[] children, String[] names) {}

    private static final int[] NO_CHILDREN = {};
    private static final String[] NO_NAMES = {};
    private static final @Nullable Branch[] NO_BRANCHES = {};

    Plan plan(int type) {
        type(type);
        Plan known = plans.get(type);
        if (known == null) {
            known = learn(type);
            plans.set(type, known);
        }
        return known;
    }

    private Plan learn(int id) {
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
            return new Plan(Form.TUPLE, MetadataTree.Kind.U8, 0, -1, children, NO_NAMES, NO_BRANCHES, Map.of(), min);
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
            return new Plan(form, MetadataTree.Kind.U8, length, element, children, names, NO_BRANCHES, Map.of(), min);
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
        return new Plan(form, MetadataTree.Kind.U8, 0, element, NO_CHILDREN, NO_NAMES, byIndex, byName, min);
    }

    private static Plan simple(Form form, MetadataTree.Kind kind, long length, int element, int min) {
        return new Plan(form, kind, length, element, NO_CHILDREN, NO_NAMES, NO_BRANCHES, Map.of(), min);
    }

    private static String[] positions(int count) {
        String[] names = new String[count];
        for (int i = 0; i < count; i++) {
            names[i] = Integer.toString(i);
        }
        return names;
    }

    /** What is inside wrappers, which have no bytes of their own. */
    private Plan unwrapped(Plan plan) {
        Plan inner = plan;
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

    final class Decoder {
        private final ScaleReader in;
        // Types without bytes inside types with few could make much out of little; honest values stay far below this.
        private long budget;

        Decoder(ScaleReader in) {
            this.in = in;
            this.budget = Math.min(MAX_VALUES, (1 << 20) + 4L * in.remaining());
        }

        Object value(int type, int depth) {
            spend(1);
            Plan plan = plan(type);
            int next = deeper(depth);
            switch (plan.form) {
                case NUMBER:
                    return plan.isLong()
                            ? Numbers.plain(word(plan), plan.isWide())
                            : in.fixed(plan.kind.bytes, plan.kind.signed());
                case BOOL:
                    return in.bool();
                case CHAR:
                    long point = in.u32();
                    if (!Character.isValidCodePoint((int) point) || point > Character.MAX_CODE_POINT) {
                        throw new CodecException("scale.char", "character: " + point + " (expected: 0-1114111)");
                    }
                    return Character.toString((int) point);
                case TEXT:
                    return in.text();
                case COMPACT:
                    return plan.isLong() ? Numbers.plain(word(plan), plan.isWide()) : in.compactBig();
                case BYTES:
                    return in.bytes();
                case BYTE_ARRAY:
                    return in.raw(fit(plan.length, 1));
                case LIST:
                    return repeated(plan.element, in.length(plan(plan.element).minBytes), next);
                case ARRAY:
                    return repeated(plan.element, fit(plan.length, plan(plan.element).minBytes), next);
                case TUPLE:
                    return list(plan.children, next);
                case STRUCT:
                    return struct(plan.children, plan.names, next);
                case WRAPPER:
                    return value(plan.element, next);
                case MAP:
                    int entries = in.length((int) plan.length);
                    Map<Object, Object> map = new LinkedHashMap<>();
                    for (int i = 0; i < entries; i++) {
                        Object key = value(plan.children[0], next);
                        map.put(key, value(plan.children[1], next));
                    }
                    return Collections.unmodifiableMap(map);
                case ACCOUNT:
                    return AccountId.of(in.raw(AccountId.LENGTH));
                case OPTION:
                    return branch(plan, type).children.length == 0
                            ? Optional.empty()
                            : Optional.of(value(plan.element, next));
                case ENUM:
                    Branch branch = branch(plan, type);
                    return branch.children.length == 0 && branch.names.length == 0
                            ? branch.name
                            : Map.of(branch.name, payload(branch, next));
                case CALL:
                    Branch pallet = branch(plan, type);
                    Branch function = inner(pallet, "call");
                    return new Call(
                            pallet.name, function.name, struct(function.children, function.names, next), Map.of());
                case EVENT:
                    Branch source = branch(plan, type);
                    Branch event = inner(source, "event");
                    return new ChainEvent(source.name, event.name, struct(event.children, event.names, next));
                case BITS:
                    return bits(plan);
                case FIXED:
                    return new FixedPoint(in.fixed(plan.kind.bytes, plan.kind.signed()), (int) plan.length);
                default:
                    throw new IllegalStateException(plan.form.name());
            }
        }

        private Branch branch(Plan plan, int type) {
            int index = in.u8();
            // what metadata calls a call or an event need not be an enum
            Branch branch = index < plan.byIndex.length ? plan.byIndex[index] : null;
            if (branch == null) {
                throw new CodecException("scale.variant", name(type) + ": variant " + index + " does not exist");
            }
            return branch;
        }

        /** The function of a call, or the event of an event: the enum inside a pallet's variant. */
        private Branch inner(Branch pallet, String what) {
            if (pallet.children.length != 1) {
                throw new CodecException("scale.variant", pallet.name + ": has no " + what + "s");
            }
            return branch(plan(pallet.children[0]), pallet.children[0]);
        }

        private Object payload(Branch branch, int depth) {
            if (branch.names.length > 0) {
                return struct(branch.children, branch.names, depth);
            }
            return branch.children.length == 1 ? value(branch.children[0], depth) : list(branch.children, depth);
        }

        private Map<String, Object> struct(int[] children, String[] names, int depth) {
            Object[] values = new Object[children.length];
            for (int i = 0; i < children.length; i++) {
                values[i] = value(children[i], depth);
            }
            return new Fields(names.length > 0 ? names : positions(children.length), values);
        }

        private List<Object> list(int[] children, int depth) {
            Object[] all = new Object[children.length];
            for (int i = 0; i < children.length; i++) {
                all[i] = value(children[i], depth);
            }
            return List.of(all);
        }

        private List<Object> repeated(int element, int count, int depth) {
            Plan plan = plan(element);
            if (plan.minBytes == 0 && count > 0) {
                return Collections.nCopies(count, value(element, depth));
            }
            Plan number = unwrapped(plan);
            if (number.isLong()) {
                spend(count);
                long[] all = new long[count];
                for (int i = 0; i < count; i++) {
                    all[i] = word(number);
                }
                return new Numbers(all, number.isWide());
            }
            Object[] all = new Object[count];
            for (int i = 0; i < count; i++) {
                all[i] = value(element, depth);
            }
            return Collections.unmodifiableList(Arrays.asList(all));
        }

        /** The bits of a number that fits a long. */
        long word(Plan plan) {
            if (plan.form == Form.COMPACT) {
                // A number beyond its type is shown as it stands, as other clients do; nothing of the kind is ever
                // encoded.
                return plan.isWide() ? in.compact64() : in.compact();
            }
            switch (plan.kind) {
                case U8:
                    return in.u8();
                case U16:
                    return in.u16();
                case U32:
                    return in.u32();
                case I8:
                    return (byte) in.u8();
                case I16:
                    return (short) in.u16();
                case I32:
                    return (int) in.u32();
                default:
                    return in.u64();
            }
        }

        boolean flag() {
            return in.bool();
        }

        private void spend(long values) {
            budget -= values;
            if (budget < 0) {
                throw new CodecException(
                        "scale.budget", "more values than its bytes can justify, or than " + MAX_VALUES);
            }
        }

        /** A list of structs as columns; within something optional, nothing is no rows. */
        Columns columns(int type) {
            Plan plan = unwrapped(plan(type));
            if (plan.form == Form.OPTION) {
                plan = branch(plan, type).children.length == 0 ? null : unwrapped(plan(plan.element));
            }
            if (plan == null) {
                return new Columns(0, Map.of());
            }
            if (plan.form != Form.LIST || unwrapped(plan(plan.element)).form != Form.STRUCT) {
                throw new CodecException("columns.type", name(type) + " (expected: a list of structs)");
            }
            Plan row = unwrapped(plan(plan.element));
            int count = in.length(row.minBytes);
            Map<String, Columns.Column> columns = new LinkedHashMap<>();
            columns("", row, count, columns, 0);
            Columns.Column[] all = columns.values().toArray(new Columns.Column[0]);
            spend(count * (1L + all.length));
            for (int i = 0; i < count; i++) {
                for (Columns.Column column : all) {
                    column.read(i, this);
                }
            }
            return new Columns(count, columns);
        }

        private void columns(String prefix, Plan struct, int count, Map<String, Columns.Column> into, int depth) {
            int next = deeper(depth);
            for (int i = 0; i < struct.children.length; i++) {
                String name = prefix + struct.names[i];
                Plan field = unwrapped(plan(struct.children[i]));
                if (field.isLong()) {
                    into.put(name, new Columns.Longs(count, field));
                } else if (field.form == Form.BOOL) {
                    into.put(name, new Columns.Flags(count));
                } else if (field.form == Form.STRUCT && field.children.length > 0) {
                    columns(name + ".", field, count, into, next);
                } else {
                    into.put(name, new Columns.Values(count, struct.children[i]));
                }
            }
        }

        private int fit(long count, int elementBytes) {
            long limit = elementBytes == 0 ? Integer.MAX_VALUE : in.remaining() / elementBytes;
            if (count > limit) {
                throw new CodecException(
                        "scale.truncated",
                        "array of " + count + " elements at " + in.position() + ", " + in.remaining() + " bytes left");
            }
            return (int) count;
        }

        private List<Boolean> bits(Plan plan) {
            long count = in.compact();
            int width = plan.kind.bytes;
            long words = count / (8L * width) + (count % (8L * width) == 0 ? 0 : 1);
            if (count > Integer.MAX_VALUE || words > in.remaining() / width) {
                throw new CodecException("scale.length", "bit sequence of " + count + " bits is longer than its bytes");
            }
            byte[] data = in.raw((int) words * width);
            boolean lowFirst = isLowFirst(plan.element);
            for (long i = count; i < words * width * 8L; i++) {
                int at = bitPlace((int) i, width, lowFirst);
                if ((data[at >> 3] >> (at & 7) & 1) == 1) {
                    throw new CodecException(
                            "scale.bits", "bit sequence of " + count + " bits has a bit set behind its end");
                }
            }
            return new Bits(data, (int) count, width, lowFirst);
        }
    }

    /** A sequence of bits as it came: a list of objects would be many times its size. */
    private static final class Bits extends AbstractList<Boolean> implements RandomAccess {
        private final byte[] data;
        private final int count;
        private final int width;
        private final boolean lowFirst;

        Bits(byte[] data, int count, int width, boolean lowFirst) {
            this.data = data;
            this.count = count;
            this.width = width;
            this.lowFirst = lowFirst;
        }

        @Override
        public Boolean get(int index) {
            int at = bitPlace(Objects.checkIndex(index, count), width, lowFirst);
            return (data[at >> 3] >> (at & 7) & 1) == 1;
        }

        @Override
        public int size() {
            return count;
        }
    }

    private boolean isLowFirst(int order) {
        return type(order).path().stream().noneMatch("Msb0"::equals);
    }

    private static int bitPlace(int i, int width, boolean lowFirst) {
        int word = 8 * width;
        return lowFirst ? i : i / word * word + word - 1 - i % word;
    }

    private final class Encoder {
        private final ScaleWriter out;

        Encoder(ScaleWriter out) {
            this.out = out;
        }

        void value(int type, Object value, int depth) {
            Plan plan = plan(type);
            int next = deeper(depth);
            switch (plan.form) {
                case NUMBER:
                    out.fixed(integer(value, type), plan.kind.bytes, plan.kind.signed());
                    break;
                case BOOL:
                    if (!(value instanceof Boolean flag)) {
                        throw mismatch("a boolean", value);
                    }
                    out.bool(flag);
                    break;
                case CHAR:
                    if (!(value instanceof String text) || text.codePointCount(0, text.length()) != 1) {
                        throw mismatch("a text of one character", value);
                    }
                    out.u32(text.codePointAt(0));
                    break;
                case TEXT:
                    if (!(value instanceof String text)) {
                        throw mismatch("a text", value);
                    }
                    out.text(text);
                    break;
                case COMPACT:
                    BigInteger compact = integer(value, type);
                    if (compact.bitLength() > 8 * plan.kind.bytes) {
                        throw new CodecException(
                                "scale.range", compact + " (expected: at most " + 8 * plan.kind.bytes + " bits)");
                    }
                    out.compact(compact);
                    break;
                case BYTES:
                    out.bytes(bytes(value));
                    break;
                case BYTE_ARRAY:
                    byte[] fixed = bytes(value);
                    if (fixed.length != plan.length) {
                        throw mismatch(plan.length + " bytes", fixed.length + " bytes");
                    }
                    out.raw(fixed);
                    break;
                case LIST:
                    List<?> list = list(value);
                    out.compact(list.size());
                    each(plan.element, list, next);
                    break;
                case ARRAY:
                    List<?> array = list(value);
                    if (array.size() != plan.length) {
                        throw mismatch(plan.length + " elements", array.size() + " elements");
                    }
                    each(plan.element, array, next);
                    break;
                case TUPLE:
                    tuple(plan.children, value, next);
                    break;
                case STRUCT:
                    if (!(value instanceof Map) && plan.children.length == 1) {
                        value(plan.children[0], value, next);
                    } else {
                        struct(plan.children, plan.names, map(value), next);
                    }
                    break;
                case WRAPPER:
                    value(plan.element, value, next);
                    break;
                case MAP:
                    Map<?, ?> map = map(value);
                    out.compact(map.size());
                    for (Map.Entry<?, ?> entry : map.entrySet()) {
                        value(plan.children[0], entry.getKey(), next);
                        value(plan.children[1], entry.getValue(), next);
                    }
                    break;
                case ACCOUNT:
                    out.raw(account(value));
                    break;
                case OPTION:
                    Object inside = value instanceof Optional<?> optional ? optional.orElse(null) : value;
                    Branch some = named(plan, inside == null ? "None" : "Some", type);
                    out.u8(some.index);
                    if (inside != null) {
                        value(plan.element, inside, next);
                    }
                    break;
                case ENUM:
                    variant(plan, type, value, next);
                    break;
                case CALL:
                    if (!(value instanceof Call call)) {
                        throw mismatch("a call", value);
                    }
                    call(plan, type, call, next);
                    break;
                case EVENT:
                    if (!(value instanceof ChainEvent event)) {
                        throw mismatch("an event", value);
                    }
                    Branch source = named(plan, event.pallet(), type);
                    Branch what = named(plan(source.children[0]), event.name(), source.children[0]);
                    out.u8(source.index).u8(what.index);
                    struct(
                            what.children,
                            what.names.length > 0 ? what.names : positions(what.children.length),
                            event.fields(),
                            next);
                    break;
                case BITS:
                    bits(plan, list(value));
                    break;
                case FIXED:
                    out.fixed(fixedPoint(value, plan, type), plan.kind.bytes, plan.kind.signed());
                    break;
                default:
                    throw new IllegalStateException(plan.form.name());
            }
        }

        private void call(Plan plan, int type, Call call, int depth) {
            Branch pallet = named(plan, call.pallet(), type);
            if (pallet.children.length != 1) {
                throw new CodecException("call.unknown", call + ": the pallet has no calls");
            }
            Branch function = named(plan(pallet.children[0]), call.function(), pallet.children[0]);
            out.u8(pallet.index).u8(function.index);
            Map<String, Object> arguments = call.arguments();
            if (!call.whenAsked().isEmpty()) {
                arguments = new LinkedHashMap<>(call.whenAsked());
                arguments.keySet().retainAll(Arrays.asList(function.names));
                arguments.putAll(call.arguments());
            }
            try {
                struct(function.children, function.names, arguments, depth);
            } catch (CodecException e) {
                throw e.at(call.toString());
            }
        }

        private void variant(Plan plan, int type, Object value, int depth) {
            if (value instanceof AccountId && plan.byName.containsKey("Id")) {
                variant(plan, type, Map.of("Id", value), depth);
                return;
            }
            if (value instanceof String text) {
                Branch unit = plan.byName.get(text);
                if (unit == null && plan.byName.containsKey("Id")) {
                    variant(plan, type, Map.of("Id", value), depth);
                    return;
                }
                Branch branch = named(plan, text, type);
                if (branch.children.length > 0) {
                    throw mismatch("a map of \"" + text + "\" to its fields", value);
                }
                out.u8(branch.index);
                return;
            }
            if (!(value instanceof Map<?, ?> map) || map.size() != 1) {
                throw mismatch("a variant of " + name(type) + ": its name, or a map of its name to its fields", value);
            }
            Map.Entry<?, ?> entry = map.entrySet().iterator().next();
            Branch branch = named(plan, String.valueOf(entry.getKey()), type);
            out.u8(branch.index);
            try {
                if (branch.names.length > 0) {
                    struct(branch.children, branch.names, map(entry.getValue()), depth);
                } else if (branch.children.length == 1) {
                    value(branch.children[0], entry.getValue(), depth);
                } else {
                    tuple(branch.children, entry.getValue(), depth);
                }
            } catch (CodecException e) {
                throw e.at(branch.name);
            }
        }

        private Branch named(Plan plan, String name, int type) {
            Branch branch = plan.byName.get(name);
            if (branch == null) {
                throw new CodecException(
                        "scale.variant", name(type) + ": there is no \"" + name + "\" in this runtime");
            }
            return branch;
        }

        private void struct(int[] children, String[] names, Map<?, ?> map, int depth) {
            int found = 0;
            for (int i = 0; i < children.length; i++) {
                Object value = map.get(names[i]);
                if (value == null) {
                    // An absent field of an optional type is nothing; any other is a mistake.
                    if (plan(children[i]).form != Form.OPTION) {
                        throw new CodecException(
                                        "scale.missing", "is missing (expected: " + String.join(", ", names) + ")")
                                .at(names[i]);
                    }
                    value = Optional.empty();
                } else {
                    found++;
                }
                try {
                    value(children[i], value, depth);
                } catch (CodecException e) {
                    throw e.at(names[i]);
                } catch (ScaleException | InvalidValueException e) {
                    throw new CodecException(e.code(), String.valueOf(e.getMessage())).at(names[i]);
                }
            }
            if (found == map.size()) {
                return;
            }
            for (Object key : map.keySet()) {
                if (!Arrays.asList(names).contains(String.valueOf(key))) {
                    throw new CodecException("scale.unknown", "is unknown (expected: " + String.join(", ", names) + ")")
                            .at(String.valueOf(key));
                }
            }
        }

        private void tuple(int[] children, Object value, int depth) {
            if (children.length == 1 && !(value instanceof List)) {
                value(children[0], value, depth);
                return;
            }
            List<?> list = children.length == 0 && Map.of().equals(value) ? List.of() : list(value);
            if (list.size() != children.length) {
                throw mismatch(children.length + " elements", list.size() + " elements");
            }
            for (int i = 0; i < children.length; i++) {
                element(children[i], list.get(i), i, depth);
            }
        }

        private void each(int element, List<?> list, int depth) {
            int i = 0;
            for (Object one : list) {
                element(element, one, i++, depth);
            }
        }

        private void element(int type, Object value, int at, int depth) {
            try {
                value(type, value, depth);
            } catch (CodecException e) {
                throw e.at("[" + at + "]");
            } catch (ScaleException | InvalidValueException e) {
                throw new CodecException(e.code(), String.valueOf(e.getMessage())).at("[" + at + "]");
            }
        }

        private void bits(Plan plan, List<?> list) {
            int width = plan.kind.bytes;
            boolean lowFirst = isLowFirst(plan.element);
            int words = (list.size() + 8 * width - 1) / (8 * width);
            byte[] data = new byte[words * width];
            for (int i = 0; i < list.size(); i++) {
                int at = bitPlace(i, width, lowFirst);
                if (Boolean.TRUE.equals(list.get(i))) {
                    data[at >> 3] |= (byte) (1 << (at & 7));
                }
            }
            out.compact(list.size()).raw(data);
        }

        private BigInteger fixedPoint(Object value, Plan plan, int type) {
            if (value instanceof FixedPoint fixed) {
                if (fixed.fractionBits() != plan.length) {
                    throw mismatch(plan.length + " fraction bits", fixed.fractionBits() + " fraction bits");
                }
                return fixed.bits();
            }
            if (value instanceof BigDecimal decimal) {
                return FixedPoint.of(decimal, (int) plan.length).bits();
            }
            if (value instanceof Map<?, ?> map && map.size() == 1 && map.containsKey("bits")) {
                return integer(map.get("bits"), type);
            }
            throw mismatch("a FixedPoint, a BigDecimal, or a map of \"bits\"", value);
        }

        private BigInteger integer(@Nullable Object value, int type) {
            if (value instanceof BigInteger big) {
                return big;
            }
            if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
                return BigInteger.valueOf(((Number) value).longValue());
            }
            if (value instanceof Netuid netuid) {
                return BigInteger.valueOf(netuid.value());
            }
            if (value instanceof Uid uid) {
                return BigInteger.valueOf(uid.value());
            }
            if (value instanceof Tao tao) {
                return unsigned(tao.rao());
            }
            if (value instanceof Alpha alpha) {
                return unsigned(alpha.rao());
            }
            throw mismatch("a whole number of " + name(type), value);
        }

        private static BigInteger unsigned(long value) {
            return new BigInteger(Long.toUnsignedString(value));
        }

        private byte[] bytes(Object value) {
            if (value instanceof byte[] bytes) {
                return bytes;
            }
            if (value instanceof AccountId account) {
                return account.bytes();
            }
            if (value instanceof String text) {
                try {
                    return text.startsWith("0x")
                            ? HexFormat.of().parseHex(text, 2, text.length())
                            : text.getBytes(StandardCharsets.UTF_8);
                } catch (IllegalArgumentException e) {
                    throw mismatch("bytes, or 0x and hex digits", value);
                }
            }
            if (value instanceof List<?> list && list.isEmpty()) {
                return new byte[0];
            }
            throw mismatch("bytes, or 0x and hex digits, or a text", value);
        }

        private byte[] account(Object value) {
            if (value instanceof AccountId account) {
                return account.bytes();
            }
            if (value instanceof String text) {
                return text.startsWith("0x")
                        ? AccountId.of(bytes(text)).bytes()
                        : AccountId.fromSs58(text).bytes();
            }
            if (value instanceof byte[] bytes) {
                return AccountId.of(bytes).bytes();
            }
            throw mismatch("an account", value);
        }

        private Map<?, ?> map(Object value) {
            if (value instanceof Map<?, ?> map) {
                return map;
            }
            throw mismatch("a map", value);
        }

        private List<?> list(Object value) {
            if (value instanceof List<?> list) {
                return list;
            }
            throw mismatch("a list", value);
        }

        private CodecException mismatch(String expected, @Nullable Object value) {
            String shown =
                    value instanceof byte[] bytes ? "0x" + HexFormat.of().formatHex(bytes) : String.valueOf(value);
            if (shown.length() > 80) {
                shown = shown.substring(0, 80) + "...";
            }
            return new CodecException("scale.value", shown + " (expected: " + expected + ")");
        }
    }
}
