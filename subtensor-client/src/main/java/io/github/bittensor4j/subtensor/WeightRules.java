package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.InvalidValueException;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What validators do to their weights before they are quantised, so that a subnet's limits hold: the same rules, and the same single
 * precision, as the official client's. Pure functions.
 */
public final class WeightRules {
    private static final double EPSILON = 1e-7;

    /** What a seat gets that has no weight when a subnet wants more weights than there are. */
    private static final double FLOOR = 1e-5;

    private WeightRules() {}

    /**
     * Weights that satisfy a subnet's limits.
     *
     * @param uids the seats
     * @param weights summing to 1, one for each seat
     */
    public record Processed(int[] uids, double[] weights) {
        /** Copies both. */
        public Processed {
            uids = uids.clone();
            weights = weights.clone();
        }

        @Override
        public int[] uids() {
            return uids.clone();
        }

        @Override
        public double[] weights() {
            return weights.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Processed that
                    && Arrays.equals(uids, that.uids)
                    && Arrays.equals(weights, that.weights);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(uids) + Arrays.hashCode(weights);
        }

        @Override
        public String toString() {
            return Arrays.toString(uids) + " " + Arrays.toString(weights);
        }
    }

    /**
     * Scales weights to the sum 1 so that none exceeds a limit: what is above is cut, and the rest shares it.
     *
     * @param weights not negative
     * @param limit the largest share of one, 0 to 1
     * @return as many; all equal when there is no weight or the limit leaves no other way
     */
    public static double[] normaliseMax(double[] weights, double limit) {
        int n = weights.length;
        double sum = sum(weights);
        double[] result = new double[n];
        if (sum == 0 || n * limit <= 1) {
            Arrays.fill(result, 1.0 / n);
            return result;
        }
        double[] sorted = weights.clone();
        Arrays.sort(sorted);
        if (sorted[n - 1] / sum <= limit) {
            for (int i = 0; i < n; i++) {
                result[i] = weights[i] / sum;
            }
            return result;
        }
        int below = 0;
        double cumulated = 0;
        double cumulatedBelow = 0;
        for (int i = 0; i < n; i++) {
            double share = sorted[i] / sum;
            cumulated += share;
            double rest = (n - i - 1) * share;
            if (share / (rest + cumulated + EPSILON) < limit) {
                below++;
                cumulatedBelow = cumulated;
            }
        }
        double cutoff = (limit * cumulatedBelow - EPSILON) / (1 - limit * (n - below)) * sum;
        for (int i = 0; i < n; i++) {
            result[i] = Math.min(weights[i], cutoff);
        }
        double cut = sum(result);
        for (int i = 0; i < n; i++) {
            result[i] /= cut;
        }
        return result;
    }

    /**
     * Brings weights within a subnet's limits: as many as it wants at least, none above its largest share, and without the lowest ones
     * when asked so.
     *
     * @param uids the seats
     * @param weights one for each, not negative
     * @param neurons how many neurons the subnet has
     * @param minAllowed the fewest weights it takes
     * @param limit the largest share of one, 0 to 1
     * @param excludeQuantile the share of lowest weights to leave out, 0 to 65535
     * @return the seats and their shares
     * @throws InvalidValueException when the lengths differ
     */
    public static Processed process(
            int[] uids, double[] weights, int neurons, int minAllowed, double limit, int excludeQuantile) {
        if (uids.length != weights.length) {
            throw new InvalidValueException(
                    "weights.length",
                    "weights: " + uids.length + " uids and " + weights.length + " values (expected: as many of each)",
                    "");
        }
        double[] single = Arrays.stream(weights).map(w -> (float) w).toArray();
        int[] positive =
                IntStream.range(0, single.length).filter(i -> single[i] > 0).toArray();
        int[] everyone = IntStream.range(0, neurons).toArray();
        if (positive.length == 0 || neurons < minAllowed) {
            double[] equal = new double[neurons];
            Arrays.fill(equal, 1.0 / neurons);
            return new Processed(everyone, equal);
        }
        if (positive.length < minAllowed) {
            double[] filled = new double[neurons];
            Arrays.fill(filled, FLOOR);
            for (int i : positive) {
                if (i < neurons) {
                    filled[i] += single[i];
                }
            }
            return new Processed(everyone, normaliseMax(filled, limit));
        }
        double most = (double) Math.max(0, positive.length - minAllowed) / positive.length;
        double threshold = quantile(
                Arrays.stream(positive).mapToDouble(i -> single[i]).toArray(),
                Math.min(excludeQuantile / 65535.0, most));
        int[] kept = Arrays.stream(positive).filter(i -> single[i] >= threshold).toArray();
        return new Processed(
                Arrays.stream(kept).map(i -> uids[i]).toArray(),
                normaliseMax(Arrays.stream(kept).mapToDouble(i -> single[i]).toArray(), limit));
    }

    /**
     * Splits a subnet's emission over its mechanisms.
     *
     * @param shares of any scale, not negative, not all zero
     * @return 16-bit shares that sum to exactly 65535: each rounded down, the last takes what is left
     * @throws InvalidValueException when there is nothing to share by
     */
    public static int[] mechanismSplit(double[] shares) {
        double sum = sum(shares);
        if (!(sum > 0) || Arrays.stream(shares).anyMatch(s -> !(s >= 0))) {
            throw new InvalidValueException(
                    "weights.split",
                    "shares: " + Arrays.toString(shares) + " (expected: not negative, not all zero)",
                    "");
        }
        int[] split = new int[shares.length];
        int left = 0xffff;
        for (int i = 0; i < shares.length - 1; i++) {
            split[i] = (int) (shares[i] / sum * 0xffff);
            left -= split[i];
        }
        split[shares.length - 1] = left;
        return split;
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }

    /** The quantile with linear interpolation between neighbours, rounded to single precision as the weights are. */
    private static double quantile(double[] values, double share) {
        Arrays.sort(values);
        double place = share * (values.length - 1);
        int low = (int) place;
        int high = Math.min(low + 1, values.length - 1);
        return (float) (values[low] + (values[high] - values[low]) * (place - low));
    }
}
