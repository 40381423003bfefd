package io.github.bittensor4j.subtensor;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that happened in a block, as the runtime reported it.
 *
 * @param pallet such as {@code Balances}
 * @param name such as {@code Transfer}
 * @param fields its fields in the runtime's order, as plain values; a field without a name is called by its position, {@code "0"}
 */
public record ChainEvent(String pallet, String name, Map<String, Object> fields) {
    /** Copies the fields. */
    public ChainEvent {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /**
     * Whether this is that event.
     *
     * @param pallet such as {@code System}
     * @param name such as {@code ExtrinsicSuccess}
     * @return true when both are equal
     */
    public boolean is(String pallet, String name) {
        return this.pallet.equals(pallet) && this.name.equals(name);
    }

    /** As records write themselves, with bytes as 0x and hex digits however deep in a field they are. */
    @Override
    public String toString() {
        return "ChainEvent[pallet=" + pallet + ", name=" + name + ", fields=" + Hex.text(fields) + "]";
    }
}
