package io.github.bittensor4j.core;

/** A value that breaks the rule of its type: a port of 70000, an SS58 address with a wrong checksum, more than 9 decimals of TAO. */
public class InvalidValueException extends BittensorException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the error.
     *
     * @param code a stable identifier such as {@code endpoint.port}
     * @param message what was wrong, in the form {@code port: 70000 (expected: 1-65535)}
     * @param hint what to do next, or empty
     */
    public InvalidValueException(String code, String message, String hint) {
        super(code, false, message, hint);
    }

    static InvalidValueException outOfRange(String code, String name, Object value, String expected) {
        return new InvalidValueException(code, name + ": " + value + " (expected: " + expected + ")", "");
    }
}
