package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.Wire;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One signed call to one target: collects what comes, and tells what came of it. */
final class Attempt extends ClientCall.Listener<byte[]> {
    private static final int LONGEST_WORDS = 1024;

    /** What comes from the network: a message, or the end. */
    sealed interface Event {}

    record Message(byte[] bytes, long at) implements Event {}

    record End(Status status, Metadata trailers, boolean began, long at) implements Event {}

    private final Target target;
    private final Channels.Lease lease;
    private final ClientCall<byte[], byte[]> call;
    private final Runnable done;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private long startedAt;
    private boolean began;

    /**
     * @param done run once, when the call is over
     */
    Attempt(Target target, Channels.Lease lease, ClientCall<byte[], byte[]> call, Runnable done) {
        this.target = target;
        this.lease = lease;
        this.call = call;
        this.done = done;
    }

    void start(Metadata headers, byte[] body) {
        startedAt = System.nanoTime();
        try {
            call.start(this, headers);
            call.request(1);
            call.sendMessage(body);
            call.halfClose();
        } catch (RuntimeException e) {
            call.cancel("could not be sent", e);
            over(false);
            events.add(new End(Status.UNAVAILABLE.withCause(e), new Metadata(), false, System.nanoTime()));
        }
    }

    Event next() throws InterruptedException {
        return events.take();
    }

    void more() {
        call.request(1);
    }

    /** Ends the call if it is not over: one that is over needs no end, and once the dendrite is closed its event loop may be gone. */
    void cancel(String why) {
        if (!over.get()) {
            call.cancel(why, null);
        }
    }

    Target target() {
        return target;
    }

    Duration since(long at) {
        return Duration.ofNanos(Math.max(0, at - startedAt));
    }

    @Override
    public void onHeaders(Metadata headers) {
        began = true;
    }

    @Override
    public void onMessage(byte[] message) {
        events.add(new Message(message, System.nanoTime()));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        long at = System.nanoTime();
        over(status.getCode() == Status.Code.UNAVAILABLE && !trailers.containsKey(Wire.REFUSAL));
        events.add(new End(status, trailers, began, at));
    }

    private void over(boolean broken) {
        if (over.compareAndSet(false, true)) {
            lease.release(broken);
            done.run();
        }
    }

    /** The outcome of a call that ended otherwise than by its whole answer. */
    <R> QueryOutcome<R> failed(End end, int maxAnswerBytes) {
        Duration latency = since(end.at());
        String code = end.trailers().get(Wire.REFUSAL);
        if (code != null && code.matches("[a-z0-9.-]{1,64}")) {
            return code.equals(Refusal.CALL_DEADLINE.code())
                    ? new QueryOutcome.TimedOut<>(target, latency)
                    : new QueryOutcome.Refused<>(target, latency, code, words(end.status()), clockDifference(end));
        }
        return switch (end.status().getCode()) {
            case DEADLINE_EXCEEDED -> new QueryOutcome.TimedOut<>(target, latency);
            case UNAVAILABLE, CANCELLED -> new QueryOutcome.Unreachable<>(target, latency, words(end.status()));
            case RESOURCE_EXHAUSTED ->
                end.began()
                        ? new QueryOutcome.Invalid<>(
                                target, latency, "answer is larger than " + maxAnswerBytes + " bytes (maxAnswerBytes)")
                        : new QueryOutcome.Refused<>(
                                target, latency, Refusal.LIMIT_SIZE.code(), words(end.status()), Optional.empty());
            case UNAUTHENTICATED, PERMISSION_DENIED ->
                new QueryOutcome.Refused<>(
                        target,
                        latency,
                        "grpc."
                                + end.status()
                                        .getCode()
                                        .name()
                                        .toLowerCase(java.util.Locale.ROOT)
                                        .replace('_', '-'),
                        words(end.status()),
                        Optional.empty());
            case OK -> new QueryOutcome.Invalid<>(target, latency, "no answer came");
            default ->
                new QueryOutcome.Invalid<>(
                        target, latency, "gRPC status " + end.status().getCode() + ": " + words(end.status()));
        };
    }

    private static Optional<Duration> clockDifference(End end) {
        String nanos = end.trailers().get(Wire.CLOCK_DIFFERENCE);
        if (nanos == null || !nanos.matches("-?[0-9]{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos(Long.parseLong(nanos)));
    }

    private static String words(Status status) {
        String text = status.getDescription();
        Throwable cause = status.getCause();
        if (cause != null && cause.getMessage() != null) {
            text = (text == null ? "" : text + ": ") + cause.getMessage();
        }
        return text == null ? status.getCode().name() : printable(text);
    }

    private static String printable(@Nullable String text) {
        String bounded = text == null ? "" : text.length() > LONGEST_WORDS ? text.substring(0, LONGEST_WORDS) : text;
        return bounded.replaceAll("\\p{Cntrl}", " ");
    }
}
