package io.github.bittensor4j.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.github.bittensor4j.core.InvalidValueException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PredictorPoolTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    /** A row that keeps its predictor busy until the test opens the gate. */
    private static final int HOLDS = -1;

    @TempDir
    Path folder;

    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);
    private final Queue<Integer> seen = new ConcurrentLinkedQueue<>();
    private Model model;

    /** One number in, the model's {@code 2 x + 1} out. */
    private final class Gated implements Translator<Integer, Float> {
        @Override
        public NDList processInput(TranslatorContext context, Integer row) throws InterruptedException {
            seen.add(row);
            if (row == HOLDS) {
                held.countDown();
                gate.await();
            }
            if (row > 1000) {
                throw new InvalidValueException("test.row", "row: " + row + " (expected: at most 1000)", "");
            }
            return new NDList(context.getNDManager().create(new float[] {row}));
        }

        @Override
        public Float processOutput(TranslatorContext context, NDList output) {
            return output.singletonOrThrow().toFloatArray()[0];
        }

        @Override
        public Batchifier getBatchifier() {
            return Batchifier.STACK;
        }
    }

    @BeforeEach
    void load() throws Exception {
        model = Torch.load(TorchScriptFile.linear(folder.resolve("double.pt"), new float[][] {{2}}, new float[] {1}));
    }

    @AfterEach
    void end() {
        gate.countDown();
        callers.shutdownNow();
        model.close();
    }

    private PredictorPool.Builder<Integer, Float> pool() {
        return PredictorPool.builder(model, new Gated()).predictors(1).maxWait(Duration.ZERO);
    }

    private Future<Float> ask(PredictorPool<Integer, Float> pool, int row) {
        return callers.submit(() -> pool.predict(row, LONG));
    }

    /** Occupies the only predictor, so that what is asked next waits. */
    private Future<Float> hold(PredictorPool<Integer, Float> pool) throws InterruptedException {
        Future<Float> holding = ask(pool, HOLDS);
        held.await();
        return holding;
    }

    private static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void rows_of_many_callers_run_as_one_batch() throws Exception {
        try (PredictorPool<Integer, Float> pool = pool().maxBatch(8).open()) {
            Future<Float> first = hold(pool);
            List<Future<Float>> others =
                    IntStream.range(0, 10).mapToObj(i -> ask(pool, i)).toList();
            until(() -> pool.stats().waiting() == 10);
            gate.countDown();

            assertThat(first.get()).isEqualTo(-1f);
            for (int i = 0; i < 10; i++) {
                assertThat(others.get(i).get()).isEqualTo(2f * i + 1);
            }
            // One alone, then eight that had gathered, then the two that no longer fitted.
            assertThat(pool.stats().rows()).isEqualTo(11);
            assertThat(pool.stats().batches()).isEqualTo(3);
            assertThat(pool.stats().largestBatch()).isEqualTo(8);
        }
    }

    @Test
    void a_full_batch_starts_without_waiting_for_the_clock() throws Exception {
        try (PredictorPool<Integer, Float> pool =
                pool().maxBatch(4).maxWait(Duration.ofMinutes(1)).open()) {
            List<Future<Float>> four =
                    IntStream.range(0, 4).mapToObj(i -> ask(pool, i)).toList();

            for (Future<Float> one : four) {
                assertThat(one.get(20, TimeUnit.SECONDS)).isNotNull();
            }
            assertThat(pool.stats().batches()).isEqualTo(1);
        }
    }

    @Test
    void a_full_queue_starts_a_batch_when_it_is_smaller_than_one() throws Exception {
        try (PredictorPool<Integer, Float> pool =
                pool().maxBatch(64).capacity(2).maxWait(Duration.ofMinutes(1)).open()) {
            assertThat(pool.predictAll(List.of(1, 2), LONG)).containsExactly(3f, 5f);
        }
    }

    @Test
    void a_batch_that_stays_small_starts_when_its_oldest_row_has_waited_long_enough() throws Exception {
        Duration wait = Duration.ofMillis(40);
        try (PredictorPool<Integer, Float> pool =
                pool().maxBatch(4).maxWait(wait).open()) {
            long start = System.nanoTime();

            assertThat(pool.predictAll(List.of(1, 2), LONG)).containsExactly(3f, 5f);

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(wait);
            assertThat(pool.stats().batches()).isEqualTo(1);
        }
    }

    @Test
    void rows_beyond_the_capacity_are_refused_as_busy_at_once() throws Exception {
        try (PredictorPool<Integer, Float> pool = pool().capacity(3).open()) {
            Future<Float> first = hold(pool);
            Future<Float> second = ask(pool, 2);
            until(() -> pool.stats().waiting() == 1);

            assertThatExceptionOfType(BusyException.class)
                    .isThrownBy(() -> pool.predictAll(List.of(3, 4, 5), LONG))
                    .withMessage("rows waiting: 1, rows asked: 3 (expected: together at most 3)")
                    .satisfies(e -> assertThat(e.code()).isEqualTo("inference.busy"))
                    .satisfies(e -> assertThat(e.retryable()).isTrue());
            gate.countDown();

            assertThat(first.get()).isEqualTo(-1f);
            assertThat(second.get()).isEqualTo(5f);
            assertThat(pool.predictAll(List.of(3, 4, 5), LONG)).containsExactly(7f, 9f, 11f);
            assertThat(pool.stats().refused()).isEqualTo(3);
            assertThat(seen).containsExactly(HOLDS, 2, 3, 4, 5);
        }
    }

    @Test
    void more_rows_than_could_ever_fit_are_a_mistake_not_a_busy_pool() {
        try (PredictorPool<Integer, Float> pool = pool().capacity(3).open()) {
            assertThatExceptionOfType(InvalidValueException.class)
                    .isThrownBy(() -> pool.predictAll(List.of(1, 2, 3, 4), LONG))
                    .withMessage("rows: 4 (expected: at most 3)");
        }
    }

    @Test
    void a_call_whose_limit_passes_is_told_so_and_its_row_never_runs() throws Exception {
        try (PredictorPool<Integer, Float> pool = pool().open()) {
            Future<Float> first = hold(pool);

            assertThatExceptionOfType(InferenceException.class)
                    .isThrownBy(() -> pool.predict(7, Duration.ofMillis(30)))
                    .withMessage("prediction: not done within 30 ms")
                    .satisfies(e -> assertThat(e.code()).isEqualTo("inference.deadline"));
            assertThatExceptionOfType(InferenceException.class).isThrownBy(() -> pool.predict(8, Duration.ZERO));
            assertThat(pool.stats().waiting()).isZero();
            gate.countDown();

            assertThat(first.get()).isEqualTo(-1f);
            assertThat(pool.predict(9, LONG)).isEqualTo(19f);
            assertThat(seen).containsExactly(HOLDS, 9);
            assertThat(pool.stats().withdrawn()).isEqualTo(2);
        }
    }

    @Test
    void a_caller_that_is_interrupted_takes_its_rows_along() throws Exception {
        try (PredictorPool<Integer, Float> pool = pool().open()) {
            Future<Float> first = hold(pool);
            CountDownLatch interrupted = new CountDownLatch(1);
            Thread caller = new Thread(() -> {
                try {
                    pool.predictAll(List.of(1, 2, 3), LONG);
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
            });
            caller.start();
            until(() -> pool.stats().waiting() == 3);
            caller.interrupt();
            interrupted.await();
            assertThat(pool.stats().waiting()).isZero();
            gate.countDown();

            assertThat(first.get()).isEqualTo(-1f);
            assertThat(pool.predict(9, LONG)).isEqualTo(19f);
            assertThat(seen).containsExactly(HOLDS, 9);
        }
    }

    @Test
    void a_bad_row_fails_alone_among_the_rows_of_its_batch() throws Exception {
        try (PredictorPool<Integer, Float> pool = pool().open()) {
            Future<Float> first = hold(pool);
            Future<Float> good = ask(pool, 5);
            until(() -> pool.stats().waiting() == 1);
            Future<Float> bad = ask(pool, 2000);
            until(() -> pool.stats().waiting() == 2);
            Future<Float> alsoGood = ask(pool, 6);
            until(() -> pool.stats().waiting() == 3);
            gate.countDown();

            assertThat(first.get()).isEqualTo(-1f);
            assertThat(good.get()).isEqualTo(11f);
            assertThat(alsoGood.get()).isEqualTo(13f);
            assertThatThrownBy(bad::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessage("row: 2000 (expected: at most 1000)");
            assertThat(pool.stats().failed()).isEqualTo(1);
        }
    }

    @Test
    void a_model_that_fails_is_an_error_with_its_reason_and_the_pool_goes_on() throws Exception {
        try (PredictorPool<float[], float[]> pool =
                PredictorPool.builder(model, FloatRows.of()).predictors(1).open()) {
            assertThatExceptionOfType(InferenceException.class)
                    .isThrownBy(() -> pool.predict(new float[] {1, 2, 3}, LONG))
                    .withMessageContaining("the model failed")
                    .satisfies(e -> assertThat(e.code()).isEqualTo("inference.failed"));

            assertThat(pool.predict(new float[] {4}, LONG)).containsExactly(9f);
        }
    }

    @Test
    void a_model_that_fails_on_the_warm_up_row_does_not_open() {
        assertThatExceptionOfType(InferenceException.class)
                .isThrownBy(() -> PredictorPool.builder(model, FloatRows.of())
                        .warmUp(new float[] {1, 2})
                        .open())
                .satisfies(e -> assertThat(e.code()).isEqualTo("inference.failed"));
    }

    @Test
    void many_threads_over_several_predictors_each_get_their_own_answer() throws Exception {
        try (PredictorPool<Integer, Float> pool = pool().predictors(4)
                .maxBatch(16)
                .maxWait(Duration.ofNanos(200_000))
                .open()) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                int base = thread * 100;
                all.add(callers.submit(() -> {
                    for (int i = 0; i < 100; i++) {
                        assertThat(pool.predict(base + i, LONG)).isEqualTo(2f * (base + i) + 1);
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
            assertThat(pool.stats().rows()).isEqualTo(800);
        }
    }

    @Test
    void predictions_leave_no_tensors_behind() throws Exception {
        try (PredictorPool<Integer, Float> pool = pool().warmUp(1).open()) {
            int before = model.getNDManager().getManagedArrays().size();
            for (int i = 0; i < 300; i++) {
                pool.predict(i, LONG);
            }
            assertThat(model.getNDManager().getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void closing_fails_what_waits_finishes_what_runs_and_ends_the_threads() throws Exception {
        PredictorPool<Integer, Float> pool = pool().open();
        Future<Float> running = hold(pool);
        Future<Float> waiting = ask(pool, 2);
        until(() -> pool.stats().waiting() == 1);
        Future<?> closing = callers.submit(pool::close);

        assertThatThrownBy(waiting::get)
                .cause()
                .isInstanceOf(InferenceException.class)
                .hasMessage("the predictor pool is closed");
        gate.countDown();
        closing.get();
        pool.close();

        assertThat(running.get()).isEqualTo(-1f);
        assertThatExceptionOfType(InferenceException.class)
                .isThrownBy(() -> pool.predict(1, LONG))
                .satisfies(e -> assertThat(e.code()).isEqualTo("inference.closed"));
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("bittensor4j-predictor-double"));
    }

    @Test
    void settings_out_of_range_name_value_and_range() {
        assertThatThrownBy(() -> pool().predictors(0)).hasMessage("predictors: 0 (expected: 1-256)");
        assertThatThrownBy(() -> pool().maxBatch(0)).hasMessage("maxBatch: 0 (expected: 1-65536)");
        assertThatThrownBy(() -> pool().capacity(0)).hasMessage("capacity: 0 (expected: 1-1048576)");
        assertThatThrownBy(() -> pool().maxWait(Duration.ofMillis(-1))).hasMessageStartingWith("maxWait: PT-0.001S");
    }
}
