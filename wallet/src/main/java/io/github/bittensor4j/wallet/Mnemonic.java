package io.github.bittensor4j.wallet;

import io.github.bittensor4j.core.crypto.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * A secret phrase of 12, 15, 18, 21 or 24 English words (BIP-39). The key comes from the phrase's <em>entropy</em>, as everywhere in
 * the Substrate world, not from BIP-39's own seed. Never printed by {@code toString}; {@link #close} wipes it. Thread-safe until closed.
 */
public final class Mnemonic implements AutoCloseable {
    private static final List<String> WORDS = loadWords();
    private static final int BITS_PER_WORD = 11;
    private static final int ITERATIONS = 2048;
    private static final int SEED_BYTES = 64;
    private static final int MINI_SECRET_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] entropy;

    private Mnemonic(byte[] entropy) {
        this.entropy = entropy;
    }

    /**
     * A new phrase of 12 words (128 bits), what the official tools make.
     *
     * @return the phrase; the caller closes it
     */
    public static Mnemonic generate() {
        return generate(12);
    }

    /**
     * A new phrase.
     *
     * @param words 12, 15, 18, 21 or 24
     * @return the phrase; the caller closes it
     * @throws WalletException with {@link WalletException#MNEMONIC} for another number of words
     */
    public static Mnemonic generate(int words) {
        byte[] entropy = new byte[entropyBytes(words)];
        RANDOM.nextBytes(entropy);
        return new Mnemonic(entropy);
    }

    /**
     * Reads a phrase; any white space separates words.
     *
     * @param phrase lower-case words of the English list; a {@code CharBuffer} over an array that the caller wipes will do
     * @return the phrase; the caller closes it
     * @throws WalletException with {@link WalletException#MNEMONIC} for a wrong number of words, an unknown word (its place is named,
     *     not the word) or a wrong checksum
     */
    public static Mnemonic parse(CharSequence phrase) {
        short[] indices = new short[24];
        int words = 0;
        int at = 0;
        while (true) {
            while (at < phrase.length() && isSpace(phrase.charAt(at))) {
                at++;
            }
            if (at == phrase.length()) {
                break;
            }
            int end = at;
            while (end < phrase.length() && !isSpace(phrase.charAt(end))) {
                end++;
            }
            if (words == indices.length) {
                throw invalid("more than 24 words", "A phrase has 12, 15, 18, 21 or 24 words.");
            }
            int index = indexOf(phrase, at, end);
            if (index < 0) {
                throw invalid(
                        "word " + (words + 1) + " is not in the English BIP-39 list",
                        "Check the spelling; words are lower case.");
            }
            indices[words++] = (short) index;
            at = end;
        }
        byte[] entropy = new byte[entropyBytes(words)];
        int checksumBits = words / 3;
        byte[] all = new byte[entropy.length + 1];
        for (int word = 0; word < words; word++) {
            for (int bit = 0; bit < BITS_PER_WORD; bit++) {
                if ((indices[word] >> (BITS_PER_WORD - 1 - bit) & 1) == 1) {
                    int place = word * BITS_PER_WORD + bit;
                    all[place / 8] |= (byte) (0x80 >> place % 8);
                }
            }
        }
        Arrays.fill(indices, (short) 0);
        System.arraycopy(all, 0, entropy, 0, entropy.length);
        int stored = (all[entropy.length] & 0xff) >> (8 - checksumBits);
        Arrays.fill(all, (byte) 0);
        if (stored != checksum(entropy, checksumBits)) {
            Arrays.fill(entropy, (byte) 0);
            throw invalid(
                    "the checksum does not match",
                    "Check the order of the words, and for a word mistaken for a similar one.");
        }
        return new Mnemonic(entropy);
    }

    /** A copy, so that two owners can close theirs independently. */
    Mnemonic copy() {
        return new Mnemonic(entropy.clone());
    }

    /**
     * The words, to be shown to the owner once.
     *
     * @return 12 to 24 words; they are the list's own strings, so nothing secret outlives the returned list
     */
    public List<String> words() {
        int bits = entropy.length * 8;
        int checksumBits = bits / 32;
        int count = (bits + checksumBits) / BITS_PER_WORD;
        byte[] all = Arrays.copyOf(entropy, entropy.length + 1);
        all[entropy.length] = (byte) (checksum(entropy, checksumBits) << (8 - checksumBits));
        List<String> words = new ArrayList<>(count);
        for (int word = 0; word < count; word++) {
            int index = 0;
            for (int bit = 0; bit < BITS_PER_WORD; bit++) {
                int place = word * BITS_PER_WORD + bit;
                index = index << 1 | (all[place / 8] >> (7 - place % 8) & 1);
            }
            words.add(WORDS.get(index));
        }
        Arrays.fill(all, (byte) 0);
        return List.copyOf(words);
    }

    /**
     * The entropy that the words stand for.
     *
     * @return 16 to 32 bytes; a copy that the caller wipes
     */
    public byte[] entropy() {
        return entropy.clone();
    }

    /**
     * The mini secret of the phrase without a passphrase, from which wallets make their keys.
     *
     * @return 32 bytes; a copy that the caller wipes
     */
    public byte[] miniSecret() {
        return miniSecret(new byte[0]);
    }

    /** The mini secret under a passphrase in UTF-8, as the {@code ///} part of a secret URI gives one. */
    byte[] miniSecret(byte[] passphrase) {
        byte[] salt = Bytes.concat("mnemonic".getBytes(StandardCharsets.US_ASCII), passphrase);
        // The JDK's own PBKDF2 takes characters, which entropy is not.
        PKCS5S2ParametersGenerator derivation = new PKCS5S2ParametersGenerator(new SHA512Digest());
        derivation.init(entropy, salt, ITERATIONS);
        byte[] seed = ((KeyParameter) derivation.generateDerivedParameters(SEED_BYTES * 8)).getKey();
        byte[] mini = Arrays.copyOf(seed, MINI_SECRET_BYTES);
        Arrays.fill(seed, (byte) 0);
        Arrays.fill(salt, (byte) 0);
        return mini;
    }

    /** Overwrites the entropy; the phrase is unusable afterwards (it would be another one). */
    @Override
    public void close() {
        Arrays.fill(entropy, (byte) 0);
    }

    /** The number of words and nothing else. */
    @Override
    public String toString() {
        return "Mnemonic[" + entropy.length * 3 / 4 + " words]";
    }

    private static int entropyBytes(int words) {
        if (words < 12 || words > 24 || words % 3 != 0) {
            throw invalid(words + " words", "A phrase has 12, 15, 18, 21 or 24 words.");
        }
        return words * 4 / 3;
    }

    private static int checksum(byte[] entropy, int bits) {
        return (Hashes.sha256(entropy)[0] & 0xff) >> (8 - bits);
    }

    private static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    private static int indexOf(CharSequence text, int from, int to) {
        int low = 0;
        int high = WORDS.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = compare(WORDS.get(middle), text, from, to);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    private static int compare(String word, CharSequence text, int from, int to) {
        int common = Math.min(word.length(), to - from);
        for (int i = 0; i < common; i++) {
            int order = Character.compare(word.charAt(i), text.charAt(from + i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(word.length(), to - from);
    }

    private static WalletException invalid(String what, String hint) {
        return new WalletException(WalletException.MNEMONIC, "secret phrase: " + what, hint);
    }

    private static List<String> loadWords() {
        try (InputStream in =
                Objects.requireNonNull(Mnemonic.class.getResourceAsStream("bip39-english.txt"), "bip39-english.txt")) {
            return List.of(new String(in.readAllBytes(), StandardCharsets.US_ASCII).split("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
