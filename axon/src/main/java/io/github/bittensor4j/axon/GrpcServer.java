package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.protocol.internal.RawBytes;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.Wire;
import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The socket: gRPC over HTTP/2 on netty, with every limit that the transport itself can hold. */
final class GrpcServer {
    /** A connection that has not finished its handshake by then is closed. */
    private static final int HANDSHAKE_SECONDS = 10;

    /** A caller may ping this often; a dendrite never pings more often than once in 30 s. */
    private static final int LEAST_PING_SECONDS = 10;

    private final Server server;
    private final EventLoopGroup loops;
    private final int port;

    private GrpcServer(Server server, EventLoopGroup loops) {
        this.server = server;
        this.port = server.getPort();
        this.loops = loops;
    }

    static GrpcServer start(
            InetSocketAddress address,
            Limits limits,
            Counters counters,
            Observers observers,
            ServerCallHandler<byte[], byte[]> call,
            ServerCallHandler<byte[], byte[]> stream)
            throws IOException {
        boolean epoll = Epoll.isAvailable();
        int threads = Runtime.getRuntime().availableProcessors();
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                threads, DaemonThreads.named("io"), epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        try {
            Server server = NettyServerBuilder.forAddress(address)
                    .channelFactory(() -> {
                        ServerChannel listening = epoll ? new EpollServerSocketChannel() : new NioServerSocketChannel();
                        listening.pipeline().addLast(new ConnectionLimit(limits.connections(), counters));
                        return listening;
                    })
                    .bossEventLoopGroup(loops)
                    .workerEventLoopGroup(loops)
                    // signatures are checked where the bytes arrive; handlers have their own pool
                    .directExecutor()
                    .maxInboundMessageSize(limits.maxMessageBytes())
                    .maxInboundMetadataSize(limits.maxMetadataBytes())
                    .maxConcurrentCallsPerConnection(limits.callsPerConnection())
                    .maxRstFramesPerWindow(4 * limits.callsPerConnection(), 10)
                    .maxConnectionIdle(limits.idleConnection().toNanos(), TimeUnit.NANOSECONDS)
                    .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
                    .permitKeepAliveTime(LEAST_PING_SECONDS, TimeUnit.SECONDS)
                    .permitKeepAliveWithoutCalls(true)
                    // uncompressed only: the signature covers the bytes on the wire, and a small body cannot swell
                    .decompressorRegistry(DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, true))
                    .addService(ServerServiceDefinition.builder(
                                    MethodDescriptor.extractFullServiceName(Wire.CALL.getFullMethodName()))
                            .addMethod(Wire.CALL, call)
                            .addMethod(Wire.STREAM, stream)
                            .build())
                    .fallbackHandlerRegistry(new UnknownMethods(counters, observers))
                    .build()
                    .start();
            return new GrpcServer(server, loops);
        } catch (IOException | RuntimeException e) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw e;
        }
    }

    int port() {
        return port;
    }

    void close(long limitNanos) throws InterruptedException {
        long until = System.nanoTime() + limitNanos;
        server.shutdown();
        if (!server.awaitTermination(Math.min(limitNanos, TimeUnit.MILLISECONDS.toNanos(200)), TimeUnit.NANOSECONDS)) {
            server.shutdownNow();
            server.awaitTermination(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
        loops.shutdownGracefully(0, Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        loops.awaitTermination(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    void closeNow() {
        server.shutdownNow();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /** Sits on the listening socket and closes connections beyond the limit before they cost anything. */
    private static final class ConnectionLimit extends ChannelInboundHandlerAdapter {
        private final int most;
        private final Counters counters;

        ConnectionLimit(int most, Counters counters) {
            this.most = most;
            this.counters = counters;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            Channel accepted = (Channel) message;
            if (counters.connections.incrementAndGet() > most) {
                counters.connections.decrementAndGet();
                counters.refused("limit.connections");
                accepted.unsafe().closeForcibly();
                return;
            }
            accepted.closeFuture().addListener(closed -> counters.connections.decrementAndGet());
            context.fireChannelRead(message);
        }
    }

    /** Methods that no service has get the same kind of answer as every other refusal. */
    private static final class UnknownMethods extends HandlerRegistry {
        private final Counters counters;
        private final Observers observers;

        UnknownMethods(Counters counters, Observers observers) {
            this.counters = counters;
            this.observers = observers;
        }

        @Override
        public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
            MethodDescriptor<byte[], byte[]> method = MethodDescriptor.<byte[], byte[]>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNKNOWN)
                    .setFullMethodName(name)
                    .setRequestMarshaller(RawBytes.MARSHALLER)
                    .setResponseMarshaller(RawBytes.MARSHALLER)
                    .build();
            return ServerMethodDefinition.create(method, this::refuse);
        }

        private ServerCall.Listener<byte[]> refuse(ServerCall<byte[], byte[]> call, Metadata headers) {
            Metadata trailers = new Metadata();
            trailers.put(Wire.REFUSAL, Refusal.CALL_UNKNOWN.code());
            counters.refused(Refusal.CALL_UNKNOWN.code());
            observers
                    .arrived(Dialect.GRPC, name -> Optional.ofNullable(headers.get(Wire.key(name))))
                    .refused(Refusal.CALL_UNKNOWN.code());
            call.close(
                    Refusal.statusOf(Refusal.CALL_UNKNOWN.code()).withDescription("this axon has no such method"),
                    trailers);
            return new ServerCall.Listener<>() {};
        }
    }
}
