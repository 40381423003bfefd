package io.github.bittensor4j.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.subtensor.Subtensor;
import io.github.bittensor4j.wallet.KeyfileFormat;
import io.github.bittensor4j.wallet.SignedText;
import io.github.bittensor4j.wallet.Wallet;
import io.github.bittensor4j.wallet.WalletEntry;
import java.util.HexFormat;
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
            KeyCommands.Create.class,
            KeyCommands.NewHotkey.class,
            KeyCommands.RegenColdkey.class,
            KeyCommands.RegenHotkey.class,
            WalletCommands.Show.class,
            WalletCommands.Balance.class,
            WalletCommands.Sign.class,
            WalletCommands.Verify.class
        })
final class WalletCommands {
    private static final int SIGNATURE_BYTES = 64;

    private WalletCommands() {}

    /** {@code jbt wallet list}. */
    @Command(name = "list", header = "The wallets on this machine.")
    static final class Show implements Callable<Integer> {
        @Mixin
        WalletFolder folder = new WalletFolder();

        @Mixin
        Output output = new Output();

        @Override
        public Integer call() {
            ObjectNode node = Output.object();
            node.put("path", folder.path().toString());
            ArrayNode coldkeys = node.putArray("coldkeys");
            Table table = new Table("wallet", "key", "address", "kept");
            for (WalletEntry entry : Wallet.list(folder.path())) {
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
                            ? "no wallets in " + folder.path() + "; make one with: jbt wallet create"
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
            try (Subtensor chain = network.connect(output)) {
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
                String signature = HexFormat.of().formatHex(SignedText.sign(signer, message));
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
            description = {
                "Ends with status 0 when the signature holds, with 1 when it does not.",
                "What a browser wallet signed, the text between <Bytes> and </Bytes>, holds too."
            })
    static final class Verify implements Callable<Integer> {
        @Mixin
        Output output = new Output();

        @Option(names = "--message", required = true, description = "The text that was signed.")
        String message = "";

        @Option(names = "--signature", required = true, description = "The signature in hex, with or without 0x.")
        String signature = "";

        @Option(names = "--ss58", required = true, description = "The signer's address.")
        AccountId account = AccountId.ZERO;

        @Override
        public Integer call() {
            byte[] bytes;
            try {
                bytes = HexFormat.of().parseHex(signature.startsWith("0x") ? signature.substring(2) : signature);
            } catch (IllegalArgumentException e) {
                throw Failures.wrongUse(
                        "cli.signature", "--signature is not hex", "give 128 hex digits, with or without 0x");
            }
            if (bytes.length != SIGNATURE_BYTES) {
                throw Failures.wrongUse(
                        "cli.signature",
                        "--signature: " + bytes.length + " bytes (expected: " + SIGNATURE_BYTES + ")",
                        "give 128 hex digits, with or without 0x");
            }
            // an address does not tell its scheme
            boolean valid = SignedText.verify(KeyScheme.SR25519, account, message, bytes)
                    || SignedText.verify(KeyScheme.ED25519, account, message, bytes);
            ObjectNode node = Output.object();
            node.put("valid", valid);
            node.put("signer_address", account.ss58());
            output.result(node, valid ? "valid: signed by " + account : "not valid: not what " + account + " signed");
            return valid ? 0 : Failures.FAILED;
        }
    }
}
