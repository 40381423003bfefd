package io.github.bittensor4j.bench;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/** A grpc-java server that sends the request's bytes back, and a channel to it: no authentication, no protobuf, nothing of ours. */
final class BareEcho implements Load.Echo, AutoCloseable {
    /** A way to run it. */
    record Setup(Transport transport, Executor executor) {
        @Override
        public String toString() {
            return (transport + " transport, " + executor + " executor").toLowerCase(Locale.ROOT);
        }
    }

    enum Transport {
        NIO,
        EPOLL
    }

    enum Executor {
        DIRECT,
        FORK_JOIN
    }

    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };
    static final MethodDescriptor<byte[], byte[]> METHOD = MethodDescriptor.newBuilder(BYTES, BYTES)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("bench.Echo/Call")
            .build();

    private final EventLoopGroup group;
    private final Server server;
    private final ManagedChannel channel;

    private BareEcho(EventLoopGroup group, Server server, ManagedChannel channel) {
        this.group = group;
        this.server = server;
        this.channel = channel;
    }

    /** Every way that works on this machine. */
    static List<Setup> setups() {
        List<Setup> setups = new ArrayList<>();
        for (Transport transport : Transport.values()) {
            for (Executor executor : Executor.values()) {
                if (transport == Transport.NIO || Epoll.isAvailable()) {
                    setups.add(new Setup(transport, executor));
                }
            }
        }
        return setups;
    }

    /** Sends the request's bytes back, on whatever thread it is called. */
    static ServerServiceDefinition service() {
        return ServerServiceDefinition.builder("bench.Echo")
                .addMethod(METHOD, ServerCalls.asyncUnaryCall((request, out) -> {
                    out.onNext(request);
                    out.onCompleted();
                }))
                .build();
    }

    static BareEcho start(Setup setup) throws IOException {
        boolean epoll = setup.transport == Transport.EPOLL;
        IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        EventLoopGroup group =
                new MultiThreadIoEventLoopGroup(Runtime.getRuntime().availableProcessors(), handlers);
        Class<? extends ServerChannel> serverType =
                epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        Class<? extends SocketChannel> clientType = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        NettyServerBuilder builder = NettyServerBuilder.forAddress(any)
                .bossEventLoopGroup(group)
                .workerEventLoopGroup(group)
                .channelType(serverType)
                .addService(service());
        Server server = (setup.executor == Executor.DIRECT
                        ? builder.directExecutor()
                        : builder.executor(ForkJoinPool.commonPool()))
                .build()
                .start();
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()))
                .eventLoopGroup(group)
                .channelType(clientType)
                .usePlaintext()
                .directExecutor()
                .build();
        return new BareEcho(group, server, channel);
    }

    private static CallOptions options() {
        return CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    private static void check(byte[] body, byte[] answer) {
        if (!Arrays.equals(body, answer)) {
            throw new IllegalStateException("no echo");
        }
    }

    @Override
    public void call(byte[] body) {
        check(body, ClientCalls.blockingUnaryCall(channel, METHOD, options(), body));
    }

    /** The same without waiting. */
    CompletableFuture<Void> ask(byte[] body) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        ClientCalls.asyncUnaryCall(channel.newCall(METHOD, options()), body, new StreamObserver<>() {
            private byte[] answer = {};

            @Override
            public void onNext(byte[] message) {
                answer = message;
            }

            @Override
            public void onError(Throwable error) {
                over.completeExceptionally(error);
            }

            @Override
            public void onCompleted() {
                try {
                    check(body, answer);
                    over.complete(null);
                } catch (IllegalStateException e) {
                    over.completeExceptionally(e);
                }
            }
        });
        return over;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
