package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.tls.TlsKey;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The ways to each endpoint, a line for our own calls and a channel for what speaks through gRPC's library, kept while it is used, closed by whoever used it last once it is given up. */
final class Channels {
    private static final int KEEP_ALIVE_TIMEOUT_SECONDS = 10;

    private final DendriteOptions options;
    private final boolean epoll = Epoll.isAvailable();
    private final EventLoopGroup loops;
    private final ThreadPoolExecutor lookups;
    private final ThreadPoolExecutor readers;

    /** The one that was unused longest comes first. */
    private final Map<Key, Lease> open = new LinkedHashMap<>(16, 0.75f, true);

    /** Every channel that may still have a call or a socket, also those that were given up. */
    private final Set<ManagedChannel> alive = new HashSet<>();

    private final Set<Line> lines = new HashSet<>();

    private boolean closed;

    Channels(DendriteOptions options) {
        this.options = options;
        loops = new MultiThreadIoEventLoopGroup(
                Runtime.getRuntime().availableProcessors(),
                named("io"),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        lookups = new ThreadPoolExecutor(4, 4, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named("lookup"));
        lookups.allowCoreThreadTimeOut(true);
        int processors = Runtime.getRuntime().availableProcessors();
        readers = new ThreadPoolExecutor(
                processors, processors, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named("reader"));
        readers.allowCoreThreadTimeOut(true);
    }

    static ThreadFactory named(String role) {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, "bittensor4j-dendrite-" + role + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** One channel for each key that is expected: another key at the same endpoint is another neuron. */
    private record Key(Endpoint endpoint, Optional<TlsKey> tlsKey) {}

    /** An endpoint in use. */
    final class Lease {
        private final Key key;
        private final EventLoop loop;
        private @Nullable ManagedChannel channel;
        private @Nullable Line line;
        private int users;
        private boolean givenUp;
        private long lastUsed = System.nanoTime();

        private Lease(Key key, EventLoop loop) {
            this.key = key;
            this.loop = loop;
        }

        /** For generated stubs and sessions. */
        ManagedChannel channel() {
            synchronized (Channels.this) {
                if (channel == null) {
                    requireOpen();
                    channel = connect(key, loop);
                    alive.add(channel);
                }
                return channel;
            }
        }

        /** For calls of one message. */
        Line line() {
            Line known = line;
            if (known != null) {
                return known;
            }
            synchronized (Channels.this) {
                if (line == null) {
                    requireOpen();
                    line = new Line(
                            key.endpoint(),
                            Secured.context(options, key.tlsKey()),
                            options,
                            loop,
                            epoll ? EpollSocketChannel.class : NioSocketChannel.class,
                            lookups,
                            GrpcAttempt.SENSITIVE);
                    lines.add(line);
                }
                return line;
            }
        }

        /** Nobody uses it any more. */
        private void shutDown() {
            if (channel != null) {
                channel.shutdown();
            }
            if (line != null) {
                lines.remove(line);
                line.close();
            }
        }

        /** On which all connections to it live. */
        EventLoop loop() {
            return loop;
        }

        /**
         * Gives it back.
         *
         * @param broken whether the endpoint could not be reached: the next call connects anew instead of waiting out the back-off
         */
        void release(boolean broken) {
            synchronized (Channels.this) {
                users--;
                lastUsed = System.nanoTime();
                if (broken) {
                    open.remove(key, this);
                    givenUp = true;
                }
                if (givenUp && users == 0) {
                    shutDown();
                }
            }
        }
    }

    synchronized Lease acquire(Target target) {
        if (Secured.forbids(options.tls(), target)) {
            throw new DendriteException(
                    "dendrite.tls",
                    target.hotkey() + " has published no TLS key (expected: one, by TlsUse.REQUIRED)",
                    "Pin the target's key, or allow plain connections.");
        }
        Key key = new Key(target.endpoint(), target.tlsKey());
        requireOpen();
        giveUpIdle();
        Lease lease = open.get(key);
        if (lease == null) {
            alive.removeIf(ManagedChannel::isTerminated);
            EventLoop loop = loops.next();
            lease = new Lease(key, loop);
            open.put(key, lease);
            if (open.size() > options.channels()) {
                giveUp(open.values().iterator());
            }
        }
        lease.users++;
        return lease;
    }

    private void requireOpen() {
        if (closed) {
            throw DendriteException.closed();
        }
    }

    private void giveUpIdle() {
        long idle = options.idleChannel().toNanos();
        Iterator<Lease> oldest = open.values().iterator();
        while (oldest.hasNext()) {
            Lease lease = oldest.next();
            if (lease.users > 0) {
                continue;
            }
            if (System.nanoTime() - lease.lastUsed < idle) {
                return;
            }
            oldest.remove();
            lease.givenUp = true;
            lease.shutDown();
        }
    }

    private static void giveUp(Iterator<Lease> oldest) {
        Lease lease = oldest.next();
        oldest.remove();
        lease.givenUp = true;
        if (lease.users == 0) {
            lease.shutDown();
        }
    }

    synchronized int size() {
        return open.size();
    }

    private ManagedChannel connect(Key key, EventLoop loop) {
        NettyChannelBuilder channel = NettyChannelBuilder.forAddress(
                key.endpoint().host(), key.endpoint().port());
        Optional<SslContext> tls = Secured.context(options, key.tlsKey());
        if (tls.isPresent()) {
            channel.sslContext(tls.get());
        } else {
            channel.usePlaintext();
        }
        return channel.eventLoopGroup(loop)
                .channelType(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(
                        Integer.MAX_VALUE, Math.max(1, options.connectTimeout().toMillis())))
                .directExecutor()
                .offloadExecutor(lookups)
                .maxInboundMessageSize(options.maxAnswerBytes())
                .maxInboundMetadataSize(options.maxMetadataBytes())
                .idleTimeout(options.idleChannel().toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveTime(options.keepAlive().toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                // a request is signed for one attempt: the transport must not make a second one of it
                .disableRetry()
                .disableServiceConfigLookUp()
                .build();
    }

    /** Where what has to wait is done: a timer, and a thread that no caller waits on. */
    EventLoopGroup loops() {
        return loops;
    }

    /** Where large answers are read; no more wait there than calls were under way. */
    Executor readers() {
        return readers;
    }

    void close(long until) throws InterruptedException {
        List<ManagedChannel> channels;
        synchronized (this) {
            closed = true;
            channels = List.copyOf(alive);
            lines.forEach(Line::close);
            lines.clear();
            open.clear();
            alive.clear();
        }
        channels.forEach(ManagedChannel::shutdownNow);
        for (ManagedChannel channel : channels) {
            channel.awaitTermination(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
        lookups.shutdownNow();
        readers.shutdown();
        loops.shutdownGracefully(0, Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        loops.awaitTermination(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
}
