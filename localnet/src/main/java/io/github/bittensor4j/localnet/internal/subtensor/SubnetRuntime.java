package io.github.bittensor4j.localnet.internal.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.runtime.Arguments;
import io.github.bittensor4j.localnet.internal.state.State;
import java.util.Optional;
import java.util.Set;

/** The subnet runtime as a whole: its calls, its share of every block, and its runtime calls. */
final class SubnetRuntime {
    private final Items items;
    private final Neurons neurons;
    private final Subnets subnets;
    private final Hyperparameters hyperparameters;
    private final Children children;
    private final KeySwaps keySwaps;
    private final Coinbase coinbase;
    private final Calls calls;
    private final Reads reads;

    SubnetRuntime(Declarations declarations) {
        items = new Items(declarations);
        neurons = new Neurons(items);
        Stakes stakes = new Stakes(items);
        Pool pool = new Pool(items);
        Schedule schedule = new Schedule(items);
        Collateral collateral = new Collateral(items, stakes, pool);
        Registration registration = new Registration(items, neurons, stakes, collateral);
        Symbols symbols = new Symbols(items);
        AutoStake autoStake = new AutoStake(items, neurons);
        subnets = new Subnets(items, neurons, stakes, pool, registration, symbols);
        hyperparameters = new Hyperparameters(declarations, items, neurons, schedule);
        Weights weights = new Weights(items, neurons, stakes);
        Commits commits = new Commits(items, neurons, weights, schedule);
        children = new Children(items, stakes, pool);
        keySwaps = new KeySwaps(declarations, items, neurons, stakes, registration, autoStake, collateral);
        coinbase = new Coinbase(items, neurons, stakes, pool, registration, commits, schedule, children, collateral);
        calls = new Calls(
                items,
                neurons,
                registration,
                new Serving(items, neurons),
                weights,
                commits,
                new Staking(items, stakes, pool, collateral),
                subnets,
                hyperparameters,
                schedule,
                children,
                keySwaps,
                autoStake,
                new EvmKeys(items, neurons),
                symbols,
                collateral);
        reads = new Reads(declarations, items, neurons, stakes, pool, subnets, schedule, coinbase);
    }

    /** Writes what the chain is born with. */
    void genesis(Host host, AccountId rootOwner) {
        subnets.genesis(host, rootOwner);
    }

    /** What happens at the start of every block. */
    void beginBlock(Host host) {
        coinbase.beginBlock(host);
    }

    /** What happens at the end of every block. */
    void endBlock(Host host) {
        children.endBlock(host);
    }

    /** What a coldkey whose swap is announced may not do, by the error's name. */
    Optional<String> refusalByAnnouncement(State state, AccountId who, Call call) {
        return keySwaps.against(state, who, call);
    }

    /** The calls of SubtensorModule that root makes. */
    Set<String> rootCalls() {
        return calls.rootNames();
    }

    /**
     * Runs a call of SubtensorModule that root makes.
     *
     * @throws Refusal if the chain refuses it; what it wrote must then be taken back
     */
    void rootCall(Host host, String call, Arguments arguments) {
        calls.runAsRoot(host, call, arguments);
    }

    /** The calls of SubtensorModule that a subnet's owner makes, or root. */
    Set<String> ownerCalls() {
        return calls.ownerNames();
    }

    /**
     * Runs a call of SubtensorModule that a subnet's owner makes, or root.
     *
     * @param signer who signed; empty for root
     * @throws Refusal if the chain refuses it; what it wrote must then be taken back
     */
    void ownerCall(Host host, Optional<AccountId> signer, String call, Arguments arguments) {
        calls.runAsOwner(host, signer, call, arguments);
    }

    /** The calls of SubtensorModule that are modelled. */
    Set<String> calls() {
        return calls.names();
    }

    /**
     * Runs a call of SubtensorModule.
     *
     * @throws Refusal if the chain refuses it; what it wrote must then be taken back
     */
    void call(Host host, AccountId signer, String call, Arguments arguments) {
        calls.run(host, signer, call, arguments);
    }

    /** Why the pool refuses a call of SubtensorModule, by the chain's number. */
    Optional<Integer> refusalInPool(Host host, AccountId signer, String call, Arguments arguments) {
        return calls.refusalInPool(host, signer, call, arguments);
    }

    /** Whether a hotkey has a uid on a subnet. */
    boolean isRegistered(State state, int netuid, AccountId hotkey) {
        return neurons.uid(state, netuid, hotkey).isPresent();
    }

    /** How many epochs a subnet has had. */
    long epochIndex(State state, int netuid) {
        return items.subnetEpochIndex.get(state, netuid);
    }

    /** Ends what validators hold in a miner, where its subnet lets miners ask for it. */
    void resetBonds(State state, int netuid, AccountId hotkey) {
        if (items.bondsResetOn.get(state, netuid)) {
            neurons.uid(state, netuid, hotkey)
                    .ifPresent(uid -> items.bonds
                            .all(state, netuid)
                            .forEach((row, bonds) -> items.bonds.put(
                                    state,
                                    netuid,
                                    row,
                                    bonds.stream()
                                            .filter(bond -> bond.uid() != uid)
                                            .toList())));
        }
    }

    /** The calls of AdminUtils that are modelled. */
    Set<String> hyperparameters() {
        return hyperparameters.calls();
    }

    /**
     * Runs a call of AdminUtils.
     *
     * @param signer who signed; empty for root
     * @throws Refusal if the chain refuses it; what it wrote must then be taken back
     */
    void setHyperparameter(Host host, Optional<AccountId> signer, String call, Arguments arguments) {
        hyperparameters.call(host, signer, call, arguments);
    }

    /** The runtime calls that are answered, each {@code Api.method}. */
    Set<String> reads() {
        return reads.names();
    }

    /** Answers a runtime call with a plain value of its declared type. */
    Object read(Host host, String name, Arguments arguments) {
        return reads.answer(host, name, arguments);
    }
}
