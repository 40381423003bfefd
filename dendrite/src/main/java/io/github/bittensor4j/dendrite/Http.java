package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.tls.TlsKey;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Proxy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import okhttp3.ConnectionPool;
import okhttp3.CookieJar;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Plain HTTP for the dialects that it carries. A request goes out once, on one connection, and is signed when that stands; no redirect is
 * followed, no cookie kept, no proxy used, nothing compressed. Which version of HTTP it is, the server chooses in TLS (ALPN), and {@link
 * DendriteOptions#http2()} where there is none; what is signed is the same in both. Threads and connections are there only once something
 * was asked.
 */
final class Http {
    /**
     * Python's servers close a connection that was idle for 5 s. A request that meets the closing may have been heard or not, so a
     * connection is left before that.
     */
    private static final Duration IDLE = Duration.ofSeconds(4);

    private final DendriteOptions options;
    private @Nullable OkHttpClient client;

    /** Few enough: one that was not used for long goes. */
    private final Map<Optional<TlsKey>, OkHttpClient> secured = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Optional<TlsKey>, OkHttpClient> eldest) {
            return size() > options.channels();
        }
    };

    private boolean closed;

    Http(DendriteOptions options) {
        this.options = options;
    }

    /** Makes the headers that sign a request, when the connection stands. */
    @FunctionalInterface
    interface Signing {
        /**
         * Signs.
         *
         * @param target the request target exactly as it is sent
         * @param headers takes each lower-case name with its value
         */
        void sign(String target, BiConsumer<String, String> headers);
    }

    /** Makes sense of an answer whose head is here, on a thread that may wait. */
    @FunctionalInterface
    interface Reading {
        /**
         * Reads the answer, and gives its parts to the attempt.
         *
         * @throws IOException when the connection breaks off
         */
        End read(Answer answer, HttpAttempt attempt) throws IOException;
    }

    /**
     * A request, besides its signature.
     *
     * @param route percent-encoded path, and query if any
     * @param headers lower-case names with their values
     * @param contentType of the body; null for a GET without one
     */
    record Question(
            String route,
            Map<String, String> headers,
            @Nullable String contentType,
            byte[] body) {}

    /** An answer whose head is here. For one thread. */
    static final class Answer {
        private final Response response;

        Answer(Response response) {
            this.response = response;
        }

        int status() {
            return response.code();
        }

        Headers headers() {
            return response.headers();
        }

        /**
         * What stands behind the body, once that was read to its end.
         *
         * @throws IOException when the connection breaks off
         */
        Headers trailers() throws IOException {
            return response.trailers();
        }

        BufferedSource body() {
            return response.body().source();
        }

        /** The first bytes of the body, or all when there are fewer. */
        byte[] bodyUpTo(int most) throws IOException {
            BufferedSource source = body();
            source.request(most);
            return source.readByteArray(Math.min(most, source.getBuffer().size()));
        }
    }

    /**
     * Sends a request to a target. Never waits.
     *
     * @param signing signs it, or nothing for one that is not signed
     * @throws DendriteException when this dendrite is closed; then the listener hears nothing
     */
    Attempt send(
            Target target, Question question, Signing signing, Reading reading, long until, Attempt.Listener listener) {
        OkHttpClient open = open(target.tlsKey());
        HttpAttempt attempt = new HttpAttempt(listener, reading, signing, options.maxMetadataBytes(), until);
        HttpUrl url;
        try {
            url = url(target, question.route());
        } catch (IllegalArgumentException e) {
            attempt.end(new End.Unreachable(Words.of("not an address of HTTP: " + target.endpoint())));
            return attempt;
        }
        Request.Builder request = new Request.Builder()
                .url(url)
                .header("accept-encoding", "identity")
                .header("user-agent", "bittensor4j")
                .tag(HttpAttempt.class, attempt);
        question.headers().forEach(request::header);
        if (question.contentType() != null) {
            request.post(new Once(question.contentType(), question.body()));
        }
        attempt.start(open.newCall(request.build()));
        return attempt;
    }

    private HttpUrl url(Target target, String route) {
        HttpUrl root = new HttpUrl.Builder()
                .scheme(Secured.uses(options, target.tlsKey()) ? "https" : "http")
                .host(target.endpoint().host())
                .port(target.endpoint().port())
                .build();
        return HttpUrl.get(root + route.substring(1));
    }

    /** A client for each key that is expected; they share threads and connections. */
    private synchronized OkHttpClient open(Optional<TlsKey> tlsKey) {
        if (closed) {
            throw DendriteException.closed();
        }
        OkHttpClient made = client;
        if (made == null) {
            made = connected();
            client = made;
        }
        if (!Secured.uses(options, tlsKey)) {
            return made;
        }
        OkHttpClient base = made;
        return secured.computeIfAbsent(tlsKey, key -> Secured.over(base, options, key));
    }

    private OkHttpClient connected() {
        ExecutorService threads = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE, // no more than calls are under way
                10,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Channels.named("http"));
        Dispatcher dispatcher = new Dispatcher(threads);
        dispatcher.setMaxRequests(Integer.MAX_VALUE);
        dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
        Duration idle = options.idleChannel().compareTo(IDLE) < 0 ? options.idleChannel() : IDLE;
        return new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .connectionPool(new ConnectionPool(options.channels(), idle.toMillis(), TimeUnit.MILLISECONDS))
                .protocols(List.of(options.http2() ? Protocol.H2_PRIOR_KNOWLEDGE : Protocol.HTTP_1_1))
                .connectTimeout(options.connectTimeout())
                // the call as a whole has its deadline
                .readTimeout(Duration.ZERO)
                .writeTimeout(Duration.ZERO)
                // a request is signed for one attempt: nothing may make a second one of it
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .followSslRedirects(false)
                .cookieJar(CookieJar.NO_COOKIES)
                .proxy(Proxy.NO_PROXY)
                .addNetworkInterceptor(chain -> {
                    HttpAttempt attempt = HttpAttempt.of(chain.call());
                    return chain.proceed(attempt.signed(chain.request()));
                })
                .eventListenerFactory(call -> new Moments(HttpAttempt.of(call)))
                .build();
    }

    private static final class Moments extends EventListener {
        private final HttpAttempt attempt;

        Moments(HttpAttempt attempt) {
            this.attempt = attempt;
        }

        @Override
        public void requestHeadersEnd(okhttp3.Call call, Request request) {
            attempt.sent();
        }

        @Override
        public void requestBodyEnd(okhttp3.Call call, long bytes) {
            attempt.sent();
        }

        @Override
        public void responseHeadersStart(okhttp3.Call call) {
            attempt.answering();
        }
    }

    /** A body that is written once: what would send it again gives up instead. */
    private static final class Once extends RequestBody {
        private final @Nullable MediaType type;
        private final byte[] body;

        Once(String type, byte[] body) {
            this.type = MediaType.parse(type);
            this.body = body;
        }

        @Override
        public @Nullable MediaType contentType() {
            return type;
        }

        @Override
        public long contentLength() {
            return body.length;
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.write(body);
        }
    }

    /** What an error of the network means. */
    static End broken(IOException e) {
        // the deadline; whatever else takes too long says so in other words
        if (e instanceof InterruptedIOException && "timeout".equals(e.getMessage())) {
            return new End.TimedOut();
        }
        return Secured.wrong(e)
                .<End>map(End.Invalid::new)
                .orElseGet(
                        () -> new End.Unreachable(Words.of(null, e, e.getClass().getSimpleName())));
    }

    void close(long until) throws InterruptedException {
        OkHttpClient open;
        synchronized (this) {
            closed = true;
            open = client;
        }
        if (open != null) {
            open.dispatcher().cancelAll();
            open.dispatcher().executorService().shutdown();
            open.dispatcher()
                    .executorService()
                    .awaitTermination(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
            open.connectionPool().evictAll();
        }
    }
}
