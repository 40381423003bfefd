package io.github.bittensor4j.protocol.internal.net;

import io.github.bittensor4j.protocol.internal.Refusal;
import io.netty.buffer.ByteBuf;
import java.util.function.IntPredicate;

/**
 * Takes the messages of one gRPC call out of its body: a flag, a length of four bytes, the message. Compressed messages are not read: the
 * signature covers the bytes on the wire, and a small body cannot swell. For one thread.
 */
public abstract class GrpcBody {
    private static final int PREFIX = 5;

    private final int most;
    private final byte[] prefix = new byte[PREFIX];
    private int prefixBytes;
    private int length;
    private final Bytes bytes = new Bytes();
    private final IntPredicate memory = this::takes;
    private boolean over;

    /**
     * Begins with nothing.
     *
     * @param most the largest message in bytes
     */
    protected GrpcBody(int most) {
        this.most = most;
    }

    /** The next message is here. */
    protected abstract void message(byte[] message);

    /** The other side will send no more messages. */
    protected abstract void halfClosed();

    /** The body is not one of gRPC, or too large; nothing else is told any more. */
    protected abstract void broken(Refusal refusal, String message);

    /**
     * Whether so many bytes more of memory may be taken for the next message; if not, the body is broken.
     *
     * @param more more than zero
     */
    protected boolean takes(int more) {
        return true;
    }

    /** Some of the body. The buffer is not kept. */
    public final void data(ByteBuf part) {
        while (!over && part.isReadable()) {
            if (prefixBytes < PREFIX) {
                int count = Math.min(PREFIX - prefixBytes, part.readableBytes());
                part.readBytes(prefix, prefixBytes, count);
                prefixBytes += count;
                if (prefixBytes < PREFIX || !begin()) {
                    continue;
                }
            } else if (!bytes.add(part, Math.min(length - bytes.size(), part.readableBytes()), length, memory)) {
                fail(Refusal.LIMIT_BUSY, "the requests that are received take all the memory that they may");
                return;
            }
            if (bytes.size() == length) {
                prefixBytes = 0;
                message(bytes.take());
            }
        }
    }

    private boolean begin() {
        if (prefix[0] != 0) {
            fail(Refusal.CALL_COMPRESSED, "messages are not read compressed here");
            return false;
        }
        length = (prefix[1] & 0xff) << 24 | (prefix[2] & 0xff) << 16 | (prefix[3] & 0xff) << 8 | prefix[4] & 0xff;
        if (length < 0 || length > most) {
            fail(
                    Refusal.LIMIT_SIZE,
                    "message of " + Integer.toUnsignedString(length) + " bytes (expected: at most " + most + ")");
            return false;
        }
        return true;
    }

    /** The body is complete. */
    public final void end() {
        if (over) {
            return;
        }
        if (prefixBytes > 0) {
            fail(Refusal.CALL_INVALID, "the body ends within a message");
            return;
        }
        over = true;
        halfClosed();
    }

    private void fail(Refusal refusal, String message) {
        over = true;
        bytes.take();
        broken(refusal, message);
    }

    /**
     * A message as it stands in a body.
     *
     * @param message the message
     * @return the same behind its flag and length
     */
    public static byte[] framed(byte[] message) {
        byte[] framed = new byte[PREFIX + message.length];
        framed[1] = (byte) (message.length >>> 24);
        framed[2] = (byte) (message.length >>> 16);
        framed[3] = (byte) (message.length >>> 8);
        framed[4] = (byte) message.length;
        System.arraycopy(message, 0, framed, PREFIX, message.length);
        return framed;
    }
}
