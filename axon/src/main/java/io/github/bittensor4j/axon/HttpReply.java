package io.github.bittensor4j.axon;

import io.github.bittensor4j.axon.internal.front.Headers;
import io.github.bittensor4j.axon.internal.front.Outgoing;
import io.github.bittensor4j.protocol.internal.HttpCodec;
import io.github.bittensor4j.protocol.internal.HttpRefusal;
import io.github.bittensor4j.protocol.internal.ReceiptHeader;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.Wire;
import org.jspecify.annotations.Nullable;

/** The way back of one call in plain HTTP: a status, and a body or a row of parts. */
final class HttpReply implements Answering {
    private static final String CONTENT_TYPE = "content-type";

    private final Outgoing out;
    private volatile @Nullable HttpCodec<?> answers;
    private boolean headSent;
    private @Nullable String receipt;

    HttpReply(Outgoing out) {
        this.out = out;
    }

    /** How answers are written, before the first of them. */
    void answers(HttpCodec<?> codec) {
        answers = codec;
    }

    private HttpCodec<?> answers() {
        HttpCodec<?> codec = answers;
        if (codec == null) {
            throw new IllegalStateException("answered before it was asked");
        }
        return codec;
    }

    @Override
    public void receipt(String signed) {
        receipt = signed;
    }

    @Override
    public void whole(byte[] answer) {
        headSent = true;
        out.whole(200, head(answers().mediaType()), answer, Headers.NONE);
    }

    @Override
    public void part(byte[] part) {
        headOfParts();
        out.data(answers().part(part));
    }

    @Override
    public void complete() {
        headOfParts();
        out.end(receipt == null ? Headers.NONE : Headers.of(ReceiptHeader.NAME, receipt));
    }

    private void headOfParts() {
        if (!headSent) {
            headSent = true;
            out.head(200, head(answers().partsMediaType()));
        }
    }

    private Headers head(String mediaType) {
        return receipt == null
                ? Headers.of(CONTENT_TYPE, mediaType)
                : Headers.of(CONTENT_TYPE, mediaType, ReceiptHeader.NAME, receipt);
    }

    @Override
    public void refuse(Refused refused) {
        HttpRefusal refusal = new HttpRefusal(refused.code(), refused.message());
        if (headSent) {
            // the status is gone: whoever reads parts is told by the last one, everybody else by the breaking off
            out.data(answers().broken(refusal));
            out.reset();
            return;
        }
        int status = Refusal.httpStatusOf(refused.code());
        Headers.Builder headers =
                new Headers.Builder().add(CONTENT_TYPE, HttpRefusal.MEDIA_TYPE).add(HttpRefusal.CODE, refused.code());
        if (status == 401) {
            headers.add("www-authenticate", "btauth");
        }
        refused.clockDifference()
                .ifPresent(ahead -> headers.add(HttpRefusal.CLOCK_DIFFERENCE, Long.toString(ahead.toNanos())));
        refused.retryAfter()
                .ifPresent(wait -> headers.add(Wire.RETRY_AFTER.name(), Long.toString(wait.toNanos()))
                        .add(
                                "retry-after",
                                Long.toString(wait.plusNanos(999_999_999).toSeconds())));
        out.whole(status, headers.build(), refusal.json(), Headers.NONE);
    }

    @Override
    public void breakOff() {
        out.reset();
    }

    @Override
    public boolean isReady() {
        return out.isReady();
    }
}
