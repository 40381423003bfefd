package io.github.bittensor4j.localnet.internal.declare;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One pallet as declared.
 *
 * @param name its name, also the prefix of its storage
 * @param index its byte in calls, events and errors
 * @param storage its storage items by name; empty when it has none
 * @param calls its calls, an enum
 * @param events its events, an enum
 * @param errors its errors, an enum
 * @param constants its constants by name
 */
public record PalletDeclaration(
        String name,
        int index,
        Map<String, Item> storage,
        Optional<Type> calls,
        Optional<Type> events,
        Optional<Type> errors,
        Map<String, Constant> constants) {

    /** How the key of a map is hashed. */
    public enum Hasher {
        /** Blake2b of 16 bytes, then the key. */
        BLAKE2_128_CONCAT(2),
        /** xxHash64, then the key. */
        TWOX64_CONCAT(5),
        /** The key itself. */
        IDENTITY(6);

        private final int code;

        Hasher(int code) {
            this.code = code;
        }

        /**
         * Its byte in metadata.
         *
         * @return the byte
         */
        public int code() {
            return code;
        }
    }

    /**
     * A key of a map.
     *
     * @param hasher how it is hashed
     * @param type its type
     */
    public record Key(Hasher hasher, Type type) {}

    /**
     * A storage item.
     *
     * @param name its name
     * @param keys none for a single value
     * @param value the type of its values
     * @param fallback what an absent value stands for; empty when absence means none
     */
    public record Item(String name, List<Key> keys, Type value, Optional<byte[]> fallback) {}

    /**
     * A constant.
     *
     * @param name its name
     * @param type its type
     * @param value its bytes
     */
    public record Constant(String name, Type type, byte[] value) {}

    /**
     * A call by name.
     *
     * @param call the name
     * @return the call, if it is declared
     */
    public Optional<Type.Alternative> call(String call) {
        return calls.flatMap(c -> ((Type.Choice) c.shape()).named(call));
    }

    /**
     * An event by name.
     *
     * @param event the name
     * @return the event, if it is declared
     */
    public Optional<Type.Alternative> event(String event) {
        return events.flatMap(c -> ((Type.Choice) c.shape()).named(event));
    }

    /**
     * An error by name.
     *
     * @param error the name
     * @return the error, if it is declared
     */
    public Optional<Type.Alternative> error(String error) {
        return errors.flatMap(c -> ((Type.Choice) c.shape()).named(error));
    }
}
