package io.github.bittensor4j.axon;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which handlers run, and the calls that wait for one: the highest rank first, among equals the earliest. Both bounded.
 *
 * <p>Waking a thread takes longer than many a handler. So jobs are offered without it, and for all that were offered together one thread
 * is called, which calls the next one before it goes to work itself: quick handlers are run by few threads, slow ones hold nobody up.
 */
final class HandlerPool {
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** A handler with the call that it is to answer. */
    static final class Job extends FutureTask<Void> {
        private final Exchange exchange;
        private final long rank;
        private long number;

        Job(Exchange exchange, long rank, Runnable handler) {
            super(handler, null);
            this.exchange = exchange;
            this.rank = rank;
        }

        Exchange exchange() {
            return exchange;
        }
    }

    /** A thread of the pool. */
    private final class Worker implements Runnable {
        private final Thread thread = threads.newThread(this);
        private final Condition called = lock.newCondition();

        @Override
        public void run() {
            for (Job job = next(this, false); job != null; job = next(this, true)) {
                callThread();
                // what an earlier job was told is not meant for this one
                Thread.interrupted();
                job.run();
            }
        }
    }

    private final int mostRunning;
    private final int most;
    private final ThreadFactory threads = DaemonThreads.named("handler");

    private final Lock lock = new ReentrantLock();

    // all of these are guarded by the lock
    private final TreeSet<Job> waiting = new TreeSet<>(
            Comparator.<Job>comparingLong(job -> job.rank).reversed().thenComparingLong(job -> job.number));
    private final Set<Worker> workers = new HashSet<>();

    /** Those without a job, the one that stopped last at the end. */
    private final ArrayDeque<Worker> idle = new ArrayDeque<>();

    /** Called for what waits, and not there yet. */
    private @Nullable Worker coming;

    private final Condition left = lock.newCondition();
    private int running;
    private long lastNumber;
    private boolean closed;

    HandlerPool(int mostRunning, int mostWaiting) {
        this.mostRunning = mostRunning;
        this.most = mostRunning + mostWaiting;
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a job. For it, or for several that come together, {@link #callThread} has to follow.
     *
     * @return the job for which there is no room: the lowest of all that wait, which may be this one
     */
    Optional<Job> offer(Job job) {
        return locked(() -> {
            job.number = ++lastNumber;
            if (closed) {
                return Optional.of(job);
            }
            waiting.add(job);
            return running + waiting.size() > most ? Optional.of(waiting.pollLast()) : Optional.empty();
        });
    }

    /** Calls a thread for what waits, unless one is on its way. */
    void callThread() {
        lock.lock();
        try {
            if (closed || waiting.isEmpty() || coming != null) {
                return;
            }
            coming = idle.pollLast();
            if (coming != null) {
                coming.called.signal();
            } else if (workers.size() < mostRunning) {
                Worker worker = new Worker();
                worker.thread.start();
                workers.add(worker);
                coming = worker;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether a job of any rank would have to wait for another to give way. */
    boolean isFull() {
        return locked(() -> running + waiting.size() >= most);
    }

    /** Whether a job of this rank would be refused now. */
    boolean isFullFor(long rank) {
        return locked(() -> isFull() && (waiting.isEmpty() || waiting.last().rank >= rank));
    }

    /** A job is not to be run, or to be interrupted where it runs. */
    void stop(Job job) {
        if (!job.isDone()) {
            locked(() -> waiting.remove(job));
            job.cancel(true);
        }
    }

    /** The next job; null when the worker has nothing to do for long, and has left. */
    private @Nullable Job next(Worker worker, boolean ran) {
        lock.lock();
        try {
            running -= ran ? 1 : 0;
            long remaining = IDLE_NANOS;
            while (true) {
                if (coming == worker) {
                    coming = null;
                }
                Job job = waiting.pollFirst();
                if (job != null) {
                    running++;
                    return job;
                }
                if (closed || remaining <= 0) {
                    workers.remove(worker);
                    left.signalAll();
                    return null;
                }
                idle.add(worker);
                try {
                    remaining = worker.called.awaitNanos(remaining);
                } catch (InterruptedException e) {
                    // meant for a job that has ended, or this pool is closed
                }
                idle.remove(worker);
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many jobs run. */
    int running() {
        return locked(() -> running);
    }

    /** How many jobs wait because every thread is at work. */
    int waiting() {
        return locked(() -> Math.max(0, running + waiting.size() - mostRunning));
    }

    /** Takes no more jobs, drops those that wait and interrupts those that run. */
    void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            workers.forEach(worker -> worker.thread.interrupt());
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the threads of a closed pool. */
    boolean awaitClosed(Duration limit) throws InterruptedException {
        lock.lock();
        try {
            long remaining = limit.toNanos();
            while (!workers.isEmpty() && remaining > 0) {
                remaining = left.awaitNanos(remaining);
            }
            return workers.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
