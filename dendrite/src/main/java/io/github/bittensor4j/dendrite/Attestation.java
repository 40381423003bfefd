package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.auth.Receipt;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.protocol.internal.ReceiptHeader;
import io.github.bittensor4j.protocol.internal.WireException;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Follows one answer whose receipt was asked for, and checks that at the end. For one thread at a time. */
final class Attestation {
    private final boolean inParts;
    private final Receipt.Parts parts = new Receipt.Parts();
    private byte @Nullable [] whole;
    private volatile @Nullable SignedRequest request;

    Attestation(boolean inParts) {
        this.inParts = inParts;
    }

    /** What was signed, as it went out. */
    void asked(SignedRequest signed) {
        request = signed;
    }

    void part(byte[] bytes) {
        if (inParts) {
            parts.add(bytes);
        } else {
            whole = Hashes.sha256(bytes);
        }
    }

    /**
     * The answer is complete.
     *
     * @param receipt what came beside it, if anything
     */
    End complete(@Nullable String receipt) {
        SignedRequest signed = request;
        byte[] hash = inParts ? parts.sha256() : whole;
        if (receipt == null || signed == null || hash == null) {
            return new End.Invalid("the answer came without the receipt that was asked for");
        }
        try {
            return new End.Whole(Optional.of(ReceiptHeader.read(
                    receipt, signed, inParts ? OptionalLong.of(parts.count()) : OptionalLong.empty(), hash)));
        } catch (WireException e) {
            return new End.Invalid(String.valueOf(e.getMessage()));
        }
    }
}
