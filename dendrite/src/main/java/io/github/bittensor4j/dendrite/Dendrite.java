package io.github.bittensor4j.dendrite;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.protocol.internal.PayloadCodec;
import io.github.bittensor4j.protocol.internal.Wire;
import io.github.bittensor4j.protocol.internal.WireException;
import io.github.bittensor4j.protocol.v1.SynapseRequest;
import io.github.bittensor4j.protocol.v1.SynapseResponse;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Asks axons, each request signed by btauth/1 for its one receiver with a nonce of its own. What a target does wrong is a {@link
 * QueryOutcome}, never an exception. Nothing is asked twice: whoever wants to retry asks again.
 *
 * <p>Thread-safe. Whoever opens it closes it.
 */
public final class Dendrite implements AutoCloseable {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Signer hotkey;
    private final DendriteOptions options;
    private final Channels channels;
    private final Observers observers;
    private final Semaphore room;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Dendrite(Signer hotkey, DendriteOptions options) {
        this.hotkey = hotkey;
        this.options = options;
        this.channels = new Channels(options);
        this.observers = new Observers(options.observers());
        this.room = new Semaphore(options.parallel());
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
        long until = System.nanoTime() + deadline.toNanos();
        PayloadCodec<R> answers = PayloadCodec.of(type.response());
        Question question = question(Wire.CALL, type, request);
        List<Observers.OfAttempt> observed = new ArrayList<>(targets.size());
        List<Optional<Attempt>> attempts = new ArrayList<>(targets.size());
        List<QueryOutcome<R>> outcomes = new ArrayList<>(targets.size());
        try {
            for (Target target : targets) {
                Observers.OfAttempt watching = observers.asking(target, type.name(), Dialect.GRPC);
                observed.add(watching);
                attempts.add(ask(target, question, watching, until));
            }
            for (int i = 0; i < attempts.size(); i++) {
                Optional<Attempt> attempt = attempts.get(i);
                outcomes.add(observed.get(i)
                        .ended(
                                attempt.isPresent()
                                        ? whole(attempt.get(), answers)
                                        : new QueryOutcome.TimedOut<>(targets.get(i), Duration.ZERO)));
            }
        } finally {
            // does nothing to those that are over
            attempts.forEach(attempt -> attempt.ifPresent(open -> open.cancel("the asker stopped waiting")));
            observed.forEach(Observers.OfAttempt::abandoned);
        }
        return List.copyOf(outcomes);
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
        PayloadCodec<R> answers = PayloadCodec.of(type.response());
        Question question = question(Wire.STREAM, type, request);
        Observers.OfAttempt observed = observers.asking(target, type.name(), Dialect.GRPC);
        try {
            Optional<Attempt> asked = ask(target, question, observed, until);
            return observed.ended(
                    asked.isPresent()
                            ? parts(asked.get(), answers, part)
                            : new QueryOutcome.TimedOut<>(target, Duration.ZERO));
        } finally {
            observed.abandoned();
        }
    }

    private <R> QueryOutcome<Long> parts(Attempt attempt, PayloadCodec<R> answers, Consumer<? super R> part)
            throws InterruptedException {
        Target target = attempt.target();
        try {
            long parts = 0;
            while (true) {
                Attempt.Event event = attempt.next();
                if (event instanceof Attempt.Message message) {
                    R value;
                    try {
                        value = decode(answers, message.bytes());
                    } catch (WireException e) {
                        return new QueryOutcome.Invalid<>(target, attempt.since(message.at()), said(e));
                    }
                    part.accept(value);
                    parts++;
                    attempt.more();
                } else if (event instanceof Attempt.End end) {
                    return end.status().isOk()
                            ? new QueryOutcome.Answered<>(target, attempt.since(end.at()), parts)
                            : attempt.failed(end, options.maxAnswerBytes());
                }
            }
        } finally {
            attempt.cancel("the asker stopped reading");
        }
    }

    /** What is the same for every target: the body, its hash and where it goes. */
    private record Question(MethodDescriptor<byte[], byte[]> method, byte[] body, byte[] sha256) {}

    private static <Q, R> Question question(
            MethodDescriptor<byte[], byte[]> method, SynapseType<Q, R> type, Q request) {
        byte[] body = SynapseRequest.newBuilder()
                .setSynapse(type.name())
                .setPayload(PayloadCodec.of(type.request()).encode(request))
                .build()
                .toByteArray();
        return new Question(method, body, Hashes.sha256(body));
    }

    /** Signs and sends, once there is room; empty when the deadline passes before. */
    private Optional<Attempt> ask(Target target, Question question, Observers.OfAttempt observed, long until)
            throws InterruptedException {
        if (!room.tryAcquire(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS)) {
            return Optional.empty();
        }
        Attempt attempt;
        Metadata headers = new Metadata();
        boolean sent = false;
        try {
            Channels.Lease lease = channels.acquire(target.endpoint());
            try {
                SignedRequest signed = new SignedRequest(
                        hotkey.scheme(),
                        Wire.HTTP_METHOD,
                        Wire.target(question.method().getFullMethodName()),
                        question.sha256(),
                        NonceClock.next(),
                        hotkey.account(),
                        Optional.of(target.hotkey()));
                AuthHeaders.write(
                        signed, signed.sign(hotkey), (name, value) -> Wire.putAuthHeader(headers, name, value));
                observed.headers().forEach((name, value) -> headers.put(Wire.key(name), value));
                CallOptions call = CallOptions.DEFAULT.withDeadlineAfter(
                        Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
                attempt = new Attempt(target, lease, lease.channel().newCall(question.method(), call), room::release);
                sent = true;
            } finally {
                if (!sent) {
                    lease.release(false);
                }
            }
        } finally {
            if (!sent) {
                room.release();
            }
        }
        attempt.start(headers, question.body());
        return Optional.of(attempt);
    }

    private <R> QueryOutcome<R> whole(Attempt attempt, PayloadCodec<R> answers) throws InterruptedException {
        Optional<Attempt.Message> answer = Optional.empty();
        while (true) {
            Attempt.Event event = attempt.next();
            if (event instanceof Attempt.Message message) {
                answer = Optional.of(message);
            } else if (event instanceof Attempt.End end) {
                if (!end.status().isOk() || answer.isEmpty()) {
                    return attempt.failed(end, options.maxAnswerBytes());
                }
                Duration latency = attempt.since(answer.get().at());
                try {
                    return new QueryOutcome.Answered<>(
                            attempt.target(),
                            latency,
                            decode(answers, answer.get().bytes()));
                } catch (WireException e) {
                    return new QueryOutcome.Invalid<>(attempt.target(), latency, said(e));
                }
            }
        }
    }

    private static <R> R decode(PayloadCodec<R> answers, byte[] message) {
        try {
            return answers.decode(SynapseResponse.parser()
                    .parseFrom(UnsafeByteOperations.unsafeWrap(message))
                    .getPayload());
        } catch (InvalidProtocolBufferException e) {
            throw new WireException("call.invalid", "the answer is not a SynapseResponse");
        }
    }

    private static String said(WireException e) {
        return String.valueOf(e.getMessage());
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
            channels.close(CLOSE_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
