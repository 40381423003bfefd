package io.github.bittensor4j.examples.language;

import java.time.Duration;

/** Every distribution is as likely as any other, whatever the text. */
final class NoiseModel implements LanguageModel {
    private final Chance chance;

    NoiseModel(long seed) {
        this.chance = new Chance(seed, "noise");
    }

    @Override
    public Predictions answer(NextCharacters question, Duration limit) {
        return Predictions.of(
                question.contexts().stream().map(context -> distribution()).toList());
    }

    private synchronized float[] distribution() {
        float[] shares = new float[Alphabet.SIZE];
        float total = 0;
        for (int i = 0; i < shares.length; i++) {
            // Shares drawn from an exponential distribution make the whole uniform among all distributions.
            shares[i] = (float) -Math.log(1 - chance.fraction());
            total += shares[i];
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= total;
        }
        return shares;
    }
}
