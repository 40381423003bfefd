package io.github.bittensor4j.localnet.internal.rpc;

/** A request that is answered with an error. */
final class RpcException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String detail;

    RpcException(int code, String message, String detail) {
        super(message, null, false, false); // an expected answer: nobody looks at its stack
        this.code = code;
        this.detail = detail;
    }

    int code() {
        return code;
    }

    /** What the error carries as data; empty for none. */
    String detail() {
        return detail;
    }

    static RpcException parameters(String why) {
        return new RpcException(-32602, "Invalid params: " + why, "");
    }

    static RpcException unknownMethod(String method) {
        return new RpcException(-32601, "Method not found: " + method, "");
    }

    static RpcException unknownBlock(String hash) {
        return new RpcException(4003, "Client error: UnknownBlock: Header was not found in the database: " + hash, "");
    }

    static RpcException discarded(String hash) {
        return new RpcException(4003, "Client error: UnknownBlock: State already discarded for " + hash, "");
    }

    static RpcException execution(String why) {
        return new RpcException(4003, "Client error: Execution failed: " + why, "");
    }
}
