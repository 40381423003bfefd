package io.github.bittensor4j.axon;

import io.github.bittensor4j.protocol.internal.Refusal;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The calls of an axon that are under way, the bounded pool on which handlers run, and the timer that ends what takes too long. */
final class Calls {
    private final Limits limits;
    private final Counters counters;
    private final ThreadPoolExecutor handlers;
    private final ScheduledThreadPoolExecutor timers;
    private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
    private final Object quiet = new Object();
    private volatile boolean draining;

    Calls(Limits limits, Counters counters) {
        this.limits = limits;
        this.counters = counters;
        BlockingQueue<Runnable> waiting =
                limits.waiting() == 0 ? new SynchronousQueue<>() : new ArrayBlockingQueue<>(limits.waiting());
        handlers = new ThreadPoolExecutor(
                limits.running(), limits.running(), 30, TimeUnit.SECONDS, waiting, DaemonThreads.named("handler"));
        handlers.allowCoreThreadTimeOut(true);
        timers = new ScheduledThreadPoolExecutor(1, DaemonThreads.named("timer"));
        timers.setRemoveOnCancelPolicy(true);
    }

    /** A call has arrived; from here on it is bounded in time. */
    void opened(Exchange exchange) {
        open.add(exchange);
        try {
            exchange.timer(timers.schedule(
                    () -> exchange.refuse(
                            Refusal.CALL_DEADLINE, "the call took longer than its deadline or than this axon allows"),
                    exchange.remaining().toNanos(),
                    TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException e) {
            exchange.refuse(Refusal.AXON_DRAINING, "this axon stops");
        }
    }

    boolean draining() {
        return draining;
    }

    /** Runs a handler when there is room. */
    void run(Exchange exchange, Runnable handler) throws Refused {
        exchange.observed().admitted(exchange.synapse());
        FutureTask<Void> task = new FutureTask<>(
                () -> {
                    counters.running.incrementAndGet();
                    exchange.observed().handlerBegan();
                    try {
                        handler.run();
                    } finally {
                        exchange.observed().handlerEnded();
                        counters.running.decrementAndGet();
                    }
                },
                null);
        try {
            handlers.execute(task);
        } catch (RejectedExecutionException e) {
            if (draining) {
                throw new Refused(Refusal.AXON_DRAINING, "this axon stops");
            }
            throw new Refused(
                    Refusal.LIMIT_BUSY,
                    "all " + limits.running() + " handlers are at work and " + limits.waiting() + " calls wait");
        }
        counters.accepted.increment();
        exchange.work(task);
    }

    /** Stops a handler whose call has ended, or takes it out of the queue. */
    void stop(Future<?> task) {
        if (!task.isDone()) {
            task.cancel(true);
            handlers.remove((Runnable) task);
        }
    }

    void answered(Exchange exchange) {
        counters.answered.increment();
        exchange.observed().answered();
        gone(exchange);
    }

    void refused(Exchange exchange, String code) {
        counters.refused(code);
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
        return handlers.getQueue().size();
    }

    boolean drain(Duration limit) throws InterruptedException {
        draining = true;
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
        handlers.shutdownNow();
        timers.shutdownNow();
    }

    /** Waits for handlers that were told to stop. */
    boolean awaitClosed(Duration limit) throws InterruptedException {
        return handlers.awaitTermination(limit.toNanos(), TimeUnit.NANOSECONDS)
                && timers.awaitTermination(1, TimeUnit.SECONDS);
    }
}
