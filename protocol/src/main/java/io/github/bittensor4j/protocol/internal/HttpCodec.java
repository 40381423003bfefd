package io.github.bittensor4j.protocol.internal;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Tensors;
import io.github.bittensor4j.protocol.v1.Payload;
import java.nio.ByteBuffer;

/**
 * Java values of one type as bodies of btauth/1 over plain HTTP, and back: a record is its JSON, bytes are the body itself, tensors are
 * the protobuf message {@code Payload}. An answer in parts is one JSON document a line for records; for the others each part has its
 * length before it, four bytes big-endian. Such an answer that breaks off after its head ends with a mark, {@code !} at the beginning of a
 * line or the length {@code 0xffffffff} with a true length behind it, then the {@link HttpRefusal}, and then the body is not ended but
 * broken off.
 *
 * @param <T> the Java type
 */
public final class HttpCodec<T> {
    /** Begins the line of a refusal among lines. */
    public static final byte BROKEN_LINE = '!';

    /** Stands in place of a length before a refusal among parts. */
    public static final int BROKEN_PART = -1;

    private final Class<T> type;
    private final PayloadCodec<T> payloads;

    private HttpCodec(Class<T> type) {
        this.type = type;
        this.payloads = PayloadCodec.of(type);
    }

    /**
     * The codec of a type.
     *
     * @param type {@code byte[]}, {@link Tensors} or a record
     * @param <T> the type
     * @return its codec
     * @throws InvalidValueException when the type is none of these
     */
    public static <T> HttpCodec<T> of(Class<T> type) {
        return new HttpCodec<>(type);
    }

    /**
     * What {@code content-type} says of a body.
     *
     * @return of a whole one
     */
    public String mediaType() {
        return type == byte[].class
                ? "application/octet-stream"
                : type == Tensors.class ? "application/x-protobuf" : "application/json";
    }

    /**
     * What {@code content-type} says of an answer in parts.
     *
     * @return of the whole row of parts
     */
    public String partsMediaType() {
        return inLines() ? "application/x-ndjson" : "application/vnd.bittensor4j.parts";
    }

    /**
     * Whether parts are lines.
     *
     * @return true for records; the others have their length before them
     */
    public boolean inLines() {
        return type.isRecord() && type != Tensors.class;
    }

    /**
     * A value as a body.
     *
     * @param value the value; bytes are not copied
     * @return the body
     * @throws WireException {@code call.payload} when the value cannot be written
     */
    public byte[] write(T value) {
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        Payload payload = payloads.encode(value);
        return payload.hasJson() ? payload.getJson().toByteArray() : payload.toByteArray();
    }

    /**
     * A body as a value.
     *
     * @param body the body; bytes are not copied
     * @return the value
     * @throws WireException {@code call.invalid} when the body is of another form or breaks a rule of the value
     */
    public T read(byte[] body) {
        if (type == Tensors.class) {
            try {
                return payloads.decode(Payload.parseFrom(body));
            } catch (InvalidProtocolBufferException e) {
                throw new WireException("call.invalid", "the body is not a Payload message");
            }
        }
        Payload.Builder payload = Payload.newBuilder();
        return payloads.decode((inLines()
                        ? payload.setJson(UnsafeByteOperations.unsafeWrap(body))
                        : payload.setRaw(UnsafeByteOperations.unsafeWrap(body)))
                .build());
    }

    /**
     * One part of an answer, as it goes into the row.
     *
     * @param body what {@link #write} gave
     * @return with its line feed, or its length
     */
    public byte[] part(byte[] body) {
        if (inLines()) {
            return ByteBuffer.allocate(body.length + 1)
                    .put(body)
                    .put((byte) '\n')
                    .array();
        }
        return ByteBuffer.allocate(4 + body.length)
                .putInt(body.length)
                .put(body)
                .array();
    }

    /**
     * The last of a row of parts that breaks off.
     *
     * @param refusal why
     * @return with the mark
     */
    public byte[] broken(HttpRefusal refusal) {
        byte[] body = refusal.json();
        if (inLines()) {
            return ByteBuffer.allocate(body.length + 2)
                    .put(BROKEN_LINE)
                    .put(body)
                    .put((byte) '\n')
                    .array();
        }
        return ByteBuffer.allocate(8 + body.length)
                .putInt(BROKEN_PART)
                .putInt(body.length)
                .put(body)
                .array();
    }
}
