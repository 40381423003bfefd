package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.scale.ScaleException;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.subtensor.TypePlan.Branch;
import io.github.bittensor4j.subtensor.TypePlan.Form;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The bytes of plain values. For one thread. */
final class ValueEncoder {
    private final TypePlans types;
    private final ScaleWriter out;

    ValueEncoder(TypePlans types, ScaleWriter out) {
        this.types = types;
        this.out = out;
    }

    void value(int type, Object value, int depth) {
        TypePlan plan = types.plan(type);
        int next = TypePlans.deeper(depth);
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
                Branch what = named(types.plan(source.children[0]), event.name(), source.children[0]);
                out.u8(source.index).u8(what.index);
                struct(
                        what.children,
                        what.names.length > 0 ? what.names : TypePlans.positions(what.children.length),
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

    private void call(TypePlan plan, int type, Call call, int depth) {
        Branch pallet = named(plan, call.pallet(), type);
        if (pallet.children.length != 1) {
            throw new CodecException("call.unknown", call + ": the pallet has no calls");
        }
        Branch function = named(types.plan(pallet.children[0]), call.function(), pallet.children[0]);
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

    private void variant(TypePlan plan, int type, Object value, int depth) {
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
            throw mismatch(
                    "a variant of " + types.name(type) + ": its name, or a map of its name to its fields", value);
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

    private Branch named(TypePlan plan, String name, int type) {
        Branch branch = plan.byName.get(name);
        if (branch == null) {
            throw new CodecException(
                    "scale.variant", types.name(type) + ": there is no \"" + name + "\" in this runtime");
        }
        return branch;
    }

    private void struct(int[] children, String[] names, Map<?, ?> map, int depth) {
        int found = 0;
        for (int i = 0; i < children.length; i++) {
            Object value = map.get(names[i]);
            if (value == null) {
                // An absent field of an optional type is nothing; any other is a mistake.
                if (types.plan(children[i]).form != Form.OPTION) {
                    throw new CodecException("scale.missing", "is missing (expected: " + String.join(", ", names) + ")")
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

    private void bits(TypePlan plan, List<?> list) {
        int width = plan.kind.bytes;
        boolean lowFirst = types.isLowFirst(plan.element);
        int words = (list.size() + 8 * width - 1) / (8 * width);
        byte[] data = new byte[words * width];
        for (int i = 0; i < list.size(); i++) {
            int at = BitSequence.place(i, width, lowFirst);
            if (Boolean.TRUE.equals(list.get(i))) {
                data[at >> 3] |= (byte) (1 << (at & 7));
            }
        }
        out.compact(list.size()).raw(data);
    }

    private BigInteger fixedPoint(Object value, TypePlan plan, int type) {
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
        throw mismatch("a whole number of " + types.name(type), value);
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
        String shown = Hex.text(value);
        if (shown.length() > 80) {
            shown = shown.substring(0, 80) + "...";
        }
        return new CodecException("scale.value", shown + " (expected: " + expected + ")");
    }
}
