package io.github.bittensor4j.localnet.internal.subtensor;

import io.github.bittensor4j.localnet.internal.state.State;
import java.util.OptionalLong;

/** When a subnet's epochs run, and when its owner may not change it. */
final class Schedule {
    /** An epoch is due after so many blocks whatever the tempo. */
    private static final long LONGEST = 50_400;

    private final Items items;

    Schedule(Items items) {
        this.items = items;
    }

    boolean isDue(State state, int netuid, long block) {
        int tempo = items.tempo.get(state, netuid);
        if (tempo == 0) {
            return false;
        }
        long pending = items.pendingEpochAt.get(state, netuid);
        return pending > 0 && block >= pending
                || items.blocksSinceLastStep.get(state, netuid) > LONGEST
                || block - items.lastEpochBlock.get(state, netuid) >= tempo;
    }

    /** The block in which the next epoch is planned; empty where none ever is. */
    OptionalLong next(State state, int netuid) {
        int tempo = items.tempo.get(state, netuid);
        if (tempo == 0) {
            return OptionalLong.empty();
        }
        long regular = items.lastEpochBlock.get(state, netuid) + tempo;
        long pending = items.pendingEpochAt.get(state, netuid);
        return OptionalLong.of(pending > 0 ? Math.min(pending, regular) : regular);
    }

    /** Whether the next epoch is so near that hyperparameters stay as they are. */
    boolean isFrozen(State state, int netuid, long block) {
        OptionalLong next = next(state, netuid);
        return items.pendingEpochAt.get(state, netuid) > 0
                || next.isPresent() && Math.max(0, next.getAsLong() - block) < items.adminFreezeWindow.get(state);
    }
}
