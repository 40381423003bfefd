package io.github.bittensor4j.protocol.internal.session;

import io.github.bittensor4j.protocol.internal.WireException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;

/**
 * The body of an ASK and of a BEGIN: {@code patience u32 | nonce u64 | target length u8 | target | headers | message}, headers as {@link
 * Field#write} writes them.
 *
 * @param patienceMillis how long the caller waits, in milliseconds, at least 1
 * @param receiptNonce with which nonce the answer is to be signed; empty when it need not be
 * @param target the method's path, such as {@code /bittensor4j.v1.Neuron/Call}
 * @param headers what goes along, in order
 * @param message the request message, or the first of several
 */
public record Asked(int patienceMillis, OptionalLong receiptNonce, String target, List<Field> headers, byte[] message) {
    private static final int LONGEST_TARGET = 255;
    private static final int SHORTEST = 4 + 8 + 1;

    /**
     * What stands before the message.
     *
     * @param patienceMillis how long the caller waits, at least 1
     * @param receiptNonce more than zero when the answer is to be signed, else empty
     * @param target visible ASCII, at most 255 characters
     * @param headers what goes along
     * @return a new array
     * @throws WireException {@code call.invalid} when the target or the headers are too long
     */
    public static byte[] head(int patienceMillis, OptionalLong receiptNonce, String target, List<Field> headers) {
        byte[] fields = Field.write(headers);
        byte[] path = target.getBytes(StandardCharsets.US_ASCII);
        if (path.length > LONGEST_TARGET) {
            throw new WireException("call.invalid", "the method's path is longer than 255 characters");
        }
        return ByteBuffer.allocate(SHORTEST + path.length + fields.length)
                .putInt(patienceMillis)
                .putLong(receiptNonce.orElse(0))
                .put((byte) path.length)
                .put(path)
                .put(fields)
                .array();
    }

    /**
     * Reads the body of an ASK.
     *
     * @param body the body
     * @return what is asked
     * @throws WireException {@code call.invalid} when it is of another form
     */
    public static Asked read(ByteBuffer body) {
        if (body.remaining() >= SHORTEST) {
            int patience = body.getInt();
            long nonce = body.getLong();
            int length = body.get() & 0xff;
            if (patience > 0
                    && nonce >= 0
                    && length <= body.remaining()
                    && isVisible(body.slice(body.position(), length))) {
                byte[] path = new byte[length];
                body.get(path);
                List<Field> headers = Field.read(body);
                byte[] message = new byte[body.remaining()];
                body.get(message);
                return new Asked(
                        patience,
                        nonce == 0 ? OptionalLong.empty() : OptionalLong.of(nonce),
                        new String(path, StandardCharsets.US_ASCII),
                        headers,
                        message);
            }
        }
        throw new WireException("call.invalid", "not a call of a session");
    }

    private static boolean isVisible(ByteBuffer path) {
        while (path.hasRemaining()) {
            byte next = path.get();
            if (next <= ' ' || next > '~') {
                return false;
            }
        }
        return true;
    }
}
