package io.github.bittensor4j.examples.language;

import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.SynapseType;
import java.util.List;

/**
 * A validator's question: which character comes next after each of these pieces of text?
 *
 * @param contexts 1 to {@value #MAX_CONTEXTS} pieces of 1 to {@value #MAX_LENGTH} characters of {@link Alphabet}; none gives away the
 *     next character of another
 */
public record NextCharacters(List<String> contexts) {
    /** The subnet's one kind of question, on the wire as {@code language.next.v1}. */
    public static final SynapseType<NextCharacters, Predictions> SYNAPSE =
            SynapseType.json("language.next.v1", NextCharacters.class, Predictions.class);

    /** The most pieces of text in one question. */
    public static final int MAX_CONTEXTS = 64;

    /** The most characters in one piece of text. */
    public static final int MAX_LENGTH = 256;

    /**
     * Checks and copies.
     *
     * @throws InvalidValueException when there are too few or too many pieces, or one is of the wrong length or not of the language
     */
    public NextCharacters {
        if (contexts.isEmpty() || contexts.size() > MAX_CONTEXTS) {
            throw new InvalidValueException(
                    "language.contexts", "contexts: " + contexts.size() + " (expected: 1-" + MAX_CONTEXTS + ")", "");
        }
        contexts = List.copyOf(contexts);
        for (String context : contexts) {
            if (context.isEmpty() || context.length() > MAX_LENGTH) {
                throw new InvalidValueException(
                        "language.context.length",
                        "context: " + context.length() + " characters (expected: 1-" + MAX_LENGTH + ")",
                        "");
            }
            if (!Alphabet.covers(context)) {
                throw new InvalidValueException(
                        "language.context.alphabet",
                        "context: a character outside the language (expected: a space, a-z, a full stop)",
                        "Write text in lower case, without digits or other marks.");
            }
        }
    }
}
