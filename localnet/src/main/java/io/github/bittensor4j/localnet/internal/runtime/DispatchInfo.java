package io.github.bittensor4j.localnet.internal.runtime;

import java.util.List;

/**
 * What is known of a call before, and said of it after, it ran.
 *
 * @param weight what it costs to run
 * @param operational whether its class is Operational
 * @param mandatory whether its class is Mandatory: an inherent
 * @param paysFee whether its sender pays
 */
public record DispatchInfo(Weight weight, boolean operational, boolean mandatory, boolean paysFee) {
    /**
     * The class by name.
     *
     * @return an alternative of {@code DispatchClass}
     */
    public String dispatchClass() {
        return mandatory ? "Mandatory" : operational ? "Operational" : "Normal";
    }

    /**
     * As a plain value of the declared type {@code DispatchEventInfo}.
     *
     * @return its parts
     */
    public Object plain() {
        return List.of(weight.plain(), dispatchClass(), paysFee ? "Yes" : "No");
    }

    /**
     * The same without a fee.
     *
     * @return a copy
     */
    public DispatchInfo free() {
        return new DispatchInfo(weight, operational, mandatory, false);
    }
}
