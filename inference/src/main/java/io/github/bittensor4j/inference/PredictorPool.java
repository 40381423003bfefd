package io.github.bittensor4j.inference;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.InvalidValueException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one model for many callers: each worker thread has a predictor of its own, and rows that arrive together run as one batch.
 *
 * <p>A batch starts when it is full or when its oldest row has waited for {@link Builder#maxWait}. Rows wait in a bounded queue; when
 * they do not all fit, the call is refused at once with {@link BusyException}. A call that ends early, because its limit passed or its
 * thread was interrupted, takes its waiting rows out of the queue. When a batch fails, its rows run again one by one, so that a row
 * fails only by itself.
 *
 * <p>Thread-safe. The caller closes it, and the model after it.
 *
 * @param <I> a row of input, a plain Java value
 * @param <O> a row of output, a plain Java value
 */
public final class PredictorPool<I, O> implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PredictorPool.class);

    /** A call's patience when its limit is longer: enough for anything, and it does not overflow nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(1);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final int maxBatch;
    private final long maxWaitNanos;
    private final int capacity;
    private final List<Thread> workers = new ArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Jobs with rows that no worker took yet, oldest first. Guarded by the lock, like everything below. */
    private final ArrayDeque<Job<I, O>> queue = new ArrayDeque<>();

    private int waiting;
    private boolean closed;
    private long rowsDone;
    private long batches;
    private int largestBatch;
    private long refused;
    private long withdrawn;
    private long failed;

    private PredictorPool(Builder<I, O> builder, List<Predictor<I, O>> predictors) {
        this.maxBatch = builder.maxBatch;
        this.maxWaitNanos = builder.maxWait.toNanos();
        this.capacity = builder.capacity;
        for (Predictor<I, O> predictor : predictors) {
            Thread worker = new Thread(
                    () -> work(predictor),
                    "bittensor4j-predictor-" + builder.model.getName() + "-" + (workers.size() + 1));
            worker.setDaemon(true);
            workers.add(worker);
        }
        workers.forEach(Thread::start);
    }

    /**
     * What the pool did since it was opened.
     *
     * @param rows rows predicted
     * @param batches batches they ran in
     * @param largestBatch rows in the largest of them
     * @param refused rows refused because the queue was full
     * @param withdrawn rows whose call ended before they were predicted
     * @param failed rows that the model failed on
     * @param waiting rows in the queue now
     */
    public record Stats(
            long rows, long batches, int largestBatch, long refused, long withdrawn, long failed, int waiting) {}

    /** The settings of a pool; a builder is used once, by one thread. */
    public static final class Builder<I, O> {
        private final Model model;
        private final Translator<I, O> translator;
        private int predictors = Math.min(4, Runtime.getRuntime().availableProcessors());
        private int maxBatch = 32;
        private Duration maxWait = Duration.ofMillis(2);
        private int capacity = 1024;
        private Optional<I> example = Optional.empty();

        private Builder(Model model, Translator<I, O> translator) {
            this.model = model;
            this.translator = translator;
        }

        /**
         * How many predictors, each with a thread of its own.
         *
         * @param count 1 to 256; the default is one per processor, at most 4
         * @return this
         */
        public Builder<I, O> predictors(int count) {
            predictors = between("predictors", count, 1, 256);
            return this;
        }

        /**
         * How many rows run together at most.
         *
         * @param rows 1 to 65536; the default is 32
         * @return this
         */
        public Builder<I, O> maxBatch(int rows) {
            maxBatch = between("maxBatch", rows, 1, 65_536);
            return this;
        }

        /**
         * How long a row waits for others to share its batch.
         *
         * @param wait zero to a minute; the default is 2 ms
         * @return this
         */
        public Builder<I, O> maxWait(Duration wait) {
            if (wait.isNegative() || wait.compareTo(Duration.ofMinutes(1)) > 0) {
                throw new InvalidValueException(
                        "inference.maxWait", "maxWait: " + wait + " (expected: zero to one minute)", "");
            }
            maxWait = wait;
            return this;
        }

        /**
         * How many rows may wait for a predictor.
         *
         * @param rows 1 to 1048576; the default is 1024
         * @return this
         */
        public Builder<I, O> capacity(int rows) {
            capacity = between("capacity", rows, 1, 1 << 20);
            return this;
        }

        /**
         * A row to predict on each predictor before the pool opens, so that a model that does not work, and slow first calls, are met
         * at the start and not by the first caller.
         *
         * @param row any good row; the default is not to warm up
         * @return this
         */
        public Builder<I, O> warmUp(I row) {
            example = Optional.of(row);
            return this;
        }

        /**
         * Makes the predictors and starts their threads.
         *
         * @return the pool, which the caller closes before the model
         * @throws InferenceException with code {@code inference.failed} when the model fails on the row to warm up with
         */
        public PredictorPool<I, O> open() {
            List<Predictor<I, O>> made = new ArrayList<>();
            try {
                for (int i = 0; i < predictors; i++) {
                    Predictor<I, O> predictor = model.newPredictor(translator);
                    made.add(predictor);
                    if (example.isPresent()) {
                        // An engine that optimises by what it sees does so within the first calls.
                        for (int call = 0; call < 3; call++) {
                            predictor.predict(example.get());
                        }
                    }
                }
            } catch (TranslateException | RuntimeException e) {
                made.forEach(Predictor::close);
                throw failure(e);
            }
            return new PredictorPool<>(this, made);
        }

        private static int between(String name, int value, int least, int most) {
            if (value < least || value > most) {
                throw new InvalidValueException(
                        "inference." + name, name + ": " + value + " (expected: " + least + "-" + most + ")", "");
            }
            return value;
        }
    }

    /**
     * A pool over a model, with defaults.
     *
     * @param model a loaded or trained model, which stays the caller's
     * @param translator from rows to tensors and back; all predictors share it, so it must be thread-safe
     * @param <I> a row of input
     * @param <O> a row of output
     * @return a builder
     */
    public static <I, O> Builder<I, O> builder(Model model, Translator<I, O> translator) {
        return new Builder<>(model, translator);
    }

    /**
     * Predicts one row.
     *
     * @param row the row
     * @param limit how long to wait for it
     * @return the model's answer
     * @throws BusyException when the queue is full
     * @throws InferenceException with code {@code inference.deadline}, {@code inference.failed} or {@code inference.closed}
     * @throws InterruptedException when the calling thread is interrupted, which withdraws the row
     */
    public O predict(I row, Duration limit) throws InterruptedException {
        return predictAll(List.of(row), limit).get(0);
    }

    /**
     * Predicts some rows: all, or none and an exception.
     *
     * @param rows the rows, at most as many as the pool's capacity; they share batches with those of other callers
     * @param limit how long to wait for all of them
     * @return the model's answers, in the rows' order
     * @throws BusyException when the queue has no room for all of them
     * @throws InferenceException with code {@code inference.deadline}, {@code inference.failed} or {@code inference.closed}
     * @throws InvalidValueException when there are more rows than could ever fit, or the translator refuses one
     * @throws InterruptedException when the calling thread is interrupted, which withdraws the rows
     */
    public List<O> predictAll(List<I> rows, Duration limit) throws InterruptedException {
        if (rows.isEmpty()) {
            return List.of();
        }
        Job<I, O> job = new Job<>(List.copyOf(rows));
        enqueue(job);
        boolean finished = false;
        try {
            finished = job.over.await((limit.compareTo(LONGEST) < 0 ? limit : LONGEST).toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            if (!finished) {
                withdraw(job);
            }
        }
        if (!finished) {
            throw new InferenceException(
                    "inference.deadline",
                    true,
                    "prediction: not done within " + limit.toMillis() + " ms",
                    "Give it longer, or more predictors.",
                    null);
        }
        return job.result();
    }

    private void enqueue(Job<I, O> job) {
        int rows = job.rows.size();
        if (rows > capacity) {
            throw new InvalidValueException(
                    "inference.rows",
                    "rows: " + rows + " (expected: at most " + capacity + ")",
                    "Ask for fewer at once.");
        }
        lock.lock();
        try {
            if (closed) {
                throw closedFailure();
            }
            if (rows > capacity - waiting) {
                refused += rows;
                throw new BusyException(rows, waiting, capacity);
            }
            queue.addLast(job);
            waiting += rows;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void withdraw(Job<I, O> job) {
        lock.lock();
        try {
            if (queue.remove(job)) {
                waiting -= job.rows.size() - job.taken;
            }
            withdrawn += job.missing;
        } finally {
            lock.unlock();
        }
    }

    private void work(Predictor<I, O> predictor) {
        try (predictor) {
            for (Optional<List<Row<I, O>>> batch = nextBatch(); batch.isPresent(); batch = nextBatch()) {
                run(predictor, batch.get());
            }
        }
    }

    /** Waits for rows, then for a full batch or the end of the oldest row's patience. Empty when the pool is closed. */
    private Optional<List<Row<I, O>>> nextBatch() {
        lock.lock();
        try {
            while (true) {
                Job<I, O> oldest = queue.peekFirst();
                if (oldest == null) {
                    if (closed) {
                        return Optional.empty();
                    }
                    changed.awaitUninterruptibly();
                    continue;
                }
                long patience = oldest.since + maxWaitNanos - System.nanoTime();
                if (waiting >= Math.min(maxBatch, capacity) || patience <= 0) {
                    return Optional.of(take());
                }
                try {
                    long unused = changed.awaitNanos(patience);
                } catch (InterruptedException e) {
                    // Nobody else has a hold of this thread; only the model's own code can have done it. It must not
                    // end the worker.
                    log.debug("A predictor's thread was interrupted", e);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private List<Row<I, O>> take() {
        List<Row<I, O>> batch = new ArrayList<>(Math.min(waiting, maxBatch));
        while (batch.size() < maxBatch && !queue.isEmpty()) {
            Job<I, O> job = queue.element();
            batch.add(new Row<>(job, job.taken++));
            if (job.taken == job.rows.size()) {
                queue.remove();
            }
        }
        waiting -= batch.size();
        return batch;
    }

    private void run(Predictor<I, O> predictor, List<Row<I, O>> batch) {
        List<O> answers;
        try {
            answers = predictor.batchPredict(batch.stream().map(Row::input).toList());
            if (answers.size() != batch.size()) {
                throw new TranslateException(answers.size() + " answers to " + batch.size() + " rows");
            }
        } catch (Throwable e) { // a worker outlives whatever one batch does, an Error of native code included
            if (batch.size() == 1) {
                fail(batch.get(0), e);
            } else {
                log.debug("A batch of {} rows failed; its rows run one by one", batch.size(), e);
                batch.forEach(row -> run(predictor, List.of(row)));
            }
            return;
        }
        lock.lock();
        try {
            batches++;
            rowsDone += batch.size();
            largestBatch = Math.max(largestBatch, batch.size());
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).job.answer(batch.get(i).index, answers.get(i));
            }
        } finally {
            lock.unlock();
        }
    }

    private void fail(Row<I, O> row, Throwable cause) {
        log.debug("The model failed on a row", cause);
        lock.lock();
        try {
            failed++;
            if (queue.remove(row.job)) {
                waiting -= row.job.rows.size() - row.job.taken;
            }
            row.job.fail(failure(cause));
        } finally {
            lock.unlock();
        }
    }

    /** An error of ours, such as a row that the translator refuses, is the caller's to see as it is. */
    private static BittensorException failure(Throwable cause) {
        Throwable reason = cause instanceof TranslateException && cause.getCause() != null ? cause.getCause() : cause;
        if (reason instanceof BittensorException known) {
            return known;
        }
        return new InferenceException(
                "inference.failed",
                false,
                "the model failed: " + reason,
                "Check that the rows have the shape and values that the model was made for.",
                cause);
    }

    private static InferenceException closedFailure() {
        return new InferenceException("inference.closed", false, "the predictor pool is closed", "", null);
    }

    /**
     * What happened so far, for logs and dashboards.
     *
     * @return counts of one moment
     */
    public Stats stats() {
        lock.lock();
        try {
            return new Stats(rowsDone, batches, largestBatch, refused, withdrawn, failed, waiting);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends the pool: waiting rows fail with {@code inference.closed}, running batches finish. Waits at most 10 seconds for those; a batch
     * that takes longer ends in the background, so leave the model open then. Closing again does nothing.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            queue.forEach(job -> job.fail(closedFailure()));
            queue.clear();
            waiting = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        long end = System.nanoTime() + CLOSE_LIMIT.toNanos();
        try {
            for (Thread worker : workers) {
                worker.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
                if (worker.isAlive()) {
                    log.warn("{} is still predicting, {} after the pool was closed", worker.getName(), CLOSE_LIMIT);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The rows of one call, until all are answered, one fails, or the caller goes. Guarded by the pool's lock, but for the latch. */
    private static final class Job<I, O> {
        private final List<I> rows;
        private final List<@Nullable O> answers;
        private final long since = System.nanoTime();
        private final CountDownLatch over = new CountDownLatch(1);
        private int taken;
        private int missing;
        private @Nullable BittensorException failure;

        private Job(List<I> rows) {
            this.rows = rows;
            this.answers = new ArrayList<@Nullable O>(Collections.<@Nullable O>nCopies(rows.size(), null));
            this.missing = rows.size();
        }

        private void answer(int index, O answer) {
            answers.set(index, answer);
            if (--missing == 0) {
                over.countDown();
            }
        }

        private void fail(BittensorException cause) {
            if (failure == null) {
                failure = cause;
                over.countDown();
            }
        }

        private List<O> result() {
            if (failure != null) {
                throw failure;
            }
            List<O> all = new ArrayList<>(rows.size());
            for (O answer : answers) {
                all.add(Objects.requireNonNull(answer, "answer"));
            }
            return List.copyOf(all);
        }
    }

    /** One row of a batch. */
    private static final class Row<I, O> {
        private final Job<I, O> job;
        private final int index;

        private Row(Job<I, O> job, int index) {
            this.job = job;
            this.index = index;
        }

        private I input() {
            return job.rows.get(index);
        }
    }
}
