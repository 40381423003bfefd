package io.github.bittensor4j.localnet.internal.state;

import io.github.bittensor4j.localnet.internal.declare.PalletDeclaration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A storage item that holds a value per key.
 *
 * @param <K> the Java type of the key
 * @param <T> the Java type of the value
 */
public final class StorageMap<K, T> {
    private final Slot<T> slot;
    private final Codec<K> keys;

    /**
     * A handle.
     *
     * @param pallet whose item it is
     * @param item its name
     * @param keys how a key stands there
     * @param codec how a value stands there
     * @throws IllegalStateException when the declaration says otherwise
     */
    public StorageMap(PalletDeclaration pallet, String item, Codec<K> keys, Codec<T> codec) {
        this.slot = new Slot<>(pallet, item, List.of(keys), codec);
        this.keys = keys;
    }

    /**
     * Where a value stands.
     *
     * @param key the key
     * @return its storage key
     */
    public StorageKey key(K key) {
        return slot.below(slot.prefix(), 0, keys, key);
    }

    /**
     * The value, or the declared default.
     *
     * @param state where to read
     * @param key the key
     * @return the value
     * @throws java.util.NoSuchElementException when it is absent and has no default: use {@link #find(State, Object)} there
     */
    public T get(State state, K key) {
        return slot.get(state, key(key));
    }

    /**
     * The value, if one was written.
     *
     * @param state where to read
     * @param key the key
     * @return the value
     */
    public Optional<T> find(State state, K key) {
        return slot.find(state, key(key));
    }

    /**
     * Whether a value was written.
     *
     * @param state where to read
     * @param key the key
     * @return true when it was
     */
    public boolean contains(State state, K key) {
        return state.get(key(key)).isPresent();
    }

    /**
     * Writes a value.
     *
     * @param state where to write
     * @param key the key
     * @param value the value
     */
    public void put(State state, K key, T value) {
        slot.put(state, key(key), value);
    }

    /**
     * Writes what a function makes of a value.
     *
     * @param state where to read and write
     * @param key the key
     * @param change makes the new value
     */
    public void update(State state, K key, UnaryOperator<T> change) {
        put(state, key, change.apply(get(state, key)));
    }

    /**
     * Removes a value.
     *
     * @param state where to write
     * @param key the key
     */
    public void remove(State state, K key) {
        state.remove(key(key));
    }

    /**
     * All that was written.
     *
     * @param state where to read
     * @return in the order of the storage keys
     */
    public Map<K, T> all(State state) {
        Map<K, T> all = new LinkedHashMap<>();
        state.scan(
                slot.prefix(),
                (full, value) -> all.put(slot.key(slot.keysBehind(slot.prefix(), full), 0, keys), slot.value(value)));
        return all;
    }

    /**
     * Removes all.
     *
     * @param state where to write
     */
    public void clear(State state) {
        slot.clear(state, slot.prefix());
    }
}
