package io.github.bittensor4j.subtensor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
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
 * JSON-RPC 2.0 with one of several nodes of a chain, over one WebSocket at a time. When it is lost, or the node is not well, the next node
 * is connected to. A node is asked first of which chain it is, and refused when it is another. Requests that only read are asked again on
 * the next connection; those that change something never are. Subscriptions that ask for it are made again. Safe for many threads.
 */
final class JsonRpc implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JsonRpc.class);

    /** Notifications kept for a subscription whose id has not been told yet. */
    private static final int MAX_EARLY = 1024;

    /** How far behind the highest block known a node may be when it is connected to, where there is another. */
    private static final int MOST_BEHIND = 5;

    /** How many answers "too many requests" in a row make another node, where there is one, the better choice. */
    private static final int MOST_BUSY = 4;

    /** How many requests in a row may end without anything having come before the connection is given up. */
    private static final int MOST_SILENT = 2;

    /** The most requests sent as one. */
    private static final int BATCH = 32;

    /** Seconds' worth of requests that may be saved up. */
    private static final int BURST_SECONDS = 4;

    /** Where a node is others', behind a proxy that counts. */
    private static final int PUBLIC_PER_SECOND = 25;

    /** The longest pause that a proxy's Retry-After is obeyed for. */
    private static final Duration MOST_RETRY_AFTER = Duration.ofMinutes(2);

    private static final int NO_CONNECTION = -1;

    /** When everything that this thread asks for has to be answered. */
    private static final ThreadLocal<Long> SCOPE = new ThreadLocal<>();

    private final Network network;
    private final SubtensorOptions options;
    private final ObjectMapper json;
    private final BoundedSockets sockets;
    private final ThreadPoolExecutor threads;
    private final ScheduledThreadPoolExecutor timer;
    private final OkHttpClient http;
    private final OkHttpClient https;
    private final Semaphore inFlight;
    private final @Nullable TokenBucket bucket;
    private final long attemptNanos;
    private final CompletableFuture<Boolean> connected = new CompletableFuture<>();
    private final Object archiveLock = new Object();
    private volatile @Nullable JsonRpc archive;

    private final Object lock = new Object();
    private final Endpoints endpoints;
    private final Map<Long, Pending> pending = new LinkedHashMap<>();
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final Map<String, ArrayDeque<JsonNode>> early = new HashMap<>();
    private Endpoints.One current;
    private @Nullable String genesis;
    private @Nullable WebSocket socket;
    private boolean dialling;
    private boolean open;
    private volatile boolean closed;
    private int generation;
    private long since;
    private long lastReceived;
    private boolean batches = true;
    private int silentCalls;
    private int busyInRow;
    private boolean headsTold;
    private long toldHead;
    private long highestHead = -1;
    private long progressAt;
    private int staleTimes;
    private int earlyCount;
    private int startingCount;
    private long nextId = 1;

    private JsonRpc(Network network, SubtensorOptions options) {
        this.network = network;
        this.options = options;
        this.genesis = network.genesisHash().orElse(null);
        this.endpoints = new Endpoints(network.endpoints(), System.nanoTime());
        this.current = endpoints.next(System.nanoTime());
        this.attemptNanos = options.connectDeadline().toNanos() / endpoints.count();
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
        boolean secure = network.endpoints().stream().anyMatch(JsonRpc::isSecure);
        int rate = options.requestsPerSecond().orElse(secure ? PUBLIC_PER_SECOND : 0);
        this.bucket = rate == 0 ? null : new TokenBucket(rate, rate * BURST_SECONDS, System::nanoTime);
        this.http = new OkHttpClient.Builder()
                .dispatcher(new Dispatcher(threads))
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.MILLISECONDS))
                .socketFactory(sockets)
                // What TLS needs costs a plain connection nothing; and nothing leads from the one to the other.
                .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
                .connectTimeout(Duration.ofNanos(attemptNanos))
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

    private static boolean isSecure(URI endpoint) {
        return "wss".equalsIgnoreCase(endpoint.getScheme());
    }

    static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Connects to one node, trying again until the connect deadline. */
    static JsonRpc connect(URI endpoint, SubtensorOptions options) {
        return connect(Network.of(endpoint), options);
    }

    /** Connects to the first node of a chain that can be, trying again until the connect deadline. */
    static JsonRpc connect(Network network, SubtensorOptions options) {
        JsonRpc rpc = new JsonRpc(network, options);
        rpc.new Subscription("chain_subscribeNewHeads", "chain_unsubscribeNewHeads", true, rpc::headTold, () -> {})
                .register();
        rpc.dial();
        long period = Math.min(
                Math.min(options.staleAfter().toNanos(), options.callDeadline().toNanos() / 2), rpc.attemptNanos);
        period = Math.max(20_000_000L, Math.min(1_000_000_000L, period / 4));
        rpc.timer.scheduleWithFixedDelay(rpc::watch, period, period, TimeUnit.NANOSECONDS);
        try {
            rpc.connected.get(options.connectDeadline().toMillis(), TimeUnit.MILLISECONDS);
            return rpc;
        } catch (TimeoutException e) {
            ChainException failure = rpc.unreachable(
                    "cannot connect to " + where(network) + " within " + text(options.connectDeadline()));
            rpc.close();
            throw failure;
        } catch (ExecutionException e) {
            rpc.close();
            if (e.getCause() instanceof ChainException refusal) {
                throw again(refusal);
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            rpc.close();
            throw ChainException.interrupted("the connection to " + where(network));
        }
    }

    private static String where(Network network) {
        return network.endpoints().size() == 1
                ? network.endpoint().toString()
                : "any of " + network.endpoints().size() + " nodes of " + network;
    }

    private ChainException unreachable(String message) {
        synchronized (lock) {
            return new ChainException(
                    "chain.unreachable",
                    true,
                    message + ": " + endpoints.troubles(),
                    "check that a node listens there and that its address is right");
        }
    }

    private static String text(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    private static String text(long nanos) {
        return text(Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(nanos)));
    }

    /** The node in use, or tried at the moment. */
    URI endpoint() {
        synchronized (lock) {
            return current.uri;
        }
    }

    /** The hash of the first block, of which all nodes connected to are. */
    String genesisHash() {
        synchronized (lock) {
            if (genesis == null) {
                throw new IllegalStateException("not connected yet");
            }
            return genesis;
        }
    }

    /** Changes whenever a connection is lost or made: what was read in between is of one node. */
    int generation() {
        synchronized (lock) {
            return generation;
        }
    }

    /** Does something of which every request of this thread has to be answered within a time. */
    static <T> T within(Duration limit, Supplier<T> work) {
        Long before = SCOPE.get();
        long end = System.nanoTime() + limit.toNanos();
        SCOPE.set(before == null || end - before < 0 ? end : before);
        try {
            return work.get();
        } finally {
            if (before == null) {
                SCOPE.remove();
            } else {
                SCOPE.set(before);
            }
        }
    }

    /** When what begins now has to be done. */
    static long deadline(long begun, Duration most) {
        long own = begun + most.toNanos();
        Long scope = SCOPE.get();
        return scope == null || own - scope < 0 ? own : scope;
    }

    /** A method and its parameters. */
    static final class Question {
        final String method;
        final @Nullable Object[] params;

        Question(String method, @Nullable Object... params) {
            this.method = method;
            this.params = params;
        }
    }

    /** A request that only reads: asked again when the connection is lost before its answer, or the node is asked too much. */
    JsonNode call(String method, @Nullable Object... params) {
        return await(ask(true, List.of(new Question(method, params))).get(0));
    }

    /** A request that only reads, on its way at once; the answer is waited for when it is asked for. */
    Supplier<JsonNode> begin(String method, @Nullable Object... params) {
        Pending one = ask(true, List.of(new Question(method, params))).get(0);
        return () -> await(one);
    }

    /** Requests that only read, several sent as one where the node takes that. */
    List<JsonNode> callAll(List<Question> questions) {
        List<JsonNode> answers = new ArrayList<>();
        int most = Math.min(BATCH, options.maxInFlight());
        for (int from = 0; from < questions.size(); from += most) {
            List<Pending> some = ask(true, questions.subList(from, Math.min(questions.size(), from + most)));
            some.forEach(one -> answers.add(await(one)));
        }
        return answers;
    }

    /**
     * A request that changes something: sent at most once. When the connection is lost, or the deadline passes, after it may have been
     * sent, the error is a {@link LostException}.
     */
    JsonNode callOnce(String method, @Nullable Object... params) {
        return await(ask(false, List.of(new Question(method, params))).get(0));
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
        final Question question;
        final String method;
        final String text;
        final boolean again;
        final long begun;
        final long deadline;
        final CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        boolean sent;
        int connection = NO_CONNECTION;
        long sentAt;
        int losses;
        int busy;
        boolean batched;

        @Nullable
        NodeException refusal;

        Pending(long id, Question question, String text, boolean again, long begun, long deadline) {
            this.id = id;
            this.question = question;
            this.method = question.method;
            this.text = text;
            this.again = again;
            this.begun = begun;
            this.deadline = deadline;
        }
    }

    private List<Pending> ask(boolean again, List<Question> questions) {
        long begun = System.nanoTime();
        long deadline = deadline(begun, options.callDeadline());
        int count = questions.size();
        String method = count == 0 ? "" : questions.get(0).method;
        try {
            if (!inFlight.tryAcquire(count, deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
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
            await(count, method, deadline);
            List<Pending> all = put(again, begun, deadline, questions);
            all.forEach(one -> one.answer.whenComplete((answer, failure) -> inFlight.release()));
            return all;
        } catch (ChainException e) {
            inFlight.release(count);
            throw e;
        }
    }

    /** Waits for its turn, so that no more is asked than the node takes. */
    private void await(int count, String method, long deadline) {
        if (bucket == null) {
            return;
        }
        long wait = bucket.take(count);
        if (wait > 0 && deadline - System.nanoTime() < wait) {
            bucket.giveBack(count);
            throw new ChainException(
                    "chain.busy",
                    true,
                    method
                            + ": its turn comes only after its deadline, more was asked than the limit of requests a second allows",
                    "ask less at once, or raise requestsPerSecond where the node is your own");
        }
        try {
            TimeUnit.NANOSECONDS.sleep(wait);
        } catch (InterruptedException e) {
            bucket.giveBack(count);
            throw ChainException.interrupted(method);
        }
    }

    private List<Pending> put(boolean again, long begun, long deadline, List<Question> questions) {
        synchronized (lock) {
            if (closed) {
                throw ChainException.closed();
            }
            ChainException refusal = endpoints.refusal();
            if (refusal != null && !open) {
                throw again(refusal);
            }
            List<Pending> all = new ArrayList<>();
            for (Question question : questions) {
                Pending one = made(again, begun, deadline, question);
                pending.put(one.id, one);
                all.add(one);
            }
            if (open) {
                send(all);
            }
            return all;
        }
    }

    private Pending put(String method, boolean again, @Nullable Object... params) {
        long begun = System.nanoTime();
        long deadline = begun + options.callDeadline().toNanos();
        return put(again, begun, deadline, List.of(new Question(method, params)))
                .get(0);
    }

    private Pending made(boolean again, long begun, long deadline, Question question) {
        long id = nextId++;
        ObjectNode request = json.createObjectNode();
        request.put("jsonrpc", "2.0").put("id", id).put("method", question.method);
        ArrayNode array = request.putArray("params");
        for (Object param : question.params) {
            array.add(json.<JsonNode>valueToTree(param));
        }
        return new Pending(id, question, request.toString(), again, begun, deadline);
    }

    private void send(List<Pending> some) {
        WebSocket now = socket;
        if (now == null) {
            return;
        }
        boolean together = some.size() > 1 && batches;
        for (Pending one : some) {
            one.sent = true;
            one.connection = generation;
            one.sentAt = System.nanoTime();
            one.batched = together;
        }
        List<String> texts = some.stream().map(one -> one.text).toList();
        // False: the queue of 16 MiB is full or the socket is closing; OkHttp then closes it, and the loss is handled
        // there.
        if (together
                ? !now.send("[" + String.join(",", texts) + "]")
                : !texts.stream().allMatch(now::send)) {
            now.cancel();
        }
    }

    private void sendAgain(Pending one) {
        synchronized (lock) {
            if (open && one.connection == NO_CONNECTION && pending.containsKey(one.id)) {
                send(List.of(one));
            }
        }
    }

    private JsonNode await(Pending one) {
        try {
            return one.answer.get(Math.max(0, one.deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw late(one);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NodeException node) {
                if (one.again && node.isDiscarded() && !network.archives().isEmpty()) {
                    return archive().call(one.method, one.question.params);
                }
                throw copy(one, node);
            }
            if (e.getCause() instanceof LostException lost) {
                throw new LostException(String.valueOf(lost.getMessage()));
            }
            if (e.getCause() instanceof ChainException chain) {
                throw again(chain);
            }
            throw new IllegalStateException(one.method, e.getCause());
        } catch (InterruptedException e) {
            synchronized (lock) {
                pending.remove(one.id);
            }
            one.answer.cancel(false);
            throw ChainException.interrupted(one.method);
        }
    }

    private static NodeException copy(Pending one, NodeException node) {
        return new NodeException(one.method, node.rpcCode(), node.words(), node.data());
    }

    /** For the thread that gets it, with its own stack. */
    private static ChainException again(ChainException chain) {
        return new ChainException(
                chain.code(), chain.retryable(), String.valueOf(chain.getMessage()), chain.hint(), chain);
    }

    /** The deadline of a request has passed. */
    private ChainException late(Pending one) {
        URI asked;
        boolean sent;
        boolean connectedNow;
        int silent = NO_CONNECTION;
        NodeException refusal;
        synchronized (lock) {
            pending.remove(one.id);
            sent = one.sent;
            connectedNow = open;
            asked = current.uri;
            refusal = one.refusal;
            boolean silence = open
                    && one.connection == generation
                    && lastReceived - one.sentAt < 0
                    && System.nanoTime() - one.sentAt >= options.callDeadline().toNanos() / 2;
            if (silence && ++silentCalls >= MOST_SILENT) {
                silent = generation;
            }
        }
        one.answer.cancel(false);
        String within = text(one.deadline - one.begun);
        if (silent != NO_CONNECTION) {
            drop(silent, "it answered nothing to " + MOST_SILENT + " requests in a row");
        }
        if (!one.again && sent) {
            return new LostException(one.method + ": no answer from " + asked + " within " + within);
        }
        if (refusal != null) {
            return copy(one, refusal);
        }
        if (!connectedNow) {
            return unreachable(one.method + ": no connection to " + where(network) + " within " + within);
        }
        return new ChainException(
                "chain.deadline",
                true,
                one.method + ": no answer from " + asked + " within " + within,
                "the node is slow or overloaded: try again, raise callDeadline, or ask another node");
    }

    /** Where states are that the node has discarded; connected to when it is first needed. */
    private JsonRpc archive() {
        synchronized (archiveLock) {
            JsonRpc known = archive;
            if (known == null) {
                known = connect(
                        new Network(
                                network.name() + " archive", network.archives(), List.of(), Optional.of(genesisHash())),
                        options);
                archive = known;
            }
            synchronized (lock) {
                if (!closed) {
                    return known;
                }
            }
            known.close();
            throw ChainException.closed();
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

        private void register() {
            synchronized (lock) {
                subscriptions.add(this);
            }
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
                    if (failure == null && isId(answer)) {
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

        /** On a new connection, or after a failure: until it is told again, or ended. */
        private void restore() {
            synchronized (lock) {
                if (!open || ended || starting || id != null) {
                    return;
                }
                Pending request = put(subscribe, true, params);
                start(request);
                request.answer.whenComplete((answer, failure) -> {
                    if (failure instanceof NodeException node && node.rpcCode() == NodeException.METHOD_NOT_FOUND) {
                        LOG.debug("{} is not offered at {}", subscribe, network);
                    } else if (!closed && (failure != null || !isId(answer))) {
                        LOG.warn(
                                "{} could not be restored at {}, tried again: {}",
                                subscribe,
                                network,
                                failure == null ? "no subscription is named" : failure.getMessage());
                        later(this::restore, options.longestReconnectDelay().toNanos());
                    }
                });
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

    private static boolean isId(JsonNode answer) {
        return answer.isTextual() || answer.isIntegralNumber();
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
        Pending first = ask(again, List.of(new Question(subscribe, params))).get(0);
        subscription.register();
        subscription.start(first);
        try {
            JsonNode id = await(first);
            if (isId(id)) {
                return subscription;
            }
            String message = subscribe + ": an answer that names no subscription";
            throw again ? new ChainException("chain.answer", false, message, "") : new LostException(message);
        } catch (ChainException e) {
            subscription.close();
            throw e;
        }
    }

    private void later(Runnable task, long nanos) {
        try {
            timer.schedule(task, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.trace("closed meanwhile");
        }
    }

    private void dial() {
        int mine;
        URI endpoint;
        synchronized (lock) {
            if (closed || dialling || open) {
                return;
            }
            dialling = true;
            mine = ++generation;
            since = System.nanoTime();
            current = endpoints.next(since);
            endpoint = current.uri;
        }
        Request request = new Request.Builder().url(endpoint.toString()).build();
        WebSocket made = (isSecure(endpoint) ? https : http).newWebSocket(request, new Listener(mine));
        synchronized (lock) {
            if (closed || generation != mine) {
                made.cancel();
            } else {
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
            greet(mine, made);
        }

        @Override
        public void onMessage(WebSocket made, String text) {
            sockets.messageComplete();
            receive(mine, text);
        }

        @Override
        public void onClosing(WebSocket made, int code, String reason) {
            made.close(1000, null);
            end(
                    mine,
                    "the node closed the connection (" + code + (reason.isEmpty() ? "" : " " + reason) + ")",
                    0,
                    null);
        }

        @Override
        public void onFailure(WebSocket made, Throwable t, @Nullable Response response) {
            String trouble = t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage();
            if (response == null) {
                end(mine, trouble, 0, null);
            } else {
                end(mine, "HTTP " + response.code() + " (" + trouble + ")", retryAfter(response), null);
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

    /** The first questions on a connection, before anything else is sent: of which chain the node is, and how far. */
    private void greet(int mine, WebSocket made) {
        List<Pending> asked = new ArrayList<>();
        synchronized (lock) {
            if (closed || generation != mine) {
                made.cancel();
                return;
            }
            socket = made;
            List<Question> questions = new ArrayList<>(List.of(new Question("chain_getBlockHash", 0)));
            if (endpoints.several()) {
                questions.add(new Question("chain_getHeader"));
                questions.add(new Question("system_health"));
            }
            for (Question question : questions) {
                Pending one = made(false, since, since + attemptNanos, question);
                pending.put(one.id, one);
                asked.add(one);
                send(List.of(one));
            }
        }
        CompletableFuture.allOf(asked.stream().map(one -> one.answer).toArray(CompletableFuture<?>[]::new))
                .whenComplete((answers, failure) -> judge(mine, asked));
    }

    private static JsonNode answered(Pending one) {
        return one.answer.exceptionally(failure -> MissingNode.getInstance()).join();
    }

    private void judge(int mine, List<Pending> asked) {
        String told = asked.get(0)
                .answer
                .handle((answer, failure) -> failure == null ? answer.asText() : String.valueOf(failure.getMessage()))
                .join();
        String wanted;
        URI endpoint;
        boolean behind = false;
        synchronized (lock) {
            if (closed || generation != mine) {
                return;
            }
            wanted = genesis;
            endpoint = current.uri;
            if (endpoints.several()) {
                long number = number(answered(asked.get(1)));
                behind = !endpoints.allTried()
                        && (highestHead - number > MOST_BEHIND
                                || answered(asked.get(2)).path("isSyncing").asBoolean());
                if (!behind) {
                    highestHead = Math.max(highestHead, number);
                }
            }
        }
        if (!told.matches("0x[0-9a-f]{64}")) {
            String trouble = endpoint + " has no genesis block: it answered \"" + shortened(told) + "\"";
            if (wanted != null) {
                drop(mine, trouble);
            } else {
                end(
                        mine,
                        trouble,
                        0,
                        new ChainException(
                                "chain.answer",
                                false,
                                trouble,
                                "this is no node of a chain of this family, or something stands between: ask another"));
            }
        } else if (wanted != null && !wanted.equals(told)) {
            end(
                    mine,
                    "another chain",
                    0,
                    new ChainException(
                            "chain.identity",
                            false,
                            endpoint + " is a node of another chain: its genesis is " + told + " (expected: " + wanted
                                    + ")",
                            "check its address; nothing is asked of it"));
        } else if (behind) {
            drop(mine, "the node lags behind");
        } else {
            ready(mine, told);
        }
    }

    private static String shortened(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "..." : text;
    }

    /** The number of a header, or -1 where it has none. */
    private static long number(JsonNode header) {
        try {
            return Headers.number(header);
        } catch (CodecException e) {
            return -1;
        }
    }

    private void ready(int mine, String told) {
        synchronized (lock) {
            if (closed || generation != mine) {
                return;
            }
            genesis = told;
            open = true;
            dialling = false;
            silentCalls = 0;
            busyInRow = 0;
            headsTold = false;
            since = System.nanoTime();
            progressAt = since;
            lastReceived = since;
            if (!endpoints.several()) {
                highestHead = -1;
            }
            endpoints.reached(current);
            List<Pending> waiting = List.copyOf(pending.values());
            if (bucket != null) {
                bucket.take(waiting.size());
            }
            waiting.forEach(one -> send(List.of(one)));
            for (Subscription one : List.copyOf(subscriptions)) {
                if (one.again) {
                    one.restore();
                }
            }
        }
        tell(ConnectionEvent.Kind.CONNECTED, endpoint(), "");
        connected.complete(true);
    }

    /** A connection that is of no use any more, though nobody said that it is lost. */
    private void drop(int which, String trouble) {
        WebSocket old;
        synchronized (lock) {
            if (generation != which) {
                return;
            }
            old = socket;
        }
        end(which, trouble, 0, null);
        if (old != null) {
            old.cancel();
        }
    }

    /** The end of a connection, or of an attempt at one. */
    private void end(int which, String trouble, long leastPause, @Nullable ChainException refusal) {
        List<Runnable> tell = new ArrayList<>();
        synchronized (lock) {
            if (generation != which || closed) {
                return;
            }
            generation++;
            Endpoints.One one = current;
            boolean was = open;
            WebSocket old = socket;
            open = false;
            dialling = false;
            socket = null;
            early.clear();
            earlyCount = 0;
            long now = System.nanoTime();
            long longest = options.longestReconnectDelay().toNanos();
            if (was && now - since >= longest) {
                endpoints.held(one);
            }
            if (refusal == null) {
                endpoints.failed(one, trouble, Math.max(leastPause, backoff(one.failures())), now);
            } else {
                endpoints.refused(one, refusal, longest, now);
                if (old != null) {
                    tell.add(() -> old.close(1000, null));
                }
            }
            forget(trouble, one.uri, tell);
            ChainException none = endpoints.refusal();
            if (none != null) {
                tell.add(() -> connected.completeExceptionally(none));
            }
            long delay = endpoints.pause(now);
            String what = refusal == null ? trouble : String.valueOf(refusal.getMessage());
            ConnectionEvent.Kind kind = refusal != null
                    ? ConnectionEvent.Kind.REFUSED
                    : was ? ConnectionEvent.Kind.LOST : ConnectionEvent.Kind.UNREACHABLE;
            tell.add(() -> tell(kind, one.uri, what));
            later(this::dial, delay);
        }
        tell.forEach(Runnable::run);
    }

    /** What was on its way is asked again on the next connection, or told that it is lost. */
    private void forget(String trouble, URI endpoint, List<Runnable> tell) {
        int most = 1 + endpoints.count();
        ChainException none = endpoints.refusal();
        for (Pending one : List.copyOf(pending.values())) {
            ChainException failure = null;
            boolean under = one.connection != NO_CONNECTION;
            // There are nodes that break at what they do not take.
            batches &= !(under && one.batched);
            one.connection = NO_CONNECTION;
            if (one.sent && !one.again) {
                failure = new LostException(one.method + ": the connection to " + endpoint + " was lost: " + trouble);
            } else if (none != null) {
                failure = none;
            } else if (under && ++one.losses >= most) {
                failure = new ChainException(
                        "chain.lost",
                        true,
                        one.method + ": the connection to " + endpoint + " was lost for the " + one.losses + ". time: "
                                + trouble,
                        trouble.startsWith(BoundedSockets.TOO_LARGE)
                                ? "ask for less at once, or raise maxAnswerBytes"
                                : "");
            }
            if (failure != null) {
                ChainException told = failure;
                pending.remove(one.id);
                tell.add(() -> one.answer.completeExceptionally(told));
            }
        }
        for (Subscription one : List.copyOf(subscriptions)) {
            one.id = null;
            if (!one.again) {
                subscriptions.remove(one);
            }
            tell.add(one.lost);
        }
    }

    /** Looks after the connection: is it silent, does its node stand still, is an attempt without end. */
    private void watch() {
        String trouble = null;
        int mine;
        List<Pending> late = new ArrayList<>();
        synchronized (lock) {
            if (closed) {
                return;
            }
            mine = generation;
            long now = System.nanoTime();
            if (open) {
                long stale = options.staleAfter().toNanos() << Math.min(staleTimes, 3);
                if (endpoints.several() && silence(now) > options.callDeadline().toNanos() / 2) {
                    trouble = "it answered nothing for "
                            + text(options.callDeadline().dividedBy(2));
                } else if (headsTold && now - progressAt > stale) {
                    trouble = "no new block for " + text(stale) + ", the last was " + toldHead;
                    staleTimes++;
                    // A number that was never true must not make all that is true look old.
                    highestHead = toldHead;
                }
            } else if (dialling && now - since > attemptNanos) {
                trouble = "no answer within " + text(attemptNanos);
            }
            // Those that nobody waits for any more, such as the end of a subscription.
            for (Pending one : List.copyOf(pending.values())) {
                if (now - one.deadline > 0) {
                    pending.remove(one.id);
                    late.add(one);
                }
            }
        }
        if (trouble != null) {
            drop(mine, trouble);
        }
        for (Pending one : late) {
            one.answer.completeExceptionally(
                    !one.again && one.sent
                            ? new LostException(one.method + ": no answer")
                            : new ChainException("chain.deadline", true, one.method + ": no answer", ""));
        }
    }

    /** How long nothing at all has come, while something was waited for. */
    private long silence(long now) {
        return pending.values().stream()
                .filter(one -> one.connection == generation)
                .mapToLong(one -> now - (one.sentAt - lastReceived > 0 ? one.sentAt : lastReceived))
                .max()
                .orElse(0);
    }

    private void headTold(JsonNode header) {
        long number = number(header);
        synchronized (lock) {
            if (number < 0) {
                return;
            }
            headsTold = true;
            toldHead = number;
            if (number > highestHead) {
                highestHead = number;
                progressAt = System.nanoTime();
                staleTimes = 0;
            }
        }
    }

    /** Tells whoever listens, and the log. */
    void tell(ConnectionEvent.Kind kind, URI endpoint, String detail) {
        switch (kind) {
            case CONNECTED -> LOG.debug("connected to {}", endpoint);
            case UNREACHABLE -> LOG.debug("no connection to {}: {}", endpoint, detail);
            case LOST -> LOG.info("connection to {} lost: {}", endpoint, detail);
            case BUSY -> LOG.info("{} is asked too much: {}", endpoint, detail);
            case REFUSED -> LOG.warn("refused: {}", detail);
            case GAP -> LOG.warn("{}: {}", endpoint, detail);
        }
        try {
            options.listener().accept(new ConnectionEvent(kind, endpoint, detail));
        } catch (RuntimeException e) {
            LOG.warn("a listener of connections failed", e);
        }
    }

    /** Half fixed, half at random: many clients of a node that was restarted do not come back at once. In nanoseconds. */
    private long backoff(int before) {
        long first = options.firstReconnectDelay().toNanos();
        long most = options.longestReconnectDelay().toNanos();
        long full = first >= most >> Math.min(before, 20) ? most : first << Math.min(before, 20);
        return full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1);
    }

    private void receive(int mine, String text) {
        synchronized (lock) {
            if (generation != mine) {
                return;
            }
            lastReceived = System.nanoTime();
            silentCalls = 0;
        }
        JsonNode message;
        try {
            message = json.readTree(text);
        } catch (JsonProcessingException e) {
            LOG.warn("{} sent what is not JSON: {}", endpoint(), e.getOriginalMessage());
            return;
        }
        if (message.isArray()) {
            message.forEach(one -> received(mine, one));
        } else {
            received(mine, message);
        }
    }

    private void received(int mine, JsonNode message) {
        if (message.hasNonNull("id") && message.get("id").isIntegralNumber()) {
            answer(mine, message.get("id").asLong(), message);
        } else if (message.path("params").has("subscription")) {
            notice(message.get("params"));
        } else if (message.path("error").isObject()) {
            oneByOne();
        }
    }

    /** The node refuses requests as a whole: it takes no batches, or none so large. */
    private void oneByOne() {
        synchronized (lock) {
            batches = false;
            for (Pending one : List.copyOf(pending.values())) {
                if (one.batched && one.connection == generation) {
                    send(List.of(one));
                }
            }
        }
    }

    private void answer(int mine, long id, JsonNode message) {
        JsonNode error = message.path("error");
        Pending one;
        NodeException refusal = null;
        boolean first = false;
        boolean move = false;
        boolean again = false;
        synchronized (lock) {
            one = pending.get(id);
            if (one == null) {
                return;
            }
            if (!error.isMissingNode() && !error.isNull()) {
                JsonNode data = error.path("data");
                refusal = new NodeException(
                        one.method,
                        error.path("code").asInt(),
                        error.path("message").asText(),
                        data.isMissingNode() || data.isNull()
                                ? ""
                                : data.isTextual() ? data.asText() : data.toString());
            }
            if (refusal != null && refusal.isBusy() && one.again) {
                first = busyInRow++ == 0;
                move = busyInRow >= MOST_BUSY && endpoints.several();
                if (bucket != null) {
                    bucket.empty();
                }
                long delay = backoff(one.busy++);
                one.refusal = refusal;
                again = one.deadline - System.nanoTime() > delay;
                if (again) {
                    one.connection = NO_CONNECTION;
                    later(() -> sendAgain(one), delay);
                } else {
                    pending.remove(id);
                }
            } else {
                busyInRow = 0;
                pending.remove(id);
            }
        }
        if (first && refusal != null) {
            tell(ConnectionEvent.Kind.BUSY, endpoint(), refusal.words());
        }
        if (move) {
            drop(mine, "asked too much, " + MOST_BUSY + " times in a row");
        }
        if (again) {
            return;
        }
        if (refusal != null) {
            one.answer.completeExceptionally(refusal);
        } else if (message.has("result")) {
            one.answer.complete(message.get("result"));
        } else {
            String words = one.method + ": an answer with neither result nor error";
            one.answer.completeExceptionally(
                    one.again ? new ChainException("chain.answer", false, words, "") : new LostException(words));
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

    @Override
    public void close() {
        List<Pending> waiting;
        List<Subscription> told;
        WebSocket last;
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
            last = socket;
        }
        waiting.forEach(one -> one.answer.completeExceptionally(
                one.again || !one.sent
                        ? ChainException.closed()
                        : new LostException(one.method + ": this connection to the chain was closed")));
        told.forEach(one -> one.lost.run());
        timer.shutdownNow();
        if (last != null) {
            last.close(1000, null);
            last.cancel();
        }
        http.dispatcher().cancelAll();
        http.connectionPool().evictAll();
        threads.shutdown();
        JsonRpc second = archive;
        if (second != null) {
            second.close();
        }
        try {
            threads.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
