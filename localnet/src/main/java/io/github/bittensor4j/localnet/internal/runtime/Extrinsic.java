package io.github.bittensor4j.localnet.internal.runtime;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Signatures;
import io.github.bittensor4j.core.scale.ScaleException;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.declare.Values;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import java.util.Arrays;
import java.util.Optional;

/**
 * An extrinsic, read from its bytes: signed, of version 4, or bare, of version 4 or 5.
 *
 * @param bytes all of it, its length in front; not to be changed
 * @param call what it asks for
 * @param signature who signed and how; empty for a bare one
 */
public record Extrinsic(byte[] bytes, Call call, Optional<Signature> signature) {
    private static final int SIGNED = 0x84;
    private static final int BARE_OLD = 0x04;
    private static final int BARE = 0x05;
    private static final int LONGEST_PLAIN_PAYLOAD = 256;

    /**
     * The signed part.
     *
     * @param signer who
     * @param scheme with what kind of key
     * @param bytes the signature
     * @param era when it is valid
     * @param nonce the signer's count
     * @param tip rao on top of the fee
     * @param metadataHash whether the signature covers a hash of the metadata
     * @param extra the bytes of all extensions
     * @param callBytes the bytes of the call
     */
    public record Signature(
            AccountId signer,
            KeyScheme scheme,
            byte[] bytes,
            Era era,
            long nonce,
            long tip,
            boolean metadataHash,
            byte[] extra,
            byte[] callBytes) {
        /**
         * Whether the signer signed this for a chain and version.
         *
         * @param specVersion the runtime's version
         * @param transactionVersion its version of the form
         * @param genesis the chain
         * @param birth the hash of the block the era began with
         * @return true when it is the signer's
         */
        public boolean verifies(int specVersion, int transactionVersion, byte[] genesis, byte[] birth) {
            if (metadataHash) {
                return false; // this chain has no metadata hash to compare with, as a node built without one
            }
            ScaleWriter payload = new ScaleWriter(callBytes.length + extra.length + 128);
            payload.raw(callBytes).raw(extra);
            payload.u32(specVersion)
                    .u32(transactionVersion)
                    .raw(genesis)
                    .raw(birth)
                    .u8(0);
            byte[] message = payload.toByteArray();
            return Signatures.verify(
                    scheme,
                    signer,
                    message.length > LONGEST_PLAIN_PAYLOAD ? Hashes.blake2b256(message) : message,
                    bytes);
        }
    }

    /**
     * Reads an extrinsic.
     *
     * @param declarations what calls there are
     * @param bytes all of it, its length in front
     * @return the extrinsic
     * @throws ScaleException when it is none, with what is wrong
     */
    public static Extrinsic read(Declarations declarations, byte[] bytes) {
        ScaleReader in = new ScaleReader(bytes);
        int length = in.length(1);
        if (length != in.remaining()) {
            throw new ScaleException(
                    "extrinsic.length",
                    "extrinsic: its length says " + length + " bytes, " + in.remaining() + " follow");
        }
        int preamble = in.u8();
        if (preamble == BARE || preamble == BARE_OLD) {
            Call call = (Call) Values.read(declarations.call(), in);
            in.end();
            return new Extrinsic(bytes, call, Optional.empty());
        }
        if (preamble != SIGNED) {
            throw new ScaleException(
                    "extrinsic.version", "extrinsic: preamble " + preamble + " (expected: 132 for signed, 5 for bare)");
        }
        Variant address = (Variant) Values.read(declarations.types().of("MultiAddress"), in);
        if (!address.name().equals("Id")) {
            throw new ScaleException(
                    "extrinsic.address", "extrinsic: an address of kind " + address.name() + " (expected: Id)");
        }
        Variant signed = (Variant) Values.read(declarations.types().of("MultiSignature"), in);
        int extraFrom = in.position();
        Era era = Era.read(in);
        long nonce = in.compact();
        if (nonce > 0xffff_ffffL) {
            throw new ScaleException("extrinsic.nonce", "nonce: " + nonce + " (expected: 32 bits)");
        }
        long tip = in.compact();
        int mode = in.u8();
        if (mode > 1) {
            throw new ScaleException("extrinsic.metadata", "metadata hash mode: " + mode + " (expected: 0 or 1)");
        }
        int callFrom = in.position();
        Call call = (Call) Values.read(declarations.call(), in);
        in.end();
        Signature signature = new Signature(
                (AccountId) address.value(0),
                scheme(signed.name()),
                (byte[]) signed.value(0),
                era,
                nonce,
                tip,
                mode == 1,
                Arrays.copyOfRange(bytes, extraFrom, callFrom),
                Arrays.copyOfRange(bytes, callFrom, bytes.length));
        return new Extrinsic(bytes, call, Optional.of(signature));
    }

    private static KeyScheme scheme(String name) {
        return switch (name) {
            case "Ed25519" -> KeyScheme.ED25519;
            case "Sr25519" -> KeyScheme.SR25519;
            default ->
                throw new ScaleException(
                        "extrinsic.scheme", "signature kind " + name + " (expected: Sr25519 or Ed25519)");
        };
    }

    /**
     * An inherent.
     *
     * @param declarations what calls there are
     * @param call what the block's author says
     * @return the extrinsic
     */
    public static Extrinsic bare(Declarations declarations, Call call) {
        byte[] body = Values.encode(declarations.call(), call);
        byte[] bytes = new ScaleWriter(body.length + 8)
                .compact(body.length + 1L)
                .u8(BARE)
                .raw(body)
                .toByteArray();
        return new Extrinsic(bytes, call, Optional.empty());
    }

    /**
     * Its hash.
     *
     * @return blake2b-256 of all its bytes
     */
    public byte[] hash() {
        return Hashes.blake2b256(bytes);
    }
}
