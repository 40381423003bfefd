package io.github.bittensor4j.localnet.internal.state;

import io.github.bittensor4j.localnet.internal.declare.PalletDeclaration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A storage item that holds one value.
 *
 * @param <T> the Java type of the value
 */
public final class StorageValue<T> {
    private final Slot<T> slot;

    /**
     * A handle.
     *
     * @param pallet whose item it is
     * @param item its name
     * @param codec how the value stands there
     * @throws IllegalStateException when the declaration says otherwise
     */
    public StorageValue(PalletDeclaration pallet, String item, Codec<T> codec) {
        slot = new Slot<>(pallet, item, List.of(), codec);
    }

    /**
     * Where it stands.
     *
     * @return its storage key
     */
    public StorageKey key() {
        return slot.prefix();
    }

    /**
     * The value, or the declared default.
     *
     * @param state where to read
     * @return the value
     * @throws java.util.NoSuchElementException when it is absent and has no default: use {@link #find(State)} there
     */
    public T get(State state) {
        return slot.get(state, slot.prefix());
    }

    /**
     * The value, if one was written.
     *
     * @param state where to read
     * @return the value
     */
    public Optional<T> find(State state) {
        return slot.find(state, slot.prefix());
    }

    /**
     * Writes the value.
     *
     * @param state where to write
     * @param value the value
     */
    public void put(State state, T value) {
        slot.put(state, slot.prefix(), value);
    }

    /**
     * Writes what a function makes of the value.
     *
     * @param state where to read and write
     * @param change makes the new value
     */
    public void update(State state, UnaryOperator<T> change) {
        put(state, change.apply(get(state)));
    }

    /**
     * Removes the value.
     *
     * @param state where to write
     */
    public void remove(State state) {
        state.remove(slot.prefix());
    }
}
