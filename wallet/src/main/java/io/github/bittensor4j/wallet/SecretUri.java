package io.github.bittensor4j.wallet;

import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.crypto.Keypair;
import java.util.Arrays;

/**
 * A key written as text: {@code phrase//hard/soft///passphrase}, {@code 0x<seed>//hard}, or {@code //Alice} for a key of the public
 * development phrase. Never printed by {@code toString}; {@link #close} wipes it. Thread-safe until closed.
 */
public final class SecretUri implements AutoCloseable {
    private static final String DEVELOPMENT = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";

    private static final byte[] DEVELOPMENT_SECRET = miniSecret("", "");

    private final byte[] miniSecret;
    private final String path;
    private final boolean development;

    private SecretUri(byte[] miniSecret, String path, boolean development) {
        this.miniSecret = miniSecret;
        this.path = path;
        this.development = development;
    }

    /**
     * Reads a secret URI.
     *
     * @param uri a phrase or 32 bytes of hex after {@code 0x} (or nothing: the development phrase), then junctions, then {@code ///} and
     *     a passphrase of the phrase; a {@code CharBuffer} over an array that the caller wipes will do
     * @return the URI; the caller closes it
     * @throws WalletException with {@link WalletException#SECRET_URI} or {@link WalletException#MNEMONIC} when it is not one
     */
    public static SecretUri parse(CharSequence uri) {
        int phraseEnd = 0;
        while (phraseEnd < uri.length() && isPhrase(uri.charAt(phraseEnd))) {
            phraseEnd++;
        }
        int pathEnd = phraseEnd;
        CharSequence passphrase = "";
        while (pathEnd < uri.length()) {
            if (uri.charAt(pathEnd) != '/') {
                throw invalid(
                        "a character at place " + (pathEnd + 1) + " that a phrase cannot have",
                        "A phrase has English words and spaces; junctions begin with / or //.");
            }
            int slashes = 1;
            while (slashes < 3 && pathEnd + slashes < uri.length() && uri.charAt(pathEnd + slashes) == '/') {
                slashes++;
            }
            if (slashes == 3) {
                passphrase = uri.subSequence(pathEnd + 3, uri.length());
                break;
            }
            int next = pathEnd + slashes;
            while (next < uri.length() && uri.charAt(next) != '/') {
                next++;
            }
            if (next == pathEnd + slashes) {
                throw invalid(
                        "an empty junction at place " + (pathEnd + 1), "Write a name or number after the slashes.");
            }
            pathEnd = next;
        }
        CharSequence phrase = uri.subSequence(0, phraseEnd);
        String path = uri.subSequence(phraseEnd, pathEnd).toString();
        byte[] miniSecret = miniSecret(phrase, passphrase);
        return new SecretUri(miniSecret, path, Arrays.equals(miniSecret, DEVELOPMENT_SECRET));
    }

    private static byte[] miniSecret(CharSequence phrase, CharSequence passphrase) {
        for (int i = 0; i < passphrase.length(); i++) {
            if (passphrase.charAt(i) == '\n') {
                throw invalid("a line break in the passphrase", "A passphrase is one line.");
            }
        }
        if (phrase.length() >= 2 && phrase.charAt(0) == '0' && phrase.charAt(1) == 'x') {
            byte[] seed = Bytes.fromHex(phrase.subSequence(2, phrase.length()));
            if (seed == null || phrase.length() != 66) {
                throw invalid("a seed that is not 32 bytes of hex", "Write 64 hex digits after 0x.");
            }
            return seed;
        }
        byte[] salt = Bytes.utf8(passphrase);
        try (Mnemonic mnemonic = Mnemonic.parse(phrase.length() == 0 ? DEVELOPMENT : phrase)) {
            return mnemonic.miniSecret(salt);
        } finally {
            Arrays.fill(salt, (byte) 0);
        }
    }

    /**
     * The key that the URI stands for.
     *
     * @param scheme how the key signs; ed25519 has no soft junctions
     * @return a new key, closed by the caller
     * @throws WalletException with {@link WalletException#SECRET_URI} when the scheme cannot follow the path
     */
    public Keypair keypair(KeyScheme scheme) {
        try (Keypair root = Keypair.fromSeed(scheme, miniSecret)) {
            return root.derive(path);
        } catch (InvalidValueException e) {
            throw new WalletException(WalletException.SECRET_URI, "secret URI: " + e.getMessage(), e.hint());
        }
    }

    /**
     * Whether this is a key that everybody has: one of the public development phrase. Warn before it holds anything of value.
     *
     * @return true when the URI is of that phrase, written out or not, without a passphrase
     */
    public boolean isDevelopment() {
        return development;
    }

    /** Overwrites the secret; the URI is unusable afterwards. */
    @Override
    public void close() {
        Arrays.fill(miniSecret, (byte) 0);
    }

    /** Nothing of the secret. */
    @Override
    public String toString() {
        return "SecretUri[...]";
    }

    private static boolean isPhrase(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == ' ';
    }

    private static WalletException invalid(String what, String hint) {
        return new WalletException(WalletException.SECRET_URI, "secret URI: " + what, hint);
    }
}
