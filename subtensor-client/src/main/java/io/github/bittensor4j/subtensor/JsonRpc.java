package io.github.bittensor4j.subtensor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
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
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import okhttp3.WebSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JSON-RPC 2.0 with one of several nodes of a chain, over one WebSocket at a time. When it is lost, or the node is not well, the next node
 * is connected to; while that is one less preferred, those before it are looked at, and gone back to. A node is asked first of which chain
 * it is, and refused when it is another. Requests that only read are asked again on the next connection; those that change something never
 * are. Subscriptions that ask for it are made again. Safe for many threads.
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

    /** How many times the longest pause of reconnecting the pauses between two looks at a preferred node may be. */
    private static final int MOST_LOOK_PAUSES = 16;

    /** How often a preferred node is asked how it is in the time for which it has to be well. */
    private static final int LOOKS = 8;

    private static final String RUNTIME_VERSION = "state_getRuntimeVersion";

    /** When everything that this thread asks for has to be answered. */
    private static final ThreadLocal<Long> SCOPE = new ThreadLocal<>();

    private final Network network;
    private final SubtensorOptions options;
    private final RpcText text;
    private final WebSockets webSockets;
    private final ScheduledThreadPoolExecutor timer;
    private final Backoff busyPauses;
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
    private @Nullable String genesis;

    /** The connection in use, or being tried, or the last that was. */
    private Link link;

    /** The connection to a preferred node that is looked at while another is used. */
    private @Nullable Link candidate;

    private volatile boolean closed;
    private int generation;
    private boolean batches = true;
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
        Duration longest = options.longestReconnectDelay();
        this.busyPauses = new Backoff(options.firstReconnectDelay(), longest);
        this.endpoints = new Endpoints(
                network.endpoints(),
                busyPauses,
                new Backoff(longest, longest.multipliedBy(MOST_LOOK_PAUSES)),
                System.nanoTime());
        this.link = new Link(endpoints.next(System.nanoTime()));
        link.state = State.ENDED;
        this.attemptNanos = options.connectDeadline().toNanos() / endpoints.count();
        this.text = new RpcText(options.maxAnswerBytes());
        this.timer = new ScheduledThreadPoolExecutor(1, named("bittensor4j-chain-timer"));
        this.timer.setRemoveOnCancelPolicy(true);
        this.inFlight = new Semaphore(options.maxInFlight());
        boolean secure = network.endpoints().stream().anyMatch(WebSockets::isSecure);
        int rate = options.requestsPerSecond().orElse(secure ? PUBLIC_PER_SECOND : 0);
        this.bucket = rate == 0 ? null : new TokenBucket(rate, rate * BURST_SECONDS, System::nanoTime);
        this.webSockets = new WebSockets(options, attemptNanos, secure);
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
        rpc.follow("chain_subscribeNewHeads", "chain_unsubscribeNewHeads", rpc::headTold);
        rpc.dial();
        long shortest = LongStream.of(
                        options.staleAfter().toNanos(),
                        options.returnAfter().toNanos(),
                        options.callDeadline().toNanos() / 2,
                        rpc.attemptNanos)
                .min()
                .orElseThrow();
        long period = Math.max(20_000_000L, Math.min(1_000_000_000L, shortest / 4));
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
            return link.node.uri;
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

    /** Which runtime the node said it runs when it was connected to. */
    JsonNode runtimeVersion() {
        JsonNode told;
        synchronized (lock) {
            told = link.runtimeVersion;
        }
        return told.isMissingNode() ? call(RUNTIME_VERSION) : told;
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

        @Nullable
        Link link;

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
        return ask(again, questions, all -> {});
    }

    /** Asks, and does something about it before any answer can be looked at. */
    private List<Pending> ask(boolean again, List<Question> questions, Consumer<List<Pending>> asked) {
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
            synchronized (lock) {
                List<Pending> all = put(again, begun, deadline, questions);
                all.forEach(one -> one.answer.whenComplete((answer, failure) -> inFlight.release()));
                asked.accept(all);
                return all;
            }
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
            if (refusal != null && !isOpen()) {
                throw again(refusal);
            }
            List<Pending> all = new ArrayList<>();
            for (Question question : questions) {
                Pending one = made(again, begun, deadline, question);
                pending.put(one.id, one);
                all.add(one);
            }
            if (isOpen()) {
                send(link, all);
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
        return new Pending(id, question, text.request(id, question.method, question.params), again, begun, deadline);
    }

    private boolean isOpen() {
        return link.state == State.USED;
    }

    private void send(Link to, List<Pending> some) {
        WebSocket socket = to.socket;
        if (socket == null) {
            return;
        }
        boolean together = some.size() > 1 && batches;
        for (Pending one : some) {
            one.sent = true;
            one.link = to;
            one.sentAt = System.nanoTime();
            one.batched = together;
        }
        List<String> texts = some.stream().map(one -> one.text).toList();
        // False: the queue of 16 MiB is full or the socket is closing; OkHttp then closes it, and the loss is handled
        // there.
        if (together
                ? !socket.send("[" + String.join(",", texts) + "]")
                : !texts.stream().allMatch(socket::send)) {
            socket.cancel();
        }
    }

    private void sendAgain(Pending one) {
        synchronized (lock) {
            if (isOpen() && one.link == null && pending.containsKey(one.id)) {
                send(link, List.of(one));
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
        Link silent = null;
        NodeException refusal;
        synchronized (lock) {
            pending.remove(one.id);
            sent = one.sent;
            connectedNow = isOpen();
            asked = link.node.uri;
            refusal = one.refusal;
            boolean silence = isOpen()
                    && one.link == link
                    && link.lastReceived - one.sentAt < 0
                    && System.nanoTime() - one.sentAt >= options.callDeadline().toNanos() / 2;
            if (silence && ++link.silentCalls >= MOST_SILENT) {
                silent = link;
            }
        }
        one.answer.cancel(false);
        String within = text(one.deadline - one.begun);
        if (silent != null) {
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
                if (!isOpen() || ended || starting || id != null) {
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
                if (told != null && isOpen() && !closed) {
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
        Pending first = ask(again, List.of(new Question(subscribe, params)), asked -> {
                    subscription.register();
                    subscription.start(asked.get(0));
                })
                .get(0);
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

    /**
     * Subscribes on every connection, from now on, and waits for nothing. A node that does not offer it is left in peace.
     *
     * @param sink as of {@link #subscribe}
     */
    void follow(String subscribe, String unsubscribe, Consumer<JsonNode> sink) {
        Subscription subscription = new Subscription(subscribe, unsubscribe, true, sink, () -> {});
        subscription.register();
        subscription.restore();
    }

    private void later(Runnable task, long nanos) {
        try {
            timer.schedule(task, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.trace("closed meanwhile");
        }
    }

    /** How far a connection has come. */
    private enum State {
        TRIED,
        USED,
        ENDED
    }

    /** One connection to one node, from the attempt to its end. */
    private final class Link implements WebSockets.Events {
        final Endpoints.One node;
        State state = State.TRIED;

        @Nullable
        WebSocket socket;

        JsonNode runtimeVersion = MissingNode.getInstance();

        /** When it was tried; once it is used, since when. */
        long since = System.nanoTime();

        long lastReceived;
        int silentCalls;
        int busyInRow;
        boolean headsTold;
        long toldHead;

        /** Of one that is not used yet: whether its node is well, and when it was asked that. */
        boolean well;

        long wellSince;
        long askedAt;

        Link(Endpoints.One node) {
            this.node = node;
        }

        void open() {
            WebSocket made = webSockets.open(node.uri, this);
            synchronized (lock) {
                if (closed || state == State.ENDED) {
                    made.cancel();
                } else {
                    socket = made;
                }
            }
        }

        @Override
        public void opened(WebSocket made) {
            synchronized (lock) {
                if (closed || state == State.ENDED) {
                    made.cancel();
                    return;
                }
                socket = made;
            }
            greet(this);
        }

        @Override
        public void received(String text) {
            receive(this, text);
        }

        @Override
        public void ended(String trouble, long leastPause) {
            end(this, trouble, leastPause, null);
        }

        /** No more is to come of it. */
        void cancel() {
            state = State.ENDED;
            if (socket != null) {
                socket.cancel();
            }
        }
    }

    private void dial() {
        Link made;
        synchronized (lock) {
            if (closed || link.state != State.ENDED) {
                return;
            }
            made = new Link(endpoints.next(System.nanoTime()));
            link = made;
        }
        made.open();
    }

    /**
     * Asks a node, before anything else is sent to it, of which chain it is, which runtime it runs, and how far it is: at once, so that a
     * connection is ready after one answer's time. Nothing that it says is believed before the first answer is.
     */
    private void greet(Link one) {
        List<Pending> asked = new ArrayList<>();
        synchronized (lock) {
            if (closed || one.state != State.TRIED) {
                return;
            }
            List<Question> questions =
                    new ArrayList<>(List.of(new Question("chain_getBlockHash", 0), new Question(RUNTIME_VERSION)));
            if (endpoints.several()) {
                questions.add(new Question("chain_getHeader"));
                questions.add(new Question("system_health"));
            }
            one.askedAt = System.nanoTime();
            long begun = one.well ? one.askedAt : one.since;
            for (Question question : questions) {
                Pending made = made(false, begun, begun + attemptNanos, question);
                pending.put(made.id, made);
                asked.add(made);
                send(one, List.of(made));
            }
        }
        CompletableFuture.allOf(asked.stream().map(made -> made.answer).toArray(CompletableFuture<?>[]::new))
                .whenComplete((answers, failure) -> judge(one, asked));
    }

    private static JsonNode answered(Pending one) {
        return one.answer.exceptionally(failure -> MissingNode.getInstance()).join();
    }

    private void judge(Link one, List<Pending> asked) {
        String told = asked.get(0)
                .answer
                .handle((answer, failure) -> failure == null ? answer.asText() : String.valueOf(failure.getMessage()))
                .join();
        URI endpoint = one.node.uri;
        String wanted;
        boolean behind = false;
        long number = -1;
        synchronized (lock) {
            if (closed || one.state != State.TRIED) {
                return;
            }
            wanted = genesis;
            one.runtimeVersion = answered(asked.get(1));
            if (endpoints.several()) {
                number = number(answered(asked.get(2)));
                behind = !(one == link && endpoints.allTried())
                        && (highestHead - number > MOST_BEHIND
                                || answered(asked.get(3)).path("isSyncing").asBoolean());
            }
        }
        if (!told.matches("0x[0-9a-f]{64}")) {
            String trouble = endpoint + " has no genesis block: it answered \"" + shortened(told) + "\"";
            if (wanted != null) {
                drop(one, trouble);
            } else {
                end(
                        one,
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
                    one,
                    "another chain",
                    0,
                    new ChainException(
                            "chain.identity",
                            false,
                            endpoint + " is a node of another chain: its genesis is " + told + " (expected: " + wanted
                                    + ")",
                            "check its address; nothing is asked of it"));
        } else if (behind) {
            drop(one, "the node lags behind");
        } else {
            ready(one, told, number);
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

    /** A node is well, at such a height: it is used from now on, or once it has been well for a while where another is used. */
    private void ready(Link one, String told, long number) {
        URI left;
        boolean first;
        synchronized (lock) {
            if (closed || one.state != State.TRIED) {
                return;
            }
            left = link.node.uri;
            first = one == link;
            if (first) {
                genesis = told;
                highestHead = endpoints.several() ? Math.max(highestHead, number) : -1;
                use(one);
            } else if (!one.well) {
                one.well = true;
                one.wellSince = System.nanoTime();
                endpoints.reached(one.node);
                return;
            } else if (number < highestHead || !move(one)) {
                return;
            }
        }
        if (first) {
            tell(ConnectionEvent.Kind.CONNECTED, left, "");
            connected.complete(true);
        } else {
            tell(
                    ConnectionEvent.Kind.RETURNED,
                    one.node.uri,
                    "it has been well for " + text(options.returnAfter()) + "; " + left + " is left");
        }
    }

    /** What waits is sent there from now on, and what is subscribed to is subscribed to there. */
    private void use(Link one) {
        link = one;
        generation++;
        one.state = State.USED;
        one.since = System.nanoTime();
        one.lastReceived = one.since;
        progressAt = one.since;
        endpoints.reached(one.node);
        List<Pending> waiting =
                pending.values().stream().filter(p -> p.link == null).toList();
        if (bucket != null) {
            bucket.take(waiting.size());
        }
        waiting.forEach(p -> send(one, List.of(p)));
        for (Subscription subscription : List.copyOf(subscriptions)) {
            if (subscription.again) {
                subscription.restore();
            }
        }
    }

    /**
     * Goes back to a preferred node, once it has been well for long enough and at a moment when nothing is under way that is sent only once:
     * reads are asked again there, subscriptions are made again there.
     */
    private boolean move(Link to) {
        Link from = link;
        boolean early = System.nanoTime() - to.wellSince < options.returnAfter().toNanos();
        if (early
                || from.state != State.USED
                || pending.values().stream().anyMatch(one -> one.link == from && !one.again)
                || subscriptions.stream().anyMatch(one -> !one.again)) {
            return false;
        }
        pending.values().stream().filter(one -> one.link == from).forEach(one -> one.link = null);
        unsubscribed();
        candidate = null;
        from.cancel();
        use(to);
        return true;
    }

    /** No connection tells what is subscribed to, for the moment. */
    private void unsubscribed() {
        early.clear();
        earlyCount = 0;
        subscriptions.forEach(one -> one.id = null);
    }

    /** A connection that is of no use any more, though nobody said that it is lost. */
    private void drop(Link which, String trouble) {
        end(which, trouble, 0, null);
        synchronized (lock) {
            which.cancel();
        }
    }

    /** The end of a connection, or of an attempt at one. */
    private void end(Link which, String trouble, long leastPause, @Nullable ChainException refusal) {
        List<Runnable> tell = new ArrayList<>();
        synchronized (lock) {
            if (closed || which.state == State.ENDED) {
                return;
            }
            boolean was = which.state == State.USED;
            which.state = State.ENDED;
            long now = System.nanoTime();
            long longest = options.longestReconnectDelay().toNanos();
            if (was && now - which.since >= longest) {
                endpoints.held(which.node);
            }
            long least = refusal == null ? leastPause : longest;
            String what = refusal == null ? trouble : String.valueOf(refusal.getMessage());
            if (which == candidate) {
                endpoints.missed(which.node, what, least, now);
            } else {
                endpoints.failed(which.node, what, least, now);
            }
            if (refusal != null) {
                endpoints.refused(which.node, refusal);
                WebSocket old = which.socket;
                tell.add(() -> close(old));
            }
            ConnectionEvent.Kind kind = refusal != null
                    ? ConnectionEvent.Kind.REFUSED
                    : was ? ConnectionEvent.Kind.LOST : ConnectionEvent.Kind.UNREACHABLE;
            tell.add(() -> tell(kind, which.node.uri, what));
            forget(which, trouble, tell);
            if (which == candidate) {
                candidate = null;
            } else {
                next(now, tell);
            }
        }
        tell.forEach(Runnable::run);
    }

    private static void close(@Nullable WebSocket socket) {
        if (socket != null) {
            socket.close(1000, null);
        }
    }

    /** After the end of the connection: to the preferred node that is well, where one is looked at, else to the next. */
    private void next(long now, List<Runnable> tell) {
        generation++;
        Link other = candidate;
        candidate = null;
        if (other != null && other.well) {
            use(other);
            tell.add(() -> tell(ConnectionEvent.Kind.CONNECTED, other.node.uri, ""));
            return;
        }
        if (other != null) {
            other.cancel();
        }
        ChainException none = endpoints.refusal();
        if (none != null) {
            tell.add(() -> connected.completeExceptionally(none));
        }
        later(this::dial, endpoints.pause(now));
    }

    /** What was on its way is asked again on the next connection, or told that it is lost. */
    private void forget(Link which, String trouble, List<Runnable> tell) {
        int most = 1 + endpoints.count();
        ChainException none = endpoints.refusal();
        for (Pending one : List.copyOf(pending.values())) {
            ChainException failure = null;
            boolean under = one.link == which;
            if (!under && none == null) {
                continue;
            }
            // There are nodes that break at what they do not take.
            batches &= !(under && one.batched);
            one.link = null;
            if (one.sent && !one.again) {
                failure = new LostException(
                        one.method + ": the connection to " + which.node.uri + " was lost: " + trouble);
            } else if (none != null) {
                failure = none;
            } else if (++one.losses >= most) {
                failure = new ChainException(
                        "chain.lost",
                        true,
                        one.method + ": the connection to " + which.node.uri + " was lost for the " + one.losses
                                + ". time: " + trouble,
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
        if (which == candidate) {
            return;
        }
        unsubscribed();
        for (Subscription one : List.copyOf(subscriptions)) {
            if (!one.again) {
                subscriptions.remove(one);
            }
            tell.add(one.lost);
        }
    }

    /** Looks after the connections: is one silent, does its node stand still, is an attempt without end, is it time to look at another. */
    private void watch() {
        String trouble = null;
        Link used;
        Link other;
        Link made = null;
        boolean without = false;
        boolean ask = false;
        List<Pending> late = new ArrayList<>();
        synchronized (lock) {
            if (closed) {
                return;
            }
            used = link;
            other = candidate;
            long now = System.nanoTime();
            if (isOpen()) {
                long stale = options.staleAfter().toNanos() << Math.min(staleTimes, 3);
                if (endpoints.several() && silence(now) > options.callDeadline().toNanos() / 2) {
                    trouble = "it answered nothing for "
                            + text(options.callDeadline().dividedBy(2));
                } else if (used.headsTold && now - progressAt > stale) {
                    trouble = "no new block for " + text(stale) + ", the last was " + used.toldHead;
                    staleTimes++;
                    // A number that was never true must not make all that is true look old.
                    highestHead = used.toldHead;
                }
            } else if (used.state == State.TRIED && now - used.since > attemptNanos) {
                trouble = "no answer within " + text(attemptNanos);
            }
            if (other != null) {
                without = !other.well && now - other.since > attemptNanos;
                ask = other.well && now - other.askedAt >= options.returnAfter().toNanos() / LOOKS;
            } else if (trouble == null && isOpen()) {
                made = endpoints.preferred(used.node, now).map(Link::new).orElse(null);
                candidate = made;
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
            drop(used, trouble);
        }
        if (made != null) {
            made.open();
        } else if (other != null && without) {
            drop(other, "no answer within " + text(attemptNanos));
        } else if (other != null && ask) {
            greet(other);
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
                .filter(one -> one.link == link)
                .mapToLong(one -> now - (one.sentAt - link.lastReceived > 0 ? one.sentAt : link.lastReceived))
                .max()
                .orElse(0);
    }

    private void headTold(JsonNode header) {
        long number = number(header);
        synchronized (lock) {
            if (number < 0) {
                return;
            }
            link.headsTold = true;
            link.toldHead = number;
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
            case RETURNED -> LOG.info("back at {}: {}", endpoint, detail);
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

    private void receive(Link from, String text) {
        synchronized (lock) {
            if (from.state == State.ENDED) {
                return;
            }
            from.lastReceived = System.nanoTime();
            from.silentCalls = 0;
        }
        JsonNode message;
        try {
            message = this.text.read(text);
        } catch (JsonProcessingException e) {
            LOG.warn("{} sent what is not JSON: {}", from.node.uri, e.getOriginalMessage());
            return;
        }
        if (message.isArray()) {
            message.forEach(one -> received(from, one));
        } else {
            received(from, message);
        }
    }

    private void received(Link from, JsonNode message) {
        if (message.hasNonNull("id") && message.get("id").isIntegralNumber()) {
            answer(from, message.get("id").asLong(), message);
        } else if (message.path("params").has("subscription")) {
            notice(from, message.get("params"));
        } else if (message.path("error").isObject()) {
            oneByOne(from);
        }
    }

    /** The node refuses requests as a whole: it takes no batches, or none so large. */
    private void oneByOne(Link from) {
        synchronized (lock) {
            batches = false;
            for (Pending one : List.copyOf(pending.values())) {
                if (one.batched && one.link == from) {
                    send(from, List.of(one));
                }
            }
        }
    }

    private void answer(Link from, long id, JsonNode message) {
        JsonNode error = message.path("error");
        Pending one;
        NodeException refusal = null;
        boolean first = false;
        boolean move = false;
        boolean again = false;
        synchronized (lock) {
            one = pending.get(id);
            if (one == null || one.link != from) {
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
                first = from.busyInRow++ == 0;
                move = from.busyInRow >= MOST_BUSY && endpoints.several();
                if (bucket != null) {
                    bucket.empty();
                }
                long delay = busyPauses.after(one.busy++);
                one.refusal = refusal;
                again = one.deadline - System.nanoTime() > delay;
                if (again) {
                    one.link = null;
                    later(() -> sendAgain(one), delay);
                } else {
                    pending.remove(id);
                }
            } else {
                from.busyInRow = 0;
                pending.remove(id);
            }
        }
        if (first && refusal != null) {
            tell(ConnectionEvent.Kind.BUSY, from.node.uri, refusal.words());
        }
        if (move) {
            drop(from, "asked too much, " + MOST_BUSY + " times in a row");
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

    private void notice(Link from, JsonNode params) {
        String id = params.get("subscription").asText();
        JsonNode result = params.path("result");
        Subscription found = null;
        synchronized (lock) {
            if (from != link) {
                return;
            }
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
            waiting = List.copyOf(pending.values());
            told = List.copyOf(subscriptions);
            pending.clear();
            subscriptions.clear();
            last = link.socket;
            link.state = State.ENDED;
            if (candidate != null) {
                candidate.cancel();
            }
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
        JsonRpc second = archive;
        if (second != null) {
            second.close();
        }
        webSockets.close();
    }
}
