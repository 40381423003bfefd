package io.github.bittensor4j.localnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.crypto.Keypair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept on disk, and what a new start makes of it. */
class LocalnetStateTest {
    @TempDir
    Path directory;

    private Localnet open(Path state) {
        return Localnet.builder()
                .blockTime(BlockTime.MANUAL)
                .stateDirectory(state)
                .start();
    }

    private static Path log(Path state) throws IOException {
        try (Stream<Path> files = Files.list(state)) {
            return files.filter(f -> f.toString().endsWith(".log")).findFirst().orElseThrow();
        }
    }

    private static JsonNode head(Localnet chain) {
        try (RpcClient client = new RpcClient(chain.endpoint())) {
            return client.result("chain_getBlock");
        }
    }

    private static long nonce(Localnet chain) {
        try (RpcClient client = new RpcClient(chain.endpoint())) {
            return client.result(
                            "account_nextIndex",
                            Keypair.development("Alice").account().ss58())
                    .longValue();
        }
    }

    private static void transfer(Localnet chain, long nonce) {
        try (RpcClient client = new RpcClient(chain.endpoint())) {
            byte[] call = Extrinsics.transfer(Keypair.development("Bob").account(), 1_000_000);
            client.result(
                    "author_submitExtrinsic",
                    new Extrinsics(Keypair.development("Alice"), client)
                            .call(call)
                            .nonce(nonce)
                            .hex());
        }
        chain.produceBlocks(1);
    }

    /** A copy taken while the chain runs is what a kill -9 at that moment leaves: nothing is written at the end. */
    private Path copy(Path state, String name) throws IOException {
        Path copy = Files.createDirectory(directory.resolve(name));
        Path log = log(state);
        Files.copy(log, copy.resolve(log.getFileName()));
        return copy;
    }

    @Test
    void a_chain_goes_on_where_it_was_killed() throws IOException {
        Path state = directory.resolve("state");
        JsonNode last;
        Path killed;
        try (Localnet chain = open(state)) {
            transfer(chain, 0);
            chain.produceBlocks(3);
            transfer(chain, 1);
            last = head(chain);
            killed = copy(state, "killed");
        }
        try (Localnet again = open(killed)) {
            assertThat(head(again)).isEqualTo(last);
            assertThat(again.blockNumber()).isEqualTo(5);
            assertThat(nonce(again)).isEqualTo(2);
            transfer(again, 2);
            assertThat(head(again).path("block").path("header").path("parentHash"))
                    .isNotNull();
            assertThat(nonce(again)).isEqualTo(3);
        }
        try (Localnet third = open(killed)) {
            assertThat(third.blockNumber()).isEqualTo(6);
        }
    }

    @Test
    void a_record_that_broke_off_is_cut_off_wherever_it_broke() throws IOException {
        Path state = directory.resolve("state");
        long before;
        try (Localnet chain = open(state)) {
            chain.produceBlocks(1);
            before = Files.size(log(state));
            chain.produceBlocks(1);
        }
        byte[] whole = Files.readAllBytes(log(state));
        for (int cut : List.of(1, 4, 7, 8, 9, 100, whole.length - (int) before - 1)) {
            Path broken = copy(state, "cut-" + cut);
            byte[] part = java.util.Arrays.copyOf(whole, (int) before + cut);
            Files.write(log(broken), part);
            try (Localnet again = open(broken)) {
                assertThat(again.blockNumber()).as("cut after %d bytes", cut).isEqualTo(1);
                again.produceBlocks(2);
            }
            try (Localnet third = open(broken)) {
                assertThat(third.blockNumber()).isEqualTo(3);
            }
        }
    }

    @Test
    void damage_in_the_middle_is_an_error_that_says_where() throws IOException {
        Path state = directory.resolve("state");
        long middle;
        try (Localnet chain = open(state)) {
            chain.produceBlocks(1);
            middle = Files.size(log(state)) - 20;
            chain.produceBlocks(2);
        }
        byte[] bytes = Files.readAllBytes(log(state));
        bytes[(int) middle] ^= 1;
        Files.write(log(state), bytes);
        assertThatThrownBy(() -> open(state))
                .isInstanceOfSatisfying(
                        LocalnetException.class, e -> assertThat(e.code()).isEqualTo("localnet.state.corrupted"));
        Files.write(log(state), new byte[] {1, 2, 3});
        assertThatThrownBy(() -> open(state))
                .isInstanceOfSatisfying(
                        LocalnetException.class, e -> assertThat(e.code()).isEqualTo("localnet.state.corrupted"));
    }

    @Test
    void a_directory_serves_one_chain_at_a_time() {
        Path state = directory.resolve("state");
        try (Localnet chain = open(state)) {
            assertThatThrownBy(() -> open(state))
                    .isInstanceOfSatisfying(
                            LocalnetException.class, e -> assertThat(e.code()).isEqualTo("localnet.state.locked"));
            chain.produceBlocks(1);
        }
        open(state).close();
    }

    @Test
    void state_of_another_block_time_is_refused_by_name() {
        Path state = directory.resolve("state");
        open(state).close();
        assertThatThrownBy(() -> Localnet.builder()
                        .blockTime(BlockTime.FAST)
                        .stateDirectory(state)
                        .start())
                .isInstanceOfSatisfying(
                        LocalnetException.class, e -> assertThat(e.code()).isEqualTo("localnet.state.version"));
    }
}
