package io.github.bittensor4j.axon.internal.front;

import io.github.bittensor4j.protocol.internal.net.Bytes;
import io.netty.buffer.ByteBuf;
import java.util.function.IntPredicate;

/** Collects the body of one request up to a limit, for dialects whose requests are one piece. */
public abstract class WholeBody implements Receiver {
    private final int most;
    private final Bytes bytes = new Bytes();
    private final IntPredicate memory = this::takes;
    private boolean over;

    /**
     * Begins with nothing.
     *
     * @param most the largest body in bytes
     */
    protected WholeBody(int most) {
        this.most = most;
    }

    /** The body is here. */
    protected abstract void whole(byte[] body);

    /** The body is larger than allowed; nothing of it is kept, and neither {@link #whole} nor this is called any more. */
    protected abstract void tooLarge();

    /**
     * Whether so many bytes more of memory may be taken; whoever says no ends the request.
     *
     * @param more more than zero
     */
    protected boolean takes(int more) {
        return true;
    }

    @Override
    public final void data(ByteBuf part) {
        if (over) {
            return;
        }
        int count = part.readableBytes();
        if (count > most - bytes.size()) {
            over = true;
            bytes.take();
            tooLarge();
            return;
        }
        if (!bytes.add(part, count, most, memory)) {
            over = true;
            bytes.take();
        }
    }

    @Override
    public final void end() {
        if (!over) {
            over = true;
            whole(bytes.take());
        }
    }
}
