package io.github.bittensor4j.protocol.internal.session;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Signatures;
import io.github.bittensor4j.protocol.internal.WireException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Two messages, after which both sides hold the keys of a session. The caller's, a fresh X25519 key, is the body of a btauth/1 request, so
 * that it is signed, fresh and bound to its receiver as every request is. The axon's carries its own fresh key and its hotkey's signature
 * over everything: the caller's whole request, its own key, and the key with which its end of the connection speaks TLS.
 */
public final class Handshake {
    /** The request target of a session. */
    public static final String TARGET = "/bittensor4j.v1.Neuron/Session";

    private static final String VERSION = "bittensor4j-session/1";
    private static final int VERSION_BYTE = 1;
    private static final int HELLO_BYTES = 1 + Secrets.BYTES;
    private static final int SIGNATURE_BYTES = 64;
    private static final int ACCEPT_BYTES = HELLO_BYTES + 1 + Secrets.BYTES + Integer.BYTES + SIGNATURE_BYTES;
    private static final byte[] PLAIN = new byte[Secrets.BYTES];

    private Handshake() {}

    /**
     * The keys of a session, one for each direction.
     *
     * @param callers for what the caller sends
     * @param axons for what the axon sends
     * @param calls how many calls the axon takes at once
     */
    public record Keys(byte[] callers, byte[] axons, int calls) {}

    /**
     * What both messages are bound to: SHA-256 of the axon's public key on this connection.
     *
     * @param axonsKey the key of the axon's TLS certificate; empty on a connection without TLS
     * @return 32 bytes; zeros without TLS
     */
    public static byte[] channel(Optional<PublicKey> axonsKey) {
        return axonsKey.map(key -> Hashes.sha256(key.getEncoded())).orElseGet(PLAIN::clone);
    }

    /** The caller's side of one handshake. For one use. */
    public static final class Caller {
        private final KeyPair own = Secrets.ephemeral();

        /** A fresh key. */
        public Caller() {}

        /**
         * The first message, to be sent as the body of a request that btauth/1 signs.
         *
         * @return 33 bytes
         */
        public byte[] hello() {
            return message(own);
        }

        /**
         * Checks the axon's answer.
         *
         * @param request the signed request whose body was {@link #hello()}
         * @param accept what came back
         * @param channel of the connection as this side sees it
         * @return the keys
         * @throws WireException {@code auth.session} when the answer is not signed by the request's receiver over just this handshake on
         *     just this channel
         */
        public Keys finish(SignedRequest request, byte[] accept, byte[] channel) {
            if (accept.length != ACCEPT_BYTES || accept[0] != VERSION_BYTE || (accept[HELLO_BYTES] & 0xfe) != 0) {
                throw new WireException("auth.session", "the axon's answer to the handshake is of another form");
            }
            byte[] theirs = Arrays.copyOfRange(accept, 1, HELLO_BYTES);
            KeyScheme scheme = accept[HELLO_BYTES] == 0 ? KeyScheme.ED25519 : KeyScheme.SR25519;
            int end = ACCEPT_BYTES - SIGNATURE_BYTES;
            int calls = ByteBuffer.wrap(accept).getInt(end - Integer.BYTES);
            byte[] signed = signed(request, scheme, theirs, channel, calls);
            AccountId axon = request.receiver().orElseThrow();
            if (!Arrays.equals(channel, Arrays.copyOfRange(accept, HELLO_BYTES + 1, end - Integer.BYTES))) {
                throw new WireException(
                        "auth.session",
                        "the axon speaks on another channel than this: somebody stands between, or ends its TLS");
            }
            if (axon.isZero()
                    || !Signatures.verify(scheme, axon, signed, Arrays.copyOfRange(accept, end, ACCEPT_BYTES))) {
                throw new WireException(
                        "auth.session",
                        "the axon's answer to the handshake is not signed by the hotkey that was asked");
            }
            return keys(own, theirs, signed, calls);
        }
    }

    /**
     * The axon's side.
     *
     * @param axon the receiver's key
     * @param request what came, its signature and freshness checked
     * @param hello its body
     * @param channel of the connection as this side sees it
     * @param calls how many calls are taken at once
     * @return the answer and the keys
     * @throws WireException {@code call.invalid} when the body is no hello
     */
    public static Accepted accept(Signer axon, SignedRequest request, byte[] hello, byte[] channel, int calls) {
        if (hello.length != HELLO_BYTES || hello[0] != VERSION_BYTE) {
            throw new WireException("call.invalid", "the body is not the first message of a session");
        }
        KeyPair own = Secrets.ephemeral();
        byte[] signed = signed(request, axon.scheme(), Secrets.raw(own), channel, calls);
        Keys keys;
        try {
            keys = keys(own, Arrays.copyOfRange(hello, 1, HELLO_BYTES), signed, calls);
        } catch (WireException e) {
            throw new WireException("call.invalid", "the caller's key is none");
        }
        byte[] answer = Arrays.copyOf(message(own), ACCEPT_BYTES);
        answer[HELLO_BYTES] = (byte) axon.scheme().multiSignatureIndex();
        System.arraycopy(channel, 0, answer, HELLO_BYTES + 1, Secrets.BYTES);
        ByteBuffer.wrap(answer).putInt(HELLO_BYTES + 1 + Secrets.BYTES, calls);
        System.arraycopy(axon.sign(signed), 0, answer, ACCEPT_BYTES - SIGNATURE_BYTES, SIGNATURE_BYTES);
        return new Accepted(answer, keys);
    }

    /**
     * What the axon made of a hello.
     *
     * @param answer to be sent
     * @param keys of the session
     */
    public record Accepted(byte[] answer, Keys keys) {}

    private static byte[] message(KeyPair own) {
        byte[] message = new byte[HELLO_BYTES];
        message[0] = VERSION_BYTE;
        System.arraycopy(Secrets.raw(own), 0, message, 1, Secrets.BYTES);
        return message;
    }

    /** The transcript: everything that was said, and where. Five lines and the eight of the request. */
    private static byte[] signed(SignedRequest request, KeyScheme scheme, byte[] axonsKey, byte[] channel, int calls) {
        HexFormat hex = HexFormat.of();
        return String.join(
                        "\n",
                        VERSION,
                        scheme.label(),
                        hex.formatHex(axonsKey),
                        hex.formatHex(channel),
                        Integer.toString(calls),
                        new String(request.payload(), StandardCharsets.US_ASCII))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static Keys keys(KeyPair own, byte[] theirs, byte[] transcript, int calls) {
        byte[] secret;
        try {
            secret = Secrets.extract(Hashes.sha256(transcript), Secrets.shared(own.getPrivate(), theirs));
        } catch (GeneralSecurityException e) {
            throw new WireException("auth.session", "the other side's key is none");
        }
        return new Keys(Secrets.expand(secret, VERSION + " caller"), Secrets.expand(secret, VERSION + " axon"), calls);
    }
}
