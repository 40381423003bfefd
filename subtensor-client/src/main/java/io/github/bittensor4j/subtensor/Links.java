package io.github.bittensor4j.subtensor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.bittensor4j.subtensor.Link.State;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import okhttp3.WebSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of the nodes of a chain is connected to. When the connection is lost, or the node is not well, the next is tried; while a node is
 * used that is less preferred, those before it are looked at, and gone back to. A node is asked first of which chain it is, and refused when
 * it is another. What goes over the connections is {@link Traffic}'s affair.
 *
 * <p>All of it is guarded by the one lock that is given, which all parts of a {@link JsonRpc} share: methods that need it held say so, the
 * others take it.
 */
final class Links {
    /** One name for all that is logged of a connection. */
    private static final Logger LOG = LoggerFactory.getLogger(JsonRpc.class);

    /** How far behind the highest block known a node may be when it is connected to, where there is another. */
    private static final int MOST_BEHIND = 5;

    /** How many times the longest pause of reconnecting the pauses between two looks at a preferred node may be. */
    private static final int MOST_LOOK_PAUSES = 16;

    /** How often a preferred node is asked how it is in the time for which it has to be well. */
    private static final int LOOKS = 8;

    /** Which runtime a node runs. */
    static final String RUNTIME_VERSION = "state_getRuntimeVersion";

    /** What goes over the connections. All but {@link #received} is called with the lock held. */
    interface Traffic {
        /** Asks a node that is not used yet, each question by itself; the answers come in the order of the questions. */
        List<CompletableFuture<JsonNode>> greet(Link link, long begun, long deadline, List<Question> questions);

        /** This connection is used from now on: what waits is sent there, what is subscribed to is subscribed to there. */
        void used(Link link);

        /**
         * The connection in use is to be left for another that is used next: what is under way waits for that one.
         *
         * @return false, with nothing done, when something is under way that is sent only once
         */
        boolean leave(Link link);

        /**
         * A connection ended: what was on its way is asked again on the next one, or told that it is lost.
         *
         * @param after what is to be done once the lock is let go
         */
        void ended(Link link, String trouble, List<Runnable> after);

        /** How long nothing at all has come over the connection, while something was waited for. */
        long silence(Link link, long now);

        /** A message came. Without the lock. */
        void received(Link link, String text);
    }

    private final Object lock;
    private final Network network;
    private final SubtensorOptions options;
    private final ScheduledExecutorService timer;
    private final WebSockets webSockets;
    private final Traffic traffic;
    private final long attemptNanos;
    private final CompletableFuture<Boolean> connected = new CompletableFuture<>();
    private final Endpoints endpoints;
    private @Nullable String genesis;

    /** The connection in use, or being tried, or the last that was. */
    private Link link;

    /** The connection to a preferred node that is looked at while another is used. */
    private @Nullable Link candidate;

    private volatile boolean closed;
    private int generation;
    private long highestHead = -1;
    private long progressAt;
    private int staleTimes;

    Links(
            Object lock,
            Network network,
            SubtensorOptions options,
            ScheduledExecutorService timer,
            WebSockets webSockets,
            Traffic traffic) {
        this.lock = lock;
        this.network = network;
        this.options = options;
        this.timer = timer;
        this.webSockets = webSockets;
        this.traffic = traffic;
        this.attemptNanos = attemptNanos(network, options);
        this.genesis = network.genesisHash().orElse(null);
        Duration longest = options.longestReconnectDelay();
        this.endpoints = new Endpoints(
                network.endpoints(),
                new Backoff(options.firstReconnectDelay(), longest),
                new Backoff(longest, longest.multipliedBy(MOST_LOOK_PAUSES)),
                System.nanoTime());
        this.link = new Link(endpoints.next(System.nanoTime()));
        link.state = State.ENDED;
    }

    /** How long an attempt at a node may take, so that there is time for each before the connect deadline. */
    static long attemptNanos(Network network, SubtensorOptions options) {
        return options.connectDeadline().toNanos() / network.endpoints().size();
    }

    /** Done when a connection is used for the first time, failed when there is no node that is of the chain. */
    CompletableFuture<Boolean> connected() {
        return connected;
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

    /** Which runtime the node said it runs when it was connected to; missing where it did not. */
    JsonNode runtimeVersion() {
        synchronized (lock) {
            return link.runtimeVersion;
        }
    }

    /** Changes whenever a connection is lost or made: what was read in between is of one node. */
    int generation() {
        synchronized (lock) {
            return generation;
        }
    }

    /** Whether no node is connected to any more. */
    boolean isClosed() {
        return closed;
    }

    /** The connection in use, or being tried, or the last that was. Needs the lock. */
    Link current() {
        assert Thread.holdsLock(lock);
        return link;
    }

    /** The connection in use, if there is one. Needs the lock. */
    @Nullable
    Link used() {
        assert Thread.holdsLock(lock);
        return link.state == State.USED ? link : null;
    }

    /** How many nodes there are to choose from. */
    int count() {
        return endpoints.count();
    }

    /** Why nothing can be asked, when every node was refused. Needs the lock. */
    @Nullable
    ChainException refusal() {
        assert Thread.holdsLock(lock);
        return endpoints.refusal();
    }

    /** What is connected to, for messages. */
    String where() {
        return network.endpoints().size() == 1
                ? network.endpoint().toString()
                : "any of " + network.endpoints().size() + " nodes of " + network;
    }

    /** No connection came about, with the last trouble of each node. */
    ChainException unreachable(String what, String within) {
        synchronized (lock) {
            return new ChainException(
                    "chain.unreachable",
                    true,
                    what + " to " + where() + " within " + within + ": " + endpoints.troubles(),
                    "check that a node listens there and that its address is right");
        }
    }

    /** Tries the next node, where none is tried or used. */
    void dial() {
        Link made;
        synchronized (lock) {
            if (closed || link.state != State.ENDED) {
                return;
            }
            made = new Link(endpoints.next(System.nanoTime()));
            link = made;
        }
        open(made);
    }

    private void open(Link one) {
        WebSocket made = webSockets.open(one.node.uri, new WebSockets.Events() {
            @Override
            public void opened(WebSocket socket) {
                if (attach(one, socket)) {
                    greet(one);
                }
            }

            @Override
            public void received(String text) {
                synchronized (lock) {
                    if (one.state == State.ENDED) {
                        return;
                    }
                    one.lastReceived = System.nanoTime();
                    one.silentCalls = 0;
                }
                traffic.received(one, text);
            }

            @Override
            public void ended(String trouble, long leastPause) {
                end(one, trouble, leastPause, null);
            }
        });
        attach(one, made);
    }

    /** Whether the connection is still wanted; if not, its socket is of no use. */
    private boolean attach(Link one, WebSocket socket) {
        synchronized (lock) {
            if (closed || one.state == State.ENDED) {
                socket.cancel();
                return false;
            }
            one.socket = socket;
            return true;
        }
    }

    /**
     * Asks a node, before anything else is sent to it, of which chain it is, which runtime it runs, and how far it is: at once, so that a
     * connection is ready after one answer's time. Nothing that it says is believed before the first answer is.
     */
    private void greet(Link one) {
        List<CompletableFuture<JsonNode>> asked;
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
            asked = traffic.greet(one, begun, begun + attemptNanos, questions);
        }
        CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                .whenComplete((answers, failure) -> judge(one, asked));
    }

    private static JsonNode answered(CompletableFuture<JsonNode> one) {
        return one.exceptionally(failure -> MissingNode.getInstance()).join();
    }

    private void judge(Link one, List<CompletableFuture<JsonNode>> asked) {
        String told = asked.get(0)
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
                    "it has been well for " + Deadline.text(options.returnAfter()) + "; " + left + " is left");
        }
    }

    private void use(Link one) {
        link = one;
        generation++;
        one.state = State.USED;
        one.since = System.nanoTime();
        one.lastReceived = one.since;
        progressAt = one.since;
        endpoints.reached(one.node);
        traffic.used(one);
    }

    /**
     * Goes back to a preferred node, once it has been well for long enough and at a moment when nothing is under way that is sent only once:
     * reads are asked again there, subscriptions are made again there.
     */
    private boolean move(Link to) {
        Link from = link;
        boolean early = System.nanoTime() - to.wellSince < options.returnAfter().toNanos();
        if (early || from.state != State.USED || !traffic.leave(from)) {
            return false;
        }
        candidate = null;
        from.cancel();
        use(to);
        return true;
    }

    /** Ends a connection that is of no use any more, though nobody said that it is lost. */
    void drop(Link which, String trouble) {
        end(which, trouble, 0, null);
        synchronized (lock) {
            which.cancel();
        }
    }

    /** The end of a connection, or of an attempt at one. */
    private void end(Link which, String trouble, long leastPause, @Nullable ChainException refusal) {
        List<Runnable> after = new ArrayList<>();
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
                after.add(() -> close(old));
            }
            ConnectionEvent.Kind kind = refusal != null
                    ? ConnectionEvent.Kind.REFUSED
                    : was ? ConnectionEvent.Kind.LOST : ConnectionEvent.Kind.UNREACHABLE;
            after.add(() -> tell(kind, which.node.uri, what));
            traffic.ended(which, trouble, after);
            if (which == candidate) {
                candidate = null;
            } else {
                next(now, after);
            }
        }
        after.forEach(Runnable::run);
    }

    private static void close(@Nullable WebSocket socket) {
        if (socket != null) {
            socket.close(1000, null);
        }
    }

    /** After the end of the connection: to the preferred node that is well, where one is looked at, else to the next. */
    private void next(long now, List<Runnable> after) {
        generation++;
        Link other = candidate;
        candidate = null;
        if (other != null && other.well) {
            use(other);
            after.add(() -> tell(ConnectionEvent.Kind.CONNECTED, other.node.uri, ""));
            return;
        }
        if (other != null) {
            other.cancel();
        }
        ChainException none = endpoints.refusal();
        if (none != null) {
            after.add(() -> connected.completeExceptionally(none));
        }
        timer.schedule(this::dial, endpoints.pause(now), TimeUnit.NANOSECONDS);
    }

    /**
     * Looks after the connections: is one silent, does its node stand still, is an attempt without end, is it time to look at another. Needs
     * the lock.
     *
     * @param after what is to be done once the lock is let go
     */
    void watch(long now, List<Runnable> after) {
        assert Thread.holdsLock(lock);
        Link current = link;
        Link other = candidate;
        String trouble = trouble(now);
        if (trouble != null) {
            after.add(() -> drop(current, trouble));
        }
        if (other != null) {
            if (!other.well && now - other.since > attemptNanos) {
                after.add(() -> drop(other, "no answer within " + Deadline.text(attemptNanos)));
            } else if (other.well
                    && now - other.askedAt >= options.returnAfter().toNanos() / LOOKS) {
                after.add(() -> greet(other));
            }
        } else if (trouble == null && current.state == State.USED) {
            endpoints.preferred(current.node, now).ifPresent(preferred -> {
                Link made = new Link(preferred);
                candidate = made;
                after.add(() -> open(made));
            });
        }
    }

    /** Why the connection in use, or the attempt at one, is to be given up. */
    private @Nullable String trouble(long now) {
        if (link.state == State.USED) {
            long stale = options.staleAfter().toNanos() << Math.min(staleTimes, 3);
            if (endpoints.several()
                    && traffic.silence(link, now) > options.callDeadline().toNanos() / 2) {
                return "it answered nothing for "
                        + Deadline.text(options.callDeadline().dividedBy(2));
            }
            if (link.headsTold && now - progressAt > stale) {
                staleTimes++;
                // A number that was never true must not make all that is true look old.
                highestHead = link.toldHead;
                return "no new block for " + Deadline.text(stale) + ", the last was " + link.toldHead;
            }
        } else if (link.state == State.TRIED && now - link.since > attemptNanos) {
            return "no answer within " + Deadline.text(attemptNanos);
        }
        return null;
    }

    /** The node in use tells its newest block. */
    void headTold(JsonNode header) {
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

    /** Tells whoever listens, and the log. Not with the lock held. */
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

    /** No node is connected to any more. Needs the lock. */
    void close() {
        assert Thread.holdsLock(lock);
        closed = true;
        link.state = State.ENDED;
        if (candidate != null) {
            candidate.cancel();
        }
    }

    /** After the close: says goodbye to the last node. */
    void hangUp() {
        WebSocket last;
        synchronized (lock) {
            last = link.socket;
        }
        if (last != null) {
            last.close(1000, null);
            last.cancel();
        }
    }
}
