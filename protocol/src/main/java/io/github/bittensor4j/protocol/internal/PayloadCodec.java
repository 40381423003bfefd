package io.github.bittensor4j.protocol.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Tensor;
import io.github.bittensor4j.core.Tensors;
import io.github.bittensor4j.protocol.v1.DType;
import io.github.bittensor4j.protocol.v1.NamedTensor;
import io.github.bittensor4j.protocol.v1.Payload;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Java values of one type to payload messages and back: {@code byte[]}, {@link Tensors}, or a record as JSON.
 *
 * @param <T> the Java type
 */
public abstract sealed class PayloadCodec<T> {
    /** The most tensors in one payload. */
    public static final int MAX_TENSORS = 1024;

    /** The longest name of a tensor, in characters. */
    public static final int MAX_TENSOR_NAME = 256;

    private PayloadCodec() {}

    /**
     * The codec of a type.
     *
     * @param type {@code byte[]}, {@link Tensors} or a record
     * @param <T> the type
     * @return its codec
     * @throws InvalidValueException when the type is none of these
     */
    @SuppressWarnings("unchecked") // each branch has just compared the class
    public static <T> PayloadCodec<T> of(Class<T> type) {
        if (type == byte[].class) {
            return (PayloadCodec<T>) new Raw();
        }
        if (type == Tensors.class) {
            return (PayloadCodec<T>) new Named();
        }
        if (type.isRecord()) {
            return new OfRecord<>(type);
        }
        throw new InvalidValueException(
                "synapse.type",
                "synapse type: " + type.getName() + " (expected: byte[], Tensors or a record)",
                "Wrap the value in a record.");
    }

    /**
     * A value as a message.
     *
     * @param value the value; arrays are not copied
     * @return the message
     * @throws WireException {@code call.payload} when the value cannot be written
     */
    public abstract Payload encode(T value);

    /**
     * A message as a value.
     *
     * @param payload the message
     * @return the value
     * @throws WireException {@code call.invalid} when the message is of another form or breaks a rule of the value
     */
    public abstract T decode(Payload payload);

    private static WireException wrongForm(Payload payload, String expected) {
        return new WireException(
                "call.invalid", "payload form: " + payload.getFormCase() + " (expected: " + expected + ")");
    }

    private static final class Raw extends PayloadCodec<byte[]> {
        @Override
        public Payload encode(byte[] value) {
            return Payload.newBuilder()
                    .setRaw(UnsafeByteOperations.unsafeWrap(value))
                    .build();
        }

        @Override
        public byte[] decode(Payload payload) {
            if (!payload.hasRaw()) {
                throw wrongForm(payload, "RAW");
            }
            return payload.getRaw().toByteArray();
        }
    }

    private static final class OfRecord<T> extends PayloadCodec<T> {
        private final Class<T> type;

        OfRecord(Class<T> type) {
            this.type = type;
        }

        @Override
        public Payload encode(T value) {
            return Payload.newBuilder()
                    .setJson(UnsafeByteOperations.unsafeWrap(Json.write(value)))
                    .build();
        }

        @Override
        public T decode(Payload payload) {
            if (!payload.hasJson()) {
                throw wrongForm(payload, "JSON");
            }
            return Json.read(type, payload.getJson().toByteArray());
        }
    }

    private static final class Named extends PayloadCodec<Tensors> {
        @Override
        public Payload encode(Tensors value) {
            if (value.byName().size() > MAX_TENSORS) {
                throw new WireException(
                        "call.payload",
                        "tensors: " + value.byName().size() + " (expected: at most " + MAX_TENSORS + ")");
            }
            var message = io.github.bittensor4j.protocol.v1.Tensors.newBuilder();
            for (Map.Entry<String, Tensor> entry : value.byName().entrySet()) {
                if (entry.getKey().length() > MAX_TENSOR_NAME) {
                    throw new WireException(
                            "call.payload",
                            "tensor name of " + entry.getKey().length() + " characters (expected: at most "
                                    + MAX_TENSOR_NAME + ")");
                }
                Tensor tensor = entry.getValue();
                NamedTensor.Builder named = message.addTensorsBuilder()
                        .setName(entry.getKey())
                        .setDtype(DType.valueOf(tensor.dtype().name()))
                        .setData(UnsafeByteOperations.unsafeWrap(tensor.data()));
                for (long size : tensor.shape()) {
                    named.addShape(size);
                }
            }
            return Payload.newBuilder().setTensors(message).build();
        }

        @Override
        public Tensors decode(Payload payload) {
            if (!payload.hasTensors()) {
                throw wrongForm(payload, "TENSORS");
            }
            var message = payload.getTensors();
            if (message.getTensorsCount() > MAX_TENSORS) {
                throw new WireException(
                        "call.invalid",
                        "tensors: " + message.getTensorsCount() + " (expected: at most " + MAX_TENSORS + ")");
            }
            Map<String, Tensor> byName = new LinkedHashMap<>();
            for (NamedTensor named : message.getTensorsList()) {
                if (named.getName().length() > MAX_TENSOR_NAME) {
                    throw new WireException(
                            "call.invalid",
                            "tensor name of " + named.getName().length() + " characters (expected: at most "
                                    + MAX_TENSOR_NAME + ")");
                }
                if (byName.put(named.getName(), tensor(named)) != null) {
                    throw new WireException("call.invalid", "two tensors of one name");
                }
            }
            return new Tensors(byName);
        }

        private static Tensor tensor(NamedTensor named) {
            if (named.getShapeCount() > Tensor.MAX_RANK) {
                throw new WireException(
                        "call.invalid",
                        "tensor rank: " + named.getShapeCount() + " (expected: at most " + Tensor.MAX_RANK + ")");
            }
            long[] shape = new long[named.getShapeCount()];
            for (int i = 0; i < shape.length; i++) {
                shape[i] = named.getShape(i);
            }
            ByteString data = named.getData();
            try {
                return Tensor.of(dtype(named.getDtype()), shape, data.toByteArray());
            } catch (InvalidValueException e) {
                throw new WireException("call.invalid", String.valueOf(e.getMessage()));
            }
        }

        private static Tensor.DType dtype(DType dtype) {
            if (dtype == DType.UNRECOGNIZED || dtype == DType.DTYPE_UNSPECIFIED) {
                throw new WireException("call.invalid", "tensor dtype is none that this side knows");
            }
            return Tensor.DType.valueOf(dtype.name());
        }
    }
}
