package io.github.bittensor4j.localnet.internal.rpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bittensor4j.localnet.LocalnetException;
import io.github.bittensor4j.localnet.internal.node.Chain;
import io.github.bittensor4j.localnet.internal.node.PoolException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's port: JSON-RPC over WebSocket and HTTP POST. Requests of one connection are answered one after the other; the next is
 * read from the socket only then.
 *
 * <p>Limits, those of the real node where it has them: messages of 15 MiB, 256 connections, 1024 subscriptions a connection, 256
 * requests a batch, JSON nested 64 deep. A client that does not read what it is sent is disconnected when 32 MiB wait for it.
 */
public final class RpcServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RpcServer.class);
    private static final int LARGEST_MESSAGE = 15 << 20;
    private static final int MOST_CONNECTIONS = 256;
    private static final int LARGEST_BATCH = 256;
    private static final int DEEPEST_JSON = 64;
    private static final long MOST_WAITING = 32 << 20;
    private static final ObjectMapper JSON = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST_JSON)
                            .maxStringLength(LARGEST_MESSAGE)
                            .maxNumberLength(100)
                            .build())
                    .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Methods methods;
    private final MultiThreadIoEventLoopGroup loops;
    private final ExecutorService workers;
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final AtomicInteger connections = new AtomicInteger();
    private final Channel server;

    /**
     * Opens the port.
     *
     * @param chain whose node it is
     * @param version of this software, for clients that ask
     * @param address where to listen; port 0 for any that is free
     * @throws LocalnetException when the port is taken or the address is not this machine's
     */
    public RpcServer(Chain chain, String version, InetSocketAddress address) {
        methods = new Methods(chain, version);
        loops = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("localnet-io", true), NioIoHandler.newFactory());
        workers = Executors.newFixedThreadPool(4, new DefaultThreadFactory("localnet-rpc", true));
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        accept(channel);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            shutDown();
            throw new LocalnetException(
                    "localnet.port",
                    "can not listen on " + address.getHostString() + ":" + address.getPort() + ": "
                            + bound.cause().getMessage(),
                    "Stop what uses that port, or choose another; 0 takes any that is free.",
                    bound.cause());
        }
        server = bound.channel();
    }

    /**
     * Where it listens.
     *
     * @return the address with the port that was taken
     */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    private void accept(SocketChannel channel) {
        if (connections.incrementAndGet() > MOST_CONNECTIONS) {
            LOG.warn("localnet: more than {} connections, one is refused", MOST_CONNECTIONS);
            connections.decrementAndGet();
            channel.close();
            return;
        }
        open.add(channel);
        channel.closeFuture().addListener(closed -> connections.decrementAndGet());
        Client client = new Client(channel);
        channel.pipeline()
                .addLast(new HttpServerCodec())
                .addLast(new HttpObjectAggregator(LARGEST_MESSAGE))
                .addLast(new PlainHttp(client))
                .addLast(new WebSocketServerProtocolHandler(WebSocketServerProtocolConfig.newBuilder()
                        .websocketPath("/")
                        .checkStartsWith(true)
                        .maxFramePayloadLength(LARGEST_MESSAGE)
                        .handshakeTimeoutMillis(30_000)
                        .build()))
                .addLast(new WebSocketFrameAggregator(LARGEST_MESSAGE))
                .addLast(client);
    }

    @Override
    public void close() {
        server.close().awaitUninterruptibly(2, TimeUnit.SECONDS);
        open.close().awaitUninterruptibly(2, TimeUnit.SECONDS);
        shutDown();
    }

    private void shutDown() {
        workers.shutdownNow();
        methods.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }

    /** Takes aside the requests that do not ask for a WebSocket. */
    private static final class PlainHttp extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final Client client;

        PlainHttp(Client client) {
            this.client = client;
        }

        @Override
        public boolean acceptInboundMessage(Object message) {
            return message instanceof FullHttpRequest request
                    && !request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            client.http(request);
        }
    }

    /** One client, by whichever of the two ways it speaks. */
    private final class Client extends SimpleChannelInboundHandler<WebSocketFrame> {
        private final Channel channel;
        private final Connection connection;
        private final Queue<Runnable> requests = new ArrayDeque<>();
        private boolean working;

        Client(Channel channel) {
            this.channel = channel;
            this.connection = new Connection(this::send);
        }

        private void send(String text) {
            ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
            if (channel.unsafe().outboundBuffer() != null
                    && channel.unsafe().outboundBuffer().totalPendingWriteBytes() > MOST_WAITING) {
                bytes.release();
                LOG.warn("localnet: a client does not read what it is sent; it is disconnected");
                channel.close();
                return;
            }
            channel.writeAndFlush(new TextWebSocketFrame(bytes));
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.read();
        }

        /** Reads on unless requests wait: a client that asks faster than it is answered is slowed down by its own socket. */
        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            synchronized (requests) {
                if (working) {
                    return;
                }
            }
            context.read();
        }

        private void enqueue(Runnable request) {
            synchronized (requests) {
                requests.add(request);
                if (working) {
                    return;
                }
                working = true;
            }
            try {
                workers.execute(this::work);
            } catch (RejectedExecutionException closing) {
                channel.close();
            }
        }

        private void work() {
            while (true) {
                Runnable next;
                synchronized (requests) {
                    next = requests.poll();
                    if (next == null) {
                        working = false;
                        break;
                    }
                }
                try {
                    next.run();
                } catch (RuntimeException | Error e) { // also an Error: else the client would wait for ever
                    LOG.warn("localnet: an answer could not be sent", e);
                    channel.close();
                }
            }
            channel.read();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            connection.close();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            context.read(); // the handshake is done
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
            String text = frame.content().toString(StandardCharsets.UTF_8);
            enqueue(() -> {
                Outcome outcome = answer(Optional.of(connection), text);
                outcome.answer().ifPresent(answer -> send(answer.toString()));
                outcome.then().run();
            });
        }

        private void http(FullHttpRequest request) {
            boolean stays = HttpUtil.isKeepAlive(request);
            if (!request.decoderResult().isSuccess()) {
                respond(text(HttpResponseStatus.BAD_REQUEST, "Not HTTP that this node understands.\n"), false);
            } else if (!request.method().equals(HttpMethod.POST)) {
                respond(
                        text(
                                HttpResponseStatus.METHOD_NOT_ALLOWED,
                                "This is a Bittensor node: send JSON-RPC by POST, or connect a WebSocket.\n"),
                        stays);
            } else {
                String body = request.content().toString(StandardCharsets.UTF_8);
                enqueue(() -> {
                    Outcome outcome = answer(Optional.empty(), body);
                    FullHttpResponse response = text(
                            HttpResponseStatus.OK,
                            outcome.answer().map(JsonNode::toString).orElse(""));
                    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json; charset=utf-8");
                    respond(response, stays);
                });
            }
        }

        private void respond(FullHttpResponse response, boolean stays) {
            HttpUtil.setKeepAlive(response, stays);
            ChannelFuture sent = channel.writeAndFlush(response);
            if (!stays) {
                sent.addListener(ChannelFutureListener.CLOSE);
            }
        }

        private static FullHttpResponse text(HttpResponseStatus status, String text) {
            FullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
            response.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                    .setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
            return response;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("localnet: a connection is closed: {}", cause.toString());
            context.close();
        }
    }

    /** What goes back, nothing for notifications, and what is done after. */
    private record Outcome(Optional<JsonNode> answer, Runnable then) {}

    private Outcome answer(Optional<Connection> connection, String text) {
        JsonNode message;
        try {
            message = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return new Outcome(
                    Optional.of(error(NullNode.getInstance(), -32700, "Parse error: not JSON", "")), () -> {});
        }
        if (!message.isArray()) {
            return one(connection, message);
        }
        if (message.isEmpty() || message.size() > LARGEST_BATCH) {
            return new Outcome(
                    Optional.of(error(
                            NullNode.getInstance(),
                            -32600,
                            "Invalid request: a batch of " + message.size() + " (expected: 1-" + LARGEST_BATCH + ")",
                            "")),
                    () -> {});
        }
        ArrayNode answers = JsonNodeFactory.instance.arrayNode();
        List<Runnable> then = new ArrayList<>();
        for (JsonNode request : message) {
            Outcome outcome = one(connection, request);
            outcome.answer().ifPresent(answers::add);
            then.add(outcome.then());
        }
        return new Outcome(
                answers.isEmpty() ? Optional.empty() : Optional.of(answers), () -> then.forEach(Runnable::run));
    }

    private Outcome one(Optional<Connection> connection, JsonNode request) {
        JsonNode id = request.path("id");
        JsonNode shown = id.isTextual() || id.isNumber() ? id : NullNode.getInstance();
        JsonNode parameters = request.path("params");
        if (!request.isObject() || !request.path("method").isTextual()) {
            return new Outcome(
                    Optional.of(error(shown, -32600, "Invalid request: an object with a method is expected", "")),
                    () -> {});
        }
        String method = request.path("method").textValue();
        ObjectNode answer;
        Runnable then = () -> {};
        try {
            if (parameters.isObject() && !parameters.isEmpty()) {
                throw RpcException.parameters("parameters are given by position, in an array");
            }
            Methods.Answer result = methods.call(method, connection, new Parameters(parameters));
            answer = JsonNodeFactory.instance.objectNode();
            answer.put("jsonrpc", "2.0").set("id", shown);
            answer.set("result", result.result());
            then = result.then();
        } catch (RpcException e) {
            answer = error(shown, e.code(), String.valueOf(e.getMessage()), e.detail());
        } catch (PoolException e) {
            answer = error(shown, e.code(), String.valueOf(e.getMessage()), e.detail());
        } catch (RuntimeException e) {
            LOG.error("localnet: {} failed by a mistake of this node", method, e);
            answer = error(shown, -32603, "Internal error in " + method, "");
        }
        return new Outcome(id.isMissingNode() ? Optional.empty() : Optional.of(answer), then);
    }

    private static ObjectNode error(JsonNode id, int code, String message, String detail) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("jsonrpc", "2.0").set("id", id);
        ObjectNode error = answer.putObject("error");
        error.put("code", code).put("message", message);
        if (!detail.isEmpty()) {
            error.put("data", detail);
        }
        return answer;
    }
}
