package io.github.bittensor4j.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.Signatures;
import io.github.bittensor4j.subtensor.Subtensor;
import io.github.bittensor4j.wallet.KeyMaterial;
import io.github.bittensor4j.wallet.KeyfileFormat;
import io.github.bittensor4j.wallet.Mnemonic;
import io.github.bittensor4j.wallet.Overwrite;
import io.github.bittensor4j.wallet.PasswordPolicy;
import io.github.bittensor4j.wallet.Protection;
import io.github.bittensor4j.wallet.Wallet;
import io.github.bittensor4j.wallet.WalletEntry;
import io.github.bittensor4j.wallet.WalletException;
import io.github.bittensor4j.wallet.WalletRef;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbt wallet}: coldkeys and hotkeys on disk. */
@Command(
        name = "wallet",
        header = "Create and use coldkeys and hotkeys.",
        subcommands = {
            WalletCommands.Create.class,
            WalletCommands.Show.class,
            WalletCommands.Balance.class,
            WalletCommands.Sign.class,
            WalletCommands.Verify.class
        })
final class WalletCommands {
    private WalletCommands() {}

    /** {@code jbt wallet create}. */
    @Command(
            name = "create",
            header = "Create a new coldkey and hotkey.",
            description = {
                "Writes the key files and shows each key's phrase once: write them down, they are the only way back to the keys.",
                "The coldkey is encrypted with a password unless --no-password is given; the hotkey is not."
            })
    static final class Create implements Callable<Integer> {
        @Mixin
        WalletOptions wallet = new WalletOptions();

        @Mixin
        Output output = new Output();

        @Option(
                names = "--n-words",
                defaultValue = "12",
                description = "Words of each phrase: 12, 15, 18, 21 or 24. Default: ${DEFAULT-VALUE}.")
        int words;

        @Option(
                names = "--no-password",
                description = "Keep the coldkey unencrypted: whoever reads the file can spend from it. For tests only.")
        boolean noPassword;

        @Option(
                names = "--overwrite",
                description = "Replace key files of the same name; without its phrase the old key is lost.")
        boolean overwrite;

        @Option(
                names = "--crypto-type",
                defaultValue = "sr25519",
                description = "The coldkey's scheme: sr25519 or ed25519. Default: ${DEFAULT-VALUE}.")
        KeyScheme scheme = KeyScheme.SR25519;

        @Option(
                names = "--hotkey-crypto-type",
                defaultValue = "sr25519",
                description = "The hotkey's scheme: sr25519 or ed25519. Default: ${DEFAULT-VALUE}.")
        KeyScheme hotkeyScheme = KeyScheme.SR25519;

        @Override
        public Integer call() {
            WalletRef ref = wallet.ref();
            // Both are looked at before the password is asked for and anything is written.
            for (var file : List.of(ref.coldkeyFile(), ref.hotkeyFile())) {
                if (!overwrite && Files.exists(file)) {
                    throw new WalletException(
                            WalletException.FILE_EXISTS,
                            file + ": is there already",
                            "choose another name with -w or -H, or replace it with --overwrite");
                }
            }
            Overwrite mode = overwrite ? Overwrite.REPLACE : Overwrite.REFUSE;
            char[] password = noPassword ? new char[0] : newPassword();
            try (Mnemonic coldPhrase = Mnemonic.generate(words);
                    Mnemonic hotPhrase = Mnemonic.generate(words);
                    KeyMaterial cold = KeyMaterial.fromMnemonic(scheme, coldPhrase);
                    KeyMaterial hot = KeyMaterial.fromMnemonic(hotkeyScheme, hotPhrase);
                    Wallet created = Wallet.create(ref)) {
                created.saveColdkey(cold, noPassword ? Protection.none() : Protection.password(password), mode);
                created.saveHotkey(hot, Protection.none(), mode);
                ObjectNode node = Output.object();
                node.put("coldkey", ref.name());
                node.put("coldkey_ss58", cold.account().ss58());
                node.put("coldkey_crypto_type", scheme.label());
                node.put("hotkey", ref.hotkey());
                node.put("hotkey_ss58", hot.account().ss58());
                node.put("hotkey_crypto_type", hotkeyScheme.label());
                node.put("path", ref.folder().toString());
                output.result(
                        node,
                        String.join(
                                System.lineSeparator(),
                                "wallet " + ref.folder(),
                                "coldkey " + cold.account() + "  " + scheme.label()
                                        + (noPassword ? ", not encrypted" : ", encrypted"),
                                "  phrase: " + String.join(" ", coldPhrase.words()),
                                "hotkey  " + hot.account() + "  " + hotkeyScheme.label(),
                                "  phrase: " + String.join(" ", hotPhrase.words()),
                                "Write the phrases down now; they are not shown again."));
                return 0;
            } finally {
                Arrays.fill(password, '\0');
            }
        }

        private char[] newPassword() {
            char[] password = wallet.password("New password for coldkey " + wallet.name + ": ");
            PasswordPolicy.require(password);
            if (wallet.passwordFile == null) {
                char[] again = wallet.password("The same again: ");
                boolean same = Arrays.equals(password, again);
                Arrays.fill(again, '\0');
                if (!same) {
                    throw new WalletException(
                            WalletException.PASSWORD_WRONG,
                            "the two passwords differ",
                            "nothing was written, try again");
                }
            }
            return password;
        }
    }

    /** {@code jbt wallet list}. */
    @Command(name = "list", header = "The wallets on this machine.")
    static final class Show implements Callable<Integer> {
        @Mixin
        WalletOptions wallet = new WalletOptions();

        @Mixin
        Output output = new Output();

        @Override
        public Integer call() {
            ObjectNode node = Output.object();
            node.put("path", wallet.folder().toString());
            ArrayNode coldkeys = node.putArray("coldkeys");
            Table table = new Table("wallet", "key", "address", "kept");
            for (WalletEntry entry : Wallet.list(wallet.folder())) {
                ObjectNode one = coldkeys.addObject();
                one.put("coldkey", entry.name());
                one.put("ss58", entry.coldkey().map(AccountId::ss58).orElse(null));
                one.put("format", entry.coldkeyFormat().map(Enum::name).orElse(null));
                table.row(entry.name(), "coldkey", address(entry.coldkey()), kept(entry.coldkeyFormat()));
                ArrayNode hotkeys = one.putArray("hotkeys");
                for (WalletEntry.Hotkey hotkey : entry.hotkeys()) {
                    ObjectNode inner = hotkeys.addObject();
                    inner.put("name", hotkey.name());
                    inner.put("ss58", hotkey.account().map(AccountId::ss58).orElse(null));
                    inner.put("format", hotkey.format().map(Enum::name).orElse(null));
                    table.row(
                            entry.name(), "hotkey " + hotkey.name(), address(hotkey.account()), kept(hotkey.format()));
                }
            }
            output.result(
                    node,
                    coldkeys.isEmpty()
                            ? "no wallets in " + wallet.folder() + "; make one with: jbt wallet create"
                            : table.toString());
            return 0;
        }

        private static String address(Optional<AccountId> account) {
            return account.map(AccountId::ss58).orElse("not readable");
        }

        private static String kept(Optional<KeyfileFormat> format) {
            return format.map(f -> f.encrypted() ? "encrypted" : "plain").orElse("public part only");
        }
    }

    /** {@code jbt wallet balance}. */
    @Command(name = "balance", header = "The free TAO of a coldkey.")
    static final class Balance implements Callable<Integer> {
        @Mixin
        NetworkOption network = new NetworkOption();

        @Mixin
        WalletOptions wallet = new WalletOptions();

        @Mixin
        Output output = new Output();

        @Parameters(
                index = "0",
                arity = "0..1",
                paramLabel = "ADDRESS",
                description = "An SS58 address or the name of a wallet. Default: the wallet's coldkey.")
        @Nullable
        String address;

        @Override
        public Integer call() {
            AccountId account = wallet.coldkeyOf(address);
            try (Subtensor chain = network.connect()) {
                Tao free = chain.balance(account);
                ObjectNode node = Output.object();
                node.put("address", account.ss58());
                node.put("network", chain.network().toString());
                node.put("free_rao", Long.toUnsignedString(free.rao()));
                node.put("free_tao", free.decimal().toPlainString());
                output.result(node, account + "  " + free);
            }
            return 0;
        }
    }

    /** {@code jbt wallet sign}. */
    @Command(name = "sign", header = "Sign a text with the wallet's coldkey, or its hotkey.")
    static final class Sign implements Callable<Integer> {
        @Mixin
        WalletOptions wallet = new WalletOptions();

        @Mixin
        Output output = new Output();

        @Option(
                names = "--message",
                required = true,
                description = "The text to sign; its UTF-8 bytes are signed as they are.")
        String message = "";

        @Option(names = "--use-hotkey", description = "Sign with the hotkey.")
        boolean useHotkey;

        @Override
        public Integer call() {
            try (Wallet opened = wallet.open()) {
                Signer signer = useHotkey ? opened.hotkey() : wallet.unlock(opened);
                String signature = HexFormat.of().formatHex(signer.sign(message.getBytes(StandardCharsets.UTF_8)));
                ObjectNode node = Output.object();
                node.put("signed_message", signature);
                node.put("signer_address", signer.account().ss58());
                output.result(node, signature + System.lineSeparator() + "signed by " + signer.account());
            }
            return 0;
        }
    }

    /** {@code jbt wallet verify}. */
    @Command(
            name = "verify",
            header = "Check a signature of a text.",
            description = "Ends with status 0 when the signature holds, with 1 when it does not.")
    static final class Verify implements Callable<Integer> {
        @Mixin
        Output output = new Output();

        @Option(names = "--message", required = true, description = "The text that was signed.")
        String message = "";

        @Option(names = "--signature", required = true, description = "The signature in hex, with or without 0x.")
        String signature = "";

        @Option(names = "--ss58", required = true, description = "The signer's address.")
        String signer = "";

        @Override
        public Integer call() {
            AccountId account = AccountId.fromSs58(signer);
            byte[] bytes;
            try {
                bytes = HexFormat.of().parseHex(signature.startsWith("0x") ? signature.substring(2) : signature);
            } catch (IllegalArgumentException e) {
                throw new Failures.CommandFailed(
                        2, "cli.signature", "--signature is not hex", "give 128 hex digits, with or without 0x");
            }
            byte[] text = message.getBytes(StandardCharsets.UTF_8);
            // An address does not tell its scheme. The all-zero key is nobody's: see SECURITY.md.
            boolean valid = !account.isZero()
                    && (Signatures.verify(KeyScheme.SR25519, account, text, bytes)
                            || Signatures.verify(KeyScheme.ED25519, account, text, bytes));
            ObjectNode node = Output.object();
            node.put("valid", valid);
            node.put("signer_address", account.ss58());
            output.result(node, valid ? "valid: signed by " + account : "not valid: not what " + account + " signed");
            return valid ? 0 : Failures.FAILED;
        }
    }
}
