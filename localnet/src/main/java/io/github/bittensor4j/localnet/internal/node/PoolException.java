package io.github.bittensor4j.localnet.internal.node;

import io.github.bittensor4j.localnet.internal.runtime.Invalidity;

/** An extrinsic that the pool does not take, with the number and words the real node answers. */
public final class PoolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String detail;

    private PoolException(int code, String message, String detail) {
        super(message, null, false, false); // an expected answer: nobody looks at its stack
        this.code = code;
        this.detail = detail;
    }

    /**
     * The JSON-RPC error code.
     *
     * @return 1001 to 1016
     */
    public int code() {
        return code;
    }

    /**
     * What the JSON-RPC error carries as data.
     *
     * @return text, or empty for none
     */
    public String detail() {
        return detail;
    }

    static PoolException format(String why) {
        return new PoolException(1001, "Extrinsic has invalid format: " + why, why);
    }

    static PoolException verification(String why) {
        return new PoolException(
                1002, "Verification Error: Runtime error: Execution failed: extrinsic can not be decoded: " + why, why);
    }

    static PoolException invalid(Invalidity invalidity) {
        return new PoolException(1010, "Invalid Transaction", invalidity.text());
    }

    static PoolException banned() {
        return new PoolException(1012, "Transaction is temporarily banned", "");
    }

    static PoolException known(Hash hash) {
        return new PoolException(1013, "Transaction Already Imported", hash.toString());
    }

    static PoolException priority() {
        return new PoolException(
                1014,
                "Priority is too low: (1 vs 1)",
                "The transaction has too low priority to replace another transaction already in the pool.");
    }

    static PoolException dropped() {
        return new PoolException(
                1016, "Immediately Dropped", "The transaction couldn't enter the pool because of the limit");
    }
}
