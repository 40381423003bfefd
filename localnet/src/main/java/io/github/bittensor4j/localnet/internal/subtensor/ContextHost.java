package io.github.bittensor4j.localnet.internal.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.localnet.internal.pallets.BalancesPallet;
import io.github.bittensor4j.localnet.internal.pallets.DrandPallet;
import io.github.bittensor4j.localnet.internal.runtime.Context;
import io.github.bittensor4j.localnet.internal.runtime.DispatchException;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.timelock.RoundSignature;
import java.util.Optional;

/**
 * The chain around the subnet runtime, seen through one context.
 *
 * @param context the block or runtime call
 * @param balances who holds the TAO
 * @param drand the beacon
 * @param author who makes the blocks
 * @param events where events of the calling pallet go
 */
record ContextHost(Context context, BalancesPallet balances, DrandPallet drand, AccountId author, Events events)
        implements Host {
    /** Deposits an event by the name of its pallet. */
    @FunctionalInterface
    interface Events {
        void deposit(Context context, String pallet, String event, Object... fields);
    }

    @Override
    public State state() {
        return context.state();
    }

    @Override
    public long block() {
        return context.block();
    }

    @Override
    public void event(String pallet, String name, Object... values) {
        events.deposit(context, pallet, name, values);
    }

    @Override
    public long spendable(AccountId account) {
        return balances.spendable(context.state(), account, true).rao();
    }

    @Override
    public long everything(AccountId account) {
        return balances.spendable(context.state(), account, false).rao();
    }

    @Override
    public long lastRound() {
        return drand.lastRound(context);
    }

    @Override
    public Optional<RoundSignature> pulse(long round) {
        return drand.pulse(context, round);
    }

    @Override
    public Optional<Object> attempt(Runnable work) {
        try {
            return context.attempt(work).map(DispatchException::error);
        } catch (Refusal refused) {
            return Optional.of(
                    DispatchException.module(context.runtime().declarations().pallet(refused.pallet()), refused.error())
                            .error());
        }
    }

    @Override
    public void transfer(AccountId from, AccountId to, long amount) {
        balances.transfer(context, from, to, Tao.ofRao(amount), false);
    }

    @Override
    public void mint(AccountId to, long amount) {
        balances.mint(context, to, Tao.ofRao(amount));
    }

    @Override
    public void burn(AccountId from, long amount) {
        balances.burn(context, from, Tao.ofRao(amount), true);
    }
}
