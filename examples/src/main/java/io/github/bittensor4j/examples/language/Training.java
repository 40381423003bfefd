package io.github.bittensor4j.examples.language;

import io.github.bittensor4j.core.InvalidValueException;

/**
 * How long a recurrent model learns, and from which text.
 *
 * @param seed decides the text it learns from, its first weights and the order of everything; the same seed gives the same model
 * @param steps how many batches it learns from, 1 to 100000
 */
public record Training(long seed, int steps) {
    /**
     * Checks the steps.
     *
     * @throws InvalidValueException when there are too few or too many
     */
    public Training {
        if (steps < 1 || steps > 100_000) {
            throw new InvalidValueException("language.steps", "steps: " + steps + " (expected: 1-100000)", "");
        }
    }

    /**
     * Enough to know the language: seconds on one core.
     *
     * @param seed the seed
     * @return the training
     */
    public static Training thorough(long seed) {
        return new Training(seed, 160);
    }

    /**
     * Enough to spell, not enough to know how sentences go: a second on one core.
     *
     * @param seed the seed
     * @return the training
     */
    public static Training brief(long seed) {
        return new Training(seed, 30);
    }

    /**
     * How far a training is, told after each batch.
     *
     * @param step the batch that was learnt, from 1
     * @param steps how many there will be
     * @param loss the mean loss on that batch before it was learnt, in nats a character
     */
    public record Progress(int step, int steps, double loss) {}
}
