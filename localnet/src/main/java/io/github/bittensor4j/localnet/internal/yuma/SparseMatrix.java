package io.github.bittensor4j.localnet.internal.yuma;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;

/**
 * A matrix of raw {@link I32F32} numbers that keeps, for each row, only the entries that are present, in their stored order. An
 * entry that is present with value 0 differs from one that is absent.
 */
final class SparseMatrix {
    /** Takes the entries of a row one after the other. */
    @FunctionalInterface
    interface Cell {
        long map(int row, int column, long value);
    }

    /** Decides whether an entry stays. */
    @FunctionalInterface
    interface Test {
        boolean keeps(int row, int column, long value);
    }

    private final int[][] columns;
    private final long[][] values;

    SparseMatrix(int rows) {
        columns = new int[rows][];
        values = new long[rows][];
        Arrays.fill(columns, new int[0]);
        Arrays.fill(values, new long[0]);
    }

    static SparseMatrix of(List<List<UidValue>> rows, int n, IntToLongFunction convert) {
        SparseMatrix matrix = new SparseMatrix(n);
        for (int i = 0; i < n && i < rows.size(); i++) {
            List<UidValue> row =
                    rows.get(i).stream().filter(entry -> entry.uid() < n).toList();
            matrix.columns[i] = row.stream().mapToInt(UidValue::uid).toArray();
            matrix.values[i] = row.stream()
                    .mapToLong(entry -> convert.applyAsLong(entry.value()))
                    .toArray();
        }
        return matrix;
    }

    int rows() {
        return columns.length;
    }

    int[] columns(int row) {
        return columns[row];
    }

    long[] values(int row) {
        return values[row];
    }

    void setRow(int row, int[] rowColumns, long[] rowValues) {
        columns[row] = rowColumns;
        values[row] = rowValues;
    }

    SparseMatrix map(Cell cell) {
        SparseMatrix result = new SparseMatrix(rows());
        for (int i = 0; i < rows(); i++) {
            long[] mapped = new long[values[i].length];
            for (int k = 0; k < mapped.length; k++) {
                mapped[k] = cell.map(i, columns[i][k], values[i][k]);
            }
            result.setRow(i, columns[i], mapped);
        }
        return result;
    }

    SparseMatrix filter(Test test) {
        SparseMatrix result = new SparseMatrix(rows());
        for (int i = 0; i < rows(); i++) {
            int[] keptColumns = new int[columns[i].length];
            long[] keptValues = new long[columns[i].length];
            int kept = 0;
            for (int k = 0; k < columns[i].length; k++) {
                if (test.keeps(i, columns[i][k], values[i][k])) {
                    keptColumns[kept] = columns[i][k];
                    keptValues[kept++] = values[i][k];
                }
            }
            result.setRow(i, Arrays.copyOf(keptColumns, kept), Arrays.copyOf(keptValues, kept));
        }
        return result;
    }

    /** The value of an entry; 0 where it is absent. */
    long at(int row, int column) {
        for (int k = 0; k < columns[row].length; k++) {
            if (columns[row][k] == column) {
                return values[row][k];
            }
        }
        return 0;
    }

    /** One row spread over all columns; what is absent is 0. */
    long[] dense(int row, int n) {
        long[] dense = new long[n];
        for (int k = 0; k < columns[row].length; k++) {
            dense[columns[row][k]] = values[row][k];
        }
        return dense;
    }

    /** Keeps, of a row spread over all columns, what is positive, in ascending order. */
    void setPositive(int row, long[] dense) {
        int[] at = IntStream.range(0, dense.length).filter(j -> dense[j] > 0).toArray();
        setRow(row, at, Arrays.stream(at).mapToLong(j -> dense[j]).toArray());
    }

    SparseMatrix normaliseRows() {
        SparseMatrix result = new SparseMatrix(rows());
        for (int i = 0; i < rows(); i++) {
            long[] normal = I32F32.sum(values[i]) > 0 ? I32F32.normalise(values[i]) : values[i];
            result.setRow(i, columns[i], normal);
        }
        return result;
    }

    SparseMatrix normaliseColumns() {
        long[] sums = foldColumns(I32F32::add);
        return map((i, j, value) -> sums[j] == 0 ? value : I32F32.divide(value, sums[j]));
    }

    /** Divides each column by its largest value, so that this becomes 1. */
    SparseMatrix upscaleColumns() {
        long[] largest = foldColumns(Math::max);
        return map((i, j, value) -> largest[j] == 0 ? value : I32F32.divide(value, largest[j]));
    }

    /** The product with a vector over the columns: one sum for each row. */
    long[] timesColumns(long[] vector) {
        long[] result = new long[rows()];
        for (int i = 0; i < rows(); i++) {
            for (int k = 0; k < columns[i].length; k++) {
                result[i] = I32F32.add(result[i], I32F32.multiply(vector[columns[i][k]], values[i][k]));
            }
        }
        return result;
    }

    /** The product with a vector over the rows: one sum for each column. */
    long[] timesRows(long[] vector) {
        long[] result = new long[rows()];
        for (int i = 0; i < rows(); i++) {
            for (int k = 0; k < columns[i].length; k++) {
                int j = columns[i][k];
                result[j] = I32F32.add(result[j], I32F32.multiply(vector[i], values[i][k]));
            }
        }
        return result;
    }

    List<UidValue> proportions(int row) {
        List<UidValue> result = new ArrayList<>(columns[row].length);
        for (int k = 0; k < columns[row].length; k++) {
            result.add(new UidValue(columns[row][k], I32F32.toProportion(values[row][k])));
        }
        return List.copyOf(result);
    }

    private long[] foldColumns(LongBinaryOperator fold) {
        long[] result = new long[rows()];
        for (int i = 0; i < rows(); i++) {
            for (int k = 0; k < columns[i].length; k++) {
                int j = columns[i][k];
                result[j] = fold.applyAsLong(result[j], values[i][k]);
            }
        }
        return result;
    }
}
