package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.grpc.Context;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The calls of an axon that are under way, the bounded pool on which handlers run, and the timer that ends what takes too long. */
final class Calls {
    /** A call may outlive its deadline by so much. */
    private static final Duration LATENESS = Duration.ofMillis(10);

    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

    private final Limits limits;
    private final Counters counters;
    private final HandlerPool handlers;
    private final Runnable callThread;
    private final Peers peers;
    private final Callers callers;
    private final Bodies bodies;
    private final ScheduledThreadPoolExecutor timers;
    private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
    private final Object quiet = new Object();
    private volatile boolean draining;

    Calls(Limits limits, Counters counters) {
        this.limits = limits;
        this.counters = counters;
        handlers = new HandlerPool(limits.running(), limits.waiting());
        callThread = handlers::callThread;
        bodies = new Bodies(limits.maxCollectedBytes());
        peers = new Peers(limits.failuresPerAddress());
        callers = new Callers(limits.callsPerCaller(), limits.ratePerCaller());
        timers = new ScheduledThreadPoolExecutor(1, DaemonThreads.named("timer"));
        timers.setRemoveOnCancelPolicy(true);
        every(LATENESS, this::endLate);
        every(Callers.SWEEP, callers::sweep);
        every(Callers.SWEEP, peers::sweep);
    }

    /** A call has arrived; from here on it is bounded in time. It may have ended at once: the axon is stopping, or knows its sender. */
    void opened(Exchange exchange) {
        open.add(exchange);
        if (draining) {
            exchange.refuse(Refusal.AXON_DRAINING, "this axon stops");
            return;
        }
        try {
            peers.check(exchange.peer());
        } catch (Refused e) {
            exchange.refuse(e);
        }
    }

    /** One look at all calls now and then costs less than an alarm for each. */
    private void endLate() {
        for (Exchange exchange : open) {
            if (exchange.remaining().isZero()) {
                try {
                    late(exchange);
                } catch (RuntimeException e) {
                    LOG.warn("A late call could not be told so", e);
                }
            }
        }
    }

    /** Does something quick again and again until it is cancelled, or this is closed. */
    Future<?> every(Duration pause, Runnable work) {
        try {
            return timers.scheduleWithFixedDelay(work, pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(null);
        }
    }

    /** A context that ends by itself when a call's time is over, for handlers that ask others in it. */
    Context.CancellableContext within(Context context, Duration remaining) {
        return context.withDeadlineAfter(remaining.toNanos(), TimeUnit.NANOSECONDS, timers);
    }

    Bodies bodies() {
        return bodies;
    }

    boolean draining() {
        return draining;
    }

    /**
     * Whether a call of this caller would be refused now, so that its signature need not be checked.
     *
     * @param claimed whom the call names; nobody has checked that, so nobody is let in by it
     * @param rank gives the caller's rank
     */
    void foresee(AccountId claimed, LongSupplier rank) throws Refused {
        callers.foresee(claimed);
        if (handlers.isFull() && handlers.isFullFor(rank.getAsLong())) {
            throw busy();
        }
    }

    /** A verified caller's call counts among its calls from here to its end. */
    void enter(Exchange exchange) throws Refused {
        AccountId hotkey = exchange.caller().hotkey();
        callers.enter(hotkey);
        exchange.atEnd(() -> callers.leave(hotkey));
    }

    /** The call of {@link #enter} was a replay: it does not count against the rate of whose words it repeats. */
    void giveBack(Exchange exchange) {
        callers.giveBack(exchange.caller().hotkey());
    }

    /** Runs a handler when there is room, the higher rank first. */
    void run(Exchange exchange, Runnable handler) {
        exchange.observed().admitted(exchange.synapse());
        HandlerPool.Job job = new HandlerPool.Job(exchange, exchange.rank(), () -> {
            if (exchange.remaining().isZero()) {
                late(exchange);
                return;
            }
            exchange.observed().handlerBegan();
            try {
                handler.run();
            } finally {
                exchange.observed().handlerEnded();
            }
        });
        exchange.work(job);
        Optional<HandlerPool.Job> over = handlers.offer(job);
        if (over.isPresent() && over.get() == job) {
            exchange.refuse(draining ? new Refused(Refusal.AXON_DRAINING, "this axon stops") : busy());
            return;
        }
        exchange.afterTurn(callThread);
        counters.accepted.increment();
        over.ifPresent(lowest -> lowest.exchange()
                .refuse(Refusal.LIMIT_BUSY, "a call of a higher rank took this one's place among those that wait"));
    }

    private static void late(Exchange exchange) {
        exchange.refuse(Refusal.CALL_DEADLINE, "the call took longer than its deadline or than this axon allows");
    }

    private Refused busy() {
        return new Refused(
                Refusal.LIMIT_BUSY,
                "all " + limits.running() + " handlers are at work and " + limits.waiting()
                        + " calls of no lower rank wait");
    }

    /** Stops a handler whose call has ended, or takes it out of the queue. */
    void stop(HandlerPool.Job job) {
        handlers.stop(job);
    }

    void answered(Exchange exchange) {
        counters.answered.increment();
        exchange.observed().answered();
        gone(exchange);
    }

    void refused(Exchange exchange, String code) {
        counters.refused(code);
        if (code.equals(Refusal.AUTH_SIGNATURE.code()) || code.equals(Refusal.AUTH_REPLAYED.code())) {
            peers.failed(exchange.peer());
        }
        exchange.observed().refused(code);
        gone(exchange);
    }

    private void gone(Exchange exchange) {
        open.remove(exchange);
        if (draining) {
            synchronized (quiet) {
                quiet.notifyAll();
            }
        }
    }

    int waiting() {
        return handlers.waiting();
    }

    int running() {
        return handlers.running();
    }

    /**
     * Takes no new calls and waits for those under way.
     *
     * @param begun run once new calls are refused
     */
    boolean drain(Duration limit, Runnable begun) throws InterruptedException {
        draining = true;
        begun.run();
        long until = System.nanoTime() + limit.toNanos();
        synchronized (quiet) {
            while (!open.isEmpty()) {
                long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                quiet.wait(left);
            }
        }
        return true;
    }

    /** Ends every call. */
    void close() {
        draining = true;
        for (Exchange exchange : open) {
            exchange.refuse(Refusal.AXON_DRAINING, "this axon stops");
        }
        handlers.close();
        timers.shutdownNow();
    }

    /** Waits for handlers that were told to stop. */
    boolean awaitClosed(Duration limit) throws InterruptedException {
        return handlers.awaitClosed(limit) && timers.awaitTermination(1, TimeUnit.SECONDS);
    }
}
