package io.github.bittensor4j.protocol.internal.session;

import io.github.bittensor4j.protocol.internal.WireException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * The body of a REFUSE: {@code code length u8 | code | wait u64 | words in UTF-8}, the wait in nanoseconds.
 *
 * @param code of REFUSALS.md, or a handler's own
 * @param words for people
 * @param retryAfter how long to wait before asking again; on the wire zero when nothing is said of it
 */
public record Refusing(String code, String words, Optional<Duration> retryAfter) {
    /**
     * Writes it.
     *
     * @return a new array
     */
    public byte[] write() {
        byte[] name = code.getBytes(StandardCharsets.UTF_8);
        byte[] text = words.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(name.length, 255);
        return ByteBuffer.allocate(1 + length + Long.BYTES + text.length)
                .put((byte) length)
                .put(name, 0, length)
                .putLong(retryAfter.map(Duration::toNanos).orElse(0L))
                .put(text)
                .array();
    }

    /**
     * Reads it.
     *
     * @param body the body
     * @return what was said
     * @throws WireException {@code auth.session} when it is of another form
     */
    public static Refusing read(ByteBuffer body) {
        int length = body.hasRemaining() ? body.get() & 0xff : Integer.MAX_VALUE;
        if (length > body.remaining() - Long.BYTES) {
            throw new WireException("auth.session", "a refusal of another form");
        }
        byte[] name = new byte[length];
        body.get(name);
        long wait = body.getLong();
        return new Refusing(
                new String(name, StandardCharsets.UTF_8),
                StandardCharsets.UTF_8.decode(body).toString(),
                wait > 0 ? Optional.of(Duration.ofNanos(wait)) : Optional.empty());
    }
}
