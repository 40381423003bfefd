package io.github.bittensor4j.protocol.internal;

import io.github.bittensor4j.protocol.internal.session.Handshake;
import io.github.bittensor4j.protocol.v1.NeuronGrpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The names on the wire that both sides must spell alike. */
public final class Wire {
    /** The HTTP method of every gRPC call, as btauth/1 signs it. */
    public static final String HTTP_METHOD = "POST";

    /** One request, one answer. */
    public static final MethodDescriptor<byte[], byte[]> CALL = raw(NeuronGrpc.getCallMethod());

    /** One request, a stream of answers. */
    public static final MethodDescriptor<byte[], byte[]> STREAM = raw(NeuronGrpc.getStreamMethod());

    /** Many calls of one caller: see {@link io.github.bittensor4j.protocol.internal.session.Handshake}. */
    public static final MethodDescriptor<byte[], byte[]> SESSION = MethodDescriptor.newBuilder(
                    RawBytes.MARSHALLER, RawBytes.MARSHALLER)
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName(Handshake.TARGET.substring(1))
            .build();

    /** See {@link ReceiptHeader}. */
    public static final Metadata.Key<String> RECEIPT = key(ReceiptHeader.NAME);

    /** The trailer that carries a refusal's code. */
    public static final Metadata.Key<String> REFUSAL = key("bittensor4j-refusal");

    /** The trailer that carries how far the caller's clock is ahead of the server's, in nanoseconds, negative when behind. */
    public static final Metadata.Key<String> CLOCK_DIFFERENCE = key("bittensor4j-clock-difference");

    /** The trailer that carries how long to wait before asking again, in nanoseconds. */
    public static final Metadata.Key<String> RETRY_AFTER = key(HttpRefusal.RETRY_AFTER);

    private static final Map<String, Metadata.Key<String>> AUTH_KEYS =
            AuthHeaders.NAMES.stream().collect(Collectors.toUnmodifiableMap(name -> name, Wire::key));

    private Wire() {}

    private static MethodDescriptor<byte[], byte[]> raw(MethodDescriptor<?, ?> method) {
        return method.toBuilder(RawBytes.MARSHALLER, RawBytes.MARSHALLER).build();
    }

    /**
     * A text header's or trailer's key.
     *
     * @param name lower case
     * @return the key
     */
    public static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    /**
     * The request target of a gRPC method, as btauth/1 signs it.
     *
     * @param fullMethodName such as {@code package.Service/Method}
     * @return with a slash before it
     */
    public static String target(String fullMethodName) {
        return "/" + fullMethodName;
    }

    /**
     * The btauth/1 headers of a gRPC call.
     *
     * @param metadata the call's metadata
     * @return what they claim
     * @throws WireException as {@link AuthHeaders#read}
     */
    public static AuthHeaders authHeaders(Metadata metadata) {
        return AuthHeaders.read(name -> {
            Iterable<String> values = metadata.getAll(authKey(name));
            return values == null ? List.of() : values;
        });
    }

    /**
     * Puts one of the btauth/1 headers into a gRPC call.
     *
     * @param metadata the call's metadata
     * @param name one of {@link AuthHeaders#NAMES}
     * @param value its value
     */
    public static void putAuthHeader(Metadata metadata, String name, String value) {
        metadata.put(authKey(name), value);
    }

    private static Metadata.Key<String> authKey(String name) {
        return Objects.requireNonNull(AUTH_KEYS.get(name), name);
    }
}
