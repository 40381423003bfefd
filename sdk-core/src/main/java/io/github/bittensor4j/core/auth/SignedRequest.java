package io.github.bittensor4j.core.auth;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BittensorException;
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
import java.util.Optional;

/**
 * One request as btauth/1 signs it: what is asked, of whom, by whom and when. No part of it can hold a line break, so two different
 * requests never share a payload.
 *
 * @param scheme how the sender signs; a verifier takes it from what it trusts about the sender, not from the request
 * @param method the HTTP method, upper case; {@code POST} for gRPC
 * @param target the request target as sent: percent-encoded path and {@code ?query} if any; {@code /package.Service/Method} for gRPC
 * @param bodySha256 SHA-256 of the raw body, 32 bytes
 * @param nonce the time of signing in nanoseconds since 1970, not negative; fresh for every attempt
 * @param sender the signing hotkey
 * @param receiver the hotkey that is called; empty for a request that anybody may answer, which servers refuse by default
 */
public record SignedRequest(
        KeyScheme scheme,
        String method,
        String target,
        byte[] bodySha256,
        long nonce,
        AccountId sender,
        Optional<AccountId> receiver) {

    private static final String VERSION = "btauth/1";
    private static final String UNBOUND = "-";
    private static final int LINES = 8;

    /**
     * Checks every part.
     *
     * @throws InvalidValueException when the method is not of A to Z, the target does not begin with a slash or holds anything but
     *     visible ASCII, the hash is not of 32 bytes, or the nonce is negative
     */
    public SignedRequest {
        Objects.requireNonNull(scheme, "scheme");
        Objects.requireNonNull(sender, "sender");
        Objects.requireNonNull(receiver, "receiver");
        if (method.isEmpty() || !isWithin(method, 'A', 'Z')) {
            throw new InvalidValueException(
                    "request.method",
                    "request method: \"" + printable(method) + "\" (expected: upper-case letters)",
                    "");
        }
        if (!target.startsWith("/") || !isWithin(target, '!', '~')) {
            throw new InvalidValueException(
                    "request.target",
                    "request target: \"" + printable(target) + "\" (expected: a slash, then visible ASCII)",
                    "Percent-encode the path exactly as it is sent.");
        }
        if (bodySha256.length != 32) {
            throw new InvalidValueException(
                    "request.body", "body hash length: " + bodySha256.length + " (expected: 32 bytes)", "");
        }
        if (nonce < 0) {
            throw new InvalidValueException(
                    "request.nonce", "nonce: " + nonce + " (expected: nanoseconds since 1970, not negative)", "");
        }
        bodySha256 = bodySha256.clone();
    }

    private static boolean isWithin(String text, char least, char most) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < least || text.charAt(i) > most) {
                return false;
            }
        }
        return true;
    }

    private static String printable(String text) {
        String shown = text.length() > 64 ? text.substring(0, 64) + "..." : text;
        return shown.replaceAll("[^ -~]", "?");
    }

    /**
     * A request by its body.
     *
     * @param scheme how the sender signs
     * @param method the HTTP method, upper case
     * @param target the request target as sent
     * @param body the raw body; its hash is taken
     * @param nonce nanoseconds since 1970
     * @param sender the signing hotkey
     * @param receiver the hotkey that is called
     * @return the request
     * @throws InvalidValueException as the constructor
     */
    public static SignedRequest of(
            KeyScheme scheme,
            String method,
            String target,
            byte[] body,
            long nonce,
            AccountId sender,
            Optional<AccountId> receiver) {
        return new SignedRequest(scheme, method, target, Hashes.sha256(body), nonce, sender, receiver);
    }

    /**
     * SHA-256 of the raw body.
     *
     * @return a copy, 32 bytes
     */
    @Override
    public byte[] bodySha256() {
        return bodySha256.clone();
    }

    /**
     * The bytes that are signed: eight lines of UTF-8 joined by line feeds, none at the end.
     *
     * @return a new array
     */
    public byte[] payload() {
        return String.join(
                        "\n",
                        VERSION,
                        scheme.label(),
                        method,
                        target,
                        HexFormat.of().formatHex(bodySha256),
                        Long.toString(nonce),
                        sender.ss58(),
                        receiver.map(AccountId::ss58).orElse(UNBOUND))
                .getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads a payload back.
     *
     * @param payload eight lines, as {@link #payload()} writes them
     * @return the request
     * @throws InvalidValueException {@code request.payload} when {@link #payload()} of no request is exactly this text
     */
    public static SignedRequest parse(String payload) {
        String[] lines = payload.split("\n", -1);
        if (lines.length == LINES && lines[0].equals(VERSION)) {
            try {
                SignedRequest request = new SignedRequest(
                        KeyScheme.labelled(lines[1]).orElseThrow(),
                        lines[2],
                        lines[3],
                        HexFormat.of().parseHex(lines[4]),
                        Long.parseLong(lines[5]),
                        AccountId.fromSs58(lines[6]),
                        lines[7].equals(UNBOUND) ? Optional.empty() : Optional.of(AccountId.fromSs58(lines[7])));
                if (new String(request.payload(), StandardCharsets.US_ASCII).equals(payload)) {
                    return request;
                }
            } catch (BittensorException | IllegalArgumentException | NoSuchElementException e) {
                // said below, for every line alike
            }
        }
        throw new InvalidValueException(
                "request.payload",
                "not the payload of a signed request (expected: " + VERSION
                        + " and seven more lines, each in its one spelling)",
                "");
    }

    /**
     * Signs this request.
     *
     * @param signer the sender's key
     * @return the signature, 64 bytes
     * @throws InvalidValueException when the signer is another account or signs otherwise than this request says
     */
    public byte[] sign(Signer signer) {
        if (!signer.account().equals(sender) || signer.scheme() != scheme) {
            throw new InvalidValueException(
                    "request.signer",
                    "signer: " + signer.scheme().label() + " key of " + signer.account() + " (expected: "
                            + scheme.label() + " key of " + sender + ")",
                    "Build the request from the signer's own account and scheme.");
        }
        return signer.sign(payload());
    }

    /**
     * Whether a signature is the sender's, over exactly this request. Freshness and replay are the server's to check.
     *
     * @param signature of any length and content
     * @return false also for the account of zeros, for which anybody could sign
     */
    public boolean isSignedBy(byte[] signature) {
        return !sender.isZero() && Signatures.verify(scheme, sender, payload(), signature);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SignedRequest that
                && scheme == that.scheme
                && method.equals(that.method)
                && target.equals(that.target)
                && Arrays.equals(bodySha256, that.bodySha256)
                && nonce == that.nonce
                && sender.equals(that.sender)
                && receiver.equals(that.receiver);
    }

    @Override
    public int hashCode() {
        return Objects.hash(scheme, method, target, Arrays.hashCode(bodySha256), nonce, sender, receiver);
    }

    /** The payload's fields on one line. */
    @Override
    public String toString() {
        return VERSION + " " + scheme.label() + " " + method + " " + target + " nonce " + nonce + " from " + sender
                + " to " + receiver.map(AccountId::ss58).orElse(UNBOUND);
    }
}
