package io.github.bittensor4j.protocol.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, of either side. Everything in it happens on its event loop; other threads leave orders, which are carried out together,
 * and what they write goes out in one piece.
 */
public abstract class LoopConnection extends ChannelInboundHandlerAdapter {
    /** What is gathered before it is handed to the socket. */
    private static final int PIECE = 64 << 10;

    /**
     * How long what came together is read before what was ordered meanwhile is carried out and written. Work of many requests at once
     * spares waking the other side for each, but while it lasts the other side has nothing to do: with signatures to be checked, 64
     * requests in one go take milliseconds.
     */
    private static final long TURN_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private static final Logger LOG = LoggerFactory.getLogger(LoopConnection.class);

    private final Queue<Runnable> orders = PlatformDependent.newMpscQueue();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Runnable carryOut = this::carryOut;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf rest;
    private @Nullable ByteBuf out;
    private boolean unflushed;
    private boolean reading;
    private boolean finished;
    private long handedOver;
    private long carriedOutAt;

    /** A connection that is not in a pipeline yet. */
    protected LoopConnection() {}

    /** Where it stands in its pipeline. */
    public final ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return context;
    }

    /** The connection is over: nothing more is read from it. */
    public final boolean finished() {
        return finished;
    }

    /** Reads as many whole pieces as there are; what is left comes again with what follows. */
    protected abstract void read(ByteBuf in);

    /** Room to write to the other side has come back. */
    protected abstract void writable();

    /** The connection is gone; whoever waits for it is told. May come more than once. */
    protected abstract void gone();

    /** Something to do on the event loop, from any thread, in order. */
    public final void order(Runnable order) {
        orders.add(order);
        if (woken.compareAndSet(false, true)) {
            // what is ordered while reading is carried out when all that came was read, or the turn is over
            if (!(reading && context().executor().inEventLoop())) {
                try {
                    context().executor().execute(carryOut);
                } catch (RejectedExecutionException e) {
                    loopEnded();
                }
            }
        }
    }

    /** The event loop has ended, and this connection with it. Called by whoever gave an order. */
    protected void loopEnded() {
        LOG.debug("The event loop has ended, and this connection with it");
    }

    /** Carries out what was ordered when there is no event loop any more that could. */
    protected final void carryOutWithoutLoop() {
        synchronized (orders) {
            woken.set(false);
            for (Runnable next = orders.poll(); next != null; next = orders.poll()) {
                next.run();
            }
        }
    }

    /** To be called between two pieces of what is read: ends the turn when it has taken long. */
    public final void between() {
        if (woken.get() && System.nanoTime() - carriedOutAt > TURN_NANOS) {
            carryOut();
        }
    }

    private void carryOut() {
        woken.set(false);
        for (Runnable next = orders.poll(); next != null; next = orders.poll()) {
            next.run();
        }
        flush();
        carriedOutAt = System.nanoTime();
    }

    /** Where to write; it goes out when the orders at hand are carried out. */
    public final ByteBuf out() {
        if (out == null) {
            out = context().alloc().directBuffer(1024);
        }
        return out;
    }

    /** Whether the socket takes more, so that it is worth writing. */
    public final boolean socketTakesMore() {
        if (out != null && out.readableBytes() >= PIECE) {
            handOver();
        }
        return context().channel().isWritable();
    }

    private void handOver() {
        ByteBuf piece = out;
        if (piece != null) {
            out = null;
            handedOver += piece.readableBytes();
            unflushed = true;
            context().write(piece, context().voidPromise());
        }
    }

    /** Sends what was written so far. */
    protected final void flush() {
        handOver();
        if (unflushed) {
            unflushed = false;
            context().flush();
        }
    }

    /** How many bytes the socket has not taken yet. */
    protected final long unsent() {
        ChannelOutboundBuffer buffer = context().channel().unsafe().outboundBuffer();
        return (buffer == null ? 0 : buffer.totalPendingWriteBytes()) + (out == null ? 0 : out.readableBytes());
    }

    /** How many bytes the socket has taken since the connection began. */
    protected final long taken() {
        return handedOver - unsent();
    }

    /** Writes what is written so far and closes. */
    public final void finish() {
        if (!finished) {
            finished = true;
            handOver();
            context().writeAndFlush(context().alloc().buffer(0)).addListener(written -> {
                if (written.isSuccess()) {
                    lastWordsWritten();
                } else {
                    context().channel().close();
                }
            });
            gone();
        }
    }

    /** All that {@link #finish} had to write is with the socket: closes the connection. */
    protected void lastWordsWritten() {
        context().channel().close();
    }

    /** Closes at once. */
    protected final void cut() {
        finished = true;
        context().close();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public final void channelRead(ChannelHandlerContext from, Object message) {
        ByteBuf part = (ByteBuf) message;
        reading = true;
        if (finished) {
            part.release();
            return;
        }
        ByteBuf all = part;
        if (rest != null) {
            all = rest.writeBytes(part);
            part.release();
            rest = null;
        }
        try {
            read(all);
            if (!finished && all.isReadable()) {
                rest = all == part
                        ? from.alloc()
                                .buffer(Math.max(512, all.readableBytes()))
                                .writeBytes(all)
                        : all;
                rest.discardReadBytes();
            }
        } finally {
            if (all != rest) {
                all.release();
            }
        }
    }

    /** What was read but not used yet, to be looked at again. */
    protected final void readRest() {
        ByteBuf all = rest;
        if (all != null && !finished) {
            read(all);
            if (finished || !all.isReadable()) {
                rest = null;
                all.release();
            } else {
                all.discardReadBytes();
            }
        }
    }

    /** How many bytes were read but not used yet. */
    protected final int unread() {
        return rest == null ? 0 : rest.readableBytes();
    }

    @Override
    public final void channelReadComplete(ChannelHandlerContext from) {
        reading = false;
        carryOut();
    }

    @Override
    public final void channelWritabilityChanged(ChannelHandlerContext from) {
        if (from.channel().isWritable() && !finished) {
            writable();
            if (!reading) {
                flush();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        finished = true;
        gone();
        if (rest != null) {
            rest.release();
            rest = null;
        }
        if (out != null) {
            out.release();
            out = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        // so is what TLS does not believe, wrapped
        if (cause instanceof IOException || cause.getCause() instanceof IOException) {
            LOG.debug("A connection broke", cause);
        } else {
            LOG.warn("A connection is closed because handling it failed", cause);
        }
        from.close();
    }
}
