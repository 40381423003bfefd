package io.github.bittensor4j.localnet.internal.pallets;

import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.declare.PalletDeclaration;
import io.github.bittensor4j.localnet.internal.declare.Type;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import io.github.bittensor4j.localnet.internal.runtime.Arguments;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which calls each type of proxy lets through: said once, for the filter itself and for the runtime API that tells clients. The wide
 * types are all calls but some, so that a call that is declared later is in them; the narrow ones are lists.
 */
final class ProxyFilters {
    private static final long SMALL = 500_000_000; // half a TAO, or half an alpha

    private static final Set<String> TRANSFERS =
            of("Balances", "transfer_keep_alive transfer_allow_death transfer_all");
    private static final Set<String> SMALL_TRANSFERS = of("Balances", "transfer_keep_alive transfer_allow_death");
    private static final Set<String> STAKE_TRANSFERS =
            of("SubtensorModule", "transfer_stake transfer_stake_and_hotkey");
    private static final Set<String> STAKING = of(
            "SubtensorModule",
            "add_stake add_stake_limit remove_stake remove_stake_limit remove_stake_full_limit unstake_all unstake_all_alpha"
                    + " move_stake move_stake_limit swap_stake swap_stake_limit stake_into_basket add_collateral"
                    + " set_min_collateral");
    private static final Set<String> BURNED_REGISTRATION = of("SubtensorModule", "burned_register");
    private static final Set<String> REGISTRATION = of("SubtensorModule", "register register_limit");
    private static final Set<String> ROOT_REGISTRATION = of("SubtensorModule", "root_register");
    private static final Set<String> HOTKEY_SWAPS = of("SubtensorModule", "swap_hotkey swap_hotkey_v2");
    private static final Set<String> COLDKEY_SWAPS = of(
            "SubtensorModule",
            "schedule_swap_coldkey swap_coldkey announce_coldkey_swap swap_coldkey_announced"
                    + " clear_coldkey_swap_announcement dispute_coldkey_swap reset_coldkey_swap");
    private static final Set<String> DISSOLUTION = of("SubtensorModule", "dissolve_network root_dissolve_network");
    private static final Set<String> CHILD_KEYS = of("SubtensorModule", "set_children set_childkey_take");
    private static final Set<String> ROOT_CLAIMS = of("SubtensorModule", "claim_root claim_root_with_hotkey");
    private static final Set<String> BASKETS = of("SubtensorModule", "swap_basket swap_basket_many");
    private static final Set<String> SUBNET_IDENTITY = of("SubtensorModule", "set_subnet_identity update_symbol");
    private static final Set<String> SUBNET_START = of("SubtensorModule", "start_call");
    private static final Set<String> SUBNET_SETTINGS = union(
            of("SubtensorModule", "set_tempo set_activity_cutoff_factor"),
            of(
                    "AdminUtils",
                    "sudo_set_serving_rate_limit sudo_set_max_difficulty sudo_set_weights_version_key"
                            + " sudo_set_adjustment_alpha sudo_set_immunity_period sudo_set_min_allowed_weights sudo_set_rho"
                            + " sudo_set_activity_cutoff sudo_set_activity_cutoff_factor sudo_set_tempo sudo_set_min_burn"
                            + " sudo_set_max_burn sudo_set_bonds_moving_average sudo_set_bonds_penalty"
                            + " sudo_set_min_childkey_take_per_subnet sudo_set_commit_reveal_weights_enabled"
                            + " sudo_set_liquid_alpha_enabled sudo_set_alpha_values sudo_set_liquid_alpha_consensus_mode"
                            + " sudo_set_commit_reveal_weights_interval sudo_set_toggle_transfer sudo_set_recycle_or_burn"
                            + " sudo_set_alpha_sigmoid_steepness sudo_set_yuma3_enabled sudo_set_bonds_reset_enabled"
                            + " sudo_set_owner_immune_neuron_limit sudo_set_mechanism_count"
                            + " sudo_set_mechanism_emission_split sudo_trim_to_max_allowed_uids sudo_set_max_allowed_uids"
                            + " sudo_set_burn_half_life sudo_set_burn_increase_mult sudo_set_owner_cut_enabled"
                            + " sudo_set_owner_cut_auto_lock_enabled sudo_set_collateral_lock_share"
                            + " sudo_set_collateral_drain_ratio"));

    /** One call that a type lets through, perhaps only with a small amount or around a certain call. */
    private record Allowed(
            PalletDeclaration pallet, Type.Alternative call, Optional<String> below, Optional<String> around) {
        boolean admits(Call made) {
            return below.map(amount -> isSmall(new Arguments(made.arguments()).u64(amount)))
                            .orElse(true)
                    && around.map(inner ->
                                    String.valueOf(made.arguments().get("call")).equals(inner))
                            .orElse(true);
        }

        private static boolean isSmall(long amount) {
            return Long.compareUnsigned(amount, SMALL) < 0;
        }

        Object info() {
            Optional<Variant> constraint = below.map(amount -> Variant.of(
                            "ParamLessThan", Map.of("param_name", amount, "limit", BigInteger.valueOf(SMALL))))
                    .or(() -> around.map(inner -> Variant.of(
                            "NestedCallMustBe",
                            Map.of(
                                    "param_name",
                                    "call",
                                    "pallet_name",
                                    inner.substring(0, inner.indexOf('.')),
                                    "call_name",
                                    inner.substring(inner.indexOf('.') + 1)))));
            return List.of(pallet.name(), pallet.index(), call.name(), call.index(), constraint);
        }
    }

    private final Map<ProxyType, Map<String, Allowed>> allowed = new EnumMap<>(ProxyType.class);

    ProxyFilters(Declarations declarations) {
        for (ProxyType type : ProxyType.values()) {
            Map<String, Allowed> calls = new LinkedHashMap<>();
            Predicate<String> lets = lets(type);
            for (PalletDeclaration pallet : declarations.pallets().values()) {
                for (Type.Alternative call : calls(pallet)) {
                    String name = pallet.name() + "." + call.name();
                    if (lets.test(name)) {
                        calls.put(name, new Allowed(pallet, call, below(type, name), around(type)));
                    }
                }
            }
            allowed.put(type, calls);
        }
    }

    private static List<Type.Alternative> calls(PalletDeclaration pallet) {
        return pallet.calls().stream()
                .flatMap(type -> ((Type.Choice) type.shape()).alternatives().stream())
                .toList();
    }

    private static Predicate<String> lets(ProxyType type) {
        return switch (type) {
            case ANY -> name -> true;
            case OWNER -> union(SUBNET_IDENTITY, SUBNET_SETTINGS)::contains;
            case NON_CRITICAL ->
                allBut("Sudo.", union(BURNED_REGISTRATION, ROOT_REGISTRATION, DISSOLUTION, COLDKEY_SWAPS));
            case NON_TRANSFER -> allBut("Balances.", union(STAKE_TRANSFERS, COLDKEY_SWAPS));
            case NON_FUNGIBLE ->
                allBut(
                        "Balances.",
                        union(
                                STAKING,
                                STAKE_TRANSFERS,
                                BURNED_REGISTRATION,
                                ROOT_REGISTRATION,
                                HOTKEY_SWAPS,
                                COLDKEY_SWAPS));
            case STAKING -> STAKING::contains;
            case REGISTRATION -> union(REGISTRATION, BURNED_REGISTRATION)::contains;
            case TRANSFER -> union(TRANSFERS, STAKE_TRANSFERS)::contains;
            case SMALL_TRANSFER -> union(SMALL_TRANSFERS, STAKE_TRANSFERS)::contains;
            case CHILD_KEYS -> CHILD_KEYS::contains;
            case SUDO_UNCHECKED_SET_CODE -> "Sudo.sudo_unchecked_weight"::equals;
            case SWAP_HOTKEY -> HOTKEY_SWAPS::contains;
            case SUBNET_LEASE_BENEFICIARY -> union(SUBNET_START, SUBNET_IDENTITY, SUBNET_SETTINGS)::contains;
            case ROOT_CLAIM -> ROOT_CLAIMS::contains;
            case BASKET_TRADING -> BASKETS::contains;
            case SENATE, TRIUMVIRATE, GOVERNANCE, ROOT_WEIGHTS -> name -> false;
        };
    }

    private static Predicate<String> allBut(String pallet, Set<String> calls) {
        return name -> !name.startsWith(pallet) && !calls.contains(name);
    }

    private static Optional<String> below(ProxyType type, String call) {
        return type == ProxyType.SMALL_TRANSFER
                ? Optional.of(call.startsWith("Balances.") ? "value" : "alpha_amount")
                : Optional.empty();
    }

    private static Optional<String> around(ProxyType type) {
        return type == ProxyType.SUDO_UNCHECKED_SET_CODE ? Optional.of("System.set_code") : Optional.empty();
    }

    /** Whether a proxy of a type may make a call. */
    boolean admits(ProxyType type, Call call) {
        Allowed found = allowed.getOrDefault(type, Map.of()).get(call.toString());
        return found != null && found.admits(call);
    }

    /** The types, as the runtime API tells them. */
    static Object types() {
        return Stream.of(ProxyType.values())
                .map(type -> List.of(type.declared(), type.ordinal(), type.isDeprecated()))
                .toList();
    }

    /** The filters of some types, as the runtime API tells them. */
    Object filters(Predicate<ProxyType> wanted) {
        List<Object> filters = new ArrayList<>();
        allowed.forEach((type, calls) -> {
            if (wanted.test(type)) {
                Object mode = type == ProxyType.ANY
                        ? "AllowAll"
                        : Variant.of(
                                "Allow",
                                calls.values().stream().map(Allowed::info).toList());
                filters.add(List.of(type.ordinal(), type.declared(), type.isDeprecated(), mode));
            }
        });
        return filters;
    }

    private static Set<String> of(String pallet, String calls) {
        Set<String> names = new HashSet<>();
        for (String call : calls.split(" ")) {
            names.add(pallet + "." + call);
        }
        return names;
    }

    @SafeVarargs
    private static Set<String> union(Set<String>... groups) {
        Set<String> all = new HashSet<>();
        for (Set<String> group : groups) {
            all.addAll(group);
        }
        return all;
    }
}
