package io.github.bittensor4j.subtensor;

/** The node answered a request with an error of its own. */
public class NodeException extends ChainException {
    private static final long serialVersionUID = 1L;

    /** JSON-RPC's own "there is no such method". */
    static final int METHOD_NOT_FOUND = -32601;

    private final int rpcCode;
    private final String words;
    private final String data;

    NodeException(String method, int rpcCode, String message, String data) {
        super(
                "node." + rpcCode,
                isBusy(rpcCode),
                method + ": the node answered " + rpcCode + " " + message + (data.isEmpty() ? "" : ": " + data),
                isBusy(rpcCode)
                        ? "the node limits requests: ask less often, or another node"
                        : data.contains("already discarded") || message.contains("already discarded")
                                ? "the node keeps recent state only: ask an archive node for old blocks"
                                : "");
        this.rpcCode = rpcCode;
        this.words = message;
        this.data = data;
    }

    private static boolean isBusy(int code) {
        return code == -32999 || code == -32009 || code == 429;
    }

    /**
     * The error's number.
     *
     * @return as the node gave it, such as -32601 for an unknown method
     */
    public int rpcCode() {
        return rpcCode;
    }

    /** The node's own message. */
    String words() {
        return words;
    }

    /**
     * What the node added to its message.
     *
     * @return a text, or empty
     */
    public String data() {
        return data;
    }
}
