package io.github.bittensor4j.protocol.internal.session;

import io.github.bittensor4j.protocol.internal.WireException;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;

/** Opens what one side receives. For one thread at a time. After a {@link WireException} the session is over. */
public final class Opener extends Direction {
    private final long messages;

    /** Takes messages that were checked. */
    @FunctionalInterface
    public interface Taker {
        /**
         * One message.
         *
         * @param call which call it belongs to
         * @param kind anything but NEXT
         * @param body a view of the body alone, to be read before this returns
         */
        void message(int call, Kind kind, ByteBuffer body);
    }

    /**
     * Begins.
     *
     * @param key of {@link Handshake.Keys}
     * @param nanoTime such as {@link System#nanoTime()}
     */
    public Opener(byte[] key, LongSupplier nanoTime) {
        this(key, nanoTime, MESSAGES);
    }

    Opener(byte[] key, LongSupplier nanoTime, long messages) {
        super(key, nanoTime);
        this.messages = messages;
    }

    /**
     * Opens messages that came together. Those before a bad one are taken.
     *
     * @param bytes one or more messages, whole
     * @param taker takes each in turn
     * @throws WireException {@code auth.session} when one was changed, put in, left out, sent twice or moved
     */
    public void open(byte[] bytes, Taker taker) {
        ByteBuffer all = ByteBuffer.wrap(bytes);
        while (all.hasRemaining()) {
            int from = all.position();
            if (all.remaining() < OVERHEAD) {
                throw broken("a message of the session is cut off");
            }
            int length = all.getInt();
            if (length < HEAD + TAG || length > all.remaining()) {
                throw broken("a message of the session is cut off");
            }
            int end = from + LENGTH + length;
            if (!same(tag(bytes, from, end - TAG), bytes, end - TAG)) {
                throw broken("a message was not sealed by the other side of this session as its next one");
            }
            // whoever holds the key made this: what is wrong now was left out, sent twice or moved
            if (all.getLong() != counter) {
                throw broken("a message of the session was left out, sent twice or moved");
            }
            int call = all.getInt();
            Kind kind = Kind.of(all.get());
            counted();
            if (kind == Kind.NEXT) {
                nextKey();
            } else if (worn(messages, AGE.multipliedBy(2))) {
                throw broken("the other side uses one key of the session for too long");
            } else {
                taker.message(call, kind, all.slice(all.position(), end - TAG - all.position()));
            }
            all.position(end);
        }
    }

    /** In a time that does not depend on where they differ. */
    private static boolean same(byte[] tag, byte[] bytes, int from) {
        int difference = 0;
        for (int i = 0; i < TAG; i++) {
            difference |= tag[i] ^ bytes[from + i];
        }
        return difference == 0;
    }

    private static WireException broken(String why) {
        return new WireException("auth.session", why);
    }
}
