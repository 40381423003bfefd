package io.github.bittensor4j.localnet.internal.state;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The state that runtime code works on: a snapshot and the changes made to it so far, in layers that can be taken back. What is read
 * after a write is what was written. Not thread-safe: one block, or one runtime call, has its own.
 */
public final class State {
    private final Snapshot base;
    private final Deque<TreeMap<StorageKey, Optional<byte[]>>> layers = new ArrayDeque<>();

    /**
     * Nothing changed yet.
     *
     * @param base what is below
     */
    public State(Snapshot base) {
        this.base = base;
        layers.push(new TreeMap<>());
    }

    /**
     * The value under a key.
     *
     * @param key the key
     * @return its bytes, not to be changed
     */
    public Optional<byte[]> get(StorageKey key) {
        for (TreeMap<StorageKey, Optional<byte[]>> layer : layers) {
            Optional<byte[]> value = layer.get(key);
            if (value != null) {
                return value;
            }
        }
        return base.get(key);
    }

    /**
     * Sets a value.
     *
     * @param key the key
     * @param value its bytes; not to be changed afterwards
     */
    public void put(StorageKey key, byte[] value) {
        top().put(key, Optional.of(value));
    }

    /**
     * Removes a value, if there is one.
     *
     * @param key the key
     */
    public void remove(StorageKey key) {
        top().put(key, Optional.empty());
    }

    private TreeMap<StorageKey, Optional<byte[]>> top() {
        return layers.element();
    }

    /**
     * Visits all that begins so, in the order of keys, as it is now: the visitor may change the state.
     *
     * @param prefix the beginning of the keys
     * @param visitor gets key and value
     */
    public void scan(StorageKey prefix, BiConsumer<StorageKey, byte[]> visitor) {
        TreeMap<StorageKey, byte[]> found = new TreeMap<>();
        base.scan(prefix, prefix, (key, value) -> {
            found.put(key, value);
            return true;
        });
        layers.descendingIterator().forEachRemaining(layer -> {
            for (Map.Entry<StorageKey, Optional<byte[]>> entry :
                    layer.tailMap(prefix, true).entrySet()) {
                if (!entry.getKey().startsWith(prefix)) {
                    break;
                }
                entry.getValue()
                        .ifPresentOrElse(value -> found.put(entry.getKey(), value), () -> found.remove(entry.getKey()));
            }
        });
        found.forEach(visitor);
    }

    /** Opens a layer: from here on everything can be taken back. */
    public void begin() {
        layers.push(new TreeMap<>());
    }

    /** Keeps what was done since the last {@link #begin()}. */
    public void commit() {
        TreeMap<StorageKey, Optional<byte[]>> done = layers.pop();
        top().putAll(done);
    }

    /** Takes back what was done since the last {@link #begin()}. */
    public void rollback() {
        layers.pop();
    }

    /**
     * Everything that differs from below.
     *
     * @return the new value of each key, empty when removed
     */
    public Map<StorageKey, Optional<byte[]>> changes() {
        if (layers.size() != 1) {
            throw new IllegalStateException(layers.size() - 1 + " layers are still open");
        }
        return top();
    }
}
