package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.subtensor.TypePlan.Branch;
import io.github.bittensor4j.subtensor.TypePlan.Form;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plain values out of the bytes of one piece. For one thread and one use. */
final class ValueDecoder {
    /** A struct takes many times the bytes it came in; the largest answer of a chain, all metagraphs, has a quarter of this. */
    private static final long MAX_VALUES = 1 << 23;

    private final TypePlans types;
    private final ScaleReader in;
    // Types without bytes inside types with few could make much out of little; honest values stay far below this.
    private long budget;

    ValueDecoder(TypePlans types, ScaleReader in) {
        this.types = types;
        this.in = in;
        this.budget = Math.min(MAX_VALUES, (1 << 20) + 4L * in.remaining());
    }

    Object value(int type, int depth) {
        spend(1);
        TypePlan plan = types.plan(type);
        int next = TypePlans.deeper(depth);
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
                return repeated(plan.element, in.length(types.plan(plan.element).minBytes), next);
            case ARRAY:
                return repeated(plan.element, fit(plan.length, types.plan(plan.element).minBytes), next);
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
                return new Call(pallet.name, function.name, struct(function.children, function.names, next), Map.of());
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

    private Branch branch(TypePlan plan, int type) {
        int index = in.u8();
        // what metadata calls a call or an event need not be an enum
        Branch branch = index < plan.byIndex.length ? plan.byIndex[index] : null;
        if (branch == null) {
            throw new CodecException("scale.variant", types.name(type) + ": variant " + index + " does not exist");
        }
        return branch;
    }

    /** The function of a call, or the event of an event: the enum inside a pallet's variant. */
    private Branch inner(Branch pallet, String what) {
        if (pallet.children.length != 1) {
            throw new CodecException("scale.variant", pallet.name + ": has no " + what + "s");
        }
        return branch(types.plan(pallet.children[0]), pallet.children[0]);
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
        return new Fields(names.length > 0 ? names : TypePlans.positions(children.length), values);
    }

    private List<Object> list(int[] children, int depth) {
        Object[] all = new Object[children.length];
        for (int i = 0; i < children.length; i++) {
            all[i] = value(children[i], depth);
        }
        return List.of(all);
    }

    private List<Object> repeated(int element, int count, int depth) {
        TypePlan plan = types.plan(element);
        if (plan.minBytes == 0 && count > 0) {
            return Collections.nCopies(count, value(element, depth));
        }
        TypePlan number = types.unwrapped(plan);
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
    long word(TypePlan plan) {
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
            throw new CodecException("scale.budget", "more values than its bytes can justify, or than " + MAX_VALUES);
        }
    }

    /** A list of structs as columns; within something optional, nothing is no rows. */
    Columns columns(int type) {
        TypePlan plan = types.unwrapped(types.plan(type));
        if (plan.form == Form.OPTION) {
            plan = branch(plan, type).children.length == 0 ? null : types.unwrapped(types.plan(plan.element));
        }
        if (plan == null) {
            return new Columns(0, Map.of());
        }
        if (plan.form != Form.LIST || types.unwrapped(types.plan(plan.element)).form != Form.STRUCT) {
            throw new CodecException("columns.type", types.name(type) + " (expected: a list of structs)");
        }
        TypePlan row = types.unwrapped(types.plan(plan.element));
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

    private void columns(String prefix, TypePlan struct, int count, Map<String, Columns.Column> into, int depth) {
        int next = TypePlans.deeper(depth);
        for (int i = 0; i < struct.children.length; i++) {
            String name = prefix + struct.names[i];
            TypePlan field = types.unwrapped(types.plan(struct.children[i]));
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

    private List<Boolean> bits(TypePlan plan) {
        long count = in.compact();
        int width = plan.kind.bytes;
        long words = count / (8L * width) + (count % (8L * width) == 0 ? 0 : 1);
        if (count > Integer.MAX_VALUE || words > in.remaining() / width) {
            throw new CodecException("scale.length", "bit sequence of " + count + " bits is longer than its bytes");
        }
        byte[] data = in.raw((int) words * width);
        boolean lowFirst = types.isLowFirst(plan.element);
        for (long i = count; i < words * width * 8L; i++) {
            int at = BitSequence.place((int) i, width, lowFirst);
            if ((data[at >> 3] >> (at & 7) & 1) == 1) {
                throw new CodecException(
                        "scale.bits", "bit sequence of " + count + " bits has a bit set behind its end");
            }
        }
        return new BitSequence(data, (int) count, width, lowFirst);
    }
}
