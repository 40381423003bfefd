package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.auth.Receipt;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.protocol.internal.ReceiptHeader;

/** Signs the answer of one call whose caller asked for that. Used by the handler's thread alone. */
final class Notary {
    private final Signer hotkey;
    private final SignedRequest request;
    private final Receipt.Parts parts = new Receipt.Parts();

    Notary(Signer hotkey, SignedRequest request) {
        this.hotkey = hotkey;
        this.request = request;
    }

    /** The receipt of an answer that goes as a whole. */
    String whole(byte[] answer) {
        return ReceiptHeader.write(Receipt.sign(hotkey, request, answer));
    }

    void part(byte[] part) {
        parts.add(part);
    }

    /** The receipt of all parts. */
    String inParts() {
        return ReceiptHeader.write(Receipt.sign(hotkey, request, parts));
    }
}
