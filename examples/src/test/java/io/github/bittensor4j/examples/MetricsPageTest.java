package io.github.bittensor4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.dendrite.Dendrite;
import io.github.bittensor4j.dendrite.QueryOutcome;
import io.github.bittensor4j.dendrite.Target;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import io.github.bittensor4j.neuron.Miner;
import io.github.bittensor4j.subtensor.Calls;
import io.github.bittensor4j.subtensor.Network;
import io.github.bittensor4j.subtensor.Subtensor;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MetricsPageTest {
    private static final SynapseType<byte[], byte[]> ECHO = SynapseType.bytes("echo.v1");

    @Test
    void prometheus_reads_what_a_miner_did_on_a_port_of_its_own() throws Exception {
        Keypair hotkey = Keypair.development("Bob");
        Netuid root = Netuid.of(2);
        try (Localnet localnet = Localnet.builder().blockTime(BlockTime.FAST).start();
                Subtensor chain = Subtensor.connect(Network.of(localnet.endpoint()));
                Keypair alice = Keypair.development("Alice");
                MetricsPage page = MetricsPage.of(new String[] {"--netuid", "2", "--metrics-port", "0", "-w", "x"})) {
            assertThat(page.rest()).containsExactly("--netuid", "2", "-w", "x");
            chain.submit(Calls.registerNetwork(alice.derive("//owner").account()), alice)
                    .orThrow();
            chain.submit(Calls.burnedRegister(root, hotkey.account()), alice).orThrow();
            try (Miner miner = page.watch(Miner.builder(root, hotkey, chain))
                            .serve(ECHO, (call, bytes) -> bytes)
                            .access(AccessPolicy.open())
                            .bind(new InetSocketAddress("127.0.0.2", 0))
                            .start();
                    Dendrite dendrite = Dendrite.open(alice)) {
                assertThat(dendrite.query(
                                Target.of(hotkey.account(), miner.endpoint()),
                                ECHO,
                                new byte[] {1},
                                Duration.ofSeconds(20)))
                        .isInstanceOf(QueryOutcome.Answered.class);
                HttpResponse<String> read = HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                                + page.port().orElseThrow() + "/metrics"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
                assertThat(read.statusCode()).isEqualTo(200);
                assertThat(read.body())
                        .contains("bittensor_axon_requests_total{dialect=\"grpc\"} 1.0")
                        .doesNotContain(alice.account().ss58());
            }
        }
    }

    @Test
    void without_its_flag_there_is_no_page() {
        try (MetricsPage page = MetricsPage.of(new String[] {"--netuid", "2"})) {
            assertThat(page.port()).isEmpty();
            assertThat(page.rest()).containsExactly("--netuid", "2");
        }
        for (String wrong : new String[] {"x", "70000", "-1"}) {
            assertThatThrownBy(() -> MetricsPage.of(new String[] {"--metrics-port", wrong}))
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessageContaining("--metrics-port: \"" + wrong + "\"");
        }
        assertThatThrownBy(() -> MetricsPage.of(new String[] {"--metrics-port"}))
                .isInstanceOf(InvalidValueException.class);
    }
}
