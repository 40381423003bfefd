package io.github.bittensor4j.localnet.internal.state;

import io.github.bittensor4j.localnet.internal.declare.PalletDeclaration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A storage item that holds a value per three keys.
 *
 * @param <A> the Java type of the first key
 * @param <B> the Java type of the second key
 * @param <C> the Java type of the third key
 * @param <T> the Java type of the value
 */
public final class StorageTripleMap<A, B, C, T> {
    private final Slot<T> slot;
    private final Codec<A> firsts;
    private final Codec<B> seconds;
    private final Codec<C> thirds;

    /**
     * All three keys of a value.
     *
     * @param first the first key
     * @param second the second key
     * @param third the third key
     * @param <A> the Java type of the first key
     * @param <B> the Java type of the second key
     * @param <C> the Java type of the third key
     */
    public record Keys<A, B, C>(A first, B second, C third) {}

    /**
     * A handle.
     *
     * @param pallet whose item it is
     * @param item its name
     * @param firsts how a first key stands there
     * @param seconds how a second key stands there
     * @param thirds how a third key stands there
     * @param codec how a value stands there
     * @throws IllegalStateException when the declaration says otherwise
     */
    public StorageTripleMap(
            PalletDeclaration pallet, String item, Codec<A> firsts, Codec<B> seconds, Codec<C> thirds, Codec<T> codec) {
        this.slot = new Slot<>(pallet, item, List.of(firsts, seconds, thirds), codec);
        this.firsts = firsts;
        this.seconds = seconds;
        this.thirds = thirds;
    }

    private StorageKey prefix(A first) {
        return slot.below(slot.prefix(), 0, firsts, first);
    }

    private StorageKey prefix(A first, B second) {
        return slot.below(prefix(first), 1, seconds, second);
    }

    /**
     * Where a value stands.
     *
     * @param first the first key
     * @param second the second key
     * @param third the third key
     * @return its storage key
     */
    public StorageKey key(A first, B second, C third) {
        return slot.below(prefix(first, second), 2, thirds, third);
    }

    /**
     * The value, or the declared default.
     *
     * @param state where to read
     * @param first the first key
     * @param second the second key
     * @param third the third key
     * @return the value
     * @throws java.util.NoSuchElementException when it is absent and has no default: use {@code find} there
     */
    public T get(State state, A first, B second, C third) {
        return slot.get(state, key(first, second, third));
    }

    /**
     * The value, if one was written.
     *
     * @param state where to read
     * @param first the first key
     * @param second the second key
     * @param third the third key
     * @return the value
     */
    public Optional<T> find(State state, A first, B second, C third) {
        return slot.find(state, key(first, second, third));
    }

    /**
     * Writes a value.
     *
     * @param state where to write
     * @param first the first key
     * @param second the second key
     * @param third the third key
     * @param value the value
     */
    public void put(State state, A first, B second, C third, T value) {
        slot.put(state, key(first, second, third), value);
    }

    /**
     * Removes a value.
     *
     * @param state where to write
     * @param first the first key
     * @param second the second key
     * @param third the third key
     */
    public void remove(State state, A first, B second, C third) {
        state.remove(key(first, second, third));
    }

    /**
     * All that was written under two keys.
     *
     * @param state where to read
     * @param first the first key
     * @param second the second key
     * @return by third key, in the order of the storage keys
     */
    public Map<C, T> all(State state, A first, B second) {
        StorageKey prefix = prefix(first, second);
        Map<C, T> all = new LinkedHashMap<>();
        state.scan(
                prefix,
                (full, value) -> all.put(slot.key(slot.keysBehind(prefix, full), 2, thirds), slot.value(value)));
        return all;
    }

    /**
     * All that was written under a first key.
     *
     * @param state where to read
     * @param first the first key
     * @return by second and third key, in the order of the storage keys
     */
    public Map<Map.Entry<B, C>, T> all(State state, A first) {
        StorageKey prefix = prefix(first);
        Map<Map.Entry<B, C>, T> all = new LinkedHashMap<>();
        state.scan(prefix, (full, value) -> {
            var in = slot.keysBehind(prefix, full);
            B second = slot.key(in, 1, seconds);
            all.put(Map.entry(second, slot.key(in, 2, thirds)), slot.value(value));
        });
        return all;
    }

    /**
     * All that was written.
     *
     * @param state where to read
     * @return by all keys, in the order of the storage keys
     */
    public Map<Keys<A, B, C>, T> all(State state) {
        Map<Keys<A, B, C>, T> all = new LinkedHashMap<>();
        state.scan(slot.prefix(), (full, value) -> {
            var in = slot.keysBehind(slot.prefix(), full);
            A first = slot.key(in, 0, firsts);
            B second = slot.key(in, 1, seconds);
            all.put(new Keys<>(first, second, slot.key(in, 2, thirds)), slot.value(value));
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
