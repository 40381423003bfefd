package io.github.bittensor4j.axon;

import io.github.bittensor4j.axon.internal.front.Front;
import io.github.bittensor4j.axon.internal.front.WireDialect;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.protocol.internal.Wire;
import io.github.bittensor4j.protocol.internal.synapse.SynapseClass;
import io.github.bittensor4j.protocol.v1.NeuronGrpc;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves handlers to other neurons over gRPC and plain HTTP, on one port. Every call is verified by btauth/1 over the received bytes (headers, receiver, freshness,
 * signature, replay), then let in by the {@link AccessPolicy}, then bounded by the {@link Limits}, then given to its handler. What is
 * refused gets a code of REFUSALS.md.
 *
 * <p>Several processes that serve one hotkey share what they have accepted only through a {@link ReplayStore}: without one a request for
 * one can be replayed at another within the freshness window. Two axons of one hotkey in one process share it always.
 *
 * <pre>{@code
 * SynapseType<Prompt, Reply> shout = SynapseType.json("shout.v1", Prompt.class, Reply.class); // two records
 * try (Axon axon = Axon.builder(hotkey)
 *         .bind(new InetSocketAddress("0.0.0.0", 8091))
 *         .access(AccessPolicy.open()) // everybody whose signature holds
 *         .limits(limits -> limits.callsPerCaller(4))
 *         .serve(shout, (call, ask) -> new Reply(ask.text().toUpperCase(Locale.ROOT)))
 *         .start()) {
 *     Thread.sleep(Duration.ofHours(1).toMillis()); // serves until this block is left
 * }
 * }</pre>
 *
 * <p>Thread-safe. Whoever starts it closes it.
 */
public final class Axon implements AutoCloseable {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(Axon.class);

    private final Calls calls;
    private final Counters counters;
    private final List<ThreadPoolExecutor> pools;
    private final Front front;
    private final Optional<HealthDialect> health;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Axon(
            Calls calls,
            Counters counters,
            List<ThreadPoolExecutor> pools,
            Front front,
            Optional<HealthDialect> health) {
        this.calls = calls;
        this.counters = counters;
        this.pools = pools;
        this.front = front;
        this.health = health;
    }

    /**
     * Begins an axon.
     *
     * @param hotkey whose axon it is: requests that were signed for another receiver are refused
     * @return a builder; nothing listens yet
     */
    public static Builder builder(Signer hotkey) {
        return new Builder(hotkey);
    }

    /**
     * The port it listens on. What the neuron publishes on chain is another setting and may be another port.
     *
     * @return the bound port
     */
    public int port() {
        return front.port();
    }

    /**
     * What it has done and is doing.
     *
     * @return a snapshot
     */
    public AxonStatus status() {
        return new AxonStatus(
                counters.accepted.sum(),
                counters.answered.sum(),
                counters.refused(),
                calls.running(),
                calls.waiting(),
                counters.connections.get(),
                calls.draining());
    }

    /**
     * Takes no new calls ({@code axon.draining}) and waits for those under way. The port stays open, so that callers learn why. It cannot
     * be undone; {@link #close()} comes next.
     *
     * @param limit how long to wait
     * @return whether every call ended in time; those that did not go on until {@link #close()} or their own deadline
     * @throws InterruptedException when interrupted while waiting; new calls stay refused
     */
    public boolean drain(Duration limit) throws InterruptedException {
        return calls.drain(limit, () -> health.ifPresent(HealthDialect::stopping));
    }

    /**
     * Stops at once: calls under way are refused with {@code axon.draining} and their handlers interrupted. Waits up to 5 seconds for
     * sockets and threads. Idempotent. {@link #drain} first to let calls finish.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        calls.close();
        pools.forEach(ThreadPoolExecutor::shutdownNow);
        try {
            front.close(CLOSE_LIMIT.toNanos());
            if (!calls.awaitClosed(CLOSE_LIMIT)) {
                LOG.warn("A handler does not stop though it was interrupted; its thread is left to itself");
            }
        } catch (InterruptedException e) {
            front.closeNow();
            Thread.currentThread().interrupt();
        }
    }

    /** Collects what an axon serves and how. For one thread; does nothing before {@link #start()}. */
    public static final class Builder {
        private final Signer hotkey;
        private final AccountId receiver;
        private final Map<String, Served<?, ?>> whole = new LinkedHashMap<>();
        private final Map<String, Served<?, ?>> inParts = new LinkedHashMap<>();
        private final Map<String, String> routes = new HashMap<>();
        private final Map<String, ServerServiceDefinition> services = new LinkedHashMap<>();
        private InetSocketAddress address = new InetSocketAddress(0);
        private AccessPolicy access = AccessPolicy.validatorPermit();
        private Supplier<Optional<Metagraph>> metagraph = Optional::empty;
        private Function<AccountId, KeyScheme> schemes = sender -> KeyScheme.SR25519;
        private Freshness freshness = Freshness.DEFAULT;
        private Set<Dialect> dialects = EnumSet.allOf(Dialect.class);
        private boolean hashedBodiesOnly;
        private Optional<Rate> health = Optional.empty();
        private Optional<Rate> reflection = Optional.empty();
        private Limits limits = Limits.defaults();
        private final List<AxonObserver> observers = new ArrayList<>();
        private Priority priority = Priority.byStake();
        private Optional<ReplayStore> replays = Optional.empty();
        private Optional<InstantSource> clock = Optional.empty();
        private Duration sessionLife = SessionDialect.LIFE;
        private Optional<Tls> tls = Optional.empty();

        private Builder(Signer hotkey) {
            this.hotkey = hotkey;
            this.receiver = hotkey.account();
        }

        /**
         * Where to listen.
         *
         * @param local an address of this machine; port 0 takes any free one. All addresses and port 0 by default
         * @return this
         */
        public Builder bind(InetSocketAddress local) {
            address = Objects.requireNonNull(local, "local");
            return this;
        }

        /**
         * Serves one kind of question.
         *
         * @param type the synapse
         * @param handler answers it
         * @param <Q> the question
         * @param <R> the answer
         * @return this
         * @throws AxonException when this synapse is served already
         * @throws io.github.bittensor4j.core.InvalidValueException when a type is neither bytes, tensors nor a record, or hashed fields or
         *     defaults are named though no Python class can be this synapse
         */
        public <Q, R> Builder serve(SynapseType<Q, R> type, Handler<Q, R> handler) {
            return add(whole, type, Served.whole(type, handler));
        }

        /**
         * Serves one kind of question in parts.
         *
         * @param type the synapse; its answer type is that of one part
         * @param handler answers it
         * @param <Q> the question
         * @param <R> a part of the answer
         * @return this
         * @throws AxonException when this synapse is served already
         * @throws io.github.bittensor4j.core.InvalidValueException when a type is neither bytes, tensors nor a record, or hashed fields or
         *     defaults are named though no Python class can be this synapse
         */
        public <Q, R> Builder stream(SynapseType<Q, R> type, StreamHandler<Q, R> handler) {
            return add(inParts, type, Served.inParts(type, handler));
        }

        private Builder add(Map<String, Served<?, ?>> map, SynapseType<?, ?> type, Served<?, ?> served) {
            if (!type.hashedFields().isEmpty() || !type.defaults().isEmpty()) {
                SynapseClass.of(type); // whoever says how the Python class looks means to serve it: now or never
            }
            String path = HttpDialect.path(type.route());
            String before = routes.putIfAbsent(path, type.name());
            if (before != null && !before.equals(type.name())) {
                throw new AxonException(
                        "axon.route",
                        "synapses " + before + " and " + type.name() + " have one route, " + path,
                        "Give each its own by SynapseType.route.");
            }
            if (map.putIfAbsent(type.name(), served) != null) {
                throw new AxonException(
                        "axon.synapse", "synapse " + type.name() + " is served twice", "Give each kind its own name.");
            }
            return this;
        }

        /**
         * Serves a gRPC service of one's own, with whatever messages its {@code .proto} has. Its calls are verified, admitted and bounded as
         * all others before a method of it is called, and it needs no code for that; {@link Call#current()} tells who asks.
         *
         * <p>btauth/1 signs the first message of a call. Methods whose callers send several (client-streaming and bidirectional ones) are
         * therefore refused with {@code auth.unprotected} on a connection without TLS, except within a session, which protects every message.
         *
         * <p>gRPC's current {@code Context} carries the call's deadline, the earlier of the caller's own and {@link Limits#perCall()}, and is
         * cancelled when the call ends: what a handler asks in it through stubs of its own takes no longer.
         *
         * @param service implements it; called on the axon's bounded pool, by many threads at once
         * @return this
         * @throws AxonException when a service of this name is served already
         */
        public Builder service(BindableService service) {
            ServerServiceDefinition bound = service.bindService();
            String name = bound.getServiceDescriptor().getName();
            if (name.equals(NeuronGrpc.SERVICE_NAME) || services.putIfAbsent(name, bound) != null) {
                throw new AxonException("axon.service", "service " + name + " is served twice", "Serve it once.");
            }
            return this;
        }

        /**
         * Who may call.
         *
         * @param policy {@link AccessPolicy#validatorPermit()} by default, which lets nobody in without a metagraph
         * @return this
         */
        public Builder access(AccessPolicy policy) {
            access = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * In which order calls wait for a handler.
         *
         * @param order {@link Priority#byStake()} by default
         * @return this
         */
        public Builder priority(Priority order) {
            priority = Objects.requireNonNull(order, "order");
            return this;
        }

        /**
         * Where the newest snapshot of the subnet comes from. Asked once per call on a thread of the network, so it must not wait; once more
         * when no more calls can wait for a handler.
         *
         * @param source gives the snapshot at hand; none by default. When it throws, the call is refused
         * @return this
         */
        public Builder metagraph(Supplier<Optional<Metagraph>> source) {
            metagraph = Objects.requireNonNull(source, "source");
            return this;
        }

        /**
         * How each sender signs, as this server itself knows it: what a caller says about itself is not believed. Asked twice per call on a
         * thread of the network, so it must not wait.
         *
         * @param trusted the scheme of a hotkey; sr25519 for all by default
         * @return this
         */
        public Builder schemes(Function<AccountId, KeyScheme> trusted) {
            schemes = Objects.requireNonNull(trusted, "trusted");
            return this;
        }

        /**
         * How old and how far ahead requests may be.
         *
         * @param window {@link Freshness#DEFAULT} by default
         * @return this
         */
        public Builder freshness(Freshness window) {
            freshness = Objects.requireNonNull(window, "window");
            return this;
        }

        /**
         * In which dialects it answers; what comes in another finds nothing here.
         *
         * @param spoken at least one; all by default
         * @return this
         */
        public Builder dialects(Set<Dialect> spoken) {
            dialects = EnumSet.copyOf(spoken);
            return this;
        }

        /**
         * Refuses requests of SDK 7 to 10 whose signature leaves out a part of the question ({@code auth.uncovered}): what a synapse does not
         * name by {@link SynapseType#hashed} somebody on the way can change. Not asked for by default, since the classes of those SDKs seldom
         * name their fields. In the other dialects every body is covered.
         *
         * @return this
         */
        public Builder hashedBodiesOnly() {
            hashedBodiesOnly = true;
            return this;
        }

        /**
         * How much it takes on.
         *
         * @param most {@link Limits#defaults()} by default
         * @return this
         */
        public Builder limits(Limits most) {
            limits = Objects.requireNonNull(most, "most");
            return this;
        }

        /**
         * How much it takes on, as a change of what holds so far: {@code limits(l -> l.running(8).waiting(64))}.
         *
         * @param change gives the changed limits
         * @return this
         */
        public Builder limits(UnaryOperator<Limits> change) {
            return limits(change.apply(limits));
        }

        /**
         * Adds somebody who watches what becomes of every call.
         *
         * @param observer told of each call; nobody by default
         * @return this
         */
        public Builder observe(AxonObserver observer) {
            observers.add(Objects.requireNonNull(observer, "observer"));
            return this;
        }

        /**
         * Where accepted requests are remembered, for several processes that serve this hotkey.
         *
         * @param store shared by them; this process's memory by default, bounded by {@link Limits#rememberedNonces()}
         * @return this
         */
        public Builder replays(ReplayStore store) {
            replays = Optional.of(store);
            return this;
        }

        /**
         * Speaks TLS, and nothing else, on the port.
         *
         * @param with whose key, and whether callers show theirs; off by default
         * @return this
         */
        public Builder tls(Tls with) {
            tls = Optional.of(with);
            return this;
        }

        /**
         * Answers load balancers, who cannot sign: {@code GET /health} (200, and 503 while it drains) and {@code Check} and {@code Watch} of
         * {@code grpc.health.v1.Health} for the whole axon and its {@code Neuron} service. Off by default, since it answers strangers; it
         * tells them nothing but whether this axon serves, and is neither counted in {@link AxonStatus} nor told to observers.
         *
         * @param perAddress how often each address may ask; {@code new Rate(10, 20)} is plenty for a balancer
         * @return this
         */
        public Builder health(Rate perAddress) {
            health = Optional.of(perAddress);
            return this;
        }

        /**
         * Tells what gRPC services it serves, by gRPC server reflection ({@code grpc.reflection.v1} and {@code v1alpha}): its {@code Neuron}
         * service and those of {@link #service}, with the files that they were generated from. Off by default, since it answers strangers:
         * tools such as grpcurl cannot sign. It names no synapse; it is neither counted in {@link AxonStatus} nor told to observers, and is
         * there only where gRPC is spoken.
         *
         * @param perAddress how often each address may ask, each question within one call counted; {@code new Rate(10, 100)} is plenty for a
         *     tool
         * @return this
         */
        public Builder reflection(Rate perAddress) {
            reflection = Optional.of(perAddress);
            return this;
        }

        /** For tests: how old a session may get. */
        Builder sessionLife(Duration life) {
            sessionLife = life;
            return this;
        }

        /** For tests: a clock to move, and a memory of accepted nonces that begins empty. */
        Builder clock(InstantSource source) {
            clock = Optional.of(source);
            return this;
        }

        /**
         * Starts listening. So that a restart does not make requests acceptable again which a process before this one accepted, it waits
         * until none of those can be fresh any more: until the JVM is as old as the window into the future, 2 seconds by default. With a
         * store of {@link #replays(ReplayStore)} it does not wait.
         *
         * @return the axon, to be closed by whoever called
         * @throws AxonException when the address cannot be bound
         */
        public Axon start() {
            Counters counters = new Counters();
            Calls calls = new Calls(limits, counters);
            InstantSource time = clock.orElse(InstantSource.system());
            Authenticator authenticator =
                    new Authenticator(receiver, schemes, freshness, time, replays.orElseGet(this::inMemory));
            int threads = Runtime.getRuntime().availableProcessors();
            ThreadPoolExecutor largeBodies = pool("verifier", threads, new ArrayBlockingQueue<>(limits.running()));
            Observers watching = new Observers(observers);
            Gate gate = new Gate(
                    authenticator,
                    access,
                    priority,
                    metagraph,
                    calls,
                    watching,
                    limits.perCall(),
                    time,
                    largeBodies,
                    tls,
                    hotkey);
            List<Served<?, ?>> served = new ArrayList<>(whole.values());
            served.addAll(inParts.values());
            NeuronService neuron = new NeuronService(served, calls);
            ThreadPoolExecutor events = pool("service", limits.running(), new LinkedBlockingQueue<>());
            Map<String, ServiceMethod<?, ?>> methods = new HashMap<>();
            for (ServerServiceDefinition service : services.values()) {
                service.getMethods()
                        .forEach(method -> methods.put(
                                Wire.target(method.getMethodDescriptor().getFullMethodName()),
                                new ServiceMethod<>(method, calls, events, limits.maxQueuedBytes(), new FaultLog())));
            }
            List<WireDialect> spoken = new ArrayList<>();
            Optional<HealthDialect> healthy =
                    health.map(rate -> new HealthDialect(calls::draining, askers(rate, calls)));
            healthy.ifPresent(spoken::add);
            if (dialects.contains(Dialect.GRPC)) {
                reflection.ifPresent(rate -> spoken.add(new ReflectionDialect(schema(), askers(rate, calls))));
                GrpcDialect grpc = new GrpcDialect(gate, limits.maxMessageBytes(), neuron, methods);
                spoken.add(new SessionDialect(hotkey, gate, calls, counters, limits, grpc, sessionLife));
                spoken.add(grpc);
            }
            if (dialects.contains(Dialect.SYNAPSE)) {
                spoken.add(new SynapseDialect(
                        gate,
                        new SynapseAuthenticator(authenticator, limits.rememberedNonces()),
                        calls,
                        served,
                        hotkey,
                        limits.maxMessageBytes(),
                        hashedBodiesOnly));
            }
            if (dialects.contains(Dialect.HTTP)) {
                spoken.add(new HttpDialect(gate, calls, limits.maxMessageBytes(), served));
            }
            try {
                Front front = Front.start(
                        address, limits, spoken, tls.map(Tls::context), counters, DaemonThreads.named("io"));
                return new Axon(calls, counters, List.of(largeBodies, events), front, healthy);
            } catch (IOException e) {
                calls.close();
                throw new AxonException(
                        "axon.bind",
                        "cannot listen on " + address.getHostString() + ":" + address.getPort() + ": " + reason(e),
                        "Choose another port, or stop what listens there.",
                        e);
            }
        }

        /** Those who ask without a signature, by address. */
        private static Peers askers(Rate rate, Calls calls) {
            Peers askers = new Peers(rate);
            calls.every(Callers.SWEEP, askers::sweep);
            return askers;
        }

        private Schema schema() {
            List<ServiceDescriptor> served = new ArrayList<>();
            served.add(NeuronGrpc.getServiceDescriptor());
            services.values().forEach(service -> served.add(service.getServiceDescriptor()));
            return new Schema(served);
        }

        /** Threads that are there only while there is work for them. */
        private static ThreadPoolExecutor pool(String role, int threads, BlockingQueue<Runnable> waiting) {
            ThreadPoolExecutor pool =
                    new ThreadPoolExecutor(threads, threads, 30, TimeUnit.SECONDS, waiting, DaemonThreads.named(role));
            pool.allowCoreThreadTimeOut(true);
            return pool;
        }

        private ReplayStore inMemory() {
            if (clock.isPresent()) {
                return new RememberedNonces(0).upTo(limits.rememberedNonces());
            }
            // Whatever a process before this one accepted was signed at most `future` after that process ended.
            Instant floor = Instant.ofEpochMilli(
                            ManagementFactory.getRuntimeMXBean().getStartTime())
                    .plus(freshness.future());
            InstantSource system = InstantSource.system();
            for (Duration left = Duration.between(system.instant(), floor);
                    left.compareTo(Duration.ZERO) > 0
                            && left.compareTo(freshness.future()) <= 0
                            && !Thread.currentThread().isInterrupted();
                    left = Duration.between(system.instant(), floor)) {
                LockSupport.parkNanos(this, left.toNanos());
            }
            return RememberedNonces.ofThisProcess(receiver, Authenticator.nanos(floor))
                    .upTo(limits.rememberedNonces());
        }

        private static String reason(IOException e) {
            Throwable root = e.getCause() == null ? e : e.getCause();
            return String.valueOf(root.getMessage());
        }
    }
}
