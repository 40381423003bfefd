package io.github.bittensor4j.examples.language;

import java.time.Duration;
import java.util.Arrays;

/** Knows only which character follows which, and how often. */
final class BigramModel implements LanguageModel {
    /** For each character, what comes after it. */
    private final float[][] after = new float[Alphabet.SIZE][Alphabet.SIZE];

    BigramModel(String text) {
        double[][] counts = new double[Alphabet.SIZE][Alphabet.SIZE];
        for (double[] row : counts) {
            // Nothing is impossible: a pair that was never seen counts as a tenth of one.
            Arrays.fill(row, 0.1);
        }
        for (int i = 1; i < text.length(); i++) {
            counts[Alphabet.indexOf(text.charAt(i - 1))][Alphabet.indexOf(text.charAt(i))]++;
        }
        for (int before = 0; before < Alphabet.SIZE; before++) {
            double total = Arrays.stream(counts[before]).sum();
            for (int next = 0; next < Alphabet.SIZE; next++) {
                after[before][next] = (float) (counts[before][next] / total);
            }
        }
    }

    @Override
    public Predictions answer(NextCharacters question, Duration limit) {
        return Predictions.of(question.contexts().stream()
                .map(context -> after[Alphabet.indexOf(context.charAt(context.length() - 1))])
                .toList());
    }
}
