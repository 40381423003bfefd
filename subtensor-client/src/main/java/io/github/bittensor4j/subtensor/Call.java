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
     * A call by names.
     *
     * @param pallet such as {@code Balances}
     * @param function such as {@code transfer_keep_alive}
     * @param namesAndValues its arguments, by the runtime's names, as plain values: name, value, name, value
     * @return the call
     * @throws InvalidValueException when something stands where a name should, or a name has no value
     */
    public static Call of(String pallet, String function, Object... namesAndValues) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (!(namesAndValues[i] instanceof String name) || i + 1 == namesAndValues.length) {
                throw new InvalidValueException(
                        "call.arguments",
                        pallet + "." + function + ": argument " + i / 2 + " (expected: a name and a value)",
                        "");
            }
            arguments.put(name, namesAndValues[i + 1]);
        }
        return new Call(pallet, function, arguments, Map.of());
    }

    /**
     * The same call with one more argument, or another value of one.
     *
     * @param name the runtime's name of it
     * @param value a plain value
     * @return a copy
     */
    public Call with(String name, Object value) {
        Map<String, Object> all = new LinkedHashMap<>(arguments);
        all.put(name, value);
        return new Call(pallet, function, all, whenAsked);
    }

    /**
     * The same call with arguments for runtimes that ask for more.
     *
     * @param more used only when the runtime's call has an argument of that name; besides those given before
     * @return a copy
     */
    public Call whenAsked(Map<String, ?> more) {
        Map<String, Object> all = new LinkedHashMap<>(whenAsked);
        all.putAll(more);
        return new Call(pallet, function, arguments, all);
    }

    /** Pallet and function, such as {@code Balances.transfer_keep_alive}. */
    @Override
    public String toString() {
        return pallet + "." + function;
    }
}
