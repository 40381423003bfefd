package io.github.bittensor4j.axon;

import io.github.bittensor4j.axon.internal.front.Headers;
import io.github.bittensor4j.axon.internal.front.Outgoing;
import io.github.bittensor4j.protocol.internal.ReceiptHeader;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.Wire;
import io.github.bittensor4j.protocol.internal.net.GrpcBody;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The way back of one call in gRPC: messages in a body, then trailers with a status. */
final class GrpcReply implements Answering {
    private static final String CONTENT_TYPE = "content-type";
    private static final String GRPC = "application/grpc";
    private static final Headers HEAD = Headers.of(CONTENT_TYPE, GRPC);
    private static final Headers OK = Headers.of("grpc-status", "0");

    private final Outgoing out;
    private boolean headSent;
    private @Nullable String receipt;

    GrpcReply(Outgoing out) {
        this.out = out;
    }

    @Override
    public void receipt(String signed) {
        receipt = signed;
    }

    @Override
    public void whole(byte[] answer) {
        part(answer);
        complete();
    }

    @Override
    public void part(byte[] part) {
        head(HEAD);
        out.data(GrpcBody.framed(part));
    }

    @Override
    public void complete() {
        head(HEAD);
        out.end(receipt == null ? OK : Headers.of("grpc-status", "0", ReceiptHeader.NAME, receipt));
    }

    @Override
    public void refuse(Refused refused) {
        Headers.Builder trailers = new Headers.Builder().add(Wire.REFUSAL.name(), refused.code());
        refused.clockDifference()
                .ifPresent(ahead -> trailers.add(Wire.CLOCK_DIFFERENCE.name(), Long.toString(ahead.toNanos())));
        refused.retryAfter().ifPresent(wait -> trailers.add(Wire.RETRY_AFTER.name(), Long.toString(wait.toNanos())));
        close(Refusal.statusOf(refused.code()).withDescription(refused.message()), trailers);
    }

    @Override
    public boolean isReady() {
        return out.isReady();
    }

    long unwritten() {
        return out.unwritten();
    }

    /** The head, if it was not sent yet. */
    void head(Headers head) {
        if (!headSent) {
            headSent = true;
            out.head(200, head);
        }
    }

    /** Ends the call with a status, in trailers that may hold more. */
    void close(Status status, Headers.Builder more) {
        Headers.Builder trailers = new Headers.Builder();
        if (!headSent) {
            headSent = true;
            trailers.add(CONTENT_TYPE, GRPC);
        }
        trailers.add("grpc-status", Integer.toString(status.getCode().value()));
        String text = status.getDescription();
        if (text != null) {
            trailers.add("grpc-message", percentEncoded(text));
        }
        more.build().forEach(trailers::add);
        out.end(trailers.build());
    }

    static Headers.Builder plainHead() {
        return new Headers.Builder().add(CONTENT_TYPE, GRPC);
    }

    /** The spelling of grpc-message: visible ASCII and spaces stand for themselves, but for the percent sign. */
    private static String percentEncoded(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b <= '~' && b != '%') {
                encoded.append((char) b);
            } else {
                encoded.append('%')
                        .append(Character.toUpperCase(Character.forDigit(b >> 4 & 15, 16)))
                        .append(Character.toUpperCase(Character.forDigit(b & 15, 16)));
            }
        }
        return encoded.toString();
    }
}
