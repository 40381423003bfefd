package io.github.bittensor4j.core.auth;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Signatures;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * A neuron's signature over one answer that it gave to one request: proof, to anybody, that this hotkey answered just that. It stands by
 * itself: its text holds all that is signed, so that who has it needs neither the caller nor the neuron to check it. docs/receipts.md has
 * the layout and an example.
 *
 * <p>It proves neither that the caller signed the request (that is the request's own signature) nor that the answer is a good one.
 *
 * @param request what was asked, by whom, of whom; its receiver is who signed this receipt
 * @param scheme how the receiver signs
 * @param parts how many parts the answer had; empty for an answer that came as a whole
 * @param answerSha256 SHA-256 of the answer's bytes as they were sent, of one in parts that of {@link Parts}; 32 bytes
 * @param signature the receiver's, 64 bytes
 */
public record Receipt(
        SignedRequest request, KeyScheme scheme, OptionalLong parts, byte[] answerSha256, byte[] signature) {

    /** The longest text that {@link #decode} reads, in characters. */
    public static final int MAX_LENGTH = 16 << 10;

    private static final String VERSION = "bittensor4j-receipt/1";
    private static final String WHOLE = "-";
    private static final int OWN_LINES = 4;
    private static final int HASH_BYTES = 32;
    private static final int SIGNATURE_BYTES = 64;

    /**
     * Checks the shape, not the signature.
     *
     * @throws InvalidValueException {@code receipt.receiver}, {@code receipt.parts}, {@code receipt.hash} or {@code receipt.signature}
     */
    public Receipt {
        Objects.requireNonNull(scheme, "scheme");
        if (request.receiver().isEmpty()) {
            throw new InvalidValueException(
                    "receipt.receiver", "receipt for a request that is bound to no receiver", "Bind the request.");
        }
        if (parts.isPresent() && parts.getAsLong() < 0) {
            throw new InvalidValueException(
                    "receipt.parts", "receipt's parts: " + parts.getAsLong() + " (expected: not negative)", "");
        }
        if (answerSha256.length != HASH_BYTES) {
            throw new InvalidValueException(
                    "receipt.hash", "answer hash length: " + answerSha256.length + " (expected: 32 bytes)", "");
        }
        if (signature.length != SIGNATURE_BYTES) {
            throw new InvalidValueException(
                    "receipt.signature", "signature length: " + signature.length + " (expected: 64 bytes)", "");
        }
        answerSha256 = answerSha256.clone();
        signature = signature.clone();
    }

    /**
     * Signs an answer that is sent as a whole.
     *
     * @param receiver the request's receiver
     * @param request what was asked
     * @param answer the answer's bytes as they are sent
     * @return the receipt
     * @throws InvalidValueException {@code receipt.receiver} when another than the request's receiver signs
     */
    public static Receipt sign(Signer receiver, SignedRequest request, byte[] answer) {
        return sign(receiver, request, OptionalLong.empty(), Hashes.sha256(answer));
    }

    /**
     * Signs an answer whose parts have all been sent.
     *
     * @param receiver the request's receiver
     * @param request what was asked
     * @param parts every part, in order
     * @return the receipt
     * @throws InvalidValueException {@code receipt.receiver} when another than the request's receiver signs
     */
    public static Receipt sign(Signer receiver, SignedRequest request, Parts parts) {
        return sign(receiver, request, OptionalLong.of(parts.count()), parts.sha256());
    }

    private static Receipt sign(Signer receiver, SignedRequest request, OptionalLong parts, byte[] sha256) {
        Receipt unsigned = new Receipt(request, receiver.scheme(), parts, sha256, new byte[SIGNATURE_BYTES]);
        if (!unsigned.signer().equals(receiver.account())) {
            throw new InvalidValueException(
                    "receipt.receiver",
                    "receipt by " + receiver.account() + " (expected: by the request's receiver, " + unsigned.signer()
                            + ")",
                    "");
        }
        return new Receipt(request, receiver.scheme(), parts, sha256, receiver.sign(unsigned.signed()));
    }

    /**
     * Whose signature this is: the request's receiver.
     *
     * @return the neuron's hotkey
     */
    public AccountId signer() {
        return request.receiver().orElseThrow();
    }

    /**
     * SHA-256 of the answer, or that of {@link Parts}.
     *
     * @return a copy, 32 bytes
     */
    @Override
    public byte[] answerSha256() {
        return answerSha256.clone();
    }

    /**
     * The signature.
     *
     * @return a copy, 64 bytes
     */
    @Override
    public byte[] signature() {
        return signature.clone();
    }

    /**
     * The bytes that are signed: four lines and the eight of the request's own payload, joined by line feeds, none at the end. The first
     * line keeps it apart from everything else that a hotkey signs.
     *
     * @return a new array
     */
    public byte[] signed() {
        return (String.join(
                                "\n",
                                VERSION,
                                scheme.label(),
                                parts.isPresent() ? Long.toString(parts.getAsLong()) : WHOLE,
                                HexFormat.of().formatHex(answerSha256))
                        + "\n"
                        + new String(request.payload(), StandardCharsets.US_ASCII))
                .getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Whether the signature is the signer's over all of this.
     *
     * @return false also for the account of zeros, for which anybody could sign
     */
    public boolean isValid() {
        return !signer().isZero() && Signatures.verify(scheme, signer(), signed(), signature);
    }

    /**
     * Whether this is about an answer that came as a whole and had these bytes. Says nothing about the signature.
     *
     * @param answer the answer's bytes as they came
     * @return whether the hash is theirs
     */
    public boolean covers(byte[] answer) {
        return parts.isEmpty() && Arrays.equals(answerSha256, Hashes.sha256(answer));
    }

    /**
     * Whether this is about an answer of just these parts. Says nothing about the signature.
     *
     * @param all every part, in the order in which it came
     * @return whether number and hash are theirs
     */
    public boolean covers(Parts all) {
        return parts.equals(OptionalLong.of(all.count())) && Arrays.equals(answerSha256, all.sha256());
    }

    /**
     * All of it as text: what is signed, and a last line with {@code 0x} and the signature in lower-case hex.
     *
     * @return thirteen lines of visible ASCII joined by line feeds
     */
    public String encode() {
        return new String(signed(), StandardCharsets.US_ASCII) + "\n0x"
                + HexFormat.of().formatHex(signature);
    }

    /**
     * Reads a receipt. The signature is not checked: {@link #isValid()} does.
     *
     * @param text as {@link #encode()} writes it
     * @return the receipt
     * @throws InvalidValueException {@code receipt.text} when {@link #encode()} of no receipt is exactly this text
     */
    public static Receipt decode(String text) {
        String[] lines = text.length() > MAX_LENGTH ? new String[0] : text.split("\n", OWN_LINES + 1);
        int end = text.lastIndexOf('\n');
        if (lines.length == OWN_LINES + 1 && lines[0].equals(VERSION)) {
            try {
                String payload = lines[OWN_LINES];
                Receipt receipt = new Receipt(
                        SignedRequest.parse(payload.substring(0, Math.max(0, payload.lastIndexOf('\n')))),
                        KeyScheme.labelled(lines[1]).orElseThrow(),
                        lines[2].equals(WHOLE) ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(lines[2])),
                        HexFormat.of().parseHex(lines[3]),
                        HexFormat.of().parseHex(text, Math.min(end + 3, text.length()), text.length()));
                if (receipt.encode().equals(text)) {
                    return receipt;
                }
            } catch (InvalidValueException | IllegalArgumentException | NoSuchElementException e) {
                // said below, for every line alike
            }
        }
        throw new InvalidValueException(
                "receipt.text",
                "not a receipt (expected: " + VERSION + " and twelve more lines, each in its one spelling)",
                "");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Receipt that
                && request.equals(that.request)
                && scheme == that.scheme
                && parts.equals(that.parts)
                && Arrays.equals(answerSha256, that.answerSha256)
                && Arrays.equals(signature, that.signature);
    }

    @Override
    public int hashCode() {
        return Objects.hash(request, scheme, parts, Arrays.hashCode(answerSha256), Arrays.hashCode(signature));
    }

    /** Who signed what, without the hashes. */
    @Override
    public String toString() {
        return VERSION + " " + scheme.label() + " by " + signer() + " for " + request;
    }

    /**
     * The parts of a streamed answer, added up as they go or come: beginning with 32 zero bytes, the hash after a part is SHA-256 over the
     * hash before it and SHA-256 of the part, so that no part can end earlier or later than it did. Not thread-safe.
     */
    public static final class Parts {
        private byte[] hash = new byte[HASH_BYTES];
        private long count;

        /** No part yet. */
        public Parts() {}

        /**
         * One more part.
         *
         * @param part its bytes as they are sent
         */
        public void add(byte[] part) {
            byte[] both = Arrays.copyOf(hash, 2 * HASH_BYTES);
            System.arraycopy(Hashes.sha256(part), 0, both, HASH_BYTES, HASH_BYTES);
            hash = Hashes.sha256(both);
            count++;
        }

        /**
         * How many there were.
         *
         * @return at least zero
         */
        public long count() {
            return count;
        }

        /**
         * The hash over all of them.
         *
         * @return a copy, 32 bytes
         */
        public byte[] sha256() {
            return hash.clone();
        }
    }
}
