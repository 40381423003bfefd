package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.BittensorException;

/** A dendrite that is used against its rules, such as after it was closed. */
public class DendriteException extends BittensorException {
    private static final long serialVersionUID = 1L;

    DendriteException(String code, String message, String hint) {
        super(code, false, message, hint);
    }

    static DendriteException closed() {
        return new DendriteException("dendrite.closed", "this dendrite is closed", "Open another one.");
    }
}
