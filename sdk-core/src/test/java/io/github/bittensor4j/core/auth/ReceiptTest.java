package io.github.bittensor4j.core.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Keypair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceiptTest {
    private static final byte[] BODY = "{\"prompt\": \"hello\"}".getBytes(UTF_8);
    private static final byte[] ANSWER = "{\"text\": \"HELLO\"}".getBytes(UTF_8);
    private static final Path DOCS = Path.of("..", "docs");

    private static Keypair ed(String seed) {
        return Keypair.fromSeed(KeyScheme.ED25519, HexFormat.of().parseHex(seed));
    }

    private static Keypair alice() {
        return ed("abf8e5bdbe30c65656c0a3cbd181ff8a56294a69dfedd27982aace4a76909115");
    }

    private static Keypair miner() {
        return ed("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    }

    private static SignedRequest request(AccountId sender, KeyScheme scheme, AccountId receiver) {
        return SignedRequest.of(
                scheme, "POST", "/generate?stream=false", BODY, 1752076800000000000L, sender, Optional.of(receiver));
    }

    private static Receipt.Parts parts(String... parts) {
        Receipt.Parts all = new Receipt.Parts();
        for (String part : parts) {
            all.add(part.getBytes(UTF_8));
        }
        return all;
    }

    private static List<Receipt> golden() {
        try (Keypair alice = alice();
                Keypair miner = miner()) {
            SignedRequest request = request(alice.account(), alice.scheme(), miner.account());
            return List.of(Receipt.sign(miner, request, ANSWER), Receipt.sign(miner, request, parts("HE", "LLO")));
        }
    }

    private static List<String> published() throws IOException {
        List<String> blocks = new ArrayList<>();
        for (String block : Files.readString(DOCS.resolve("receipts.md")).split("```\n")) {
            if (block.startsWith("bittensor4j-receipt/1\n")) {
                blocks.add(block.strip());
            }
        }
        return blocks;
    }

    @Test
    void the_published_examples_are_what_is_signed() throws IOException {
        assertThat(golden().stream().map(Receipt::encode)).isEqualTo(published());
    }

    @Test
    void a_receipt_holds_by_its_own_bytes() throws IOException {
        for (String text : published()) {
            Receipt receipt = Receipt.decode(text);
            assertThat(receipt.isValid()).isTrue();
            assertThat(receipt.encode()).isEqualTo(text);
            assertThat(receipt).isIn(golden());
        }
    }

    @Test
    void it_covers_its_answer_and_no_other() {
        Receipt whole = golden().get(0);
        assertThat(whole.covers(ANSWER)).isTrue();
        assertThat(whole.covers("{\"text\": \"HELL\"}".getBytes(UTF_8))).isFalse();
        assertThat(whole.covers(parts("{\"text\": \"HELLO\"}"))).isFalse();
        Receipt inParts = golden().get(1);
        assertThat(inParts.covers(parts("HE", "LLO"))).isTrue();
        assertThat(List.of(parts("HEL", "LO"), parts("HELLO"), parts("LLO", "HE"), parts("HE", "LLO", ""), parts()))
                .noneMatch(inParts::covers);
        assertThat(inParts.covers("HELLO".getBytes(UTF_8))).isFalse();
    }

    @Test
    void no_change_of_any_line_holds() {
        try (Keypair bob = Keypair.development("Bob");
                Keypair eve = Keypair.development("Eve")) {
            SignedRequest request = request(eve.account(), eve.scheme(), bob.account());
            Receipt honest = Receipt.sign(bob, request, ANSWER);
            assertThat(honest.isValid()).isTrue();
            byte[] hash = honest.answerSha256();
            byte[] signature = honest.signature();
            SignedRequest other = request(eve.account(), eve.scheme(), eve.account());
            byte[] flipped = signature.clone();
            flipped[3] ^= 1;
            assertThat(List.of(
                            new Receipt(other, KeyScheme.SR25519, OptionalLong.empty(), hash, signature),
                            new Receipt(request, KeyScheme.ED25519, OptionalLong.empty(), hash, signature),
                            new Receipt(request, KeyScheme.SR25519, OptionalLong.of(1), hash, signature),
                            new Receipt(
                                    request, KeyScheme.SR25519, OptionalLong.empty(), Hashes.sha256(BODY), signature),
                            new Receipt(request, KeyScheme.SR25519, OptionalLong.empty(), hash, flipped)))
                    .noneMatch(Receipt::isValid);
        }
    }

    @Test
    void a_request_is_never_taken_for_a_receipt_nor_the_other_way() {
        try (Keypair alice = alice();
                Keypair miner = miner()) {
            SignedRequest request = request(alice.account(), alice.scheme(), miner.account());
            byte[] signature = request.sign(alice);
            Receipt claimed = new Receipt(
                    request(miner.account(), miner.scheme(), alice.account()),
                    KeyScheme.ED25519,
                    OptionalLong.empty(),
                    Hashes.sha256(ANSWER),
                    signature);
            assertThat(claimed.isValid()).isFalse();
        }
    }

    @Test
    void only_the_receiver_signs_and_only_for_bound_requests() {
        try (Keypair alice = alice();
                Keypair miner = miner()) {
            SignedRequest bound = request(alice.account(), alice.scheme(), miner.account());
            assertThatThrownBy(() -> Receipt.sign(alice, bound, ANSWER)).isInstanceOf(InvalidValueException.class);
            SignedRequest unbound =
                    SignedRequest.of(KeyScheme.ED25519, "POST", "/", BODY, 1, alice.account(), Optional.empty());
            assertThatThrownBy(() -> Receipt.sign(miner, unbound, ANSWER)).isInstanceOf(InvalidValueException.class);
        }
    }

    @Test
    void text_of_another_spelling_is_refused() {
        String honest = golden().get(0).encode();
        String[] lines = honest.split("\n");
        List<String> bad = new ArrayList<>(List.of(
                "",
                "\n",
                honest + "\n",
                "\n" + honest,
                honest.replace("\n", "\r\n"),
                honest.replace("receipt/1", "receipt/2"),
                honest.replace("\n-\n", "\n-1\n"),
                honest.replace("\n-\n", "\n007\n"),
                honest.replace("\n-\n", "\n99999999999999999999\n"),
                honest.replace(lines[3], lines[3].toUpperCase(java.util.Locale.ROOT)),
                honest.replace("ed25519\n-", "ED25519\n-"),
                honest.replace("POST", "post"),
                honest.replace("\n1752076800000000000\n", "\n01752076800000000000\n"),
                honest.replace(lines[11], "-"),
                honest.replace("0x", "0X"),
                honest.substring(0, honest.length() - 2),
                honest + "00",
                "bittensor4j-receipt/1\n".repeat(13),
                "x".repeat(Receipt.MAX_LENGTH + 1)));
        for (int line = 0; line < lines.length; line++) {
            List<String> without = new ArrayList<>(List.of(lines));
            without.remove(line);
            bad.add(String.join("\n", without));
        }
        assertThat(bad)
                .allSatisfy(text ->
                        assertThatThrownBy(() -> Receipt.decode(text)).isInstanceOf(InvalidValueException.class));
    }

    @Test
    void a_checker_in_another_language_agrees(@TempDir Path folder) throws Exception {
        assumeThat(python("--version", folder)).as("python3 is here").isZero();
        Path script = DOCS.resolve("check_receipt.py").toAbsolutePath();
        int number = 0;
        for (String text : published()) {
            Path file = Files.writeString(folder.resolve(number++ + ".txt"), text);
            assertThat(python(script.toString(), file)).isZero();
            Path changed = Files.writeString(folder.resolve(number++ + ".txt"), text.replace("generate", "Generate"));
            assertThat(python(script.toString(), changed)).isEqualTo(1);
        }
    }

    private static int python(String program, Path file) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder("python3", program, file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(file.resolveSibling("out.log").toFile())
                    .start();
        } catch (IOException e) {
            return -1;
        }
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return -2;
        }
        return process.exitValue();
    }
}
