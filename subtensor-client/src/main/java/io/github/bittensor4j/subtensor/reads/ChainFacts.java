package io.github.bittensor4j.subtensor.reads;

import io.github.bittensor4j.subtensor.ChainState;
import io.github.bittensor4j.subtensor.Extrinsic;
import io.github.bittensor4j.subtensor.internal.Answer;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads of the chain as a whole. */
public final class ChainFacts extends Family {
    private static final Duration FAST = Duration.ofMillis(250);

    ChainFacts(Supplier<ChainState> source) {
        super(source);
    }

    /**
     * The chain's time.
     *
     * @param block at which block
     * @param unix seconds since 1970
     * @param iso the same moment
     */
    public record ChainTime(long block, BigDecimal unix, Instant iso) {}

    /**
     * A block.
     *
     * @param number its height
     * @param hash its hash, 0x and hex
     * @param timestamp the chain's time in it
     * @param extrinsics what each of its extrinsics calls, as {@code Pallet.function}; empty for one that is not understood
     */
    public record BlockInfo(long number, String hash, Instant timestamp, List<Optional<String>> extrinsics) {
        /** Copies the list. */
        public BlockInfo {
            extrinsics = List.copyOf(extrinsics);
        }
    }

    private static Instant now(At at) {
        return Instant.ofEpochMilli(at.value("Timestamp", "Now").number());
    }

    /** The time from one block to the next, which the runtime's constants say. */
    static Duration blockTime(At at) {
        return Duration.ofMillis(new Answer("SlotDuration", at.state().constant("Aura", "SlotDuration")).number());
    }

    /**
     * The chain's time.
     *
     * @return and the block at which it was that
     */
    @Listed("The chain's time, and the block at which it was read.")
    public ChainTime timestamp() {
        return read("timestamp", at -> {
            Instant time = now(at);
            return new ChainTime(at.block(), BigDecimal.valueOf(time.toEpochMilli(), 3), time);
        });
    }

    /**
     * The time from one block to the next.
     *
     * @return 12 s on the main network; 250 ms on chains with fast blocks
     */
    @Listed("The time from one block to the next, in seconds.")
    public Duration blockTime() {
        return read("block_time", ChainFacts::blockTime);
    }

    /**
     * Whether blocks come every 250 ms, as on chains for testing.
     *
     * @return false on public networks
     */
    @Listed("Whether the chain makes a block every 250 ms, as chains for testing do.")
    public boolean isFastBlocks() {
        return read("is_fast_blocks", at -> blockTime(at).equals(FAST));
    }

    /**
     * What a block holds.
     *
     * @param block its height
     * @return empty above the newest block
     */
    @Listed("A block's hash, time, and what its extrinsics call.")
    public Optional<BlockInfo> blockInfo(@Arg("block") long block) {
        return read(
                "block_info",
                at -> at.state()
                        .at(block)
                        .map(state -> new BlockInfo(
                                block,
                                state.block().hash(),
                                now(new At(state)),
                                state.extrinsics().stream()
                                        .map(e -> e.map(Extrinsic::call).map(c -> c.pallet() + "." + c.function()))
                                        .toList())));
    }

    /**
     * The key to which the next block's author opens sealed extrinsics.
     *
     * @return an ML-KEM-768 public key; empty when none is announced
     */
    @Listed("The ML-KEM-768 public key for which sealed extrinsics are encrypted now.")
    public Optional<byte[]> mevShieldNextKey() {
        return read("mev_shield_next_key", at -> at.find("MevShield", "NextKey").map(Answer::bytes));
    }

    /**
     * How long a coldkey waits between two hotkey swaps.
     *
     * @return blocks
     */
    @Listed("The blocks that a coldkey waits between two hotkey swaps.")
    public long txRateLimit() {
        return read("tx_rate_limit", at -> at.value(At.MODULE, "TxRateLimit").number());
    }
}
