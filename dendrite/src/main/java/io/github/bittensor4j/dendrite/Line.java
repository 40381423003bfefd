package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.Endpoint;
import io.grpc.Status;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AsciiString;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * The way to one endpoint for calls of this library's own: a connection that is opened when somebody calls, used by all, and opened anew
 * when it has gone. A call is handed to one connection once; one that waits for it or for room on it has not been sent. What is not said to
 * be for any thread happens on its event loop.
 */
final class Line {
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 << 10, 512 << 10);
    private static final Status CLOSED = Status.UNAVAILABLE.withDescription("this dendrite was closed");

    private final Endpoint endpoint;
    private final AsciiString authority;
    private final Optional<SslContext> tls;
    private final DendriteOptions options;
    private final EventLoop loop;
    private final Class<? extends Channel> channels;
    private final Executor lookups;
    private final Http2HeadersEncoder.SensitivityDetector sensitive;

    /** Takes calls; null while none does. */
    private volatile @Nullable LineConnection current;

    private final Set<LineConnection> all = new HashSet<>();
    private final ArrayDeque<LineCall> waiting = new ArrayDeque<>();
    private boolean connecting;

    /** Opened, and not known yet to speak HTTP/2. */
    private @Nullable LineConnection pending;

    private @Nullable Future<?> alarm;
    private long alarmAt;
    private volatile boolean closed;

    /**
     * @param lookups where names are looked up, which may take long
     * @param sensitive headers not to be remembered by the compression
     */
    Line(
            Endpoint endpoint,
            Optional<SslContext> tls,
            DendriteOptions options,
            EventLoop loop,
            Class<? extends Channel> channels,
            Executor lookups,
            Http2HeadersEncoder.SensitivityDetector sensitive) {
        this.endpoint = endpoint;
        this.authority = new AsciiString(endpoint.toString());
        this.tls = tls;
        this.options = options;
        this.loop = loop;
        this.channels = channels;
        this.lookups = lookups;
        this.sensitive = sensitive;
    }

    EventLoop loop() {
        return loop;
    }

    /** Sends a call as soon as it can be. Where a connection stands its head is made here, by the caller's own thread. From any thread. */
    void begin(LineCall call) {
        LineConnection connection = current;
        if (connection != null && connection.hasRoom()) {
            if (call.prepare(authority, tls.isPresent())) {
                connection.send(call);
            }
            return;
        }
        try {
            loop.execute(() -> later(call));
        } catch (RejectedExecutionException e) {
            call.end(CLOSED);
        }
    }

    /** A call that could not be sent yet. */
    void later(LineCall call) {
        if (closed) {
            call.end(CLOSED);
            return;
        }
        waiting.add(call);
        watch(call);
        room();
    }

    /** Sends what waits, as far as there is room. */
    void room() {
        LineConnection connection = current;
        if (waiting.isEmpty() || closed) {
            return;
        }
        if (connection != null) {
            connection.order(() -> fill(connection));
        } else if (!connecting) {
            connect();
        }
    }

    private void fill(LineConnection connection) {
        while (connection.hasRoom()) {
            LineCall next = waiting.poll();
            if (next == null) {
                return;
            }
            if (!next.over() && next.prepare(authority, tls.isPresent())) {
                connection.begin(next);
            }
        }
    }

    // Connecting

    private void connect() {
        connecting = true;
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(endpoint.host());
        if (literal != null) {
            try {
                connect(new InetAddress[] {InetAddress.getByAddress(endpoint.host(), literal)}, 0);
            } catch (UnknownHostException e) {
                unreachable(e);
            }
            return;
        }
        lookups.execute(() -> {
            try {
                InetAddress[] found = InetAddress.getAllByName(endpoint.host());
                back(() -> connect(found, 0));
            } catch (UnknownHostException e) {
                back(() -> unreachable(e));
            }
        });
    }

    private void back(Runnable work) {
        try {
            loop.execute(work);
        } catch (RejectedExecutionException e) {
            // the dendrite is closed, and whoever waits was told
        }
    }

    private void connect(InetAddress[] addresses, int index) {
        if (closed) {
            return;
        }
        LineConnection connection = new LineConnection(
                this,
                tls.isPresent(),
                options.maxMetadataBytes(),
                options.idleChannel().toNanos(),
                options.keepAlive().toNanos(),
                sensitive);
        ChannelFuture opening = new Bootstrap()
                .group(loop)
                .channel(channels)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(
                        Integer.MAX_VALUE, Math.max(1, options.connectTimeout().toMillis())))
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        tls.ifPresent(context -> channel.pipeline().addLast(secured(context, channel)));
                        channel.pipeline().addLast(connection);
                    }
                })
                .connect(new InetSocketAddress(addresses[index], endpoint.port()));
        all.add(connection);
        pending = connection;
        opening.addListener(done -> {
            Throwable cause = done.cause();
            if (cause == null) {
                return;
            }
            all.remove(connection);
            if (pending != connection) {
                return;
            }
            pending = null;
            if (index + 1 < addresses.length) {
                connect(addresses, index + 1);
            } else {
                unreachable(cause);
            }
        });
    }

    private SslHandler secured(SslContext context, Channel channel) {
        SslHandler handler = context.newHandler(channel.alloc(), endpoint.host(), endpoint.port());
        handler.setHandshakeTimeoutMillis(Math.max(1, options.connectTimeout().toMillis()));
        SSLParameters parameters = handler.engine().getSSLParameters();
        // where the key itself is expected, whoever trusts it asks for no name
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        handler.engine().setSSLParameters(parameters);
        return handler;
    }

    private void unreachable(Throwable cause) {
        connecting = false;
        endWaiting(Status.UNAVAILABLE.withDescription("no connection").withCause(cause));
    }

    private void endWaiting(Status status) {
        List<LineCall> left = List.copyOf(waiting);
        waiting.clear();
        left.forEach(call -> call.end(status));
    }

    /** The other side speaks HTTP/2. */
    void stands(LineConnection connection) {
        if (pending == connection) {
            pending = null;
            connecting = false;
            current = connection;
            room();
        }
    }

    /** A connection takes no more calls. */
    void leaves(LineConnection connection) {
        if (current == connection) {
            current = null;
        }
    }

    /** A connection is no more. */
    void gone(LineConnection connection, Status why) {
        all.remove(connection);
        if (pending == connection) {
            pending = null;
            connecting = false;
            endWaiting(why);
        }
        room();
    }

    // Time

    private void late() {
        alarm = null;
        long now = System.nanoTime();
        List<LineCall> open = new ArrayList<>(waiting);
        for (LineConnection connection : all) {
            connection.calls().forEach(open::add);
        }
        for (LineCall call : open) {
            if (call.until() - now <= 0) {
                waiting.remove(call);
                call.fail(Status.DEADLINE_EXCEEDED);
            }
        }
        open.forEach(this::watch);
    }

    /** Sees to it that a call ends in time: one alarm for all, at the earliest end. */
    void watch(LineCall call) {
        if (call.over() || alarm != null && alarmAt - call.until() <= 0) {
            return;
        }
        if (alarm != null) {
            alarm.cancel(false);
        }
        alarmAt = call.until();
        alarm = loop.schedule(this::late, Math.max(0, alarmAt - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    // Ending

    /** Ends every call and closes every connection. From any thread. */
    void close() {
        try {
            loop.execute(this::closeNow);
        } catch (RejectedExecutionException e) {
            closed = true;
        }
    }

    private void closeNow() {
        closed = true;
        if (alarm != null) {
            alarm.cancel(false);
        }
        endWaiting(CLOSED);
        for (LineConnection connection : List.copyOf(all)) {
            connection.leave(CLOSED);
        }
    }
}
