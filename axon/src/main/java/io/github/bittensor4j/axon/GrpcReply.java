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
class GrpcReply implements Answering {
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
        headSent = true;
        out.whole(200, HEAD, GrpcBody.framed(answer), good());
    }

    @Override
    public void part(byte[] part) {
        head(Headers.NONE);
        out.data(GrpcBody.framed(part));
    }

    @Override
    public void complete() {
        head(Headers.NONE);
        out.end(good());
    }

    private Headers good() {
        return receipt == null ? OK : Headers.of("grpc-status", "0", ReceiptHeader.NAME, receipt);
    }

    @Override
    public void refuse(Refused refused) {
        Headers.Builder trailers = new Headers.Builder().add(Wire.REFUSAL.name(), refused.code());
        refused.clockDifference()
                .ifPresent(ahead -> trailers.add(Wire.CLOCK_DIFFERENCE.name(), Long.toString(ahead.toNanos())));
        refused.retryAfter().ifPresent(wait -> trailers.add(Wire.RETRY_AFTER.name(), Long.toString(wait.toNanos())));
        close(Refusal.statusOf(refused.code()).withDescription(refused.message()), trailers.build());
    }

    @Override
    public void breakOff() {
        out.reset();
    }

    @Override
    public boolean isReady() {
        return out.isReady();
    }

    public final long unwritten() {
        return out.unwritten();
    }

    /** The head with these headers besides its own, if it was not sent yet. */
    public final void head(Headers more) {
        if (!headSent) {
            headSent = true;
            if (more.size() == 0) {
                out.head(200, HEAD);
            } else {
                Headers.Builder head = new Headers.Builder().add(CONTENT_TYPE, GRPC);
                more.forEach(head::add);
                out.head(200, head.build());
            }
        }
    }

    /** Ends the call with a status, in trailers that may hold more. */
    public final void close(Status status, Headers more) {
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
        more.forEach(trailers::add);
        out.end(trailers.build());
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
