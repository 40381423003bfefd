package io.github.bittensor4j.localnet.internal.subtensor;

import static io.github.bittensor4j.localnet.internal.subtensor.Stakes.unsigned;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.declare.Type;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import io.github.bittensor4j.localnet.internal.runtime.Arguments;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.localnet.internal.yuma.FixedType;
import io.github.bittensor4j.localnet.internal.yuma.UidValue;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The runtime calls that read subnets, neurons, stake and prices. Each answers a plain value of its declared type. Rank and trust are
 * 0 and pruning scores 65535, or empty, as on the chain, which computes them no more.
 */
final class Reads {
    /** Answers a runtime call. */
    @FunctionalInterface
    private interface Read {
        Object answer(Host host, Arguments arguments);
    }

    private static final int NO_PRUNING_SCORE = 65_535;
    private static final Map<String, Object> NO_AXON = Map.of(
            "block",
            0L,
            "version",
            0L,
            "ip",
            BigInteger.ZERO,
            "port",
            0,
            "ip_type",
            0,
            "protocol",
            0,
            "placeholder1",
            0,
            "placeholder2",
            0);
    private static final Map<String, Object> NO_PROMETHEUS =
            Map.of("block", 0L, "version", 0L, "ip", BigInteger.ZERO, "port", 0, "ip_type", 0);

    private final Map<String, Read> reads = new LinkedHashMap<>();
    private final Items items;
    private final Neurons neurons;
    private final Stakes stakes;
    private final Pool pool;
    private final Subnets subnets;
    private final Schedule schedule;
    private final Coinbase coinbase;
    private final List<String> selectable;

    Reads(
            Declarations declarations,
            Items items,
            Neurons neurons,
            Stakes stakes,
            Pool pool,
            Subnets subnets,
            Schedule schedule,
            Coinbase coinbase) {
        this.items = items;
        this.neurons = neurons;
        this.stakes = stakes;
        this.pool = pool;
        this.subnets = subnets;
        this.schedule = schedule;
        this.coinbase = coinbase;
        Type.Struct struct =
                (Type.Struct) declarations.types().of("SelectiveMetagraph").shape();
        this.selectable = struct.fields().stream()
                .map(field -> field.name().orElseThrow())
                .toList();
        declareNeurons();
        declareSubnets();
        declareStake();
        declareDelegates();
        declarePrices();
        declareBaskets();
    }

    /** The names of all, each {@code Api.method}. */
    Set<String> names() {
        return reads.keySet();
    }

    /** A value that this class itself put under that name. */
    private static <V> V required(Map<String, V> values, String name) {
        V value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("nothing is declared as " + name);
        }
        return value;
    }

    /** Answers one. */
    Object answer(Host host, String name, Arguments arguments) {
        return required(reads, name).answer(host, arguments);
    }

    private void declareNeurons() {
        String api = "NeuronInfoRuntimeApi.";
        reads.put(api + "get_neurons", (host, a) -> neurons(host.state(), a.u16("netuid"), false));
        reads.put(api + "get_neurons_lite", (host, a) -> neurons(host.state(), a.u16("netuid"), true));
        reads.put(
                api + "get_neuron",
                (host, a) -> knownUid(host.state(), a).map(uid -> neuron(host.state(), a.u16("netuid"), uid, false)));
        reads.put(
                api + "get_neuron_lite",
                (host, a) -> knownUid(host.state(), a).map(uid -> neuron(host.state(), a.u16("netuid"), uid, true)));
    }

    private void declareSubnets() {
        String api = "SubnetInfoRuntimeApi.";
        reads.put(api + "get_subnet_info", (host, a) -> one(host, a, netuid -> info(host.state(), netuid, false)));
        reads.put(api + "get_subnet_info_v2", (host, a) -> one(host, a, netuid -> info(host.state(), netuid, true)));
        reads.put(api + "get_subnets_info", (host, a) -> each(host, netuid -> info(host.state(), netuid, false)));
        reads.put(api + "get_subnets_info_v2", (host, a) -> each(host, netuid -> info(host.state(), netuid, true)));
        reads.put(
                api + "get_subnet_hyperparams",
                (host, a) -> one(host, a, netuid -> hyperparameters(host.state(), netuid)));
        reads.put(
                api + "get_subnet_hyperparams_v2",
                (host, a) -> one(host, a, netuid -> hyperparameters2(host.state(), netuid)));
        reads.put(
                api + "get_subnet_hyperparams_v3",
                (host, a) -> one(host, a, netuid -> hyperparameters3(host.state(), netuid)));
        reads.put(api + "get_dynamic_info", (host, a) -> one(host, a, netuid -> dynamic(host.state(), netuid)));
        reads.put(api + "get_all_dynamic_info", (host, a) -> each(host, netuid -> dynamic(host.state(), netuid)));
        reads.put(api + "get_metagraph", (host, a) -> one(host, a, netuid -> metagraph(host, netuid)));
        reads.put(api + "get_all_metagraphs", (host, a) -> each(host, netuid -> metagraph(host, netuid)));
        reads.put(
                api + "get_mechagraph",
                (host, a) -> a.u16("mecid") == 0 ? one(host, a, netuid -> metagraph(host, netuid)) : Optional.empty());
        reads.put(api + "get_all_mechagraphs", (host, a) -> each(host, netuid -> metagraph(host, netuid)));
        reads.put(
                api + "get_selective_metagraph",
                (host, a) ->
                        one(host, a, netuid -> selective(host, netuid, a.list("metagraph_indexes", Integer.class))));
        reads.put(
                api + "get_selective_mechagraph",
                (host, a) -> a.u16("subid") == 0
                        ? one(host, a, netuid -> selective(host, netuid, a.list("metagraph_indexes", Integer.class)))
                        : Optional.empty());
        reads.put(api + "get_subnet_state", (host, a) -> one(host, a, netuid -> state(host.state(), netuid)));
        reads.put(
                api + "get_coldkey_auto_stake_hotkey",
                (host, a) -> items.autoStakeDestination.find(host.state(), a.account("coldkey"), a.u16("netuid")));
        // Subnets are not pruned here.
        reads.put(api + "get_subnet_to_prune", (host, a) -> Optional.empty());
        reads.put(api + "get_subnet_account_id", (host, a) -> one(host, a, Pool::account));
        reads.put(
                api + "get_next_epoch_start_block",
                (host, a) -> schedule.next(host.state(), a.u16("netuid")).isPresent()
                        ? one(
                                host,
                                a,
                                netuid -> schedule.next(host.state(), netuid).getAsLong())
                        : Optional.empty());
        reads.put(api + "get_block_emission", (host, a) -> items.blockEmission.get(host.state()));
        reads.put(
                "SubnetRegistrationRuntimeApi.get_network_registration_cost",
                (host, a) -> subnets.lockCost(host.state(), host.block()));
    }

    private void declareStake() {
        String api = "StakeInfoRuntimeApi.";
        reads.put(api + "get_stake_info_for_coldkey", (host, a) -> stakeOf(host.state(), a.account("coldkey_account")));
        reads.put(
                api + "get_stake_info_for_coldkeys",
                (host, a) -> a.list("coldkey_accounts", AccountId.class).stream()
                        .map(coldkey -> List.of(coldkey, stakeOf(host.state(), coldkey)))
                        .toList());
        reads.put(
                api + "get_stake_info_for_hotkey_coldkey_netuid",
                (host, a) -> Optional.of(stake(
                        host.state(), a.account("hotkey_account"), a.account("coldkey_account"), a.u16("netuid"))));
        reads.put(api + "get_stake_availability_for_coldkeys", (host, a) -> availability(host.state(), a));
        reads.put(api + "get_stake_fee", (host, a) -> stakeFee(host.state(), a));
        // No stake is ever locked here.
        reads.put(api + "get_coldkey_lock", (host, a) -> Optional.empty());
        reads.put(api + "get_hotkey_conviction", (host, a) -> BigInteger.ZERO);
        reads.put(api + "get_most_convicted_hotkey_on_subnet", (host, a) -> Optional.empty());
    }

    private void declareDelegates() {
        String api = "DelegateInfoRuntimeApi.";
        reads.put(
                api + "get_delegates",
                (host, a) -> items.delegates.all(host.state()).keySet().stream()
                        .map(hotkey -> delegate(host.state(), hotkey))
                        .toList());
        reads.put(api + "get_delegate", (host, a) -> {
            AccountId hotkey = a.account("delegate_account");
            return items.delegates.find(host.state(), hotkey).map(take -> delegate(host.state(), hotkey));
        });
        reads.put(api + "get_delegated", (host, a) -> delegated(host.state(), a.account("delegatee_account")));
    }

    private void declarePrices() {
        String api = "SwapRuntimeApi.";
        reads.put(api + "current_alpha_price", (host, a) -> pool.priceInRao(host.state(), a.u16("netuid")));
        reads.put(
                api + "current_alpha_price_all",
                (host, a) -> netuids(host.state()).stream()
                        .map(netuid -> Map.of("netuid", netuid, "price", pool.priceInRao(host.state(), netuid)))
                        .toList());
        reads.put(
                api + "sim_swap_tao_for_alpha",
                (host, a) -> simulation(host.state(), a.u16("netuid"), a.u64("tao"), true));
        reads.put(
                api + "sim_swap_alpha_for_tao",
                (host, a) -> simulation(host.state(), a.u16("netuid"), a.u64("alpha"), false));
    }

    /** Root baskets are always empty here, and answer as an empty chain's do. */
    private void declareBaskets() {
        String api = "BetaBasketRuntimeApi.";
        for (String amount : List.of(
                "get_root_basket_owed", "get_basket_payout", "get_validator_basket_nav", "get_root_basket_total_nav")) {
            reads.put(api + amount, (host, a) -> 0L);
        }
        for (String list : List.of(
                "get_validator_basket",
                "get_all_validator_baskets",
                "get_root_basket_positions",
                "get_root_basket_portfolio",
                "get_beta_portfolio")) {
            reads.put(api + list, (host, a) -> List.of());
        }
        for (String option : List.of("get_basket_position", "get_beta_pricing", "get_beta_position")) {
            reads.put(api + option, (host, a) -> Optional.empty());
        }
        reads.put(api + "get_all_beta_pricing", (host, a) -> Map.of("pricing", List.of(), "next", Optional.empty()));
        BigInteger one = FixedType.U64F64.one().raw();
        reads.put(api + "get_beta_index", (host, a) -> List.of(one, one));
        reads.put(
                api + "get_validator_basket_summary",
                (host, a) -> Map.of(
                        "hotkey",
                        a.account("hotkey"),
                        "nav_tao",
                        0L,
                        "spot_nav_tao",
                        0L,
                        "shares",
                        0L,
                        "deposited_tao",
                        0L,
                        "redeemed_tao",
                        0L,
                        "holdings",
                        List.of()));
        reads.put(
                api + "get_basket_trading_status",
                (host, a) -> Map.of(
                        "enabled",
                        false,
                        "frozen",
                        false,
                        "refill_blocks",
                        7200L,
                        "tao_available",
                        0L,
                        "budget_tao",
                        0L));
    }

    private List<Integer> netuids(State state) {
        return new ArrayList<>(items.networksAdded.all(state).keySet());
    }

    private Optional<Object> one(Host host, Arguments arguments, IntFunction<Object> read) {
        int netuid = arguments.u16("netuid");
        return items.networksAdded.get(host.state(), netuid) ? Optional.of(read.apply(netuid)) : Optional.empty();
    }

    private List<Object> each(Host host, IntFunction<Object> read) {
        return netuids(host.state()).stream()
                .<Object>map(netuid -> Optional.of(read.apply(netuid)))
                .toList();
    }

    private Optional<Integer> knownUid(State state, Arguments arguments) {
        return Optional.of(arguments.u16("uid")).filter(uid -> uid < neurons.count(state, arguments.u16("netuid")));
    }

    private List<Map<String, Object>> neurons(State state, int netuid, boolean lite) {
        return IntStream.range(0, neurons.count(state, netuid))
                .mapToObj(uid -> neuron(state, netuid, uid, lite))
                .toList();
    }

    private Map<String, Object> neuron(State state, int netuid, int uid, boolean lite) {
        AccountId hotkey = neurons.hotkey(state, netuid, uid);
        AccountId coldkey = items.owner.get(state, hotkey);
        Map<String, Object> neuron = new LinkedHashMap<>();
        neuron.put("hotkey", hotkey);
        neuron.put("coldkey", coldkey);
        neuron.put("uid", uid);
        neuron.put("netuid", netuid);
        neuron.put("active", items.active.get(state, netuid).get(uid));
        neuron.put("axon_info", items.axons.find(state, netuid, hotkey).orElse(NO_AXON));
        neuron.put(
                "prometheus_info", items.prometheus.find(state, netuid, hotkey).orElse(NO_PROMETHEUS));
        neuron.put("stake", List.of(List.of(coldkey, stakes.total(state, hotkey, netuid))));
        neuron.put("rank", 0);
        neuron.put("emission", items.emission.get(state, netuid).get(uid));
        neuron.put("incentive", items.incentive.get(state, netuid).get(uid));
        neuron.put("consensus", items.consensus.get(state, netuid).get(uid));
        neuron.put("trust", 0);
        neuron.put("validator_trust", items.validatorTrust.get(state, netuid).get(uid));
        neuron.put("dividends", items.dividends.get(state, netuid).get(uid));
        neuron.put("last_update", items.lastUpdate.get(state, netuid).get(uid));
        neuron.put("validator_permit", items.validatorPermit.get(state, netuid).get(uid));
        if (!lite) {
            neuron.put("weights", pairs(items.weights.find(state, netuid, uid)));
            neuron.put("bonds", pairs(items.bonds.find(state, netuid, uid)));
        }
        neuron.put("pruning_score", NO_PRUNING_SCORE);
        return neuron;
    }

    private static List<Object> pairs(Optional<List<UidValue>> row) {
        return row.orElse(List.of()).stream()
                .filter(entry -> entry.value() > 0)
                .<Object>map(entry -> List.of(entry.uid(), entry.value()))
                .toList();
    }

    private Map<String, Object> info(State state, int netuid, boolean second) {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("netuid", netuid);
        info.put("rho", items.rho.get(state, netuid));
        info.put("kappa", items.kappa.get(state, netuid));
        info.put("difficulty", items.difficulty.get(state, netuid));
        info.put("immunity_period", items.immunityPeriod.get(state, netuid));
        info.put("max_allowed_validators", items.maxAllowedValidators.get(state, netuid));
        info.put("min_allowed_weights", items.minAllowedWeights.get(state, netuid));
        info.put("max_weights_limit", NO_PRUNING_SCORE);
        info.put("scaling_law_power", items.scalingLawPower.get(state, netuid));
        info.put("subnetwork_n", neurons.count(state, netuid));
        info.put("max_allowed_uids", items.maxAllowedUids.get(state, netuid));
        info.put("blocks_since_last_step", items.blocksSinceLastStep.get(state, netuid));
        info.put("tempo", items.tempo.get(state, netuid));
        info.put("network_modality", 0);
        info.put("network_connect", List.of());
        info.put(second ? "emission_value" : "emission_values", 0L);
        info.put("burn", items.burn.get(state, netuid));
        info.put("owner", items.subnetOwner.get(state, netuid));
        if (second) {
            info.put("identity", items.subnetIdentities.find(state, netuid));
        }
        return info;
    }

    private Map<String, Object> hyperparameters(State state, int netuid) {
        Map.Entry<Integer, Integer> alphas = items.alphaValues.get(state, netuid);
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("rho", items.rho.get(state, netuid));
        all.put("kappa", items.kappa.get(state, netuid));
        all.put("immunity_period", items.immunityPeriod.get(state, netuid));
        all.put("min_allowed_weights", items.minAllowedWeights.get(state, netuid));
        all.put("max_weights_limit", 65_535);
        all.put("tempo", items.tempo.get(state, netuid));
        all.put("min_difficulty", items.minDifficulty.get(state, netuid));
        all.put("max_difficulty", items.maxDifficulty.get(state, netuid));
        all.put("weights_version", items.weightsVersionKey.get(state, netuid));
        all.put("weights_rate_limit", items.weightsSetRateLimit.get(state, netuid));
        all.put("adjustment_interval", items.adjustmentInterval.get(state, netuid));
        all.put("activity_cutoff", coinbase.activityCutoff(state, netuid));
        all.put("registration_allowed", items.networkRegistrationAllowed.get(state, netuid));
        all.put("target_regs_per_interval", items.targetRegistrationsPerInterval.get(state, netuid));
        all.put("min_burn", items.minBurn.get(state, netuid));
        all.put("max_burn", items.maxBurn.get(state, netuid));
        all.put("bonds_moving_avg", items.bondsMovingAverage.get(state, netuid));
        all.put("max_regs_per_block", items.maxRegistrationsPerBlock.get(state, netuid));
        all.put("serving_rate_limit", items.servingRateLimit.get(state, netuid));
        all.put("max_validators", items.maxAllowedValidators.get(state, netuid));
        all.put("adjustment_alpha", items.adjustmentAlpha.get(state, netuid));
        all.put("difficulty", items.difficulty.get(state, netuid));
        all.put("commit_reveal_period", items.revealPeriodEpochs.get(state, netuid));
        all.put("commit_reveal_weights_enabled", items.commitRevealWeightsEnabled.get(state, netuid));
        all.put("alpha_high", alphas.getValue());
        all.put("alpha_low", alphas.getKey());
        all.put("liquid_alpha_enabled", items.liquidAlphaOn.get(state, netuid));
        return all;
    }

    private Map<String, Object> hyperparameters2(State state, int netuid) {
        Map<String, Object> all = hyperparameters(state, netuid);
        all.put("alpha_sigmoid_steepness", steepness(state, netuid));
        all.put("yuma_version", items.yuma3On.get(state, netuid) ? 3 : 2);
        all.put("subnet_is_active", items.subtokenEnabled.get(state, netuid));
        all.put("transfers_enabled", items.transferToggle.get(state, netuid));
        all.put("bonds_reset_enabled", items.bondsResetOn.get(state, netuid));
        all.put("user_liquidity_enabled", false);
        return all;
    }

    private long steepness(State state, int netuid) {
        return ((Number) items.alphaSigmoidSteepness.get(state, netuid)).longValue() << 32;
    }

    private List<Object> hyperparameters3(State state, int netuid) {
        Map<String, Object> all = hyperparameters2(state, netuid);
        all.put("activity_cutoff_factor", items.activityCutoffFactorMilli.get(state, netuid));
        all.put("burn_half_life", items.burnHalfLife.get(state, netuid));
        all.put("burn_increase_mult", items.burnIncreaseMult.get(state, netuid));
        all.put("owner_cut_enabled", items.ownerCutEnabled.get(state, netuid));
        all.put("owner_cut_auto_lock_enabled", items.ownerCutAutoLockEnabled.get(state, netuid));
        all.put("min_childkey_take", items.minChildkeyTakePerSubnet.get(state, netuid));
        all.put("collateral_lock_share", items.collateralLockShare.get(state, netuid));
        all.put("collateral_drain_ratio", items.collateralDrainRatio.get(state, netuid));
        List<Object> entries = new ArrayList<>();
        // The order and the kinds in which the chain lists them.
        for (String entry : ("kappa:U16 immunity_period:U16 min_allowed_weights:U16 max_weights_limit:U16 tempo:U16 "
                        + "weights_version:U64 weights_rate_limit:U64 activity_cutoff:U64 activity_cutoff_factor:U32 "
                        + "registration_allowed:Bool target_regs_per_interval:U16 min_burn:TaoBalance "
                        + "max_burn:TaoBalance burn_half_life:U16 burn_increase_mult:U64F64 bonds_moving_avg:U64 "
                        + "max_regs_per_block:U16 serving_rate_limit:U64 max_validators:U16 commit_reveal_period:U64 "
                        + "commit_reveal_weights_enabled:Bool alpha_high:U16 alpha_low:U16 liquid_alpha_enabled:Bool "
                        + "alpha_sigmoid_steepness:I32F32 yuma_version:U16 subnet_is_active:Bool "
                        + "transfers_enabled:Bool bonds_reset_enabled:Bool user_liquidity_enabled:Bool "
                        + "owner_cut_enabled:Bool owner_cut_auto_lock_enabled:Bool min_childkey_take:U16 "
                        + "collateral_lock_share:U16 collateral_drain_ratio:U64F64")
                .split(" ")) {
            String[] parts = entry.split(":");
            entries.add(Map.of("name", parts[0], "value", Variant.of(parts[1], required(all, parts[0]))));
        }
        return entries;
    }

    private Map<String, Object> dynamic(State state, int netuid) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("netuid", netuid);
        all.put("owner_hotkey", items.subnetOwnerHotkey.find(state, netuid).orElse(AccountId.ZERO));
        all.put("owner_coldkey", items.subnetOwner.get(state, netuid));
        all.put("subnet_name", letters(name(state, netuid)));
        all.put("token_symbol", letters(items.tokenSymbol.get(state, netuid)));
        all.put("tempo", items.tempo.get(state, netuid));
        all.put("last_step", items.lastMechanismStepBlock.get(state, netuid));
        all.put("blocks_since_last_step", items.blocksSinceLastStep.get(state, netuid));
        all.put("emission", 0L);
        pools(state, netuid, all);
        all.put("network_registered_at", items.networkRegisteredAt.get(state, netuid));
        all.put("subnet_identity", items.subnetIdentities.find(state, netuid));
        all.put("moving_price", items.subnetMovingPrice.get(state, netuid));
        return all;
    }

    private void pools(State state, int netuid, Map<String, Object> all) {
        all.put("alpha_in", items.subnetAlphaIn.get(state, netuid));
        all.put("alpha_out", items.subnetAlphaOut.get(state, netuid));
        all.put("tao_in", items.subnetTao.get(state, netuid));
        all.put("alpha_out_emission", items.subnetAlphaOutEmission.get(state, netuid));
        all.put("alpha_in_emission", items.subnetAlphaInEmission.get(state, netuid));
        all.put("tao_in_emission", items.subnetTaoInEmission.get(state, netuid));
        all.put(
                "pending_alpha_emission",
                items.pendingServerEmission.get(state, netuid) + items.pendingValidatorEmission.get(state, netuid));
        all.put("pending_root_emission", 0L);
        all.put("subnet_volume", items.subnetVolume.get(state, netuid));
    }

    private byte[] name(State state, int netuid) {
        Object identity = items.subnetIdentities.find(state, netuid).orElse(Map.of());
        return ((Map<?, ?>) identity).get("subnet_name") instanceof byte[] name && name.length > 0
                ? name
                : (netuid == Stakes.ROOT ? "root" : "subnet " + netuid).getBytes(StandardCharsets.UTF_8);
    }

    private static List<Integer> letters(byte[] text) {
        List<Integer> result = new ArrayList<>();
        for (byte letter : text) {
            result.add(letter & 0xff);
        }
        return result;
    }

    private Map<String, Object> metagraph(Host host, int netuid) {
        State state = host.state();
        Map<String, Object> hyper = hyperparameters(state, netuid);
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("netuid", netuid);
        all.put("name", letters(name(state, netuid)));
        all.put("symbol", letters(items.tokenSymbol.get(state, netuid)));
        all.put("identity", items.subnetIdentities.find(state, netuid));
        all.put("network_registered_at", items.networkRegisteredAt.get(state, netuid));
        all.put("owner_hotkey", items.subnetOwnerHotkey.find(state, netuid).orElse(AccountId.ZERO));
        all.put("owner_coldkey", items.subnetOwner.get(state, netuid));
        all.put("block", host.block());
        all.put("last_step", items.lastMechanismStepBlock.get(state, netuid));
        all.put("blocks_since_last_step", items.blocksSinceLastStep.get(state, netuid));
        all.put("subnet_emission", 0L);
        pools(state, netuid, all);
        all.put("moving_price", items.subnetMovingPrice.get(state, netuid));
        all.putAll(hyper);
        all.put("num_uids", neurons.count(state, netuid));
        all.put("max_uids", items.maxAllowedUids.get(state, netuid));
        all.put("burn", items.burn.get(state, netuid));
        all.put("pow_registration_allowed", items.networkPowRegistrationAllowed.get(state, netuid));
        vectors(state, netuid, all);
        List<AccountId> hotkeys = neurons.hotkeys(state, netuid);
        all.put(
                "identities",
                hotkeys.stream()
                        .map(hotkey -> items.identities.find(state, items.owner.get(state, hotkey)))
                        .toList());
        all.put(
                "axons",
                hotkeys.stream()
                        .map(hotkey -> items.axons.find(state, netuid, hotkey).orElse(NO_AXON))
                        .toList());
        all.put("tao_dividends_per_hotkey", List.of());
        all.put(
                "alpha_dividends_per_hotkey",
                hotkeys.stream()
                        .map(hotkey -> List.of(hotkey, items.alphaDividendsPerSubnet.get(state, netuid, hotkey)))
                        .toList());
        List<Optional<Collateral.Row>> rows = hotkeys.stream()
                .map(hotkey -> items.minerCollateral.find(state, netuid, hotkey, items.owner.get(state, hotkey)))
                .toList();
        all.put("collateral_locked", column(rows, Collateral.Row::locked));
        all.put("collateral_min", column(rows, Collateral.Row::least));
        all.put("collateral_earned", column(rows, Collateral.Row::earned));
        return all;
    }

    private static List<Long> column(List<Optional<Collateral.Row>> rows, Function<Collateral.Row, Long> field) {
        return rows.stream().map(row -> row.map(field).orElse(0L)).toList();
    }

    private void vectors(State state, int netuid, Map<String, Object> all) {
        List<AccountId> hotkeys = neurons.hotkeys(state, netuid);
        all.put("hotkeys", hotkeys);
        all.put(
                "coldkeys",
                hotkeys.stream().map(hotkey -> items.owner.get(state, hotkey)).toList());
        all.put("active", items.active.get(state, netuid));
        all.put("validator_permit", items.validatorPermit.get(state, netuid));
        all.put("pruning_score", List.of());
        all.put("last_update", items.lastUpdate.get(state, netuid));
        all.put("emission", items.emission.get(state, netuid));
        all.put("dividends", items.dividends.get(state, netuid));
        all.put("incentives", items.incentive.get(state, netuid));
        all.put("consensus", items.consensus.get(state, netuid));
        all.put("trust", List.of());
        all.put("rank", List.of());
        all.put(
                "block_at_registration",
                IntStream.range(0, hotkeys.size())
                        .mapToObj(uid -> items.blockAtRegistration.get(state, netuid, uid))
                        .toList());
        all.put(
                "alpha_stake",
                hotkeys.stream()
                        .map(hotkey -> stakes.inherited(state, hotkey, netuid, netuid))
                        .toList());
        all.put(
                "tao_stake",
                hotkeys.stream()
                        .map(hotkey -> FixedType.U96F32
                                .of(stakes.inherited(state, hotkey, netuid, Stakes.ROOT))
                                .times(stakes.taoWeight(state))
                                .toU64())
                        .toList());
        all.put(
                "total_stake",
                hotkeys.stream()
                        .map(hotkey -> stakes.weight(state, hotkey, netuid).toU64())
                        .toList());
    }

    private Map<String, Object> state(State state, int netuid) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("netuid", netuid);
        vectors(state, netuid, all);
        all.put("emission_history", List.of());
        return all;
    }

    /** A metagraph of which only the fields with the given numbers are filled. */
    private Map<String, Object> selective(Host host, int netuid, List<Integer> indexes) {
        Map<String, Object> full = metagraph(host, netuid);
        full.put(
                "validators",
                IntStream.range(0, neurons.count(host.state(), netuid))
                        .filter(uid ->
                                items.validatorPermit.get(host.state(), netuid).get(uid))
                        .boxed()
                        .toList());
        full.put("commitments", commitments(host.state(), netuid));
        Map<String, Object> chosen = new LinkedHashMap<>();
        for (int i = 0; i < selectable.size(); i++) {
            String field = selectable.get(i);
            if (i == 0) {
                chosen.put(field, required(full, field));
            } else {
                chosen.put(field, indexes.contains(i) ? Optional.of(required(full, field)) : Optional.empty());
            }
        }
        return chosen;
    }

    /** Who published what, each as the bytes that stand in storage. */
    private List<Object> commitments(State state, int netuid) {
        List<Object> all = new ArrayList<>();
        items.commitmentOf.all(state, netuid).forEach((hotkey, commitment) -> {
            List<Integer> bytes = new ArrayList<>();
            for (byte one : items.commitment.encode(commitment)) {
                bytes.add(one & 0xff);
            }
            all.add(List.of(hotkey, bytes));
        });
        return all;
    }

    private Map<String, Object> stake(State state, AccountId hotkey, AccountId coldkey, int netuid) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("hotkey", hotkey);
        all.put("coldkey", coldkey);
        all.put("netuid", netuid);
        all.put("stake", stakes.of(state, hotkey, coldkey, netuid));
        all.put("locked", 0L);
        all.put("emission", items.alphaDividendsPerSubnet.get(state, netuid, hotkey));
        all.put("tao_emission", 0L);
        all.put("drain", 0L);
        all.put("is_registered", items.isNetworkMember.get(state, hotkey, netuid));
        return all;
    }

    private List<Object> stakeOf(State state, AccountId coldkey) {
        List<Object> all = new ArrayList<>();
        for (AccountId hotkey : items.stakingHotkeys.get(state, coldkey)) {
            items.alphaV2.all(state, hotkey, coldkey).keySet().stream()
                    .sorted()
                    .filter(netuid -> stakes.of(state, hotkey, coldkey, netuid) > 0)
                    .forEach(netuid -> all.add(stake(state, hotkey, coldkey, netuid)));
        }
        return all;
    }

    private List<Object> availability(State state, Arguments arguments) {
        Optional<?> wanted = arguments.optional("netuids", Object.class);
        List<Object> all = new ArrayList<>();
        for (AccountId coldkey : arguments.list("coldkey_accounts", AccountId.class).stream()
                .sorted()
                .toList()) {
            Map<Integer, Long> byNetuid = new TreeMap<>();
            for (AccountId hotkey : items.stakingHotkeys.get(state, coldkey)) {
                items.alphaV2.all(state, hotkey, coldkey).keySet().stream()
                        .filter(netuid -> wanted.isEmpty() || ((List<?>) wanted.get()).contains(netuid))
                        .forEach(
                                netuid -> byNetuid.merge(netuid, stakes.of(state, hotkey, coldkey, netuid), Long::sum));
            }
            all.add(List.of(
                    coldkey,
                    byNetuid.entrySet().stream()
                            .map(entry -> List.of(
                                    entry.getKey(), available(state, coldkey, entry.getKey(), entry.getValue())))
                            .toList()));
        }
        return all;
    }

    private Map<String, Long> available(State state, AccountId coldkey, int netuid, long total) {
        long locked = Math.min(total, items.coldkeyMinerCollateral.get(state, netuid, coldkey));
        return Map.of("total", total, "locked", locked, "available", total - locked);
    }

    /** The fee of a stake operation: the pool's fee where stake enters or leaves a pool. */
    private long stakeFee(State state, Arguments arguments) {
        Optional<?> origin = arguments.optional("origin", Object.class);
        Optional<?> destination = arguments.optional("destination", Object.class);
        Optional<?> place = origin.isPresent() ? origin : destination;
        return place.map(pair -> pool.fee(state, (Integer) ((List<?>) pair).get(1), arguments.u64("amount")))
                .orElse(0L);
    }

    private Map<String, Object> delegate(State state, AccountId hotkey) {
        List<Integer> registrations = netuids(state).stream()
                .filter(netuid -> items.isNetworkMember.get(state, hotkey, netuid))
                .toList();
        Map<AccountId, List<Object>> nominators = new LinkedHashMap<>();
        items.alphaV2.all(state, hotkey).keySet().forEach(key -> {
            long stake = stakes.of(state, hotkey, key.getKey(), key.getValue());
            if (stake > 0) {
                nominators
                        .computeIfAbsent(key.getKey(), coldkey -> new ArrayList<>())
                        .add(List.of(key.getValue(), stake));
            }
        });
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("delegate_ss58", hotkey);
        all.put("take", items.delegates.get(state, hotkey));
        all.put(
                "nominators",
                nominators.entrySet().stream()
                        .map(entry -> List.of(entry.getKey(), entry.getValue()))
                        .toList());
        all.put("owner_ss58", items.owner.get(state, hotkey));
        all.put("registrations", registrations);
        all.put(
                "validator_permits",
                registrations.stream()
                        .filter(netuid -> neurons.uid(state, netuid, hotkey)
                                .filter(uid ->
                                        items.validatorPermit.get(state, netuid).get(uid))
                                .isPresent())
                        .toList());
        all.put("return_per_1000", 0L);
        all.put("total_daily_return", 0L);
        return all;
    }

    private List<Object> delegated(State state, AccountId coldkey) {
        List<Object> all = new ArrayList<>();
        for (AccountId hotkey : new LinkedHashSet<>(items.stakingHotkeys.get(state, coldkey))) {
            if (items.delegates.find(state, hotkey).isPresent()) {
                items.alphaV2.all(state, hotkey, coldkey).keySet().stream()
                        .sorted()
                        .forEach(netuid -> all.add(List.of(
                                delegate(state, hotkey), List.of(netuid, stakes.of(state, hotkey, coldkey, netuid)))));
            }
        }
        return all;
    }

    private Map<String, Object> simulation(State state, int netuid, long amount, boolean buys) {
        Pool.Quote quote = buys ? pool.quoteBuy(state, netuid, amount) : pool.quoteSell(state, netuid, amount);
        BigInteger price = pool.price(state, netuid).raw();
        BigInteger in = unsigned(amount - quote.fee());
        BigInteger ideal = buys
                ? (price.signum() == 0 ? BigInteger.ZERO : in.shiftLeft(64).divide(price))
                : in.multiply(price).shiftRight(64);
        BigInteger slippage =
                ideal.subtract(unsigned(quote.out())).max(BigInteger.ZERO).min(unsigned(-1L));
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("tao_amount", buys ? amount : quote.out());
        all.put("alpha_amount", buys ? quote.out() : amount);
        all.put("tao_fee", buys ? quote.fee() : 0L);
        all.put("alpha_fee", buys ? 0L : quote.fee());
        all.put("tao_slippage", buys ? BigInteger.ZERO : slippage);
        all.put("alpha_slippage", buys ? slippage : BigInteger.ZERO);
        return all;
    }
}
