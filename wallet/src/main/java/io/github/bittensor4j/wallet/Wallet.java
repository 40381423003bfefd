package io.github.bittensor4j.wallet;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Signer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A wallet on disk, shared with the official tools: one coldkey, which holds value, and hotkeys, which run neurons.
 *
 * <p>Addresses need no password and no secret file. Secrets are read when first asked for, kept until {@link #lock} or {@link #close}, and
 * checked against the address that their file states. Thread-safe; who opened it closes it.
 *
 * <pre>{@code
 * try (Wallet wallet = Wallet.open(WalletRef.defaults())) {
 *     Signer hotkey = wallet.hotkey();
 *     Signer coldkey = wallet.coldkey(password);
 * }
 * }</pre>
 */
public final class Wallet implements AutoCloseable {
    private final WalletRef ref;
    private final Function<String, @Nullable String> environment;
    private @Nullable KeyMaterial coldkey;
    private @Nullable KeyMaterial hotkey;
    private boolean closed;

    private Wallet(WalletRef ref, Function<String, @Nullable String> environment) {
        this.ref = ref;
        this.environment = environment;
    }

    /**
     * Opens a wallet that is there. Reads no secret yet.
     *
     * @param ref where it is
     * @return the wallet, to be closed
     * @throws WalletException with {@link WalletException#WALLET_MISSING} when it has no folder, {@link WalletException#FILE_ACCESS} when this user
     *     can not see whether it has
     */
    public static Wallet open(WalletRef ref) {
        return open(ref, System::getenv);
    }

    static Wallet open(WalletRef ref, Function<String, @Nullable String> environment) {
        requireVisible(ref.folder());
        if (!Files.isDirectory(ref.folder())) {
            throw new WalletException(
                    WalletException.WALLET_MISSING,
                    ref.folder() + ": no such wallet",
                    "Check path and name, or create it: in Java by Wallet.create, on the command line by \"jbt wallet create\".");
        }
        return new Wallet(ref, environment);
    }

    /**
     * Makes a wallet's folder, for its owner only, and opens it; one that is there stays as it is. Keys are then saved into it.
     *
     * @param ref where to make it
     * @return the wallet, to be closed
     * @throws WalletException with {@link WalletException#FILE_ACCESS} when the folder cannot be made
     */
    public static Wallet create(WalletRef ref) {
        KeyFiles.createFolder(ref.folder());
        return open(ref);
    }

    /**
     * The wallets of a folder, by name. Needs no password; stray files are passed over, unreadable parts come back empty.
     *
     * @param path the folder of wallets; one that is not there has none
     * @return the wallets
     */
    public static List<WalletEntry> list(Path path) {
        Path folder = new WalletRef(path, WalletRef.DEFAULT_NAME, WalletRef.DEFAULT_NAME).path();
        requireVisible(folder);
        List<WalletEntry> wallets = new ArrayList<>();
        for (String name : names(folder)) {
            WalletRef ref = new WalletRef(folder, name, WalletRef.DEFAULT_NAME);
            if (Files.exists(ref.coldkeyFile())
                    || Files.exists(ref.coldkeypubFile())
                    || Files.isDirectory(ref.hotkeysFolder())) {
                wallets.add(new WalletEntry(
                        name,
                        account(ref.coldkeypubFile(), ref.coldkeyFile()),
                        format(ref.coldkeyFile()),
                        hotkeys(ref)));
            }
        }
        return List.copyOf(wallets);
    }

    private static List<WalletEntry.Hotkey> hotkeys(WalletRef wallet) {
        TreeSet<String> names = new TreeSet<>();
        for (String file : names(wallet.hotkeysFolder())) {
            names.add(file.endsWith("pub.txt") ? file.substring(0, file.length() - "pub.txt".length()) : file);
        }
        List<WalletEntry.Hotkey> hotkeys = new ArrayList<>();
        for (String name : names) {
            if (WalletRef.isName(name) && !name.endsWith("pub.txt")) {
                WalletRef ref = wallet.withHotkey(name);
                hotkeys.add(new WalletEntry.Hotkey(
                        name, account(ref.hotkeypubFile(), ref.hotkeyFile()), format(ref.hotkeyFile())));
            }
        }
        return hotkeys;
    }

    /** What is no folder, or hidden from this user, must not pass for a folder that is not there: its keys would be made anew. */
    private static void requireVisible(Path folder) {
        if (!Files.isDirectory(folder) && !Files.notExists(folder)) {
            throw new WalletException(
                    WalletException.FILE_ACCESS,
                    folder + ": is no folder, or hidden from this user",
                    "Check path, owner and permissions.");
        }
    }

    private static List<String> names(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> String.valueOf(entry.getFileName()))
                    .filter(name -> WalletRef.isName(name) && !name.startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new WalletException(
                    WalletException.FILE_ACCESS, folder + ": cannot be listed", "Check owner and permissions.", e);
        }
    }

    private static Optional<AccountId> account(Path publicFile, Path secretFile) {
        try {
            return Optional.of(publicPart(publicFile, secretFile).account());
        } catch (WalletException e) {
            return Optional.empty();
        }
    }

    private static Optional<KeyfileFormat> format(Path file) {
        try {
            return Files.isRegularFile(file)
                    ? Optional.of(KeyfileFormat.detect(KeyFiles.read(file)))
                    : Optional.empty();
        } catch (WalletException e) {
            return Optional.empty();
        }
    }

    /**
     * Where this wallet is.
     *
     * @return path and names
     */
    public WalletRef ref() {
        return ref;
    }

    /**
     * The coldkey's account, from its public file; no password.
     *
     * @return the account
     * @throws WalletException with {@link WalletException#FILE_MISSING} when neither a public nor a plain secret file is there
     */
    public AccountId coldkeyAccount() {
        return publicPart(ref.coldkeypubFile(), ref.coldkeyFile()).account();
    }

    /**
     * The hotkey's account, from its public file, or from its secret one where that is plain; no password.
     *
     * @return the account
     * @throws WalletException with {@link WalletException#FILE_MISSING} when neither is there
     */
    public AccountId hotkeyAccount() {
        return publicPart(ref.hotkeypubFile(), ref.hotkeyFile()).account();
    }

    /**
     * How the coldkey's secret is kept.
     *
     * @return the format, empty when the secret is not on this machine
     */
    public Optional<KeyfileFormat> coldkeyFormat() {
        return format(ref.coldkeyFile());
    }

    /**
     * How the hotkey's secret is kept.
     *
     * @return the format, empty when the secret is not on this machine
     */
    public Optional<KeyfileFormat> hotkeyFormat() {
        return format(ref.hotkeyFile());
    }

    /**
     * The coldkey of a plain key file, or of an encrypted one whose password stands in its {@link PasswordVariable}.
     *
     * @return the signer, usable until {@link #lock} or {@link #close}
     * @throws WalletException with {@link WalletException#PASSWORD_REQUIRED} when a password is needed and nowhere given, else as
     *     {@link #coldkey(char[])}
     */
    public synchronized Signer coldkey() {
        if (coldkey == null) {
            coldkey = read(ref.coldkeyFile(), ref.coldkeypubFile(), null);
        }
        return coldkey.keypair();
    }

    /**
     * Unlocks the coldkey. An encrypted one takes some seconds and about 540 MiB of heap, only the first time: one that is unlocked is
     * given out without looking at the password.
     *
     * @param password its password; not kept, wiping it stays with the caller
     * @return the signer, usable until {@link #lock} or {@link #close}
     * @throws WalletException with {@link WalletException#PASSWORD_WRONG}, {@link WalletException#MEMORY},
     *     {@link WalletException#FILE_MISSING}, {@link WalletException#FILE_DAMAGED}, {@link WalletException#PUBLIC_ONLY} or
     *     {@link WalletException#MISMATCH}
     */
    public synchronized Signer coldkey(char[] password) {
        if (coldkey == null) {
            coldkey = read(ref.coldkeyFile(), ref.coldkeypubFile(), password);
        }
        return coldkey.keypair();
    }

    /**
     * The hotkey of a plain key file, or of an encrypted one whose password stands in its {@link PasswordVariable}.
     *
     * @return the signer, usable until {@link #lock} or {@link #close}
     * @throws WalletException with {@link WalletException#PASSWORD_REQUIRED} when a password is needed and nowhere given, else as
     *     {@link #coldkey(char[])}
     */
    public synchronized Signer hotkey() {
        if (hotkey == null) {
            hotkey = read(ref.hotkeyFile(), ref.hotkeypubFile(), null);
        }
        return hotkey.keypair();
    }

    /**
     * Unlocks a hotkey that is encrypted.
     *
     * @param password its password; not kept, wiping it stays with the caller
     * @return the signer, usable until {@link #lock} or {@link #close}
     * @throws WalletException as {@link #coldkey(char[])}
     */
    public synchronized Signer hotkey(char[] password) {
        if (hotkey == null) {
            hotkey = read(ref.hotkeyFile(), ref.hotkeypubFile(), password);
        }
        return hotkey.keypair();
    }

    /**
     * Takes the coldkey out with all that its file keeps, to show its phrase, or to save it under another password or name.
     *
     * @param password its password, anything for a plain file; not kept
     * @return the key, closed by the caller
     * @throws WalletException as {@link #coldkey(char[])}
     */
    public synchronized KeyMaterial exportColdkey(char[] password) {
        return read(ref.coldkeyFile(), ref.coldkeypubFile(), password);
    }

    /**
     * Takes the hotkey out with all that its file keeps.
     *
     * @param password its password, anything for a plain file; not kept
     * @return the key, closed by the caller
     * @throws WalletException as {@link #coldkey(char[])}
     */
    public synchronized KeyMaterial exportHotkey(char[] password) {
        return read(ref.hotkeyFile(), ref.hotkeypubFile(), password);
    }

    /**
     * Saves a coldkey, secret and public file, where there is none.
     *
     * @param key the key; closing it stays with the caller
     * @param protection how to keep it
     * @throws WalletException with {@link WalletException#FILE_EXISTS} when another is there, {@link WalletException#FILE_ACCESS} or
     *     {@link WalletException#MEMORY}
     */
    public void saveColdkey(KeyMaterial key, Protection protection) {
        saveColdkey(key, protection, Overwrite.REFUSE);
    }

    /**
     * Saves a coldkey, secret and public file.
     *
     * @param key the key; closing it stays with the caller
     * @param protection how to keep it
     * @param overwrite what to do when one is there
     * @throws WalletException as {@link #saveColdkey(KeyMaterial, Protection)}
     */
    public synchronized void saveColdkey(KeyMaterial key, Protection protection, Overwrite overwrite) {
        save(key, protection, overwrite, ref.coldkeyFile(), ref.coldkeypubFile());
        coldkey = wiped(coldkey);
    }

    /**
     * Saves a hotkey, secret and public file, where there is none.
     *
     * @param key the key; closing it stays with the caller
     * @param protection how to keep it
     * @throws WalletException as {@link #saveColdkey(KeyMaterial, Protection)}
     */
    public void saveHotkey(KeyMaterial key, Protection protection) {
        saveHotkey(key, protection, Overwrite.REFUSE);
    }

    /**
     * Saves a hotkey, secret and public file.
     *
     * @param key the key; closing it stays with the caller
     * @param protection how to keep it
     * @param overwrite what to do when one is there
     * @throws WalletException as {@link #saveColdkey(KeyMaterial, Protection)}
     */
    public synchronized void saveHotkey(KeyMaterial key, Protection protection, Overwrite overwrite) {
        save(key, protection, overwrite, ref.hotkeyFile(), ref.hotkeypubFile());
        hotkey = wiped(hotkey);
    }

    /**
     * Saves only the coldkey's public file, as a machine that mines needs no more.
     *
     * @param account the account
     * @param overwrite what to do when another account's is there
     * @throws WalletException with {@link WalletException#FILE_EXISTS} or {@link WalletException#FILE_ACCESS}
     */
    public synchronized void saveColdkeypub(AccountId account, Overwrite overwrite) {
        requireOpen();
        writePublic(ref.coldkeypubFile(), account, KeyScheme.SR25519, overwrite);
    }

    /**
     * Saves only the hotkey's public file.
     *
     * @param account the account
     * @param overwrite what to do when another account's is there
     * @throws WalletException with {@link WalletException#FILE_EXISTS} or {@link WalletException#FILE_ACCESS}
     */
    public synchronized void saveHotkeypub(AccountId account, Overwrite overwrite) {
        requireOpen();
        writePublic(ref.hotkeypubFile(), account, KeyScheme.SR25519, overwrite);
    }

    private void save(KeyMaterial key, Protection protection, Overwrite overwrite, Path secretFile, Path publicFile) {
        requireOpen();
        if (overwrite == Overwrite.REFUSE) {
            // Asked before the key of the password is derived, and again in one step when the file is put in place.
            if (KeyFiles.exists(secretFile)) {
                throw KeyFiles.taken(secretFile);
            }
            requireFree(publicFile, key.account());
        }
        byte[] content = KeyJson.secretFile(key);
        try {
            KeyFiles.write(secretFile, sealed(content, protection, key.account()), overwrite, replacedFolder());
        } finally {
            Arrays.fill(content, (byte) 0);
        }
        writePublic(publicFile, key.account(), key.keypair().scheme(), overwrite);
    }

    /** The file's bytes, proved to open again before anything is put in place. */
    private static byte[] sealed(byte[] content, Protection protection, AccountId account) {
        char[] password = protection.password();
        if (password == null) {
            requireReadable(content, account);
            return content.clone();
        }
        byte[] utf8 = Bytes.utf8(password);
        byte[] key = Vault.key(utf8);
        try {
            byte[] file = Vault.seal(content, key);
            byte[] opened = Vault.open(file, key);
            requireReadable(opened, account);
            Arrays.fill(opened, (byte) 0);
            return file;
        } finally {
            Arrays.fill(utf8, (byte) 0);
            Arrays.fill(key, (byte) 0);
        }
    }

    private static void requireReadable(byte[] content, AccountId account) {
        KeyJson.Content read = KeyJson.parse(content, false);
        read.secret().ifPresent(KeyMaterial::close);
        if (!read.account().equals(account)) {
            throw new IllegalStateException("the key file of " + account + " would read back as " + read.account());
        }
    }

    private void writePublic(Path file, AccountId account, KeyScheme scheme, Overwrite overwrite) {
        if (holds(file, account)) {
            return;
        }
        KeyFiles.write(file, KeyJson.publicFile(account, scheme), overwrite, replacedFolder());
    }

    private static void requireFree(Path publicFile, AccountId account) {
        if (KeyFiles.exists(publicFile) && !holds(publicFile, account)) {
            throw new WalletException(
                    WalletException.FILE_EXISTS,
                    publicFile + ": names another account than " + account + ", and it was not asked to be replaced",
                    "Check that this is the right key; use another name, or ask for replacing.");
        }
    }

    private static boolean holds(Path publicFile, AccountId account) {
        try {
            return Files.isRegularFile(publicFile)
                    && KeyJson.parse(KeyFiles.read(publicFile), true).account().equals(account);
        } catch (WalletException e) {
            return false;
        }
    }

    private Path replacedFolder() {
        return ref.folder().resolve("replaced");
    }

    private static KeyJson.Content publicPart(Path publicFile, Path secretFile) {
        boolean fromPublic = Files.exists(publicFile);
        Path file = fromPublic ? publicFile : secretFile;
        byte[] data = KeyFiles.read(file);
        if (!fromPublic && KeyfileFormat.detect(data).encrypted()) {
            throw new WalletException(
                    WalletException.FILE_MISSING,
                    publicFile + ": no such public file, and the secret one is encrypted",
                    "Write the public file again from the address, or unlock the key.");
        }
        KeyJson.Content content = located(file, () -> KeyJson.parse(data, fromPublic));
        content.secret().ifPresent(KeyMaterial::close);
        return content;
    }

    private KeyMaterial read(Path file, Path publicFile, char @Nullable [] password) {
        requireOpen();
        byte[] data;
        try {
            data = KeyFiles.read(file);
        } catch (WalletException e) {
            if (e.code().equals(WalletException.FILE_MISSING) && Files.exists(publicFile)) {
                throw publicOnly(file);
            }
            throw e;
        }
        byte[] plain = KeyfileFormat.detect(data).encrypted() ? decrypted(file, data, password) : data;
        KeyJson.Content content = located(file, () -> KeyJson.parse(plain, false));
        Arrays.fill(plain, (byte) 0);
        KeyMaterial key = content.secret().orElseThrow(() -> publicOnly(file));
        Optional<AccountId> stated = Files.exists(publicFile) ? account(publicFile, publicFile) : Optional.empty();
        if (stated.isPresent() && !stated.get().equals(key.account())) {
            key.close();
            throw new WalletException(
                    WalletException.MISMATCH,
                    file + ": holds the key of " + key.account() + ", but " + publicFile + " names " + stated.get(),
                    "Find out which is right, and write the other again.");
        }
        return key;
    }

    private byte[] decrypted(Path file, byte[] data, char @Nullable [] given) {
        char[] password = given == null ? fromEnvironment(file) : given;
        byte[] utf8 = Bytes.utf8(password);
        try {
            return located(file, () -> Vault.decrypt(data, utf8));
        } finally {
            Arrays.fill(utf8, (byte) 0);
            if (given == null) {
                Arrays.fill(password, '\0');
            }
        }
    }

    private char[] fromEnvironment(Path file) {
        String variable = PasswordVariable.name(file);
        String value = environment.apply(variable);
        if (value == null) {
            throw new WalletException(
                    WalletException.PASSWORD_REQUIRED,
                    file + ": is encrypted and no password was given",
                    "Give the password, or set the environment variable " + variable + ".");
        }
        return PasswordVariable.decode(variable, value);
    }

    private static <T> T located(Path file, Supplier<T> codec) {
        try {
            return codec.get();
        } catch (WalletException e) {
            throw e.in(file);
        }
    }

    private static WalletException publicOnly(Path file) {
        return new WalletException(
                WalletException.PUBLIC_ONLY,
                file + ": only the public key is on this machine",
                "Sign where the secret is, or regenerate it here from the phrase.");
    }

    private void requireOpen() {
        if (closed) {
            throw new WalletException(
                    WalletException.CLOSED, ref.folder() + ": this wallet was closed", "Open it again.");
        }
    }

    private static @Nullable KeyMaterial wiped(@Nullable KeyMaterial key) {
        if (key != null) {
            key.close();
        }
        return null;
    }

    /** Wipes the keys read so far; signers handed out stop working. The next access reads, and asks for the password, again. */
    public synchronized void lock() {
        coldkey = wiped(coldkey);
        hotkey = wiped(hotkey);
    }

    /** Locks the wallet for good. Calling it again does nothing. */
    @Override
    public synchronized void close() {
        lock();
        closed = true;
    }

    /** Where it is, nothing of its secrets. */
    @Override
    public String toString() {
        return "Wallet[" + ref.folder() + ", hotkey " + ref.hotkey() + "]";
    }
}
