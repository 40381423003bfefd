package io.github.bittensor4j.neuron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.core.BittensorException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What a shell sees of a neuron. */
class ExitStatusTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(ExitStatus.Program program) {
        return ExitStatus.of(stream(out), stream(err), program);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void a_program_that_returns_is_done_and_nothing_is_printed() {
        assertThat(run(() -> {})).isZero();
        assertThat(out() + err()).isEmpty();
    }

    @Test
    void help_goes_to_standard_output_and_is_no_failure() {
        assertThat(run(() -> Miner.run(new String[] {"--help"}, miner -> miner)))
                .isZero();
        assertThat(out().strip()).isEqualTo(NeuronConfig.usage());
        assertThat(err()).isEmpty();
    }

    @Test
    void a_wrong_option_is_one_line_on_standard_error_with_code_and_remedy() {
        assertThat(run(() -> Validator.run(new String[] {"--netuids", "2"}, validator -> validator)))
                .isEqualTo(ExitStatus.USAGE);
        assertThat(out()).isEmpty();
        assertThat(err().lines())
                .singleElement()
                .asString()
                .startsWith("--netuids: not an option of a neuron")
                .endsWith("[config.flag] Every option takes a value: --netuid 2.");
    }

    @Test
    void a_missing_wallet_a_node_that_is_away_and_a_lost_seat_have_statuses_of_their_own() {
        assertThat(run(() -> fail("wallet.missing", false))).isEqualTo(ExitStatus.CONFIGURATION);
        assertThat(run(() -> fail("node.unreachable", true))).isEqualTo(ExitStatus.RETRY);
        assertThat(run(() -> fail("neuron.seat_lost", false))).isEqualTo(ExitStatus.FAILED);
        assertThat(err().lines())
                .containsExactly(
                        "it failed [wallet.missing]", "it failed [node.unreachable]", "it failed [neuron.seat_lost]");
    }

    private static void fail(String code, boolean retryable) {
        throw new BittensorException(code, retryable, "it failed", "");
    }

    @Test
    void a_fault_of_the_program_keeps_its_stack_trace() {
        assertThat(run(() -> {
                    throw new IOException("no model");
                }))
                .isEqualTo(ExitStatus.FAILED);
        assertThat(err()).contains("java.io.IOException: no model").contains("\tat ");
        assertThatThrownBy(() -> run(() -> {
                    throw new OutOfMemoryError("heap");
                }))
                .isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void an_interrupt_is_told_and_kept() {
        assertThat(run(() -> {
                    throw new InterruptedException();
                }))
                .isEqualTo(ExitStatus.INTERRUPTED);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(err().strip()).isEqualTo("interrupted");
    }
}
