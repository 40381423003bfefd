package io.github.bittensor4j.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.github.bittensor4j.core.InvalidValueException;

/**
 * Plain numbers in and out: each row is a {@code float[]}, rows of a batch are stacked, and the model's first output comes back as a
 * {@code float[]} in row-major order. Thread-safe.
 */
public final class FloatRows implements Translator<float[], float[]> {
    private final long[] shape;
    private final long length;

    private FloatRows(long[] shape) {
        this.shape = shape;
        long product = 1;
        for (long size : shape) {
            product *= size;
        }
        this.length = product;
    }

    /**
     * Rows of one shape.
     *
     * @param shape the shape of one row, without the batch; none to take any length, as a vector. Rows of different length cannot share
     *     a batch, so name the shape where callers are strangers
     * @return the translator
     */
    public static FloatRows of(long... shape) {
        return new FloatRows(shape.clone());
    }

    @Override
    public NDList processInput(TranslatorContext context, float[] row) {
        if (shape.length > 0 && row.length != length) {
            throw new InvalidValueException(
                    "inference.row",
                    "row: " + row.length + " numbers (expected: " + length + ", shape " + new Shape(shape) + ")",
                    "");
        }
        return new NDList(
                context.getNDManager().create(row, shape.length > 0 ? new Shape(shape) : new Shape(row.length)));
    }

    @Override
    public float[] processOutput(TranslatorContext context, NDList output) {
        NDArray first = output.get(0);
        return first.toFloatArray();
    }

    @Override
    public Batchifier getBatchifier() {
        return Batchifier.STACK;
    }
}
