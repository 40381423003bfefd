package io.github.bittensor4j.wallet;

import org.jspecify.annotations.Nullable;

/** How a secret key is kept on disk: encrypted under a password, or plain. */
public final class Protection {
    private static final Protection NONE = new Protection(null);

    private final char @Nullable [] password;

    private Protection(char @Nullable [] password) {
        this.password = password;
    }

    /**
     * Encrypted in the {@code $NACL} format that every wallet tool opens. Deriving its key takes some seconds and about 540 MiB of heap.
     *
     * @param password not empty; not copied: wipe it after saving. It is not measured here, ask {@link PasswordPolicy} when a person chose it
     * @return the protection
     * @throws WalletException with {@link WalletException#PASSWORD_WEAK} when it is empty
     */
    public static Protection password(char[] password) {
        if (password.length == 0) {
            throw new WalletException(
                    WalletException.PASSWORD_WEAK, "new password: empty", "Give a password, or ask for no protection.");
        }
        return new Protection(password);
    }

    /**
     * Plain JSON that only the file's mode protects: usual for hotkeys, never for a coldkey with value.
     *
     * @return the protection
     */
    public static Protection none() {
        return NONE;
    }

    char @Nullable [] password() {
        return password;
    }

    /** Which of the two, never the password. */
    @Override
    public String toString() {
        return password == null ? "Protection[none]" : "Protection[password]";
    }
}
