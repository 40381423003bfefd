package io.github.bittensor4j.axon.internal.front;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, of either version of HTTP. Everything in it happens on its event loop; other threads leave orders, which are carried out
 * together, and what they write goes out in one piece.
 */
abstract class Connection extends ChannelInboundHandlerAdapter {
    /** What is gathered before it is handed to the socket. */
    private static final int PIECE = 64 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    final Front front;
    private final Queue<Runnable> orders = PlatformDependent.newMpscQueue();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Runnable carryOut = this::carryOut;
    private final InetSocketAddress peer;
    private final Optional<SSLSession> tls;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Future<?> ticking;
    private @Nullable ByteBuf rest;
    private @Nullable ByteBuf out;
    private boolean unflushed;
    private boolean reading;
    private boolean finished;
    private long handedOver;
    private long gotThrough;
    private long movedAt = System.nanoTime();

    Connection(Front front, ChannelHandlerContext sniffer) {
        this.front = front;
        this.peer = (InetSocketAddress) sniffer.channel().remoteAddress();
        SslHandler secured = sniffer.pipeline().get(SslHandler.class);
        this.tls = secured == null
                ? Optional.empty()
                : Optional.of(secured.engine().getSession());
    }

    final ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return context;
    }

    final InetSocketAddress peer() {
        return peer;
    }

    final Optional<SSLSession> tls() {
        return tls;
    }

    /** The connection is over: nothing more is read from it. */
    final boolean finished() {
        return finished;
    }

    /** Reads as many whole pieces as there are; what is left comes again with what follows. */
    abstract void read(ByteBuf in);

    /** Looks at the time. */
    abstract void tick(long now);

    /** Room to write to the caller has come back. */
    abstract void writable();

    /** The connection is gone; whoever waits for it is told. */
    abstract void gone();

    /** Takes no new requests and closes once those under way have ended. */
    abstract void finishGracefully();

    /** Anything besides the socket's own queue that waits for the caller to read. */
    abstract boolean owes();

    /** Something to do on the event loop, from any thread, in order. */
    final void order(Runnable order) {
        orders.add(order);
        if (woken.compareAndSet(false, true)) {
            // what is ordered while reading is carried out when all that came was read
            if (!(reading && context().executor().inEventLoop())) {
                try {
                    context().executor().execute(carryOut);
                } catch (RejectedExecutionException e) {
                    LOG.debug("The event loop has ended, and this connection with it", e);
                }
            }
        }
    }

    private void carryOut() {
        woken.set(false);
        for (Runnable next = orders.poll(); next != null; next = orders.poll()) {
            next.run();
        }
        flush();
    }

    /** Where to write; it goes out when the orders at hand are carried out. */
    final ByteBuf out() {
        if (out == null) {
            out = context().alloc().directBuffer(1024);
        }
        return out;
    }

    /** Whether the socket takes more, so that it is worth writing. */
    final boolean socketTakesMore() {
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

    private void flush() {
        handOver();
        if (unflushed) {
            unflushed = false;
            context().flush();
        }
    }

    /** How many bytes the socket has not taken yet. */
    final long unsent() {
        ChannelOutboundBuffer buffer = context().channel().unsafe().outboundBuffer();
        return (buffer == null ? 0 : buffer.totalPendingWriteBytes()) + (out == null ? 0 : out.readableBytes());
    }

    /** Writes what is written so far and closes. */
    final void finish() {
        if (!finished) {
            finished = true;
            handOver();
            context().writeAndFlush(context().alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
            gone();
        }
    }

    /** Closes at once, for a reason that is counted. */
    final void cut(String code) {
        front.events().refused(code);
        finished = true;
        context().close();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        ticking = added.executor()
                .scheduleAtFixedRate(this::tick, front.tickNanos(), front.tickNanos(), TimeUnit.NANOSECONDS);
    }

    private void tick() {
        long now = System.nanoTime();
        long through = handedOver - unsent();
        if (through != gotThrough || !(owes() || unsent() > 0)) {
            gotThrough = through;
            movedAt = now;
        } else if (now - movedAt > front.limits().writeStall().toNanos()) {
            cut("limit.slow");
            return;
        }
        if (!finished) {
            tick(now);
            flush();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
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
    final void readRest() {
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
    final int unread() {
        return rest == null ? 0 : rest.readableBytes();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        reading = false;
        carryOut();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
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
        if (ticking != null) {
            ticking.cancel(false);
        }
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
        if (cause instanceof IOException) {
            LOG.debug("A connection broke", cause);
        } else {
            LOG.warn("A connection is closed because handling it failed", cause);
        }
        from.close();
    }
}
