package io.github.bittensor4j.bench;

import com.linecorp.armeria.server.grpc.GrpcService;
import io.github.bittensor4j.axon.Limits;
import io.github.bittensor4j.axon.internal.front.Front;
import io.github.bittensor4j.axon.internal.front.FrontEvents;
import io.github.bittensor4j.axon.internal.front.Headers;
import io.github.bittensor4j.axon.internal.front.Incoming;
import io.github.bittensor4j.axon.internal.front.Outgoing;
import io.github.bittensor4j.axon.internal.front.Receiver;
import io.github.bittensor4j.axon.internal.front.WholeBody;
import io.github.bittensor4j.axon.internal.front.WireDialect;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Which server should carry an axon: the same gRPC echo without authentication on grpc-java's own netty server, on Armeria, and on the
 * axon's front, each with as many event loops as processors, called in turns by the same grpc-java client in the same process.
 *
 * <p>Run: {@code java -cp bench/target/bench.jar io.github.bittensor4j.bench.ServerLoad [callers] [rounds] [seconds]} on Linux (epoll).
 */
public final class ServerLoad {
    private static final int THREADS = Runtime.getRuntime().availableProcessors();
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private ServerLoad() {}

    private record Candidate(String name, ManagedChannel channel, List<Load.Round> rounds) {}

    /** A server that runs. */
    private interface Running {
        int port();

        void close() throws InterruptedException;
    }

    /**
     * Runs the comparison.
     *
     * @param args how many callers (64), rounds (5), seconds of a round (3)
     * @throws Exception when a call fails: then there is no figure
     */
    public static void main(String[] args) throws Exception {
        int callers = args.length > 0 ? Integer.parseInt(args[0]) : 64;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        double seconds = args.length > 2 ? Double.parseDouble(args[2]) : 3;
        byte[] body = new byte[100];
        Arrays.fill(body, (byte) 'e');
        Map<String, Running> servers = new LinkedHashMap<>();
        servers.put("grpc-java netty", grpcJava());
        servers.put("armeria", armeria());
        servers.put("front", front());
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(THREADS, EpollIoHandler.newFactory());
        List<Candidate> candidates = new ArrayList<>();
        for (Map.Entry<String, Running> server : servers.entrySet()) {
            ManagedChannel channel = channel(group, server.getValue().port());
            candidates.add(new Candidate(server.getKey(), channel, new ArrayList<>()));
            Load.waiting(echo(channel), body, callers, 2 * seconds);
        }
        for (int i = 0; i < rounds; i++) {
            for (Candidate candidate : candidates) {
                candidate.rounds().add(Load.waiting(echo(candidate.channel()), body, callers, seconds));
            }
        }
        System.out.println("server             calls/s   p50 us    p99 us   cpu us/call");
        for (Candidate candidate : candidates) {
            Load.Round median = Load.Round.median(candidate.rounds());
            System.out.printf(
                    Locale.ROOT,
                    "%-16s %9.0f %8.0f %9.0f %13.1f%n",
                    candidate.name(),
                    median.callsPerSecond(),
                    median.p50Micros(),
                    median.p99Micros(),
                    median.cpuMicros());
        }
        candidates.forEach(candidate -> candidate.channel().shutdownNow());
        for (Running server : servers.values()) {
            server.close();
        }
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private static ManagedChannel channel(EventLoopGroup group, int port) {
        return NettyChannelBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .eventLoopGroup(group)
                .channelType(EpollSocketChannel.class)
                .usePlaintext()
                .directExecutor()
                .build();
    }

    private static Load.Echo echo(ManagedChannel channel) {
        return body -> {
            byte[] answer = ClientCalls.blockingUnaryCall(
                    channel, BareEcho.METHOD, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS), body);
            if (!Arrays.equals(body, answer)) {
                throw new IllegalStateException("no echo");
            }
        };
    }

    private static Running grpcJava() throws IOException {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(THREADS, EpollIoHandler.newFactory());
        Server server = NettyServerBuilder.forAddress(ANY)
                .bossEventLoopGroup(group)
                .workerEventLoopGroup(group)
                .channelType(EpollServerSocketChannel.class)
                .directExecutor()
                .addService(BareEcho.service())
                .build()
                .start();
        return new Running() {
            @Override
            public int port() {
                return server.getPort();
            }

            @Override
            public void close() {
                server.shutdownNow();
                group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            }
        };
    }

    private static Running armeria() {
        com.linecorp.armeria.server.Server server = com.linecorp.armeria.server.Server.builder()
                .http(ANY)
                .workerGroup(THREADS)
                .service(GrpcService.builder().addService(BareEcho.service()).build())
                .build();
        server.start().join();
        return new Running() {
            @Override
            public int port() {
                return server.activeLocalPort();
            }

            @Override
            public void close() {
                server.stop().join();
            }
        };
    }

    private static Running front() throws IOException {
        Front front = Front.start(
                ANY, Limits.defaults(), List.of(new EchoDialect()), Optional.empty(), new Unheard(), Thread::new);
        return new Running() {
            @Override
            public int port() {
                return front.port();
            }

            @Override
            public void close() throws InterruptedException {
                front.close(TimeUnit.SECONDS.toNanos(2));
            }
        };
    }

    /** The body is one framed message, and so is the answer: the same bytes. */
    private static final class EchoDialect implements WireDialect {
        private static final Headers HEAD = Headers.of("content-type", "application/grpc");
        private static final Headers OK = Headers.of("grpc-status", "0");

        @Override
        public boolean speaks(Incoming head) {
            return head.http2();
        }

        @Override
        public Receiver open(Incoming head, Outgoing reply) {
            return new WholeBody(1 << 20) {
                @Override
                protected void whole(byte[] body) {
                    reply.head(200, HEAD);
                    reply.data(body);
                    reply.end(OK);
                }

                @Override
                protected void tooLarge() {
                    reply.reset();
                }

                @Override
                public void gone() {}

                @Override
                public void ready() {}
            };
        }
    }

    private static final class Unheard implements FrontEvents {
        @Override
        public void opened() {}

        @Override
        public void closed() {}

        @Override
        public void refused(String code) {}
    }
}
