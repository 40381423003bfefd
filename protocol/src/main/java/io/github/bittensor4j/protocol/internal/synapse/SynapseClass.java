package io.github.bittensor4j.protocol.internal.synapse;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.protocol.internal.WireException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A synapse as the Python class that SDK 7 to 10 know it by: the question's fields and then the answer's that the question lacks. Checked
 * and prepared once; thread-safe.
 *
 * @param <Q> the question
 * @param <R> the answer
 */
public final class SynapseClass<Q, R> {
    /** What {@code computed_body_hash} is when the class names no field: the body is not covered at all. */
    public static final String UNCOVERED = sha3("");

    /** The base class's name. */
    public static final String BASE_NAME = "Synapse";

    private static final int MAX_DEPTH = 64;

    /** Fields of the base class; what is not in a body has no meaning as a field of one's own. */
    private static final Set<String> BASE =
            Set.of("name", "timeout", "total_size", "header_size", "dendrite", "axon", "computed_body_hash");

    private static final Set<String> KEYWORDS = Set.of(
            "False",
            "None",
            "True",
            "and",
            "as",
            "assert",
            "async",
            "await",
            "break",
            "class",
            "continue",
            "def",
            "del",
            "elif",
            "else",
            "except",
            "finally",
            "for",
            "from",
            "global",
            "if",
            "import",
            "in",
            "is",
            "lambda",
            "nonlocal",
            "not",
            "or",
            "pass",
            "raise",
            "return",
            "try",
            "while",
            "with",
            "yield");

    private static final JsonMapper JSON = JsonMapper.builder(new JsonFactoryBuilder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNameLength(256)
                            .maxNumberLength(Python.MAX_NUMBER)
                            .maxStringLength(Integer.MAX_VALUE) // the message itself is bounded
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // Python writes NaN where JSON has none
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
            .build();

    private final String name;
    private final RecordForm question;
    private final Optional<RecordForm> answer;
    private final List<String> hashed;
    private final Map<String, @Nullable Object> defaults;
    private final List<String> required;

    private SynapseClass(
            String name,
            RecordForm question,
            Optional<RecordForm> answer,
            List<String> hashed,
            Map<String, @Nullable Object> defaults,
            List<String> required) {
        this.name = name;
        this.question = question;
        this.answer = answer;
        this.hashed = hashed;
        this.defaults = defaults;
        this.required = required;
    }

    /**
     * The class of a synapse.
     *
     * @param type the synapse; its answer is a record, or of any type when it is one part of a stream
     * @param <Q> the question
     * @param <R> the answer
     * @return its class
     * @throws InvalidValueException when no such class can be sent or served by the Python SDK; the message says why
     */
    public static <Q, R> SynapseClass<Q, R> of(SynapseType<Q, R> type) {
        if (!type.name().matches("[A-Za-z_][A-Za-z0-9_]*") || KEYWORDS.contains(type.name())) {
            throw cannot(type, "its name (expected: the name of a Python class: letters, digits, _)");
        }
        if (type.name().equals(BASE_NAME)) {
            throw cannot(type, "its name (expected: another than the base class's, which every axon serves itself)");
        }
        if (!type.request().isRecord()) {
            throw cannot(type, "its question (expected: a record)");
        }
        RecordForm question = form(type, type.request());
        Optional<RecordForm> answer =
                type.response().isRecord() ? Optional.of(form(type, type.response())) : Optional.empty();
        Map<String, FieldType> all = new LinkedHashMap<>();
        answer.ifPresent(form -> all.putAll(form.fields()));
        all.putAll(question.fields());
        Map<String, @Nullable Object> defaults = defaults(type, all);
        List<String> required = new ArrayList<>();
        question.fields().forEach((field, form) -> {
            if (!defaults.containsKey(field)) {
                required.add(field);
            }
        });
        for (String field : required) {
            if (!field.equals(field.toLowerCase(Locale.ROOT))) {
                throw cannot(
                        type, field + ", a required field (expected: lower case, or a default: headers lose the case)");
            }
            if (question.type(field).placeholder().isEmpty()) {
                throw cannot(
                        type,
                        field + ", a required field of a type whose empty value Python refuses (expected: Optional, or"
                                + " a default)");
            }
        }
        for (String field : type.hashedFields()) {
            if (!question.fields().containsKey(field) && !BASE.contains(field) && !defaults.containsKey(field)) {
                throw cannot(type, field + ", a hashed field without a value in the question (expected: a default)");
            }
        }
        return new SynapseClass<>(
                type.name(),
                question,
                answer,
                type.hashedFields(),
                Collections.unmodifiableMap(defaults),
                List.copyOf(required));
    }

    /**
     * The base class, which every axon serves as a ping: it comes back as it was.
     *
     * @param type a synapse named {@code Synapse} whose question and answer are a record without components
     * @param <Q> that record
     * @return its class
     */
    public static <Q> SynapseClass<Q, Q> base(SynapseType<Q, Q> type) {
        RecordForm nothing = RecordForm.of(type.request());
        return new SynapseClass<>(BASE_NAME, nothing, Optional.of(nothing), List.of(), Map.of(), List.of());
    }

    private static RecordForm form(SynapseType<?, ?> type, Class<?> record) {
        RecordForm form;
        try {
            form = RecordForm.of(record);
        } catch (InvalidValueException e) {
            throw cannot(type, String.valueOf(e.getMessage()));
        }
        for (String field : form.fields().keySet()) {
            if (BASE.contains(field) || KEYWORDS.contains(field)) {
                throw cannot(type, field + ", a name that Python's class has for itself (expected: another)");
            }
        }
        return form;
    }

    private static Map<String, @Nullable Object> defaults(SynapseType<?, ?> type, Map<String, FieldType> all) {
        Map<String, @Nullable Object> defaults = new LinkedHashMap<>();
        all.forEach((field, form) -> {
            Object given = type.defaults().get(field);
            if (given != null) {
                try {
                    defaults.put(field, form.python(given));
                } catch (WireException | ClassCastException e) {
                    throw cannot(type, field + ", whose default is of another type");
                }
            } else if (form.optional()) {
                defaults.put(field, null);
            }
        });
        return defaults;
    }

    private static InvalidValueException cannot(SynapseType<?, ?> type, String reason) {
        return new InvalidValueException(
                "synapse.class",
                "synapse " + type.name() + " cannot be spoken with SDK 7 to 10 because of " + reason,
                "Change it, or leave the SYNAPSE dialect out.");
    }

    /**
     * The class's name, which is also its path.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Whether the signature covers every field of the question.
     *
     * @return false when the class leaves one out of its hash, as most do with all
     */
    public boolean coversQuestion() {
        return hashed.containsAll(question.fields().keySet());
    }

    /**
     * The fields that a header holds a placeholder for.
     *
     * @return names in order
     */
    public List<String> required() {
        return required;
    }

    /**
     * A question as its message; both ends are still unknown.
     *
     * @param value the question
     * @param timeout seconds
     * @return the message, with its body hash
     * @throws WireException {@code call.payload} when a value cannot travel
     */
    public Message question(Q value, double timeout) {
        Map<String, @Nullable Object> fields = question.python(value);
        answer.ifPresent(form -> form.fields().forEach((field, type) -> {
            // a field of the answer that has no default here is left to the default of the other side's class
            if (defaults.containsKey(field)) {
                fields.putIfAbsent(field, defaults.get(field));
            }
        }));
        Message message = new Message(name, timeout, Terminal.EMPTY, Terminal.EMPTY, "", fields);
        return message.withBodyHash(bodyHash(message));
    }

    /**
     * The question that a message asks.
     *
     * @param message from {@link #read}
     * @return the question
     * @throws WireException {@code call.invalid} when a value breaks a rule of its Java type
     */
    @SuppressWarnings("unchecked") // the form is that of this class's question
    public Q question(Message message) {
        return (Q) question.java(message.fields());
    }

    /**
     * A message with its answer.
     *
     * @param asked the question's message
     * @param value the answer
     * @return the message that goes back, with its body hash
     * @throws WireException {@code call.payload} when a value cannot travel
     */
    public Message answered(Message asked, R value) {
        Message answered = asked.with(answer.orElseThrow().python(value));
        return answered.withBodyHash(bodyHash(answered));
    }

    /**
     * The answer that a message brings.
     *
     * @param message from {@link #readAnswer}
     * @return the answer
     * @throws WireException {@code call.invalid} when a value breaks a rule of its Java type
     */
    @SuppressWarnings("unchecked") // the form is that of this class's answer
    public R answer(Message message) {
        return (R) answer.orElseThrow().java(message.fields());
    }

    /**
     * A question's body as the class reads it.
     *
     * @param json what {@link #parse} gave
     * @return the message
     * @throws WireException {@code call.invalid} when it is not an object of this class
     */
    public Message read(@Nullable Object json) {
        Map<String, FieldType> fields = new LinkedHashMap<>(question.fields());
        answer.ifPresent(form -> form.fields().forEach((field, type) -> {
            if (hashed.contains(field)) {
                fields.putIfAbsent(field, type);
            }
        }));
        return read(json, fields);
    }

    /**
     * An answer's body as the class reads it.
     *
     * @param json what {@link #parse} gave
     * @return the message
     * @throws WireException {@code call.invalid} when it is not an object of this class
     */
    public Message readAnswer(@Nullable Object json) {
        return read(json, answer.orElseThrow().fields());
    }

    private Message read(@Nullable Object json, Map<String, FieldType> types) {
        if (!(json instanceof Map<?, ?> map)) {
            throw new WireException("call.invalid", "the body is not an object");
        }
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        types.forEach((field, type) -> {
            if (!map.containsKey(field)) {
                if (!defaults.containsKey(field)) {
                    throw new WireException("call.invalid", field + " is missing");
                }
                fields.put(field, defaults.get(field));
                return;
            }
            try {
                fields.put(field, type.accept(map.get(field)));
            } catch (WireException e) {
                throw new WireException(e.code(), field + ": " + e.getMessage());
            }
        });
        Object timeout = map.containsKey("timeout") ? map.get("timeout") : Message.DEFAULT_TIMEOUT;
        Double seconds = null;
        if (timeout instanceof Number number) {
            seconds = number.doubleValue();
        } else if (timeout != null) {
            throw new WireException("call.invalid", "timeout: not a float");
        }
        return new Message(
                name,
                seconds,
                Terminal.read(map.get("dendrite")),
                Terminal.read(map.get("axon")),
                map.get("computed_body_hash") instanceof String hash ? hash : "",
                fields);
    }

    /**
     * What the headers of a request alone make of this class: empty values in the required fields' place, defaults in the others'. Errors are
     * answered with this, as Python does.
     *
     * @param headers the headers' message
     * @return the message, with the hash of those values
     */
    public Message ofHeaders(Message headers) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        question.fields()
                .forEach((field, type) -> fields.put(
                        field, required.contains(field) ? type.placeholder().orElseThrow() : defaults.get(field)));
        Message message = new Message(name, headers.timeout(), headers.dendrite(), headers.axon(), "", fields);
        Map<String, @Nullable Object> all = message.dict();
        defaults.forEach(all::putIfAbsent);
        return message.withBodyHash(bodyHash(hashed, all));
    }

    /**
     * Whether the timeout is one of the hashed fields, so that every request has a hash of its own.
     *
     * @return whether it is
     */
    public boolean hashesTimeout() {
        return hashed.contains("timeout");
    }

    /**
     * The hash of the fields that the class names.
     *
     * @param message a message of this class
     * @return 64 lower-case hex digits
     * @throws WireException {@code call.invalid} when a text has half of a surrogate pair, which has no hash
     */
    public String bodyHash(Message message) {
        return bodyHash(hashed, message.dict());
    }

    /**
     * The body hash of Python's class: the hash of the hashes of its named fields' texts.
     *
     * @param hashed names in order
     * @param fields Python values by name
     * @return 64 lower-case hex digits
     */
    static String bodyHash(List<String> hashed, Map<String, ? extends @Nullable Object> fields) {
        StringBuilder hashes = new StringBuilder();
        for (String field : hashed) {
            hashes.append(sha3(Python.str(fields.get(field))));
        }
        return sha3(hashes.toString());
    }

    static String sha3(String text) {
        try {
            ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            MessageDigest digest = MessageDigest.getInstance("SHA3-256");
            digest.update(utf8);
            return HexFormat.of().formatHex(digest.digest());
        } catch (CharacterCodingException e) {
            throw new WireException("call.invalid", "a text has half of a surrogate pair");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A message as its body.
     *
     * @param message the message; its header's hash is left out, as Python's base class has it
     * @return compact JSON
     * @throws WireException {@code call.payload} when a value has no JSON
     */
    public static byte[] json(Message message) {
        return write(message.withBodyHash("").dict());
    }

    /**
     * A message as its body, around fields that were written before.
     *
     * @param message the message
     * @param fields its own fields by {@link #write}
     * @return compact JSON, the base class's fields first
     */
    public static byte[] json(Message message, byte[] fields) {
        byte[] base = write(message.withBodyHash("").base());
        if (fields.length <= 2) {
            return base; // no fields
        }
        byte[] whole = Arrays.copyOf(base, base.length + fields.length - 1);
        whole[base.length - 1] = ',';
        System.arraycopy(fields, 1, whole, base.length, fields.length - 1);
        return whole;
    }

    /**
     * Python values as JSON.
     *
     * @param value the value
     * @return compact JSON
     * @throws WireException {@code call.payload} when it has no JSON
     */
    public static byte[] write(Object value) {
        try {
            return JSON.writeValueAsBytes(plain(value));
        } catch (JsonProcessingException e) {
            throw new WireException("call.payload", "a text has half of a surrogate pair");
        }
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Double number && !Double.isFinite(number)) {
            throw new WireException(
                    "call.payload", "a float is " + Python.repr(number.doubleValue()) + ", which JSON has not");
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> texts = new LinkedHashMap<>();
            map.forEach((key, item) -> texts.put(Python.str(key), plain(item)));
            return texts;
        }
        if (value instanceof Python.Tuple tuple) {
            return plain(tuple.items());
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> items = new ArrayList<>(list.size());
            list.forEach(item -> items.add(plain(item)));
            return items;
        }
        return value;
    }

    /**
     * A body as text.
     *
     * @param body the bytes
     * @return the text
     * @throws WireException {@code call.invalid} when they are not UTF-8
     */
    public static String text(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new WireException("call.invalid", "the body is not UTF-8");
        }
    }

    /**
     * JSON as Python values.
     *
     * @param json the text
     * @return the value
     * @throws WireException {@code call.invalid} when it is not one JSON value within the bounds
     */
    public static @Nullable Object parse(String json) {
        try {
            return JSON.readValue(json, Object.class);
        } catch (JsonProcessingException e) {
            throw new WireException("call.invalid", "the body is not JSON");
        }
    }

    /**
     * A body as Python values.
     *
     * @param body UTF-8
     * @return the value
     * @throws WireException {@code call.invalid} as {@link #text} and {@link #parse(String)}
     */
    public static @Nullable Object parse(byte[] body) {
        return parse(text(body));
    }
}
