package io.github.bittensor4j.opentelemetry;

import io.github.bittensor4j.axon.AxonObserver;
import io.github.bittensor4j.axon.CallObserver;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.dendrite.AttemptObserver;
import io.github.bittensor4j.dendrite.DendriteObserver;
import io.github.bittensor4j.dendrite.QueryOutcome;
import io.github.bittensor4j.dendrite.Target;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One trace from the asker through the wire into the handler, by OpenTelemetry:
 *
 * <pre>{@code
 * NeuronTraces traces = NeuronTraces.of(openTelemetry);
 * Axon.builder(hotkey).observe(traces.axon())...
 * Dendrite.open(hotkey, DendriteOptions.defaults().observe(traces.dendrite()));
 * }</pre>
 *
 * A dendrite's attempt is a client span under the asking thread's current one; its W3C {@code traceparent} goes along as a header
 * (nothing else does: no {@code tracestate}, no baggage, since the other side is another party). At the axon it becomes the parent of the
 * server span, and the handler's span is under that and current on the handler's thread, so that what the handler traces is in the
 * trace too.
 *
 * <p><b>The header is not trusted.</b> No signature covers it and it decides nothing about the call. A span is made only for callers who
 * were verified and let in, so strangers cannot fill the exporter; they can choose the trace id and the "sampled" flag, so a sampler that
 * must not follow others' wishes says so by {@code Sampler.parentBasedBuilder(root).setRemoteParentSampled(root)}. Attributes hold names,
 * hotkeys and refusal codes, never questions or answers.
 *
 * <p>Immutable and thread-safe.
 */
public final class NeuronTraces {
    private static final String TRACEPARENT = "traceparent";
    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("rpc.system");
    private static final AttributeKey<String> SYNAPSE = AttributeKey.stringKey("rpc.method");
    private static final AttributeKey<String> DIALECT = AttributeKey.stringKey("bittensor.dialect");
    private static final AttributeKey<String> CALLER = AttributeKey.stringKey("bittensor.caller.hotkey");
    private static final AttributeKey<String> TARGET = AttributeKey.stringKey("bittensor.target.hotkey");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("bittensor.outcome");
    private static final AttributeKey<String> REFUSAL = AttributeKey.stringKey("bittensor.refusal");
    private static final AttributeKey<Double> WAITED = AttributeKey.doubleKey("bittensor.queue.seconds");
    private static final AttributeKey<String> ADDRESS = AttributeKey.stringKey("server.address");
    private static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");

    private final Tracer tracer;

    private NeuronTraces(Tracer tracer) {
        this.tracer = tracer;
    }

    /**
     * Traces by an OpenTelemetry.
     *
     * @param telemetry where spans go; not closed by this
     * @return the traces
     */
    public static NeuronTraces of(OpenTelemetry telemetry) {
        return new NeuronTraces(telemetry.getTracer("io.github.bittensor4j"));
    }

    /**
     * Traces an axon's admitted calls.
     *
     * @return an observer, for any number of axons
     */
    public AxonObserver axon() {
        return Served::new;
    }

    /**
     * Traces a dendrite's attempts.
     *
     * @return an observer, for any number of dendrites
     */
    public DendriteObserver dendrite() {
        return this::asking;
    }

    private AttemptObserver asking(Target target, String synapse, Dialect dialect, BiConsumer<String, String> headers) {
        Span span = tracer.spanBuilder("ask " + synapse)
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute(SYSTEM, "bittensor")
                .setAttribute(SYNAPSE, synapse)
                .setAttribute(DIALECT, name(dialect))
                .setAttribute(TARGET, target.hotkey().ss58())
                .setAttribute(ADDRESS, target.endpoint().host())
                .setAttribute(PORT, (long) target.endpoint().port())
                .startSpan();
        W3CTraceContextPropagator.getInstance().inject(Context.current().with(span), headers, (to, name, value) -> {
            if (to != null && name.equals(TRACEPARENT)) {
                to.accept(name, value);
            }
        });
        return new AttemptObserver() {
            @Override
            public void ended(QueryOutcome<?> outcome) {
                String what = outcome.getClass().getSimpleName().toLowerCase(Locale.ROOT);
                span.setAttribute(OUTCOME, what);
                if (outcome instanceof QueryOutcome.Refused<?> refused) {
                    span.setAttribute(REFUSAL, refused.code());
                }
                if (!(outcome instanceof QueryOutcome.Answered<?>)) {
                    span.setStatus(StatusCode.ERROR, what);
                }
                span.end();
            }

            @Override
            public void abandoned() {
                span.setAttribute(OUTCOME, "abandoned").end();
            }
        };
    }

    private static String name(Dialect dialect) {
        return dialect.name().toLowerCase(Locale.ROOT);
    }

    /** One call at an axon. */
    private final class Served implements CallObserver {
        private final Dialect dialect;
        private final Function<String, Optional<String>> headers;
        private final Instant arrived = Instant.now();
        private volatile @Nullable AccountId caller;
        private @Nullable Span span;
        private boolean over;

        // the handler's thread alone uses these
        private @Nullable Span handler;
        private @Nullable Scope current;

        Served(Dialect dialect, Function<String, Optional<String>> headers) {
            this.dialect = dialect;
            this.headers = headers;
        }

        @Override
        public void verified(AccountId hotkey) {
            caller = hotkey;
        }

        @Override
        public synchronized void admitted(String synapse) {
            if (over) {
                return;
            }
            // not under what is current here, on a thread that serves many
            Context asker = W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, new Traceparent());
            AccountId hotkey = caller;
            span = tracer.spanBuilder("serve " + synapse)
                    .setParent(asker)
                    .setSpanKind(SpanKind.SERVER)
                    .setStartTimestamp(arrived)
                    .setAttribute(SYSTEM, "bittensor")
                    .setAttribute(SYNAPSE, synapse)
                    .setAttribute(DIALECT, name(dialect))
                    .setAttribute(CALLER, hotkey == null ? "" : hotkey.ss58())
                    .startSpan();
        }

        @Override
        @SuppressWarnings("MustBeClosedChecker") // closed by handlerEnded, which comes on the same thread
        public void handlerBegan(Duration waited) {
            Span serving = serving();
            if (serving != null) {
                handler = tracer.spanBuilder("handle")
                        .setParent(Context.root().with(serving))
                        .setAttribute(WAITED, waited.toNanos() / 1e9)
                        .startSpan();
                current = handler.makeCurrent();
            }
        }

        @Override
        public void handlerEnded(Duration took) {
            if (current != null && handler != null) {
                current.close();
                handler.end();
            }
        }

        private synchronized @Nullable Span serving() {
            return span;
        }

        @Override
        public synchronized void answered(Duration took) {
            over = true;
            if (span != null) {
                span.end();
            }
        }

        @Override
        public synchronized void refused(String code, Duration took) {
            over = true;
            if (span != null) {
                span.setAttribute(REFUSAL, code)
                        .setStatus(StatusCode.ERROR, code)
                        .end();
            }
        }
    }

    /** Reads the one header, whatever else a caller sent. */
    private static final class Traceparent implements TextMapGetter<Function<String, Optional<String>>> {
        @Override
        public @Nullable String get(@Nullable Function<String, Optional<String>> headers, String name) {
            return headers != null && name.equals(TRACEPARENT)
                    ? headers.apply(name).orElse(null)
                    : null;
        }
    }
}
