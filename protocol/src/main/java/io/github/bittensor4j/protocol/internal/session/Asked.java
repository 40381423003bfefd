package io.github.bittensor4j.protocol.internal.session;

import io.github.bittensor4j.protocol.internal.WireException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * The body of an ASK: {@code patience u32 | nonce u64 | target length u8 | target | message}.
 *
 * @param patienceMillis how long the caller waits, in milliseconds, at least 1
 * @param receiptNonce with which nonce the answer is to be signed; empty when it need not be
 * @param target the method's path, such as {@code /bittensor4j.v1.Neuron/Call}
 * @param message the request message
 */
public record Asked(int patienceMillis, OptionalLong receiptNonce, String target, byte[] message) {
    private static final int LONGEST_TARGET = 255;
    private static final int SHORTEST = 4 + 8 + 1;

    /**
     * What stands before the message.
     *
     * @param patienceMillis how long the caller waits, at least 1
     * @param receiptNonce more than zero when the answer is to be signed, else empty
     * @param target visible ASCII, at most 255 characters
     * @return a new array
     */
    public static byte[] head(int patienceMillis, OptionalLong receiptNonce, String target) {
        byte[] path = target.getBytes(StandardCharsets.US_ASCII);
        if (path.length > LONGEST_TARGET) {
            throw new WireException("call.invalid", "the method's path is longer than 255 characters");
        }
        return ByteBuffer.allocate(SHORTEST + path.length)
                .putInt(patienceMillis)
                .putLong(receiptNonce.orElse(0))
                .put((byte) path.length)
                .put(path)
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
                byte[] message = new byte[body.remaining()];
                body.get(message);
                return new Asked(
                        patience,
                        nonce == 0 ? OptionalLong.empty() : OptionalLong.of(nonce),
                        new String(path, StandardCharsets.US_ASCII),
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
