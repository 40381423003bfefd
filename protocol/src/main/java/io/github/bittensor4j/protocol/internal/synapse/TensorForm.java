package io.github.bittensor4j.protocol.internal.synapse;

import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Tensor;
import io.github.bittensor4j.core.Tensor.DType;
import io.github.bittensor4j.protocol.internal.WireException;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tensor as SDK 7 to 10 write it: the dict {@code {buffer, dtype, shape}}, the buffer being base64 of a MessagePack map of five entries as
 * numpy's extension makes it. Only that one map is read, so nothing here can carry an object.
 */
public final class TensorForm {
    private static final String TORCH = "torch.";
    private static final List<String> KEYS = List.of("nd", "type", "kind", "shape", "data");

    private TensorForm() {}

    /**
     * The dict of a tensor.
     *
     * @param tensor any but one of bfloat16
     * @return three entries in Python's order
     * @throws WireException {@code call.payload} when numpy has no such type
     */
    public static Map<String, Object> dict(Tensor tensor) {
        List<Object> shape = new ArrayList<>();
        for (long size : tensor.shape()) {
            shape.add(BigInteger.valueOf(size));
        }
        if (shape.isEmpty()) {
            shape.add(BigInteger.ZERO); // how a scalar is told: an empty list would not be read
        }
        Map<String, Object> dict = new LinkedHashMap<>();
        dict.put("buffer", Base64.getEncoder().encodeToString(pack(tensor)));
        dict.put("dtype", name(tensor.dtype()));
        dict.put("shape", shape);
        return dict;
    }

    /**
     * A dict's form after Python's class has looked at it.
     *
     * @param dict Python values
     * @return three entries in order, the shape as a list
     * @throws WireException {@code call.invalid} when it is no such dict
     */
    public static Map<String, Object> accept(Map<?, ?> dict) {
        Object buffer = dict.get("buffer");
        Object dtype = dict.get("dtype");
        Object shape = dict.get("shape");
        if (!(dtype instanceof String name)) {
            throw malformed("dtype is not a str");
        }
        dtype(name);
        if (buffer != null && !(buffer instanceof String)) {
            throw malformed("buffer is not a str");
        }
        Map<String, Object> canonical = new LinkedHashMap<>();
        canonical.put("buffer", buffer);
        canonical.put("dtype", dtype);
        canonical.put("shape", shape(shape));
        return canonical;
    }

    private static List<BigInteger> shape(@Nullable Object shape) {
        List<BigInteger> sizes = new ArrayList<>();
        if (shape instanceof List<?> list) {
            for (Object size : list) {
                if (!(size instanceof BigInteger number)) {
                    throw malformed("shape is not a list of int");
                }
                sizes.add(number);
            }
        } else if (shape instanceof String text && text.startsWith("[") && text.endsWith("]")) {
            for (String size : text.substring(1, text.length() - 1).split(",", -1)) {
                sizes.add(Python.integer(size).orElseThrow(() -> malformed("shape is not a list of int")));
            }
        }
        if (sizes.isEmpty() || sizes.size() > Tensor.MAX_RANK) {
            throw malformed("shape is not a list of 1 to " + Tensor.MAX_RANK + " sizes");
        }
        return sizes;
    }

    /**
     * The tensor of an accepted dict.
     *
     * @param dict what {@link #accept} gave
     * @return the tensor
     * @throws WireException {@code call.invalid} when its buffer is none, or another than the dict says
     */
    public static Tensor tensor(Map<?, ?> dict) {
        if (!(dict.get("buffer") instanceof String buffer)) {
            throw malformed("buffer is null");
        }
        byte[] packed;
        try {
            packed = Base64.getDecoder().decode(buffer);
        } catch (IllegalArgumentException e) {
            throw malformed("buffer is not base64");
        }
        Tensor inner = unpack(packed);
        DType wanted = dtype(String.valueOf(dict.get("dtype")));
        if (inner.dtype() != wanted) {
            throw malformed("buffer holds " + name(inner.dtype()) + " but dtype says " + name(wanted));
        }
        List<BigInteger> outer = shape(dict.get("shape"));
        if (outer.equals(List.of(BigInteger.ZERO))) {
            return inner;
        }
        try {
            long[] sizes = outer.stream().mapToLong(BigInteger::longValueExact).toArray();
            return Arrays.equals(sizes, inner.shape()) ? inner : Tensor.of(wanted, sizes, bytes(inner.data()));
        } catch (ArithmeticException | InvalidValueException e) {
            throw malformed("shape does not fit the buffer");
        }
    }

    private static byte[] pack(Tensor tensor) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(64 + tensor.data().remaining());
        out.write(0x80 | KEYS.size());
        key(out, "nd");
        out.write(0xc3);
        key(out, "type");
        byte[] type = typeString(tensor.dtype()).getBytes(StandardCharsets.US_ASCII);
        out.write(0xa0 | type.length);
        out.writeBytes(type);
        key(out, "kind");
        binary(out, new byte[0]);
        key(out, "shape");
        long[] shape = tensor.shape();
        if (shape.length < 16) {
            out.write(0x90 | shape.length);
        } else {
            number(out, 0xdc, shape.length, 2);
        }
        for (long size : shape) {
            if (size < 0x80) {
                out.write((int) size);
            } else if (size < 0x100) {
                number(out, 0xcc, size, 1);
            } else if (size < 0x10000) {
                number(out, 0xcd, size, 2);
            } else {
                number(out, 0xce, size, 4);
            }
        }
        key(out, "data");
        binary(out, bytes(tensor.data()));
        return out.toByteArray();
    }

    private static void key(ByteArrayOutputStream out, String name) {
        binary(out, name.getBytes(StandardCharsets.US_ASCII)); // as str the other side would not know it
    }

    private static void binary(ByteArrayOutputStream out, byte[] bytes) {
        if (bytes.length < 0x100) {
            number(out, 0xc4, bytes.length, 1);
        } else if (bytes.length < 0x10000) {
            number(out, 0xc5, bytes.length, 2);
        } else {
            number(out, 0xc6, bytes.length, 4);
        }
        out.writeBytes(bytes);
    }

    private static void number(ByteArrayOutputStream out, int tag, long value, int size) {
        out.write(tag);
        for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
            out.write((int) (value >>> shift));
        }
    }

    private static Tensor unpack(byte[] packed) {
        Reader in = new Reader(packed);
        if (in.unsigned(1) != (0x80 | KEYS.size())) {
            throw malformed("buffer is not a map of 5 entries");
        }
        DType dtype = DType.FLOAT32;
        long[] shape = {};
        byte[] data = {};
        List<String> missing = new ArrayList<>(KEYS);
        for (int entry = 0; entry < KEYS.size(); entry++) {
            String key = new String(in.binary(), StandardCharsets.ISO_8859_1);
            if (!missing.remove(key)) {
                throw malformed("buffer has an entry that numpy does not write, or one twice");
            }
            switch (key) {
                case "nd" -> {
                    if (in.unsigned(1) != 0xc3) {
                        throw malformed("buffer holds no array");
                    }
                }
                case "kind" -> {
                    // O is a pickled object, V a structure
                    if (in.binary().length != 0) {
                        throw malformed("buffer holds objects, not numbers");
                    }
                }
                case "type" -> dtype = typeOf(in.text());
                case "shape" -> shape = in.sizes();
                default -> data = in.binary();
            }
        }
        if (in.left() != 0) {
            throw malformed("buffer has bytes after its end");
        }
        try {
            return Tensor.of(dtype, shape, data);
        } catch (InvalidValueException e) {
            throw malformed("buffer has more or fewer bytes than its shape says");
        }
    }

    private static byte[] bytes(ByteBuffer view) {
        byte[] bytes = new byte[view.remaining()];
        view.get(bytes);
        return bytes;
    }

    private static String name(DType dtype) {
        return dtype.name().toLowerCase(Locale.ROOT);
    }

    private static DType dtype(String name) {
        String plain = name.startsWith(TORCH) ? name.substring(TORCH.length()) : name;
        for (DType dtype : DType.values()) {
            if (dtype != DType.BFLOAT16 && name(dtype).equals(plain)) {
                return dtype;
            }
        }
        throw malformed("dtype is none of float16, float32, float64, uint8, int8, int16, int32, int64, bool");
    }

    private static String typeString(DType dtype) {
        return switch (dtype) {
            case FLOAT16 -> "<f2";
            case FLOAT32 -> "<f4";
            case FLOAT64 -> "<f8";
            case UINT8 -> "|u1";
            case INT8 -> "|i1";
            case INT16 -> "<i2";
            case INT32 -> "<i4";
            case INT64 -> "<i8";
            case BOOL -> "|b1";
            case BFLOAT16 -> throw new WireException("call.payload", "a bfloat16 tensor has no form in numpy");
        };
    }

    private static DType typeOf(String typeString) {
        for (DType dtype : DType.values()) {
            if (dtype != DType.BFLOAT16 && typeString(dtype).equals(typeString)) {
                return dtype;
            }
        }
        throw malformed("buffer holds elements of a type that has no place here");
    }

    private static WireException malformed(String rule) {
        return new WireException("call.invalid", "tensor: " + rule);
    }

    /** The few forms of MessagePack that such a map is made of. */
    private static final class Reader {
        private final ByteBuffer in;

        Reader(byte[] packed) {
            in = ByteBuffer.wrap(packed);
        }

        int left() {
            return in.remaining();
        }

        long unsigned(int size) {
            long value = 0;
            for (byte b : take(size)) {
                value = value << 8 | (b & 0xff);
            }
            return value;
        }

        byte[] binary() {
            return take(
                    switch ((int) unsigned(1)) {
                        case 0xc4 -> unsigned(1);
                        case 0xc5 -> unsigned(2);
                        case 0xc6 -> unsigned(4);
                        default -> throw malformed("buffer has an entry of an unexpected type");
                    });
        }

        String text() {
            int tag = (int) unsigned(1);
            if (tag >>> 5 != 0b101) {
                throw malformed("buffer's type is not a short str");
            }
            return new String(take(tag & 0x1f), StandardCharsets.ISO_8859_1);
        }

        long[] sizes() {
            int tag = (int) unsigned(1);
            long rank = tag == 0xdc ? unsigned(2) : tag & 0x0f;
            if ((tag != 0xdc && tag >>> 4 != 9) || rank > Tensor.MAX_RANK) {
                throw malformed("buffer's shape is not a list of at most " + Tensor.MAX_RANK + " sizes");
            }
            long[] sizes = new long[(int) rank];
            for (int i = 0; i < sizes.length; i++) {
                int size = (int) unsigned(1);
                sizes[i] = switch (size) {
                    case 0xcc -> unsigned(1);
                    case 0xcd -> unsigned(2);
                    case 0xce -> unsigned(4);
                    default -> {
                        if (size > 0x7f) {
                            throw malformed("buffer's shape has a size that is no count");
                        }
                        yield size;
                    }
                };
            }
            return sizes;
        }

        private byte[] take(long count) {
            if (count > in.remaining()) {
                throw malformed("buffer ends early");
            }
            byte[] taken = new byte[(int) count];
            in.get(taken);
            return taken;
        }
    }
}
