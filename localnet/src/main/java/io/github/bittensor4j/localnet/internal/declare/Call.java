package io.github.bittensor4j.localnet.internal.declare;

import java.util.Map;

/**
 * A call as a plain value: what an extrinsic, a batch or a sudo carries.
 *
 * @param pallet the pallet
 * @param name the call
 * @param arguments plain values by argument name, in order
 */
public record Call(String pallet, String name, Map<String, Object> arguments) {
    /**
     * Whether it is this call.
     *
     * @param otherPallet a pallet
     * @param otherName a call
     * @return true when both names are the same
     */
    public boolean is(String otherPallet, String otherName) {
        return pallet.equals(otherPallet) && name.equals(otherName);
    }

    /** The call's two names. */
    @Override
    public String toString() {
        return pallet + "." + name;
    }
}
