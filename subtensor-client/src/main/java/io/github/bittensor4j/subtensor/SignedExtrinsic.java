package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** A signed extrinsic, to be submitted by {@link Subtensor#submit(SignedExtrinsic, SubmitOptions)}, here or elsewhere. Immutable. */
public final class SignedExtrinsic {
    private static final String FORMAT = "signed-extrinsic/1:";

    private final AccountId account;
    private final byte[] genesisHash;
    private final long nonce;
    private final long madeAt;
    private final Optional<Long> validUntil;
    private final byte[] bytes;

    SignedExtrinsic(
            AccountId account, byte[] genesisHash, long nonce, long madeAt, Optional<Long> validUntil, byte[] bytes) {
        this.account = account;
        this.genesisHash = genesisHash;
        this.nonce = nonce;
        this.madeAt = madeAt;
        this.validUntil = validUntil;
        this.bytes = bytes;
    }

    /**
     * Who signed.
     *
     * @return the account
     */
    public AccountId account() {
        return account;
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
     * The account's transaction number.
     *
     * @return 0 or more
     */
    public long nonce() {
        return nonce;
    }

    /**
     * How long it may wait to be submitted.
     *
     * @return the last block that may hold it; empty when it never expires
     */
    public Optional<Long> validUntil() {
        return validUntil;
    }

    /**
     * Its own hash, by which it is found.
     *
     * @return {@code 0x} and 64 hex digits
     */
    public String hash() {
        return Hex.encode(Hashes.blake2b256(bytes));
    }

    /**
     * The extrinsic as nodes take it.
     *
     * @return a copy, with its length in front
     */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Its block of making: it cannot be in that or an earlier one. */
    long madeAt() {
        return madeAt;
    }

    /**
     * One line of text that {@link #fromText} reads.
     *
     * @return letters, digits and {@code / : - _}
     */
    public String toText() {
        ScaleWriter out = new ScaleWriter()
                .raw(account.bytes())
                .raw(genesisHash)
                .u64(nonce)
                .u64(madeAt)
                .u64(validUntil.orElse(0L))
                .bytes(bytes);
        return FORMAT + Base64.getUrlEncoder().withoutPadding().encodeToString(out.toByteArray());
    }

    /**
     * Reads what {@link #toText} wrote. The signature is the chain's to check.
     *
     * @param text the line
     * @return the extrinsic
     * @throws InvalidValueException for any other text
     */
    public static SignedExtrinsic fromText(String text) {
        return TextForm.read(text, FORMAT, in -> {
            AccountId account = AccountId.of(in.raw(AccountId.LENGTH));
            byte[] genesis = in.raw(32);
            long nonce = in.u64();
            long madeAt = in.u64();
            long until = in.u64();
            return new SignedExtrinsic(
                    account, genesis, nonce, madeAt, until == 0 ? Optional.empty() : Optional.of(until), in.bytes());
        });
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SignedExtrinsic that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Its hash, who, which transaction number. */
    @Override
    public String toString() {
        return "extrinsic " + hash() + " of " + account + ", nonce " + nonce;
    }
}
