package io.github.bittensor4j.examples.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LanguageModelTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long VALIDATOR = 4711;

    private static double meanLoss(LanguageModel model) {
        return LongStream.range(0, 8)
                .mapToObj(block -> Challenge.of(VALIDATOR, block))
                .flatMapToDouble(challenge -> {
                    try {
                        return DoubleStream.of(challenge.loss(model.answer(challenge.question(), LIMIT)));
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                })
                .average()
                .orElseThrow();
    }

    @Test
    void models_of_different_skill_have_losses_far_apart_and_in_order() throws Exception {
        try (LanguageModel thorough = LanguageModel.recurrent(Training.thorough(1), progress -> {});
                LanguageModel brief = LanguageModel.recurrent(Training.brief(2), progress -> {});
                LanguageModel bigram = LanguageModel.bigram(Tale.text(3, 100_000));
                LanguageModel noise = LanguageModel.noise(4)) {
            double[] losses = {meanLoss(thorough), meanLoss(brief), meanLoss(bigram), meanLoss(noise)};

            assertThat(losses[0]).isLessThan(0.6);
            assertThat(losses[1]).isBetween(losses[0] + 0.3, losses[2] - 0.3);
            assertThat(losses[2]).isBetween(1.6, 2.3);
            assertThat(losses[3]).isBetween(3.3, 4.6);
        }
    }

    @Test
    void training_lowers_the_loss_and_tells_every_step() throws Exception {
        List<Training.Progress> told = new ArrayList<>();

        LanguageModel.recurrent(new Training(5, 20), told::add).close();

        assertThat(told).extracting(Training.Progress::step).containsExactlyElementsOf(steps(20));
        assertThat(told).extracting(Training.Progress::steps).containsOnly(20);
        // At first it knows nothing: every character is as likely as any other.
        assertThat(told.get(0).loss()).isCloseTo(Math.log(Alphabet.SIZE), within(0.2));
        assertThat(told.get(19).loss()).isLessThan(told.get(0).loss() - 0.5);
    }

    private static List<Integer> steps(int last) {
        return LongStream.rangeClosed(1, last).mapToObj(i -> (int) i).toList();
    }

    @Test
    void the_same_seed_trains_the_same_model() throws Exception {
        NextCharacters question = Challenge.of(VALIDATOR, 1).question();
        try (LanguageModel one = LanguageModel.recurrent(new Training(6, 3), progress -> {});
                LanguageModel same = LanguageModel.recurrent(new Training(6, 3), progress -> {});
                LanguageModel other = LanguageModel.recurrent(new Training(7, 3), progress -> {})) {
            assertThat(same.answer(question, LIMIT)).isEqualTo(one.answer(question, LIMIT));
            assertThat(other.answer(question, LIMIT)).isNotEqualTo(one.answer(question, LIMIT));
        }
    }

    @Test
    void a_model_answers_texts_of_any_length_with_distributions() throws Exception {
        NextCharacters question = new NextCharacters(List.of("t", "that patient min", Tale.text(9, 256)));
        try (LanguageModel recurrent = LanguageModel.recurrent(new Training(8, 2), progress -> {});
                LanguageModel bigram = LanguageModel.bigram(Tale.text(1, 1000));
                LanguageModel noise = LanguageModel.noise(1)) {
            for (LanguageModel model : List.of(recurrent, bigram, noise)) {
                double loss = new Challenge(question, "hea").loss(model.answer(question, LIMIT));

                assertThat(loss).isPositive().isLessThan(Challenge.WORST_LOSS);
            }
        }
    }

    @Test
    void an_interrupt_ends_a_training() {
        assertThatThrownBy(() -> LanguageModel.recurrent(new Training(1, 1000), progress -> {
                    if (progress.step() == 2) {
                        Thread.currentThread().interrupt();
                    }
                }))
                .isInstanceOf(InterruptedException.class)
                .hasMessageContaining("step 3");
    }
}
