package io.github.bittensor4j.localnet.internal.runtime;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.declare.Call;
import java.util.function.Predicate;

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
        return new Signed(account, call -> true);
    }

    /**
     * An account on whose behalf somebody else calls.
     *
     * @param account in whose name
     * @param filter which calls go through, those inside of other calls too; the rest are refused with CallFiltered
     * @return the origin
     */
    static Origin of(AccountId account, Predicate<Call> filter) {
        return new Signed(account, filter);
    }

    /**
     * Whether it may make a call at all.
     *
     * @param call the call
     * @return false when a filter keeps it back
     */
    default boolean permits(Call call) {
        return !(this instanceof Signed signed) || signed.filter().test(call);
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
     * @param account whose signature was verified, or in whose name another calls
     * @param filter which calls it may make
     */
    record Signed(AccountId account, Predicate<Call> filter) implements Origin {}
}
