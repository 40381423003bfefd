package io.github.bittensor4j.protocol.internal;

import io.github.bittensor4j.core.BittensorException;

/** Bytes from a stranger that break a rule of the wire. The message names the rule and is safe to show to whoever sent them. */
public final class WireException extends BittensorException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the error.
     *
     * @param code a code of REFUSALS.md, such as {@code auth.malformed}
     * @param message which rule
     */
    public WireException(String code, String message) {
        super(code, false, message, "");
    }
}
