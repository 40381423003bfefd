package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.SynapseType;
import io.grpc.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Asks axons, each request signed for its one receiver with a nonce of its own, by btauth/1 or as SDK 7 to 10 sign. What a target does wrong is a {@link
 * QueryOutcome}, never an exception. Nothing is asked twice: whoever wants to retry asks again.
 *
 * <pre>{@code
 * try (Dendrite dendrite = Dendrite.open(hotkey)) {
 *     Target miner = Target.of(AccountId.fromSs58(address), new Endpoint("203.0.113.7", 8091));
 *     QueryOutcome<Reply> outcome = dendrite.query(miner, SHOUT, new Prompt("hello"), Duration.ofSeconds(5));
 *     if (outcome instanceof QueryOutcome.Answered<Reply> answered) {
 *         System.out.println(answered.answer());
 *     } else if (outcome instanceof QueryOutcome.Refused<Reply> refused) {
 *         System.out.println(refused.code() + ": " + refused.message());
 *     } // or TimedOut, Unreachable, Invalid
 * }
 * }</pre>
 *
 * <p>Thread-safe. Whoever opens it closes it.
 */
public final class Dendrite implements AutoCloseable {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Signer hotkey;
    private final DendriteOptions options;
    private final Optional<Sessions> sessions;
    private final Channels channels;
    private final Map<Dialect, Carrier> carriers;
    private final Optional<Dialect> told;
    private final Room room;
    private final Ask.Means means;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Dendrite(Signer hotkey, DendriteOptions options) {
        this.hotkey = hotkey;
        this.options = options;
        channels = new Channels(options);
        sessions = options.sessions() ? Optional.of(new Sessions(hotkey, channels, options)) : Optional.empty();
        Http http = new Http(options);
        carriers = Map.of(
                Dialect.GRPC, new GrpcCarrier(hotkey, channels, sessions, options),
                Dialect.HTTP, new HttpCarrier(hotkey, http, options),
                Dialect.SYNAPSE, new SynapseCarrier(hotkey, http, options.maxAnswerBytes()));
        room = new Room(options.parallel(), channels.loops());
        told = options.dialect();
        Probing probing = new Probing(channels, http, options.connectTimeout().toNanos());
        means = new Ask.Means(
                room,
                new Dialects(told, options.dialectMemory(), probing),
                options.tls(),
                options.receipts(),
                new Observers(options.observers()),
                channels.loops(),
                channels.readers());
    }

    /**
     * Opens a dendrite with the default options. Connects to nobody yet.
     *
     * @param hotkey who asks; not closed with the dendrite
     * @return the dendrite, to be closed
     */
    public static Dendrite open(Signer hotkey) {
        return open(hotkey, DendriteOptions.defaults());
    }

    /**
     * Opens a dendrite. Connects to nobody yet.
     *
     * @param hotkey who asks; not closed with the dendrite
     * @param options how it asks
     * @return the dendrite, to be closed
     */
    public static Dendrite open(Signer hotkey, DendriteOptions options) {
        return new Dendrite(hotkey, options);
    }

    /**
     * Asks one target.
     *
     * @param target whom
     * @param type the kind of question
     * @param request the question
     * @param deadline how long to wait in all, more than zero
     * @param <Q> the question
     * @param <R> the answer
     * @return what came of it
     * @throws InterruptedException when interrupted while waiting; the call is cancelled
     * @throws io.github.bittensor4j.core.BittensorException when the question cannot be written or this dendrite is closed
     */
    public <Q, R> QueryOutcome<R> query(Target target, SynapseType<Q, R> type, Q request, Duration deadline)
            throws InterruptedException {
        return queryAll(List.of(target), type, request, deadline).get(0);
    }

    /**
     * Asks all targets at once, with one deadline for all.
     *
     * @param targets whom
     * @param type the kind of question
     * @param request the question, the same for all
     * @param deadline how long to wait in all, more than zero
     * @param <Q> the question
     * @param <R> the answer
     * @return one outcome per target, in the order of the targets
     * @throws InterruptedException when interrupted while waiting; every call is cancelled
     * @throws io.github.bittensor4j.core.BittensorException when the question cannot be written or this dendrite is closed
     */
    public <Q, R> List<QueryOutcome<R>> queryAll(
            List<Target> targets, SynapseType<Q, R> type, Q request, Duration deadline) throws InterruptedException {
        List<CompletableFuture<QueryOutcome<R>>> asked = askAll(targets, type, request, deadline);
        List<QueryOutcome<R>> outcomes = new ArrayList<>(asked.size());
        try {
            for (CompletableFuture<QueryOutcome<R>> each : asked) {
                outcomes.add(each.get());
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            // does nothing to those that are over
            asked.forEach(each -> each.cancel(false));
        }
        return List.copyOf(outcomes);
    }

    /**
     * Asks one target without waiting. What {@link #query} does, as a future.
     *
     * @param target whom
     * @param type the kind of question
     * @param request the question
     * @param deadline how long it may take in all, more than zero
     * @param <Q> the question
     * @param <R> the answer
     * @return completes with what came of it, at the deadline at the latest, on a thread of the network: what waits or computes at length
     *     belongs behind the {@code ...Async} methods of the stage. Cancelling this future, not one derived from it, ends the call. It
     *     fails only where {@link #query} throws
     * @throws io.github.bittensor4j.core.BittensorException when the question cannot be written
     */
    public <Q, R> CompletableFuture<QueryOutcome<R>> queryAsync(
            Target target, SynapseType<Q, R> type, Q request, Duration deadline) {
        return askAll(List.of(target), type, request, deadline).get(0);
    }

    /**
     * Asks all targets at once without waiting, with one deadline for all. What {@link #queryAll} does, as a future for each.
     *
     * @param targets whom
     * @param type the kind of question
     * @param request the question, the same for all
     * @param deadline how long it may take in all, more than zero
     * @param <Q> the question
     * @param <R> the answer
     * @return one future per target, in the order of the targets, each as of {@link #queryAsync}
     * @throws io.github.bittensor4j.core.BittensorException when the question cannot be written
     */
    public <Q, R> List<CompletableFuture<QueryOutcome<R>>> queryAllAsync(
            List<Target> targets, SynapseType<Q, R> type, Q request, Duration deadline) {
        return askAll(targets, type, request, deadline);
    }

    private <Q, R> List<CompletableFuture<QueryOutcome<R>>> askAll(
            List<Target> targets, SynapseType<Q, R> type, Q request, Duration deadline) {
        long until = System.nanoTime() + deadline.toNanos();
        Letter<R> letter = letter(targets, type, request, false);
        List<CompletableFuture<QueryOutcome<R>>> asked = new ArrayList<>(targets.size());
        for (Target target : targets) {
            Query<R> query = new Query<>(target, type.name(), letter, means, until);
            asked.add(query.outcome());
            query.begin();
        }
        return asked;
    }

    /**
     * Asks one target for an answer in parts. Parts are taken on the calling thread, in order, and no faster than the consumer takes them.
     *
     * @param target whom
     * @param type the kind of question; its answer type is that of one part
     * @param request the question
     * @param deadline how long to wait in all, more than zero
     * @param part takes each part; when it throws, the call is cancelled and its exception thrown
     * @param <Q> the question
     * @param <R> a part
     * @return {@link QueryOutcome.Answered} with the number of parts when the target ended the answer itself; else what went wrong, after
     *     the parts that were taken
     * @throws InterruptedException when interrupted while waiting; the call is cancelled
     * @throws io.github.bittensor4j.core.BittensorException when the question cannot be written or this dendrite is closed
     */
    public <Q, R> QueryOutcome<Long> stream(
            Target target, SynapseType<Q, R> type, Q request, Duration deadline, Consumer<? super R> part)
            throws InterruptedException {
        long until = System.nanoTime() + deadline.toNanos();
        Letter<R> letter = letter(List.of(target), type, request, true);
        return new InParts<>(target, type.name(), letter, means, until).take(part);
    }

    /**
     * What any stub generated from a {@code .proto} asks one target through, such as {@code MyServiceGrpc.newBlockingStub(channel)}: each
     * call is signed by btauth/1 over its first message, and starts when that is there. Later messages of a client-streaming or
     * bidirectional call are not signed; without TLS such a call ends at once with UNAUTHENTICATED and {@code auth.unprotected}. With
     * {@link DendriteOptions#sessions()} calls go within the session with the target instead, which protects every message on any
     * connection.
     *
     * <p>The transport never sends a call twice, and messages are not compressed. A call without a deadline of its own gets {@link
     * DendriteOptions#stubDeadline()}. Calls count for {@link DendriteOptions#parallel()}, where one waits for room with its first message
     * in hand, and are told to observers: as asked under the method's full name, as {@link QueryOutcome.Answered} with the number of
     * messages that came, and where the service ended the call with a status of its own as {@link QueryOutcome.Refused} with {@code status.}
     * and its name. The stub's own errors tell what goes wrong; the trailer {@code bittensor4j-refusal} holds the code of a refusal.
     *
     * <p>This is the one place where a type of gRPC stands in this interface: whoever has a generated stub has gRPC.
     *
     * @param target whom; always asked over gRPC
     * @return the channel, which needs no closing: it ends with this dendrite
     */
    public Channel channel(Target target) {
        return new SignedChannel(hotkey, channels, sessions, means, options, target);
    }

    /** The question, written already for whom is asked first: what cannot be written is known before anybody is asked. */
    private <Q, R> Letter<R> letter(List<Target> targets, SynapseType<Q, R> type, Q request, boolean inParts) {
        Letter<R> letter = new Letter<>(dialect -> carrier(dialect).question(type, request, inParts));
        if (!targets.isEmpty()) {
            letter.in(targets.get(0).dialect().or(() -> told).orElse(Dialect.GRPC));
        }
        return letter;
    }

    private Carrier carrier(Dialect dialect) {
        return Objects.requireNonNull(carriers.get(dialect));
    }

    /** For tests. */
    int openChannels() {
        return channels.size();
    }

    /** Ends the calls under way, closes every connection, waits up to 5 seconds for its threads. Idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            room.close();
            long until = System.nanoTime() + CLOSE_LIMIT.toNanos();
            for (Carrier carrier : carriers.values()) {
                carrier.close(until);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
