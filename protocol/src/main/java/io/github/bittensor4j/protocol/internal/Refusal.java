package io.github.bittensor4j.protocol.internal;

import io.grpc.Status;
import java.util.HashMap;
import java.util.Map;

/** Why an axon refuses a call, and which gRPC and HTTP status that has. The table of REFUSALS.md; codes are never reused for another meaning. */
public enum Refusal {
    /** A required header of btauth/1 is absent. */
    AUTH_MISSING("auth.missing", Status.Code.UNAUTHENTICATED),
    /** A header of btauth/1 came more than once. */
    AUTH_DUPLICATE("auth.duplicate", Status.Code.UNAUTHENTICATED),
    /** A header of btauth/1 has another form than its one spelling. */
    AUTH_MALFORMED("auth.malformed", Status.Code.UNAUTHENTICATED),
    /** The version is not 1. */
    AUTH_VERSION("auth.version", Status.Code.UNAUTHENTICATED),
    /** The scheme is unknown, or not the one that the server trusts for this sender. */
    AUTH_SCHEME("auth.scheme", Status.Code.UNAUTHENTICATED),
    /** The sender is a key for which anybody can sign. */
    AUTH_KEY("auth.key", Status.Code.UNAUTHENTICATED),
    /** Signed for another hotkey, or for none. */
    AUTH_RECEIVER("auth.receiver", Status.Code.UNAUTHENTICATED),
    /** Signed too long ago, or before this server started. */
    AUTH_STALE("auth.stale", Status.Code.UNAUTHENTICATED),
    /** Signed too far in the future. */
    AUTH_FUTURE("auth.future", Status.Code.UNAUTHENTICATED),
    /** The signature is not the sender's over what was received. */
    AUTH_SIGNATURE("auth.signature", Status.Code.UNAUTHENTICATED),
    /** The signature of SDK 7 to 10 leaves out some of the question, and this axon asks for more. */
    AUTH_UNCOVERED("auth.uncovered", Status.Code.UNAUTHENTICATED),
    /** The nonce was accepted before. */
    AUTH_REPLAYED("auth.replayed", Status.Code.UNAUTHENTICATED),
    /** The nonce is new, but SDK 7 to 10 want them to grow within hotkey and uuid, and a later one was accepted. */
    AUTH_OVERTAKEN("auth.overtaken", Status.Code.UNAUTHENTICATED),
    /** The call goes on after its signed message, and nothing protects the others. */
    AUTH_UNPROTECTED("auth.unprotected", Status.Code.UNAUTHENTICATED, 401),
    /** No room to remember another nonce. */
    AUTH_FULL("auth.full", Status.Code.RESOURCE_EXHAUSTED, 503),
    /** The replay store cannot be asked. */
    AUTH_UNAVAILABLE("auth.unavailable", Status.Code.UNAVAILABLE),
    /** A message of a session is not the next one that its caller sealed, or the session was not opened as it must be. */
    AUTH_SESSION("auth.session", Status.Code.UNAUTHENTICATED),
    /** The TLS key of the connection is not the one that the caller has published. */
    AUTH_CHANNEL("auth.channel", Status.Code.UNAUTHENTICATED),
    /** The caller is on the deny list. */
    ACCESS_LISTED("access.listed", Status.Code.PERMISSION_DENIED),
    /** The server has no metagraph, so it cannot tell. */
    ACCESS_UNKNOWN("access.unknown", Status.Code.PERMISSION_DENIED),
    /** The caller is not registered on the subnet. */
    ACCESS_UNREGISTERED("access.unregistered", Status.Code.PERMISSION_DENIED),
    /** The caller has no validator permit. */
    ACCESS_PERMIT("access.permit", Status.Code.PERMISSION_DENIED),
    /** The caller's stake weight is too small. */
    ACCESS_STAKE("access.stake", Status.Code.PERMISSION_DENIED),
    /** No such gRPC method, or no such synapse behind it. */
    CALL_UNKNOWN("call.unknown", Status.Code.UNIMPLEMENTED),
    /** The body is not the synapse's question. */
    CALL_INVALID("call.invalid", Status.Code.INVALID_ARGUMENT),
    /** The messages are compressed; the signature covers what is on the wire. */
    CALL_COMPRESSED("call.compressed", Status.Code.UNIMPLEMENTED, 415),
    /** The call took too long. */
    CALL_DEADLINE("call.deadline", Status.Code.DEADLINE_EXCEEDED),
    /** The caller went away. */
    CALL_CANCELLED("call.cancelled", Status.Code.CANCELLED),
    /** The handler failed. */
    CALL_FAILED("call.failed", Status.Code.INTERNAL),
    /** All handlers are at work and the queue is full. */
    LIMIT_BUSY("limit.busy", Status.Code.RESOURCE_EXHAUSTED),
    /** The caller calls too often. */
    LIMIT_RATE("limit.rate", Status.Code.RESOURCE_EXHAUSTED),
    /** The caller has too many calls under way. */
    LIMIT_CONCURRENCY("limit.concurrency", Status.Code.RESOURCE_EXHAUSTED),
    /** Too much that did not hold came from the caller's address. */
    LIMIT_PEER("limit.peer", Status.Code.RESOURCE_EXHAUSTED),
    /** The request is larger than allowed. */
    LIMIT_SIZE("limit.size", Status.Code.RESOURCE_EXHAUSTED, 413),
    /** The caller reads slower than the handler writes. */
    LIMIT_SLOW("limit.slow", Status.Code.RESOURCE_EXHAUSTED, 408),
    /** The axon stops. */
    AXON_DRAINING("axon.draining", Status.Code.UNAVAILABLE);

    private static final Map<String, Refusal> BY_CODE = new HashMap<>();

    static {
        for (Refusal refusal : values()) {
            BY_CODE.put(refusal.code, refusal);
        }
    }

    private final String code;
    private final Status.Code status;
    private final int httpStatus;

    Refusal(String code, Status.Code status) {
        this(code, status, httpStatusOf(status));
    }

    Refusal(String code, Status.Code status, int httpStatus) {
        this.code = code;
        this.status = status;
        this.httpStatus = httpStatus;
    }

    private static int httpStatusOf(Status.Code status) {
        return switch (status) {
            case UNAUTHENTICATED -> 401;
            case PERMISSION_DENIED -> 403;
            case UNIMPLEMENTED -> 404;
            case INVALID_ARGUMENT -> 400;
            case RESOURCE_EXHAUSTED -> 429;
            case UNAVAILABLE -> 503;
            case DEADLINE_EXCEEDED -> 504;
            case FAILED_PRECONDITION -> 422;
            default -> 500;
        };
    }

    /**
     * The stable code.
     *
     * @return such as {@code auth.stale}
     */
    public String code() {
        return code;
    }

    /**
     * The gRPC status that a code has.
     *
     * @param code a refusal's code; a handler and a rule of access may have their own
     * @return the table's status, or PERMISSION_DENIED for another that begins with {@code access.}, or FAILED_PRECONDITION
     */
    public static Status statusOf(String code) {
        Refusal known = BY_CODE.get(code);
        if (known != null) {
            return known.status.toStatus();
        }
        return (code.startsWith("access.") ? Status.Code.PERMISSION_DENIED : Status.Code.FAILED_PRECONDITION)
                .toStatus();
    }

    /**
     * The status that a code has over plain HTTP.
     *
     * @param code a refusal's code; a handler and a rule of access may have their own
     * @return the table's status, or 403 for another that begins with {@code access.}, or 422
     */
    public static int httpStatusOf(String code) {
        Refusal known = BY_CODE.get(code);
        return known == null ? httpStatusOf(statusOf(code).getCode()) : known.httpStatus;
    }
}
