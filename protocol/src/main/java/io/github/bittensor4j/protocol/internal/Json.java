package io.github.bittensor4j.protocol.internal;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.github.bittensor4j.core.Tensor;
import io.github.bittensor4j.protocol.internal.synapse.TensorForm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Records as JSON, read strictly: every component present and not null (an Optional may be null), none unknown, none twice, no number out
 * of a string, nothing after the value. A tensor in a record is what SDK 7 to 10 have for it. Depth, name and number lengths are bounded; the whole is bounded by the message.
 */
final class Json {
    /** The deepest nesting of a payload. */
    static final int MAX_DEPTH = 64;

    /** The longest name of a member, in characters. */
    static final int MAX_NAME = 256;

    /** The longest number, in characters. */
    static final int MAX_NUMBER = 100;

    private static final Pattern NOT_PRINTABLE = Pattern.compile("[^ -~]");

    private static final JsonMapper MAPPER = JsonMapper.builder(new JsonFactoryBuilder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNameLength(MAX_NAME)
                            .maxNumberLength(MAX_NUMBER)
                            .maxStringLength(Integer.MAX_VALUE) // the message itself is bounded
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .addModule(new Jdk8Module())
            .addModule(new SimpleModule()
                    .addSerializer(Tensor.class, new TensorWriter())
                    .addDeserializer(Tensor.class, new TensorReader()))
            .build();

    private static final class TensorWriter extends JsonSerializer<Tensor> {
        @Override
        public void serialize(Tensor value, JsonGenerator out, SerializerProvider serializers) throws IOException {
            serializers.defaultSerializeValue(TensorForm.dict(value), out);
        }
    }

    private static final class TensorReader extends JsonDeserializer<Tensor> {
        @Override
        public Tensor deserialize(JsonParser in, DeserializationContext context) throws IOException {
            Map<String, Object> dict = new HashMap<>();
            for (Map.Entry<String, JsonNode> entry : context.readTree(in).properties()) {
                JsonNode value = entry.getValue();
                List<Object> sizes = new ArrayList<>();
                value.forEach(size -> sizes.add(size.isIntegralNumber() ? size.bigIntegerValue() : size));
                dict.put(entry.getKey(), value.isTextual() ? value.textValue() : sizes);
            }
            return TensorForm.tensor(TensorForm.accept(dict));
        }
    }

    private Json() {}

    static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new WireException("call.payload", "cannot be written as JSON: " + said(e));
        }
    }

    static <T> T read(Class<T> type, byte[] json) {
        T value;
        try {
            value = MAPPER.readValue(json, type);
        } catch (ValueInstantiationException e) {
            // what a record's own constructor objects to was not written for strangers
            throw new WireException("call.invalid", "not the JSON of this synapse: a value breaks a rule of its type");
        } catch (JsonProcessingException e) {
            throw new WireException("call.invalid", "not the JSON of this synapse: " + said(e));
        } catch (IOException | RuntimeException e) {
            throw new WireException("call.invalid", "not the JSON of this synapse");
        }
        if (value == null) {
            throw new WireException("call.invalid", "not the JSON of this synapse: null");
        }
        return value;
    }

    static byte[] refusal(String code, String message) {
        return write(MAPPER.createObjectNode().put("error", code).put("message", message));
    }

    static Optional<HttpRefusal> refusal(byte[] json) {
        JsonNode read;
        try {
            read = MAPPER.readTree(json);
        } catch (IOException e) {
            return Optional.empty();
        }
        if (read == null || !read.isObject()) {
            return Optional.empty();
        }
        JsonNode message = read.path("message");
        return Optional.of(new HttpRefusal(
                read.path("error").asText(), (message.isTextual() ? message : read.path("detail")).asText()));
    }

    /** What the parser objects to, without Java class names and bounded: whoever sent the text reads it. */
    private static String said(JsonProcessingException e) {
        String text = String.valueOf(e.getOriginalMessage())
                .replaceAll("`?[A-Za-z_$][\\w$]*(\\.[A-Za-z_$][\\w$]*)+`?", "type");
        text = NOT_PRINTABLE.matcher(text).replaceAll("?");
        return text.length() > 200 ? text.substring(0, 200) : text;
    }
}
