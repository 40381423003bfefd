package io.github.bittensor4j.core;

import io.github.bittensor4j.core.crypto.Ss58;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An account on the chain: 32 bytes, for sr25519 and ed25519 the public key itself. Shown as an SS58 address of format 42. */
public final class AccountId implements Comparable<AccountId> {
    /** The length of an account id in bytes. */
    public static final int LENGTH = 32;

    /** The account of 32 zero bytes: the chain's default for "nobody". No one can hold a key for it that should be trusted. */
    public static final AccountId ZERO = new AccountId(new byte[LENGTH], null);

    private final byte[] bytes;
    // Made on first use, or kept from the text that was read: every signed request names two addresses. Any thread may
    // make it.
    private @Nullable String address;

    private AccountId(byte[] bytes, @Nullable String address) {
        this.bytes = bytes;
        this.address = address;
    }

    /**
     * An account by its bytes.
     *
     * @param bytes exactly 32 bytes; copied
     * @return the account
     * @throws InvalidValueException when the length is not 32
     */
    public static AccountId of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw InvalidValueException.outOfRange("account.length", "account id length", bytes.length, "32 bytes");
        }
        return new AccountId(bytes.clone(), null);
    }

    /**
     * An account by its SS58 address.
     *
     * @param address an SS58 address of any network format whose payload is 32 bytes
     * @return the account
     * @throws InvalidValueException when the text is not such an address
     */
    public static AccountId fromSs58(String address) {
        Ss58.Address read = Ss58.decode(address);
        return new AccountId(read.publicKey(), read.format() == Ss58.BITTENSOR ? address : null);
    }

    /**
     * An account by an address as people type and paste it: in Bittensor's own format only. An address of another network names the same
     * key, but who gave it (an exchange, a friend) may not have that key here, and what is sent there may be lost.
     *
     * @param address an SS58 address in format 42, which begins with 5
     * @return the account
     * @throws InvalidValueException when the text is no address, or one of another network
     */
    public static AccountId fromBittensorAddress(String address) {
        Ss58.Address read = Ss58.decode(address);
        AccountId account = fromSs58(address);
        if (read.format() != Ss58.BITTENSOR) {
            throw new InvalidValueException(
                    "ss58.network",
                    "SS58 address: \"" + address + "\" (expected: an address of Bittensor, format 42, not of format "
                            + read.format() + ")",
                    "The same key on Bittensor is " + account + ": use that only if its owner says so.");
        }
        return account;
    }

    /**
     * The 32 bytes.
     *
     * @return a copy
     */
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * The SS58 address in Bittensor's format, 42.
     *
     * @return such as {@code 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY}
     */
    public String ss58() {
        String known = address;
        if (known == null) {
            known = Ss58.encode(bytes, Ss58.BITTENSOR);
            address = known;
        }
        return known;
    }

    /**
     * Whether this is the account of 32 zero bytes, which the chain writes where there is nobody.
     *
     * @return true for {@link #ZERO}
     */
    public boolean isZero() {
        return equals(ZERO);
    }

    @Override
    public int compareTo(AccountId other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AccountId that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The SS58 address. */
    @Override
    public String toString() {
        return ss58();
    }
}
