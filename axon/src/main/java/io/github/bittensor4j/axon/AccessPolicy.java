package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.Tao;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may call, once their signature holds. Decided on one metagraph snapshot per call; a policy that needs the metagraph lets nobody in
 * while there is none. The deny list wins over everything, the allow list over the rest. Immutable.
 */
public final class AccessPolicy {
    /** A rule of a subnet's own. */
    @FunctionalInterface
    public interface Rule {
        /**
         * Decides about one caller. Called on a thread of the network, so it must not wait; when it throws, the call is refused.
         *
         * @param hotkey the caller, whose signature was checked
         * @param metagraph the same snapshot as the rest of the policy has; empty when none is at hand
         * @return allowed, or denied with a code of the rule's own
         */
        AccessDecision decide(AccountId hotkey, Optional<Metagraph> metagraph);
    }

    private enum Standing {
        ANYBODY,
        REGISTERED,
        VALIDATOR
    }

    private static final AccessDecision ALLOWED = AccessDecision.allowed();

    private final Standing standing;
    private final Tao minStake;
    private final Set<AccountId> allow;
    private final Set<AccountId> deny;
    private final List<Rule> rules;

    private AccessPolicy(Standing standing, Tao minStake, Set<AccountId> allow, Set<AccountId> deny, List<Rule> rules) {
        this.standing = standing;
        this.minStake = minStake;
        this.allow = allow;
        this.deny = deny;
        this.rules = rules;
    }

    /**
     * Anybody with a key. Such an axon works for strangers: say so only where that is meant.
     *
     * @return the policy
     */
    public static AccessPolicy open() {
        return new AccessPolicy(Standing.ANYBODY, Tao.ZERO, Set.of(), Set.of(), List.of());
    }

    /**
     * Neurons that are registered on the subnet.
     *
     * @return the policy
     */
    public static AccessPolicy registered() {
        return new AccessPolicy(Standing.REGISTERED, Tao.ZERO, Set.of(), Set.of(), List.of());
    }

    /**
     * Neurons that hold a validator permit on the subnet. What an axon asks for unless told otherwise.
     *
     * @return the policy
     */
    public static AccessPolicy validatorPermit() {
        return new AccessPolicy(Standing.VALIDATOR, Tao.ZERO, Set.of(), Set.of(), List.of());
    }

    /**
     * Asks for stake besides: the chain's own stake weight on this subnet (alpha and weighted root TAO together, in units of 10^-9) must
     * reach this much. It implies registration.
     *
     * @param least the least stake weight
     * @return a policy that asks for it too
     */
    public AccessPolicy minStake(Tao least) {
        return new AccessPolicy(
                standing == Standing.ANYBODY ? Standing.REGISTERED : standing, least, allow, deny, rules);
    }

    /**
     * Lets these hotkeys in whatever their standing, also without a metagraph.
     *
     * @param hotkeys added to those allowed already
     * @return a policy with them
     */
    public AccessPolicy allow(Collection<AccountId> hotkeys) {
        return new AccessPolicy(standing, minStake, union(allow, hotkeys), deny, rules);
    }

    /**
     * Keeps these hotkeys out whatever their standing.
     *
     * @param hotkeys added to those denied already
     * @return a policy without them
     */
    public AccessPolicy deny(Collection<AccountId> hotkeys) {
        return new AccessPolicy(standing, minStake, allow, union(deny, hotkeys), rules);
    }

    /**
     * Asks a rule of the subnet's own besides, after everything else said yes. The deny and allow lists come before it.
     *
     * @param rule asked for every caller that is on neither list
     * @return a policy that asks it too
     */
    public AccessPolicy rule(Rule rule) {
        List<Rule> all = new ArrayList<>(rules);
        all.add(rule);
        return new AccessPolicy(standing, minStake, allow, deny, List.copyOf(all));
    }

    private static Set<AccountId> union(Set<AccountId> some, Collection<AccountId> more) {
        Set<AccountId> all = new HashSet<>(some);
        all.addAll(more);
        return Set.copyOf(all);
    }

    /**
     * Decides about one caller.
     *
     * @param hotkey the caller, whose signature was checked
     * @param metagraph the newest snapshot of the subnet, or empty when none is at hand
     * @return allowed, or denied with {@code access.listed}, {@code access.unknown}, {@code access.unregistered}, {@code access.permit}
     *     or {@code access.stake}, or with a {@link Rule}'s own code
     */
    public AccessDecision decide(AccountId hotkey, Optional<Metagraph> metagraph) {
        if (deny.contains(hotkey)) {
            return new AccessDecision.Denied("access.listed", "this hotkey is on the deny list");
        }
        if (allow.contains(hotkey)) {
            return ALLOWED;
        }
        if (standing != Standing.ANYBODY && decideStanding(hotkey, metagraph) instanceof AccessDecision.Denied denied) {
            return denied;
        }
        for (Rule rule : rules) {
            if (rule.decide(hotkey, metagraph) instanceof AccessDecision.Denied denied) {
                return denied;
            }
        }
        return ALLOWED;
    }

    private AccessDecision decideStanding(AccountId hotkey, Optional<Metagraph> metagraph) {
        if (metagraph.isEmpty()) {
            return new AccessDecision.Denied(
                    "access.unknown", "this axon has no metagraph yet, so it cannot tell who may call");
        }
        Optional<NeuronInfo> neuron = metagraph.get().neuron(hotkey);
        if (neuron.isEmpty()) {
            return new AccessDecision.Denied(
                    "access.unregistered",
                    "hotkey is not registered on subnet " + metagraph.get().netuid());
        }
        if (standing == Standing.VALIDATOR && !neuron.get().validatorPermit()) {
            return new AccessDecision.Denied(
                    "access.permit",
                    "hotkey has no validator permit on subnet "
                            + metagraph.get().netuid());
        }
        Tao stake = Tao.ofRao(neuron.get().stakeWeight());
        if (stake.compareTo(minStake) < 0) {
            return new AccessDecision.Denied(
                    "access.stake",
                    "stake weight: " + stake.decimal().toPlainString() + " (expected: at least "
                            + minStake.decimal().toPlainString() + ")");
        }
        return ALLOWED;
    }
}
