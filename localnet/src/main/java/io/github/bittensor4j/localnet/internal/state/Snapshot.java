package io.github.bittensor4j.localnet.internal.state;

import java.util.Optional;
import java.util.function.BiPredicate;

/** The state as it was after one block. Never changes; safe for any number of threads. */
public interface Snapshot {
    /**
     * The value under a key.
     *
     * @param key the key
     * @return its bytes, not to be changed
     */
    Optional<byte[]> get(StorageKey key);

    /**
     * Visits the keys that begin so, in order.
     *
     * @param prefix the beginning
     * @param after only keys behind this one; the prefix itself for all
     * @param visitor gets key and value; returns false to stop
     */
    void scan(StorageKey prefix, StorageKey after, BiPredicate<StorageKey, byte[]> visitor);
}
