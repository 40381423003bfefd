package io.github.bittensor4j.subtensor;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import okhttp3.WebSocket;
import org.jspecify.annotations.Nullable;

/**
 * The requests on their way, from the asking to the answer: how many there may be, when each is sent, and what becomes of it when the
 * connection is lost or the node is asked too much. Those that only read are sent again, those that change something never are.
 *
 * <p>All of it is guarded by the one lock that is given, which all parts of a {@link JsonRpc} share: methods that need it held say so, the
 * others take it.
 */
final class Requests {
    /** How many answers "too many requests" in a row make another node, where there is one, the better choice. */
    private static final int MOST_BUSY = 4;

    /** How many requests in a row may end without anything having come before the connection is given up. */
    private static final int MOST_SILENT = 2;

    /** Seconds' worth of requests that may be saved up. */
    private static final int BURST_SECONDS = 4;

    /** Where a node is others', behind a proxy that counts. */
    private static final int PUBLIC_PER_SECOND = 25;

    private final Object lock;
    private final SubtensorOptions options;
    private final RpcText text;
    private final ScheduledExecutorService timer;
    private final Links links;
    private final Backoff busyPauses;
    private final Semaphore inFlight;
    private final @Nullable TokenBucket bucket;
    private final Map<Long, Pending> pending = new LinkedHashMap<>();
    private boolean batches = true;
    private long nextId = 1;

    /** @param secure whether there are nodes behind TLS, which are others' */
    Requests(
            Object lock,
            SubtensorOptions options,
            boolean secure,
            RpcText text,
            ScheduledExecutorService timer,
            Links links) {
        this.lock = lock;
        this.options = options;
        this.text = text;
        this.timer = timer;
        this.links = links;
        this.busyPauses = new Backoff(options.firstReconnectDelay(), options.longestReconnectDelay());
        this.inFlight = new Semaphore(options.maxInFlight());
        int rate = options.requestsPerSecond().orElse(secure ? PUBLIC_PER_SECOND : 0);
        this.bucket = rate == 0 ? null : new TokenBucket(rate, rate * BURST_SECONDS, System::nanoTime);
    }

    /** A request on its way. */
    static final class Pending {
        private final long id;
        final Question question;
        final String method;
        private final String text;
        final boolean again;
        private final long begun;
        final long deadline;
        final CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        private boolean sent;
        private @Nullable Link link;
        private long sentAt;
        private int losses;
        private int busy;
        private boolean batched;
        private @Nullable NodeException refusal;

        private Pending(long id, Question question, String text, boolean again, long begun, long deadline) {
            this.id = id;
            this.question = question;
            this.method = question.method;
            this.text = text;
            this.again = again;
            this.begun = begun;
            this.deadline = deadline;
        }

        /** The node's error, for the thread that gets it, with its own stack. */
        NodeException copy(NodeException node) {
            return new NodeException(method, node.rpcCode(), node.words(), node.data());
        }
    }

    /** Asks when there is room and its turn has come, and does something about it before any answer can be looked at, with the lock held. */
    List<Pending> ask(boolean again, List<Question> questions, Consumer<List<Pending>> asked) {
        long begun = System.nanoTime();
        long deadline = Deadline.of(begun, options.callDeadline());
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
            awaitTurn(count, method, deadline);
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

    /** So that no more is asked than the node takes. */
    private void awaitTurn(int count, String method, long deadline) {
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

    /** Asks at once, whatever is on its way already. */
    Pending put(String method, boolean again, @Nullable Object... params) {
        long begun = System.nanoTime();
        long deadline = begun + options.callDeadline().toNanos();
        return put(again, begun, deadline, List.of(new Question(method, params)))
                .get(0);
    }

    private List<Pending> put(boolean again, long begun, long deadline, List<Question> questions) {
        synchronized (lock) {
            if (links.isClosed()) {
                throw ChainException.closed();
            }
            Link used = links.used();
            ChainException refusal = links.refusal();
            if (refusal != null && used == null) {
                throw refusal.again();
            }
            List<Pending> all = new ArrayList<>();
            for (Question question : questions) {
                all.add(made(again, begun, deadline, question));
            }
            if (used != null) {
                send(used, all);
            }
            return all;
        }
    }

    private Pending made(boolean again, long begun, long deadline, Question question) {
        long id = nextId++;
        String request = text.request(id, question.method, question.params);
        Pending one = new Pending(id, question, request, again, begun, deadline);
        pending.put(id, one);
        return one;
    }

    /** Asks over a connection that is not used yet, each question by itself. Needs the lock. */
    List<CompletableFuture<JsonNode>> greet(Link link, long begun, long deadline, List<Question> questions) {
        assert Thread.holdsLock(lock);
        List<CompletableFuture<JsonNode>> answers = new ArrayList<>();
        for (Question question : questions) {
            Pending one = made(false, begun, deadline, question);
            answers.add(one.answer);
            send(link, List.of(one));
        }
        return answers;
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
            Link used = links.used();
            if (used != null && one.link == null && pending.containsKey(one.id)) {
                send(used, List.of(one));
            }
        }
    }

    /** Sends all that waits over the connection that is used from now on. Needs the lock. */
    void sendWaiting(Link link) {
        assert Thread.holdsLock(lock);
        List<Pending> waiting =
                pending.values().stream().filter(one -> one.link == null).toList();
        if (bucket != null) {
            bucket.take(waiting.size());
        }
        waiting.forEach(one -> send(link, List.of(one)));
    }

    /** Whether something is under way over the connection that is sent only once. Needs the lock. */
    boolean hasOnce(Link link) {
        assert Thread.holdsLock(lock);
        return pending.values().stream().anyMatch(one -> one.link == link && !one.again);
    }

    /** What is under way over the connection waits for the next that is used. Needs the lock. */
    void leave(Link link) {
        assert Thread.holdsLock(lock);
        pending.values().stream().filter(one -> one.link == link).forEach(one -> one.link = null);
    }

    /** What was on its way over the connection is asked again on the next one, or told that it is lost. Needs the lock. */
    void ended(Link which, String trouble, List<Runnable> after) {
        assert Thread.holdsLock(lock);
        int most = 1 + links.count();
        ChainException none = links.refusal();
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
                after.add(() -> one.answer.completeExceptionally(told));
            }
        }
    }

    /** How long nothing at all has come over the connection, while something was waited for. Needs the lock. */
    long silence(Link link, long now) {
        assert Thread.holdsLock(lock);
        return pending.values().stream()
                .filter(one -> one.link == link)
                .mapToLong(one -> now - (one.sentAt - link.lastReceived > 0 ? one.sentAt : link.lastReceived))
                .max()
                .orElse(0);
    }

    /** An answer came; what it is no answer to any more is passed over. */
    void answer(Link from, long id, JsonNode message) {
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
                move = from.busyInRow >= MOST_BUSY && links.count() > 1;
                if (bucket != null) {
                    bucket.empty();
                }
                long delay = busyPauses.after(one.busy++);
                one.refusal = refusal;
                again = one.deadline - System.nanoTime() > delay;
                if (again) {
                    one.link = null;
                    timer.schedule(() -> sendAgain(one), delay, TimeUnit.NANOSECONDS);
                } else {
                    pending.remove(id);
                }
            } else {
                from.busyInRow = 0;
                pending.remove(id);
            }
        }
        if (first && refusal != null) {
            links.tell(ConnectionEvent.Kind.BUSY, from.node.uri, refusal.words());
        }
        if (move) {
            links.drop(from, "asked too much, " + MOST_BUSY + " times in a row");
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

    /** The node refuses requests as a whole: it takes no batches, or none so large. */
    void sendOneByOne(Link link) {
        synchronized (lock) {
            batches = false;
            for (Pending one : List.copyOf(pending.values())) {
                if (one.batched && one.link == link) {
                    send(link, List.of(one));
                }
            }
        }
    }

    /** Nobody waits for it any more. */
    void cancel(Pending one) {
        synchronized (lock) {
            pending.remove(one.id);
        }
        one.answer.cancel(false);
    }

    /** The deadline of a request has passed: what is to be said of that. */
    ChainException late(Pending one) {
        URI asked;
        boolean sent;
        boolean connectedNow;
        Link silent = null;
        NodeException refusal;
        synchronized (lock) {
            pending.remove(one.id);
            sent = one.sent;
            Link used = links.used();
            connectedNow = used != null;
            asked = links.endpoint();
            refusal = one.refusal;
            if (used != null
                    && one.link == used
                    && used.lastReceived - one.sentAt < 0
                    && System.nanoTime() - one.sentAt >= options.callDeadline().toNanos() / 2
                    && ++used.silentCalls >= MOST_SILENT) {
                silent = used;
            }
        }
        one.answer.cancel(false);
        String within = Deadline.text(one.deadline - one.begun);
        if (silent != null) {
            links.drop(silent, "it answered nothing to " + MOST_SILENT + " requests in a row");
        }
        if (!one.again && sent) {
            return new LostException(one.method + ": no answer from " + asked + " within " + within);
        }
        if (refusal != null) {
            return one.copy(refusal);
        }
        if (!connectedNow) {
            return links.unreachable(one.method + ": no connection", within);
        }
        return new ChainException(
                "chain.deadline",
                true,
                one.method + ": no answer from " + asked + " within " + within,
                "the node is slow or overloaded: try again, raise callDeadline, or ask another node");
    }

    /** Gives up those that nobody waits for any more, such as the end of a subscription. Needs the lock. */
    void endLate(long now, List<Runnable> after) {
        assert Thread.holdsLock(lock);
        for (Pending one : List.copyOf(pending.values())) {
            if (now - one.deadline > 0) {
                pending.remove(one.id);
                after.add(() -> one.answer.completeExceptionally(
                        !one.again && one.sent
                                ? new LostException(one.method + ": no answer")
                                : new ChainException("chain.deadline", true, one.method + ": no answer", "")));
            }
        }
    }

    /** Nothing is asked any more. Needs the lock. */
    void close(List<Runnable> after) {
        assert Thread.holdsLock(lock);
        for (Pending one : pending.values()) {
            after.add(() -> one.answer.completeExceptionally(
                    one.again || !one.sent
                            ? ChainException.closed()
                            : new LostException(one.method + ": this connection to the chain was closed")));
        }
        pending.clear();
    }
}
