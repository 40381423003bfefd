package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Uid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Weights as the chain takes them: seats and unsigned 16-bit numbers, of which only the proportions count.
 *
 * @param uids the seats
 * @param values 0 to 65535, one for each seat
 */
public record WeightVector(List<Uid> uids, List<Integer> values) {
    /** Checks the numbers and copies both lists. */
    public WeightVector {
        uids = List.copyOf(uids);
        values = List.copyOf(values);
        if (uids.size() != values.size()) {
            throw new InvalidValueException(
                    "weights.length",
                    "weights: " + uids.size() + " uids and " + values.size() + " values (expected: as many of each)",
                    "");
        }
        for (int value : values) {
            if (value < 0 || value > 0xffff) {
                throw new InvalidValueException("weights.value", "weight: " + value + " (expected: 0-65535)", "");
            }
        }
    }

    /**
     * Weights of any scale, brought to the chain's: the largest becomes 65535, the others keep their proportion, rounded half to even;
     * what becomes zero is left out.
     *
     * @param weights not negative, finite; need not sum to anything
     * @return the vector, in the order of uids; empty when there is no positive weight
     * @throws InvalidValueException when a weight is negative or not a number
     */
    public static WeightVector quantise(Map<Uid, Double> weights) {
        Map<Uid, Double> sorted = new TreeMap<>(weights);
        return quantise(
                List.copyOf(sorted.keySet()),
                sorted.values().stream().mapToDouble(w -> w).toArray());
    }

    /**
     * Weights of any scale, brought to the chain's, as {@link #quantise(Map)} does.
     *
     * @param uids the seats; their order is kept
     * @param weights one for each seat, not negative, finite; taken in single precision, as every client of the chain does
     * @return the vector; empty when there is no positive weight
     * @throws InvalidValueException when a weight is negative or not a number, or the lengths differ
     */
    public static WeightVector quantise(List<Uid> uids, double[] weights) {
        if (uids.size() != weights.length) {
            throw new InvalidValueException(
                    "weights.length",
                    "weights: " + uids.size() + " uids and " + weights.length + " values (expected: as many of each)",
                    "");
        }
        double max = 0;
        for (double weight : weights) {
            float single = (float) weight;
            if (!(single >= 0) || Float.isInfinite(single)) {
                throw new InvalidValueException(
                        "weights.value", "weight: " + weight + " (expected: a finite number, not negative)", "");
            }
            max = Math.max(max, single);
        }
        List<Uid> kept = new ArrayList<>();
        List<Integer> values = new ArrayList<>();
        for (int i = 0; i < weights.length && max > 0; i++) {
            int value = (int) Math.rint((float) weights[i] / max * 0xffff);
            if (value > 0) {
                kept.add(uids.get(i));
                values.add(value);
            }
        }
        return new WeightVector(kept, values);
    }

    /**
     * Whether there is no weight.
     *
     * @return true when empty
     */
    public boolean isEmpty() {
        return uids.isEmpty();
    }
}
