package io.github.bittensor4j.examples.language;

import java.util.ArrayList;
import java.util.List;

/**
 * A validator's question together with what it alone knows: the characters that really come next.
 *
 * @param question what miners are asked
 * @param truth the character that comes after each piece of text of the question, in their order
 */
public record Challenge(NextCharacters question, String truth) {
    /** How many pieces of text a challenge has. */
    public static final int CONTEXTS = 32;

    /** How many characters each has: about a sentence. */
    public static final int CONTEXT_LENGTH = 64;

    /** No character counts as less probable than this, so that one bold mistake does not outweigh everything. */
    public static final double LEAST_PROBABILITY = 1e-6;

    /** The loss of an answer that is missing or invalid, in nats; no valid answer has more. */
    public static final double WORST_LOSS = -Math.log(LEAST_PROBABILITY);

    /** How far from 1 the sum of a distribution may be; answers are rounded on the wire. */
    private static final double SUM_TOLERANCE = 1e-3;

    /** A piece and its next character are cut out of a stretch of this length, so that no piece shows another's answer. */
    private static final int STRETCH = 2 * CONTEXT_LENGTH;

    /**
     * A fresh challenge. Who does not know the seed cannot tell the truth from it, nor from other challenges.
     *
     * @param seed the validator's own secret
     * @param number which challenge of that seed; the same gives the same
     * @return the challenge
     */
    public static Challenge of(long seed, long number) {
        Chance chance = new Chance(seed, "challenge " + number);
        String text = Tale.text(chance.next(), CONTEXTS * STRETCH);
        List<String> contexts = new ArrayList<>(CONTEXTS);
        StringBuilder truth = new StringBuilder(CONTEXTS);
        for (int i = 0; i < CONTEXTS; i++) {
            int start = i * STRETCH + chance.below(STRETCH - CONTEXT_LENGTH);
            contexts.add(text.substring(start, start + CONTEXT_LENGTH));
            truth.append(text.charAt(start + CONTEXT_LENGTH));
        }
        return new Challenge(new NextCharacters(contexts), truth.toString());
    }

    /**
     * How badly an answer predicts the truth: the mean cross-entropy.
     *
     * @param answer a miner's answer, whatever it holds
     * @return nats a character, from 0 (knew everything) to {@link #WORST_LOSS}, which an answer that is not a probability distribution
     *     for every piece of text has as a whole
     */
    public double loss(Predictions answer) {
        List<List<Double>> distributions = answer.distributions();
        if (distributions.size() != truth.length()) {
            return WORST_LOSS;
        }
        double total = 0;
        for (int i = 0; i < truth.length(); i++) {
            List<Double> distribution = distributions.get(i);
            if (!valid(distribution)) {
                return WORST_LOSS;
            }
            double sum = distribution.stream().mapToDouble(Double::doubleValue).sum();
            double probability = distribution.get(Alphabet.indexOf(truth.charAt(i))) / sum;
            total -= Math.log(Math.max(LEAST_PROBABILITY, probability));
        }
        return total / truth.length();
    }

    private static boolean valid(List<Double> distribution) {
        // Written so that NaN fails every comparison.
        return distribution.size() == Alphabet.SIZE
                && distribution.stream().allMatch(p -> p >= 0 && p <= 1)
                && Math.abs(distribution.stream()
                                        .mapToDouble(Double::doubleValue)
                                        .sum()
                                - 1)
                        <= SUM_TOLERANCE;
    }

    /**
     * What a loss is worth: the probability that the model gave to a true character, in the geometric mean. The order of scores is the
     * order of losses.
     *
     * @param loss in nats, such as {@link #loss} or a mean of several
     * @return 0 for {@link #WORST_LOSS}, so that no answer is worth nothing, else up to 1
     */
    public static double score(double loss) {
        return loss >= WORST_LOSS ? 0 : Math.exp(-loss);
    }
}
