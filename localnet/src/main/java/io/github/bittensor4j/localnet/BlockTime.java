package io.github.bittensor4j.localnet;

import java.time.Duration;

/** When a local chain makes blocks. Clients read the time between blocks from its metadata ({@code Aura.SlotDuration}). */
public enum BlockTime {
    /** Every 12 seconds, as the real chain. */
    REAL(Duration.ofSeconds(12)),
    /** Four a second, as the official local chain with fast blocks. */
    FAST(Duration.ofMillis(250)),
    /** Only when {@link Localnet#produceBlocks(int)} says so; each block is then 12 seconds later than the one before. For tests. */
    MANUAL(Duration.ofSeconds(12));

    private final Duration interval;

    BlockTime(Duration interval) {
        this.interval = interval;
    }

    /**
     * The time between two blocks, by the chain's own clock.
     *
     * @return 12 s or 250 ms
     */
    public Duration interval() {
        return interval;
    }
}
