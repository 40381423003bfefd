package io.github.bittensor4j.examples.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChallengeTest {
    private static final Challenge CHALLENGE =
            new Challenge(new NextCharacters(List.of("that fo", "those foxe")), "xs");

    /** Both distributions give this probability to the true character, and the rest to the others evenly. */
    private static Predictions confident(double probability) {
        return new Predictions(List.of(distribution('x', probability), distribution('s', probability)));
    }

    private static List<Double> distribution(char truth, double probability) {
        List<Double> distribution =
                new ArrayList<>(Collections.nCopies(Alphabet.SIZE, (1 - probability) / (Alphabet.SIZE - 1)));
        distribution.set(Alphabet.indexOf(truth), probability);
        return distribution;
    }

    private static Predictions with(int place, double value) {
        List<Double> changed = distribution('s', 0.5);
        changed.set(place, value);
        return new Predictions(List.of(distribution('x', 0.5), changed));
    }

    @Test
    void the_loss_is_the_mean_cross_entropy_in_nats() {
        assertThat(CHALLENGE.loss(confident(1))).isZero();
        assertThat(CHALLENGE.loss(confident(0.5))).isCloseTo(Math.log(2), within(1e-9));
        assertThat(CHALLENGE.loss(confident(1.0 / Alphabet.SIZE))).isCloseTo(Math.log(28), within(1e-9));
        assertThat(CHALLENGE.loss(new Predictions(List.of(distribution('x', 1), distribution('s', 0.25)))))
                .isCloseTo(Math.log(4) / 2, within(1e-9));
    }

    @Test
    void a_sure_and_wrong_answer_is_as_bad_as_none_and_not_infinitely_bad() {
        assertThat(CHALLENGE.loss(confident(0))).isEqualTo(Challenge.WORST_LOSS);
        assertThat(Challenge.WORST_LOSS).isCloseTo(13.8, within(0.1));
    }

    @Test
    void an_answer_of_another_shape_has_the_worst_loss() {
        List<Double> good = distribution('x', 0.5);
        for (Predictions odd : List.of(
                new Predictions(List.of()),
                new Predictions(List.of(good)),
                new Predictions(List.of(good, good, good)),
                new Predictions(List.of(good, List.of())),
                new Predictions(List.of(good, good.subList(0, 27))),
                new Predictions(List.of(good, Collections.nCopies(29, 1.0 / 29))))) {
            assertThat(CHALLENGE.loss(odd)).isEqualTo(Challenge.WORST_LOSS);
        }
    }

    @Test
    void an_answer_that_is_no_probability_distribution_has_the_worst_loss() {
        double rest = 0.5 / 27;
        assertThat(CHALLENGE.loss(with(3, rest))).isLessThan(1);
        for (double odd : new double[] {
            Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -rest, rest + 0.01, rest - 0.01, 1e300, 2
        }) {
            assertThat(CHALLENGE.loss(with(3, odd))).as("%s", odd).isEqualTo(Challenge.WORST_LOSS);
        }
    }

    @Test
    void a_sum_a_little_above_one_gains_nothing() {
        Predictions generous = with(Alphabet.indexOf('s'), 0.5009);

        assertThat(CHALLENGE.loss(generous)).isGreaterThan(-Math.log(0.5009) / 2 - Math.log(0.5) / 2);
    }

    @Test
    void scores_have_the_order_of_losses_and_no_answer_is_worth_nothing() {
        assertThat(Challenge.score(0)).isEqualTo(1);
        assertThat(Challenge.score(0.1)).isGreaterThan(Challenge.score(0.8));
        assertThat(Challenge.score(0.8)).isGreaterThan(Challenge.score(2));
        assertThat(Challenge.score(2)).isGreaterThan(Challenge.score(3.8));
        assertThat(Challenge.score(3.8)).isGreaterThan(Challenge.score(Challenge.WORST_LOSS));
        assertThat(Challenge.score(Challenge.WORST_LOSS)).isZero();
    }

    @Test
    void a_challenge_follows_from_seed_and_number_and_every_number_has_another() {
        assertThat(Challenge.of(1, 1)).isEqualTo(Challenge.of(1, 1));

        HashSet<List<String>> questions = new HashSet<>();
        for (int seed = 0; seed < 5; seed++) {
            for (int number = 0; number < 5; number++) {
                questions.add(Challenge.of(seed, number).question().contexts());
            }
        }
        assertThat(questions).hasSize(25);
    }

    @Test
    void no_piece_of_a_question_shows_what_comes_after_another() {
        // Pieces overlap if one's end stands inside another at the place where the text is the same; sentences repeat,
        // so look at
        // a piece's whole length up to its end.
        for (int number = 0; number < 20; number++) {
            Challenge challenge = Challenge.of(7, number);
            List<String> contexts = challenge.question().contexts();
            assertThat(contexts).hasSize(Challenge.CONTEXTS).doesNotHaveDuplicates();
            for (String one : contexts) {
                String end = one.substring(8);
                assertThat(contexts.stream().filter(other -> other.contains(end)))
                        .containsExactly(one);
            }
        }
    }

    @Test
    void the_truth_continues_the_text() {
        String words = "abcdefghijklmnopqrstuvwxyz .";
        Challenge challenge = Challenge.of(3, 0);
        assertThat(challenge.truth()).hasSize(Challenge.CONTEXTS);
        assertThat(challenge.truth().chars().allMatch(c -> words.indexOf(c) >= 0))
                .isTrue();
        for (int i = 0; i < Challenge.CONTEXTS; i++) {
            if (challenge.question().contexts().get(i).endsWith(".")) {
                assertThat(challenge.truth().charAt(i)).isEqualTo(' ');
            }
        }
    }

    @Test
    void a_question_outside_its_limits_is_refused_with_the_rule() {
        assertThatThrownBy(() -> new NextCharacters(List.of())).hasMessage("contexts: 0 (expected: 1-64)");
        assertThatThrownBy(() -> new NextCharacters(Collections.nCopies(65, "a")))
                .hasMessage("contexts: 65 (expected: 1-64)");
        assertThatThrownBy(() -> new NextCharacters(List.of(""))).hasMessage("context: 0 characters (expected: 1-256)");
        assertThatThrownBy(() -> new NextCharacters(List.of("a".repeat(257))))
                .hasMessage("context: 257 characters (expected: 1-256)");
        assertThatThrownBy(() -> new NextCharacters(List.of("Fox"))).hasMessageContaining("outside the language");
    }

    @Test
    void a_tale_is_endless_the_same_for_its_seed_and_of_the_language() {
        String tale = Tale.text(11, 10_000);

        assertThat(tale).hasSize(10_000).isEqualTo(Tale.text(11, 10_000)).isNotEqualTo(Tale.text(12, 10_000));
        assertThat(Tale.text(11, 20_000)).startsWith(tale);
        assertThat(Alphabet.covers(tale)).isTrue();
    }
}
