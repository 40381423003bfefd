package io.github.bittensor4j.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.axon.CallObserver;
import io.github.bittensor4j.axon.RefusalException;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.dendrite.Dendrite;
import io.github.bittensor4j.dendrite.QueryOutcome;
import io.github.bittensor4j.dendrite.Target;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AxonMetricsTest {
    private static final SynapseType<byte[], byte[]> ECHO = SynapseType.bytes("echo.v1");
    private static final Duration SOON = Duration.ofSeconds(20);

    private final Keypair miner = Keypair.development("Bob");
    private final Keypair validator = Keypair.development("Alice");
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AxonMetrics metrics = AxonMetrics.in(registry);

    private Axon.Builder axon() {
        return Axon.builder(miner)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open())
                .observe(metrics);
    }

    private Target at(Axon axon) {
        return Target.of(miner.account(), new Endpoint("127.0.0.1", axon.port()));
    }

    private List<String> lines() {
        return registry.scrape().lines().toList();
    }

    @Test
    void prometheus_reads_requests_refusals_queue_handler_and_latency_and_no_hotkey() throws Exception {
        SynapseType<byte[], byte[]> fussy = SynapseType.bytes("fussy.v1");
        try (Axon axon = axon().serve(ECHO, (call, bytes) -> bytes)
                        .serve(fussy, (call, bytes) -> {
                            throw new RefusalException("prompt.too-long", false, "no");
                        })
                        .start();
                Dendrite dendrite = Dendrite.open(validator)) {
            metrics.connections(axon);
            for (int i = 0; i < 3; i++) {
                assertThat(dendrite.query(at(axon), ECHO, new byte[3], SOON)).isInstanceOf(QueryOutcome.Answered.class);
            }
            dendrite.query(at(axon), fussy, new byte[3], SOON);
            dendrite.query(at(axon), SynapseType.bytes("nothing.v1"), new byte[3], SOON);
            Target stranger =
                    Target.of(Keypair.development("Charlie").account(), new Endpoint("127.0.0.1", axon.port()));
            dendrite.query(stranger, ECHO, new byte[3], SOON);
            assertThat(axon.drain(SOON)).isTrue();

            List<String> lines = lines();
            assertThat(lines)
                    .contains(
                            "bittensor_axon_requests_total{dialect=\"grpc\"} 6.0",
                            "bittensor_axon_refusals_total{code=\"auth.receiver\",dialect=\"grpc\"} 1.0",
                            "bittensor_axon_refusals_total{code=\"call.unknown\",dialect=\"grpc\"} 1.0",
                            "bittensor_axon_refusals_total{code=\"prompt.too-long\",dialect=\"grpc\"} 1.0",
                            "bittensor_axon_latency_seconds_count{dialect=\"grpc\",synapse=\"echo.v1\"} 3",
                            "bittensor_axon_latency_seconds_bucket{dialect=\"grpc\",synapse=\"echo.v1\",le=\"60.0\"} 3",
                            "bittensor_axon_queue_seconds_count{synapse=\"echo.v1\"} 3",
                            "bittensor_axon_handler_seconds_count{synapse=\"echo.v1\"} 3",
                            "bittensor_axon_handler_seconds_count{synapse=\"fussy.v1\"} 1",
                            "bittensor_axon_waiting 0.0",
                            "bittensor_axon_running 0.0",
                            "bittensor_axon_connections 1.0");
            assertThat(String.join("\n", lines))
                    .doesNotContain(validator.account().ss58())
                    .doesNotContain("nothing.v1");
        }
    }

    @Test
    void the_queue_is_seen_while_it_stands_and_is_empty_after_its_calls_gave_up() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch twoAdmitted = new CountDownLatch(2);
        try (Axon axon = axon().limits(limits -> limits.running(1).waiting(1))
                        .observe((dialect, headers) -> new CallObserver() {
                            @Override
                            public void admitted(String synapse) {
                                twoAdmitted.countDown();
                            }
                        })
                        .serve(ECHO, (call, bytes) -> {
                            first.countDown();
                            go.await();
                            return bytes;
                        })
                        .start();
                Dendrite dendrite = Dendrite.open(validator)) {
            CompletableFuture<?> running = ask(dendrite, axon, SOON);
            assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<?> waiting = ask(dendrite, axon, Duration.ofSeconds(1));
            assertThat(twoAdmitted.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(lines()).contains("bittensor_axon_waiting 1.0", "bittensor_axon_running 1.0");

            assertThat(waiting.get(20, TimeUnit.SECONDS)).isInstanceOf(QueryOutcome.TimedOut.class);
            go.countDown();
            assertThat(running.get(20, TimeUnit.SECONDS)).isInstanceOf(QueryOutcome.Answered.class);
            assertThat(axon.drain(SOON)).isTrue();
            assertThat(lines()).contains("bittensor_axon_waiting 0.0");
        }
    }

    private CompletableFuture<QueryOutcome<byte[]>> ask(Dendrite dendrite, Axon axon, Duration deadline) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return dendrite.query(at(axon), ECHO, new byte[3], deadline);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void codes_that_a_handler_makes_up_cannot_fill_the_registry() {
        for (int i = 0; i < 1000; i++) {
            metrics.arrived(Dialect.HTTP, name -> Optional.empty()).refused("mine." + i, Duration.ZERO);
        }
        assertThat(lines().stream().filter(line -> line.startsWith("bittensor_axon_refusals_total")))
                .hasSizeLessThanOrEqualTo(203)
                .contains("bittensor_axon_refusals_total{code=\"other\",dialect=\"http\"} 800.0");
    }

    @Test
    void a_call_that_ends_while_it_is_admitted_does_not_stay_in_the_queue() {
        CallObserver call = metrics.arrived(Dialect.GRPC, name -> Optional.empty());
        call.refused("call.deadline", Duration.ZERO);
        call.admitted("echo.v1");
        assertThat(lines()).contains("bittensor_axon_waiting 0.0");
    }
}
