package io.github.bittensor4j.protocol.internal.net;

/** Ends a connection of HTTP/2 with an error code. Carries no stack trace: strangers decide how often it is thrown. */
public final class Violation extends Exception {
    private static final long serialVersionUID = 1L;

    private final int code;

    /**
     * A broken rule.
     *
     * @param code of RFC 9113, 7
     * @param rule what was broken, in ASCII
     */
    public Violation(int code, String rule) {
        super(rule, null, false, false);
        this.code = code;
    }

    /** The error code. */
    public int code() {
        return code;
    }

    /** The broken rule. */
    public String rule() {
        return String.valueOf(getMessage());
    }
}
