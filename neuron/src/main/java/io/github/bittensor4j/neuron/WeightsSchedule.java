package io.github.bittensor4j.neuron;

import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.neuron.WeightsStatus.State;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides at each look at the chain whether weights are to be set now. The chain's own record of the last weights (LastUpdate) is the
 * memory: it survives the death of this process and of the node, so that a recovery sets weights once and not twice.
 *
 * <p>Used by one thread.
 */
final class WeightsSchedule {
    /** What the subnet asks of weights. Blocks for both intervals. */
    record Rules(long tempo, long rateLimit, int minimumEntries) {}

    /** Whether to set weights now, and how to say where things stand. */
    record Decision(boolean due, WeightsStatus status) {}

    /** Weights whose fate is not known: sent when the chain showed that last update, and dead after that block. */
    private record Open(long lastUpdate, long deadAfter) {}

    private final Netuid netuid;
    private final OptionalLong every;
    private Optional<Open> open = Optional.empty();
    private long includedAt;
    private long notBefore;
    private long pause;

    /**
     * A schedule.
     *
     * @param netuid the subnet
     * @param every the blocks from one setting to the next, or empty for one per epoch
     */
    WeightsSchedule(Netuid netuid, OptionalLong every) {
        this.netuid = netuid;
        this.every = every;
    }

    Decision decide(Metagraph metagraph, NeuronInfo seat, boolean mayWithoutPermit, Rules rules, int scored) {
        long now = metagraph.block().number();
        // A node that lags behind our own inclusion does not show it yet; one that is past it and does not show it has
        // dropped it
        long lastUpdate = now <= includedAt ? Math.max(includedAt, seat.lastUpdate()) : seat.lastUpdate();
        boolean never = lastUpdate <= seat.registeredAt();
        OptionalLong last = never ? OptionalLong.empty() : OptionalLong.of(lastUpdate);
        // Registration counts as an update for the chain's rate limit; after that one setting per epoch is what an
        // epoch reads
        long interval = never ? rules.rateLimit : Math.max(rules.rateLimit, every.orElse(rules.tempo));
        long due = Math.max(lastUpdate == 0 ? 0 : lastUpdate + interval, notBefore);

        if (!seat.validatorPermit() && !mayWithoutPermit) {
            return wait(
                    State.NO_PERMIT,
                    OptionalLong.empty(),
                    last,
                    "uid " + seat.uid() + " has no validator permit on subnet " + netuid
                            + " yet: the chain gives it at an epoch to the neurons with most stake");
        }
        if (open.isPresent()) {
            if (now <= open.get().deadAfter) {
                return wait(
                        State.UNKNOWN,
                        OptionalLong.of(open.get().deadAfter + 1),
                        last,
                        "the fate of the last weights is not known; watching the chain until block "
                                + open.get().deadAfter);
            }
            open = Optional.empty();
        }
        if (now < due) {
            return wait(State.WAITING, OptionalLong.of(due), last, "weights are due from block " + due);
        }
        int wanted =
                Math.max(1, Math.min(rules.minimumEntries, metagraph.neurons().size()));
        if (scored < wanted) {
            return wait(
                    State.ABSTAINING,
                    OptionalLong.of(due),
                    last,
                    "abstaining: miners with a score above zero: " + scored + ", needed for weights: " + wanted);
        }
        return new Decision(
                true,
                new WeightsStatus(
                        State.SUBMITTING, OptionalLong.of(due), last, "setting weights for " + miners(scored)));
    }

    private static Decision wait(State state, OptionalLong due, OptionalLong last, String detail) {
        return new Decision(false, new WeightsStatus(state, due, last, detail));
    }

    /** Whether weights of unknown fate turn out to be in the chain after all. */
    boolean confirms(NeuronInfo seat) {
        if (open.filter(o -> seat.lastUpdate() > o.lastUpdate).isEmpty()) {
            return false;
        }
        included(seat.lastUpdate());
        return true;
    }

    void included(long block) {
        open = Optional.empty();
        includedAt = block;
        notBefore = 0;
        pause = 0;
    }

    /** After a refusal: the pause doubles from two blocks up to an epoch, so that a stubborn refusal is not repeated with every block. */
    long refused(long now, Rules rules) {
        pause = Math.min(Math.max(rules.tempo, 2), Math.max(2, pause * 2));
        notBefore = now + pause;
        return notBefore;
    }

    /** After a submission whose fate is not known: nothing is sent again while that transaction could still enter a block. */
    void unknown(NeuronInfo seat, long deadAfter) {
        open = Optional.of(new Open(seat.lastUpdate(), deadAfter));
    }

    static String miners(int count) {
        return count == 1 ? "1 miner" : count + " miners";
    }
}
