package io.github.bittensor4j.axon.internal.front;

import io.github.bittensor4j.protocol.internal.net.LoopConnection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** One connection of a caller, of either version of HTTP, and the time that it may take to move. */
abstract class Connection extends LoopConnection {
    /** How long the caller has to close as well, once the axon has said its last. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

    final Front front;
    private final InetSocketAddress peer;
    private final Optional<SSLSession> tls;
    private @Nullable Future<?> ticking;
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

    final InetSocketAddress peer() {
        return peer;
    }

    final Optional<SSLSession> tls() {
        return tls;
    }

    /** Looks at the time. */
    abstract void tick(long now);

    /** Takes no new requests and closes once those under way have ended. */
    abstract void finishGracefully();

    /** Anything besides the socket's own queue that waits for the caller to read. */
    abstract boolean owes();

    /** Closes at once, for a reason that is counted. */
    final void cut(String code) {
        front.events().refused(code);
        cut();
    }

    /**
     * Closes at once towards the caller, and behind that when the caller does, or after a second. Until then what it still sends is
     * dropped; to close on it would reset the connection, and take the last words with it. Source: RFC 9112, section 9.6.
     */
    @Override
    protected void lastWordsWritten() {
        Channel channel = context().channel();
        channel.config().setAutoRead(true);
        SslHandler secured = context().pipeline().get(SslHandler.class);
        if (secured != null) {
            secured.closeOutbound();
        } else if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
        channel.eventLoop().schedule(() -> channel.close(), LINGER_NANOS, TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        super.handlerAdded(added);
        ticking = added.executor()
                .scheduleAtFixedRate(this::tick, front.tickNanos(), front.tickNanos(), TimeUnit.NANOSECONDS);
    }

    private void tick() {
        long now = System.nanoTime();
        long through = taken();
        if (through != gotThrough || !(owes() || unsent() > 0)) {
            gotThrough = through;
            movedAt = now;
        } else if (now - movedAt > front.limits().writeStall().toNanos()) {
            cut("limit.slow");
            return;
        }
        if (!finished()) {
            tick(now);
            flush();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        if (ticking != null) {
            ticking.cancel(false);
        }
        super.channelInactive(from);
    }
}
