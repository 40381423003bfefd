package io.github.bittensor4j.localnet.internal.node;

import io.github.bittensor4j.localnet.internal.state.StorageKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where blocks and their changes of the state are kept for the next start. Used under the chain's lock. */
public interface BlockLog extends AutoCloseable {
    /** Keeps nothing: a chain in memory. */
    BlockLog NONE = new BlockLog() {
        @Override
        public boolean open(Hash genesis, Replay replay) {
            return false;
        }

        @Override
        public void checkpoint(List<Hash> earlier, Block block, Map<StorageKey, Optional<byte[]>> state) {}

        @Override
        public void append(Block block, Map<StorageKey, Optional<byte[]>> changes) {}

        @Override
        public boolean full() {
            return false;
        }

        @Override
        public void close() {}
    };

    /** Hears what was kept: one checkpoint, then blocks in order. */
    interface Replay {
        /**
         * Where it begins.
         *
         * @param earlier the hashes of all blocks before
         * @param block the block
         * @param state the whole state after it
         */
        void checkpoint(List<Hash> earlier, Block block, Map<StorageKey, Optional<byte[]>> state);

        /**
         * A block after that.
         *
         * @param block the block
         * @param changes what it changed
         */
        void block(Block block, Map<StorageKey, Optional<byte[]>> changes);
    }

    /**
     * Reads what was kept.
     *
     * @param genesis the hash of the genesis block this build makes
     * @param replay hears it
     * @return false when nothing was kept yet
     */
    boolean open(Hash genesis, Replay replay);

    /**
     * Begins anew from a block; what was kept before is not needed any more.
     *
     * @param earlier the hashes of all blocks before
     * @param block the block
     * @param state the whole state after it
     */
    void checkpoint(List<Hash> earlier, Block block, Map<StorageKey, Optional<byte[]>> state);

    /**
     * Keeps a block. It is on disk when this returns.
     *
     * @param block the block
     * @param changes what it changed
     */
    void append(Block block, Map<StorageKey, Optional<byte[]>> changes);

    /**
     * Whether it is time for a checkpoint.
     *
     * @return true when the log has grown large
     */
    boolean full();

    @Override
    void close();
}
