package io.github.bittensor4j.localnet.internal.state;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The state of the last blocks. Every key holds its own short history, newest first, so a block costs what it changed and any recent
 * block can be read while the next one is made. One thread commits; any number read.
 */
public final class History {
    private final int kept;
    private final ConcurrentSkipListMap<StorageKey, Version> newest = new ConcurrentSkipListMap<>();
    private final Deque<Written> written = new ArrayDeque<>();
    private volatile long head = -1;
    private volatile long oldest;

    /**
     * An empty history.
     *
     * @param kept how many blocks can be read, at least 1
     */
    public History(int kept) {
        this.kept = kept;
    }

    private static final class Version {
        final long block;
        final byte @Nullable [] value;
        volatile @Nullable Version older;

        Version(long block, byte @Nullable [] value, @Nullable Version older) {
            this.block = block;
            this.value = value;
            this.older = older;
        }
    }

    private record Written(long block, List<Map.Entry<StorageKey, Version>> versions) {}

    /**
     * Adds a block's changes. Blocks come in order, the first one sets where the history begins.
     *
     * @param block its number
     * @param changes the new value of each changed key, empty when it was removed
     */
    public void commit(long block, Map<StorageKey, Optional<byte[]>> changes) {
        if (head < 0) {
            oldest = block;
        }
        List<Map.Entry<StorageKey, Version>> versions = new ArrayList<>(changes.size());
        changes.forEach((key, value) -> {
            Version version = new Version(block, value.orElse(null), newest.get(key));
            newest.put(key, version);
            versions.add(Map.entry(key, version));
        });
        written.addLast(new Written(block, versions));
        head = block;
        oldest = Math.max(oldest, block - kept + 1);
        while (!written.isEmpty() && written.getFirst().block() <= oldest) {
            for (Map.Entry<StorageKey, Version> entry : written.removeFirst().versions()) {
                Version version = entry.getValue();
                version.older = null;
                if (version.value == null) {
                    newest.remove(entry.getKey(), version);
                }
            }
        }
    }

    /**
     * The newest block.
     *
     * @return its number, or -1 before the first
     */
    public long head() {
        return head;
    }

    /**
     * The state after a block.
     *
     * @param block its number
     * @return empty when it is not kept any more, or not there yet
     */
    public Optional<Snapshot> at(long block) {
        return block < oldest || block > head ? Optional.empty() : Optional.of(new AtBlock(block));
    }

    private final class AtBlock implements Snapshot {
        private final long block;

        AtBlock(long block) {
            this.block = block;
        }

        private byte @Nullable [] value(@Nullable Version version) {
            Version at = version;
            while (at != null && at.block > block) {
                at = at.older;
            }
            return at == null ? null : at.value;
        }

        @Override
        public Optional<byte[]> get(StorageKey key) {
            return Optional.ofNullable(value(newest.get(key)));
        }

        @Override
        public void scan(StorageKey prefix, StorageKey after, BiPredicate<StorageKey, byte[]> visitor) {
            boolean all = after.equals(prefix);
            StorageKey from = after.compareTo(prefix) < 0 ? prefix : after;
            for (Map.Entry<StorageKey, Version> entry :
                    newest.tailMap(from, all).entrySet()) {
                if (!entry.getKey().startsWith(prefix)) {
                    return;
                }
                byte[] value = value(entry.getValue());
                if (value != null && !visitor.test(entry.getKey(), value)) {
                    return;
                }
            }
        }
    }
}
