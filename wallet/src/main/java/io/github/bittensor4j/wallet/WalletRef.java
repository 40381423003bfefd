package io.github.bittensor4j.wallet;

import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Where a wallet lies: the folder of wallets, the wallet's name and the name of the hotkey in use. Making one touches no file.
 *
 * @param path the folder of wallets; a leading {@code ~} stands for the home directory and is replaced
 * @param name the wallet's name: letters, digits, {@code .}, {@code _} and {@code -}, at most 128
 * @param hotkey the hotkey's name, of the same form; it may not end in {@code pub.txt}, which public files do
 */
public record WalletRef(Path path, String name, String hotkey) {
    /** The name of wallet and hotkey where none is given. */
    public static final String DEFAULT_NAME = "default";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final String PUBLIC_SUFFIX = "pub.txt";

    /**
     * Checks the names and replaces a leading {@code ~}.
     *
     * @throws WalletException with {@link WalletException#NAME} for a name that could leave the folder or collide with another file
     */
    public WalletRef {
        Objects.requireNonNull(path, "path");
        requireName("wallet", name);
        requireName("hotkey", hotkey);
        if (hotkey.endsWith(PUBLIC_SUFFIX)) {
            throw new WalletException(
                    WalletException.NAME,
                    "hotkey name: \"" + hotkey + "\" (expected: not ending in " + PUBLIC_SUFFIX + ")",
                    "Public key files end like that; choose another name.");
        }
        if (path.startsWith("~")) {
            Path home = Path.of(System.getProperty("user.home"));
            path = path.getNameCount() == 1 ? home : home.resolve(path.subpath(1, path.getNameCount()));
        }
    }

    /**
     * Wallet and hotkey {@code default} in the default folder.
     *
     * @return {@code ~/.bittensor/wallets}, {@code default}, {@code default}
     */
    public static WalletRef defaults() {
        return new WalletRef(defaultPath(), DEFAULT_NAME, DEFAULT_NAME);
    }

    /**
     * A wallet of the default folder.
     *
     * @param name the wallet's name
     * @return the wallet with the hotkey {@code default}
     */
    public static WalletRef of(String name) {
        return new WalletRef(defaultPath(), name, DEFAULT_NAME);
    }

    /**
     * The folder of wallets that the official tools use as well.
     *
     * @return {@code ~/.bittensor/wallets} of this user
     */
    public static Path defaultPath() {
        return Path.of(System.getProperty("user.home"), ".bittensor", "wallets");
    }

    /**
     * The same wallet with another hotkey.
     *
     * @param other the hotkey's name
     * @return the reference
     */
    public WalletRef withHotkey(String other) {
        return new WalletRef(path, name, other);
    }

    /**
     * The same names in another folder of wallets.
     *
     * @param other the folder
     * @return the reference
     */
    public WalletRef withPath(Path other) {
        return new WalletRef(other, name, hotkey);
    }

    /**
     * The wallet's own folder.
     *
     * @return {@code path/name}
     */
    public Path folder() {
        return path.resolve(name);
    }

    /**
     * The coldkey's secret file.
     *
     * @return {@code path/name/coldkey}
     */
    public Path coldkeyFile() {
        return folder().resolve("coldkey");
    }

    /**
     * The coldkey's public file; JSON despite its name.
     *
     * @return {@code path/name/coldkeypub.txt}
     */
    public Path coldkeypubFile() {
        return folder().resolve("coldkeypub.txt");
    }

    /**
     * The hotkey's secret file.
     *
     * @return {@code path/name/hotkeys/hotkey}
     */
    public Path hotkeyFile() {
        return hotkeysFolder().resolve(hotkey);
    }

    /**
     * The hotkey's public file, which older wallets do not have.
     *
     * @return {@code path/name/hotkeys/hotkeypub.txt}
     */
    public Path hotkeypubFile() {
        return hotkeysFolder().resolve(hotkey + PUBLIC_SUFFIX);
    }

    Path hotkeysFolder() {
        return folder().resolve("hotkeys");
    }

    /** Whether a name may be a wallet's or a hotkey's. */
    static boolean isName(String name) {
        return NAME.matcher(name).matches() && !name.equals(".") && !name.equals("..");
    }

    private static void requireName(String what, String name) {
        if (!isName(name)) {
            throw new WalletException(
                    WalletException.NAME,
                    what + " name: \"" + name.substring(0, Math.min(name.length(), 128))
                            + "\" (expected: 1 to 128 letters, digits, '.', '_' or '-')",
                    "Choose a plain name; the folder is set apart from it.");
        }
    }
}
