package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.subtensor.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A call and all that is known of what it does: what an {@link Intent} makes of itself at one block. Immutable. A wrapper's draft (batch,
 * proxy, multisig, sudo) holds what its inner drafts hold, so that whatever is judged is judged through to the innermost call.
 *
 * @param call what is signed; empty when an obstacle leaves nothing to sign
 * @param ops what the intents in it are called, wrapper and inner ones
 * @param spend what leaves the account
 * @param netuids the subnets it acts on
 * @param allSubnets whether it acts on every subnet
 * @param effects what it does, in words
 * @param warnings what to think of before
 * @param obstacles why the chain would refuse it now
 * @param earliestBlock the first block that can take it, where a rate limit or a waiting time says so
 * @param shieldAdvised whether who watches the pool could trade against it
 */
public record Draft(
        Optional<Call> call,
        Set<String> ops,
        Spend spend,
        Set<Netuid> netuids,
        boolean allSubnets,
        List<String> effects,
        List<String> warnings,
        List<String> obstacles,
        OptionalLong earliestBlock,
        boolean shieldAdvised) {
    /** Copies the lists. */
    public Draft {
        ops = Set.copyOf(ops);
        netuids = Set.copyOf(netuids);
        effects = List.copyOf(effects);
        warnings = List.copyOf(warnings);
        obstacles = List.copyOf(obstacles);
    }

    /** A draft under way. */
    private static final class Parts {
        private Optional<Call> call = Optional.empty();
        private final Set<String> ops = new TreeSet<>();
        private Spend spend = Spend.NOTHING;
        private final Set<Netuid> netuids = new TreeSet<>();
        private boolean allSubnets;
        private final List<String> effects = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();
        private final List<String> obstacles = new ArrayList<>();
        private OptionalLong earliestBlock = OptionalLong.empty();
        private boolean shieldAdvised;

        /** All of a draft but its call. */
        Parts add(Draft draft) {
            ops.addAll(draft.ops);
            spend = spend.plus(draft.spend);
            netuids.addAll(draft.netuids);
            allSubnets |= draft.allSubnets;
            effects.addAll(draft.effects);
            warnings.addAll(draft.warnings);
            obstacles.addAll(draft.obstacles);
            draft.earliestBlock.ifPresent(this::from);
            shieldAdvised |= draft.shieldAdvised;
            return this;
        }

        void from(long block) {
            earliestBlock = OptionalLong.of(Math.max(block, earliestBlock.orElse(0)));
        }

        Draft done() {
            return new Draft(
                    call, ops, spend, netuids, allSubnets, effects, warnings, obstacles, earliestBlock, shieldAdvised);
        }
    }

    private Draft with(Consumer<Parts> change) {
        Parts parts = new Parts().add(this);
        parts.call = call;
        change.accept(parts);
        return parts.done();
    }

    /**
     * A call that spends nothing and touches no subnet, so far.
     *
     * @param call what is to be signed
     * @return its draft
     */
    public static Draft of(Call call) {
        Parts parts = new Parts();
        parts.call = Optional.of(call);
        return parts.done();
    }

    /**
     * Nothing to sign.
     *
     * @param obstacle why
     * @return a draft without a call
     */
    public static Draft none(String obstacle) {
        return new Parts().done().obstacle(obstacle);
    }

    /**
     * A call around others: it spends, touches and says what they do together.
     *
     * @param inner the drafts inside, in order
     * @param wrapper makes the outer call of the inner ones
     * @return its draft; without a call when one of them has none
     */
    public static Draft around(List<Draft> inner, Function<List<Call>, Call> wrapper) {
        List<Call> calls = inner.stream().flatMap(draft -> draft.call.stream()).toList();
        Parts parts = new Parts();
        inner.forEach(parts::add);
        parts.call = calls.size() == inner.size() ? Optional.of(wrapper.apply(calls)) : Optional.empty();
        return parts.done();
    }

    /**
     * The same with the call wrapped.
     *
     * @param wrapper makes the outer call of this one
     * @return a copy
     */
    public Draft wrapped(UnaryOperator<Call> wrapper) {
        return with(parts -> parts.call = call.map(wrapper));
    }

    Draft named(String op) {
        return with(parts -> parts.ops.add(op));
    }

    private Draft spends(Spend more) {
        return with(parts -> parts.spend = spend.plus(more));
    }

    /**
     * TAO leaves the account.
     *
     * @param amount at most this much
     * @return a copy
     */
    public Draft spends(Tao amount) {
        return spends(new Spend(amount, Map.of(), false));
    }

    /**
     * Alpha leaves a position of the account.
     *
     * @param amount at most this much
     * @return a copy
     */
    public Draft spends(Alpha amount) {
        return spends(new Spend(Tao.ZERO, Map.of(amount.netuid(), amount), false));
    }

    /**
     * The chain decides how much leaves the account; a policy with a limit forbids it.
     *
     * @return a copy
     */
    public Draft spendsUnbounded() {
        return spends(new Spend(Tao.ZERO, Map.of(), true));
    }

    /**
     * It acts on subnets.
     *
     * @param more their numbers
     * @return a copy
     */
    public Draft on(Netuid... more) {
        return with(parts -> parts.netuids.addAll(List.of(more)));
    }

    /**
     * It acts on every subnet, so that a policy that names some forbids it.
     *
     * @return a copy
     */
    public Draft onAllSubnets() {
        return with(parts -> parts.allSubnets = true);
    }

    /**
     * Says what it does.
     *
     * @param text one line, in the third person
     * @return a copy
     */
    public Draft effect(String text) {
        return with(parts -> parts.effects.add(text));
    }

    /**
     * Says what to think of before.
     *
     * @param text one line
     * @return a copy
     */
    public Draft warning(String text) {
        return with(parts -> parts.warnings.add(text));
    }

    /**
     * Says why the chain would refuse it now; it is not executed.
     *
     * @param text one line
     * @return a copy
     */
    public Draft obstacle(String text) {
        return with(parts -> parts.obstacles.add(text));
    }

    /**
     * Says from when the chain takes it.
     *
     * @param block the first block that can hold it
     * @return a copy
     */
    public Draft from(long block) {
        return with(parts -> parts.from(block));
    }

    /**
     * Says that it trades through a pool: better submitted shielded.
     *
     * @return a copy
     */
    public Draft adviseShield() {
        return with(parts -> parts.shieldAdvised = true);
    }
}
