package io.github.bittensor4j.axon.internal.front;

import io.github.bittensor4j.axon.Limits;
import io.github.bittensor4j.protocol.internal.net.Http2Frames;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The socket of an axon. It tells TLS, HTTP/2 (prior knowledge, or ALPN) and HTTP/1.1 apart by the first bytes, holds every limit that the
 * transport itself can hold, and gives each request to the first dialect that speaks it. Thread-safe; whoever starts it closes it.
 */
public final class Front {
    private static final int BACKLOG = 1024;
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 << 10, 512 << 10);
    private static final int TLS_HANDSHAKE = 0x16;

    private final Limits limits;
    private final List<WireDialect> dialects;
    private final Optional<SslContext> tls;
    private final FrontEvents events;
    private final EventLoopGroup loops;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ConcurrentHashMap<InetAddress, Integer> perPeer = new ConcurrentHashMap<>();
    private final long tickNanos;
    private @Nullable Channel listening;
    private volatile boolean closing;

    private Front(
            Limits limits,
            List<WireDialect> dialects,
            Optional<SslContext> tls,
            FrontEvents events,
            ThreadFactory threads) {
        this.limits = limits;
        this.dialects = List.copyOf(dialects);
        this.tls = tls;
        this.events = events;
        long shortest = Stream.of(limits.idleConnection(), limits.slowRequest(), limits.writeStall())
                .mapToLong(Duration::toNanos)
                .min()
                .orElseThrow();
        this.tickNanos =
                Math.min(TimeUnit.SECONDS.toNanos(1), Math.max(TimeUnit.MILLISECONDS.toNanos(20), shortest / 8));
        this.loops = new MultiThreadIoEventLoopGroup(
                Runtime.getRuntime().availableProcessors(),
                threads,
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    /**
     * Begins to listen.
     *
     * @param tls makes the connections secure; then none comes in without. Its ALPN should offer {@code h2} and {@code http/1.1}
     * @throws IOException when the address cannot be bound
     */
    public static Front start(
            InetSocketAddress address,
            Limits limits,
            List<WireDialect> dialects,
            Optional<SslContext> tls,
            FrontEvents events,
            ThreadFactory threads)
            throws IOException {
        Front front = new Front(limits, dialects, tls, events, threads);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(front.loops)
                .channel(Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .handler(front.new Admission())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (front.closing) {
                            channel.close();
                            return;
                        }
                        channel.pipeline().addLast(front.new Sniffer());
                    }
                });
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            front.loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw new IOException(bound.cause().getMessage(), bound.cause());
        }
        front.listening = bound.channel();
        return front;
    }

    /** The bound port. */
    public int port() {
        return ((InetSocketAddress) listening().localAddress()).getPort();
    }

    private Channel listening() {
        if (listening == null) {
            throw new IllegalStateException("not started");
        }
        return listening;
    }

    Limits limits() {
        return limits;
    }

    FrontEvents events() {
        return events;
    }

    long tickNanos() {
        return tickNanos;
    }

    /** The dialect of a request. */
    Optional<WireDialect> dialect(Incoming head) {
        for (WireDialect dialect : dialects) {
            if (dialect.speaks(head)) {
                return Optional.of(dialect);
            }
        }
        return Optional.empty();
    }

    /**
     * Stops listening, lets what was answered go out for a moment, closes every connection and ends the threads.
     *
     * @param limitNanos how long to wait for all of it
     * @throws InterruptedException when interrupted while waiting; {@link #closeNow()} does the rest
     */
    public void close(long limitNanos) throws InterruptedException {
        long until = System.nanoTime() + limitNanos;
        stopAccepting().await(limitNanos, TimeUnit.NANOSECONDS);
        for (Channel channel : connections) {
            if (!channel.isRegistered()) {
                continue; // just accepted: it is closed where it begins
            }
            Connection connection = channel.pipeline().get(Connection.class);
            if (connection == null) {
                channel.close();
            } else {
                connection.order(connection::finishGracefully);
            }
        }
        connections
                .newCloseFuture()
                .await(Math.min(limitNanos, TimeUnit.MILLISECONDS.toNanos(200)), TimeUnit.NANOSECONDS);
        connections.close(Channel::isRegistered);
        Future<?> ended = loops.shutdownGracefully(0, Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        ended.await(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    // Once it is done, every connection that was let in has a thread to end on.
    private Future<?> stopAccepting() {
        closing = true;
        return listening().close();
    }

    /** The same without waiting. */
    public void closeNow() {
        stopAccepting().addListener(stopped -> loops.shutdownGracefully(0, 1, TimeUnit.SECONDS));
        connections.close(Channel::isRegistered);
    }

    /** Sits on the listening socket and closes connections beyond the limits before they cost anything. */
    private final class Admission extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            Channel accepted = (Channel) message;
            InetSocketAddress peer = (InetSocketAddress) accepted.remoteAddress();
            if (peer == null || connections.size() >= limits.connections()) {
                refuse(accepted, "limit.connections");
                return;
            }
            InetAddress address = peer.getAddress();
            if (perPeer.merge(address, 1, Integer::sum) > limits.connectionsPerPeer()) {
                leave(address);
                refuse(accepted, "limit.connections");
                return;
            }
            connections.add(accepted);
            events.opened();
            accepted.closeFuture().addListener(closed -> {
                leave(address);
                events.closed();
            });
            context.fireChannelRead(message);
        }

        private void refuse(Channel accepted, String code) {
            events.refused(code);
            accepted.unsafe().closeForcibly();
        }

        private void leave(InetAddress address) {
            perPeer.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Looks at the first bytes of a connection and puts in its own place what they ask for. */
    private final class Sniffer extends ChannelInboundHandlerAdapter {
        private @Nullable ByteBuf first;
        private @Nullable Future<?> limit;
        private boolean secured;

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            limit = context.executor()
                    .schedule(
                            () -> {
                                events.refused("limit.handshake");
                                context.close();
                            },
                            limits.handshake().toNanos(),
                            TimeUnit.NANOSECONDS);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf part = (ByteBuf) message;
            ByteBuf all = part;
            if (first != null) {
                all = first.writeBytes(part);
                part.release();
                first = null;
            }
            if (tls.isPresent() && !secured) {
                if (all.getUnsignedByte(all.readerIndex()) != TLS_HANDSHAKE) {
                    all.release();
                    events.refused("limit.plain");
                    context.close();
                    return;
                }
                secured = true;
                SslHandler handler = tls.get().newHandler(context.alloc());
                handler.setHandshakeTimeoutMillis(limits.handshake().toMillis());
                context.pipeline().addBefore(context.name(), null, handler);
                context.pipeline().fireChannelRead(all);
                return;
            }
            int like = Http2Frames.likePreface(all);
            if (like == 0) {
                first = all == part ? context.alloc().buffer(64).writeBytes(all) : all;
                if (all == part) {
                    part.release();
                }
                return;
            }
            Connection connection =
                    like > 0 ? new Http2Connection(Front.this, context) : new Http1Connection(Front.this, context);
            context.pipeline().replace(context.name(), null, connection);
            connection.channelRead(connection.context(), all);
            // a read that began before is completed to the connection, which by now stands in the pipeline
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext context) {
            if (limit != null) {
                limit.cancel(false);
            }
            if (first != null) {
                first.release();
                first = null;
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
