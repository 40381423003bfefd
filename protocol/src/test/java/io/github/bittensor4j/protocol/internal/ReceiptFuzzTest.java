package io.github.bittensor4j.protocol.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.auth.Receipt;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.testkit.Mutations;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is said to be a receipt: it is read in its one spelling, and holds only if its signer made it. */
class ReceiptFuzzTest {
    private static final byte[] ANSWER = {1, 2, 3};
    private static final List<Receipt> MADE = made();

    private static List<Receipt> made() {
        List<Receipt> all = new ArrayList<>();
        Keypair caller = Keypair.fromSeed(KeyScheme.SR25519, new byte[32]);
        for (KeyScheme scheme : KeyScheme.values()) {
            Keypair axon = Keypair.fromSeed(scheme, Hashes.sha256(new byte[] {5}));
            SignedRequest request = SignedRequest.of(
                    KeyScheme.SR25519,
                    "POST",
                    "/echo?a=b",
                    ANSWER,
                    1_767_225_600_000_000_000L,
                    caller.account(),
                    Optional.of(axon.account()));
            Receipt.Parts parts = new Receipt.Parts();
            parts.add(ANSWER);
            all.add(Receipt.sign(axon, request, ANSWER));
            all.add(Receipt.sign(axon, request, parts));
        }
        return all;
    }

    static List<byte[]> texts() {
        return MADE.stream()
                .map(receipt -> receipt.encode().getBytes(StandardCharsets.US_ASCII))
                .toList();
    }

    @MethodSource("texts")
    @FuzzTest
    void a_text_is_read_in_one_spelling_and_holds_only_if_it_was_signed(byte[] text) {
        String given = new String(text, StandardCharsets.ISO_8859_1);
        Receipt receipt;
        try {
            receipt = Receipt.decode(given);
        } catch (InvalidValueException e) {
            assertThat(e.code()).isEqualTo("receipt.text");
            return;
        }
        assertThat(receipt.encode()).isEqualTo(given);
        assertThat(receipt.isValid()).isEqualTo(MADE.contains(receipt));
    }

    @Test
    @Timeout(120)
    void mutated_texts() {
        Mutations.each(81, 5_000, texts(), this::a_text_is_read_in_one_spelling_and_holds_only_if_it_was_signed);
    }

    static List<byte[]> headers() {
        return MADE.stream()
                .map(receipt -> ReceiptHeader.write(receipt).getBytes(StandardCharsets.US_ASCII))
                .toList();
    }

    @MethodSource("headers")
    @FuzzTest
    void a_header_is_taken_only_as_it_was_sent(byte[] header) {
        String given = new String(header, StandardCharsets.ISO_8859_1);
        for (Receipt made : MADE) {
            OptionalLong parts = made.parts();
            try {
                Receipt read = ReceiptHeader.read(given, made.request(), parts, made.answerSha256());
                assertThat(read).isEqualTo(made);
                assertThat(given).isEqualTo(ReceiptHeader.write(made));
            } catch (WireException e) {
                assertThat(e.code()).isEqualTo("auth.receipt");
            }
        }
    }

    @Test
    @Timeout(120)
    void mutated_headers() {
        Mutations.each(82, 3_000, headers(), this::a_header_is_taken_only_as_it_was_sent);
    }
}
