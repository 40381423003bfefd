package io.github.bittensor4j.localnet.internal.runtime;

import io.github.bittensor4j.core.AccountId;

/** Who dispatches a call. */
public sealed interface Origin {
    /** The chain itself, by sudo. */
    Origin ROOT = new Root();

    /** Nobody: an inherent. */
    Origin NONE = new None();

    /**
     * An account.
     *
     * @param account whose signature was verified
     * @return the origin
     */
    static Origin of(AccountId account) {
        return new Signed(account);
    }

    /**
     * The account that signed.
     *
     * @return the account
     * @throws DispatchException BadOrigin when nobody signed
     */
    default AccountId signed() {
        if (this instanceof Signed signed) {
            return signed.account();
        }
        throw DispatchException.badOrigin();
    }

    /**
     * Demands root.
     *
     * @throws DispatchException BadOrigin when it is not
     */
    default void root() {
        if (!isRoot()) {
            throw DispatchException.badOrigin();
        }
    }

    /**
     * Whether it is root.
     *
     * @return true for root
     */
    default boolean isRoot() {
        return this instanceof Root;
    }

    /** Root. */
    record Root() implements Origin {}

    /** Nobody. */
    record None() implements Origin {}

    /**
     * An account.
     *
     * @param account whose signature was verified
     */
    record Signed(AccountId account) implements Origin {}
}
