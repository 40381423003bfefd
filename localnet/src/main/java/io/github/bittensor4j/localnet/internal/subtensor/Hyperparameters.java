package io.github.bittensor4j.localnet.internal.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.declare.PalletDeclaration;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import io.github.bittensor4j.localnet.internal.runtime.Arguments;
import io.github.bittensor4j.localnet.internal.state.Codec;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.localnet.internal.state.StorageMap;
import io.github.bittensor4j.localnet.internal.state.StorageValue;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The calls of AdminUtils that set a hyperparameter: who may, when, within which bounds, and what is then written. Most differ in
 * nothing but that, so they are rows of one table.
 */
final class Hyperparameters {
    private static final String PALLET = "AdminUtils";
    private static final String TRIM = "sudo_trim_to_max_allowed_uids";

    /** The chain's number for trimming, under which it keeps when that was done. */
    private static final int TRIMMED = 9;

    /** Who may set a hyperparameter, and whether the freeze window stops it. */
    private enum Access {
        /** The subnet's owner, seldom, or root; not within the freeze window. */
        OWNER_SELDOM,
        /** The subnet's owner or root; not within the freeze window. */
        OWNER,
        /** Root; not within the freeze window. */
        ROOT_WINDOW,
        /** Root, at any time. */
        ROOT
    }

    /** Checks a value before it is written. */
    @FunctionalInterface
    private interface Check {
        void accept(Host host, int netuid, Object value, boolean root);
    }

    /** Does more than writing the value. */
    @FunctionalInterface
    private interface After {
        void accept(Host host, int netuid, Object value);
    }

    /** One setter of a subnet. */
    private static final class Setter {
        private final Access access;
        private final String argument;
        private final StorageMap<Integer, Object> item;
        private Optional<String> event = Optional.empty();
        private Optional<String> limit = Optional.empty();
        private Check check = (host, netuid, value, root) -> {};
        private After after = (host, netuid, value) -> {};

        Setter(Access access, String argument, StorageMap<Integer, Object> item) {
            this.access = access;
            this.argument = argument;
            this.item = item;
        }

        Setter event(String name) {
            event = Optional.of(name);
            return this;
        }

        /** Names the clock that says how often the owner may. */
        Setter limit(String hyperparameter) {
            limit = Optional.of(hyperparameter);
            return this;
        }

        Setter check(Check rule) {
            check = rule;
            return this;
        }

        Setter after(After more) {
            after = more;
            return this;
        }
    }

    /** One setter of the whole chain, which only root may call. */
    private record Global(String argument, StorageValue<Object> item, Optional<String> event) {}

    private final Map<String, Setter> setters = new LinkedHashMap<>();
    private final Map<String, Global> globals = new LinkedHashMap<>();
    private final PalletDeclaration pallet;
    private final Items items;
    private final Neurons neurons;
    private final Schedule schedule;

    Hyperparameters(Declarations declarations, Items items, Neurons neurons, Schedule schedule) {
        this.pallet = declarations.pallet("SubtensorModule");
        this.items = items;
        this.neurons = neurons;
        this.schedule = schedule;
        declareOwnerSetters();
        declareRootSetters();
        declareGlobals();
    }

    private void declareOwnerSetters() {
        owner("serving_rate_limit", "ServingRateLimit").event("ServingRateLimitSet");
        owner("max_difficulty", "MaxDifficulty").event("MaxDifficultySet");
        owner("weights_version_key", "WeightsVersionKey")
                .event("WeightsVersionKeySet")
                .limit("");
        owner("adjustment_alpha", "AdjustmentAlpha").event("AdjustmentAlphaSet");
        owner("immunity_period", "ImmunityPeriod").event("ImmunityPeriodSet");
        owner("min_allowed_weights", "MinAllowedWeights").event("MinAllowedWeightSet");
        owner("max_allowed_uids", "MaxAllowedUids").event("MaxAllowedUidsSet").check((host, netuid, value, root) -> {
            int most = (Integer) value;
            require(most >= items.minAllowedUids.get(host.state(), netuid), "MaxAllowedUidsLessThanMinAllowedUids");
            require(most >= neurons.count(host.state(), netuid), "MaxAllowedUIdsLessThanCurrentUIds");
            require(most <= 256, "MaxAllowedUidsGreaterThanDefaultMaxAllowedUids");
        });
        owner("rho", "Rho").event("RhoSet");
        owner("activity_cutoff", "ActivityCutoff").event("ActivityCutoffSet");
        owner("min_burn", "MinBurn").event("MinBurnSet").check((host, netuid, value, root) -> {
            require(below((Long) value, 1_000_000_000L), "ValueNotInBounds");
            require(below((Long) value, items.maxBurn.get(host.state(), netuid)), "ValueNotInBounds");
        });
        owner("max_burn", "MaxBurn").event("MaxBurnSet").check((host, netuid, value, root) -> {
            require(below(100_000_000L, (Long) value), "ValueNotInBounds");
            require(below(items.minBurn.get(host.state(), netuid), (Long) value), "ValueNotInBounds");
        });
        owner("bonds_moving_average", "BondsMovingAverage")
                .event("BondsMovingAverageSet")
                .check((host, netuid, value, root) -> require(
                        root || Long.compareUnsigned((Long) value, 975_000) <= 0, "BondsMovingAverageMaxReached"));
        owner("bonds_penalty", "BondsPenalty").event("BondsPenaltySet");
        owner("commit_reveal_weights_enabled", "CommitRevealWeightsEnabled", "enabled", Access.OWNER_SELDOM)
                .limit("CommitRevealEnabled")
                .event("CommitRevealEnabled");
        owner("commit_reveal_weights_interval", "RevealPeriodEpochs", "interval", Access.OWNER_SELDOM)
                .limit("WeightCommitInterval")
                .event("CommitRevealPeriodsSet")
                .check((host, netuid, value, root) -> {
                    Refusal.unless(Long.compareUnsigned((Long) value, 100) <= 0, "RevealPeriodTooLarge");
                    Refusal.unless((Long) value != 0, "RevealPeriodTooSmall");
                });
        owner("liquid_alpha_enabled", "LiquidAlphaOn", "enabled", Access.OWNER_SELDOM)
                .limit("LiquidAlphaEnabled");
        owner("yuma3_enabled", "Yuma3On", "enabled", Access.OWNER_SELDOM)
                .limit("Yuma3Enabled")
                .after((host, netuid, value) -> host.event(PALLET, "Yuma3EnableToggled", netuid, value));
        owner("bonds_reset_enabled", "BondsResetOn", "enabled", Access.OWNER_SELDOM)
                .limit("BondsResetEnabled")
                .event("BondsResetOnSet")
                .after((host, netuid, value) -> host.event(PALLET, "BondsResetToggled", netuid, value));
        owner("toggle_transfer", "TransferToggle", "toggle", Access.OWNER_SELDOM)
                .limit("TransferEnabled")
                .event("TransferToggle");
        owner("recycle_or_burn", "RecycleOrBurn");
        owner("owner_immune_neuron_limit", "ImmuneOwnerUidsLimit", "immune_neurons", Access.OWNER_SELDOM)
                .limit("ImmuneNeuronLimit");
        owner("alpha_sigmoid_steepness", "AlphaSigmoidSteepness", "steepness", Access.OWNER_SELDOM)
                .event("AlphaSigmoidSteepnessSet")
                .check((host, netuid, value, root) ->
                        require(root || ((Number) value).intValue() >= 0, "NegativeSigmoidSteepness"));
        owner("burn_half_life", "BurnHalfLife")
                .check((host, netuid, value, root) ->
                        require((Integer) value >= 1 && (Integer) value <= 36_100, "InvalidValue"))
                .after((host, netuid, value) -> host.event(PALLET, "BurnHalfLifeSet", netuid, value));
        owner("burn_increase_mult", "BurnIncreaseMult")
                .check((host, netuid, value, root) -> {
                    BigInteger one = BigInteger.ONE.shiftLeft(64);
                    BigInteger bits = (BigInteger) value;
                    require(
                            bits.compareTo(one) >= 0 && bits.compareTo(one.multiply(BigInteger.valueOf(3))) <= 0,
                            "InvalidValue");
                })
                .after((host, netuid, value) -> host.event(PALLET, "BurnIncreaseMultSet", netuid, value));
        owner("activity_cutoff_factor", "ActivityCutoffFactorMilli", "factor_milli", Access.OWNER_SELDOM)
                .limit("ActivityCutoffFactorMilli")
                .check((host, netuid, value, root) -> Refusal.unless(
                        (Long) value >= 1000 && (Long) value <= 50_000, "ActivityCutoffFactorMilliOutOfBounds"))
                .after((host, netuid, value) ->
                        host.event("SubtensorModule", "ActivityCutoffFactorMilliSet", netuid, value));
        // A subnet that nobody can join in any way is not allowed.
        owner("network_registration_allowed", "NetworkRegistrationAllowed", "registration_allowed", Access.OWNER)
                .event("RegistrationAllowed")
                .check((host, netuid, value, root) -> requireOpen(
                        netuid, (Boolean) value || items.networkPowRegistrationAllowed.get(host.state(), netuid)));
        owner("network_pow_registration_allowed", "NetworkPowRegistrationAllowed", "registration_allowed", Access.OWNER)
                .event("PowRegistrationAllowed")
                .check((host, netuid, value, root) -> requireOpen(
                        netuid, (Boolean) value || items.networkRegistrationAllowed.get(host.state(), netuid)));
        owner("min_childkey_take_per_subnet", "MinChildkeyTakePerSubnet", "take", Access.OWNER_SELDOM)
                .limit("MinChildkeyTake")
                .event("MinChildKeyTakePerSubnetSet")
                .check((host, netuid, value, root) -> require(
                        (Integer) value >= items.minChildkeyTake.get(host.state())
                                && (Integer) value <= items.maxChildkeyTake.get(host.state()),
                        "InvalidValue"));
        owner("collateral_lock_share", "CollateralLockShare", "lock_share", Access.OWNER_SELDOM)
                .check((host, netuid, value, root) -> {
                    require(netuid != Stakes.ROOT, "NotPermittedOnRootSubnet");
                    require((Integer) value <= 62_258, "CollateralLockShareTooHigh");
                })
                .after((host, netuid, value) -> host.event(PALLET, "CollateralLockShareSet", netuid, value));
        owner("collateral_drain_ratio", "CollateralDrainRatio", "drain_ratio", Access.OWNER_SELDOM)
                .check((host, netuid, value, root) -> {
                    require(netuid != Stakes.ROOT, "NotPermittedOnRootSubnet");
                    BigInteger bits = (BigInteger) value;
                    require(
                            bits.signum() > 0 && bits.compareTo(BigInteger.TEN.shiftLeft(64)) <= 0,
                            "CollateralDrainRatioOutOfBounds");
                })
                .after((host, netuid, value) -> host.event(PALLET, "CollateralDrainRatioSet", netuid, value));
        owner("owner_cut_enabled", "OwnerCutEnabled", "enabled", Access.OWNER);
        owner("owner_cut_auto_lock_enabled", "OwnerCutAutoLockEnabled", "enabled", Access.OWNER);
    }

    private void declareRootSetters() {
        root("tempo", "Tempo", Access.ROOT_WINDOW)
                .event("TempoSet")
                .after((host, netuid, value) -> items.lastEpochBlock.put(host.state(), netuid, host.block()));
        root("max_allowed_validators", "MaxAllowedValidators", Access.ROOT_WINDOW)
                .event("MaxAllowedValidatorsSet")
                .check((host, netuid, value, root) -> require(
                        (Integer) value <= items.maxAllowedUids.get(host.state(), netuid),
                        "MaxValidatorsLargerThanMaxUIds"));
        root("max_registrations_per_block", "MaxRegistrationsPerBlock", Access.ROOT_WINDOW)
                .event("MaxRegistrationsPerBlockSet");
        root("target_registrations_per_interval", "TargetRegistrationsPerInterval", Access.ROOT_WINDOW)
                .event("RegistrationPerIntervalSet");
        root("difficulty", "Difficulty", Access.ROOT_WINDOW).event("DifficultySet");
        root("min_difficulty", "MinDifficulty", Access.ROOT_WINDOW).event("MinDifficultySet");
        root("min_allowed_uids", "MinAllowedUids", Access.ROOT_WINDOW)
                .event("MinAllowedUidsSet")
                .check((host, netuid, value, root) -> {
                    require(
                            (Integer) value < items.maxAllowedUids.get(host.state(), netuid),
                            "MinAllowedUidsGreaterThanMaxAllowedUids");
                    require(
                            (Integer) value < neurons.count(host.state(), netuid),
                            "MinAllowedUidsGreaterThanCurrentUids");
                });
        root("subtoken_enabled", "SubtokenEnabled", Access.ROOT_WINDOW);
        root("kappa", "Kappa", Access.ROOT).event("KappaSet");
        root("weights_set_rate_limit", "WeightsSetRateLimit", Access.ROOT).event("WeightsSetRateLimitSet");
        root("adjustment_interval", "AdjustmentInterval", Access.ROOT).event("AdjustmentIntervalSet");
        root("min_non_immune_uids", "MinNonImmuneUids", "min").event("MinNonImmuneUidsSet");
        root("rao_recycled", "RAORecycledForRegistration", Access.ROOT).event("RAORecycledForRegistrationSet");
        root("ema_price_halving_period", "EMAPriceHalvingBlocks", "ema_halving");
        root("subnet_emission_enabled", "SubnetEmissionEnabled", "enabled")
                .check((host, netuid, value, root) -> require(netuid != Stakes.ROOT, "NotPermittedOnRootSubnet"))
                .after((host, netuid, value) -> host.event(PALLET, "SubnetEmissionEnabledSet", netuid, value));
    }

    private void declareGlobals() {
        global("tx_rate_limit", "TxRateLimit", "tx_rate_limit", "TxRateLimitSet");
        global("tx_delegate_take_rate_limit", "TxDelegateTakeRateLimit", "tx_rate_limit", "TxDelegateTakeRateLimitSet");
        global("default_take", "MaxDelegateTake", "default_take", "DefaultTakeSet");
        global("min_delegate_take", "MinDelegateTake", "take", "MinDelegateTakeSet");
        global("subnet_owner_cut", "SubnetOwnerCut", "subnet_owner_cut", "SubnetOwnerCutSet");
        global("network_rate_limit", "NetworkRateLimit", "rate_limit", "NetworkRateLimitSet");
        global("network_immunity_period", "NetworkImmunityPeriod", "immunity_period", "NetworkImmunityPeriodSet");
        global("network_min_lock_cost", "NetworkMinLockCost", "lock_cost", "NetworkMinLockCostSet");
        global("subnet_limit", "SubnetLimit", "max_subnets", "SubnetLimitSet");
        global(
                "lock_reduction_interval",
                "NetworkLockReductionInterval",
                "interval",
                "NetworkLockCostReductionIntervalSet");
        global("stake_threshold", "StakeThreshold", "min_stake", "StakeThresholdSet");
        global("subnet_moving_alpha", "SubnetMovingAlpha", "alpha", "");
        global("admin_freeze_window", "AdminFreezeWindow", "window", "AdminFreezeWindowSet");
        global("owner_hparam_rate_limit", "OwnerHyperparamRateLimit", "epochs", "OwnerHyperparamRateLimitSet");
        global("start_call_delay", "StartCallDelay", "delay", "StartCallDelaySet");
        global(
                "coldkey_swap_announcement_delay",
                "ColdkeySwapAnnouncementDelay",
                "duration",
                "ColdkeySwapAnnouncementDelaySet");
        global(
                "coldkey_swap_reannouncement_delay",
                "ColdkeySwapReannouncementDelay",
                "duration",
                "ColdkeySwapReannouncementDelaySet");
        global("ck_burn", "CKBurn", "burn", "");
        global("max_epochs_per_block", "MaxEpochsPerBlock", "max_epochs_per_block", "MaxEpochsPerBlockSet");
    }

    private Setter owner(String name, String item) {
        return owner(name, item, name, Access.OWNER_SELDOM);
    }

    private Setter owner(String name, String item, String argument, Access access) {
        return declare(name, item, argument, access).limit(item);
    }

    private Setter root(String name, String item, Access access) {
        return declare(name, item, name, access);
    }

    private Setter root(String name, String item, String argument) {
        return declare(name, item, argument, Access.ROOT);
    }

    private Setter declare(String name, String item, String argument, Access access) {
        Setter setter = new Setter(access, argument, new StorageMap<>(pallet, item, Codec.U16, plain(item)));
        setters.put("sudo_set_" + name, setter);
        return setter;
    }

    private void global(String name, String item, String argument, String event) {
        globals.put(
                "sudo_set_" + name,
                new Global(
                        argument,
                        new StorageValue<>(pallet, item, plain(item)),
                        event.isEmpty() ? Optional.empty() : Optional.of(event)));
    }

    private Codec<Object> plain(String item) {
        return Codec.plain(
                Optional.ofNullable(pallet.storage().get(item)).orElseThrow().value());
    }

    /** The names of the calls that are modelled here. */
    Set<String> calls() {
        Set<String> names = new LinkedHashSet<>(setters.keySet());
        names.addAll(globals.keySet());
        names.add("sudo_set_alpha_values");
        names.add("sudo_set_sn_owner_hotkey");
        names.add(TRIM);
        return names;
    }

    /**
     * Sets a hyperparameter.
     *
     * @param signer who signed; empty for root
     */
    void call(Host host, Optional<AccountId> signer, String call, Arguments arguments) {
        Global global = globals.get(call);
        if (global != null) {
            requireRoot(signer);
            Object value = arguments.get(global.argument());
            global.item().put(host.state(), value);
            global.event().ifPresent(event -> host.event("SubtensorModule", event, value));
            return;
        }
        int netuid = arguments.u16("netuid");
        if (call.equals("sudo_set_alpha_values")) {
            setAlphaValues(host, signer, netuid, arguments.u16("alpha_low"), arguments.u16("alpha_high"));
            return;
        }
        if (call.equals("sudo_set_sn_owner_hotkey")) {
            setOwnerHotkey(host, signer, netuid, arguments.account("hotkey"));
            return;
        }
        if (call.equals(TRIM)) {
            trim(host, signer, netuid, arguments.u16("max_n"));
            return;
        }
        Setter setter = setters.get(call);
        if (setter == null) {
            throw new IllegalArgumentException("call " + call + " is not modelled");
        }
        Object value = arguments.get(setter.argument);
        admit(host, signer, netuid, setter.access, setter.limit);
        setter.check.accept(host, netuid, value, signer.isEmpty());
        setter.item.put(host.state(), netuid, value);
        setter.event.ifPresent(event -> host.event("SubtensorModule", event, netuid, value));
        setter.after.accept(host, netuid, value);
        recordChange(host, signer, netuid, setter.access, setter.limit);
    }

    private void setAlphaValues(Host host, Optional<AccountId> signer, int netuid, int low, int high) {
        Optional<String> limit = Optional.of("AlphaValues");
        admit(host, signer, netuid, Access.OWNER_SELDOM, limit);
        Refusal.unless(items.liquidAlphaOn.get(host.state(), netuid), "LiquidAlphaDisabled");
        Refusal.unless(high >= 1638, "AlphaHighTooLow");
        Refusal.unless(low >= 1638 && low <= high, "AlphaLowOutOfRange");
        items.alphaValues.put(host.state(), netuid, Map.entry(low, high));
        recordChange(host, signer, netuid, Access.OWNER_SELDOM, limit);
    }

    private void trim(Host host, Optional<AccountId> signer, int netuid, int most) {
        State state = host.state();
        requireOwnerOrRoot(state, signer, netuid);
        signer.ifPresent(owner -> {
            long last = items.transactionKeyLastBlock.get(state, owner, netuid, TRIMMED);
            Refusal.unless(last == 0 || host.block() - last >= 1, "TxRateLimitExceeded");
        });
        Refusal.unless(!schedule.isFrozen(state, netuid, host.block()), "AdminActionProhibitedDuringWeightsWindow");
        Refusal.unless(items.networksAdded.get(state, netuid), "SubnetNotExists");
        Refusal.unless(
                most >= items.minAllowedUids.get(state, netuid) && most <= items.maxAllowedUids.get(state, netuid),
                "InvalidValue");
        items.maxAllowedUids.put(state, netuid, most);
        if (neurons.count(state, netuid) > most) {
            neurons.trim(state, netuid, most, host.block());
        }
        signer.ifPresent(owner -> items.transactionKeyLastBlock.put(state, owner, netuid, TRIMMED, host.block()));
    }

    private void setOwnerHotkey(Host host, Optional<AccountId> signer, int netuid, AccountId hotkey) {
        State state = host.state();
        requireOwnerOrRoot(state, signer, netuid);
        Variant clock = Variant.of("SetSNOwnerHotkey", netuid);
        long last = items.lastRateLimitedBlock.get(state, clock);
        Refusal.unless(last == 0 || host.block() - last >= 50_400, "TxRateLimitExceeded");
        items.subnetOwnerHotkey.put(state, netuid, hotkey);
        items.lastRateLimitedBlock.put(state, clock, host.block());
        host.event("SubtensorModule", "SubnetOwnerHotkeySet", netuid, hotkey);
    }

    private void admit(
            Host host, Optional<AccountId> signer, int netuid, Access access, Optional<String> hyperparameter) {
        State state = host.state();
        if (access == Access.ROOT || access == Access.ROOT_WINDOW) {
            requireRoot(signer);
        } else {
            requireOwnerOrRoot(state, signer, netuid);
        }
        if (access == Access.OWNER_SELDOM && signer.isPresent()) {
            Object clock = clock(netuid, hyperparameter.orElseThrow());
            long last = items.lastRateLimitedBlock.get(state, clock);
            long tempo = items.tempo.get(state, netuid);
            long wait = tempo
                    * (hyperparameter.get().isEmpty()
                            ? items.weightsVersionKeyRateLimit.get(state)
                            : items.ownerHyperparamRateLimit.get(state));
            Refusal.unless(last == 0 || host.block() - last >= wait, "TxRateLimitExceeded");
        }
        if (access != Access.ROOT) {
            Refusal.unless(!schedule.isFrozen(state, netuid, host.block()), "AdminActionProhibitedDuringWeightsWindow");
        }
        require(items.networksAdded.get(state, netuid), "SubnetDoesNotExist");
    }

    private void recordChange(
            Host host, Optional<AccountId> signer, int netuid, Access access, Optional<String> hyperparameter) {
        if (access == Access.OWNER_SELDOM && signer.isPresent()) {
            items.lastRateLimitedBlock.put(host.state(), clock(netuid, hyperparameter.orElseThrow()), host.block());
        }
    }

    /** The chain keeps the version key's clock elsewhere; here it is the clock that has no other use. */
    private static Object clock(int netuid, String hyperparameter) {
        return Variant.of(
                "OwnerHyperparamUpdate", netuid, Variant.of(hyperparameter.isEmpty() ? "Unknown" : hyperparameter));
    }

    private void requireOwnerOrRoot(State state, Optional<AccountId> signer, int netuid) {
        if (signer.isPresent()
                && !items.subnetOwner
                        .find(state, netuid)
                        .filter(signer.get()::equals)
                        .isPresent()) {
            throw Refusal.badOrigin();
        }
    }

    private static void requireRoot(Optional<AccountId> signer) {
        if (signer.isPresent()) {
            throw Refusal.badOrigin();
        }
    }

    private static void requireOpen(int netuid, boolean open) {
        require(netuid != Stakes.ROOT, "NotPermittedOnRootSubnet");
        require(open, "InvalidValue");
    }

    private static void require(boolean condition, String error) {
        if (!condition) {
            throw new Refusal(PALLET, error);
        }
    }

    private static boolean below(long low, long high) {
        return Long.compareUnsigned(low, high) < 0;
    }
}
