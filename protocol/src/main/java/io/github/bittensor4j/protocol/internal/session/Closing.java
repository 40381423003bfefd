package io.github.bittensor4j.protocol.internal.session;

import io.github.bittensor4j.protocol.internal.WireException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The body of a CLOSE: {@code status u8 | text length u16 | text in UTF-8 | trailers}, trailers as {@link Field#write} writes them.
 *
 * @param status the number of a gRPC status
 * @param text for people; of a longer one the beginning is written
 * @param trailers what goes along, in order
 */
public record Closing(int status, String text, List<Field> trailers) {
    private static final int LONGEST_TEXT = 4096;

    /**
     * Writes it.
     *
     * @return a new array
     * @throws WireException {@code call.invalid} when the trailers cannot be written
     */
    public byte[] write() {
        byte[] fields = Field.write(trailers);
        byte[] words = text.getBytes(StandardCharsets.UTF_8);
        words = words.length > LONGEST_TEXT ? Arrays.copyOf(words, LONGEST_TEXT) : words;
        return ByteBuffer.allocate(1 + 2 + words.length + fields.length)
                .put((byte) status)
                .putShort((short) words.length)
                .put(words)
                .put(fields)
                .array();
    }

    /**
     * Reads it.
     *
     * @param body the body
     * @return what was said
     * @throws WireException when it is of another form
     */
    public static Closing read(ByteBuffer body) {
        if (body.remaining() >= 3) {
            int status = body.get();
            int length = body.getShort() & 0xffff;
            if (length <= body.remaining()) {
                byte[] words = new byte[length];
                body.get(words);
                List<Field> trailers = Field.read(body);
                if (!body.hasRemaining()) {
                    return new Closing(status, new String(words, StandardCharsets.UTF_8), trailers);
                }
            }
        }
        throw new WireException("auth.session", "the end of a call of another form");
    }
}
