package io.github.bittensor4j.neuron;

import static io.github.bittensor4j.neuron.Neurons.NETUID;
import static io.github.bittensor4j.neuron.Neurons.account;
import static io.github.bittensor4j.neuron.Neurons.subnet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Uid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoresTest {
    private static final String GENESIS = "0x" + "ab".repeat(32);
    private static final Uid U0 = Uid.of(0);
    private static final Uid U1 = Uid.of(1);

    @TempDir
    Path dir;

    private Scores opened() {
        Scores scores = Scores.movingAverage(0.5, dir);
        scores.open(NETUID, account(7), GENESIS);
        return scores;
    }

    @Test
    void an_average_moves_by_alpha_from_zero() {
        Scores scores = opened();
        scores.apply(Map.of(U0, 1.0), subnet(10, 1, 2));
        scores.apply(Map.of(U0, 1.0), subnet(11, 1, 2));
        assertThat(scores.snapshot()).containsExactly(Map.entry(U0, 0.75));
        scores.close();
    }

    @Test
    void who_was_not_asked_keeps_the_score() {
        Scores scores = opened();
        scores.apply(Map.of(U0, 1.0, U1, 1.0), subnet(10, 1, 2));
        scores.apply(Map.of(U1, 0.0), subnet(11, 1, 2));
        assertThat(scores.snapshot()).containsEntry(U0, 0.5).containsEntry(U1, 0.25);
        scores.close();
    }

    @Test
    void a_seat_whose_hotkey_changed_starts_afresh() {
        Scores scores = opened();
        scores.apply(Map.of(U0, 1.0), subnet(10, 1, 2));
        scores.apply(Map.of(U0, 0.5), subnet(20, 3, 2));
        assertThat(scores.snapshot()).containsEntry(U0, 0.25);
        scores.close();
    }

    @Test
    void a_hotkey_that_left_and_came_back_starts_afresh_too() {
        Scores scores = opened();
        scores.apply(Map.of(U0, 1.0), subnet(10, 1, 2));
        scores.reconcile(subnet(20, 3, 2));
        scores.reconcile(subnet(30, 1, 2));
        assertThat(scores.snapshot()).isEmpty();
        scores.close();
    }

    @Test
    void a_score_of_a_former_hotkey_earns_no_weight() {
        Scores scores = opened();
        scores.apply(Map.of(U0, 1.0, U1, 1.0), subnet(10, 1, 2));
        assertThat(scores.positive(subnet(20, 3, 2))).containsOnlyKeys(U1);
        scores.close();
    }

    @Test
    void what_a_killed_validator_kept_is_there_for_the_next() throws IOException {
        Scores killed = opened();
        killed.apply(Map.of(U0, 1.0, U1, 0.1), subnet(10, 1, 2));
        Path elsewhere = Files.createDirectory(dir.resolve("next"));
        Path file = killed.file().orElseThrow();
        Files.copy(file, elsewhere.resolve(file.getFileName())); // what kill -9 leaves: the file, and no close()

        Scores next = Scores.movingAverage(0.5, elsewhere);
        next.open(NETUID, account(7), GENESIS);
        assertThat(next.snapshot()).isEqualTo(killed.snapshot());
        assertThat(next.snapshot().get(U1)).isCloseTo(0.05, within(1e-15));
        next.close();
        killed.close();
    }

    @Test
    void a_round_that_outlives_its_validator_touches_neither_scores_nor_file() throws IOException {
        Scores scores = opened();
        scores.apply(Map.of(U0, 1.0), subnet(10, 1, 2));
        Path file = scores.file().orElseThrow();
        scores.close();
        String kept = Files.readString(file);
        scores.apply(Map.of(U0, 1.0), subnet(11, 1, 2));
        assertThat(Files.readString(file)).isEqualTo(kept);
        assertThat(scores.snapshot()).containsExactly(Map.entry(U0, 0.5));
    }

    @Test
    void a_half_written_file_beside_does_no_harm() throws IOException {
        Scores scores = opened();
        scores.apply(Map.of(U0, 1.0), subnet(10, 1, 2));
        scores.close();
        Path file = scores.file().orElseThrow();
        Files.writeString(file.resolveSibling(file.getFileName() + ".new"), "bittensor4j sco");
        Scores again = opened();
        assertThat(again.snapshot()).containsEntry(U0, 0.5);
        again.close();
    }

    @Test
    void a_damaged_file_is_an_error_and_stays_as_it_is() throws IOException {
        Scores scores = opened();
        scores.apply(Map.of(U0, 1.0), subnet(10, 1, 2));
        scores.close();
        Path file = scores.file().orElseThrow();
        String whole = Files.readString(file);
        for (String damaged : List.of(
                "",
                "nonsense",
                whole.substring(0, whole.length() - 3),
                whole.replace("0.5", "0.9"),
                whole.replace("sha256 ", "sha256 0"),
                "\u0000".repeat(200))) {
            Files.writeString(file, damaged, StandardCharsets.UTF_8);
            assertThatThrownBy(this::opened).isInstanceOfSatisfying(ScoresException.class, e -> {
                assertThat(e.code()).isEqualTo("neuron.scores.corrupt");
                assertThat(e.getMessage()).contains(file.toString());
                assertThat(e.hint()).contains("move it away");
            });
            assertThat(file).hasContent(damaged);
        }
    }

    @Test
    void a_second_validator_on_the_same_file_is_refused() {
        Scores first = opened();
        assertThatThrownBy(this::opened)
                .isInstanceOfSatisfying(
                        ScoresException.class, e -> assertThat(e.code()).isEqualTo("neuron.scores.in_use"));
        first.close();
        opened().close();
    }

    @Test
    void each_validator_and_each_chain_has_a_file_of_its_own() {
        Scores first = opened();
        first.apply(Map.of(U0, 1.0), subnet(10, 1, 2));
        Scores otherKey = Scores.movingAverage(0.5, dir);
        otherKey.open(NETUID, account(8), GENESIS);
        Scores otherChain = Scores.movingAverage(0.5, dir);
        otherChain.open(NETUID, account(7), "0x" + "cd".repeat(32));
        assertThat(otherKey.snapshot()).isEmpty();
        assertThat(otherChain.snapshot()).isEmpty();
        first.close();
        otherKey.close();
        otherChain.close();
    }

    @Test
    void a_score_that_is_no_number_is_refused_naming_the_uid() {
        for (double bad : new double[] {Double.NaN, -0.1, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            assertThatThrownBy(() -> Scores.check(Uid.of(17), bad))
                    .isInstanceOf(ScoresException.class)
                    .hasMessageContaining("uid 17")
                    .hasMessageContaining(String.valueOf(bad));
        }
    }

    @Test
    void an_alpha_outside_its_range_is_refused() {
        for (double bad : new double[] {0.0, -1.0, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> Scores.movingAverage(bad)).isInstanceOf(InvalidValueException.class);
        }
    }
}
