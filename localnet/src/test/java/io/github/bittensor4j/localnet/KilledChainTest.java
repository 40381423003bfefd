package io.github.bittensor4j.localnet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Keypair;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A chain whose process is killed with no warning while it makes blocks: nothing a client was told is lost. */
@Timeout(120)
class KilledChainTest {
    private static final int TRANSFERS = 3;

    @TempDir
    Path directory;

    private Process start(Path state) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChainProcess.class.getName(),
                        state.toString()))
                .redirectError(directory.resolve("chain.err").toFile())
                .start();
    }

    private static URI endpoint(Process process) throws IOException {
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("endpoint ")) {
                return URI.create(line.substring("endpoint ".length()));
            }
        }
        throw new AssertionError("the chain's process ended before it said where it listens");
    }

    private static long nonce(RpcClient client, AccountId account) {
        return client.result("account_nextIndex", account.ss58()).longValue();
    }

    /** Sends transfers one after the other until each is final, and keeps what the chain said of the blocks that hold them. */
    private static Map<String, JsonNode> transfers(RpcClient client, Keypair alice) throws InterruptedException {
        Map<String, JsonNode> told = new LinkedHashMap<>();
        AccountId bob = Keypair.development("Bob").account();
        for (int i = 0; i < TRANSFERS; i++) {
            client.result(
                    "author_submitAndWatchExtrinsic",
                    new Extrinsics(alice, client)
                            .call(Extrinsics.transfer(bob, 1_000_000))
                            .nonce(nonce(client, alice.account()))
                            .hex());
            JsonNode finalized = client.notification().path("result").path("finalized");
            while (finalized.isMissingNode()) {
                finalized = client.notification().path("result").path("finalized");
            }
            told.put(finalized.textValue(), client.result("chain_getBlock", finalized.textValue()));
        }
        return told;
    }

    @Test
    void what_a_client_was_told_is_there_again_after_each_kill() throws Exception {
        Path state = directory.resolve("state");
        Keypair alice = Keypair.development("Alice");
        Map<String, JsonNode> told = new LinkedHashMap<>();
        for (int life = 1; life <= 2; life++) {
            Process process = start(state);
            try (RpcClient client = new RpcClient(endpoint(process))) {
                assertThat(nonce(client, alice.account())).isEqualTo((life - 1L) * TRANSFERS);
                told.forEach((hash, block) ->
                        assertThat(client.result("chain_getBlock", hash)).isEqualTo(block));
                told.putAll(transfers(client, alice));
            } finally {
                process.destroyForcibly();
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
        }
        try (Localnet again = Localnet.builder()
                        .blockTime(BlockTime.FAST)
                        .stateDirectory(state)
                        .start();
                RpcClient client = new RpcClient(again.endpoint())) {
            assertThat(nonce(client, alice.account())).isEqualTo(2L * TRANSFERS);
            assertThat(told).hasSize(2 * TRANSFERS);
            told.forEach((hash, block) ->
                    assertThat(client.result("chain_getBlock", hash)).isEqualTo(block));
            assertThat(transfers(client, alice)).hasSize(TRANSFERS);
        }
    }
}
