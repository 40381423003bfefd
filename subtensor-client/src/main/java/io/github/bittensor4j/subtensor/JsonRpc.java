package io.github.bittensor4j.subtensor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JSON-RPC 2.0 over one WebSocket that is made again when it is lost. Requests that only read are asked once more on the new connection;
 * those that change something never are. Subscriptions that ask for it are made again. Safe for many threads.
 */
final class JsonRpc implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JsonRpc.class);

    /** A connection that answers no ping for this long is lost, even when nobody said so. */
    private static final Duration PING = Duration.ofSeconds(20);

    /** Notifications kept for a subscription whose id has not been told yet. */
    private static final int MAX_EARLY = 1024;

    private final URI endpoint;
    private final SubtensorOptions options;
    private final ObjectMapper json;
    private final BoundedSockets sockets;
    private final ThreadPoolExecutor threads;
    private final ScheduledThreadPoolExecutor timer;
    private final OkHttpClient http;
    private final Semaphore inFlight;
    private final CompletableFuture<Boolean> connected = new CompletableFuture<>();

    private final Object lock = new Object();
    private final Map<Long, Pending> pending = new LinkedHashMap<>();
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final Map<String, ArrayDeque<JsonNode>> early = new HashMap<>();
    private @Nullable WebSocket socket;
    private boolean open;
    private boolean closed;
    private int generation;
    private int failures;
    private int earlyCount;
    private int startingCount;
    private long nextId = 1;
    private String lastTrouble = "no attempt yet";

    private JsonRpc(URI endpoint, SubtensorOptions options) {
        this.endpoint = endpoint;
        this.options = options;
        this.json = new ObjectMapper(JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(options.maxAnswerBytes())
                        .maxDocumentLength(options.maxAnswerBytes())
                        .maxNestingDepth(100)
                        .maxNumberLength(100)
                        .build())
                .build());
        this.sockets = new BoundedSockets(options.maxAnswerBytes());
        ThreadFactory factory = named("bittensor4j-chain");
        this.threads = new ThreadPoolExecutor(0, 64, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), factory);
        this.timer = new ScheduledThreadPoolExecutor(1, named("bittensor4j-chain-timer"));
        this.timer.setRemoveOnCancelPolicy(true);
        this.inFlight = new Semaphore(options.maxInFlight());
        this.http = new OkHttpClient.Builder()
                .dispatcher(new Dispatcher(threads))
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.MILLISECONDS))
                .socketFactory(sockets)
                // One of the two, so that nothing leads from one to the other; and what TLS needs costs a plain
                // connection nothing.
                .connectionSpecs(List.of(
                        "wss".equalsIgnoreCase(endpoint.getScheme())
                                ? ConnectionSpec.MODERN_TLS
                                : ConnectionSpec.CLEARTEXT))
                .connectTimeout(options.connectDeadline())
                .readTimeout(options.connectDeadline())
                .writeTimeout(options.callDeadline())
                .pingInterval(PING)
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
    }

    static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Connects, trying again until the connect deadline. */
    static JsonRpc connect(URI endpoint, SubtensorOptions options) {
        JsonRpc rpc = new JsonRpc(endpoint, options);
        rpc.dial();
        try {
            rpc.connected.get(options.connectDeadline().toMillis(), TimeUnit.MILLISECONDS);
            return rpc;
        } catch (TimeoutException | ExecutionException e) {
            ChainException failure =
                    rpc.unreachable("cannot connect to " + endpoint + " within " + text(options.connectDeadline()));
            rpc.close();
            throw failure;
        } catch (InterruptedException e) {
            rpc.close();
            throw ChainException.interrupted("the connection to " + endpoint);
        }
    }

    private ChainException unreachable(String message) {
        synchronized (lock) {
            return new ChainException(
                    "chain.unreachable",
                    true,
                    message + ": " + lastTrouble,
                    "check that a node listens there and that its address is right");
        }
    }

    private static String text(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    URI endpoint() {
        return endpoint;
    }

    /** A request that only reads: asked once more when the connection is lost before its answer. */
    JsonNode call(String method, @Nullable Object... params) {
        return await(ask(method, true, params), method, options.callDeadline());
    }

    /** A request that only reads, on its way at once; the answer is waited for when it is asked for. */
    Supplier<JsonNode> begin(String method, @Nullable Object... params) {
        Pending one = ask(method, true, params);
        return () -> await(one, method, options.callDeadline());
    }

    /**
     * A request that changes something: sent at most once. When the connection is lost, or the deadline passes, after it may have been
     * sent, the error is a {@link LostException}.
     */
    JsonNode callOnce(String method, @Nullable Object... params) {
        return await(ask(method, false, params), method, options.callDeadline());
    }

    /** It was sent, or may have been, and no answer will come. */
    static final class LostException extends ChainException {
        private static final long serialVersionUID = 1L;

        LostException(String message) {
            super("chain.lost", false, message, "");
        }
    }

    /** A request on its way. */
    private static final class Pending {
        final long id;
        final String method;
        final String text;
        final boolean again;
        final CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        int sent;

        Pending(long id, String method, String text, boolean again) {
            this.id = id;
            this.method = method;
            this.text = text;
            this.again = again;
        }
    }

    private Pending ask(String method, boolean again, @Nullable Object... params) {
        try {
            if (!inFlight.tryAcquire(options.callDeadline().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ChainException(
                        "chain.busy",
                        true,
                        method + ": " + options.maxInFlight() + " requests are waiting for answers already",
                        "ask less at once, or raise maxInFlight");
            }
        } catch (InterruptedException e) {
            throw ChainException.interrupted(method);
        }
        try {
            Pending one = put(method, again, params);
            one.answer.whenComplete((answer, failure) -> inFlight.release());
            return one;
        } catch (ChainException e) {
            inFlight.release();
            throw e;
        }
    }

    private Pending put(String method, boolean again, @Nullable Object... params) {
        synchronized (lock) {
            if (closed) {
                throw ChainException.closed();
            }
            long id = nextId++;
            ObjectNode request = json.createObjectNode();
            request.put("jsonrpc", "2.0").put("id", id).put("method", method);
            ArrayNode array = request.putArray("params");
            for (Object param : params) {
                array.add(json.<JsonNode>valueToTree(param));
            }
            Pending one = new Pending(id, method, request.toString(), again);
            pending.put(id, one);
            if (open) {
                send(one);
            }
            return one;
        }
    }

    private void send(Pending one) {
        WebSocket current = socket;
        one.sent++;
        // False: the queue of 16 MiB is full or the socket is closing; OkHttp then closes it, and the loss is handled
        // there.
        if (current != null && !current.send(one.text)) {
            current.cancel();
        }
    }

    private JsonNode await(Pending one, String method, Duration deadline) {
        try {
            return one.answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            boolean sent;
            boolean connectedNow;
            synchronized (lock) {
                pending.remove(one.id);
                sent = one.sent > 0;
                connectedNow = open;
            }
            one.answer.cancel(false);
            if (!one.again && sent) {
                throw new LostException(method + ": no answer from " + endpoint + " within " + text(deadline));
            }
            if (!connectedNow) {
                throw unreachable(method + ": no connection to " + endpoint + " within " + text(deadline));
            }
            throw new ChainException(
                    "chain.deadline",
                    true,
                    method + ": no answer from " + endpoint + " within " + text(deadline),
                    "the node is slow or overloaded: try again, raise callDeadline, or ask another node");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NodeException node) {
                throw new NodeException(one.method, node.rpcCode(), node.words(), node.data());
            }
            if (e.getCause() instanceof LostException lost) {
                throw new LostException(String.valueOf(lost.getMessage()));
            }
            if (e.getCause() instanceof ChainException chain) {
                throw new ChainException(
                        chain.code(), chain.retryable(), String.valueOf(chain.getMessage()), chain.hint(), chain);
            }
            throw new IllegalStateException(method, e.getCause());
        } catch (InterruptedException e) {
            synchronized (lock) {
                pending.remove(one.id);
            }
            one.answer.cancel(false);
            throw ChainException.interrupted(method);
        }
    }

    /** Something that the node keeps telling. */
    final class Subscription implements AutoCloseable {
        private final String subscribe;
        private final String unsubscribe;
        private final @Nullable Object[] params;
        private final boolean again;
        private final Consumer<JsonNode> sink;
        private final Runnable lost;
        private @Nullable String id;
        private boolean starting;
        private boolean ended;

        private Subscription(
                String subscribe,
                String unsubscribe,
                boolean again,
                Consumer<JsonNode> sink,
                Runnable lost,
                @Nullable Object... params) {
            this.subscribe = subscribe;
            this.unsubscribe = unsubscribe;
            this.again = again;
            this.sink = sink;
            this.lost = lost;
            this.params = params;
        }

        private void start(Pending request) {
            synchronized (lock) {
                starting = true;
                startingCount++;
            }
            // On the reading thread, so that the id is known before the next notification is looked at.
            request.answer.whenComplete((answer, failure) -> {
                synchronized (lock) {
                    starting = false;
                    startingCount--;
                    if (failure == null) {
                        started(answer.asText());
                    }
                    if (startingCount == 0) {
                        early.clear();
                        earlyCount = 0;
                    }
                }
            });
        }

        private void started(String told) {
            if (closed) {
                return;
            }
            if (ended) {
                put(unsubscribe, false, told);
                return;
            }
            id = told;
            ArrayDeque<JsonNode> waiting = early.remove(told);
            if (waiting != null) {
                earlyCount -= waiting.size();
                waiting.forEach(sink);
            }
        }

        @Override
        public void close() {
            synchronized (lock) {
                ended = true;
                subscriptions.remove(this);
                String told = id;
                id = null;
                if (told != null && open && !closed) {
                    put(unsubscribe, false, told);
                }
            }
        }
    }

    /**
     * Subscribes.
     *
     * @param again whether to subscribe again after a lost connection, by itself
     * @param sink gets every notification's result; runs on the thread that reads the socket, so it only hands on
     * @param lost runs when the connection is lost
     */
    Subscription subscribe(
            String subscribe,
            String unsubscribe,
            boolean again,
            Consumer<JsonNode> sink,
            Runnable lost,
            @Nullable Object... params) {
        Subscription subscription = new Subscription(subscribe, unsubscribe, again, sink, lost, params);
        Pending first = ask(subscribe, again, params);
        synchronized (lock) {
            subscriptions.add(subscription);
        }
        subscription.start(first);
        try {
            await(first, subscribe, options.callDeadline());
            return subscription;
        } catch (ChainException e) {
            subscription.close();
            throw e;
        }
    }

    private void dial() {
        int mine;
        synchronized (lock) {
            if (closed) {
                return;
            }
            mine = ++generation;
        }
        Request request = new Request.Builder().url(endpoint.toString()).build();
        WebSocket made = http.newWebSocket(request, new Listener(mine));
        synchronized (lock) {
            if (closed) {
                made.cancel();
            } else if (generation == mine) {
                socket = made;
            }
        }
    }

    private final class Listener extends WebSocketListener {
        private final int mine;

        Listener(int mine) {
            this.mine = mine;
        }

        @Override
        public void onOpen(WebSocket made, Response response) {
            synchronized (lock) {
                if (closed || generation != mine) {
                    made.cancel();
                    return;
                }
                socket = made;
                open = true;
                failures = 0;
                for (Pending one : List.copyOf(pending.values())) {
                    send(one);
                }
                for (Subscription one : List.copyOf(subscriptions)) {
                    if (one.again && one.id == null && !one.starting) {
                        resubscribe(one);
                    }
                }
            }
            connected.complete(true);
        }

        @Override
        public void onMessage(WebSocket made, String text) {
            sockets.messageComplete();
            receive(text);
        }

        @Override
        public void onClosing(WebSocket made, int code, String reason) {
            made.close(1000, null);
            lost(mine, "the node closed the connection (" + code + (reason.isEmpty() ? "" : " " + reason) + ")");
        }

        @Override
        public void onFailure(WebSocket made, Throwable t, @Nullable Response response) {
            String trouble = t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage();
            lost(mine, response == null ? trouble : "HTTP " + response.code() + " (" + trouble + ")");
        }
    }

    private void resubscribe(Subscription one) {
        Pending request = put(one.subscribe, true, one.params);
        one.start(request);
        request.answer.whenComplete((answer, failure) -> {
            if (failure != null) {
                LOG.warn("{} could not be restored at {}: {}", one.subscribe, endpoint, failure.getMessage());
            }
        });
    }

    private void lost(int which, String trouble) {
        List<Runnable> tell = new ArrayList<>();
        long delay;
        synchronized (lock) {
            if (generation != which || closed) {
                return;
            }
            generation++;
            boolean was = open;
            open = false;
            socket = null;
            lastTrouble = trouble;
            early.clear();
            earlyCount = 0;
            for (Pending one : List.copyOf(pending.values())) {
                if (one.sent > 0 && (!one.again || one.sent > 1)) {
                    pending.remove(one.id);
                    ChainException failure = one.again
                            ? new ChainException(
                                    "chain.lost",
                                    true,
                                    one.method + ": the connection to " + endpoint + " was lost twice: " + trouble,
                                    trouble.startsWith(BoundedSockets.TOO_LARGE)
                                            ? "ask for less at once, or raise maxAnswerBytes"
                                            : "")
                            : new LostException(
                                    one.method + ": the connection to " + endpoint + " was lost: " + trouble);
                    tell.add(() -> one.answer.completeExceptionally(failure));
                }
            }
            for (Subscription one : List.copyOf(subscriptions)) {
                one.id = null;
                if (!one.again) {
                    subscriptions.remove(one);
                }
                tell.add(one.lost);
            }
            delay = backoff(failures++);
            if (was) {
                LOG.info("connection to {} lost ({}), again in {} ms", endpoint, trouble, delay);
            } else {
                LOG.debug("no connection to {} ({}), again in {} ms", endpoint, trouble, delay);
            }
            timer.schedule(this::dial, delay, TimeUnit.MILLISECONDS);
        }
        tell.forEach(Runnable::run);
    }

    /** Half fixed, half at random: many clients of a node that was restarted do not come back at once. */
    private long backoff(int before) {
        long first = options.firstReconnectDelay().toMillis();
        long most = options.longestReconnectDelay().toMillis();
        long full = Math.min(most, first << Math.min(before, 20));
        return full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1);
    }

    private void receive(String text) {
        JsonNode message;
        try {
            message = json.readTree(text);
        } catch (JsonProcessingException e) {
            LOG.warn("{} sent what is not JSON: {}", endpoint, e.getOriginalMessage());
            return;
        }
        if (message.hasNonNull("id") && message.get("id").isIntegralNumber()) {
            Pending one;
            synchronized (lock) {
                one = pending.remove(message.get("id").asLong());
            }
            if (one == null) {
                return;
            }
            JsonNode error = message.get("error");
            if (error != null && !error.isNull()) {
                JsonNode data = error.path("data");
                one.answer.completeExceptionally(new NodeException(
                        one.method,
                        error.path("code").asInt(),
                        error.path("message").asText(),
                        data.isMissingNode() || data.isNull()
                                ? ""
                                : data.isTextual() ? data.asText() : data.toString()));
            } else if (message.has("result")) {
                one.answer.complete(message.get("result"));
            } else {
                one.answer.completeExceptionally(new ChainException(
                        "chain.answer", false, one.method + ": an answer with neither result nor error", ""));
            }
        } else if (message.path("params").has("subscription")) {
            notice(message.get("params"));
        }
    }

    private void notice(JsonNode params) {
        String id = params.get("subscription").asText();
        JsonNode result = params.path("result");
        Subscription found = null;
        synchronized (lock) {
            for (Subscription one : subscriptions) {
                if (id.equals(one.id)) {
                    found = one;
                }
            }
            if (found == null && startingCount > 0 && earlyCount < MAX_EARLY) {
                // The id may be told only after the first notification.
                early.computeIfAbsent(id, k -> new ArrayDeque<>()).add(result);
                earlyCount++;
            }
        }
        if (found != null) {
            found.sink.accept(result);
        }
    }

    ObjectMapper json() {
        return json;
    }

    @Override
    public void close() {
        List<Pending> waiting;
        List<Subscription> told;
        WebSocket current;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            open = false;
            waiting = List.copyOf(pending.values());
            told = List.copyOf(subscriptions);
            pending.clear();
            subscriptions.clear();
            current = socket;
        }
        waiting.forEach(one -> one.answer.completeExceptionally(
                one.again || one.sent == 0
                        ? ChainException.closed()
                        : new LostException(one.method + ": this connection to the chain was closed")));
        told.forEach(one -> one.lost.run());
        timer.shutdownNow();
        if (current != null) {
            current.close(1000, null);
            current.cancel();
        }
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
