package io.github.bittensor4j.axon;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import io.grpc.CallOptions;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who cannot sign asks whether the axon serves, and learns nothing else. */
@Timeout(60)
class HealthTest {
    private static final String CHECK = "grpc.health.v1.Health/Check";
    private static final String WATCH = "grpc.health.v1.Health/Watch";
    private static final Rate OFTEN = new Rate(1000, 1000);

    private final Signer bob = Keypair.development("Bob");

    private Axon axon(UnaryOperator<Axon.Builder> change) {
        return change.apply(Axon.builder(bob)
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .serve(SynapseType.bytes("echo.v1"), (call, bytes) -> bytes))
                .start();
    }

    private RawClient.Request unsigned(String method, byte... message) {
        RawClient.Request request = new RawClient.Request(bob, bob.account(), message);
        request.sentTo = method;
        return request;
    }

    private static byte[] service(String name) {
        byte[] request = new byte[2 + name.length()];
        request[0] = 10;
        request[1] = (byte) name.length();
        System.arraycopy(name.getBytes(StandardCharsets.US_ASCII), 0, request, 2, name.length());
        return request;
    }

    private static HttpResponse<String> get(Axon axon, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + axon.port() + path))
                                .version(HttpClient.Version.HTTP_1_1)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void a_balancer_asks_over_grpc_or_http_and_hears_when_the_axon_stops() throws Exception {
        try (Axon axon = axon(builder -> builder.health(OFTEN));
                RawClient client = new RawClient(axon.port())) {
            assertThat(client.send(unsigned(CHECK)).messages()).containsExactly(new byte[] {8, 1});
            assertThat(client.send(unsigned(CHECK, service("bittensor4j.v1.Neuron")))
                            .messages())
                    .containsExactly(new byte[] {8, 1});
            assertThat(client.send(unsigned(CHECK, service("other"))).status().getCode())
                    .isEqualTo(Status.Code.NOT_FOUND);
            assertThat(get(axon, "/health").statusCode()).isEqualTo(200);

            RawClient.Open watch = client.open(unsigned(WATCH), CallOptions.DEFAULT);
            watch.call.sendMessage(new byte[0]);
            watch.call.halfClose();
            RawClient.Open unknown = client.open(unsigned(WATCH), CallOptions.DEFAULT);
            unknown.call.sendMessage(service("other"));
            unknown.call.halfClose();
            // both stand once a later call was answered on the same connection
            assertThat(client.send(unsigned(CHECK)).status().isOk()).isTrue();
            assertThat(axon.drain(Duration.ofSeconds(20))).isTrue();

            assertThat(watch.result.get(20, TimeUnit.SECONDS).messages())
                    .containsExactly(new byte[] {8, 1}, new byte[] {8, 2});
            assertThat(unknown.result.get(20, TimeUnit.SECONDS).messages())
                    .containsExactly(new byte[] {8, 3}, new byte[] {8, 2});
            assertThat(client.send(unsigned(CHECK)).messages()).containsExactly(new byte[] {8, 2});
            HttpResponse<String> stopping = get(axon, "/health");
            assertThat(stopping.statusCode()).isEqualTo(503);
            assertThat(stopping.body()).isEqualTo("stopping\n");
            assertThat(axon.status().accepted()).isZero();
        }
    }

    @Test
    void an_axon_that_was_not_told_to_answers_no_stranger() throws Exception {
        try (Axon axon = axon(builder -> builder);
                RawClient client = new RawClient(axon.port())) {
            assertThat(client.send(unsigned(CHECK)).status().isOk()).isFalse();
            assertThat(get(axon, "/health").statusCode()).isGreaterThanOrEqualTo(400);
        }
    }

    @Test
    void health_is_no_way_around_the_signature_and_nobody_asks_without_end() throws Exception {
        try (Axon axon = axon(builder -> builder.health(new Rate(0.001, 3)));
                RawClient client = new RawClient(axon.port())) {
            assertThat(client.send(unsigned("bittensor4j.v1.Neuron/Call")).code())
                    .contains("auth.missing");
            assertThat(client.send(unsigned(CHECK, (byte) 0xff, (byte) 1))
                            .status()
                            .getCode())
                    .isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(client.send(unsigned(CHECK, new byte[300])).status().isOk())
                    .isFalse();
            assertThat(get(axon, "/health").statusCode()).isEqualTo(200);
            assertThat(get(axon, "/health").statusCode()).isEqualTo(429);
            assertThat(client.send(unsigned(CHECK)).status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(get(axon, "/health/").statusCode()).isGreaterThanOrEqualTo(400);
        }
    }
}
