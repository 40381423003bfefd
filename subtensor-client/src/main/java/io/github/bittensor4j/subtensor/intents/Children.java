package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;

/** Child hotkeys, and what a hotkey takes of what others earn through it. */
public final class Children {
    private static final BigInteger WHOLE = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    private static final String TAKE = "65535";

    private Children() {}

    /**
     * One child.
     *
     * @param share how much of the parent's stake weight, where 2^64 - 1 is all of it
     * @param hotkey who gets it
     */
    public record Child(
            @JsonField(shareOf = "18446744073709551615") BigInteger share, AccountId hotkey) {
        /**
         * A child by its part of one.
         *
         * @param share such as {@code 0.25}; rounded down, so that parts of one never come to more
         * @param hotkey who gets it
         * @return the child
         */
        public static Child of(BigDecimal share, AccountId hotkey) {
            return new Child(
                    share.multiply(new BigDecimal(WHOLE))
                            .setScale(0, RoundingMode.DOWN)
                            .toBigInteger(),
                    hotkey);
        }
    }

    /**
     * Gives parts of a hotkey's stake weight in a subnet to other hotkeys, in place of all that had some before.
     *
     * @param netuid where; not root
     * @param children at most five; none to take everything back
     * @param hotkey whose weight
     */
    @Operation("gives parts of a hotkey's stake weight to others")
    public record SetChildren(
            Netuid netuid,
            @JsonField(rows = true) List<Child> children,
            @JsonField(ownHotkey = true) AccountId hotkey) implements Intent {
        /** Copies the list and checks that the parts fit. */
        public SetChildren {
            children = List.copyOf(children);
            BigInteger sum = children.stream().map(Child::share).reduce(BigInteger.ZERO, BigInteger::add);
            if (sum.compareTo(WHOLE) > 0) {
                throw new InvalidValueException(
                        "intent.children",
                        "shares of the children: together " + sum + " (expected: at most " + WHOLE + ")",
                        "");
            }
        }

        @Override
        public Draft draft(Planning planning) {
            List<List<Object>> pairs = children.stream()
                    .map(child -> List.<Object>of(child.share(), child.hotkey()))
                    .toList();
            Draft draft = Draft.of(Planning.call("set_children", "hotkey", hotkey, "netuid", netuid, "children", pairs))
                    .on(netuid)
                    .effect("gives stake weight of " + hotkey + " in subnet " + netuid + " to " + children.size()
                            + " others");
            long cooldown = planning.number("PendingChildKeyCooldown").longValue();
            return planning.waiting(
                    cooldown == 0 ? draft : draft.effect("takes effect " + cooldown + " blocks later"),
                    windows -> windows.earliestChildren(hotkey, netuid));
        }
    }

    private static String percent(int take) {
        return new BigDecimal(take)
                        .multiply(BigDecimal.valueOf(100))
                        .divide(new BigDecimal(TAKE), new MathContext(4))
                        .stripTrailingZeros()
                        .toPlainString()
                + " %";
    }

    /**
     * Sets what a child keeps of what its parents' weight earns in a subnet.
     *
     * @param netuid where
     * @param take how much, where 65535 is all
     * @param hotkey the child
     */
    @Operation("sets what a child hotkey keeps for itself")
    public record SetChildkeyTake(
            Netuid netuid,
            @JsonField(shareOf = TAKE) int take,
            @JsonField(ownHotkey = true) AccountId hotkey) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            Draft draft = Draft.of(Planning.call("set_childkey_take", "hotkey", hotkey, "netuid", netuid, "take", take))
                    .on(netuid)
                    .effect("sets the childkey take of " + hotkey + " in subnet " + netuid + " to " + percent(take));
            boolean raised = planning.number("ChildkeyTake", hotkey, netuid).intValue() < take;
            return raised ? planning.waiting(draft, windows -> windows.earliestChildkeyTake(hotkey, netuid)) : draft;
        }
    }

    private static Draft setting(String function, Planning planning, int take, AccountId hotkey) {
        int now = planning.number("Delegates", hotkey).intValue();
        Draft draft = Draft.of(Planning.call(function, "hotkey", hotkey, "take", take))
                .effect("sets the take of " + hotkey + " from " + percent(now) + " to " + percent(take));
        if (function.equals("decrease_take")) {
            return take < now ? draft : draft.obstacle("the take is " + percent(now) + " already, not more");
        }
        Draft limited = planning.waiting(draft, windows -> windows.earliestDelegateTake(hotkey));
        return take > now ? limited : limited.obstacle("the take is " + percent(now) + " already, not less");
    }

    /**
     * Raises what a hotkey keeps of what is earned for those who back it.
     *
     * @param take how much, where 65535 is all
     * @param hotkey whose
     */
    @Operation("raises what a hotkey keeps for itself")
    public record IncreaseTake(
            @JsonField(shareOf = TAKE) int take,
            @JsonField(ownHotkey = true) AccountId hotkey) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return setting("increase_take", planning, take, hotkey);
        }
    }

    /**
     * Lowers what a hotkey keeps of what is earned for those who back it.
     *
     * @param take how much, where 65535 is all
     * @param hotkey whose
     */
    @Operation("lowers what a hotkey keeps for itself")
    public record DecreaseTake(
            @JsonField(shareOf = TAKE) int take,
            @JsonField(ownHotkey = true) AccountId hotkey) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return setting("decrease_take", planning, take, hotkey);
        }
    }

    /**
     * Raises or lowers what a hotkey keeps of what is earned for those who back it, to what is named.
     *
     * @param take how much, where 65535 is all
     * @param hotkey whose
     */
    @Operation("sets what a hotkey keeps for itself")
    public record SetTake(
            @JsonField(shareOf = TAKE) int take,
            @JsonField(ownHotkey = true) AccountId hotkey) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            int now = planning.number("Delegates", hotkey).intValue();
            if (take == now) {
                throw new InvalidValueException(
                        "intent.nothing", "the take of " + hotkey + " is " + percent(now) + " already", "");
            }
            return setting(take < now ? "decrease_take" : "increase_take", planning, take, hotkey);
        }
    }
}
