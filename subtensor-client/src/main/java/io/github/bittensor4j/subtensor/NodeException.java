package io.github.bittensor4j.subtensor;

/** The node answered a request with an error of its own. */
public class NodeException extends ChainException {
    private static final long serialVersionUID = 1L;

    /** JSON-RPC's own "there is no such method". */
    static final int METHOD_NOT_FOUND = -32601;

    /** What a node says of a state that it does not keep. Source: the node's own words, "State already discarded for ...". */
    private static final String DISCARDED = "State already discarded";

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
                        : (message + data).contains(DISCARDED)
                                ? "the node keeps recent state only: ask an archive node for old blocks"
                                : "");
        this.rpcCode = rpcCode;
        this.words = message;
        this.data = data;
    }

    /**
     * The node's own limit, a node without a free place, and what proxies answer in its stead. -32005 is "no batches" too, but never for a
     * single request.
     */
    private static boolean isBusy(int code) {
        return code == -32999 || code == -32009 || code == -32005 || code == -32004 || code == 429;
    }

    /** It was not looked at, because too much was asked. */
    boolean isBusy() {
        return isBusy(rpcCode);
    }

    /** The state asked for is too old for this node. */
    boolean isDiscarded() {
        return (words + data).contains(DISCARDED);
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
