package io.github.bittensor4j.examples.language;

import java.util.ArrayList;
import java.util.List;

/**
 * A miner's answer: for each piece of text of the question, how probable each next character is.
 *
 * <p>It comes from a stranger, so it may hold anything; {@link Challenge#loss} judges it.
 *
 * @param distributions one list for each piece of text, in the question's order, each with a probability for each character of
 *     {@link Alphabet} in its order
 */
public record Predictions(List<List<Double>> distributions) {
    /** Copies. */
    public Predictions {
        distributions = distributions.stream().map(List::copyOf).toList();
    }

    /** An answer of a model that computes in single precision, rounded to seven decimals to be short on the wire. */
    static Predictions of(List<float[]> rows) {
        List<List<Double>> distributions = new ArrayList<>(rows.size());
        for (float[] row : rows) {
            List<Double> distribution = new ArrayList<>(row.length);
            for (float probability : row) {
                distribution.add(Math.rint(probability * 1e7) / 1e7);
            }
            distributions.add(distribution);
        }
        return new Predictions(distributions);
    }
}
