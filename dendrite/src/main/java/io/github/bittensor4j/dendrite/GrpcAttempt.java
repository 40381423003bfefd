package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.protocol.internal.ReceiptHeader;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.Wire;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One signed gRPC call. */
final class GrpcAttempt extends ClientCall.Listener<byte[]> implements Attempt, Signature.Moments {
    private final Channels.Lease lease;
    private final Listener listener;
    private final int maxAnswerBytes;
    private final Optional<Attestation> attestation;
    private final AtomicBoolean over = new AtomicBoolean();
    private @Nullable ClientCall<byte[], byte[]> call;
    private volatile boolean handedOver;
    private boolean began;

    GrpcAttempt(Channels.Lease lease, Listener listener, int maxAnswerBytes, Optional<Attestation> attestation) {
        this.lease = lease;
        this.listener = listener;
        this.maxAnswerBytes = maxAnswerBytes;
        this.attestation = attestation;
    }

    void start(ClientCall<byte[], byte[]> begun, Map<String, String> more, byte[] body) {
        call = begun;
        Metadata headers = new Metadata();
        more.forEach((name, value) -> headers.put(Wire.key(name), value));
        if (attestation.isPresent()) {
            headers.put(Wire.RECEIPT, ReceiptHeader.ASKED);
        }
        try {
            begun.start(this, headers);
            begun.request(1);
            begun.sendMessage(body);
            begun.halfClose();
            handedOver = true;
            listener.sent();
        } catch (RuntimeException e) {
            begun.cancel("could not be sent", e);
            end(false, new End.Unreachable(Words.of("could not be sent: " + e.getMessage())));
        }
    }

    @Override
    public void connected() {
        listener.connected();
    }

    @Override
    public void signed(SignedRequest request) {
        attestation.ifPresent(follows -> follows.asked(request));
        if (handedOver) {
            listener.sent();
        }
    }

    @Override
    public void more() {
        if (call != null) {
            call.request(1);
        }
    }

    /** One that is over needs no end, and once the dendrite is closed its event loop may be gone. */
    @Override
    public void cancel(String why) {
        if (!over.get() && call != null) {
            call.cancel(why, null);
        }
    }

    @Override
    public void onHeaders(Metadata headers) {
        began = true;
        listener.answering();
        listener.says(name -> Optional.ofNullable(headers.get(Wire.key(name))));
    }

    @Override
    public void onMessage(byte[] message) {
        attestation.ifPresent(follows -> follows.part(message));
        listener.part(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        String refusal = trailers.get(Wire.REFUSAL);
        end(
                status.getCode() == Status.Code.UNAVAILABLE && refusal == null,
                status.isOk() ? whole(trailers) : failed(status, trailers, maxAnswerBytes, began));
    }

    private End whole(Metadata trailers) {
        return attestation.isPresent() ? attestation.get().complete(trailers.get(Wire.RECEIPT)) : new End.Whole();
    }

    private void end(boolean broken, End end) {
        if (over.compareAndSet(false, true)) {
            lease.release(broken);
            listener.ended(end);
        }
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
