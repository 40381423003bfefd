package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.AccountId;
import java.util.concurrent.CompletionStage;

/**
 * Where an axon remembers which requests it has accepted, so that none is accepted twice. Without one it keeps them in memory, for this
 * process alone; several processes that serve one hotkey share a store.
 *
 * <p>What every store owes: of equal nonces at most one is ever answered {@link Verdict#ACCEPTED}, also when they come at once, also after
 * the store or the axon was started anew. Where it cannot tell, the answer is another one. It is asked only about requests whose signature
 * holds and whose sender may call, so strangers cannot fill it.
 *
 * <p>Thread-safe. Whoever makes it closes it, after the axons that use it.
 */
@FunctionalInterface
public interface ReplayStore {
    /** What a store says about a nonce. */
    enum Verdict {
        /** It is new, and remembered from now on. */
        ACCEPTED,
        /** It was accepted before: {@code auth.replayed}. */
        REPLAYED,
        /** It is from before the store can tell what was accepted: {@code auth.stale}. */
        STALE,
        /** There is no room to remember it: {@code auth.full}. */
        FULL,
        /** The store cannot be asked now: {@code auth.unavailable}. */
        UNAVAILABLE
    }

    /**
     * A nonce of a request that is fresh and whose signature holds.
     *
     * @param receiver the axon's hotkey, for which it was signed
     * @param hotkey who signed it
     * @param value the time of signing in nanoseconds since 1970
     * @param oldest the oldest nonce that is fresh by the axon's clock now
     * @param newest the newest one; {@code newest - oldest} nanoseconds from now this nonce is stale
     */
    record Nonce(AccountId receiver, AccountId hotkey, long value, long oldest, long newest) {}

    /**
     * Accepts a nonce once. Called on a thread of the network, so it must not wait: what takes time comes with the stage.
     *
     * @param nonce the nonce
     * @return the verdict, in bounded time and from any thread; a stage that fails counts as {@link Verdict#UNAVAILABLE}
     */
    CompletionStage<Verdict> accept(Nonce nonce);
}
