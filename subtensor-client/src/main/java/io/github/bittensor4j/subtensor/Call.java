package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.InvalidValueException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an extrinsic asks the chain to do, by names: nothing is encoded before it meets a runtime's metadata. Immutable. A call may stand
 * as the argument of another call (sudo, batch).
 *
 * @param pallet such as {@code Balances}
 * @param function such as {@code transfer_keep_alive}
 * @param arguments by the runtime's names, as plain values; each must be known to the runtime
 * @param whenAsked further arguments that are used only when the runtime's call has one of that name: how one call serves runtimes
 *     that differ
 */
public record Call(String pallet, String function, Map<String, Object> arguments, Map<String, Object> whenAsked) {
    /** Copies the arguments. */
    public Call {
        if (pallet.isBlank() || function.isBlank()) {
            throw new InvalidValueException(
                    "call.name", "call: \"" + pallet + "." + function + "\" (expected: a pallet and a function)", "");
        }
        arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
        whenAsked = whenAsked.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(whenAsked));
    }

    /**
     * A call by names.
     *
     * @param pallet such as {@code Balances}
     * @param function such as {@code transfer_keep_alive}
     * @param arguments by the runtime's names, as plain values
     * @return the call
     */
    public static Call of(String pallet, String function, Map<String, ?> arguments) {
        return new Call(pallet, function, Collections.unmodifiableMap(arguments), Map.of());
    }

    /**
     * The same call with arguments for runtimes that ask for more.
     *
     * @param more used only when the runtime's call has an argument of that name
     * @return a copy
     */
    public Call whenAsked(Map<String, ?> more) {
        return new Call(pallet, function, arguments, Collections.unmodifiableMap(more));
    }

    /** Pallet and function, such as {@code Balances.transfer_keep_alive}. */
    @Override
    public String toString() {
        return pallet + "." + function;
    }
}
