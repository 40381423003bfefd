package io.github.bittensor4j.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.dendrite.Dendrite;
import io.github.bittensor4j.dendrite.DendriteObserver;
import io.github.bittensor4j.dendrite.DendriteOptions;
import io.github.bittensor4j.dendrite.QueryOutcome;
import io.github.bittensor4j.dendrite.Target;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class NeuronTracesTest {
    private static final SynapseType<byte[], byte[]> ECHO = SynapseType.bytes("echo.v1");
    private static final Duration SOON = Duration.ofSeconds(20);

    private final Keypair miner = Keypair.development("Bob");
    private final Keypair validator = Keypair.development("Alice");
    private final InMemorySpanExporter minerSpans = InMemorySpanExporter.create();
    private final InMemorySpanExporter validatorSpans = InMemorySpanExporter.create();
    private final OpenTelemetrySdk atMiner = telemetry(minerSpans);
    private final OpenTelemetrySdk atValidator = telemetry(validatorSpans);

    private static OpenTelemetrySdk telemetry(InMemorySpanExporter exporter) {
        return OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                        .build())
                .build();
    }

    private Axon.Builder axon() {
        return Axon.builder(miner)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open())
                .observe(NeuronTraces.of(atMiner).axon());
    }

    private Dendrite dendrite(DendriteObserver observer) {
        return dendrite(observer, false);
    }

    private Dendrite dendrite(DendriteObserver observer, boolean sessions) {
        return Dendrite.open(
                validator, DendriteOptions.defaults().observe(observer).sessions(sessions));
    }

    private Target at(Axon axon) {
        return Target.of(miner.account(), new Endpoint("127.0.0.1", axon.port()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void one_trace_goes_through_asker_dendrite_axon_and_handler_also_within_a_session(boolean sessions)
            throws Exception {
        Tracer inHandler = atMiner.getTracer("model");
        Tracer asking = atValidator.getTracer("round");
        try (Axon axon = axon().serve(ECHO, (call, bytes) -> {
                            inHandler.spanBuilder("forward pass").startSpan().end();
                            return bytes;
                        })
                        .start();
                Dendrite dendrite = dendrite(NeuronTraces.of(atValidator).dendrite(), sessions)) {
            Span round = asking.spanBuilder("round").startSpan();
            try (Scope scope = round.makeCurrent()) {
                assertThat(scope).isNotNull();
                assertThat(dendrite.query(at(axon), ECHO, new byte[3], SOON)).isInstanceOf(QueryOutcome.Answered.class);
            }
            round.end();
            assertThat(axon.drain(SOON)).isTrue();
        }
        Map<String, SpanData> byName = byName(minerSpans.getFinishedSpanItems());
        byName.putAll(byName(validatorSpans.getFinishedSpanItems()));
        assertThat(byName).containsOnlyKeys("round", "ask echo.v1", "serve echo.v1", "handle", "forward pass");
        assertThat(byName.values().stream().map(SpanData::getTraceId).distinct())
                .hasSize(1);
        assertParent(byName, "ask echo.v1", "round");
        assertParent(byName, "serve echo.v1", "ask echo.v1");
        assertParent(byName, "handle", "serve echo.v1");
        assertParent(byName, "forward pass", "handle");
        SpanData served = byName.get("serve echo.v1");
        assertThat(served.getKind()).isEqualTo(SpanKind.SERVER);
        assertThat(served.getParentSpanContext().isRemote()).isTrue();
        assertThat(served.getAttributes().get(AttributeKey.stringKey("bittensor.caller.hotkey")))
                .isEqualTo(validator.account().ss58());
        assertThat(byName.get("ask echo.v1").getKind()).isEqualTo(SpanKind.CLIENT);
    }

    private static Map<String, SpanData> byName(List<SpanData> spans) {
        return spans.stream().collect(Collectors.toMap(SpanData::getName, Function.identity()));
    }

    private static void assertParent(Map<String, SpanData> byName, String child, String parent) {
        assertThat(byName.get(child).getParentSpanId())
                .isEqualTo(byName.get(parent).getSpanId());
    }

    @Test
    void who_is_not_let_in_makes_no_span_and_a_refusal_is_an_error_of_the_asker() throws Exception {
        try (Axon axon = axon().access(AccessPolicy.validatorPermit())
                        .serve(ECHO, (call, bytes) -> bytes)
                        .start();
                Dendrite dendrite = dendrite(NeuronTraces.of(atValidator).dendrite())) {
            dendrite.query(at(axon), ECHO, new byte[3], SOON);
            assertThat(axon.drain(SOON)).isTrue();
        }
        assertThat(minerSpans.getFinishedSpanItems()).isEmpty();
        assertThat(validatorSpans.getFinishedSpanItems()).singleElement().satisfies(span -> {
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            assertThat(span.getAttributes().get(AttributeKey.stringKey("bittensor.refusal")))
                    .isEqualTo("access.unknown");
        });
    }

    @Test
    void a_traceparent_that_is_none_begins_a_trace_of_the_axons_own() throws Exception {
        for (String nonsense : List.of(
                "x",
                "00-00000000000000000000000000000000-0000000000000000-01",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-" + "z".repeat(32) + "-b7ad6b7169203331-01",
                "0".repeat(1000))) {
            minerSpans.reset();
            try (Axon axon = axon().serve(ECHO, (call, bytes) -> bytes).start();
                    Dendrite dendrite = dendrite((target, synapse, dialect, headers) -> {
                        headers.accept("traceparent", nonsense);
                        return new io.github.bittensor4j.dendrite.AttemptObserver() {};
                    })) {
                assertThat(dendrite.query(at(axon), ECHO, new byte[3], SOON)).isInstanceOf(QueryOutcome.Answered.class);
                assertThat(axon.drain(SOON)).isTrue();
            }
            SpanData served = byName(minerSpans.getFinishedSpanItems()).get("serve echo.v1");
            assertThat(served.getParentSpanContext().isValid()).isFalse();
        }
    }

    @Test
    void a_handler_that_fails_ends_its_spans_with_the_code() throws Exception {
        try (Axon axon = axon().serve(ECHO, (call, bytes) -> {
                            throw new IllegalStateException("inside");
                        })
                        .start();
                Dendrite dendrite = dendrite(NeuronTraces.of(atValidator).dendrite())) {
            dendrite.query(at(axon), ECHO, new byte[3], SOON);
            assertThat(axon.drain(SOON)).isTrue();
        }
        Map<String, SpanData> byName = byName(minerSpans.getFinishedSpanItems());
        assertThat(byName).containsOnlyKeys("serve echo.v1", "handle");
        assertThat(byName.get("serve echo.v1").getStatus().getDescription()).isEqualTo("call.failed");
    }
}
