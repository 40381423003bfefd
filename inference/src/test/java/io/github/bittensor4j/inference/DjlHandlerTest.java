package io.github.bittensor4j.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Model;
import io.github.bittensor4j.axon.Call;
import io.github.bittensor4j.axon.RefusalException;
import io.github.bittensor4j.axon.VerifiedCaller;
import io.github.bittensor4j.core.Dialect;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DjlHandlerTest {
    record Sum(List<Double> numbers) {
        float[] row() {
            float[] row = new float[numbers.size()];
            for (int i = 0; i < row.length; i++) {
                row[i] = numbers.get(i).floatValue();
            }
            return row;
        }
    }

    record Total(double value) {}

    @TempDir
    Path folder;

    private Model model;

    @BeforeEach
    void load() throws Exception {
        model = Torch.load(
                TorchScriptFile.linear(folder.resolve("sum.pt"), new float[][] {{1}, {1}, {1}}, new float[] {0}));
    }

    @AfterEach
    void end() {
        model.close();
    }

    private static Call within(Duration limit) {
        return new Call() {
            @Override
            public VerifiedCaller caller() {
                throw new AssertionError("a model does not ask who asks");
            }

            @Override
            public String synapse() {
                return "sum.v1";
            }

            @Override
            public Dialect dialect() {
                return Dialect.GRPC;
            }

            @Override
            public Instant deadline() {
                return Instant.now().plus(limit);
            }

            @Override
            public Duration remaining() {
                return limit;
            }

            @Override
            public boolean ended() {
                return false;
            }
        };
    }

    @Test
    void a_question_goes_through_the_model_and_comes_back_as_an_answer() throws Exception {
        try (DjlHandler<Sum, Total> handler = DjlHandler.of(model, 2, Sum::row, row -> new Total(row[0]))) {
            assertThat(handler.handle(within(Duration.ofSeconds(30)), new Sum(List.of(1.0, 2.0, 3.5))))
                    .isEqualTo(new Total(6.5));
        }
    }

    @Test
    void a_handler_closes_the_pool_it_opened_and_leaves_the_one_it_was_given() throws Exception {
        DjlHandler<Sum, Total> own = DjlHandler.of(model, 1, Sum::row, row -> new Total(row[0]));
        own.close();
        assertThatExceptionOfType(InferenceException.class)
                .isThrownBy(() -> own.handle(within(Duration.ofSeconds(30)), new Sum(List.of(1.0, 2.0, 3.0))))
                .withMessage("the predictor pool is closed");

        try (PredictorPool<float[], float[]> pool =
                PredictorPool.builder(model, FloatRows.of(3)).open()) {
            DjlHandler.of(pool, Sum::row, row -> new Total(row[0])).close();

            assertThat(pool.predict(new float[] {1, 1, 1}, Duration.ofSeconds(30)))
                    .containsExactly(3f);
        }
    }

    @Test
    void a_question_of_several_rows_gets_its_answers_in_order() throws Exception {
        try (PredictorPool<float[], float[]> pool =
                PredictorPool.builder(model, FloatRows.of(3)).open()) {
            DjlHandler<List<Sum>, List<Float>> handler = DjlHandler.ofRows(
                    pool,
                    sums -> sums.stream().map(Sum::row).toList(),
                    rows -> rows.stream().map(row -> row[0]).toList());

            assertThat(handler.handle(
                            within(Duration.ofSeconds(30)),
                            List.of(new Sum(List.of(1.0, 0.0, 0.0)), new Sum(List.of(2.0, 2.0, 2.0)))))
                    .containsExactly(1f, 6f);
        }
    }

    @Test
    void a_question_that_does_not_fit_the_model_is_refused_as_invalid() {
        try (PredictorPool<float[], float[]> pool =
                PredictorPool.builder(model, FloatRows.of(3)).open()) {
            DjlHandler<Sum, Total> handler = DjlHandler.of(pool, Sum::row, row -> new Total(row[0]));

            assertThatExceptionOfType(RefusalException.class)
                    .isThrownBy(() -> handler.handle(within(Duration.ofSeconds(30)), new Sum(List.of(1.0))))
                    .withMessageStartingWith("row: 1 numbers (expected: 3")
                    .satisfies(e -> assertThat(e.code()).isEqualTo("call.invalid"));
        }
    }

    @Test
    void a_question_beyond_the_queue_is_refused_as_busy() throws Exception {
        // Two rows stay in the queue, since their batch waits for more; two further ones do not fit beside them.
        try (PredictorPool<float[], float[]> pool = PredictorPool.builder(model, FloatRows.of(3))
                .predictors(1)
                .maxWait(Duration.ofMinutes(1))
                .capacity(3)
                .open()) {
            DjlHandler<Sum, Total> handler =
                    DjlHandler.ofRows(pool, sum -> List.of(sum.row(), sum.row()), rows -> new Total(rows.get(0)[0]));
            Sum question = new Sum(List.of(1.0, 2.0, 3.0));
            Thread waiting = new Thread(() -> {
                try {
                    handler.handle(within(Duration.ofMinutes(1)), question);
                } catch (InterruptedException | InferenceException e) {
                    // the pool is closed at the end of the test
                    Thread.currentThread().interrupt();
                }
            });
            waiting.start();
            while (pool.stats().waiting() < 2) {
                Thread.onSpinWait();
            }

            assertThatExceptionOfType(RefusalException.class)
                    .isThrownBy(() -> handler.handle(within(Duration.ofSeconds(30)), question))
                    .satisfies(e -> assertThat(e.code()).isEqualTo("limit.busy"))
                    .satisfies(e -> assertThat(e.retryable()).isTrue());
        }
    }

    @Test
    void a_call_waits_no_longer_than_its_own_deadline() {
        try (PredictorPool<float[], float[]> pool = PredictorPool.builder(model, FloatRows.of(3))
                .maxWait(Duration.ofMinutes(1))
                .open()) {
            DjlHandler<Sum, Total> handler = DjlHandler.of(pool, Sum::row, row -> new Total(row[0]));

            assertThatExceptionOfType(InferenceException.class)
                    .isThrownBy(() -> handler.handle(within(Duration.ofMillis(20)), new Sum(List.of(1.0, 2.0, 3.0))))
                    .satisfies(e -> assertThat(e.code()).isEqualTo("inference.deadline"));
        }
    }
}
