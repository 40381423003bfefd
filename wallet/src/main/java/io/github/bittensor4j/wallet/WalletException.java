package io.github.bittensor4j.wallet;

import io.github.bittensor4j.core.BittensorException;
import java.nio.file.Path;

/**
 * What went wrong with a wallet, a key file, a phrase or a password. The {@link #code() code} is one of the constants here; the
 * message names the file, never a secret; the {@link #hint() hint} says what to do.
 */
public class WalletException extends BittensorException {
    private static final long serialVersionUID = 1L;

    /** The wallet has no folder. */
    public static final String WALLET_MISSING = "wallet.missing";
    /** A wallet or hotkey name that could leave its folder or collide with another file. */
    public static final String NAME = "wallet.name";
    /** The key file is not there. */
    public static final String FILE_MISSING = "wallet.file-missing";
    /** The key file is there already and overwriting was not asked for. */
    public static final String FILE_EXISTS = "wallet.file-exists";
    /** Reading or writing failed below us: permissions, a full disk. */
    public static final String FILE_ACCESS = "wallet.file-access";
    /** The bytes are no key file: truncated, damaged or of another program. */
    public static final String FILE_DAMAGED = "wallet.file-damaged";
    /** The file holds only a public key where a secret one was asked for. */
    public static final String PUBLIC_ONLY = "wallet.public-only";
    /** The secret in the file does not make the address in the file. */
    public static final String MISMATCH = "wallet.mismatch";
    /** A kind of key that this version does not know. */
    public static final String KEY_KIND = "wallet.key-kind";
    /** The key file is encrypted and no password was given. */
    public static final String PASSWORD_REQUIRED = "wallet.password-required";
    /** The password is wrong, or the encrypted bytes were changed: the two cannot be told apart. */
    public static final String PASSWORD_WRONG = "wallet.password-wrong";
    /** The password breaks the rules for new ones. */
    public static final String PASSWORD_WEAK = "wallet.password-weak";
    /** The password variable of the environment holds something that is not an encoded password. */
    public static final String PASSWORD_VARIABLE = "wallet.password-variable";
    /** Not a phrase of the English BIP-39 list. */
    public static final String MNEMONIC = "wallet.mnemonic";
    /** Not a secret URI. */
    public static final String SECRET_URI = "wallet.secret-uri";
    /** Not a private key of a usable length and value. */
    public static final String SECRET_KEY = "wallet.secret-key";
    /** Not an export of polkadot-js that can be imported. */
    public static final String EXPORT = "wallet.export";
    /** Text to sign that Python's reading of it refuses. */
    public static final String SIGNED_TEXT = "wallet.signed-text";
    /** Not a sealed message for this key. */
    public static final String SEALED = "wallet.sealed";
    /** The heap is too small for the key derivation of the file. */
    public static final String MEMORY = "wallet.memory";
    /** The wallet was closed. */
    public static final String CLOSED = "wallet.closed";

    /**
     * Makes the error.
     *
     * @param code one of the constants of this class
     * @param message what was wrong, without any secret
     * @param hint what to do next, or empty
     */
    public WalletException(String code, String message, String hint) {
        super(code, false, message, hint);
    }

    WalletException(String code, String message, String hint, Throwable cause) {
        super(code, false, message, hint, cause);
    }

    /** The same error with the file in front of its message; codecs work on bytes and do not know where these stood. */
    WalletException in(Path file) {
        WalletException located = new WalletException(code(), file + ": " + getMessage(), hint());
        located.setStackTrace(getStackTrace());
        return located;
    }
}
