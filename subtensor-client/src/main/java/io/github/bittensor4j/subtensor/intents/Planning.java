package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.subtensor.Call;
import io.github.bittensor4j.subtensor.Calls;
import io.github.bittensor4j.subtensor.ChainException;
import io.github.bittensor4j.subtensor.ChainState;
import io.github.bittensor4j.subtensor.Metadata;
import io.github.bittensor4j.subtensor.Subtensor;
import io.github.bittensor4j.subtensor.internal.Answer;
import io.github.bittensor4j.subtensor.reads.EarliestBlock;
import io.github.bittensor4j.subtensor.reads.Windows;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What an intent is planned by: the chain as it is at one block, and the account that does it. All reads of a plan go through here, so that
 * they fit together.
 */
public final class Planning {
    static final String MODULE = "SubtensorModule";

    /** Left in an account that gives all it has, for the fee. Fees are some 0.0002 TAO. */
    private static final Tao FEE_RESERVE = Tao.ofRao(500_000);

    private final Subtensor chain;
    private final ChainState state;
    private final AccountId account;

    private Planning(Subtensor chain, ChainState state, AccountId account) {
        this.chain = chain;
        this.state = state;
        this.account = account;
    }

    /**
     * By the newest block.
     *
     * @param chain a connection
     * @param account who signs
     * @return to plan by
     */
    public static Planning at(Subtensor chain, AccountId account) {
        return new Planning(chain, chain.at(chain.head()), account);
    }

    /**
     * The same block, for a call that is done in another account's name.
     *
     * @param other who does what is inside, such as the account that a proxy acts for
     * @return to plan the inner intent by
     */
    public Planning as(AccountId other) {
        return new Planning(chain, state, other);
    }

    /**
     * Who does it.
     *
     * @return the account that the chain takes it from
     */
    public AccountId account() {
        return account;
    }

    /**
     * The block it is planned by.
     *
     * @return a block
     */
    public BlockRef block() {
        return state.block();
    }

    /**
     * The chain at that block.
     *
     * @return for any further reads
     */
    public ChainState state() {
        return state;
    }

    /**
     * The connection, for what is not a matter of one block.
     *
     * @return as given
     */
    public Subtensor chain() {
        return chain;
    }

    Metadata metadata() {
        return state.metadata();
    }

    /**
     * Drafts an intent, wraps it for the sudo key where the chain's root has to do it, and checks that the runtime has its calls.
     *
     * @param intent what is wanted, alone or inside of another
     * @return its draft, with its name among its ops
     * @throws io.github.bittensor4j.subtensor.ChainException with code {@code metadata.unknown} when the runtime lacks a call, naming the intent
     */
    public Draft draft(Intent intent) {
        Draft plain = intent.draft(this).named(intent.op());
        Draft draft = Intents.operation(intent.getClass()).right() == Operation.Right.ROOT
                ? plain.wrapped(Calls::sudo)
                : plain;
        draft.call().ifPresent(call -> require(intent.op(), call));
        return draft;
    }

    /** Through to the innermost call. */
    private void require(String op, Object value) {
        if (value instanceof Call call) {
            if (!has(call.function(), call.pallet())) {
                throw Intents.unknown(op, "call " + call);
            }
            call.arguments().values().forEach(argument -> require(op, argument));
        } else if (value instanceof Iterable<?> list) {
            list.forEach(one -> require(op, one));
        }
    }

    /**
     * Whether the runtime has a call of the SubtensorModule.
     *
     * @param function such as {@code add_stake_limit}
     * @return true when it does
     */
    public boolean has(String function) {
        return has(function, MODULE);
    }

    private boolean has(String function, String pallet) {
        return metadata().hasCall(pallet, function);
    }

    /**
     * Whether the runtime has a storage item of the SubtensorModule.
     *
     * @param item such as {@code Burn}
     * @return true when it does
     */
    public boolean stores(String item) {
        return metadata().hasStorage(MODULE, item);
    }

    /**
     * A value of the SubtensorModule's storage.
     *
     * @param item such as {@code Burn}
     * @param keys all its keys
     * @return the value; empty for an optional one that is not there
     */
    public Optional<Object> stored(String item, Object... keys) {
        return state.query(MODULE, item, keys);
    }

    /**
     * A number of the SubtensorModule's storage.
     *
     * @param item such as {@code Burn}
     * @param keys all its keys
     * @return the number; 0 where there is none, or the runtime has no such item
     */
    public BigInteger number(String item, Object... keys) {
        return stores(item) ? new Answer(item, stored(item, keys).orElse(0L)).big() : BigInteger.ZERO;
    }

    /**
     * Says from when the chain takes a call that it takes only so often or so late.
     *
     * @param draft of the call
     * @param window when it is taken
     * @return with the earliest block, or with an obstacle where no waiting helps; as it was on a runtime that does not tell
     */
    public Draft waiting(Draft draft, Function<Windows, EarliestBlock> window) {
        EarliestBlock earliest;
        try {
            earliest = window.apply(state.reads().windows());
        } catch (ChainException e) {
            if (e.code().equals("metadata.unknown")) {
                return draft;
            }
            throw e;
        }
        return earliest.earliestBlock().isPresent()
                ? draft.from(earliest.earliestBlock().get())
                : draft.obstacle(earliest.reason());
    }

    /** What the runtime answers to one of its calls. */
    Answer ask(String api, String method, Object... arguments) {
        return new Answer(method, state.runtimeCall(api, method, arguments));
    }

    /** A constant of a pallet that is an amount of TAO. */
    Tao price(String pallet, String name) {
        return new Answer(name, state.constant(pallet, name)).tao();
    }

    /**
     * What a subnet's alpha costs in its pool.
     *
     * @param netuid the subnet
     * @return in rao of TAO for one alpha; 10^9 on root
     * @throws io.github.bittensor4j.subtensor.ChainException with code {@code metadata.unknown} when the runtime does not tell
     */
    public BigInteger price(Netuid netuid) {
        if (!metadata().hasRuntimeCall("SwapRuntimeApi", "current_alpha_price")) {
            throw Intents.unknown("price limit", "runtime call SwapRuntimeApi.current_alpha_price");
        }
        return ask("SwapRuntimeApi", "current_alpha_price", netuid).big();
    }

    /**
     * What a trade would come to now, by the runtime's own simulation.
     *
     * @param netuid which pool
     * @param tao what is paid in
     * @return the alpha that comes out; empty when the runtime does not simulate or the pool cannot serve it
     */
    public Optional<Alpha> bought(Netuid netuid, Tao tao) {
        return simulated("sim_swap_tao_for_alpha", netuid, tao)
                .map(answer -> answer.get("alpha_amount").alpha(netuid));
    }

    /**
     * What a trade would come to now, by the runtime's own simulation.
     *
     * @param alpha what is sold to its subnet's pool
     * @return the TAO that comes out; empty when the runtime does not simulate or the pool cannot serve it
     */
    public Optional<Tao> sold(Alpha alpha) {
        return simulated("sim_swap_alpha_for_tao", alpha.netuid(), alpha)
                .map(answer -> answer.get("tao_amount").tao());
    }

    private Optional<Answer> simulated(String method, Netuid netuid, Object amount) {
        if (!metadata().hasRuntimeCall("SwapRuntimeApi", method)) {
            return Optional.empty();
        }
        return Optional.of(ask("SwapRuntimeApi", method, netuid, amount));
    }

    /**
     * The account's free TAO.
     *
     * @return its balance at the block
     */
    public Tao free() {
        Object found = state.query("System", "Account", account).orElse(Map.of());
        return new Answer("System.Account", found).get("data").get("free").tao();
    }

    /**
     * What the account can give and still live and pay a fee.
     *
     * @return its free TAO without the existential deposit and 0.0005 TAO
     * @throws InvalidValueException when that is nothing
     */
    public Tao spendable() {
        Tao kept = price("Balances", "ExistentialDeposit").plus(FEE_RESERVE);
        Tao free = free();
        if (free.compareTo(kept) <= 0) {
            throw new InvalidValueException(
                    "intent.nothing",
                    "free balance of " + account + ": " + free + " (expected: more than " + kept
                            + ", which stays for the deposit and the fee)",
                    "");
        }
        return free.minus(kept);
    }

    /**
     * What a stake of the account comes to, exactly as the runtime counts it.
     *
     * @param hotkey on whom
     * @param netuid where
     * @return the stake at the block
     */
    public Alpha stake(AccountId hotkey, Netuid netuid) {
        return state.stake(hotkey, account, netuid);
    }

    /**
     * An amount of stake, with {@code all} turned into what is there.
     *
     * @param amount how much, or all
     * @param hotkey on whom
     * @param netuid where
     * @return the amount
     * @throws InvalidValueException when all is nothing, or the amount is of another subnet's alpha
     */
    public Alpha amount(Amount<Alpha> amount, AccountId hotkey, Netuid netuid) {
        Alpha alpha = amount.value().orElseGet(() -> stake(hotkey, netuid));
        if (!alpha.netuid().equals(netuid)) {
            throw new InvalidValueException(
                    "intent.netuid",
                    "amount in alpha of subnet " + alpha.netuid() + " (expected: of " + netuid + ")",
                    "");
        }
        if (alpha.isZero()) {
            throw new InvalidValueException(
                    "intent.nothing", account + " has no stake on " + hotkey + " in subnet " + netuid, "");
        }
        return alpha;
    }

    /**
     * A call of the SubtensorModule.
     *
     * @param function such as {@code add_stake}
     * @param namesAndValues its arguments: name, value, name, value
     * @return the call
     */
    public static Call call(String function, Object... namesAndValues) {
        return Call.of(MODULE, function, namesAndValues);
    }
}
