package io.github.bittensor4j.subtensor;

import java.util.List;

/**
 * One entry of a storage map.
 *
 * @param keys all its keys, in the runtime's order, as plain values; where a key is stored only as a hash, the hash
 * @param value as {@link Metadata} describes
 */
public record MapEntry(List<Object> keys, Object value) {
    /** Copies the keys. */
    public MapEntry {
        keys = List.copyOf(keys);
    }

    /** As records write themselves, with bytes as 0x and hex digits however deep in a value they are. */
    @Override
    public String toString() {
        return "MapEntry[keys=" + Hex.text(keys) + ", value=" + Hex.text(value) + "]";
    }
}
