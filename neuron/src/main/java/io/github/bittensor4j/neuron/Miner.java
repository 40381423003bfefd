package io.github.bittensor4j.neuron;

import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.axon.AxonObserver;
import io.github.bittensor4j.axon.Handler;
import io.github.bittensor4j.axon.Limits;
import io.github.bittensor4j.axon.StreamHandler;
import io.github.bittensor4j.axon.Tls;
import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.tls.TlsIdentity;
import io.github.bittensor4j.subtensor.Subtensor;
import io.github.bittensor4j.wallet.Wallet;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a miner: it finds its seat, serves its handlers, and shows the chain where.
 *
 * <p>What it does unseen, and tells through {@link #status()}, its listener and the log: it publishes its endpoint when it is another one than the
 * chain shows, and only as often as the subnet allows; reads the metagraph anew every {@linkplain Builder#refresh refresh}, by which
 * callers are admitted; goes on serving while the node is away; and stops when its uid is lost.
 *
 * <pre>{@code
 * // as a program, configured by flags, environment and file (NeuronConfig):
 * public static void main(String[] args) {
 *     System.exit(ExitStatus.of(System.out, System.err, () -> Miner.run(args, MyMiner::define)));
 * }
 *
 * static Miner.Builder define(Miner.Builder miner) {
 *     return miner.serve(SHOUT, (call, ask) -> new Reply(ask.text().toUpperCase(Locale.ROOT)));
 * }
 *
 * // within another program:
 * try (Wallet wallet = Wallet.open(WalletRef.defaults());
 *         Subtensor chain = Subtensor.connect(Network.finney());
 *         Miner miner = define(Miner.builder(Netuid.of(2), wallet.hotkey(), chain))
 *                 .publish(new Endpoint("203.0.113.7", 8091))
 *                 .start()) {
 *     miner.awaitShutdown();
 * }
 * }</pre>
 *
 * <p>Safe for use by many threads. Whoever starts it closes it; wallet and chain are the caller's and stay open.
 */
public final class Miner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Miner.class);

    private final Axon axon;
    private final Endpoint endpoint;
    private final Publication publication;
    private final Optional<PublishedKeys> callerKeys;
    private final Life life;

    private Miner(
            Axon axon, Endpoint endpoint, Publication publication, Optional<PublishedKeys> callerKeys, Life life) {
        this.axon = axon;
        this.callerKeys = callerKeys;
        this.endpoint = endpoint;
        this.publication = publication;
        this.life = life;
    }

    /**
     * Begins a miner.
     *
     * @param netuid its subnet
     * @param hotkey its identity; the one that callers sign for, and that publishes the endpoint
     * @param chain the chain; stays the caller's
     * @return a builder
     */
    public static Builder builder(Netuid netuid, Signer hotkey, Subtensor chain) {
        return new Builder(new NeuronSettings(netuid, hotkey, chain));
    }

    /**
     * Begins a miner as the configuration says: its subnet, its addresses, its TLS, and the highest price of a seat, which the wallet's coldkey would
     * pay.
     *
     * @param config the configuration
     * @param wallet the keys; stays the caller's
     * @param chain the chain; stays the caller's
     * @return a builder
     */
    public static Builder builder(NeuronConfig config, Wallet wallet, Subtensor chain) {
        Builder builder = builder(config.netuid(), wallet.hotkey(), chain).bind(config.bind());
        builder.publishedIp = config.publishedIp();
        builder.publishedPort = config.publishedPort();
        config.maxRegistrationPrice().ifPresent(price -> builder.register(wallet::coldkey, price));
        if (config.tls() != NeuronConfig.TlsMode.OFF) {
            builder.tls(config.tlsIdentity());
        }
        return config.tls() == NeuronConfig.TlsMode.MUTUAL ? builder.tlsCallers() : builder;
    }

    /**
     * Runs a miner for as long as the process lives: reads the configuration, opens wallet and chain, starts, and closes everything
     * at SIGTERM or Ctrl-C.
     *
     * @param args the arguments of {@code main}, as {@link NeuronConfig} describes them
     * @param define what this miner serves, and to whom
     * @throws InterruptedException when the calling thread is interrupted
     * @throws HelpException when {@code --help} is among the arguments
     * @throws ConfigException when an argument does not fit
     * @throws BittensorException when it can not start, or stops because its uid is lost; {@link ExitStatus} makes one line of any of these
     */
    public static void run(String[] args, UnaryOperator<Builder> define) throws InterruptedException {
        NeuronConfig config = NeuronConfig.load(args);
        LOG.info("{}", config);
        try (Wallet wallet = Wallet.open(config.wallet());
                Subtensor chain = Subtensor.connect(config.network());
                Miner miner = define.apply(builder(config, wallet, chain)).start()) {
            miner.awaitShutdown();
        }
    }

    /**
     * Where it stands.
     *
     * @return a snapshot
     */
    public NeuronStatus status() {
        return life.status();
    }

    /**
     * The port that it listens on.
     *
     * @return 1 to 65535
     */
    public int port() {
        return axon.port();
    }

    /**
     * The endpoint that it publishes.
     *
     * @return the address that the chain shows, or will show once its rate limit allows
     */
    public Endpoint endpoint() {
        return endpoint;
    }

    /**
     * Waits until the miner stops: by {@link #close()}, by SIGTERM or Ctrl-C (the first one closes it in good order, and {@code main} goes on to
     * return normally), or because its seat is lost.
     *
     * @throws InterruptedException when the calling thread is interrupted
     * @throws SeatLostException when its uid was lost
     */
    public void awaitShutdown() throws InterruptedException {
        life.awaitShutdown();
    }

    /** Takes no new calls, lets running ones finish within the drain limit, and closes the port. A second call waits for the first. */
    @Override
    public void close() {
        life.end(null);
    }

    private final class Duties implements Life.Work {
        @Override
        public void refreshed(Metagraph metagraph, NeuronInfo seat) throws InterruptedException {
            callerKeys.ifPresent(PublishedKeys::refresh);
            publication.keep(metagraph, seat);
        }

        @Override
        public void drain(Duration limit) throws InterruptedException {
            try {
                if (!axon.drain(limit)) {
                    LOG.warn("some calls did not finish within {} and were cut off", limit);
                }
            } finally {
                axon.close();
            }
        }
    }

    /** Makes a {@link Miner}. Does no I/O before {@link #start}. Not safe for use by many threads. */
    public static final class Builder {
        private final NeuronSettings settings;
        private final Axon.Builder axon;
        private InetSocketAddress bind;
        private Optional<String> publishedIp = Optional.empty();
        private Optional<Integer> publishedPort = Optional.empty();

        private Optional<TlsIdentity> tls = Optional.empty();
        private boolean tlsCallers;

        private Builder(NeuronSettings settings) {
            this.settings = settings;
            this.axon = Axon.builder(settings.hotkey);
            this.bind = NeuronConfig.defaultBind(settings.chain.network());
        }

        /**
         * Answers one kind of question.
         *
         * @param type the kind
         * @param handler what answers; called by many threads at once
         * @param <Q> the question
         * @param <R> the answer
         * @return this builder
         */
        public <Q, R> Builder serve(SynapseType<Q, R> type, Handler<Q, R> handler) {
            axon.serve(type, handler);
            return this;
        }

        /**
         * Answers one kind of question piece by piece.
         *
         * @param type the kind
         * @param handler what answers; called by many threads at once
         * @param <Q> the question
         * @param <R> one piece of the answer
         * @return this builder
         */
        public <Q, R> Builder stream(SynapseType<Q, R> type, StreamHandler<Q, R> handler) {
            axon.stream(type, handler);
            return this;
        }

        /**
         * Who may ask.
         *
         * @param policy applied to callers whose signature holds. Default: {@link AccessPolicy#validatorPermit()}
         * @return this builder
         */
        public Builder access(AccessPolicy policy) {
            axon.access(policy);
            return this;
        }

        /**
         * Adds somebody who watches what becomes of every call: metrics, a trace.
         *
         * @param observer told of each call; nobody by default
         * @return this
         */
        public Builder observe(AxonObserver observer) {
            axon.observe(observer);
            return this;
        }

        /**
         * How much at once, how large and how long.
         *
         * @param change makes the limits from the axon's defaults
         * @return this builder
         */
        public Builder limits(UnaryOperator<Limits> change) {
            axon.limits(change);
            return this;
        }

        /**
         * Whatever else its axon does: services of a subnet's own {@code .proto}, the replay store of several replicas, the order of waiting calls,
         * the dialects, health checks.
         *
         * @param change told the axon's builder: {@code axon -> axon.service(new MyService()).health(new Rate(10, 20))}. Address, TLS and
         *     snapshot are set by this builder, which knows what the chain is to show
         * @return this builder
         */
        public Builder axon(Consumer<Axon.Builder> change) {
            change.accept(axon);
            return this;
        }

        /**
         * Speaks TLS and nothing else on the port, and publishes the key ({@code serve_axon_tls}): callers that read it from the chain know
         * without any CA that they speak to this hotkey.
         *
         * @param identity as of {@link TlsIdentity#pinned}, kept in a file; off by default. A key that was published stays on the chain, and
         *     callers insist on it
         * @return this builder
         * @throws ConfigException when its key is of a kind that is not published
         */
        public Builder tls(TlsIdentity identity) {
            NeuronSettings.publishable(identity);
            tls = Optional.of(identity);
            return this;
        }

        /**
         * Asks callers, besides their signature, to show in TLS the key that their hotkey has published on this subnet, as {@link
         * Validator.Builder#tls} does; a call of one that shows another or none is refused with {@code auth.channel}. Keys are read from the chain
         * with every {@link #refresh}, so a key is known here at most that long after it was published; while the chain is away the last ones hold.
         *
         * @return this builder
         * @throws ConfigException at {@link #start} when there is no {@link #tls}
         */
        public Builder tlsCallers() {
            tlsCallers = true;
            return this;
        }

        /**
         * The address that the axon listens on, which need not be the one that is published.
         *
         * @param address address and port; port 0 takes any free one. Default: port 8091 of 127.0.0.2 when the chain is on this machine, else of 0.0.0.0
         * @return this builder
         */
        public Builder bind(InetSocketAddress address) {
            bind = address;
            return this;
        }

        /**
         * The endpoint that the chain shows for this miner.
         *
         * @param shown a literal IP address and a port that others reach; the chain refuses 127.0.0.1, so on one machine it is 127.0.0.2. Default: the
         *     address that the axon listens on
         * @return this builder
         * @throws ConfigException when the chain would refuse it
         */
        public Builder publish(Endpoint shown) {
            Endpoint checked = Publication.check(shown);
            publishedIp = Optional.of(checked.host());
            publishedPort = Optional.of(checked.port());
            return this;
        }

        /**
         * Lets the miner buy a seat when it has none. Without this it never registers. Before anything is paid, the price is told to
         * the log and to the listener.
         *
         * @param coldkey gives the key that pays; called only when there is something to pay
         * @param highest what the seat may cost at most
         * @return this builder
         */
        public Builder register(Supplier<? extends Signer> coldkey, Tao highest) {
            settings.registration = Optional.of(new Registration(coldkey, highest));
            return this;
        }

        /**
         * How often the chain is looked at.
         *
         * @param pause 50 milliseconds to 1 hour. Default: 12 seconds, a block
         * @return this builder
         */
        public Builder refresh(Duration pause) {
            settings.refresh = NeuronSettings.within("refresh", pause, Duration.ofMillis(50), Duration.ofHours(1));
            return this;
        }

        /**
         * How long running calls may take to finish when the miner closes.
         *
         * @param limit up to 10 minutes. Default: 15 seconds
         * @return this builder
         */
        public Builder drainLimit(Duration limit) {
            settings.drainLimit = NeuronSettings.within("drainLimit", limit, Duration.ZERO, Duration.ofMinutes(10));
            return this;
        }

        /**
         * Who is told what happens. Called from the miner's own threads; must not block.
         *
         * @param told the listener
         * @return this builder
         */
        public Builder listener(Consumer<NeuronEvent> told) {
            settings.listener = told;
            return this;
        }

        /**
         * Finds the seat (or buys one, if that was allowed), opens the port, publishes it if the chain shows another, and begins.
         *
         * @return the running miner; close it
         * @throws RegistrationException when the hotkey has no uid and none could be had
         * @throws ConfigException when no address could be published
         * @throws BittensorException when the port can not be opened or the chain can not be reached
         * @throws InterruptedException when the calling thread is interrupted
         */
        public Miner start() throws InterruptedException {
            boolean sameMachine = NeuronConfig.onThisMachine(settings.chain.network());
            Optional<PublishedKeys> callerKeys = secure();
            Publication.choose(
                    publishedIp, publishedPort.or(() -> Optional.of(1)), bind, sameMachine); // before anything is paid
            if (settings.registration.isPresent()) {
                requireFreePort(); // a seat is of no use to a miner that can not listen
            }
            Life life = new Life("miner", LOG, settings);
            NeuronInfo seat = life.takeSeat(settings.registration);
            Axon server = open(life);
            try {
                Endpoint shown = Publication.choose(
                        publishedIp,
                        publishedPort,
                        new InetSocketAddress(bind.getAddress(), server.port()),
                        sameMachine);
                Publication publication = new Publication(settings, life, shown, tls.flatMap(TlsIdentity::key));
                publication.keep(life.metagraph().orElseThrow(), seat);
                Miner miner = new Miner(server, shown, publication, callerKeys, life);
                life.begin(miner.new Duties());
                return miner;
            } catch (RuntimeException | InterruptedException e) {
                server.close();
                throw e;
            }
        }

        private Optional<PublishedKeys> secure() {
            if (tlsCallers && tls.isEmpty()) {
                throw new ConfigException(
                        "tls",
                        "tlsCallers: without tls (expected: an identity of this miner's own as well)",
                        "Call tls(TlsIdentity.pinned(file)).");
            }
            Optional<PublishedKeys> callerKeys =
                    tlsCallers ? Optional.of(new PublishedKeys(settings.chain, settings.netuid)) : Optional.empty();
            tls.map(Tls::of)
                    .map(own -> callerKeys.map(keys -> own.callers(keys::of)).orElse(own))
                    .ifPresent(axon::tls);
            return callerKeys;
        }

        private Axon open(Life life) {
            try {
                return axon.bind(bind).metagraph(life::metagraph).start();
            } catch (BittensorException e) {
                throw canNotListen(e);
            }
        }

        private void requireFreePort() {
            try (ServerSocket probe = new ServerSocket()) {
                probe.setReuseAddress(true);
                probe.bind(bind);
            } catch (IOException e) {
                throw canNotListen(e);
            }
        }

        private NeuronException canNotListen(Exception e) {
            return new NeuronException(
                    "neuron.bind",
                    true,
                    "the axon can not listen on " + bind.getHostString() + ":" + bind.getPort() + ": " + e.getMessage(),
                    Publication.bindHint(bind, String.valueOf(e.getMessage())),
                    e);
        }
    }
}
