package io.github.bittensor4j.subtensor;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;

/** Opens WebSockets to nodes: what comes is bounded in size, nothing is compressed, and nothing leads from TLS to a plain connection. */
final class WebSockets implements AutoCloseable {
    /** The longest pause that a proxy's Retry-After is obeyed for. */
    private static final Duration MOST_RETRY_AFTER = Duration.ofMinutes(2);

    private final int maxBytes;
    private final ThreadPoolExecutor threads;
    private final OkHttpClient http;
    private final OkHttpClient https;

    /** Hears of one WebSocket, on its reading thread. */
    interface Events {
        /** It is open. */
        void opened(WebSocket socket);

        /** A text message came. */
        void received(String text);

        /** It ended, or never came to be. The node wants to be left alone for so many nanoseconds. */
        void ended(String trouble, long leastPause);
    }

    /**
     * For any number of WebSockets.
     *
     * @param connectNanos how long one may take to open
     * @param secure whether there are any with TLS
     */
    WebSockets(SubtensorOptions options, long connectNanos, boolean secure) {
        this.maxBytes = options.maxAnswerBytes();
        this.threads = new ThreadPoolExecutor(
                0, 64, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), DaemonThreads.named("bittensor4j-chain"));
        this.http = new OkHttpClient.Builder()
                .dispatcher(new Dispatcher(threads))
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.MILLISECONDS))
                // What TLS needs costs a plain connection nothing; and nothing leads from the one to the other.
                .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
                .connectTimeout(Duration.ofNanos(connectNanos))
                .readTimeout(options.connectDeadline())
                .writeTimeout(options.callDeadline())
                .pingInterval(options.ping())
                .retryOnConnectionFailure(false)
                // Compressed answers could unfold beyond any limit, so compression is neither offered nor taken.
                .addInterceptor(chain -> {
                    Request plain = chain.request()
                            .newBuilder()
                            .removeHeader("Sec-WebSocket-Extensions")
                            .build();
                    return chain.proceed(plain)
                            .newBuilder()
                            .removeHeader("Sec-WebSocket-Extensions")
                            .build();
                })
                .build();
        this.https = secure
                ? http.newBuilder()
                        .connectionSpecs(List.of(ConnectionSpec.MODERN_TLS))
                        .build()
                : http;
    }

    static boolean isSecure(URI endpoint) {
        return "wss".equalsIgnoreCase(endpoint.getScheme());
    }

    WebSocket open(URI endpoint, Events events) {
        Request request = new Request.Builder().url(endpoint.toString()).build();
        // A count of its own: what comes over one must not make room for what comes over another.
        BoundedSockets sockets = new BoundedSockets(maxBytes);
        return (isSecure(endpoint) ? https : http)
                .newBuilder()
                .socketFactory(sockets)
                .build()
                .newWebSocket(request, new Listener(events, sockets));
    }

    private static final class Listener extends WebSocketListener {
        private final Events events;
        private final BoundedSockets sockets;

        Listener(Events events, BoundedSockets sockets) {
            this.events = events;
            this.sockets = sockets;
        }

        @Override
        public void onOpen(WebSocket socket, Response response) {
            events.opened(socket);
        }

        @Override
        public void onMessage(WebSocket socket, String text) {
            sockets.messageComplete();
            events.received(text);
        }

        @Override
        public void onClosing(WebSocket socket, int code, String reason) {
            socket.close(1000, null);
            events.ended("the node closed the connection (" + code + (reason.isEmpty() ? "" : " " + reason) + ")", 0);
        }

        @Override
        public void onFailure(WebSocket socket, Throwable t, @Nullable Response response) {
            String trouble = t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage();
            if (response == null) {
                events.ended(trouble, 0);
            } else {
                events.ended("HTTP " + response.code() + " (" + trouble + ")", retryAfter(response));
            }
        }
    }

    /** How long a proxy wants to be left alone, in nanoseconds. */
    private static long retryAfter(Response response) {
        String seconds = response.header("Retry-After", "");
        return seconds != null && seconds.matches("[0-9]{1,6}")
                ? Math.min(MOST_RETRY_AFTER.toNanos(), TimeUnit.SECONDS.toNanos(Long.parseLong(seconds)))
                : 0;
    }

    /** Ends all of them, and waits a moment for their threads. */
    @Override
    public void close() {
        http.dispatcher().cancelAll();
        http.connectionPool().evictAll();
        threads.shutdown();
        try {
            threads.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
