package io.github.bittensor4j.subtensor.intents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one rule by which records become JSON and back: a field is called by its name in snake case, with what its type adds ({@code _ss58},
 * {@code _tao}, {@code _alpha}), and {@link JsonField} names the exceptions. A record inside of an intent is spread into the same object;
 * in a list it is an object of its own, or an array.
 */
final class IntentJson {
    private static final String OP = "op";
    private static final BigInteger U64 = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** The most characters of an intent: a batch of some thousand. */
    private static final int MAX_TEXT = 1 << 20;

    private static final Optional<Netuid> NO_NETUID = Optional.empty();

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private IntentJson() {}

    static Intent read(String json, Optional<AccountId> ownHotkey) {
        if (json.length() > MAX_TEXT) {
            throw bad("json", json.length() + " characters", "at most " + MAX_TEXT);
        }
        try {
            return intent(JSON.readTree(json), ownHotkey);
        } catch (JsonProcessingException e) {
            throw bad("json", fault(e), "one JSON object");
        }
    }

    static Intent intent(@Nullable JsonNode node, Optional<AccountId> ownHotkey) {
        if (node == null || !node.isObject() || !node.path(OP).isTextual()) {
            throw bad("json", "no object with an op", "{\"op\": ...}");
        }
        Intents.Entry entry = Intents.byOp(node.get(OP).asText());
        Reader reader = new Reader((ObjectNode) node, ownHotkey, new HashSet<>(Set.of(OP)));
        Intent intent = (Intent) reader.record(entry.type());
        reader.refuseUnknown(entry.op());
        return intent;
    }

    static ObjectNode write(Intent intent) {
        ObjectNode node = NODES.objectNode().put(OP, intent.op());
        Intents.byOp(intent.op());
        write((Record) intent, node);
        return node;
    }

    static ObjectNode write(Plan plan) {
        ObjectNode node = NODES.objectNode();
        ObjectNode args = Intents.isKnown(plan.intent()) ? write(plan.intent()) : NODES.objectNode();
        args.remove(OP);
        node.put(OP, plan.intent().op());
        node.put("signer", plan.intent().signer().name().toLowerCase(Locale.ROOT));
        node.put("signer_address", plan.account().ss58());
        node.set("args", args);
        node.set("fee_tao", text(plan.fee().decimal()));
        node.set("spend_tao", text(plan.spend().tao().decimal()));
        ObjectNode alpha = node.putObject("spend_alpha");
        plan.spend().alpha().forEach((netuid, amount) -> alpha.set(netuid.toString(), text(amount.decimal())));
        node.put("spend_unbounded", plan.spend().unbounded());
        node.set("effects", JSON.valueToTree(plan.effects()));
        node.set("warnings", JSON.valueToTree(plan.warnings()));
        node.set("obstacles", JSON.valueToTree(plan.obstacles()));
        node.set("violations", JSON.valueToTree(plan.violations()));
        if (plan.earliestBlock().isPresent()) {
            node.put("earliest_block", plan.earliestBlock().getAsLong());
        }
        node.put("shield_advised", plan.shieldAdvised());
        node.put("block", plan.block().number());
        node.put("spec_version", plan.specVersion());
        plan.call()
                .ifPresent(call -> node.put("call", call.toString())
                        .put("call_data", "0x" + HexFormat.of().formatHex(plan.callData())));
        return node.put("ok", plan.ok());
    }

    static Policy policy(String json) {
        JsonNode node;
        try {
            node = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw bad("policy", fault(e), "one JSON object");
        }
        if (!node.isObject()) {
            throw bad("policy", node.getNodeType(), "one JSON object");
        }
        Policy policy = Policy.strict();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            policy = with(policy, field.getKey(), field.getValue());
        }
        return policy;
    }

    private static Policy with(Policy policy, String name, JsonNode value) {
        if (value.isNull()) {
            return policy;
        }
        return switch (name) {
            case "max_spend_tao" -> policy.maxSpend(Tao.of(value.asText()));
            case "max_fee_tao" -> policy.maxFee(Tao.of(value.asText()));
            case "allow_raw_calls" -> policy.rawCalls((boolean) scalar(boolean.class, value, name, null, NO_NETUID));
            case "allowed_netuids" -> policy.allowedNetuids(set(Netuid.class, value, name));
            case "allowed_ops" -> {
                Set<String> ops = set(String.class, value, name);
                ops.forEach(Intents::byOp);
                yield policy.allowedOps(ops);
            }
            case "max_alpha" -> {
                Policy all = policy;
                for (Map.Entry<String, JsonNode> one : value.properties()) {
                    if (!one.getKey().matches("[0-9]{1,5}")) {
                        throw bad(name, one.getKey(), "a subnet's number");
                    }
                    Netuid netuid = Netuid.of(Integer.parseInt(one.getKey()));
                    all = all.maxAlpha(Alpha.of(netuid, one.getValue().asText()));
                }
                yield all;
            }
            default ->
                throw bad(
                        "policy",
                        "unknown field " + name,
                        "max_spend_tao, max_alpha, max_fee_tao, allowed_netuids, allowed_ops, allow_raw_calls");
        };
    }

    private static <T> Set<T> set(Class<T> type, JsonNode value, String name) {
        if (!value.isArray()) {
            throw bad(name, value, "a list");
        }
        Set<T> set = new HashSet<>();
        value.forEach(one -> set.add(type.cast(scalar(type, one, name, null, NO_NETUID))));
        return set;
    }

    private static InvalidValueException bad(String field, Object value, String expected) {
        return new InvalidValueException("intent.json", field + ": " + value + " (expected: " + expected + ")", "");
    }

    /** What a field is called. */
    private static String name(RecordComponent component) {
        JsonField field = component.getAnnotation(JsonField.class);
        return field != null && !field.name().isEmpty()
                ? field.name()
                : Intents.snake(component.getName()) + suffix(component.getGenericType());
    }

    private static String suffix(Type type) {
        if (type instanceof ParameterizedType generic && generic.getRawType() != List.class) {
            return suffix(generic.getActualTypeArguments()[0]);
        }
        return type == AccountId.class ? "_ss58" : type == Tao.class ? "_tao" : type == Alpha.class ? "_alpha" : "";
    }

    /** A record whose fields stand among those of the record that holds it. */
    private static boolean isSpread(Class<?> type) {
        return type.isRecord()
                && !List.of(Tao.class, Alpha.class, Netuid.class, Uid.class, Amount.class)
                        .contains(type);
    }

    private static boolean isSpread(RecordComponent component) {
        return isSpread(component.getType()) && !component.isAnnotationPresent(JsonField.class);
    }

    static List<String> describe(Class<?> type) {
        List<String> fields = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            if (isSpread(component)) {
                fields.addAll(describe(component.getType()));
                continue;
            }
            JsonField field = component.getAnnotation(JsonField.class);
            boolean optional = component.getType() == Optional.class
                    || (field != null && (!field.otherwise().isEmpty() || field.ownHotkey()));
            fields.add(name(component) + (optional ? "?" : ""));
            if (field != null && !field.argumentsIn().isEmpty()) {
                fields.add(field.argumentsIn());
            }
        }
        return fields;
    }

    /** Reads one object. */
    private record Reader(ObjectNode node, Optional<AccountId> ownHotkey, Set<String> known) {
        Object record(Class<?> type) {
            if (type == Weights.Scores.class) {
                listWeights();
            }
            RecordComponent[] components = type.getRecordComponents();
            Map<String, Object> values = new LinkedHashMap<>();
            // an amount of alpha is read when it is known whose
            for (boolean alphas : new boolean[] {false, true}) {
                for (RecordComponent component : components) {
                    if (suffix(component.getGenericType()).equals("_alpha") == alphas) {
                        values.put(component.getName(), component(component, values));
                    }
                }
            }
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            Object[] arguments = Arrays.stream(components)
                    .map(component -> values.get(component.getName()))
                    .toArray();
            return make(type, types, arguments);
        }

        /** Weights may also be an object of seats and weights. */
        private void listWeights() {
            if (node.path("weights").isObject() && !node.hasNonNull("uids")) {
                ArrayNode uids = NODES.arrayNode();
                ArrayNode weights = NODES.arrayNode();
                node.get("weights").properties().forEach(entry -> {
                    if (!entry.getKey().matches("[0-9]{1,5}")) {
                        throw bad("weights", entry.getKey(), "a seat's number");
                    }
                    uids.add(Integer.parseInt(entry.getKey()));
                    weights.add(entry.getValue());
                });
                node.set("uids", uids);
                node.set("weights", weights);
            }
        }

        private Object component(RecordComponent component, Map<String, Object> before) {
            if (isSpread(component)) {
                return record(component.getType());
            }
            String name = name(component);
            known.add(name);
            JsonField field = component.getAnnotation(JsonField.class);
            if (field != null && !field.argumentsIn().isEmpty()) {
                return apart(name, field.argumentsIn());
            }
            JsonNode value = node.path(name);
            boolean missing = value.isMissingNode() || value.isNull();
            if (component.getType() == Optional.class && missing) {
                return Optional.empty();
            }
            if (missing && field != null && !field.otherwise().isEmpty()) {
                value = constant(field.otherwise());
            } else if (missing && field != null && field.ownHotkey() && ownHotkey.isPresent()) {
                return ownHotkey.get();
            } else if (missing) {
                throw bad(name, "missing", "a value, which this intent needs");
            }
            Optional<Netuid> netuid = suffix(component.getGenericType()).equals("_alpha")
                    ? Optional.of(netuid(field, before))
                    : Optional.empty();
            return value(component.getGenericType(), value, name, field, netuid);
        }

        /** An intent whose name and fields stand in two fields. */
        private Intent apart(String name, String arguments) {
            known.add(arguments);
            if (!node.path(name).isTextual()
                    || !node.path(arguments).isObject()
                    || node.path(arguments).has(OP)) {
                throw bad(name, node.path(name), "an op, and its fields in " + arguments);
            }
            ObjectNode whole = node.path(arguments).deepCopy();
            return intent(whole.set(OP, node.get(name)), ownHotkey);
        }

        private static JsonNode constant(String json) {
            try {
                return JSON.readTree(json);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }

        private static Netuid netuid(@Nullable JsonField field, Map<String, Object> before) {
            String of = field != null && !field.alphaOf().isEmpty()
                    ? field.alphaOf()
                    : before.containsKey("netuid") ? "netuid" : "originNetuid";
            if (before.get(of) instanceof Netuid netuid) {
                return netuid;
            }
            throw new IllegalStateException("no field " + of + " says whose alpha it is");
        }

        private Object value(
                Type type, JsonNode value, String name, @Nullable JsonField field, Optional<Netuid> netuid) {
            if (type instanceof ParameterizedType generic) {
                Type inner = generic.getActualTypeArguments()[0];
                if (generic.getRawType() == Optional.class) {
                    return Optional.of(value(inner, value, name, field, netuid));
                }
                if (generic.getRawType() == Amount.class) {
                    return value.isTextual() && value.asText().strip().equalsIgnoreCase("all")
                            ? Amount.all()
                            : Amount.of(value(inner, value, name, field, netuid));
                }
                if (!value.isArray()) {
                    throw bad(name, value, "a list");
                }
                List<Object> list = new ArrayList<>();
                value.forEach(one -> list.add(value(inner, one, name, field, netuid)));
                return List.copyOf(list);
            }
            if (type == Intent.class) {
                return intent(value, ownHotkey);
            }
            Class<?> plain = (Class<?>) type;
            return plain.isRecord() && isSpread(plain)
                    ? inner(plain, value, name, field)
                    : scalar(plain, value, name, field, netuid);
        }

        private Object inner(Class<?> type, JsonNode value, String name, @Nullable JsonField field) {
            RecordComponent[] components = type.getRecordComponents();
            if (field != null && field.rows() && value.isArray() && value.size() == components.length) {
                Object[] values = new Object[components.length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = value(
                            components[i].getGenericType(),
                            value.get(i),
                            name,
                            components[i].getAnnotation(JsonField.class),
                            Optional.empty());
                }
                return make(
                        type,
                        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new),
                        values);
            }
            if (!value.isObject()) {
                throw bad(name, value, String.join(", ", describe(type)));
            }
            Reader reader = new Reader((ObjectNode) value, ownHotkey, new HashSet<>());
            Object record = reader.record(type);
            reader.refuseUnknown(name);
            return record;
        }

        void refuseUnknown(String where) {
            node.fieldNames().forEachRemaining(name -> {
                if (!known.contains(name)) {
                    throw bad(where, "unknown field " + name, String.join(", ", known));
                }
            });
        }
    }

    private static Object make(Class<?> type, Class<?>[] types, Object[] arguments) {
        try {
            return type.getDeclaredConstructor(types).newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object scalar(
            Class<?> type, JsonNode value, String name, @Nullable JsonField field, Optional<Netuid> netuid) {
        if (type == AccountId.class && value.isTextual()) {
            return AccountId.fromBittensorAddress(value.asText());
        }
        if (type == String.class && value.isTextual()) {
            return value.asText();
        }
        if (type == String.class && field != null && field.scalar() && value.isValueNode()) {
            return value.isFloatingPointNumber() ? fraction(value.decimalValue()) : value.asText();
        }
        if (type == boolean.class && value.isBoolean()) {
            return value.asBoolean();
        }
        if (type == Tao.class && isNumber(value)) {
            return Tao.of(value.asText());
        }
        if (type == Alpha.class && isNumber(value)) {
            return Alpha.of(netuid.orElseThrow(), value.asText());
        }
        if ((type == BigDecimal.class || type == double.class || type == Double.class) && value.isNumber()) {
            return type == BigDecimal.class ? value.decimalValue() : (Object) value.doubleValue();
        }
        if (field != null && !field.shareOf().isEmpty() && isNumber(value)) {
            return number(type, share(value.asText(), new BigInteger(field.shareOf()), name), name);
        }
        if (value.isIntegralNumber()) {
            return number(type, value.bigIntegerValue(), name);
        }
        throw bad(name, value, type.getSimpleName());
    }

    /** What the parser says, and where; without its remarks on where the text came from. */
    private static String fault(JsonProcessingException e) {
        return e.getOriginalMessage().replaceAll(" \\(start marker at \\[.*]\\)", "")
                + (e.getLocation() == null
                        ? ""
                        : " at line " + e.getLocation().getLineNr() + ", column "
                                + e.getLocation().getColumnNr());
    }

    /** With its decimal point, which says that it is one. */
    private static String fraction(BigDecimal value) {
        return value.setScale(Math.max(1, value.scale()), RoundingMode.UNNECESSARY)
                .toPlainString();
    }

    private static boolean isNumber(JsonNode value) {
        return value.isNumber() || value.isTextual();
    }

    private static Object number(Class<?> type, BigInteger number, String name) {
        BigInteger most = type == int.class || type == Integer.class
                ? BigInteger.valueOf(Integer.MAX_VALUE)
                : type == Netuid.class || type == Uid.class ? BigInteger.valueOf(0xffff) : U64;
        if (number.signum() < 0 || number.compareTo(most) > 0) {
            throw bad(name, number, "0 to " + most);
        }
        if (type == Netuid.class) {
            return Netuid.of(number.intValue());
        }
        if (type == Uid.class) {
            return Uid.of(number.intValue());
        }
        if (type == int.class || type == Integer.class) {
            return number.intValue();
        }
        if (type == long.class || type == Long.class) {
            return number.longValue();
        }
        if (type == BigInteger.class) {
            return number;
        }
        throw bad(name, number, type.getSimpleName());
    }

    /** A whole number as it is; with a point, a share of one. */
    private static BigInteger share(String text, BigInteger whole, String name) {
        BigDecimal value;
        try {
            value = new BigDecimal(text.strip());
        } catch (NumberFormatException e) {
            throw bad(name, text, "a share such as 0.18, or a whole number up to " + whole);
        }
        boolean isShare = text.matches(".*[.eE].*");
        if (value.precision() > 40 || Math.abs(value.scale()) > 40) {
            throw bad(name, text, "at most 40 digits");
        }
        BigInteger raw = isShare
                ? value.multiply(new BigDecimal(whole))
                        .setScale(0, RoundingMode.HALF_EVEN)
                        .toBigInteger()
                : value.toBigInteger();
        if (raw.signum() < 0 || raw.compareTo(whole) > 0) {
            throw bad(name, text, isShare ? "0.0 to 1.0" : "0 to " + whole + ", which is all");
        }
        return raw;
    }

    private static void write(Record record, ObjectNode into) {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            Object value = get(record, component);
            if (isSpread(component)) {
                write((Record) value, into);
                continue;
            }
            JsonField field = component.getAnnotation(JsonField.class);
            if (field != null && !field.argumentsIn().isEmpty()) {
                ObjectNode inner = write((Intent) value);
                into.set(name(component), inner.remove(OP));
                into.set(field.argumentsIn(), inner);
                continue;
            }
            if (field != null && field.scalar() && ((String) value).matches("-?\\d+")) {
                into.put(name(component), new BigInteger((String) value));
                continue;
            }
            boolean nothing = value.equals(false) || value.equals(Optional.empty());
            if (!(nothing && field != null && field.beyondSdk())) {
                into.set(name(component), node(value, field != null && field.rows()));
            }
        }
    }

    private static Object get(Record record, RecordComponent component) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode node(Object value, boolean row) {
        if (value instanceof Optional<?> optional) {
            return optional.map(one -> node(one, row)).orElse(NullNode.getInstance());
        }
        if (value instanceof Amount<?> amount) {
            return amount.value().map(one -> node(one, row)).orElse(NODES.textNode("all"));
        }
        if (value instanceof List<?> list) {
            ArrayNode array = NODES.arrayNode();
            list.forEach(one -> array.add(node(one, row)));
            return array;
        }
        if (value instanceof Tao tao) {
            return text(tao.decimal());
        }
        if (value instanceof Alpha alpha) {
            return text(alpha.decimal());
        }
        if (value instanceof AccountId account) {
            return NODES.textNode(account.ss58());
        }
        if (value instanceof Netuid netuid) {
            return NODES.numberNode(netuid.value());
        }
        if (value instanceof Uid uid) {
            return NODES.numberNode(uid.value());
        }
        if (value instanceof Long number) {
            return NODES.numberNode(new BigInteger(Long.toUnsignedString(number)));
        }
        if (value instanceof Intent intent) {
            return write(intent);
        }
        if (value instanceof Record record && row) {
            ArrayNode array = NODES.arrayNode();
            for (RecordComponent component : record.getClass().getRecordComponents()) {
                array.add(node(get(record, component), false));
            }
            return array;
        }
        if (value instanceof Record record) {
            ObjectNode object = NODES.objectNode();
            write(record, object);
            return object;
        }
        return JSON.valueToTree(value);
    }

    private static JsonNode text(BigDecimal amount) {
        BigDecimal plain = amount.stripTrailingZeros();
        return NODES.textNode((plain.signum() == 0 ? BigDecimal.ZERO : plain).toPlainString());
    }
}
