package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.protocol.internal.ReceiptHeader;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.Wire;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One signed gRPC call. */
final class GrpcAttempt extends LineCall implements Attempt {
    private static final Map<String, AsciiString> NAMES =
            AuthHeaders.NAMES.stream().collect(Collectors.toUnmodifiableMap(Function.identity(), AsciiString::cached));
    private static final AsciiString NONCE = name(AuthHeaders.NONCE);
    private static final AsciiString SIGNATURE = name(AuthHeaders.SIGNATURE);

    /** What no two requests share is nothing for a compression to remember. */
    static final Http2HeadersEncoder.SensitivityDetector SENSITIVE =
            (name, value) -> name == NONCE || name == SIGNATURE;

    /**
     * A question as it is asked of anybody.
     *
     * @param target the request target
     * @param body the message
     * @param sha256 of the message
     */
    record Asking(MethodDescriptor<?, ?> method, AsciiString target, byte[] body, byte[] sha256) {}

    private final Asking asking;
    private final Signer hotkey;
    private final AccountId receiver;
    private final Map<String, String> more;
    private final Channels.Lease lease;
    private final Listener listener;
    private final int maxAnswerBytes;
    private final Optional<Attestation> attestation;

    /**
     * @param more headers that are not signed
     */
    GrpcAttempt(
            Asking asking,
            Signer hotkey,
            AccountId receiver,
            Map<String, String> more,
            Channels.Lease lease,
            Listener listener,
            int maxAnswerBytes,
            long until,
            Optional<Attestation> attestation) {
        super(
                asking.target(),
                asking.body(),
                !asking.method().getType().serverSendsOneMessage(),
                maxAnswerBytes,
                until);
        this.asking = asking;
        this.hotkey = hotkey;
        this.receiver = receiver;
        this.more = more;
        this.lease = lease;
        this.listener = listener;
        this.maxAnswerBytes = maxAnswerBytes;
        this.attestation = attestation;
    }

    private static AsciiString name(String name) {
        return NAMES.getOrDefault(name, AsciiString.EMPTY_STRING);
    }

    @Override
    void heading(List<AsciiString> headers) {
        listener.connected();
        more.forEach((name, value) -> {
            headers.add(new AsciiString(name));
            headers.add(new AsciiString(value));
        });
        SignedRequest request =
                Signature.request(hotkey, receiver, asking.target().toString(), asking.sha256());
        AuthHeaders.write(request, request.sign(hotkey), (name, value) -> {
            headers.add(name(name));
            headers.add(new AsciiString(value));
        });
        if (attestation.isPresent()) {
            headers.add(new AsciiString(ReceiptHeader.NAME));
            headers.add(new AsciiString(ReceiptHeader.ASKED));
            attestation.get().asked(request);
        }
    }

    @Override
    void sent() {
        listener.sent();
    }

    @Override
    public void more() {
        request();
    }

    @Override
    void answering(Http2Headers head) {
        listener.answering();
        listener.says(name -> Optional.ofNullable(head.get(name)).map(CharSequence::toString));
    }

    @Override
    void taken(byte[] message) {
        attestation.ifPresent(follows -> follows.part(message));
        listener.part(message);
    }

    @Override
    void ended(Status status, Metadata trailers, boolean began) {
        lease.release(status.getCode() == Status.Code.UNAVAILABLE && trailers.get(Wire.REFUSAL) == null);
        listener.ended(status.isOk() ? whole(trailers) : failed(status, trailers, maxAnswerBytes, began));
    }

    private End whole(Metadata trailers) {
        return attestation.isPresent() ? attestation.get().complete(trailers.get(Wire.RECEIPT)) : new End.Whole();
    }

    /** What a status other than OK means. */
    static End failed(Status status, Metadata trailers, int maxAnswerBytes, boolean began) {
        String refusal = trailers.get(Wire.REFUSAL);
        if (refusal != null && Words.isCode(refusal)) {
            return refusal.equals(Refusal.CALL_DEADLINE.code())
                    ? new End.TimedOut()
                    : new End.Refused(
                            refusal,
                            words(status),
                            Words.clockDifference(trailers.get(Wire.CLOCK_DIFFERENCE)),
                            Words.retryAfter(trailers.get(Wire.RETRY_AFTER)));
        }
        return switch (status.getCode()) {
            case DEADLINE_EXCEEDED -> new End.TimedOut();
            case UNAVAILABLE, CANCELLED ->
                Secured.wrong(status.getCause())
                        .<End>map(End.Invalid::new)
                        .orElseGet(() -> new End.Unreachable(words(status)));
            case RESOURCE_EXHAUSTED ->
                began
                        ? new End.Invalid("answer is larger than " + maxAnswerBytes + " bytes (maxAnswerBytes)")
                        : new End.Refused(Refusal.LIMIT_SIZE.code(), words(status));
            case UNAUTHENTICATED, PERMISSION_DENIED ->
                new End.Refused(
                        "grpc."
                                + status.getCode()
                                        .name()
                                        .toLowerCase(Locale.ROOT)
                                        .replace('_', '-'),
                        words(status));
            default -> new End.Invalid("gRPC status " + status.getCode() + ": " + words(status));
        };
    }

    private static String words(Status status) {
        return Words.of(
                status.getDescription(), status.getCause(), status.getCode().name());
    }
}
