package io.github.bittensor4j.core;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;

/** An array of numbers with a type and a shape, elements in row-major order, little-endian. Immutable. */
public final class Tensor {
    /** The most dimensions a tensor may have. */
    public static final int MAX_RANK = 16;

    /** The type of a tensor's elements. */
    public enum DType {
        /** IEEE 754 single precision. */
        FLOAT32(4),
        /** IEEE 754 double precision. */
        FLOAT64(8),
        /** IEEE 754 half precision. */
        FLOAT16(2),
        /** The upper half of a single-precision number. */
        BFLOAT16(2),
        /** Signed 8-bit. */
        INT8(1),
        /** Signed 16-bit. */
        INT16(2),
        /** Signed 32-bit. */
        INT32(4),
        /** Signed 64-bit. */
        INT64(8),
        /** Unsigned 8-bit. */
        UINT8(1),
        /** One byte, 0 or 1. */
        BOOL(1);

        private final int size;

        DType(int size) {
            this.size = size;
        }

        /**
         * The size of one element.
         *
         * @return in bytes
         */
        public int size() {
            return size;
        }
    }

    private final DType dtype;
    private final long[] shape;
    private final byte[] data;

    private Tensor(DType dtype, long[] shape, byte[] data) {
        this.dtype = dtype;
        this.shape = shape;
        this.data = data;
    }

    /**
     * A tensor from raw elements.
     *
     * @param dtype the elements' type
     * @param shape the sizes of the dimensions, none for a scalar; copied
     * @param data row-major little-endian elements, exactly as many as the shape says; copied
     * @return the tensor
     * @throws InvalidValueException when shape and data do not fit each other
     */
    public static Tensor of(DType dtype, long[] shape, byte[] data) {
        if (shape.length > MAX_RANK) {
            throw InvalidValueException.outOfRange("tensor.rank", "tensor rank", shape.length, "at most " + MAX_RANK);
        }
        long elements = 1;
        for (long size : shape) {
            if (size < 0 || size > Integer.MAX_VALUE) {
                throw InvalidValueException.outOfRange(
                        "tensor.shape", "tensor shape", Arrays.toString(shape), "sizes from 0 to 2147483647");
            }
            elements *= size;
            if (elements > Integer.MAX_VALUE) {
                throw InvalidValueException.outOfRange(
                        "tensor.shape", "tensor shape", Arrays.toString(shape), "at most 2147483647 elements");
            }
        }
        if (elements * dtype.size != data.length) {
            throw InvalidValueException.outOfRange(
                    "tensor.length",
                    "tensor of " + dtype.name().toLowerCase(Locale.ROOT) + Arrays.toString(shape),
                    data.length + " bytes",
                    elements * dtype.size + " bytes");
        }
        return new Tensor(dtype, shape.clone(), data.clone());
    }

    /**
     * A tensor of single-precision numbers.
     *
     * @param values the elements in row-major order
     * @param shape the sizes of the dimensions
     * @return the tensor
     */
    public static Tensor ofFloats(float[] values, long... shape) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return of(DType.FLOAT32, shape, buffer.array());
    }

    /**
     * A tensor of signed 64-bit numbers.
     *
     * @param values the elements in row-major order
     * @param shape the sizes of the dimensions
     * @return the tensor
     */
    public static Tensor ofLongs(long[] values, long... shape) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asLongBuffer().put(values);
        return of(DType.INT64, shape, buffer.array());
    }

    /**
     * The elements' type.
     *
     * @return the type
     */
    public DType dtype() {
        return dtype;
    }

    /**
     * The sizes of the dimensions.
     *
     * @return a copy; empty for a scalar
     */
    public long[] shape() {
        return shape.clone();
    }

    /**
     * The raw elements.
     *
     * @return a read-only, little-endian view
     */
    public ByteBuffer data() {
        return ByteBuffer.wrap(data).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * The elements as single-precision numbers.
     *
     * @return in row-major order
     * @throws InvalidValueException when the type is not {@link DType#FLOAT32}
     */
    public float[] floats() {
        requireType(DType.FLOAT32);
        float[] values = new float[data.length / 4];
        data().asFloatBuffer().get(values);
        return values;
    }

    /**
     * The elements as signed 64-bit numbers.
     *
     * @return in row-major order
     * @throws InvalidValueException when the type is not {@link DType#INT64}
     */
    public long[] longs() {
        requireType(DType.INT64);
        long[] values = new long[data.length / 8];
        data().asLongBuffer().get(values);
        return values;
    }

    private void requireType(DType wanted) {
        if (dtype != wanted) {
            throw InvalidValueException.outOfRange("tensor.dtype", "tensor dtype", dtype, wanted.toString());
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor that
                && dtype == that.dtype
                && Arrays.equals(shape, that.shape)
                && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * dtype.hashCode() + Arrays.hashCode(shape)) + Arrays.hashCode(data);
    }

    /** Type and shape, not the elements. */
    @Override
    public String toString() {
        return dtype.name().toLowerCase(Locale.ROOT) + Arrays.toString(shape);
    }
}
