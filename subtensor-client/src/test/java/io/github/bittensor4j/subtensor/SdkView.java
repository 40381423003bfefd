package io.github.bittensor4j.subtensor;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Hashes;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Plain values as the official SDK shows them, so that recorded answers can be compared. */
final class SdkView {
    static final Object NOTHING = "null";

    private final Metadata metadata;
    private final TypeCodec codec;

    SdkView(Metadata metadata) {
        this.metadata = metadata;
        this.codec = metadata.codec();
    }

    /** A JSON value in the common form: numbers as big integers, empty objects as empty lists, no type names of call arguments. */
    static Object of(JsonNode json) {
        if (json.isNull() || json.isMissingNode()) {
            return NOTHING;
        }
        if (json.isNumber()) {
            return json.bigIntegerValue();
        }
        if (json.isBoolean()) {
            return json.booleanValue();
        }
        if (json.isTextual()) {
            return json.asText();
        }
        if (json.isArray()) {
            List<Object> list = new ArrayList<>();
            json.forEach(e -> list.add(of(e)));
            return list;
        }
        Map<String, Object> map = new TreeMap<>();
        boolean argument = json.size() == 3 && json.has("name") && json.has("type") && json.has("value");
        json.properties().forEach(e -> {
            if (!(argument && e.getKey().equals("type"))) {
                map.put(e.getKey(), of(e.getValue()));
            }
        });
        return map.isEmpty() ? List.of() : map;
    }

    /** A plain value in the common form. */
    Object of(int type, Object value) {
        MetadataTree.Type t = codec.types().type(type);
        MetadataTree.Shape shape = t.shape();
        String name = t.path().isEmpty() ? "" : t.path().get(t.path().size() - 1);
        if (value instanceof Optional<?> optional) {
            return optional.isEmpty() ? NOTHING : of(optionType(shape), optional.get());
        }
        if (value instanceof Call call) {
            return call(type, call);
        }
        if (value instanceof ChainEvent event) {
            return event(type, event);
        }
        if (value instanceof AccountId account) {
            return account.ss58();
        }
        if (value instanceof Boolean || value instanceof BigInteger) {
            return value;
        }
        if (value instanceof Long number) {
            return BigInteger.valueOf(number);
        }
        if (value instanceof byte[] bytes) {
            return bytes(type, bytes);
        }
        if (name.equals("Era")) {
            byte[] era = codec.encode(type, value);
            int both = era.length == 1 ? 0 : era[0] & 0xff | (era[1] & 0xff) << 8;
            int period = 2 << (both & 15);
            // Random samples hold phases beyond their period, which no chain would take.
            int phase = (both >> 4) * Math.max(period >> 12, 1);
            return both == 0 ? "00" : List.of(BigInteger.valueOf(period), BigInteger.valueOf(phase));
        }
        if (value instanceof FixedPoint fixed) {
            return new TreeMap<>(Map.of("bits", fixed.bits()));
        }
        if (value instanceof String) {
            return value;
        }
        if (name.equals("MultiAddress") && value instanceof Map<?, ?> map) {
            Object one = map.values().iterator().next();
            if (map.containsKey("Id") || map.containsKey("Index")) {
                return one instanceof AccountId id ? id.ss58() : big(one);
            }
        }
        if (name.equals("EventRecord") && value instanceof Map<?, ?> map) {
            return record(((MetadataTree.Composite) shape).fields(), map);
        }
        if (shape instanceof MetadataTree.Composite composite) {
            return fields(composite.fields(), value, name.equals("BTreeMap"));
        }
        if (shape instanceof MetadataTree.Variants variants) {
            Map<?, ?> map = (Map<?, ?>) value;
            String which = (String) map.keySet().iterator().next();
            MetadataTree.Variant variant = variants.variants().stream()
                    .filter(v -> v.name().equals(which))
                    .findFirst()
                    .orElseThrow();
            return new TreeMap<>(Map.of(which, fields(variant.fields(), map.get(which), false)));
        }
        List<Object> all = new ArrayList<>();
        List<?> list = (List<?>) value;
        for (int i = 0; i < list.size(); i++) {
            all.add(of(elementType(shape, i), list.get(i)));
        }
        return all;
    }

    private static Object big(Object number) {
        return number instanceof Long l ? BigInteger.valueOf(l) : number;
    }

    private int optionType(MetadataTree.Shape shape) {
        return ((MetadataTree.Variants) shape)
                .variants().stream()
                        .filter(v -> v.name().equals("Some"))
                        .findFirst()
                        .orElseThrow()
                        .fields()
                        .get(0)
                        .type();
    }

    private static int elementType(MetadataTree.Shape shape, int i) {
        if (shape instanceof MetadataTree.Sequence sequence) {
            return sequence.element();
        }
        if (shape instanceof MetadataTree.Array array) {
            return array.element();
        }
        return ((MetadataTree.Tuple) shape).elements().get(i);
    }

    private Object fields(List<MetadataTree.Field> fields, Object value, boolean ordered) {
        if (ordered) {
            MetadataTree.Sequence entries = (MetadataTree.Sequence)
                    codec.types().type(fields.get(0).type()).shape();
            List<Integer> pair =
                    ((MetadataTree.Tuple) codec.types().type(entries.element()).shape()).elements();
            Map<String, Object> map = new TreeMap<>();
            ((Map<?, ?>) value).forEach((k, v) -> map.put(String.valueOf(of(pair.get(0), k)), of(pair.get(1), v)));
            return map.isEmpty() ? List.of() : map;
        }
        if (!fields.isEmpty() && fields.get(0).name() != null) {
            Map<String, Object> map = new TreeMap<>();
            for (MetadataTree.Field field : fields) {
                map.put(field.name(), of(field.type(), ((Map<?, ?>) value).get(field.name())));
            }
            return map;
        }
        if (fields.size() == 1) {
            return of(fields.get(0).type(), value);
        }
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            all.add(of(fields.get(i).type(), ((List<?>) value).get(i)));
        }
        return all;
    }

    private Object bytes(int type, byte[] bytes) {
        MetadataTree.Shape shape = codec.types().type(type).shape();
        while (shape instanceof MetadataTree.Composite composite) {
            shape = codec.types().type(composite.fields().get(0).type()).shape();
        }
        if (shape instanceof MetadataTree.Array array) {
            return array.length() == 0 ? List.of() : Hex.encode(bytes);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return Hex.encode(bytes);
        }
    }

    private MetadataTree.Variant inner(int type, String outer, String name) {
        int pallet = ((MetadataTree.Variants) codec.types().type(type).shape())
                .variants().stream()
                        .filter(v -> v.name().equals(outer))
                        .findFirst()
                        .orElseThrow()
                        .fields()
                        .get(0)
                        .type();
        return ((MetadataTree.Variants) codec.types().type(pallet).shape())
                .variants().stream()
                        .filter(v -> v.name().equals(name))
                        .findFirst()
                        .orElseThrow();
    }

    private Object call(int type, Call call) {
        byte[] bytes = metadata.encodeCall(call);
        List<Object> arguments = new ArrayList<>();
        for (MetadataTree.Field field :
                inner(type, call.pallet(), call.function()).fields()) {
            Map<String, Object> one = new TreeMap<>();
            one.put("name", String.valueOf(field.name()));
            one.put("value", of(field.type(), call.arguments().get(field.name())));
            arguments.add(one);
        }
        Map<String, Object> map = new TreeMap<>();
        map.put("call_index", Hex.encode(new byte[] {bytes[0], bytes[1]}));
        map.put("call_module", call.pallet());
        map.put("call_function", call.function());
        map.put("call_args", arguments);
        map.put("call_hash", Hex.encode(Hashes.blake2b256(bytes)));
        return map;
    }

    private Map<String, Object> event(int type, ChainEvent event) {
        byte[] bytes = codec.encode(type, event);
        Map<String, Object> map = new TreeMap<>();
        map.put("event_index", Hex.encode(new byte[] {bytes[0], bytes[1]}).substring(2));
        map.put("module_id", event.pallet());
        map.put("event_id", event.name());
        map.put("attributes", attributes(type, event));
        return map;
    }

    private Object attributes(int type, ChainEvent event) {
        List<MetadataTree.Field> fields =
                inner(type, event.pallet(), event.name()).fields();
        if (fields.isEmpty()) {
            return NOTHING;
        }
        if (fields.get(0).name() != null) {
            return fields(fields, event.fields(), false);
        }
        List<Object> values = new ArrayList<>(event.fields().values());
        return fields(fields, fields.size() == 1 ? values.get(0) : values, false);
    }

    private Object record(List<MetadataTree.Field> fields, Map<?, ?> map) {
        int eventType = fields.stream()
                .filter(f -> "event".equals(f.name()))
                .findFirst()
                .orElseThrow()
                .type();
        ChainEvent event = (ChainEvent) map.get("event");
        Map<String, Object> inner = event(eventType, event);
        Map<String, Object> view = new TreeMap<>();
        Object phase = map.get("phase");
        view.put("phase", phase instanceof Map<?, ?> m ? m.keySet().iterator().next() : phase);
        view.put(
                "extrinsic_idx",
                phase instanceof Map<?, ?> m ? big(m.values().iterator().next()) : NOTHING);
        view.put("event", inner);
        view.put("event_index", new BigInteger(((String) inner.get("event_index")).substring(0, 2), 16));
        view.put("module_id", event.pallet());
        view.put("event_id", event.name());
        view.put("attributes", inner.get("attributes"));
        List<Object> topics = new ArrayList<>();
        ((List<?>) map.get("topics")).forEach(t -> topics.add(Hex.encode((byte[]) t)));
        view.put("topics", topics);
        return view;
    }

    /** What an SDK user would give to be encoded, from JSON: null as nothing. */
    static Object input(@Nullable JsonNode json) {
        if (json == null || json.isNull()) {
            return Optional.empty();
        }
        if (json.isNumber()) {
            return json.bigIntegerValue();
        }
        if (json.isBoolean()) {
            return json.booleanValue();
        }
        if (json.isTextual()) {
            return json.asText();
        }
        if (json.isArray()) {
            List<Object> list = new ArrayList<>();
            json.forEach(e -> list.add(input(e)));
            return list;
        }
        Map<String, Object> map = new LinkedHashMap<>();
        json.properties().forEach(e -> map.put(e.getKey(), input(e.getValue())));
        return map;
    }
}
