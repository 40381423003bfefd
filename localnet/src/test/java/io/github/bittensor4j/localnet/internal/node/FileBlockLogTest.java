package io.github.bittensor4j.localnet.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.localnet.internal.pallets.Pallets;
import io.github.bittensor4j.localnet.internal.state.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that grows begins anew with a checkpoint, and nothing of the chain's present is lost by it. */
class FileBlockLogTest {
    private static Chain chain(Path directory, long growth) {
        return new Chain(
                Pallets.create(12_000), 12_000, before -> before + 12_000, new FileBlockLog(directory, growth));
    }

    @Test
    void checkpoints_replace_old_files_and_a_start_continues_from_the_last(@TempDir Path directory) throws IOException {
        Hash genesis;
        Hash tenth;
        Hash last;
        try (Chain chain = chain(directory, 20_000)) {
            genesis = chain.genesisHash();
            for (int i = 0; i < 200; i++) {
                chain.produce();
            }
            tenth = chain.hash(10).orElseThrow();
            last = chain.head().hash();
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .hasSize(2)
                    .contains("lock")
                    .doesNotContain("chain-0.log");
        }
        // What a process leaves that was killed while it wrote the next checkpoint.
        Files.write(directory.resolve("chain-300.tmp"), new byte[100]);
        try (Chain again = chain(directory, 20_000)) {
            assertThat(again.head().number()).isEqualTo(200);
            assertThat(again.head().hash()).isEqualTo(last);
            assertThat(again.genesisHash()).isEqualTo(genesis);
            assertThat(again.hash(10)).contains(tenth);
            Block next = again.produce();
            assertThat(next.parent()).isEqualTo(last);
            State state = new State(again.state(next).orElseThrow());
            assertThat(state.changes()).isEmpty();
        }
    }

    @Test
    void a_checkpoint_that_can_not_be_written_costs_no_block_and_is_tried_again(@TempDir Path directory)
            throws IOException {
        long last = 0;
        try (Chain chain = chain(directory, 0)) {
            // A folder with something in it, by the name of each checkpoint to come.
            for (long number = 1; number <= 3; number++) {
                Files.createDirectories(directory.resolve("chain-" + number + ".tmp/x"));
            }
            List<Long> heard = new ArrayList<>();
            chain.onBlock((block, changes) -> heard.add(block.number()));
            for (int i = 0; i < 3; i++) {
                chain.produce();
            }
            assertThat(heard).containsExactly(1L, 2L, 3L);
            assertThat(Files.exists(directory.resolve("chain-0.log"))).isTrue();
            last = chain.produce().number();
            assertThat(Files.exists(directory.resolve("chain-0.log"))).isFalse();
        }
        for (long number = 1; number <= 3; number++) {
            Files.delete(directory.resolve("chain-" + number + ".tmp/x"));
        }
        try (Chain again = chain(directory, 0)) {
            assertThat(again.head().number()).isEqualTo(last);
        }
    }
}
