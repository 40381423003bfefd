package io.github.bittensor4j.protocol.internal;

import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.auth.Receipt;
import io.github.bittensor4j.core.auth.SignedRequest;
import java.util.HexFormat;
import java.util.OptionalLong;

/** What travels of a receipt: {@code scheme 0xsignature}. The rest the caller knows better than anybody who could tell it. */
public final class ReceiptHeader {
    /** In a request {@code 1}: the answer is to be signed. Beside the answer: the receipt. */
    public static final String NAME = "bittensor4j-receipt";

    /** The only value of a request's header. */
    public static final String ASKED = "1";

    private ReceiptHeader() {}

    /**
     * Writes a receipt's own part.
     *
     * @param receipt the receipt
     * @return the header's value
     */
    public static String write(Receipt receipt) {
        return receipt.scheme().label() + " 0x" + HexFormat.of().formatHex(receipt.signature());
    }

    /**
     * Puts a receipt together from what came and what this side knows, and checks it.
     *
     * @param value what came
     * @param request what was asked
     * @param parts how many parts came; empty for a whole answer
     * @param answerSha256 over what came
     * @return a receipt whose signature holds
     * @throws WireException {@code auth.receipt} when it does not, or is of another form
     */
    public static Receipt read(String value, SignedRequest request, OptionalLong parts, byte[] answerSha256) {
        String[] words = value.split(" 0x", 2);
        if (words.length == 2) {
            try {
                Receipt receipt = new Receipt(
                        request,
                        KeyScheme.labelled(words[0])
                                .orElseThrow(() -> new InvalidValueException("receipt.scheme", words[0], "")),
                        parts,
                        answerSha256,
                        HexFormat.of().parseHex(words[1]));
                if (write(receipt).equals(value) && receipt.isValid()) {
                    return receipt;
                }
            } catch (InvalidValueException | IllegalArgumentException e) {
                // said below
            }
        }
        throw new WireException("auth.receipt", "the answer's receipt is not the target's signature over this answer");
    }
}
