package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.BittensorException;

/** An axon that cannot be started or used as asked: the port is taken, a synapse is served twice. */
public class AxonException extends BittensorException {
    private static final long serialVersionUID = 1L;

    AxonException(String code, String message, String hint) {
        super(code, false, message, hint);
    }

    AxonException(String code, String message, String hint, Throwable cause) {
        super(code, false, message, hint, cause);
    }
}
