package io.github.bittensor4j.protocol.internal.session;

import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * One direction of a session: its key and its counter. Every message is
 *
 * <pre>{@code
 * length u32 | counter u64 | call u32 | kind u8 | body | tag 16
 * }</pre>
 *
 * big-endian, where length counts what follows it, and tag is the first 16 bytes of HMAC-SHA256 over all before it. The counter is that of
 * the message before and one more, from zero on, never beginning anew. After {@link #MESSAGES} messages or {@link #AGE} the sender says
 * NEXT, and what follows is under a key that is made of the last one, which is forgotten.
 */
abstract class Direction {
    /** The most messages under one key. */
    static final long MESSAGES = 1 << 20;

    /** The longest that messages are sealed under one key; they are read for as long again. */
    static final Duration AGE = Duration.ofMinutes(10);

    static final int LENGTH = 4;
    static final int HEAD = 8 + 4 + 1;
    static final int TAG = 16;

    /** What a message is longer than its body. */
    static final int OVERHEAD = LENGTH + HEAD + TAG;

    private static final String NEXT = "bittensor4j-session/1 next";

    private final LongSupplier nanoTime;
    private byte[] key;
    private Secrets.Tag tag;
    private long keyedAt;
    private long underKey;
    long counter;

    Direction(byte[] key, LongSupplier nanoTime) {
        this.key = key.clone();
        this.tag = new Secrets.Tag(key);
        this.nanoTime = nanoTime;
        this.keyedAt = nanoTime.getAsLong();
    }

    /** Whether so many messages, or so much time, is too much for the key. */
    final boolean worn(long messages, Duration age) {
        return underKey >= messages || nanoTime.getAsLong() - keyedAt > age.toNanos();
    }

    final byte[] tag(byte[] bytes, int from, int to) {
        return tag.of(bytes, from, to);
    }

    final void counted() {
        counter++;
        underKey++;
    }

    final void nextKey() {
        byte[] next = Secrets.expand(key, NEXT);
        Arrays.fill(key, (byte) 0);
        key = next;
        tag = new Secrets.Tag(next);
        keyedAt = nanoTime.getAsLong();
        underKey = 0;
    }
}
