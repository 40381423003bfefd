package io.github.bittensor4j.cli;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.wallet.KeyfileFormat;
import io.github.bittensor4j.wallet.Wallet;
import io.github.bittensor4j.wallet.WalletException;
import io.github.bittensor4j.wallet.WalletRef;
import java.io.Console;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which wallet a command uses, and where the coldkey's password comes from: a file or the terminal, never an argument. */
final class WalletOptions {
    private static final int LONGEST_PASSWORD = 1024;

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

    @Option(
            names = "--wallet-path",
            paramLabel = "DIR",
            defaultValue = "${env:BT_WALLET_PATH}",
            description =
                    "The folder of wallets. Environment: BT_WALLET_PATH. Default: .bittensor/wallets in the home folder.")
    @Nullable
    Path path;

    @Option(
            names = "--wallet-password-file",
            paramLabel = "FILE",
            defaultValue = "${env:BT_WALLET_PASSWORD_FILE}",
            description = "A file whose first line is the coldkey's password. Environment: BT_WALLET_PASSWORD_FILE.")
    @Nullable
    Path passwordFile;

    Path folder() {
        return path == null ? WalletRef.defaultPath() : path;
    }

    WalletRef ref() {
        return new WalletRef(folder(), name, hotkey);
    }

    Wallet open() {
        return Wallet.open(ref());
    }

    /** The coldkey of an address, of another wallet by name, or of this wallet where nothing is given. */
    AccountId coldkeyOf(@Nullable String address) {
        if (address != null && !Files.isDirectory(folder().resolve(address))) {
            return AccountId.fromSs58(address);
        }
        try (Wallet opened = Wallet.open(address == null ? ref() : new WalletRef(folder(), address, hotkey))) {
            return opened.coldkeyAccount();
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
    char[] password(String prompt) {
        if (passwordFile != null) {
            return firstLine(passwordFile);
        }
        Console console = System.console();
        char[] typed = console == null ? null : console.readPassword("%s", prompt);
        if (typed == null) {
            throw new WalletException(
                    WalletException.PASSWORD_REQUIRED,
                    "a password is needed, and there is no terminal to ask on",
                    "give --wallet-password-file FILE");
        }
        return typed;
    }

    private static char[] firstLine(Path file) {
        char[] buffer = new char[LONGEST_PASSWORD];
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            int length = 0;
            for (int c = reader.read(); c >= 0 && c != '\n' && c != '\r'; c = reader.read()) {
                if (length == LONGEST_PASSWORD) {
                    throw new WalletException(
                            WalletException.PASSWORD_WEAK,
                            file + ": its first line is longer than " + LONGEST_PASSWORD + " characters",
                            "is it the right file?");
                }
                buffer[length++] = (char) c;
            }
            return Arrays.copyOf(buffer, length);
        } catch (IOException e) {
            throw new WalletException(
                    WalletException.FILE_ACCESS,
                    file + ": cannot be read as a password file",
                    "check path and permissions");
        } finally {
            Arrays.fill(buffer, '\0');
        }
    }
}
