package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.timelock.Beacon;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When committed weights may come to light: from the block in which the epoch begins that lies so many epochs after the commit's. Pure
 * functions; a commit is taken to be in the block after the one that was read.
 */
final class RevealSchedule {
    /** An epoch is due after so many blocks whatever the tempo. */
    private static final long LONGEST_EPOCH = 50_400;

    /** Blocks after the first reveal block for which weights are sealed, so that the chain has the round's pulse and a late epoch does no harm. */
    private static final long MARGIN = 3;

    private RevealSchedule() {}

    /**
     * A subnet's clock at one block, by the runtime's names.
     *
     * @param lastEpochBlock the block of the last epoch
     * @param pendingEpochAt the block of an epoch asked for besides, or 0
     * @param epochIndex how many epochs there were
     * @param tempo blocks between two epochs
     * @param blocksSinceLastStep blocks since the last epoch, by its own count
     * @param block the block at which all this was read
     */
    record Clock(
            long lastEpochBlock,
            long pendingEpochAt,
            long epochIndex,
            long tempo,
            long blocksSinceLastStep,
            long block) {
        private boolean due(long at) {
            return tempo != 0
                    && (pendingEpochAt > 0 && at >= pendingEpochAt
                            || blocksSinceLastStep > LONGEST_EPOCH
                            || at - lastEpochBlock >= tempo);
        }

        private long epoch(long at) {
            return epochIndex + (due(at) ? 1 : 0);
        }

        /** The clock after one block more, where the chain runs the epoch if it is due. */
        private Clock after(long at) {
            return due(at)
                    ? new Clock(at, 0, epochIndex + 1, tempo, 0, at)
                    : new Clock(lastEpochBlock, pendingEpochAt, epochIndex, tempo, blocksSinceLastStep + 1, at);
        }

        /** The epoch to which a commit in the next block belongs. */
        long commitEpoch() {
            return epoch(block + 1);
        }

        /**
         * The first block of the epoch in which a commit of the next block is revealed, found by running the chain's own clock ahead;
         * empty for a subnet without epochs.
         */
        Optional<Long> firstRevealBlock(long revealPeriod) {
            if (tempo == 0) {
                return Optional.empty();
            }
            long target = commitEpoch() + revealPeriod;
            Clock clock = this;
            long last = block + 1 + (revealPeriod + 1) * LONGEST_EPOCH;
            for (long at = block + 1; at <= last; at++) {
                if (clock.epoch(at) == target) {
                    return Optional.of(at);
                }
                clock = clock.after(at);
            }
            return Optional.empty();
        }
    }

    /**
     * The same on runtimes up to spec 422, whose epochs are a matter of arithmetic.
     *
     * @param storageIndex of the subnet's mechanism
     */
    static long firstRevealBlockByModulo(long block, long tempo, long storageIndex, long revealPeriod) {
        long length = tempo + 1;
        long shift = storageIndex + 1;
        return ((block + shift) / length + revealPeriod) * length - shift;
    }

    /** The round for which weights are sealed that are revealed from a block on. */
    static long round(Beacon beacon, Instant now, long block, long firstRevealBlock, Duration blockTime) {
        Instant then = now.plus(blockTime.multipliedBy(firstRevealBlock + MARGIN - block));
        // the round before the one at that time, as every client of the chain counts
        return Math.max(1, Duration.between(beacon.genesis(), then).dividedBy(beacon.period()));
    }
}
