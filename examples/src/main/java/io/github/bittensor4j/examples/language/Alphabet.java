package io.github.bittensor4j.examples.language;

/** The characters of the subnet's language in the order in which distributions list them: a space, {@code a} to {@code z}, a full stop. */
public final class Alphabet {
    private static final String CHARACTERS = " abcdefghijklmnopqrstuvwxyz.";

    /** How many characters there are. */
    public static final int SIZE = CHARACTERS.length();

    private Alphabet() {}

    /**
     * Where a character stands in a distribution.
     *
     * @param character any character
     * @return its place from 0, or -1 when it is not of the language
     */
    public static int indexOf(char character) {
        return CHARACTERS.indexOf(character);
    }

    /**
     * Whether every character of a text is of the language.
     *
     * @param text any text
     * @return true when it is
     */
    public static boolean covers(String text) {
        return text.chars().allMatch(c -> CHARACTERS.indexOf(c) >= 0);
    }
}
