package io.github.bittensor4j.localnet.internal.subtensor;

/** A call that the runtime refuses, by the chain's name for the reason. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final String BAD_ORIGIN = "BadOrigin";

    private final String pallet;
    private final String error;

    Refusal(String pallet, String error) {
        super(pallet + "." + error, null, false, false);
        this.pallet = pallet;
        this.error = error;
    }

    static Refusal of(String error) {
        return new Refusal("SubtensorModule", error);
    }

    /** The origin may not do this. */
    static Refusal badOrigin() {
        return new Refusal("", BAD_ORIGIN);
    }

    static void unless(boolean condition, String error) {
        if (!condition) {
            throw of(error);
        }
    }

    boolean isBadOrigin() {
        return error.equals(BAD_ORIGIN);
    }

    boolean isOf(String otherPallet) {
        return pallet.equals(otherPallet);
    }

    String pallet() {
        return pallet;
    }

    String error() {
        return error;
    }
}
