package io.github.bittensor4j.micrometer;

import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.axon.AxonObserver;
import io.github.bittensor4j.axon.CallObserver;
import io.github.bittensor4j.core.Dialect;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * An axon's calls as meters of a Micrometer registry: {@code Axon.builder(hotkey).observe(AxonMetrics.in(registry))}.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>meter</th><th>tags</th><th>what</th></tr>
 * <tr><td>{@code bittensor.axon.requests}</td><td>dialect</td><td>calls that arrived</td></tr>
 * <tr><td>{@code bittensor.axon.refusals}</td><td>dialect, code</td><td>calls that ended without their answer, by the code of REFUSALS.md</td></tr>
 * <tr><td>{@code bittensor.axon.latency}</td><td>dialect, synapse</td><td>from a call's arrival to its whole answer, of answered calls</td></tr>
 * <tr><td>{@code bittensor.axon.queue}</td><td>synapse</td><td>how long admitted calls waited for a handler</td></tr>
 * <tr><td>{@code bittensor.axon.handler}</td><td>synapse</td><td>how long handlers worked: the inference</td></tr>
 * <tr><td>{@code bittensor.axon.waiting}</td><td></td><td>admitted calls that wait now</td></tr>
 * <tr><td>{@code bittensor.axon.running}</td><td></td><td>handlers at work now</td></tr>
 * <tr><td>{@code bittensor.axon.connections}</td><td></td><td>open connections, after {@link #connections}</td></tr>
 * </table>
 *
 * <p>No tag comes from a caller: synapses are those that the axon serves, and of the codes that handlers make up at most 200 are told
 * apart. No hotkey is a tag, so that strangers cannot fill the registry. Timers have buckets from 1 ms to 60 s, which can be summed over
 * replicas.
 *
 * <p>Thread-safe. One of it serves one axon; the axons of one registry need a common tag each, by Micrometer's own means.
 */
public final class AxonMetrics implements AxonObserver {
    private static final int MOST_CODES = 200;
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(200),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60)
    };

    private final MeterRegistry registry;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final Map<Dialect, Counter> requests = new ConcurrentHashMap<>();
    private final Map<Reason, Counter> refusals = new ConcurrentHashMap<>();
    private final Map<Kind, Timer> latencies = new ConcurrentHashMap<>();
    private final Map<String, Timer> queues = new ConcurrentHashMap<>();
    private final Map<String, Timer> handlers = new ConcurrentHashMap<>();

    private record Reason(Dialect dialect, String code) {}

    private record Kind(Dialect dialect, String synapse) {}

    private AxonMetrics(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("bittensor.axon.waiting", waiting, AtomicInteger::get)
                .description("Admitted calls that wait for a handler")
                .register(registry);
        Gauge.builder("bittensor.axon.running", running, AtomicInteger::get)
                .description("Handlers at work")
                .register(registry);
    }

    /**
     * Meters in a registry.
     *
     * @param registry keeps them; not closed by this
     * @return an observer, for one axon
     */
    public static AxonMetrics in(MeterRegistry registry) {
        return new AxonMetrics(registry);
    }

    /**
     * Adds the gauge of open connections, which no call tells of.
     *
     * @param axon the axon, once it is started; it is held weakly
     * @return this
     */
    public AxonMetrics connections(Axon axon) {
        Gauge.builder("bittensor.axon.connections", axon, of -> of.status().connections())
                .description("Open connections")
                .register(registry);
        return this;
    }

    @Override
    public CallObserver arrived(Dialect dialect, Function<String, Optional<String>> headers) {
        requests.computeIfAbsent(dialect, this::requests).increment();
        return new OfCall(dialect);
    }

    private Counter requests(Dialect dialect) {
        return Counter.builder("bittensor.axon.requests")
                .description("Calls that arrived")
                .tag("dialect", tag(dialect))
                .register(registry);
    }

    private Counter refusals(Reason reason) {
        return Counter.builder("bittensor.axon.refusals")
                .description("Calls that ended without their answer")
                .tag("dialect", tag(reason.dialect()))
                .tag("code", reason.code())
                .register(registry);
    }

    private Timer latency(Kind kind) {
        return timer("bittensor.axon.latency", "From a call's arrival to its whole answer")
                .tag("dialect", tag(kind.dialect()))
                .tag("synapse", kind.synapse())
                .register(registry);
    }

    private Timer queue(String synapse) {
        return timer("bittensor.axon.queue", "How long admitted calls waited for a handler")
                .tag("synapse", synapse)
                .register(registry);
    }

    private Timer handler(String synapse) {
        return timer("bittensor.axon.handler", "How long handlers worked")
                .tag("synapse", synapse)
                .register(registry);
    }

    private static Timer.Builder timer(String name, String description) {
        return Timer.builder(name).description(description).serviceLevelObjectives(BUCKETS);
    }

    private static String tag(Dialect dialect) {
        return dialect.name().toLowerCase(Locale.ROOT);
    }

    private final class OfCall implements CallObserver {
        private final Dialect dialect;
        private final AtomicBoolean waits = new AtomicBoolean();
        private volatile boolean over;
        private volatile String synapse = "";

        OfCall(Dialect dialect) {
            this.dialect = dialect;
        }

        @Override
        public void admitted(String name) {
            synapse = name;
            waiting.incrementAndGet();
            waits.set(true);
            if (over) {
                waitsNoMore();
            }
        }

        private void waitsNoMore() {
            if (waits.compareAndSet(true, false)) {
                waiting.decrementAndGet();
            }
        }

        @Override
        public void handlerBegan(Duration waited) {
            waitsNoMore();
            running.incrementAndGet();
            queues.computeIfAbsent(synapse, AxonMetrics.this::queue).record(waited);
        }

        @Override
        public void handlerEnded(Duration took) {
            running.decrementAndGet();
            handlers.computeIfAbsent(synapse, AxonMetrics.this::handler).record(took);
        }

        @Override
        public void answered(Duration took) {
            over = true;
            waitsNoMore();
            latencies
                    .computeIfAbsent(new Kind(dialect, synapse), AxonMetrics.this::latency)
                    .record(took);
        }

        @Override
        public void refused(String code, Duration took) {
            over = true;
            waitsNoMore();
            Reason reason = new Reason(dialect, code);
            if (!refusals.containsKey(reason) && refusals.size() >= MOST_CODES) {
                reason = new Reason(dialect, "other");
            }
            refusals.computeIfAbsent(reason, AxonMetrics.this::refusals).increment();
        }
    }
}
