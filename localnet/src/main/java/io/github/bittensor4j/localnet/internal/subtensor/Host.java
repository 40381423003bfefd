package io.github.bittensor4j.localnet.internal.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.timelock.RoundSignature;
import java.util.Optional;

/** What the subnet runtime needs of the chain around it while one block, call or read runs. Amounts are rao. */
interface Host {
    /** The state to work on. */
    State state();

    /** The number of the block. */
    long block();

    /** Deposits an event. */
    void event(String pallet, String name, Object... values);

    /** What an account can spend and still exist. */
    long spendable(AccountId account);

    /** What an account can spend if it need not exist any longer. */
    long everything(AccountId account);

    /** Moves TAO. The amount was checked before; more than there is ends the call. */
    void transfer(AccountId from, AccountId to, long amount);

    /** Makes new TAO. */
    void mint(AccountId to, long amount);

    /** Destroys TAO. */
    void burn(AccountId from, long amount);

    /** The newest round of the beacon that the chain knows. */
    long lastRound();

    /** The beacon's signature of a round; empty while the round is in the future. */
    Optional<RoundSignature> pulse(long round);

    /**
     * Runs something, all or nothing: a refusal takes back what it wrote and emitted.
     *
     * @return the refusal as the plain value of a {@code DispatchError}; empty where there was none
     */
    Optional<Object> attempt(Runnable work);

    /** Who made the block and gets the fees of swaps. */
    AccountId author();
}
