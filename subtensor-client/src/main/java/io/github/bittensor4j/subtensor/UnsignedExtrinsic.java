package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Signatures;
import io.github.bittensor4j.core.scale.ScaleException;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * An extrinsic that lacks only its signature: made by {@link Subtensor#prepare} on one machine, signed on another that has the key and no
 * network, submitted by a third. As text it is one line of some hundred characters, for a file or a QR code; what has to be signed is at
 * most 256 bytes. Immutable.
 */
public final class UnsignedExtrinsic {
    private static final String FORMAT = "unsigned-extrinsic/1:";

    /** A payload longer than this is signed by its hash. */
    private static final int LONGEST_PLAIN_PAYLOAD = 256;

    private final AccountId account;
    private final KeyScheme scheme;
    private final byte[] genesisHash;
    private final long specVersion;
    private final long nonce;
    private final long madeAt;
    private final Optional<Long> validUntil;
    private final byte[] head;
    private final byte[] extra;
    private final byte[] call;
    private final byte[] additional;

    /**
     * @param head what stands before the signature
     * @param extra what the runtime's extensions add
     * @param additional what they sign besides
     */
    UnsignedExtrinsic(
            AccountId account,
            KeyScheme scheme,
            byte[] genesisHash,
            long specVersion,
            long nonce,
            long madeAt,
            Optional<Long> validUntil,
            byte[] head,
            byte[] extra,
            byte[] call,
            byte[] additional) {
        this.account = account;
        this.scheme = scheme;
        this.genesisHash = genesisHash;
        this.specVersion = specVersion;
        this.nonce = nonce;
        this.madeAt = madeAt;
        this.validUntil = validUntil;
        this.head = head;
        this.extra = extra;
        this.call = call;
        this.additional = additional;
    }

    /**
     * Who has to sign.
     *
     * @return the account
     */
    public AccountId account() {
        return account;
    }

    /**
     * How it has to sign.
     *
     * @return the scheme
     */
    public KeyScheme scheme() {
        return scheme;
    }

    /**
     * For which chain.
     *
     * @return the hash of its first block: {@code 0x} and 64 hex digits
     */
    public String genesisHash() {
        return Hex.encode(genesisHash);
    }

    /**
     * For which version of the chain's runtime; another refuses it.
     *
     * @return the spec version
     */
    public long specVersion() {
        return specVersion;
    }

    /**
     * The account's transaction number.
     *
     * @return 0 or more; until it is used, later numbers wait
     */
    public long nonce() {
        return nonce;
    }

    /**
     * How long it may wait for its signature.
     *
     * @return the last block that may hold it; empty when it never expires
     */
    public Optional<Long> validUntil() {
        return validUntil;
    }

    /**
     * What it asks for, read from the very bytes that are signed: to be looked at where the key is.
     *
     * @param metadata of the runtime of that {@link #specVersion()}
     * @return the call
     * @throws CodecException when the metadata is of another runtime and cannot read it
     */
    public Call call(Metadata metadata) {
        return metadata.decodeCall(call);
    }

    /**
     * The bytes that are signed, as they are.
     *
     * @return at most 256 bytes: the payload, or its BLAKE2-256 hash when it is longer
     */
    public byte[] toSign() {
        byte[] payload = payload();
        return payload.length > LONGEST_PLAIN_PAYLOAD ? Hashes.blake2b256(payload) : payload;
    }

    byte[] payload() {
        return new ScaleWriter(call.length + extra.length + additional.length)
                .raw(call)
                .raw(extra)
                .raw(additional)
                .toByteArray();
    }

    /**
     * Signs it.
     *
     * @param signer the account's key
     * @return to be submitted
     * @throws InvalidValueException when the signer is another account or signs otherwise
     */
    public SignedExtrinsic sign(Signer signer) {
        if (!signer.account().equals(account) || signer.scheme() != scheme) {
            throw new InvalidValueException(
                    "extrinsic.signer",
                    "signer: " + signer.scheme().label() + " key of " + signer.account() + " (expected: "
                            + scheme.label() + " key of " + account + ")",
                    "Prepare the extrinsic for the account and scheme that sign it.");
        }
        return signed(signer.sign(toSign()));
    }

    /**
     * Takes a signature that was made elsewhere.
     *
     * @param signature over {@link #toSign()}
     * @return to be submitted
     * @throws InvalidValueException when it is not the account's over exactly these bytes
     */
    public SignedExtrinsic withSignature(byte[] signature) {
        if (!Signatures.verify(scheme, account, toSign(), signature)) {
            throw new InvalidValueException(
                    "extrinsic.signature",
                    "signature of " + signature.length + " bytes: not that of " + account + " over this extrinsic",
                    "Sign the bytes of toSign() as they are, with the key of that account.");
        }
        return signed(signature);
    }

    /** With a signature that nobody has checked. */
    SignedExtrinsic signed(byte[] signature) {
        byte[] body = new ScaleWriter(head.length + signature.length + extra.length + call.length)
                .raw(head)
                .raw(signature)
                .raw(extra)
                .raw(call)
                .toByteArray();
        return new SignedExtrinsic(
                account,
                genesisHash,
                nonce,
                madeAt,
                validUntil,
                new ScaleWriter(body.length + 4).bytes(body).toByteArray());
    }

    /**
     * One line of text that {@link #fromText} reads.
     *
     * @return letters, digits and {@code / : - _}
     */
    public String toText() {
        ScaleWriter out = new ScaleWriter()
                .raw(account.bytes())
                .u8(scheme == KeyScheme.ED25519 ? 0 : 1)
                .raw(genesisHash)
                .u32(specVersion)
                .u64(nonce)
                .u64(madeAt)
                .u64(validUntil.orElse(0L))
                .bytes(head)
                .bytes(extra)
                .bytes(call)
                .bytes(additional);
        return FORMAT + Base64.getUrlEncoder().withoutPadding().encodeToString(out.toByteArray());
    }

    /**
     * Reads what {@link #toText} wrote.
     *
     * @param text the line
     * @return the extrinsic
     * @throws InvalidValueException for any other text
     */
    public static UnsignedExtrinsic fromText(String text) {
        return TextForm.read(text, FORMAT, in -> {
            AccountId account = AccountId.of(in.raw(AccountId.LENGTH));
            int scheme = in.u8();
            if (scheme > 1) {
                throw new ScaleException("extrinsic.scheme", "scheme: " + scheme + " (expected: 0 or 1)");
            }
            byte[] genesis = in.raw(32);
            long version = in.u32();
            long nonce = in.u64();
            long madeAt = in.u64();
            long until = in.u64();
            return new UnsignedExtrinsic(
                    account,
                    scheme == 0 ? KeyScheme.ED25519 : KeyScheme.SR25519,
                    genesis,
                    version,
                    nonce,
                    madeAt,
                    until == 0 ? Optional.empty() : Optional.of(until),
                    in.bytes(),
                    in.bytes(),
                    in.bytes(),
                    in.bytes());
        });
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UnsignedExtrinsic that && toText().equals(that.toText());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(call) + account.hashCode();
    }

    /** Who, which transaction number, until when. */
    @Override
    public String toString() {
        return "unsigned extrinsic of " + account + ", nonce " + nonce
                + validUntil.map(block -> ", valid until block " + block).orElse("");
    }
}
