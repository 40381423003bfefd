package io.github.bittensor4j.axon.internal.front;

import io.github.bittensor4j.protocol.internal.net.LoopConnection;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** One connection of a caller, of either version of HTTP, and the time that it may take to move. */
abstract class Connection extends LoopConnection {
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
