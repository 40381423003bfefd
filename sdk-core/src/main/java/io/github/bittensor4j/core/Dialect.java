package io.github.bittensor4j.core;

/**
 * How a request and its answer are written on the wire. An axon answers all of them on its one port; a handler is the same for each and
 * meets the dialect as data only.
 */
public enum Dialect {
    /**
     * btauth/1 over gRPC: the request is signed as the HTTP/2 POST that it is. What this library speaks with itself; carries records,
     * bytes, tensors, streams, and any generated stub.
     */
    GRPC,

    /**
     * btauth/1 over plain HTTP/1.1 or HTTP/2: any route, any body. What neurons on SDK 11 speak; routes and bodies are the subnet's own.
     */
    HTTP,

    /**
     * The synapse protocol of SDK 7 to 10: JSON over HTTP/1.1 with {@code bt_header_*} headers and a signature of its own, which covers
     * the body only where the synapse names hashed fields.
     */
    SYNAPSE
}
