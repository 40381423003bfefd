package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.subtensor.Call;
import io.github.bittensor4j.subtensor.Calls;
import io.github.bittensor4j.subtensor.reads.Root.Holding;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Root's dividends: claiming them, and the baskets of alpha in which validators of root hold them. */
public final class Baskets {
    /** The most trades of one extrinsic that the official SDK writes; a chain may take fewer. */
    private static final int MOST_LEGS = 128;

    private Baskets() {}

    /**
     * Claims what all validators of root owe the coldkey; it becomes stake on root.
     *
     * @param subnets runtimes without baskets claim in these, five at most; others take no notice
     */
    @Operation("claims root dividends of all validators")
    public record ClaimRoot(@JsonField(otherwise = "[0]") List<Netuid> subnets) implements Intent {
        /** Copies the list. */
        public ClaimRoot {
            subnets = List.copyOf(subnets);
        }

        @Override
        public Draft draft(Planning planning) {
            // a set on the chain: sorted, nothing twice
            List<Netuid> set = List.copyOf(new TreeSet<>(subnets));
            return Draft.of(Planning.call("claim_root", "subnets", set))
                    .on(Netuid.ROOT)
                    .effect("claims root dividends of all validators")
                    .warning(
                            "the chain sells what the baskets hold at the pools' prices, and passes over what is little");
        }
    }

    /**
     * Claims what one validator of root owes the coldkey; it becomes stake on root.
     *
     * @param hotkey the validator
     */
    @Operation("claims root dividends of one validator")
    public record ClaimRootWithHotkey(AccountId hotkey) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return Draft.of(Planning.call("claim_root_with_hotkey", "hotkey", hotkey))
                    .on(Netuid.ROOT)
                    .effect("claims root dividends of " + hotkey)
                    .warning(
                            "the chain sells what the basket holds at the pools' prices, and passes over what is little");
        }
    }

    /**
     * Buys into the basket of a validator of root. The chain spreads the TAO over what the basket holds.
     *
     * @param hotkey the validator
     * @param amount how much; all for the free balance without the existential deposit and 0.0005 TAO for the fee
     * @param anyPrice whether it is bought at any price: the chain has no limited form of this
     */
    @Operation("buys into a validator's basket, at any price")
    public record StakeIntoBasket(
            AccountId hotkey,
            Amount<Tao> amount,

            @JsonField(otherwise = "false", beyondSdk = true)
            boolean anyPrice) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            Tao tao = amount.value().orElseGet(planning::spendable);
            Draft draft = Draft.of(Planning.call("stake_into_basket", "hotkey", hotkey, "amount_staked", tao))
                    .spends(tao)
                    .on(Netuid.ROOT)
                    .adviseShield()
                    .effect("buys into the basket of " + hotkey + " for " + tao);
            return Staking.unlimited(draft, anyPrice, "add_stake on root");
        }
    }

    /**
     * Sells one holding of a validator's basket and buys another with it. The chain keeps the price within 2 % of its averages.
     *
     * @param hotkey the validator
     * @param originNetuid what is sold; root for the basket's TAO
     * @param destNetuid what is bought; root for TAO
     * @param amount how much is sold; all for the whole holding
     * @param minAmountOut the least that has to come out, or nothing is done
     */
    @Operation("trades within a validator's basket")
    public record SwapBasket(
            AccountId hotkey,
            Netuid originNetuid,
            Netuid destNetuid,

            @JsonField(name = "amount", alphaOf = "originNetuid")
            Amount<Alpha> amount,

            @JsonField(name = "min_amount_out", alphaOf = "destNetuid", otherwise = "0")
            Alpha minAmountOut)
            implements Intent {
        /** Checks that the two differ. */
        public SwapBasket {
            different(originNetuid, destNetuid);
        }

        @Override
        public Draft draft(Planning planning) {
            Alpha alpha = amount.value().orElseGet(() -> holding(planning));
            Call call = Planning.call(
                    "swap_basket",
                    "hotkey",
                    hotkey,
                    "origin_netuid",
                    originNetuid,
                    "destination_netuid",
                    destNetuid,
                    "amount",
                    alpha,
                    "min_amount_out",
                    minAmountOut);
            return traded(Draft.of(call), new Leg(originNetuid, destNetuid, alpha, minAmountOut))
                    .adviseShield();
        }

        private Alpha holding(Planning planning) {
            return planning.state().reads().root().validatorBasket(hotkey).stream()
                    .map(Holding::alpha)
                    .filter(alpha -> alpha.netuid().equals(originNetuid) && !alpha.isZero())
                    .findFirst()
                    .orElseThrow(() -> new InvalidValueException(
                            "intent.nothing",
                            "the basket of " + hotkey + " holds nothing of subnet " + originNetuid,
                            ""));
        }
    }

    private static void different(Netuid origin, Netuid destination) {
        if (origin.equals(destination)) {
            throw new InvalidValueException(
                    "intent.netuid", "subnet " + origin + " twice (expected: two different subnets)", "");
        }
    }

    private static Draft traded(Draft draft, Leg leg) {
        Draft told = draft.spends(leg.amount())
                .on(leg.originNetuid(), leg.destNetuid())
                .effect("sells " + leg.amount() + " of the basket for alpha of subnet " + leg.destNetuid()
                        + (leg.minAmountOut().isZero() ? "" : ", at least " + leg.minAmountOut()));
        return leg.minAmountOut().isZero()
                ? told.warning("names no least amount: only the chain's own 2 % hold")
                : told;
    }

    /**
     * One trade of {@link SwapBasketMany}.
     *
     * @param originNetuid what is sold; root for the basket's TAO
     * @param destNetuid what is bought; root for TAO
     * @param amount how much is sold
     * @param minAmountOut the least that has to come out
     */
    public record Leg(
            Netuid originNetuid,
            Netuid destNetuid,

            @JsonField(name = "amount", alphaOf = "originNetuid")
            Alpha amount,

            @JsonField(name = "min_amount_out", alphaOf = "destNetuid", otherwise = "0")
            Alpha minAmountOut) {
        /** Checks that the two differ. */
        public Leg {
            different(originNetuid, destNetuid);
        }
    }

    /**
     * Several trades within a validator's basket, all or none of them.
     *
     * @param hotkey the validator
     * @param legs 1 to 128, in order
     */
    @Operation("trades several times within a validator's basket")
    public record SwapBasketMany(AccountId hotkey, List<Leg> legs) implements Intent {
        /** Copies the list and checks its length. */
        public SwapBasketMany {
            legs = List.copyOf(legs);
            if (legs.isEmpty() || legs.size() > MOST_LEGS) {
                throw new InvalidValueException(
                        "intent.legs", "legs: " + legs.size() + " (expected: 1 to " + MOST_LEGS + ")", "");
            }
        }

        @Override
        public Draft draft(Planning planning) {
            List<List<Object>> plain = legs.stream()
                    .map(leg -> List.<Object>of(leg.originNetuid(), leg.destNetuid(), leg.amount(), leg.minAmountOut()))
                    .toList();
            Draft draft = Draft.of(Planning.call("swap_basket_many", "hotkey", hotkey, "legs", plain))
                    .adviseShield();
            for (Leg leg : legs) {
                draft = traded(draft, leg);
            }
            return draft;
        }
    }

    /**
     * Lets subnets have their share of TAO emission, or not.
     *
     * @param netuids which
     * @param enabled whether they have it
     */
    @Operation(value = "switches the TAO emission of subnets on or off", right = Operation.Right.ROOT)
    public record SetSubnetEmissionEnabled(List<Netuid> netuids, boolean enabled) implements Intent {
        /** Copies the list and checks that it names some. */
        public SetSubnetEmissionEnabled {
            netuids = List.copyOf(netuids);
            if (netuids.isEmpty()) {
                throw new InvalidValueException("intent.netuids", "netuids: none (expected: one or more)", "");
            }
        }

        @Override
        public Draft draft(Planning planning) {
            List<Call> calls = new ArrayList<>();
            for (Netuid netuid : netuids) {
                calls.add(Call.of(
                        "AdminUtils", "sudo_set_subnet_emission_enabled", "netuid", netuid, "enabled", enabled));
            }
            return Draft.of(calls.size() == 1 ? calls.get(0) : Calls.batchAll(calls))
                    .on(netuids.toArray(Netuid[]::new))
                    .effect((enabled ? "switches on" : "switches off") + " the TAO emission of subnets " + netuids);
        }
    }

    /**
     * Sets the least that a claim of root dividends pays; what is less is passed over and goes on growing.
     *
     * @param threshold the least; the chain takes 0.01 TAO at most
     */
    @Operation(value = "sets the least that a claim of root dividends pays", right = Operation.Right.ROOT)
    public record SetRootClaimThreshold(
            @JsonField(name = "threshold") Tao threshold) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return Draft.of(Planning.call(
                            "sudo_set_root_claim_threshold", "netuid", Netuid.ROOT, "new_value", threshold))
                    .on(Netuid.ROOT)
                    .effect("sets the least claim to " + threshold);
        }
    }
}
