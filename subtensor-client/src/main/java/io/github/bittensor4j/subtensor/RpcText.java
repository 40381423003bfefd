package io.github.bittensor4j.subtensor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The text of requests and answers. Plain trees need no mapper, whose making takes a new JVM longer than everything that it reads until its
 * first balance. Safe for many threads.
 */
final class RpcText {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final JsonFactory factory;

    /** @param most the longest text that is read, in characters */
    RpcText(int most) {
        this.factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(most)
                        .maxDocumentLength(most)
                        .maxNestingDepth(100)
                        .maxNumberLength(100)
                        .build())
                .build();
    }

    /** A request; its parameters are texts, whole numbers, flags, null, and lists and maps of them. */
    String request(long id, String method, @Nullable Object[] params) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = factory.createGenerator(text)) {
            out.writeStartObject();
            out.writeStringField("jsonrpc", "2.0");
            out.writeNumberField("id", id);
            out.writeStringField("method", method);
            out.writeArrayFieldStart("params");
            for (Object param : params) {
                write(out, param);
            }
            out.writeEndArray();
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator out, @Nullable Object value) throws IOException {
        if (value instanceof List<?> list) {
            out.writeStartArray();
            for (Object one : list) {
                write(out, one);
            }
            out.writeEndArray();
        } else if (value instanceof Map<?, ?> map) {
            out.writeStartObject();
            for (Map.Entry<?, ?> field : map.entrySet()) {
                out.writeFieldName(String.valueOf(field.getKey()));
                write(out, field.getValue());
            }
            out.writeEndObject();
        } else if (value instanceof Long || value instanceof Integer) {
            out.writeNumber(((Number) value).longValue());
        } else if (value instanceof Boolean flag) {
            out.writeBoolean(flag);
        } else if (value instanceof String text) {
            out.writeString(text);
        } else if (value == null) {
            out.writeNull();
        } else {
            throw new IllegalArgumentException("no parameter of a request: " + value.getClass());
        }
    }

    /** What a node sent, as a tree; missing where it is empty. */
    JsonNode read(String text) throws JsonProcessingException {
        try (JsonParser in = factory.createParser(text)) {
            JsonToken first = in.nextToken();
            return first == null ? MissingNode.getInstance() : value(in, first);
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode value(JsonParser in, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> {
                ObjectNode object = NODES.objectNode();
                for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                    object.set(name, value(in, in.nextToken()));
                }
                yield object;
            }
            case START_ARRAY -> {
                ArrayNode array = NODES.arrayNode();
                for (JsonToken next = in.nextToken(); next != JsonToken.END_ARRAY; next = in.nextToken()) {
                    array.add(value(in, next));
                }
                yield array;
            }
            case VALUE_STRING -> NODES.textNode(in.getText());
            case VALUE_NUMBER_INT ->
                switch (in.getNumberType()) {
                    case INT -> NODES.numberNode(in.getIntValue());
                    case LONG -> NODES.numberNode(in.getLongValue());
                    default -> NODES.numberNode(in.getBigIntegerValue());
                };
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(in.getDoubleValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            default -> NODES.nullNode();
        };
    }
}
