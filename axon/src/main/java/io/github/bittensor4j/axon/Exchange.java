package io.github.bittensor4j.axon;

import io.github.bittensor4j.axon.internal.front.Incoming;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.grpc.Context;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call from its head to its end, in whatever dialect. It ends exactly once: by its answer, a refusal, its deadline, or the caller's
 * leaving. The lock guards the way back, which takes one at a time.
 */
final class Exchange implements Call {
    /** Where a handler of a gRPC service finds its call. */
    static final Context.Key<Call> CURRENT = Context.key("bittensor4j-call");

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final Dialect dialect;
    private final Incoming head;
    private final Answering answering;
    private final Calls calls;
    private final Observers.OfCall observed;
    private final Instant deadline;
    private final long deadlineNanos;

    private @Nullable VerifiedCaller caller;
    private String synapse = "";
    private HandlerPool.@Nullable Job work;
    private @Nullable Runnable atEnd;
    private volatile @Nullable Notary notary;
    private volatile boolean receiptWanted;
    private long rank;
    private long held;
    private boolean ended;

    Exchange(
            Dialect dialect,
            Incoming head,
            Answering answering,
            Calls calls,
            Observers.OfCall observed,
            Duration limit,
            Instant now) {
        this.dialect = dialect;
        this.head = head;
        this.answering = answering;
        this.calls = calls;
        this.observed = observed;
        this.deadline = now.plus(limit);
        this.deadlineNanos = System.nanoTime() + limit.toNanos();
    }

    /**
     * Who calls was verified, and may.
     *
     * @param order its rank among those that wait
     */
    synchronized void caller(VerifiedCaller verified, long order) {
        caller = verified;
        rank = order;
    }

    /** What is to be done when the call ends, however it does; at once if it has ended. */
    synchronized void atEnd(Runnable action) {
        if (ended) {
            action.run();
        } else {
            atEnd = action;
        }
    }

    /** The caller asks for a receipt; it gets one when its own signature was checked. */
    void wantsReceipt() {
        receiptWanted = true;
    }

    boolean isReceiptWanted() {
        return receiptWanted;
    }

    /**
     * Takes memory for so many bytes more of its request, which it keeps until it ends.
     *
     * @return false when there is none, or the call has ended; then the call is refused
     */
    synchronized boolean takes(int bytes) {
        if (ended) {
            return false;
        }
        if (calls.bodies().take(bytes)) {
            held += bytes;
            return true;
        }
        refuse(Refusal.LIMIT_BUSY, "the requests that are received take all the memory that they may");
        return false;
    }

    /** So many of these bytes are no longer its own. */
    synchronized void gives(int bytes) {
        if (!ended) {
            held -= bytes;
            calls.bodies().give(bytes);
        }
    }

    /** Who signs the answer. To be set before the call is given to its handler. */
    void notary(Notary signs) {
        notary = signs;
    }

    /** The TLS session in which the call came; empty on a plain connection. */
    Optional<SSLSession> tls() {
        return head.tls();
    }

    synchronized void synapse(String name) {
        synapse = name;
    }

    /** The handler's task, to be stopped when the call ends without it. */
    synchronized void work(HandlerPool.Job job) {
        if (ended) {
            calls.stop(job);
        } else {
            work = job;
        }
    }

    /** The handler has come to its end by itself: nothing is left to stop. */
    synchronized void workDone() {
        work = null;
        observed.handlerEnded();
    }

    Observers.OfCall observed() {
        return observed;
    }

    /** The whole answer. */
    void answer(byte[] message) {
        Notary signs = notary;
        String receipt = signs == null ? null : signs.whole(message);
        synchronized (this) {
            if (ended) {
                return;
            }
            end(() -> {
                if (receipt != null) {
                    answering.receipt(receipt);
                }
                answering.whole(message);
            });
            calls.answered(this);
        }
    }

    /** One part of an answer, once the caller has read enough of those before. */
    synchronized void part(byte[] message) throws InterruptedException {
        while (!ended && !answering.isReady()) {
            wait(Math.max(1, remaining().toMillis()));
        }
        if (ended) {
            throw new InterruptedException("the call has ended");
        }
        if (notary != null) {
            notary.part(message);
        }
        answering.part(message);
    }

    /** Every part was sent. */
    void complete() {
        Notary signs = notary;
        String receipt = signs == null ? null : signs.inParts();
        synchronized (this) {
            if (ended) {
                return;
            }
            end(() -> {
                if (receipt != null) {
                    answering.receipt(receipt);
                }
                answering.complete();
            });
            calls.answered(this);
        }
    }

    /**
     * Does something to the way back, unless the call has ended.
     *
     * @return whether it had not
     */
    synchronized boolean whileOpen(Runnable action) {
        if (!ended) {
            action.run();
        }
        return !ended;
    }

    /**
     * Ends the call in words of the dialect's own.
     *
     * @param lastWords writes them
     * @param refusal the code under which it is counted; empty for an answer
     */
    synchronized void close(Runnable lastWords, Optional<String> refusal) {
        if (!ended) {
            work = null;
            end(lastWords);
            refusal.ifPresentOrElse(code -> calls.refused(this, code), () -> calls.answered(this));
        }
    }

    void refuse(Refusal refusal, String message) {
        refuse(new Refused(refusal, message));
    }

    synchronized void refuse(Refused refused) {
        if (!ended) {
            end(() -> answering.refuse(refused));
            calls.refused(this, refused.code());
        }
    }

    /** The caller has gone, or its own deadline passed. */
    synchronized void cancelled() {
        if (!ended) {
            end(() -> {});
            calls.refused(this, Refusal.CALL_CANCELLED.code());
        }
    }

    /** The caller has read what was sent. */
    synchronized void ready() {
        notifyAll();
    }

    /** Ends the call, whatever comes of its last words: a caller that cannot be told is not left waiting. */
    private void end(Runnable lastWords) {
        ended = true;
        notifyAll();
        calls.bodies().give(held);
        if (work != null) {
            calls.stop(work);
        }
        if (atEnd != null) {
            atEnd.run();
        }
        try {
            lastWords.run();
        } catch (RuntimeException e) {
            LOG.warn("The end of a call could not be written", e);
            answering.breakOff();
        }
    }

    /** Something to do once for this call and others that came with it: on their event loop, when its turn is over. */
    void afterTurn(Runnable work) {
        head.order(work);
    }

    /** Where it came from. */
    InetAddress peer() {
        return head.peer().getAddress();
    }

    synchronized long rank() {
        return rank;
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
    public Dialect dialect() {
        return dialect;
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
