package io.github.bittensor4j.protocol.internal.synapse;

import io.github.bittensor4j.protocol.internal.WireException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Messages as headers: names in lower case, values in Latin-1, absent fields without a header. */
public final class SynapseHeaders {
    /** What the names of this protocol begin with. */
    public static final String PREFIX = "bt_header_";

    /** The header of the body's hash. */
    public static final String BODY_HASH = "computed_body_hash";

    private static final String AXON = PREFIX + "axon_";
    private static final String DENDRITE = PREFIX + "dendrite_";
    private static final String PLACEHOLDER = PREFIX + "input_obj_";
    private static final Set<String> BASE = Set.of("name", "timeout", "total_size", "header_size", BODY_HASH);

    private SynapseHeaders() {}

    /**
     * Reads what the headers of a request or an answer say. Names that this protocol does not know are passed over, as are the
     * placeholders of fields, which carry nothing.
     *
     * @param headers every header in the order in which they came
     * @return a message without fields of its own; its name is what was sent and to be believed as little
     * @throws WireException {@code call.invalid} when a value has not the form of its type, or a header came twice
     */
    public static Message read(Iterable<? extends Map.Entry<String, String>> headers) {
        String name = "";
        Double timeout = null;
        String bodyHash = "";
        Terminal dendrite = Terminal.EMPTY;
        Terminal axon = Terminal.EMPTY;
        Set<String> seen = new HashSet<>();
        for (Map.Entry<String, String> header : headers) {
            String key = header.getKey().toLowerCase(Locale.ROOT);
            String value = header.getValue();
            if (!BASE.contains(key) && !key.startsWith(PREFIX)) {
                continue;
            }
            if (!seen.add(key)) {
                throw new WireException("call.invalid", printable(key) + " came more than once");
            }
            try {
                if (key.startsWith(AXON)) {
                    axon = with(axon, key.substring(AXON.length()), value);
                } else if (key.startsWith(DENDRITE)) {
                    dendrite = with(dendrite, key.substring(DENDRITE.length()), value);
                } else {
                    switch (key) {
                        case "name" -> name = value;
                        case BODY_HASH -> bodyHash = value;
                        case "timeout" ->
                            timeout = Python.floating(value).orElseThrow(() -> FieldType.mismatch("a float"));
                        case "total_size", "header_size" -> {
                            if (Python.integer(value).isEmpty()) {
                                throw FieldType.mismatch("an int");
                            }
                        }
                        default -> {}
                    }
                }
            } catch (WireException e) {
                throw new WireException(e.code(), printable(key) + ": " + e.getMessage());
            }
        }
        return new Message(name, timeout, dendrite, axon, bodyHash, Map.of());
    }

    private static Terminal with(Terminal terminal, String label, String value) {
        return Terminal.Field.of(label)
                .map(field -> terminal.accepting(field, value))
                .orElse(terminal);
    }

    /**
     * Writes a message as headers.
     *
     * @param message what to say; its body hash as it is there
     * @param required the fields that a header holds a placeholder for, unless they are None
     * @param headers takes each lower-case name with its value, in order
     */
    public static void write(Message message, List<String> required, BiConsumer<String, String> headers) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("name", message.name());
        if (message.timeout() != null) {
            all.put("timeout", Python.repr(message.timeout().doubleValue()));
        }
        message.axon().fields().forEach((field, value) -> all.put(AXON + field.label(), Python.str(value)));
        message.dendrite().fields().forEach((field, value) -> all.put(DENDRITE + field.label(), Python.str(value)));
        for (String name : required) {
            Object value = message.fields().get(name);
            if (value != null) {
                all.put(PLACEHOLDER + name, placeholder(value));
            }
        }
        // Python tells the size of its own objects in memory here; nobody reads either
        int size = all.entrySet().stream()
                .mapToInt(e -> e.getKey().length() + e.getValue().length())
                .sum();
        all.put("header_size", Integer.toString(size));
        all.put("total_size", Integer.toString(size));
        all.put(BODY_HASH, message.bodyHash());
        all.forEach((name, value) -> headers.accept(name, latin(value)));
    }

    /**
     * The empty value of a value's runtime type, as the header of a required field carries it.
     *
     * @param value a Python value
     * @return base64 of its JSON
     */
    public static String placeholder(Object value) {
        String json;
        if (value instanceof String) {
            json = "\"\"";
        } else if (value instanceof BigInteger) {
            json = "0";
        } else if (value instanceof Double) {
            json = "0.0";
        } else if (value instanceof Boolean) {
            json = "false";
        } else if (value instanceof Map<?, ?>) {
            json = "{}";
        } else {
            json = "[]";
        }
        return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * A text as a header can carry it.
     *
     * @param text any text
     * @return the same with a question mark for each line break, other control character, and character outside Latin-1
     */
    public static String latin(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints()
                .forEach(point -> out.appendCodePoint(
                        (point < ' ' && point != '\t') || point > 0xff || (point >= 0x7f && point < 0xa0)
                                ? '?'
                                : point));
        return out.toString();
    }

    private static String printable(String name) {
        String shown = name.length() > 64 ? name.substring(0, 64) + "..." : name;
        return shown.replaceAll("[^ -~]", "?");
    }
}
