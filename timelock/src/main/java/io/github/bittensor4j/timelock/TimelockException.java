package io.github.bittensor4j.timelock;

import io.github.bittensor4j.core.BittensorException;

/** Why something could not be sealed or opened. The {@link #code() code} is one of the constants here. */
public final class TimelockException extends BittensorException {
    private static final long serialVersionUID = 1L;

    /** A round that does not exist, or a time before the first. */
    public static final String ROUND = "timelock.round";
    /** The bytes are no sealed message: truncated, of another layout, or with a point that is not on its curve. */
    public static final String FORM = "timelock.form";
    /** The signature is not the network's for that round. */
    public static final String SIGNATURE = "timelock.signature";
    /** The signature is right, but the message was sealed for another round, or was changed. */
    public static final String WRONG_ROUND = "timelock.wrong-round";

    TimelockException(String code, String message, String hint) {
        super(code, false, message, hint);
    }
}
