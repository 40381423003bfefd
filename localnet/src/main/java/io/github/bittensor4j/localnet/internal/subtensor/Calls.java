package io.github.bittensor4j.localnet.internal.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import io.github.bittensor4j.localnet.internal.runtime.Arguments;
import io.github.bittensor4j.localnet.internal.state.State;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;

/** The calls of SubtensorModule that are modelled, by name. */
final class Calls {
    /** The largest threshold below which what stakers on root are owed is not paid, in rao. */
    private static final long MAX_ROOT_CLAIM_THRESHOLD = 10_000_000;

    /** What a call does for an account that signed it. */
    @FunctionalInterface
    private interface Action {
        void run(Host host, AccountId signer, Arguments arguments);
    }

    /** What a call does that only root makes. */
    @FunctionalInterface
    private interface RootAction {
        void run(Host host, Arguments arguments);
    }

    private final Map<String, Action> actions = new LinkedHashMap<>();
    private final Map<String, RootAction> rootActions = new LinkedHashMap<>();
    private final Map<String, RootAction> ownerActions = new LinkedHashMap<>();
    private final Items items;
    private final Neurons neurons;
    private final Registration registration;
    private final Serving serving;
    private final Weights weights;
    private final Commits commits;
    private final Staking staking;
    private final Subnets subnets;
    private final Hyperparameters hyperparameters;
    private final Schedule schedule;
    private final Children children;
    private final KeySwaps keySwaps;
    private final AutoStake autoStake;
    private final EvmKeys evmKeys;
    private final Symbols symbols;
    private final Collateral collateral;

    Calls(
            Items items,
            Neurons neurons,
            Registration registration,
            Serving serving,
            Weights weights,
            Commits commits,
            Staking staking,
            Subnets subnets,
            Hyperparameters hyperparameters,
            Schedule schedule,
            Children children,
            KeySwaps keySwaps,
            AutoStake autoStake,
            EvmKeys evmKeys,
            Symbols symbols,
            Collateral collateral) {
        this.items = items;
        this.neurons = neurons;
        this.registration = registration;
        this.serving = serving;
        this.weights = weights;
        this.commits = commits;
        this.staking = staking;
        this.subnets = subnets;
        this.hyperparameters = hyperparameters;
        this.schedule = schedule;
        this.children = children;
        this.keySwaps = keySwaps;
        this.autoStake = autoStake;
        this.evmKeys = evmKeys;
        this.symbols = symbols;
        this.collateral = collateral;
        declareSubnets();
        declareNeurons();
        declareCommits();
        declareBatches();
        declareStake();
        declareChildren();
        declareKeySwaps();
    }

    /** The names of all. */
    Set<String> names() {
        return actions.keySet();
    }

    /** Runs a call. */
    void run(Host host, AccountId signer, String call, Arguments arguments) {
        action(call).run(host, signer, arguments);
    }

    /** The names of all that root makes. */
    Set<String> rootNames() {
        return rootActions.keySet();
    }

    /** Runs a call that root makes. */
    void runAsRoot(Host host, String call, Arguments arguments) {
        RootAction action = rootActions.get(call);
        if (action == null) {
            throw new IllegalArgumentException("call " + call + " is not modelled");
        }
        action.run(host, arguments);
    }

    /** The names of all that a subnet's owner makes, or root. */
    Set<String> ownerNames() {
        return ownerActions.keySet();
    }

    /**
     * Runs a call that a subnet's owner makes, or root.
     *
     * @param signer who signed; empty for root
     */
    void runAsOwner(Host host, Optional<AccountId> signer, String call, Arguments arguments) {
        RootAction action = ownerActions.get(call);
        if (action == null) {
            throw new IllegalArgumentException("call " + call + " is not modelled");
        }
        signer.ifPresent(who -> requireOwner(host.state(), who, arguments.u16("netuid")));
        action.run(host, arguments);
    }

    private Action action(String call) {
        Action action = actions.get(call);
        if (action == null) {
            throw new IllegalArgumentException("call " + call + " is not modelled");
        }
        return action;
    }

    private void declareSubnets() {
        actions.put(
                "register_network",
                (host, signer, a) -> subnets.register(host, signer, a.account("hotkey"), Optional.empty()));
        actions.put(
                "register_network_with_identity",
                (host, signer, a) ->
                        subnets.register(host, signer, a.account("hotkey"), a.optional("identity", Object.class)));
        actions.put("start_call", (host, signer, a) -> subnets.start(host, signer, a.u16("netuid")));
        actions.put("set_subnet_identity", (host, signer, a) -> {
            Map<String, Object> identity = new LinkedHashMap<>(a.values());
            identity.remove("netuid");
            subnets.setIdentity(host, signer, a.u16("netuid"), identity);
        });
        ownerActions.put("update_symbol", (host, a) -> symbols.update(host, a.u16("netuid"), a.bytes("symbol")));
        ownerActions.put("sudo_set_root_claim_threshold", (host, a) -> {
            long threshold = a.u64("new_value");
            Refusal.unless(
                    a.u16("netuid") == Stakes.ROOT && Long.compareUnsigned(threshold, MAX_ROOT_CLAIM_THRESHOLD) <= 0,
                    "InvalidRootClaimThreshold");
            items.rootClaimableThreshold.put(
                    host.state(), Stakes.ROOT, BigInteger.valueOf(threshold).shiftLeft(32));
        });
        actions.put("set_tempo", this::setTempo);
        actions.put("trigger_epoch", this::triggerEpoch);
        actions.put(
                "set_activity_cutoff_factor",
                (host, signer, a) ->
                        hyperparameters.call(host, Optional.of(signer), "sudo_set_activity_cutoff_factor", a));
    }

    private void declareNeurons() {
        actions.put(
                "burned_register",
                (host, signer, a) -> registration.burned(host, signer, a.u16("netuid"), a.account("hotkey")));
        // The proof-of-work form of old: its work is ignored, it pays as the other does.
        actions.put("register", action("burned_register"));
        actions.put(
                "register_limit",
                (host, signer, a) ->
                        registration.limited(host, signer, a.u16("netuid"), a.account("hotkey"), a.u64("limit_price")));
        actions.put("root_register", (host, signer, a) -> registration.root(host, signer, a.account("hotkey")));
        actions.put("serve_axon", (host, signer, a) -> serving.axon(host, signer, a.u16("netuid"), a));
        actions.put("serve_axon_tls", (host, signer, a) -> serving.axonTls(host, signer, a.u16("netuid"), a));
        actions.put("serve_prometheus", (host, signer, a) -> serving.prometheus(host, signer, a.u16("netuid"), a));
        actions.put(
                "set_weights",
                (host, signer, a) -> weights.set(
                        host,
                        signer,
                        a.u16("netuid"),
                        0,
                        a.list("dests", Integer.class),
                        a.list("weights", Integer.class),
                        a.u64("version_key")));
        actions.put(
                "set_mechanism_weights",
                (host, signer, a) -> weights.set(
                        host,
                        signer,
                        a.u16("netuid"),
                        a.u16("mecid"),
                        a.list("dests", Integer.class),
                        a.list("weights", Integer.class),
                        a.u64("version_key")));
        actions.put("try_associate_hotkey", (host, signer, a) -> {
            AccountId hotkey = a.account("hotkey");
            if (items.owner.find(host.state(), hotkey).isEmpty()) {
                registration.refuseSystemAccount(host.state(), hotkey);
                neurons.bind(host.state(), hotkey, signer);
            }
        });
        actions.put(
                "associate_evm_key",
                (host, signer, a) -> evmKeys.associate(
                        host,
                        signer,
                        a.u16("netuid"),
                        a.bytes("evm_key"),
                        a.u64("block_number"),
                        a.bytes("signature")));
        actions.put("set_identity", this::setIdentity);
        actions.put("increase_take", (host, signer, a) -> changeTake(host, signer, a, true));
        actions.put("decrease_take", (host, signer, a) -> changeTake(host, signer, a, false));
    }

    private void declareCommits() {
        for (boolean mechanism : List.of(false, true)) {
            String which = mechanism ? "_mechanism_weights" : "_weights";
            actions.put(
                    "commit" + which,
                    (host, signer, a) -> commits.commit(
                            host, signer, a.u16("netuid"), mechanism(a, mechanism), a.bytes("commit_hash")));
            actions.put(
                    "commit_timelocked" + which,
                    (host, signer, a) -> commits.commitSealed(
                            host,
                            signer,
                            a.u16("netuid"),
                            mechanism(a, mechanism),
                            a.bytes("commit"),
                            a.u64("reveal_round"),
                            a.u16("commit_reveal_version")));
            actions.put(
                    "reveal" + which,
                    (host, signer, a) -> commits.reveal(
                            host,
                            signer,
                            a.u16("netuid"),
                            mechanism(a, mechanism),
                            a.list("uids", Integer.class),
                            a.list("values", Integer.class),
                            a.list("salt", Integer.class),
                            a.u64("version_key")));
        }
    }

    private void declareBatches() {
        actions.put("batch_set_weights", (host, signer, a) -> {
            requireBatch(a);
            List<Integer> netuids = a.list("netuids", Integer.class);
            List<List<?>> rows = a.lists("weights");
            List<Long> versionKeys = a.list("version_keys", Long.class);
            each(
                    host,
                    signer,
                    netuids,
                    i -> weights.set(
                            host,
                            signer,
                            netuids.get(i),
                            0,
                            column(rows.get(i), 0),
                            column(rows.get(i), 1),
                            versionKeys.get(i)));
        });
        actions.put("batch_commit_weights", (host, signer, a) -> {
            requireBatch(a);
            List<Integer> netuids = a.list("netuids", Integer.class);
            List<byte[]> hashes = a.list("commit_hashes", byte[].class);
            each(host, signer, netuids, i -> commits.commit(host, signer, netuids.get(i), 0, hashes.get(i)));
        });
        actions.put(
                "batch_reveal_weights",
                (host, signer, a) -> commits.revealAll(host, signer, a.u16("netuid"), reveals(a)));
    }

    /** All vectors of a batch have one entry for each item. */
    private static void requireBatch(Arguments a) {
        long lengths = a.values().values().stream()
                .filter(List.class::isInstance)
                .mapToInt(vector -> ((List<?>) vector).size())
                .distinct()
                .count();
        Refusal.unless(lengths == 1, "InputLengthsUnequal");
    }

    private static List<Integer> column(List<?> pairs, int which) {
        return pairs.stream().map(pair -> (Integer) ((List<?>) pair).get(which)).toList();
    }

    private static List<Commits.Shown> reveals(Arguments a) {
        requireBatch(a);
        List<List<?>> uids = a.lists("uids_list");
        List<List<?>> values = a.lists("values_list");
        List<List<?>> salts = a.lists("salts_list");
        List<Long> versionKeys = a.list("version_keys", Long.class);
        List<Commits.Shown> all = new ArrayList<>();
        for (int i = 0; i < uids.size(); i++) {
            all.add(new Commits.Shown(
                    numbers(uids.get(i)), numbers(values.get(i)), numbers(salts.get(i)), versionKeys.get(i)));
        }
        return all;
    }

    private static List<Integer> numbers(List<?> plain) {
        return plain.stream().map(Integer.class::cast).toList();
    }

    /** Runs one item for each subnet; those that fail are told by events. */
    private static void each(Host host, AccountId hotkey, List<Integer> netuids, IntConsumer item) {
        Map<Integer, Object> failed = new LinkedHashMap<>();
        for (int i = 0; i < netuids.size(); i++) {
            int index = i;
            host.attempt(() -> item.accept(index)).ifPresent(error -> failed.put(index, error));
        }
        if (!failed.isEmpty()) {
            event(host, "BatchCompletedWithErrors");
        }
        failed.forEach((index, error) -> event(host, "BatchWeightItemFailed", netuids.get(index), error));
        event(host, "BatchWeightsCompleted", netuids, hotkey);
    }

    private static int mechanism(Arguments arguments, boolean given) {
        return given ? arguments.u16("mecid") : 0;
    }

    private void declareStake() {
        actions.put(
                "add_stake",
                (host, signer, a) -> staking.add(
                        host,
                        signer,
                        a.account("hotkey"),
                        a.u16("netuid"),
                        amount(a, "amount_staked"),
                        Optional.empty()));
        actions.put(
                "add_stake_limit",
                (host, signer, a) -> staking.add(
                        host, signer, a.account("hotkey"), a.u16("netuid"), amount(a, "amount_staked"), limit(a)));
        actions.put(
                "remove_stake",
                (host, signer, a) -> staking.remove(
                        host,
                        signer,
                        a.account("hotkey"),
                        a.u16("netuid"),
                        amount(a, "amount_unstaked"),
                        Optional.empty()));
        actions.put(
                "remove_stake_limit",
                (host, signer, a) -> staking.remove(
                        host, signer, a.account("hotkey"), a.u16("netuid"), amount(a, "amount_unstaked"), limit(a)));
        actions.put(
                "remove_stake_full_limit",
                (host, signer, a) -> staking.removeFull(
                        host, signer, a.account("hotkey"), a.u16("netuid"), a.optional("limit_price", Long.class)));
        actions.put(
                "add_stake_burn",
                (host, signer, a) -> staking.addAndBurn(
                        host,
                        signer,
                        a.account("hotkey"),
                        a.u16("netuid"),
                        amount(a, "amount"),
                        a.optional("limit", Long.class)));
        actions.put(
                "add_collateral",
                (host, signer, a) -> collateral.add(
                        host,
                        staking,
                        signer,
                        a.u16("netuid"),
                        a.account("hotkey"),
                        amount(a, "alpha"),
                        a.u64("limit_price")));
        actions.put(
                "set_min_collateral",
                (host, signer, a) -> collateral.setLeast(
                        host, signer, a.u16("netuid"), a.account("hotkey"), amount(a, "min_locked")));
        actions.put(
                "burn_alpha",
                (host, signer, a) ->
                        staking.burn(host, signer, a.account("hotkey"), a.u16("netuid"), amount(a, "amount")));
        actions.put(
                "recycle_alpha",
                (host, signer, a) ->
                        staking.recycle(host, signer, a.account("hotkey"), a.u16("netuid"), amount(a, "amount")));
        actions.put(
                "set_coldkey_auto_stake_hotkey",
                (host, signer, a) -> autoStake.set(host, signer, a.u16("netuid"), a.account("hotkey")));
        actions.put("unstake_all", (host, signer, a) -> staking.removeAll(host, signer, a.account("hotkey")));
        actions.put(
                "unstake_all_alpha", (host, signer, a) -> staking.removeAllToRoot(host, signer, a.account("hotkey")));
        actions.put("move_stake", (host, signer, a) -> move(host, signer, a, Optional.empty()));
        actions.put("move_stake_limit", (host, signer, a) -> move(host, signer, a, limit(a)));
        actions.put("swap_stake", (host, signer, a) -> swap(host, signer, a, Optional.empty()));
        actions.put("swap_stake_limit", (host, signer, a) -> swap(host, signer, a, limit(a)));
        actions.put("transfer_stake", (host, signer, a) -> {
            AccountId hotkey = a.account("hotkey");
            AccountId to = a.account("destination_coldkey");
            int origin = a.u16("origin_netuid");
            int destination = a.u16("destination_netuid");
            long tao = staking.move(
                    host,
                    new Staking.Place(signer, hotkey, origin),
                    new Staking.Place(to, hotkey, destination),
                    amount(a, "alpha_amount"),
                    Optional.empty(),
                    true);
            event(host, "StakeTransferred", signer, to, hotkey, origin, destination, tao);
        });
    }

    private void declareChildren() {
        actions.put("set_children", (host, signer, a) -> {
            List<Family.Member> list = a.lists("children").stream()
                    .map(child -> new Family.Member((Long) child.get(0), (AccountId) child.get(1)))
                    .toList();
            children.set(host, signer, a.account("hotkey"), a.u16("netuid"), list);
        });
        actions.put(
                "set_childkey_take",
                (host, signer, a) ->
                        children.setTake(host, signer, a.account("hotkey"), a.u16("netuid"), a.u16("take")));
        rootActions.put(
                "set_pending_childkey_cooldown",
                (host, a) -> items.pendingChildKeyCooldown.put(host.state(), a.u64("cooldown")));
        rootActions.put("sudo_set_tx_childkey_take_rate_limit", (host, a) -> {
            items.txChildkeyTakeRateLimit.put(host.state(), a.u64("tx_rate_limit"));
            event(host, "TxChildKeyTakeRateLimitSet", a.u64("tx_rate_limit"));
        });
        rootActions.put("sudo_set_min_childkey_take", (host, a) -> {
            items.minChildkeyTake.put(host.state(), a.u16("take"));
            event(host, "MinChildKeyTakeSet", a.u16("take"));
        });
        rootActions.put("sudo_set_max_childkey_take", (host, a) -> {
            items.maxChildkeyTake.put(host.state(), a.u16("take"));
            event(host, "MaxChildKeyTakeSet", a.u16("take"));
        });
    }

    private void declareKeySwaps() {
        actions.put(
                "swap_hotkey",
                (host, signer, a) -> keySwaps.hotkey(
                        host,
                        signer,
                        a.account("hotkey"),
                        a.account("new_hotkey"),
                        a.optional("netuid", Integer.class),
                        false));
        actions.put(
                "swap_hotkey_v2",
                (host, signer, a) -> keySwaps.hotkey(
                        host,
                        signer,
                        a.account("hotkey"),
                        a.account("new_hotkey"),
                        a.optional("netuid", Integer.class),
                        a.bool("keep_stake")));
        actions.put(
                "announce_coldkey_swap",
                (host, signer, a) -> keySwaps.announce(host, signer, a.bytes("new_coldkey_hash")));
        actions.put(
                "swap_coldkey_announced",
                (host, signer, a) -> keySwaps.announced(host, signer, a.account("new_coldkey")));
        actions.put("dispute_coldkey_swap", (host, signer, a) -> keySwaps.dispute(host, signer));
        actions.put("clear_coldkey_swap_announcement", (host, signer, a) -> keySwaps.clear(host, signer));
        rootActions.put("reset_coldkey_swap", (host, a) -> keySwaps.reset(host, a.account("coldkey")));
        rootActions.put(
                "swap_coldkey",
                (host, a) ->
                        keySwaps.force(host, a.account("old_coldkey"), a.account("new_coldkey"), a.u64("swap_cost")));
    }

    private void move(Host host, AccountId signer, Arguments a, Optional<Staking.Limit> limit) {
        AccountId from = a.account("origin_hotkey");
        AccountId to = a.account("destination_hotkey");
        int origin = a.u16("origin_netuid");
        int destination = a.u16("destination_netuid");
        Staking.Place place = new Staking.Place(signer, from, origin);
        // The limited form takes the largest number for all there is.
        boolean all = limit.isPresent() && a.u64("alpha_amount") == -1L;
        long tao = staking.move(
                host,
                place,
                new Staking.Place(signer, to, destination),
                all ? staking.at(host, place) : amount(a, "alpha_amount"),
                limit,
                false);
        event(host, "StakeMoved", signer, from, origin, to, destination, tao);
    }

    private void swap(Host host, AccountId signer, Arguments a, Optional<Staking.Limit> limit) {
        AccountId hotkey = a.account("hotkey");
        int origin = a.u16("origin_netuid");
        int destination = a.u16("destination_netuid");
        Refusal.unless(origin != destination, "SameNetuid");
        long tao = staking.move(
                host,
                new Staking.Place(signer, hotkey, origin),
                new Staking.Place(signer, hotkey, destination),
                amount(a, "alpha_amount"),
                limit,
                false);
        event(host, "StakeSwapped", signer, hotkey, origin, destination, tao);
    }

    private void setIdentity(Host host, AccountId coldkey, Arguments a) {
        State state = host.state();
        Refusal.unless(
                items.ownedHotkeys.get(state, coldkey).stream()
                        .anyMatch(hotkey ->
                                items.isNetworkMember.all(state, hotkey).containsValue(true)),
                "HotKeyNotRegisteredInNetwork");
        a.values().forEach((field, value) -> {
            boolean isLong = Set.of("image", "description", "additional").contains(field);
            Refusal.unless(((byte[]) value).length <= (isLong ? 1024 : 256), "InvalidIdentity");
        });
        items.identities.put(state, coldkey, a.values());
        event(host, "ChainIdentitySet", coldkey);
    }

    private void changeTake(Host host, AccountId coldkey, Arguments a, boolean up) {
        State state = host.state();
        AccountId hotkey = a.account("hotkey");
        int take = a.u16("take");
        checkTake(host, coldkey, hotkey, take, up);
        items.delegates.put(state, hotkey, take);
        items.lastTxBlockDelegateTake.put(state, hotkey, host.block());
        event(host, up ? "TakeIncreased" : "TakeDecreased", coldkey, hotkey, take);
    }

    private void checkTake(Host host, AccountId coldkey, AccountId hotkey, int take, boolean up) {
        State state = host.state();
        Optional<AccountId> owner = items.owner.find(state, hotkey);
        Refusal.unless(owner.isPresent(), "HotKeyAccountNotExists");
        Refusal.unless(owner.get().equals(coldkey), "NonAssociatedColdKey");
        int current = items.delegates.get(state, hotkey);
        if (up) {
            Refusal.unless(take > current, "DelegateTakeTooLow");
            Refusal.unless(take <= items.maxDelegateTake.get(state), "DelegateTakeTooHigh");
            long last = items.lastTxBlockDelegateTake.get(state, hotkey);
            Refusal.unless(
                    last == 0
                            || Long.compareUnsigned(host.block() - last, items.txDelegateTakeRateLimit.get(state)) > 0,
                    "DelegateTxRateLimitExceeded");
        } else {
            Refusal.unless(take < current && take >= items.minDelegateTake.get(state), "DelegateTakeTooLow");
        }
    }

    private void setTempo(Host host, AccountId signer, Arguments a) {
        State state = host.state();
        int netuid = a.u16("netuid");
        int tempo = a.u16("tempo");
        requireOwner(state, signer, netuid);
        Refusal.unless(tempo >= 360 && tempo <= 50_400, "TempoOutOfBounds");
        Refusal.unless(!schedule.isFrozen(state, netuid, host.block()), "AdminActionProhibitedDuringWeightsWindow");
        items.tempo.put(state, netuid, tempo);
        items.lastEpochBlock.put(state, netuid, host.block());
        event(host, "TempoSet", netuid, tempo);
    }

    private void triggerEpoch(Host host, AccountId signer, Arguments a) {
        State state = host.state();
        int netuid = a.u16("netuid");
        requireOwner(state, signer, netuid);
        Refusal.unless(!items.commitRevealWeightsEnabled.get(state, netuid), "DynamicTempoBlockedByCommitReveal");
        Refusal.unless(items.pendingEpochAt.get(state, netuid) == 0, "EpochTriggerAlreadyPending");
        Refusal.unless(!schedule.isFrozen(state, netuid, host.block()), "AutoEpochAlreadyImminent");
        Variant clock = Variant.of("OwnerHyperparamUpdate", netuid, Variant.of("TriggerEpoch"));
        long last = items.lastRateLimitedBlock.get(state, clock);
        long wait = (long) items.ownerHyperparamRateLimit.get(state) * items.tempo.get(state, netuid);
        Refusal.unless(last == 0 || host.block() - last >= wait, "TxRateLimitExceeded");
        long at = host.block() + Math.max(1, items.adminFreezeWindow.get(state));
        items.pendingEpochAt.put(state, netuid, at);
        items.lastRateLimitedBlock.put(state, clock, host.block());
        event(host, "EpochTriggered", netuid, signer, at);
    }

    private void requireOwner(State state, AccountId signer, int netuid) {
        if (!items.subnetOwner.find(state, netuid).filter(signer::equals).isPresent()) {
            throw Refusal.badOrigin();
        }
    }

    /**
     * Why the pool refuses a call before it comes into a block, by the chain's number; empty where it may go in. The same reasons are
     * checked again, by name, when the call runs.
     */
    Optional<Integer> refusalInPool(Host host, AccountId signer, String call, Arguments arguments) {
        try {
            switch (call) {
                case "set_weights", "set_mechanism_weights" ->
                    weights.checkValidity(host, signer, arguments.u16("netuid"));
                case "commit_weights", "commit_mechanism_weights" ->
                    commits.checkValidity(host, signer, arguments.u16("netuid"));
                case "commit_timelocked_weights", "commit_timelocked_mechanism_weights" ->
                    commits.checkSealedValidity(host, signer, arguments.u16("netuid"), arguments.u64("reveal_round"));
                case "reveal_weights", "reveal_mechanism_weights" ->
                    commits.checkRevealValidity(
                            host,
                            signer,
                            arguments.u16("netuid"),
                            arguments.list("uids", Integer.class),
                            arguments.list("values", Integer.class),
                            arguments.list("salt", Integer.class),
                            arguments.u64("version_key"));
                case "batch_set_weights", "batch_commit_weights" -> {
                    requireBatch(arguments);
                    for (int netuid : arguments.list("netuids", Integer.class)) {
                        commits.checkStake(host, signer, netuid);
                    }
                }
                case "batch_reveal_weights" ->
                    commits.checkRevealsValidity(host, signer, arguments.u16("netuid"), reveals(arguments));
                case "register_network", "register_network_with_identity" -> subnets.checkRate(host);
                case "serve_axon", "serve_axon_tls" ->
                    serving.checkAxon(host, signer, arguments.u16("netuid"), arguments);
                case "serve_prometheus" -> serving.checkPrometheus(host, signer, arguments.u16("netuid"), arguments);
                case "increase_take" ->
                    checkTake(host, signer, arguments.account("hotkey"), arguments.u16("take"), true);
                case "decrease_take" ->
                    checkTake(host, signer, arguments.account("hotkey"), arguments.u16("take"), false);
                default -> {}
            }
            return Optional.empty();
        } catch (Refusal refusal) {
            return Optional.of(code(refusal.error()));
        }
    }

    private static int code(String error) {
        return switch (error) {
            case "NotEnoughStakeToSetWeights", "AmountTooLow" -> 1;
            case "NotEnoughBalanceToStake" -> 2;
            case "SubnetNotExists" -> 3;
            case "HotKeyAccountNotExists" -> 4;
            case "NotEnoughStakeToWithdraw" -> 5;
            case "SettingWeightsTooFast", "CommittingWeightsTooFast", "NetworkTxRateLimitExceeded" -> 6;
            case "InsufficientLiquidity" -> 7;
            case "SlippageTooHigh" -> 8;
            case "TransferDisallowed" -> 9;
            case "HotKeyNotRegisteredInNetwork" -> 10;
            case "InvalidIpAddress" -> 11;
            case "ServingRateLimitExceeded" -> 12;
            case "InvalidPort" -> 13;
            case "InvalidRevealRound" -> 15;
            case "InputLengthsUnequal" -> 18;
            case "NoWeightsCommitFound", "InvalidRevealCommitHashNotMatch" -> 16;
            case "RevealTooEarly", "ExpiredWeightCommit" -> 17;
            case "HotKeyNotRegisteredInSubNet" -> 19;
            case "NonAssociatedColdKey" -> 25;
            case "DelegateTakeTooLow" -> 26;
            case "DelegateTakeTooHigh" -> 27;
            default -> 255;
        };
    }

    private static void event(Host host, String name, Object... values) {
        host.event("SubtensorModule", name, values);
    }

    /** An amount; more than any balance can be counts as that. */
    private static long amount(Arguments arguments, String name) {
        long amount = arguments.u64(name);
        return amount < 0 ? Long.MAX_VALUE : amount;
    }

    private static Optional<Staking.Limit> limit(Arguments arguments) {
        return Optional.of(new Staking.Limit(arguments.u64("limit_price"), arguments.bool("allow_partial")));
    }
}
