package io.github.bittensor4j.wallet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.crypto.Signatures;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The official wallets as peers, in both directions. Runs where {@code PYTHON_PEERS_DIR} names a folder with a Python environment for
 * each of bittensor-wallet 4.0.1 ({@code wallet40}) and 4.1.1 ({@code wallet41}) and the SDK 11 ({@code sdk11}), and {@code
 * PYTHON_PEERS_TOOLS} the folder of {@code wallet_peer.py}; either as a system property or in the environment.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PythonPeersTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PASSWORD = "pässwörd of peers";
    private static final String MESSAGE = "message to sign";
    private static final String PHRASE =
            "old leopard transfer rib spatial phone calm indicate online fire caution review";

    @TempDir
    static Path base;

    private Path peers;
    private Path tool;
    private AccountId coldkey;
    private AccountId hotkey;

    static Stream<String> peers() {
        return Stream.of("wallet40", "wallet41", "sdk11");
    }

    /** One wallet of ours for all of them: each opening of its coldkey costs seconds. */
    @BeforeAll
    void find_the_peers_and_write_a_wallet() {
        peers = setting("PYTHON_PEERS_DIR");
        tool = setting("PYTHON_PEERS_TOOLS").resolve("wallet_peer.py");
        Assumptions.assumeTrue(Files.isRegularFile(tool), () -> "skipped: no " + tool);
        try (KeyMaterial cold = KeyMaterial.generate();
                KeyMaterial hot = KeyMaterial.generate();
                Wallet wallet = Wallet.create(new WalletRef(base, "ours", "hot"))) {
            wallet.saveColdkey(cold, Protection.password(PASSWORD.toCharArray()));
            wallet.saveHotkey(hot, Protection.none());
            coldkey = cold.account();
            hotkey = hot.account();
        }
    }

    private static Path setting(String name) {
        Optional<String> value =
                Optional.ofNullable(System.getProperty(name)).or(() -> Optional.ofNullable(System.getenv(name)));
        Assumptions.assumeTrue(value.isPresent(), () -> "skipped: " + name + " is not set");
        return Path.of(value.orElseThrow());
    }

    @ParameterizedTest
    @MethodSource("peers")
    void what_we_write_opens_there(String peer) throws Exception {
        JsonNode seen = run(peer, "show", "--path", base.toString(), "--name", "ours", "--hotkey", "hot");
        assertThat(seen.path("coldkey").asText()).isEqualTo(coldkey.ss58());
        assertThat(seen.path("hotkey").asText()).isEqualTo(hotkey.ss58());
        signed(
                run(peer, "sign", "--path", base.toString(), "--name", "ours", "--hotkey", "hot", "--message", MESSAGE),
                KeyScheme.SR25519,
                hotkey);
        signed(
                run(
                        peer,
                        "sign",
                        "--path",
                        base.toString(),
                        "--name",
                        "ours",
                        "--hotkey",
                        "hot",
                        "--role",
                        "coldkey",
                        "--password",
                        PASSWORD,
                        "--message",
                        MESSAGE),
                KeyScheme.SR25519,
                coldkey);
    }

    @ParameterizedTest
    @MethodSource("peers")
    void what_they_write_opens_here(String peer) throws Exception {
        JsonNode made = run(
                peer, "create", "--path", base.toString(), "--name", peer, "--hotkey", "hot", "--password", PASSWORD);
        try (Wallet wallet = Wallet.open(new WalletRef(base, peer, "hot"))) {
            assertThat(wallet.coldkeyFormat()).contains(KeyfileFormat.NACL);
            assertThat(wallet.coldkeyAccount().ss58())
                    .isEqualTo(made.path("coldkey").asText());
            assertThat(wallet.hotkeyAccount().ss58())
                    .isEqualTo(made.path("hotkey").asText());
            verified(peer, wallet.hotkey());
            Signer unlocked = wallet.coldkey(PASSWORD.toCharArray());
            assertThat(unlocked.account()).isEqualTo(wallet.coldkeyAccount());
            verified(peer, unlocked);
        }
    }

    @ParameterizedTest
    @MethodSource("peers")
    void phrases_seeds_and_derived_secrets_make_the_same_keys(String peer) throws Exception {
        try (Mnemonic mnemonic = Mnemonic.parse(PHRASE);
                KeyMaterial ours = KeyMaterial.fromMnemonic(KeyScheme.SR25519, mnemonic);
                SecretUri uri = SecretUri.parse(PHRASE + "//peer//7/soft");
                KeyMaterial derived = KeyMaterial.fromUri(KeyScheme.SR25519, uri)) {
            String seed = "0x" + HexFormat.of().formatHex(mnemonic.miniSecret());
            List<List<String>> sources = List.of(
                    List.of("--mnemonic", PHRASE),
                    List.of("--seed", seed),
                    List.of("--secret", PHRASE + "//peer//7/soft"));
            for (int i = 0; i < sources.size(); i++) {
                String name = peer + "-from-" + i;
                List<String> arguments = new ArrayList<>(
                        List.of("create", "--path", base.toString(), "--name", name, "--hotkey", "hot"));
                arguments.addAll(sources.get(i));
                AccountId expected = i == 2 ? derived.account() : ours.account();
                assertThat(run(peer, arguments.toArray(String[]::new))
                                .path("coldkey")
                                .asText())
                        .isEqualTo(expected.ss58());
                try (Wallet wallet = Wallet.open(new WalletRef(base, name, "hot"))) {
                    assertThat(wallet.coldkey().account()).isEqualTo(expected);
                    verified(peer, wallet.coldkey());
                    assertThat(wallet.hotkey().account()).isEqualTo(expected);
                }
            }
        }
    }

    /** bittensor-wallet 4.0 knows no ed25519. */
    @ParameterizedTest
    @ValueSource(strings = {"wallet41", "sdk11"})
    void an_ed25519_hotkey_of_ours_signs_there(String peer) throws Exception {
        try (Mnemonic mnemonic = Mnemonic.parse(PHRASE);
                KeyMaterial key = KeyMaterial.fromMnemonic(KeyScheme.ED25519, mnemonic);
                Wallet wallet = Wallet.create(new WalletRef(base, "ours-ed-" + peer, "hot"))) {
            wallet.saveColdkey(key, Protection.none());
            wallet.saveHotkey(key, Protection.none());
            signed(
                    run(
                            peer,
                            "sign",
                            "--path",
                            base.toString(),
                            "--name",
                            "ours-ed-" + peer,
                            "--hotkey",
                            "hot",
                            "--message",
                            MESSAGE),
                    KeyScheme.ED25519,
                    key.account());
        }
    }

    private static void signed(JsonNode result, KeyScheme scheme, AccountId who) {
        assertThat(result.path("address").asText()).isEqualTo(who.ss58());
        byte[] signature =
                HexFormat.of().parseHex(result.path("signature").asText().substring(2));
        assertThat(Signatures.verify(scheme, who, MESSAGE.getBytes(StandardCharsets.UTF_8), signature))
                .isTrue();
    }

    private void verified(String peer, Signer signer) throws Exception {
        String signature = "0x" + HexFormat.of().formatHex(SignedText.sign(signer, MESSAGE));
        assertThat(run(
                                peer,
                                "verify",
                                "--address",
                                signer.account().ss58(),
                                "--message",
                                MESSAGE,
                                "--signature",
                                signature)
                        .path("valid")
                        .asBoolean())
                .isTrue();
    }

    /** The last line that a peer prints. */
    private JsonNode run(String peer, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(peers.resolve(peer).resolve("bin/python").toString(), tool.toString()));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(base, "peer", ".out");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(
                        Files.createTempFile(base, "peer", ".in").toFile()));
        // Importing the official packages makes folders in the home directory.
        builder.environment().put("HOME", base.resolve("home").toString());
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        Process process = builder.start();
        if (!process.waitFor(300, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        String printed = Files.readString(out);
        assertThat(process.waitFor()).as(peer + ": " + printed).isZero();
        List<String> lines = printed.strip().lines().toList();
        return JSON.readTree(lines.get(lines.size() - 1));
    }
}
