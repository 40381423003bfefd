package io.github.bittensor4j.localnet.internal.pallets;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import io.github.bittensor4j.localnet.internal.runtime.Arguments;
import io.github.bittensor4j.localnet.internal.runtime.Context;
import io.github.bittensor4j.localnet.internal.runtime.DispatchException;
import io.github.bittensor4j.localnet.internal.runtime.Origin;
import io.github.bittensor4j.localnet.internal.runtime.Pallet;
import io.github.bittensor4j.localnet.internal.state.Codec;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.localnet.internal.state.StorageValue;
import java.util.Map;

/**
 * Balances: free TAO of accounts, transfers, issuance. An account with less than the existential deposit is reaped, its dust gone from
 * issuance; its nonce goes with it.
 */
public final class BalancesPallet extends Pallet {
    private final SystemPallet system;
    private final Map<AccountId, Tao> endowed;
    private final StorageValue<Long> totalIssuance;
    private final long existentialDeposit;

    /**
     * The pallet.
     *
     * @param declarations where it is declared
     * @param system where accounts stand
     * @param endowed what genesis gives to whom
     */
    public BalancesPallet(Declarations declarations, SystemPallet system, Map<AccountId, Tao> endowed) {
        super("Balances", declarations);
        this.system = system;
        this.endowed = endowed;
        totalIssuance = value("TotalIssuance", Codec.U64);
        existentialDeposit = (Long) constant("ExistentialDeposit");
        call(
                        "transfer_allow_death",
                        (context, origin, arguments) -> transfer(
                                context, origin.signed(), arguments.account("dest"), arguments.tao("value"), false))
                .weight(224_051_000, 7_791);
        call(
                        "transfer_keep_alive",
                        (context, origin, arguments) -> transfer(
                                context, origin.signed(), arguments.account("dest"), arguments.tao("value"), true))
                .weight(224_051_000, 7_791);
        call("transfer_all", this::transferAll).weight(224_051_000, 7_791);
        call("force_transfer", this::forceTransfer);
        call("force_set_balance", this::forceSetBalance);
        call("force_unreserve", this::forceUnreserve);
        call("force_adjust_total_issuance", this::forceAdjustTotalIssuance);
        call(
                "burn",
                (context, origin, arguments) ->
                        burn(context, origin.signed(), arguments.tao("value"), arguments.bool("keep_alive")));
    }

    @Override
    protected void genesis(Context context) {
        endowed.forEach((account, amount) -> mint(context, account, amount));
    }

    /**
     * The least an account may hold.
     *
     * @return 500 rao
     */
    public Tao existentialDeposit() {
        return Tao.ofRao(existentialDeposit);
    }

    /**
     * An account's free balance.
     *
     * @param state where to read
     * @param account whose
     * @return zero for an account that does not exist
     */
    public Tao free(State state, AccountId account) {
        return Tao.ofRao(system.account(state, account).free());
    }

    /**
     * How much an account can spend.
     *
     * @param state where to read
     * @param account whose
     * @param keepAlive whether the existential deposit must stay
     * @return never negative
     */
    public Tao spendable(State state, AccountId account, boolean keepAlive) {
        SystemPallet.Account entry = system.account(state, account);
        long untouchable = Math.max(0, entry.frozen() - entry.reserved());
        if (keepAlive || entry.consumers() > 0) {
            untouchable = Math.max(untouchable, existentialDeposit);
        }
        return Tao.ofRao(Math.max(0, entry.free() - untouchable));
    }

    /**
     * All TAO there is by this pallet's count.
     *
     * @param state where to read
     * @return the sum of all balances
     */
    public Tao totalIssuance(State state) {
        return Tao.ofRao(totalIssuance.get(state));
    }

    /**
     * Moves TAO between accounts, with the event Transfer.
     *
     * @param context the block
     * @param from who pays
     * @param to who receives
     * @param amount how much
     * @param keepAlive whether the payer's account must live on
     * @throws DispatchException Token.FundsUnavailable, Token.NotExpendable, Token.Frozen or Token.BelowMinimum
     */
    public void transfer(Context context, AccountId from, AccountId to, Tao amount, boolean keepAlive) {
        State state = context.state();
        long rao = amount.rao();
        if (rao != 0) {
            canWithdraw(state, from, rao, keepAlive);
            long received = system.account(state, to).free();
            if (!from.equals(to)) {
                if (received + rao < existentialDeposit) {
                    throw DispatchException.token("BelowMinimum");
                }
                decrease(context, from, rao);
                increase(context, to, rao);
            }
        }
        emit(context, "Transfer", from, to, amount);
    }

    /**
     * Takes TAO out of an account without giving it to another: the caller keeps the books. With the event Withdraw.
     *
     * @param context the block
     * @param from who pays
     * @param amount how much
     * @param keepAlive whether the payer's account must live on
     * @throws DispatchException as {@link #transfer}
     */
    public void withdraw(Context context, AccountId from, Tao amount, boolean keepAlive) {
        canWithdraw(context.state(), from, amount.rao(), keepAlive);
        decrease(context, from, amount.rao());
        emit(context, "Withdraw", from, amount);
    }

    /**
     * Gives an account TAO that was taken elsewhere: the caller keeps the books. With the event Deposit.
     *
     * @param context the block
     * @param to who receives
     * @param amount how much
     * @throws DispatchException Token.BelowMinimum when the account would not reach the existential deposit
     */
    public void deposit(Context context, AccountId to, Tao amount) {
        if (amount.rao() != 0) {
            if (system.account(context.state(), to).free() + amount.rao() < existentialDeposit) {
                throw DispatchException.token("BelowMinimum");
            }
            increase(context, to, amount.rao());
        }
        emit(context, "Deposit", to, amount);
    }

    /**
     * Makes new TAO, with the events of it.
     *
     * @param context the block
     * @param to who receives
     * @param amount how much
     */
    public void mint(Context context, AccountId to, Tao amount) {
        increase(context, to, amount.rao());
        totalIssuance.update(context.state(), issued -> Math.addExact(issued, amount.rao()));
        emit(context, "Minted", to, amount);
    }

    /**
     * Destroys TAO, with the event Burned.
     *
     * @param context the block
     * @param from who pays
     * @param amount how much
     * @param keepAlive whether the payer's account must live on
     * @throws DispatchException as {@link #transfer}
     */
    public void burn(Context context, AccountId from, Tao amount, boolean keepAlive) {
        canWithdraw(context.state(), from, amount.rao(), keepAlive);
        decrease(context, from, amount.rao());
        totalIssuance.update(context.state(), issued -> issued - amount.rao());
        emit(context, "Burned", from, amount);
    }

    /**
     * Sets a deposit aside, with the event Reserved.
     *
     * @param context the block
     * @param who whose
     * @param amount how much
     * @throws DispatchException InsufficientBalance, LiquidityRestrictions, or ConsumerRemaining when less than the existential
     *     deposit would be left
     */
    public void reserve(Context context, AccountId who, Tao amount) {
        if (amount.rao() == 0) {
            return;
        }
        SystemPallet.Account entry = system.account(context.state(), who);
        long left = entry.free() - amount.rao();
        if (left < 0) {
            throw error("InsufficientBalance");
        }
        if (left < entry.frozen()) {
            throw error("LiquidityRestrictions");
        }
        if (left < existentialDeposit) {
            throw DispatchException.consumerRemaining();
        }
        system.putAccount(context, who, entry.withReserved(left, entry.reserved() + amount.rao()));
        emit(context, "Reserved", who, amount);
    }

    /**
     * Gives a deposit back, as much of it as is set aside, with the event Unreserved.
     *
     * @param context the block
     * @param who whose
     * @param amount how much
     */
    public void unreserve(Context context, AccountId who, Tao amount) {
        SystemPallet.Account entry = system.account(context.state(), who);
        if (amount.rao() == 0 || entry.free() + entry.reserved() == 0) {
            return;
        }
        long freed = Math.min(entry.reserved(), amount.rao());
        system.putAccount(context, who, entry.withReserved(entry.free() + freed, entry.reserved() - freed));
        emit(context, "Unreserved", who, Tao.ofRao(freed));
    }

    /**
     * Corrects the count of all TAO by what a caller that keeps its own books made or destroyed.
     *
     * @param context the block
     * @param rao more when positive, less when negative
     */
    public void adjustIssuance(Context context, long rao) {
        totalIssuance.update(context.state(), issued -> Math.addExact(issued, rao));
    }

    private void canWithdraw(State state, AccountId from, long rao, boolean keepAlive) {
        SystemPallet.Account entry = system.account(state, from);
        long left = entry.free() - rao;
        if (rao < 0 || left < 0) {
            throw DispatchException.token("FundsUnavailable");
        }
        if (rao > 0 && left < entry.frozen() - entry.reserved()) {
            throw DispatchException.token("Frozen");
        }
        if (left < existentialDeposit && rao > 0) {
            if (entry.consumers() > 0) {
                throw DispatchException.token("OnlyProvider");
            }
            if (keepAlive) {
                throw DispatchException.token("NotExpendable");
            }
        }
    }

    private void decrease(Context context, AccountId from, long rao) {
        SystemPallet.Account entry = system.account(context.state(), from);
        long left = entry.free() - rao;
        boolean dies = left < existentialDeposit && entry.reserved() == 0;
        system.putAccount(
                context, from, entry.withBalance(dies ? 0 : left, entry.reserved(), dies ? 0 : entry.providers()));
        if (dies && left > 0) {
            totalIssuance.update(context.state(), issued -> issued - left);
            emit(context, "DustLost", from, Tao.ofRao(left));
        }
    }

    private void increase(Context context, AccountId to, long rao) {
        SystemPallet.Account entry = system.account(context.state(), to);
        long free = Math.addExact(entry.free(), rao);
        boolean born = entry.providers() == 0 && free >= existentialDeposit;
        system.putAccount(context, to, entry.withBalance(free, entry.reserved(), born ? 1 : entry.providers()));
        if (born) {
            emit(context, "Endowed", to, Tao.ofRao(free));
        }
    }

    private void transferAll(Context context, Origin origin, Arguments arguments) {
        AccountId from = origin.signed();
        boolean keepAlive = arguments.bool("keep_alive");
        transfer(context, from, arguments.account("dest"), spendable(context.state(), from, keepAlive), keepAlive);
    }

    private void forceTransfer(Context context, Origin origin, Arguments arguments) {
        origin.root();
        transfer(context, arguments.account("source"), arguments.account("dest"), arguments.tao("value"), false);
    }

    private void forceSetBalance(Context context, Origin origin, Arguments arguments) {
        origin.root();
        AccountId who = arguments.account("who");
        long wanted = arguments.u64("new_free");
        long free = wanted < existentialDeposit ? 0 : wanted;
        long before = system.account(context.state(), who).free();
        if (free > before) {
            increase(context, who, free - before);
        } else if (free < before) {
            decrease(context, who, before - free);
        }
        totalIssuance.update(context.state(), issued -> Math.addExact(issued, free - before));
        emit(context, "BalanceSet", who, Tao.ofRao(free));
    }

    private void forceUnreserve(Context context, Origin origin, Arguments arguments) {
        origin.root();
        unreserve(context, arguments.account("who"), arguments.tao("amount"));
    }

    private void forceAdjustTotalIssuance(Context context, Origin origin, Arguments arguments) {
        origin.root();
        long delta = arguments.u64("delta");
        if (delta <= 0) {
            throw error("DeltaZero");
        }
        boolean more = ((Variant) arguments.get("direction")).name().equals("Increase");
        long before = totalIssuance.get(context.state());
        long after = more ? Math.addExact(before, delta) : Math.max(0, before - delta);
        totalIssuance.put(context.state(), after);
        emit(context, "TotalIssuanceForced", Tao.ofRao(before), Tao.ofRao(after));
    }
}
