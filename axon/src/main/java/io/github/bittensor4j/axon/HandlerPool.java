package io.github.bittensor4j.axon;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The threads on which handlers run, and the calls that wait for one: the highest rank first, among equals the earliest. Both bounded. */
final class HandlerPool {
    private static final long IDLE_MILLIS = 30_000;

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

    private final int mostRunning;
    private final int most;
    private final ThreadFactory threads = DaemonThreads.named("handler");

    // all of these are guarded by this
    private final TreeSet<Job> waiting = new TreeSet<>(
            Comparator.<Job>comparingLong(job -> job.rank).reversed().thenComparingLong(job -> job.number));
    private final Set<Thread> workers = new HashSet<>();
    private int running;
    private int idle;
    private long lastNumber;
    private boolean closed;

    HandlerPool(int mostRunning, int mostWaiting) {
        this.mostRunning = mostRunning;
        this.most = mostRunning + mostWaiting;
    }

    /**
     * Takes a job, to be run as soon as there is a thread for it.
     *
     * @return the job for which there is no room: the lowest of all that wait, which may be this one
     */
    synchronized Optional<Job> offer(Job job) {
        job.number = ++lastNumber;
        if (closed) {
            return Optional.of(job);
        }
        waiting.add(job);
        if (running + waiting.size() > most) {
            return Optional.of(waiting.pollLast());
        }
        if (idle >= waiting.size()) {
            notify();
        } else if (workers.size() < mostRunning) {
            Thread worker = threads.newThread(this::work);
            worker.start();
            workers.add(worker);
        }
        return Optional.empty();
    }

    /** Whether a job of any rank would have to wait for another to give way. */
    synchronized boolean isFull() {
        return running + waiting.size() >= most;
    }

    /** Whether a job of this rank would be refused now. */
    synchronized boolean isFullFor(long rank) {
        return isFull() && (waiting.isEmpty() || waiting.last().rank >= rank);
    }

    /** A job is not to be run, or to be interrupted where it runs. */
    void stop(Job job) {
        if (!job.isDone()) {
            synchronized (this) {
                waiting.remove(job);
            }
            job.cancel(true);
        }
    }

    private void work() {
        for (Job job = next(false); job != null; job = next(true)) {
            // what an earlier job was told is not meant for this one
            Thread.interrupted();
            job.run();
        }
    }

    private synchronized @Nullable Job next(boolean ran) {
        if (ran) {
            running--;
        }
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS);
        while (waiting.isEmpty()) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (closed || left <= 0) {
                workers.remove(Thread.currentThread());
                notifyAll();
                return null;
            }
            idle++;
            try {
                wait(left);
            } catch (InterruptedException e) {
                // meant for a job that has ended, or this pool is closed
            } finally {
                idle--;
            }
        }
        running++;
        return waiting.pollFirst();
    }

    /** How many jobs run. */
    synchronized int running() {
        return running;
    }

    /** How many jobs wait because every thread is at work. */
    synchronized int waiting() {
        return Math.max(0, running + waiting.size() - mostRunning);
    }

    /** Takes no more jobs, drops those that wait and interrupts those that run. */
    synchronized void close() {
        closed = true;
        waiting.clear();
        List.copyOf(workers).forEach(Thread::interrupt);
        notifyAll();
    }

    /** Waits for the threads of a closed pool. */
    synchronized boolean awaitClosed(Duration limit) throws InterruptedException {
        long until = System.nanoTime() + limit.toNanos();
        while (!workers.isEmpty()) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}
