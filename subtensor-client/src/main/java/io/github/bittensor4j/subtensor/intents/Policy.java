package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What may be done, whatever an intent says. {@link #NONE} allows everything; any other is absolute: what it does not allow is not executed.
 * It is asked when an intent is planned and again when it is executed, about the very call that is signed and about every call inside of
 * it. Immutable; start from {@link #strict()}.
 *
 * @param maxSpend the most TAO that one intent may spend, beside the fee; empty for any amount. An intent whose spending the chain decides
 *     is forbidden by it
 * @param maxAlpha the most alpha of a subnet that one intent may spend, for the subnets that are named; others freely. With a limit for
 *     any subnet, an intent whose spending the chain decides is forbidden
 * @param maxFee the highest fee, tip included; empty for any
 * @param allowedNetuids the only subnets that may be acted on; empty for any
 * @param allowedOps the only intents, by name, wrappers and what is inside of them; empty for any
 * @param rawCalls whether calls may be signed that no intent describes
 */
public record Policy(
        Optional<Tao> maxSpend,
        Map<Netuid, Alpha> maxAlpha,
        Optional<Tao> maxFee,
        Optional<Set<Netuid>> allowedNetuids,
        Optional<Set<String>> allowedOps,
        boolean rawCalls) {
    /** Everything is allowed. */
    public static final Policy NONE =
            new Policy(Optional.empty(), Map.of(), Optional.empty(), Optional.empty(), Optional.empty(), true);

    /** Copies the collections. */
    public Policy {
        maxAlpha = Collections.unmodifiableMap(new TreeMap<>(maxAlpha));
        allowedNetuids = allowedNetuids.map(Set::copyOf);
        allowedOps = allowedOps.map(Set::copyOf);
    }

    /**
     * Forbids raw calls, and nothing else yet.
     *
     * @return to be narrowed
     */
    public static Policy strict() {
        return NONE.rawCalls(false);
    }

    /**
     * At most so much TAO for one intent.
     *
     * @param value the limit
     * @return a copy
     */
    public Policy maxSpend(Tao value) {
        return new Policy(Optional.of(value), maxAlpha, maxFee, allowedNetuids, allowedOps, rawCalls);
    }

    /**
     * At most so much of a subnet's alpha for one intent.
     *
     * @param value the limit, and which subnet's
     * @return a copy
     */
    public Policy maxAlpha(Alpha value) {
        Map<Netuid, Alpha> all = new TreeMap<>(maxAlpha);
        all.put(value.netuid(), value);
        return new Policy(maxSpend, all, maxFee, allowedNetuids, allowedOps, rawCalls);
    }

    /**
     * At most so high a fee.
     *
     * @param value the limit, tip included
     * @return a copy
     */
    public Policy maxFee(Tao value) {
        return new Policy(maxSpend, maxAlpha, Optional.of(value), allowedNetuids, allowedOps, rawCalls);
    }

    /**
     * Only on these subnets.
     *
     * @param values the only ones
     * @return a copy
     */
    public Policy allowedNetuids(Set<Netuid> values) {
        return new Policy(maxSpend, maxAlpha, maxFee, Optional.of(values), allowedOps, rawCalls);
    }

    /**
     * Only these intents.
     *
     * @param values their names, such as {@code add_stake}
     * @return a copy
     */
    public Policy allowedOps(Set<String> values) {
        return new Policy(maxSpend, maxAlpha, maxFee, allowedNetuids, Optional.of(values), rawCalls);
    }

    /**
     * With or without raw calls.
     *
     * @param value whether they are allowed
     * @return a copy
     */
    public Policy rawCalls(boolean value) {
        return new Policy(maxSpend, maxAlpha, maxFee, allowedNetuids, allowedOps, value);
    }

    /**
     * A policy from JSON: an object with any of {@code max_spend_tao}, {@code max_alpha} (an object of subnets and amounts), {@code
     * max_fee_tao}, {@code allowed_netuids}, {@code allowed_ops}, {@code allow_raw_calls}; the names are those of the official SDK. What is
     * not named is not limited, raw calls are forbidden.
     *
     * @param json one object
     * @return the policy
     * @throws io.github.bittensor4j.core.InvalidValueException when the text is no such object, or has a field of another name: a limit
     *     that is not understood is no limit
     */
    public static Policy fromJson(String json) {
        return IntentJson.policy(json);
    }

    /** What of a draft this forbids; empty when nothing. */
    List<String> violations(Draft draft, Tao fee) {
        List<String> found = new ArrayList<>();
        if (!rawCalls && draft.ops().contains(RawCall.OP)) {
            found.add("raw calls are not allowed");
        }
        allowedOps.ifPresent(allowed -> new TreeSet<>(draft.ops())
                .stream()
                        .filter(op -> !allowed.contains(op))
                        .forEach(op -> found.add(op + " is not among the allowed intents")));
        allowedNetuids.ifPresent(allowed -> {
            if (draft.allSubnets()) {
                found.add("it acts on every subnet, and only some are allowed");
            }
            new TreeSet<>(draft.netuids())
                    .stream()
                            .filter(netuid -> !allowed.contains(netuid))
                            .forEach(netuid -> found.add("subnet " + netuid + " is not among the allowed ones"));
        });
        Spend spend = draft.spend();
        if (spend.unbounded() && (maxSpend.isPresent() || !maxAlpha.isEmpty())) {
            found.add("the chain decides how much it spends, and there is a limit");
        }
        maxSpend.filter(limit -> spend.tao().compareTo(limit) > 0)
                .ifPresent(limit -> found.add("it spends " + spend.tao() + " (at most " + limit + ")"));
        maxAlpha.forEach((netuid, limit) -> {
            Alpha amount = spend.alpha().get(netuid);
            if (amount != null && amount.compareTo(limit) > 0) {
                found.add("it spends " + amount + " (at most " + limit + ")");
            }
        });
        maxFee.filter(limit -> fee.compareTo(limit) > 0)
                .ifPresent(limit -> found.add("its fee is " + fee + " (at most " + limit + ")"));
        return List.copyOf(found);
    }
}
