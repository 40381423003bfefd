package io.github.bittensor4j.protocol.internal.session;

import java.util.function.LongSupplier;

/** Seals what one side sends. For one thread at a time; messages go out in the order in which they were sealed. */
public final class Sealer extends Direction {
    private static final byte[] NOTHING = {};

    private final long messages;

    /**
     * Begins.
     *
     * @param key of {@link Handshake.Keys}
     * @param nanoTime such as {@link System#nanoTime()}
     */
    public Sealer(byte[] key, LongSupplier nanoTime) {
        this(key, nanoTime, MESSAGES);
    }

    Sealer(byte[] key, LongSupplier nanoTime, long messages) {
        super(key, nanoTime);
        this.messages = messages;
    }

    /**
     * Seals one message.
     *
     * @param call which call it belongs to
     * @param kind anything but NEXT
     * @param head what stands before the body; belongs to it
     * @param body the body
     * @param out where it is appended
     */
    public void seal(int call, Kind kind, byte[] head, byte[] body, Batch out) {
        if (worn(messages - 1, AGE)) {
            put(0, Kind.NEXT, NOTHING, NOTHING, out);
            nextKey();
        }
        put(call, kind, head, body, out);
    }

    private void put(int call, Kind kind, byte[] head, byte[] body, Batch out) {
        int length = HEAD + head.length + body.length + TAG;
        int from = out.size();
        out.grow(LENGTH + length)
                .putInt(length)
                .putLong(counter)
                .putInt(call)
                .put((byte) kind.ordinal())
                .put(head)
                .put(body);
        out.put(tag(out.bytes(), from, out.size()), TAG);
        counted();
    }
}
