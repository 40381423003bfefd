package io.github.bittensor4j.examples.language;

/**
 * The language's text: endless tales from a small grammar, the same for the same seed.
 *
 * <p>Each sentence has choices that nobody can know, and rules that must be learnt: how each word is spelled, that a verb agrees in
 * number with a subject several words before it, and that the last word of a sentence belongs to its subject. A count of letter
 * pairs learns little of that, a recurrent network most of it, so that models of different skill have different loss.
 */
public final class Tale {
    private static final String[] ADJECTIVES = {"patient", "golden", "hidden", "clever", "northern", "little"};

    /** Subject in the singular, in the plural, and the ending that goes with it. */
    private static final String[][] SUBJECTS = {
        {"miner", "miners", "underground"},
        {"validator", "validators", "with great care"},
        {"river", "rivers", "towards the sea"},
        {"fox", "foxes", "before sunrise"},
        {"astronomer", "astronomers", "beneath the stars"},
        {"gardener", "gardeners", "among the roses"},
        {"wolf", "wolves", "through deep snow"},
        {"sailor", "sailors", "against the wind"},
    };

    private static final String[] VERBS = {
        "follow", "question", "admire", "protect", "remember", "surround", "welcome", "borrow"
    };

    private static final String[] OBJECTS = {
        "the lantern",
        "an old bridge",
        "the quiet village",
        "seven mirrors",
        "the kingdom",
        "a wooden ladder",
        "every letter",
        "the jewel"
    };

    private Tale() {}

    /**
     * A text of the language, starting at a sentence.
     *
     * @param seed which text
     * @param length how many characters, not negative
     * @return exactly that many characters of {@link Alphabet}
     */
    public static String text(long seed, int length) {
        Chance chance = new Chance(seed, "tale");
        StringBuilder text = new StringBuilder(length + 128);
        while (text.length() < length) {
            sentence(chance, text);
        }
        return text.substring(0, length);
    }

    private static void sentence(Chance chance, StringBuilder text) {
        String[] subject = pick(chance, SUBJECTS);
        boolean plural = chance.below(2) == 0;
        text.append(plural ? "those " : "that ");
        if (chance.below(2) == 0) {
            text.append(pick(chance, ADJECTIVES)).append(' ');
        }
        text.append(subject[plural ? 1 : 0]).append(' ');
        text.append(pick(chance, VERBS)).append(plural ? " " : "s ");
        text.append(pick(chance, OBJECTS)).append(' ');
        text.append(subject[2]).append(". ");
    }

    private static <T> T pick(Chance chance, T[] choices) {
        return choices[chance.below(choices.length)];
    }
}
