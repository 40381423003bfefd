package io.github.bittensor4j.localnet.internal.state;

import io.github.bittensor4j.localnet.internal.declare.PalletDeclaration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A storage item that holds a value per pair of keys.
 *
 * @param <A> the Java type of the first key
 * @param <B> the Java type of the second key
 * @param <T> the Java type of the value
 */
public final class StorageDoubleMap<A, B, T> {
    private final Slot<T> slot;
    private final Codec<A> firsts;
    private final Codec<B> seconds;

    /**
     * A handle.
     *
     * @param pallet whose item it is
     * @param item its name
     * @param firsts how a first key stands there
     * @param seconds how a second key stands there
     * @param codec how a value stands there
     * @throws IllegalStateException when the declaration says otherwise
     */
    public StorageDoubleMap(PalletDeclaration pallet, String item, Codec<A> firsts, Codec<B> seconds, Codec<T> codec) {
        this.slot = new Slot<>(pallet, item, List.of(firsts, seconds), codec);
        this.firsts = firsts;
        this.seconds = seconds;
    }

    private StorageKey prefix(A first) {
        return slot.below(slot.prefix(), 0, firsts, first);
    }

    /**
     * Where a value stands.
     *
     * @param first the first key
     * @param second the second key
     * @return its storage key
     */
    public StorageKey key(A first, B second) {
        return slot.below(prefix(first), 1, seconds, second);
    }

    /**
     * The value, or the declared default.
     *
     * @param state where to read
     * @param first the first key
     * @param second the second key
     * @return the value
     * @throws java.util.NoSuchElementException when it is absent and has no default: use {@code find} there
     */
    public T get(State state, A first, B second) {
        return slot.get(state, key(first, second));
    }

    /**
     * The value, if one was written.
     *
     * @param state where to read
     * @param first the first key
     * @param second the second key
     * @return the value
     */
    public Optional<T> find(State state, A first, B second) {
        return slot.find(state, key(first, second));
    }

    /**
     * Whether a value was written.
     *
     * @param state where to read
     * @param first the first key
     * @param second the second key
     * @return true when it was
     */
    public boolean contains(State state, A first, B second) {
        return state.get(key(first, second)).isPresent();
    }

    /**
     * Writes a value.
     *
     * @param state where to write
     * @param first the first key
     * @param second the second key
     * @param value the value
     */
    public void put(State state, A first, B second, T value) {
        slot.put(state, key(first, second), value);
    }

    /**
     * Writes what a function makes of a value.
     *
     * @param state where to read and write
     * @param first the first key
     * @param second the second key
     * @param change makes the new value
     */
    public void update(State state, A first, B second, UnaryOperator<T> change) {
        put(state, first, second, change.apply(get(state, first, second)));
    }

    /**
     * Removes a value.
     *
     * @param state where to write
     * @param first the first key
     * @param second the second key
     */
    public void remove(State state, A first, B second) {
        state.remove(key(first, second));
    }

    /**
     * All that was written under a first key.
     *
     * @param state where to read
     * @param first the first key
     * @return by second key, in the order of the storage keys
     */
    public Map<B, T> all(State state, A first) {
        StorageKey prefix = prefix(first);
        Map<B, T> all = new LinkedHashMap<>();
        state.scan(
                prefix,
                (full, value) -> all.put(slot.key(slot.keysBehind(prefix, full), 1, seconds), slot.value(value)));
        return all;
    }

    /**
     * All that was written.
     *
     * @param state where to read
     * @return by both keys, in the order of the storage keys
     */
    public Map<Map.Entry<A, B>, T> all(State state) {
        Map<Map.Entry<A, B>, T> all = new LinkedHashMap<>();
        state.scan(slot.prefix(), (full, value) -> {
            var in = slot.keysBehind(slot.prefix(), full);
            A first = slot.key(in, 0, firsts);
            all.put(Map.entry(first, slot.key(in, 1, seconds)), slot.value(value));
        });
        return all;
    }

    /**
     * Removes all under a first key.
     *
     * @param state where to write
     * @param first the first key
     */
    public void clear(State state, A first) {
        slot.clear(state, prefix(first));
    }
}
