package io.github.bittensor4j.core.scale;

import io.github.bittensor4j.core.BittensorException;

/** Bytes that are not the SCALE encoding of what was expected: too short, too long, not canonical, or larger than allowed. */
public class ScaleException extends BittensorException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the error.
     *
     * @param code a stable identifier such as {@code scale.truncated}
     * @param message what was wrong, with the position
     */
    public ScaleException(String code, String message) {
        super(code, false, message, "");
    }
}
