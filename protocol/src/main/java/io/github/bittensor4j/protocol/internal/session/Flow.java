package io.github.bittensor4j.protocol.internal.session;

/**
 * How far one side of a call may be ahead of the other: the next message goes out while less than {@link #AHEAD} of those before is not
 * yet told to be taken, by MORE.
 */
public final class Flow {
    /** How much may wait on the way and at the other side, before the last message. */
    public static final int AHEAD = 64 << 10;

    /** What was taken is told once it is so much. */
    public static final int TELL = 32 << 10;

    private static final int EACH = 32;

    private Flow() {}

    /**
     * How much a message of a caller counts: an empty one is not free either.
     *
     * @param message the message
     * @return its bytes and 32
     */
    public static int of(byte[] message) {
        return message.length + EACH;
    }
}
