package io.github.bittensor4j.axon;

import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.Wire;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * One gRPC call from its headers to its end. It ends exactly once: by its answer, a refusal, its deadline, or the caller's leaving.
 * The lock guards the underlying call, which is not thread-safe.
 */
final class Exchange implements Call {
    private final ServerCall<byte[], byte[]> wire;
    private final Calls calls;
    private final Instant deadline;
    private final long deadlineNanos;

    private @Nullable VerifiedCaller caller;
    private String synapse = "";
    private @Nullable ScheduledFuture<?> timer;
    private @Nullable Future<?> work;
    private boolean headersSent;
    private boolean ended;

    Exchange(ServerCall<byte[], byte[]> wire, Calls calls, Duration limit, Instant now) {
        this.wire = wire;
        this.calls = calls;
        this.deadline = now.plus(limit);
        this.deadlineNanos = System.nanoTime() + limit.toNanos();
    }

    synchronized void timer(ScheduledFuture<?> scheduled) {
        if (ended) {
            scheduled.cancel(false);
        } else {
            timer = scheduled;
        }
    }

    synchronized void caller(VerifiedCaller verified) {
        caller = verified;
    }

    synchronized void synapse(String name) {
        synapse = name;
    }

    /** The handler's task, to be stopped when the call ends without it. */
    synchronized void work(Future<?> task) {
        if (ended) {
            calls.stop(task);
        } else {
            work = task;
        }
    }

    /** The handler has come to its end by itself: nothing is left to stop. */
    synchronized void workDone() {
        work = null;
    }

    /** Asks for one more message of the caller. */
    void request() {
        wire.request(1);
    }

    String target() {
        return Wire.target(wire.getMethodDescriptor().getFullMethodName());
    }

    /** The whole answer. */
    synchronized void answer(byte[] message) {
        if (!ended) {
            sendHeaders();
            wire.sendMessage(message);
            close(Status.OK, new Metadata());
            calls.answered(this);
        }
    }

    /** One part of an answer, once the caller has read enough of those before. */
    synchronized void part(byte[] message) throws InterruptedException {
        sendHeaders();
        while (!ended && !wire.isReady()) {
            wait(Math.max(1, remaining().toMillis()));
        }
        if (ended) {
            throw new InterruptedException("the call has ended");
        }
        wire.sendMessage(message);
    }

    /** Every part was sent. */
    synchronized void complete() {
        if (!ended) {
            sendHeaders();
            close(Status.OK, new Metadata());
            calls.answered(this);
        }
    }

    void refuse(Refusal refusal, String message) {
        refuse(new Refused(refusal, message));
    }

    synchronized void refuse(Refused refused) {
        if (ended) {
            return;
        }
        Metadata trailers = new Metadata();
        trailers.put(Wire.REFUSAL, refused.code());
        refused.clockDifference()
                .ifPresent(ahead -> trailers.put(Wire.CLOCK_DIFFERENCE, Long.toString(ahead.toNanos())));
        close(Refusal.statusOf(refused.code()).withDescription(refused.message()), trailers);
        calls.refused(this, refused.code());
    }

    /** The caller has gone, or its own deadline passed. */
    synchronized void cancelled() {
        if (!ended) {
            end();
            calls.refused(this, Refusal.CALL_CANCELLED.code());
        }
    }

    /** The caller has read what was sent. */
    synchronized void ready() {
        notifyAll();
    }

    private void sendHeaders() {
        if (!headersSent && !ended) {
            headersSent = true;
            wire.sendHeaders(new Metadata());
        }
    }

    private void close(Status status, Metadata trailers) {
        end();
        wire.close(status, trailers);
    }

    private void end() {
        ended = true;
        notifyAll();
        if (timer != null) {
            timer.cancel(false);
        }
        if (work != null) {
            calls.stop(work);
        }
    }

    @Override
    public synchronized VerifiedCaller caller() {
        return Objects.requireNonNull(caller, "caller");
    }

    @Override
    public synchronized String synapse() {
        return synapse;
    }

    @Override
    public Instant deadline() {
        return deadline;
    }

    @Override
    public Duration remaining() {
        long left = deadlineNanos - System.nanoTime();
        return left > 0 ? Duration.ofNanos(left) : Duration.ZERO;
    }

    @Override
    public synchronized boolean ended() {
        return ended;
    }
}
