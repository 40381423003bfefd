package io.github.bittensor4j.subtensor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.subtensor.Requests.Pending;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JSON-RPC 2.0 with one of several nodes of a chain, over one WebSocket at a time. Here it is asked and subscribed; {@link Links} chooses the
 * node, {@link Requests} has what is on its way, {@link Subscriptions} what is told, and this class brings the three together. Requests that
 * only read are asked again on the next connection; those that change something never are. Subscriptions that ask for it are made again.
 * Safe for many threads.
 */
final class JsonRpc implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JsonRpc.class);

    /** The most requests sent as one. */
    private static final int BATCH = 32;

    private final Network network;
    private final SubtensorOptions options;
    private final RpcText text;
    private final ScheduledThreadPoolExecutor timer;
    private final WebSockets webSockets;
    private final Object archiveLock = new Object();
    private volatile @Nullable JsonRpc archive;

    /** Guards everything that the connections, the requests and the subscriptions know: they are one state. */
    private final Object lock = new Object();

    private final Links links;
    private final Requests requests;
    private final Subscriptions subscriptions;

    private JsonRpc(Network network, SubtensorOptions options) {
        this.network = network;
        this.options = options;
        this.text = new RpcText(options.maxAnswerBytes());
        this.timer = new ScheduledThreadPoolExecutor(
                1, DaemonThreads.named("bittensor4j-chain-timer"), (task, executor) -> LOG.trace("closed meanwhile"));
        this.timer.setRemoveOnCancelPolicy(true);
        boolean secure = network.endpoints().stream().anyMatch(WebSockets::isSecure);
        this.webSockets = new WebSockets(options, Links.attemptNanos(network, options), secure);
        this.links = new Links(lock, network, options, timer, webSockets, new Messages());
        this.requests = new Requests(lock, options, secure, text, timer, links);
        this.subscriptions = new Subscriptions(lock, network, options, timer, links, requests);
    }

    /** Connects to one node, trying again until the connect deadline. */
    static JsonRpc connect(URI endpoint, SubtensorOptions options) {
        return connect(Network.of(endpoint), options);
    }

    /** Connects to the first node of a chain that can be, trying again until the connect deadline. */
    static JsonRpc connect(Network network, SubtensorOptions options) {
        JsonRpc rpc = new JsonRpc(network, options);
        rpc.follow("chain_subscribeNewHeads", "chain_unsubscribeNewHeads", rpc.links::headTold);
        rpc.links.dial();
        long shortest = LongStream.of(
                        options.staleAfter().toNanos(),
                        options.returnAfter().toNanos(),
                        options.callDeadline().toNanos() / 2,
                        Links.attemptNanos(network, options))
                .min()
                .orElseThrow();
        long period = Math.max(20_000_000L, Math.min(1_000_000_000L, shortest / 4));
        rpc.timer.scheduleWithFixedDelay(rpc::watch, period, period, TimeUnit.NANOSECONDS);
        try {
            rpc.links.connected().get(options.connectDeadline().toMillis(), TimeUnit.MILLISECONDS);
            return rpc;
        } catch (TimeoutException e) {
            ChainException failure = rpc.links.unreachable("cannot connect", Deadline.text(options.connectDeadline()));
            rpc.close();
            throw failure;
        } catch (ExecutionException e) {
            rpc.close();
            if (e.getCause() instanceof ChainException refusal) {
                throw refusal.again();
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            rpc.close();
            throw ChainException.interrupted("the connection to " + rpc.links.where());
        }
    }

    /** The node in use, or tried at the moment. */
    URI endpoint() {
        return links.endpoint();
    }

    /** The hash of the first block, of which all nodes connected to are. */
    String genesisHash() {
        return links.genesisHash();
    }

    /** Which runtime the node said it runs when it was connected to. */
    JsonNode runtimeVersion() {
        JsonNode told = links.runtimeVersion();
        return told.isMissingNode() ? call(Links.RUNTIME_VERSION) : told;
    }

    /** Changes whenever a connection is lost or made: what was read in between is of one node. */
    int generation() {
        return links.generation();
    }

    /** Tells whoever listens, and the log. */
    void tell(ConnectionEvent.Kind kind, URI endpoint, String detail) {
        links.tell(kind, endpoint, detail);
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

    private List<Pending> ask(boolean again, List<Question> questions) {
        return requests.ask(again, questions, all -> {});
    }

    private JsonNode await(Pending one) {
        try {
            return one.answer.get(Math.max(0, one.deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw requests.late(one);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NodeException node) {
                if (one.again && node.isDiscarded() && !network.archives().isEmpty()) {
                    return archive().call(one.method, one.question.params);
                }
                throw one.copy(node);
            }
            if (e.getCause() instanceof LostException lost) {
                throw new LostException(String.valueOf(lost.getMessage()));
            }
            if (e.getCause() instanceof ChainException chain) {
                throw chain.again();
            }
            throw new IllegalStateException(one.method, e.getCause());
        } catch (InterruptedException e) {
            requests.cancel(one);
            throw ChainException.interrupted(one.method);
        }
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
                if (!links.isClosed()) {
                    return known;
                }
            }
            known.close();
            throw ChainException.closed();
        }
    }

    /**
     * Subscribes.
     *
     * @param again whether to subscribe again after a lost connection, by itself
     * @param sink gets every notification's result; runs on the thread that reads the socket, so it only hands on
     * @param lost runs when the connection is lost
     */
    Subscriptions.One subscribe(
            String subscribe,
            String unsubscribe,
            boolean again,
            Consumer<JsonNode> sink,
            Runnable lost,
            @Nullable Object... params) {
        Subscriptions.One subscription = subscriptions.new One(subscribe, unsubscribe, again, sink, lost, params);
        Pending first = requests.ask(again, List.of(new Question(subscribe, params)), asked -> {
                    subscription.register();
                    subscription.start(asked.get(0));
                })
                .get(0);
        try {
            JsonNode id = await(first);
            if (Subscriptions.isId(id)) {
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
        Subscriptions.One subscription = subscriptions.new One(subscribe, unsubscribe, true, sink, () -> {});
        subscription.register();
        subscription.restore();
    }

    /** What the connections carry: requests one way, answers and notifications the other. */
    private final class Messages implements Links.Traffic {
        @Override
        public List<CompletableFuture<JsonNode>> greet(Link link, long begun, long deadline, List<Question> questions) {
            return requests.greet(link, begun, deadline, questions);
        }

        @Override
        public void used(Link link) {
            requests.sendWaiting(link);
            subscriptions.restore();
        }

        @Override
        public boolean leave(Link link) {
            if (requests.hasOnce(link) || subscriptions.hasOnce()) {
                return false;
            }
            requests.leave(link);
            subscriptions.leave();
            return true;
        }

        @Override
        public void ended(Link link, String trouble, List<Runnable> after) {
            requests.ended(link, trouble, after);
            // One that was only looked at told nothing.
            if (link == links.current()) {
                subscriptions.ended(after);
            }
        }

        @Override
        public long silence(Link link, long now) {
            return requests.silence(link, now);
        }

        @Override
        public void received(Link link, String words) {
            JsonNode message;
            try {
                message = text.read(words);
            } catch (JsonProcessingException e) {
                LOG.warn("{} sent what is not JSON: {}", link.node.uri, e.getOriginalMessage());
                return;
            }
            if (message.isArray()) {
                message.forEach(one -> take(link, one));
            } else {
                take(link, message);
            }
        }

        private void take(Link link, JsonNode message) {
            if (message.hasNonNull("id") && message.get("id").isIntegralNumber()) {
                requests.answer(link, message.get("id").asLong(), message);
            } else if (message.path("params").has("subscription")) {
                subscriptions.notice(link, message.get("params"));
            } else if (message.path("error").isObject()) {
                requests.sendOneByOne(link);
            }
        }
    }

    private void watch() {
        List<Runnable> after = new ArrayList<>();
        synchronized (lock) {
            if (links.isClosed()) {
                return;
            }
            long now = System.nanoTime();
            links.watch(now, after);
            requests.endLate(now, after);
        }
        after.forEach(Runnable::run);
    }

    @Override
    public void close() {
        List<Runnable> after = new ArrayList<>();
        synchronized (lock) {
            if (links.isClosed()) {
                return;
            }
            links.close();
            requests.close(after);
            subscriptions.close(after);
        }
        after.forEach(Runnable::run);
        timer.shutdownNow();
        links.hangUp();
        JsonRpc second = archive;
        if (second != null) {
            second.close();
        }
        webSockets.close();
    }
}
