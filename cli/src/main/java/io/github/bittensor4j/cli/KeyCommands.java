package io.github.bittensor4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.wallet.KeyMaterial;
import io.github.bittensor4j.wallet.Mnemonic;
import io.github.bittensor4j.wallet.Overwrite;
import io.github.bittensor4j.wallet.Protection;
import io.github.bittensor4j.wallet.Wallet;
import io.github.bittensor4j.wallet.WalletException;
import io.github.bittensor4j.wallet.WalletRef;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The commands of {@code jbt wallet} that make key files: new keys, and keys brought back from what was written down. */
final class KeyCommands {
    private static final String HOTKEY = "hotkey";
    private static final String COLDKEY = "coldkey";

    private KeyCommands() {}

    /** What all of them take, and how a key is saved and told. */
    private static final class Saving {
        @Mixin
        WalletOptions wallet = new WalletOptions();

        @Mixin
        Output output = new Output();

        @Option(
                names = "--overwrite",
                description = "Replace key files of the same name; the old ones move to the wallet's folder replaced.")
        boolean overwrite;

        @Option(
                names = "--crypto-type",
                defaultValue = "sr25519",
                description =
                        "The key's scheme (of create: the coldkey's), sr25519 or ed25519. Default: ${DEFAULT-VALUE}.")
        KeyScheme scheme = KeyScheme.SR25519;

        private final ObjectNode node = Output.object();
        private final List<String> lines = new ArrayList<>();

        /** Asked before a password is, and before anything is written. */
        void requireFree(Path... files) {
            for (Path file : files) {
                if (!overwrite && Files.exists(file)) {
                    throw new WalletException(
                            WalletException.FILE_EXISTS,
                            file + ": is there already",
                            "choose another name with -w or -H, or replace it with --overwrite");
                }
            }
        }

        void coldkey(Wallet into, KeyMaterial key, Protection protection, String kept) {
            into.saveColdkey(key, protection, mode());
            tell(COLDKEY, into.ref().name(), key, kept);
        }

        void hotkey(Wallet into, KeyMaterial key) {
            into.saveHotkey(key, Protection.none(), mode());
            tell(HOTKEY, into.ref().hotkey(), key, "");
        }

        private Overwrite mode() {
            return overwrite ? Overwrite.REPLACE : Overwrite.REFUSE;
        }

        private void tell(String which, String name, KeyMaterial key, String kept) {
            String scheme = key.keypair().scheme().label();
            node.put(which, name);
            node.put(which + "_ss58", key.account().ss58());
            node.put(which + "_crypto_type", scheme);
            lines.add(which + " " + name + " " + key.account() + "  " + scheme + kept);
        }

        /** Shown to people only, once. */
        void phrase(Mnemonic phrase) {
            lines.add("  phrase: " + String.join(" ", phrase.words()));
        }

        int done(WalletRef ref, String... last) {
            node.put("path", ref.folder().toString());
            lines.add(0, "wallet " + ref.folder());
            lines.addAll(List.of(last));
            output.result(node, String.join(System.lineSeparator(), lines));
            return 0;
        }
    }

    /** How a coldkey is kept. */
    private static final class Keeping {
        @Option(
                names = "--no-password",
                description = "Keep the coldkey unencrypted: whoever reads the file can spend from it. For tests only.")
        boolean noPassword;

        /** Saves a coldkey under the password that its owner gives. */
        void save(Saving saving, Wallet into, KeyMaterial key, char[] password) {
            saving.coldkey(
                    into,
                    key,
                    noPassword ? Protection.none() : Protection.password(password),
                    noPassword ? ", not encrypted" : ", encrypted");
        }

        char[] password(WalletOptions wallet) {
            return noPassword ? new char[0] : wallet.newPassword();
        }
    }

    /** How long a new phrase is. */
    private static final class Length {
        private static final Set<Integer> WORDS = Set.of(12, 15, 18, 21, 24);

        @Option(
                names = "--n-words",
                defaultValue = "12",
                description = "Words of each phrase: 12, 15, 18, 21 or 24. Default: ${DEFAULT-VALUE}.")
        int words;

        void check() {
            if (!WORDS.contains(words)) {
                throw Failures.wrongUse("cli.words", "--n-words: " + words + " (expected: 12, 15, 18, 21 or 24)", "");
            }
        }
    }

    /** What was written down of a key. Read from a file or the terminal, never from an argument, which other users can see. */
    private static final class WrittenDown {
        @Option(
                names = "--phrase-file",
                paramLabel = "FILE|-",
                description = {
                    "A file whose first line is the phrase, or the seed as 0x and 64 hex digits; - for standard input.",
                    "Without it the terminal asks."
                })
        @Nullable
        String file;

        KeyMaterial key(KeyScheme scheme) {
            char[] text = file == null
                    ? WalletOptions.asked("Phrase, or 0x and the seed: ", "--phrase-file FILE")
                    : WalletOptions.firstLine(file);
            try {
                if (text.length > 1 && text[0] == '0' && text[1] == 'x') {
                    byte[] seed = seed(text);
                    try {
                        return KeyMaterial.fromSeed(scheme, seed);
                    } finally {
                        Arrays.fill(seed, (byte) 0);
                    }
                }
                try (Mnemonic phrase = Mnemonic.parse(CharBuffer.wrap(text))) {
                    return KeyMaterial.fromMnemonic(scheme, phrase);
                }
            } finally {
                Arrays.fill(text, '\0');
            }
        }

        private static byte[] seed(char[] text) {
            try {
                return HexFormat.of().parseHex(CharBuffer.wrap(text, 2, text.length - 2));
            } catch (IllegalArgumentException e) {
                // its message would show the digit
                throw new WalletException(
                        WalletException.SECRET_KEY, "seed: not hex (expected: 0x and 64 hex digits)", "");
            }
        }
    }

    /** {@code jbt wallet create}. */
    @Command(
            name = "create",
            header = "Create a new coldkey and hotkey.",
            description = {
                "Writes the key files and shows each key's phrase once: write them down, they are the only way back to the keys "
                        + "(regen-coldkey, regen-hotkey). With --json no phrase is shown, and the files are the only copy.",
                "The coldkey is encrypted with a password unless --no-password is given; the hotkey is not."
            })
    static final class Create implements Callable<Integer> {
        @Mixin
        Saving saving = new Saving();

        @Mixin
        Length length = new Length();

        @Mixin
        Keeping keeping = new Keeping();

        @Option(
                names = "--hotkey-crypto-type",
                defaultValue = "sr25519",
                description = "The hotkey's scheme: sr25519 or ed25519. Default: ${DEFAULT-VALUE}.")
        KeyScheme hotkeyScheme = KeyScheme.SR25519;

        @Override
        public Integer call() {
            length.check();
            WalletRef ref = saving.wallet.ref();
            saving.requireFree(ref.coldkeyFile(), ref.hotkeyFile());
            char[] password = keeping.password(saving.wallet);
            try (Mnemonic coldPhrase = Mnemonic.generate(length.words);
                    Mnemonic hotPhrase = Mnemonic.generate(length.words);
                    KeyMaterial cold = KeyMaterial.fromMnemonic(saving.scheme, coldPhrase);
                    KeyMaterial hot = KeyMaterial.fromMnemonic(hotkeyScheme, hotPhrase);
                    Wallet created = Wallet.create(ref)) {
                keeping.save(saving, created, cold, password);
                saving.phrase(coldPhrase);
                saving.hotkey(created, hot);
                saving.phrase(hotPhrase);
                return saving.done(ref, "Write the phrases down now; they are not shown again.");
            } finally {
                Arrays.fill(password, '\0');
            }
        }
    }

    /** {@code jbt wallet new-hotkey}. */
    @Command(
            name = "new-hotkey",
            header = "Create one more hotkey in a wallet.",
            description = "Shows its phrase once, and not with --json. The hotkey's name is -H.")
    static final class NewHotkey implements Callable<Integer> {
        @Mixin
        Saving saving = new Saving();

        @Mixin
        Length length = new Length();

        @Override
        public Integer call() {
            length.check();
            try (Wallet opened = saving.wallet.open();
                    Mnemonic phrase = Mnemonic.generate(length.words);
                    KeyMaterial key = KeyMaterial.fromMnemonic(saving.scheme, phrase)) {
                saving.requireFree(opened.ref().hotkeyFile());
                saving.hotkey(opened, key);
                saving.phrase(phrase);
                return saving.done(opened.ref(), "Write the phrase down now; it is not shown again.");
            }
        }
    }

    /** {@code jbt wallet regen-coldkey}. */
    @Command(
            name = "regen-coldkey",
            header = "Bring a coldkey back from its phrase or seed.",
            description = "Where the wallet still has the public file, the key must be that file's.")
    static final class RegenColdkey implements Callable<Integer> {
        @Mixin
        Saving saving = new Saving();

        @Mixin
        Keeping keeping = new Keeping();

        @Mixin
        WrittenDown writtenDown = new WrittenDown();

        @Override
        public Integer call() {
            WalletRef ref = saving.wallet.ref();
            saving.requireFree(ref.coldkeyFile());
            try (KeyMaterial key = writtenDown.key(saving.scheme)) {
                char[] password = keeping.password(saving.wallet);
                try (Wallet into = Wallet.create(ref)) {
                    keeping.save(saving, into, key, password);
                    return saving.done(ref);
                } finally {
                    Arrays.fill(password, '\0');
                }
            }
        }
    }

    /** {@code jbt wallet regen-hotkey}. */
    @Command(
            name = "regen-hotkey",
            header = "Bring a hotkey back from its phrase or seed.",
            description = "Where the wallet still has the public file, the key must be that file's.")
    static final class RegenHotkey implements Callable<Integer> {
        @Mixin
        Saving saving = new Saving();

        @Mixin
        WrittenDown writtenDown = new WrittenDown();

        @Override
        public Integer call() {
            WalletRef ref = saving.wallet.ref();
            saving.requireFree(ref.hotkeyFile());
            try (KeyMaterial key = writtenDown.key(saving.scheme);
                    Wallet into = Wallet.create(ref)) {
                saving.hotkey(into, key);
                return saving.done(ref);
            }
        }
    }
}
