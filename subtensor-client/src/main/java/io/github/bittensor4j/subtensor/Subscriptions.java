package io.github.bittensor4j.subtensor;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.subtensor.Requests.Pending;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the node keeps telling, and to whom. Those that ask for it are subscribed to again on every connection.
 *
 * <p>All of it is guarded by the one lock that is given, which all parts of a {@link JsonRpc} share: methods that need it held say so, the
 * others take it.
 */
final class Subscriptions {
    /** One name for all that is logged of a connection. */
    private static final Logger LOG = LoggerFactory.getLogger(JsonRpc.class);

    /** Notifications kept for a subscription whose id has not been told yet. */
    private static final int MAX_EARLY = 1024;

    private final Object lock;
    private final Network network;
    private final SubtensorOptions options;
    private final ScheduledExecutorService timer;
    private final Links links;
    private final Requests requests;
    private final List<One> all = new ArrayList<>();
    private final Map<String, ArrayDeque<JsonNode>> early = new HashMap<>();
    private int earlyCount;
    private int startingCount;

    Subscriptions(
            Object lock,
            Network network,
            SubtensorOptions options,
            ScheduledExecutorService timer,
            Links links,
            Requests requests) {
        this.lock = lock;
        this.network = network;
        this.options = options;
        this.timer = timer;
        this.links = links;
        this.requests = requests;
    }

    /** Something that the node keeps telling. */
    final class One implements AutoCloseable {
        private final String subscribe;
        private final String unsubscribe;
        private final @Nullable Object[] params;
        private final boolean again;
        private final Consumer<JsonNode> sink;
        private final Runnable lost;
        private @Nullable String id;
        private boolean starting;
        private boolean ended;

        /**
         * Nothing is asked for yet.
         *
         * @param again whether to subscribe again after a lost connection, by itself
         * @param sink gets every notification's result; runs on the thread that reads the socket, so it only hands on
         * @param lost runs when the connection is lost
         */
        One(
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

        /** From now on it is told what is lost, and restored. */
        void register() {
            synchronized (lock) {
                all.add(this);
            }
        }

        /** It is asked for: its answer names it. */
        void start(Pending request) {
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
            if (links.isClosed()) {
                return;
            }
            if (ended) {
                requests.put(unsubscribe, false, told);
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
        void restore() {
            synchronized (lock) {
                if (links.used() == null || ended || starting || id != null) {
                    return;
                }
                Pending request = requests.put(subscribe, true, params);
                start(request);
                request.answer.whenComplete((answer, failure) -> {
                    if (failure instanceof NodeException node && node.rpcCode() == NodeException.METHOD_NOT_FOUND) {
                        LOG.debug("{} is not offered at {}", subscribe, network);
                    } else if (!links.isClosed() && (failure != null || !isId(answer))) {
                        LOG.warn(
                                "{} could not be restored at {}, tried again: {}",
                                subscribe,
                                network,
                                failure == null ? "no subscription is named" : failure.getMessage());
                        timer.schedule(
                                this::restore, options.longestReconnectDelay().toNanos(), TimeUnit.NANOSECONDS);
                    }
                });
            }
        }

        @Override
        public void close() {
            synchronized (lock) {
                ended = true;
                all.remove(this);
                String told = id;
                id = null;
                if (told != null && links.used() != null && !links.isClosed()) {
                    requests.put(unsubscribe, false, told);
                }
            }
        }
    }

    /** Whether an answer names a subscription. */
    static boolean isId(JsonNode answer) {
        return answer.isTextual() || answer.isIntegralNumber();
    }

    /** Subscribes on the connection that is used from now on. Needs the lock. */
    void restore() {
        assert Thread.holdsLock(lock);
        for (One one : List.copyOf(all)) {
            if (one.again) {
                one.restore();
            }
        }
    }

    /** Whether there are any that end with their connection. Needs the lock. */
    boolean hasOnce() {
        assert Thread.holdsLock(lock);
        return all.stream().anyMatch(one -> !one.again);
    }

    /** No connection tells what is subscribed to, for the moment. Needs the lock. */
    void leave() {
        assert Thread.holdsLock(lock);
        early.clear();
        earlyCount = 0;
        all.forEach(one -> one.id = null);
    }

    /** The connection in use ended, and with it those that are not made again. Needs the lock. */
    void ended(List<Runnable> after) {
        leave();
        for (One one : List.copyOf(all)) {
            if (!one.again) {
                all.remove(one);
            }
            after.add(one.lost);
        }
    }

    /** A notification came; runs the sink. */
    void notice(Link from, JsonNode params) {
        String id = params.get("subscription").asText();
        JsonNode result = params.path("result");
        One found = null;
        synchronized (lock) {
            if (from != links.current()) {
                return;
            }
            for (One one : all) {
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

    /** Nothing is told any more. Needs the lock. */
    void close(List<Runnable> after) {
        assert Thread.holdsLock(lock);
        all.forEach(one -> after.add(one.lost));
        all.clear();
    }
}
