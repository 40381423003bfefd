package io.github.bittensor4j.cli;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.wallet.KeyfileFormat;
import io.github.bittensor4j.wallet.PasswordPolicy;
import io.github.bittensor4j.wallet.Wallet;
import io.github.bittensor4j.wallet.WalletException;
import io.github.bittensor4j.wallet.WalletRef;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which wallet a command uses, and where the coldkey's password comes from: a file or the terminal, never an argument. */
final class WalletOptions {
    private static final int LONGEST_SECRET = 1024;

    @Option(
            names = {"-w", "--wallet"},
            paramLabel = "NAME",
            defaultValue = "${env:BT_WALLET:-default}",
            description = "The wallet. Environment: BT_WALLET. Default: default.")
    String name = WalletRef.DEFAULT_NAME;

    @Option(
            names = {"-H", "--wallet-hotkey"},
            paramLabel = "NAME",
            defaultValue = "${env:BT_WALLET_HOTKEY:-default}",
            description = "The hotkey within the wallet. Environment: BT_WALLET_HOTKEY. Default: default.")
    String hotkey = WalletRef.DEFAULT_NAME;

    @Mixin
    WalletFolder folder = new WalletFolder();

    @Option(
            names = "--wallet-password-file",
            paramLabel = "FILE",
            defaultValue = "${env:BT_WALLET_PASSWORD_FILE}",
            description = "A file whose first line is the coldkey's password. Environment: BT_WALLET_PASSWORD_FILE.")
    @Nullable
    Path passwordFile;

    WalletRef ref() {
        return new WalletRef(folder.path(), name, hotkey);
    }

    Wallet open() {
        return Wallet.open(ref());
    }

    /** The coldkey of an address, of another wallet by name, or of this wallet where nothing is given. */
    AccountId coldkeyOf(@Nullable String address) {
        if (address != null && !isWallet(address)) {
            try {
                return AccountId.fromBittensorAddress(address);
            } catch (InvalidValueException e) {
                throw Failures.wrongUse(
                        e.code(), e.getMessage() + ", and no wallet of that name in " + folder.path(), e.hint());
            }
        }
        try (Wallet opened = Wallet.open(address == null ? ref() : new WalletRef(folder.path(), address, hotkey))) {
            return opened.coldkeyAccount();
        }
    }

    private boolean isWallet(String name) {
        try {
            return Files.isDirectory(folder.path().resolve(name));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** The coldkey's signer; asks for its password when it is encrypted. */
    Signer unlock(Wallet wallet) {
        if (wallet.coldkeyFormat().map(KeyfileFormat::encrypted).orElse(false)) {
            char[] password = password("Password of coldkey " + name + ": ");
            try {
                return wallet.coldkey(password);
            } finally {
                Arrays.fill(password, '\0');
            }
        }
        return wallet.coldkey();
    }

    /** A password from the file or the terminal; the caller wipes it. */
    private char[] password(String prompt) {
        return passwordFile == null ? asked(prompt, "--wallet-password-file FILE") : firstLine(passwordFile.toString());
    }

    /** The password of a new key, asked for twice where a terminal is asked; the caller wipes it. */
    char[] newPassword() {
        char[] password = password("New password for coldkey " + name + ": ");
        PasswordPolicy.require(password);
        if (passwordFile == null) {
            char[] again = password("The same again: ");
            boolean same = Arrays.equals(password, again);
            Arrays.fill(again, '\0');
            if (!same) {
                throw new WalletException(
                        WalletException.PASSWORD_WRONG, "the two passwords differ", "nothing was written, try again");
            }
        }
        return password;
    }

    /** A secret typed at the terminal, without an echo; the caller wipes it. */
    static char[] asked(String prompt, String instead) {
        Console console = System.console();
        char[] typed = console == null ? null : console.readPassword("%s", prompt);
        if (typed == null) {
            throw new WalletException(
                    WalletException.PASSWORD_REQUIRED,
                    "a secret is needed, and there is no terminal to ask on",
                    "give " + instead);
        }
        return typed;
    }

    /** The first line of a file of secrets, {@code -} for standard input; the caller wipes it. */
    static char[] firstLine(String file) {
        char[] buffer = new char[LONGEST_SECRET];
        try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file));
                Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder())) {
            int length = 0;
            for (int c = reader.read(); c >= 0 && c != '\n' && c != '\r'; c = reader.read()) {
                if (length == LONGEST_SECRET) {
                    throw Failures.wrongUse(
                            "cli.file",
                            file + ": its first line is longer than " + LONGEST_SECRET + " characters",
                            "is it the right file?");
                }
                buffer[length++] = (char) c;
            }
            return Arrays.copyOf(buffer, length);
        } catch (IOException | InvalidPathException e) {
            throw new WalletException(
                    WalletException.FILE_ACCESS,
                    file + ": cannot be read",
                    "check path, permissions and that it is UTF-8");
        } finally {
            Arrays.fill(buffer, '\0');
        }
    }
}
