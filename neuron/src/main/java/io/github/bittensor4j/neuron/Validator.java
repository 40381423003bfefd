package io.github.bittensor4j.neuron;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.tls.TlsIdentity;
import io.github.bittensor4j.dendrite.Dendrite;
import io.github.bittensor4j.dendrite.DendriteOptions;
import io.github.bittensor4j.neuron.NeuronEvent.Kind;
import io.github.bittensor4j.neuron.WeightsStatus.State;
import io.github.bittensor4j.subtensor.ExtrinsicOutcome;
import io.github.bittensor4j.subtensor.SubmitOptions;
import io.github.bittensor4j.subtensor.SubnetHyperparameters;
import io.github.bittensor4j.subtensor.Subtensor;
import io.github.bittensor4j.subtensor.WeightsOptions;
import io.github.bittensor4j.subtensor.WeightsOutcome;
import io.github.bittensor4j.wallet.Wallet;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a validator: it finds its seat, runs rounds of questions, keeps the scores, and sets weights when the chain takes them.
 *
 * <p>What it does unseen, and tells through {@link #status()}, its listener and the log: it reads the metagraph anew every
 * {@linkplain Builder#refresh refresh}; goes on by itself when the node dies and comes back; computes the block from which weights are due (the subnet's
 * rate limit, then one setting per epoch), submits them, sealed where the subnet hides weights, and follows them into a block; abstains rather than inventing weights; and
 * stops when its uid is lost. The rounds run on with the last metagraph while the chain can not be reached.
 *
 * <pre>{@code
 * // as a program, configured by flags, environment and file (NeuronConfig):
 * public static void main(String[] args) {
 *     System.exit(ExitStatus.of(System.out, System.err, () -> Validator.run(args, MyValidator::define)));
 * }
 *
 * static Validator.Builder define(Validator.Builder validator) {
 *     return validator.every(Duration.ofSeconds(30), MyValidator::round);
 * }
 *
 * static void round(Round round) throws InterruptedException {
 *     for (MinerOutcome<Reply> miner : round.query(SHOUT, new Prompt("hello"), Sample.miners(32), Duration.ofSeconds(5))) {
 *         round.score(miner.uid(), miner.answer().isPresent() ? 1 : 0);
 *     }
 * }
 *
 * // within another program:
 * try (Wallet wallet = Wallet.open(WalletRef.defaults());
 *         Subtensor chain = Subtensor.connect(Network.finney());
 *         Validator validator = define(Validator.builder(Netuid.of(2), wallet.hotkey(), chain))
 *                 .scores(Scores.movingAverage(0.1, Path.of("scores")))
 *                 .start()) {
 *     validator.awaitShutdown();
 * }
 * }</pre>
 *
 * <p>Safe for use by many threads. Whoever starts it closes it; wallet and chain are the caller's and stay open.
 */
public final class Validator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Validator.class);
    /** Short-lived, so that weights of unknown fate are soon known to be dead; and not waited for too long, since the seat is watched meanwhile. */
    private static final SubmitOptions WEIGHTS_OPTIONS =
            SubmitOptions.defaults().mortality(16).deadline(Duration.ofSeconds(60));

    private static final int RULES_KEEP_BLOCKS = 50;

    private final NeuronSettings settings;
    private final Duration every;
    private final RoundHandler handler;
    private final Scores scores;
    private final long versionKey;
    private final WeightsSchedule schedule;
    private final PublishedKeys tlsKeys;
    private final Optional<Publication> publication;
    private final Dendrite dendrite;
    private final Life life;
    private final CountDownLatch noMoreRounds = new CountDownLatch(1);
    private final Thread rounds;

    private @Nullable SubnetHyperparameters hyperparameters;
    private long hyperparametersAt;
    private Optional<AccountId> ownerHotkey = Optional.empty();

    private Validator(Builder builder, RoundHandler handler, Life life, Optional<Publication> publication) {
        this.settings = builder.settings;
        this.publication = publication;
        this.tlsKeys = new PublishedKeys(settings.chain, settings.netuid);
        this.every = builder.every;
        this.handler = handler;
        this.scores = builder.scores;
        this.versionKey = builder.versionKey;
        this.schedule = new WeightsSchedule(settings.netuid, builder.weightsEvery);
        this.dendrite = Dendrite.open(
                settings.hotkey,
                builder.tls
                        .map(own -> builder.dendrite.tlsIdentity(own.identity()))
                        .orElse(builder.dendrite));
        this.life = life;
        this.rounds = new Thread(this::rounds, "validator-" + settings.netuid + "-rounds");
        this.rounds.setDaemon(true);
    }

    /**
     * Begins a validator.
     *
     * @param netuid its subnet
     * @param hotkey its identity; signs its questions and its weights
     * @param chain the chain; stays the caller's
     * @return a builder
     */
    public static Builder builder(Netuid netuid, Signer hotkey, Subtensor chain) {
        return new Builder(new NeuronSettings(netuid, hotkey, chain));
    }

    /**
     * Begins a validator as the configuration says: its subnet, its state directory, its TLS, and the highest price of a seat, which the wallet's coldkey would
     * pay.
     *
     * @param config the configuration
     * @param wallet the keys; stays the caller's
     * @param chain the chain; stays the caller's
     * @return a builder with scores of {@code Scores.movingAverage(0.1, config.stateDir())}
     */
    public static Builder builder(NeuronConfig config, Wallet wallet, Subtensor chain) {
        Builder builder =
                builder(config.netuid(), wallet.hotkey(), chain).scores(Scores.movingAverage(0.1, config.stateDir()));
        config.maxRegistrationPrice().ifPresent(price -> builder.register(wallet::coldkey, price));
        return config.tls() == NeuronConfig.TlsMode.MUTUAL
                ? builder.tls(
                        config.tlsIdentity(),
                        Publication.choose(
                                config.publishedIp(),
                                config.publishedPort(),
                                config.bind(),
                                NeuronConfig.onThisMachine(chain.network())))
                : builder;
    }

    /**
     * Runs a validator for as long as the process lives: reads the configuration, opens wallet and chain, starts, and closes
     * everything at SIGTERM or Ctrl-C.
     *
     * @param args the arguments of {@code main}, as {@link NeuronConfig} describes them
     * @param define what this validator does
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
                Validator validator =
                        define.apply(builder(config, wallet, chain)).start()) {
            validator.awaitShutdown();
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
     * Its scores.
     *
     * @return the scores that it was built with
     */
    public Scores scores() {
        return scores;
    }

    /**
     * Waits until the validator stops: by {@link #close()}, by SIGTERM or Ctrl-C (the first one closes it in good order, and {@code main} goes on
     * to return normally), or because its seat is lost.
     *
     * @throws InterruptedException when the calling thread is interrupted
     * @throws SeatLostException when its uid was lost
     * @throws ScoresException when the last scores could not be kept
     */
    public void awaitShutdown() throws InterruptedException {
        life.awaitShutdown();
    }

    /** Starts no new round, lets a running one finish within the drain limit, keeps the scores. A second call waits for the first. */
    @Override
    public void close() {
        life.end(null);
    }

    private void rounds() {
        long started = System.nanoTime();
        try {
            while (noMoreRounds.getCount() > 0) { // it may have ended before it began
                round();
                long next = started + every.toNanos();
                long now = System.nanoTime();
                // A round that took too long is followed by the next at once, and those it overran are skipped
                started = Math.max(next, now);
                if (noMoreRounds.await(started - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the drain limit is over
        }
    }

    private void round() throws InterruptedException {
        Metagraph metagraph = life.metagraph().orElseThrow();
        Round round = new Round(metagraph, tlsKeys, settings.hotkey.account(), dendrite);
        try {
            handler.run(round);
            keep(round);
        } catch (InterruptedException e) {
            if (noMoreRounds.getCount() == 0) {
                throw e;
            }
            failed(round, e); // the handler's own doing: nobody else interrupts this thread before the end
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            failed(round, e); // one round's trouble, such as a native library that is missing
        } catch (Error e) {
            // A validator without rounds would go on setting weights by old scores
            life.end(new NeuronException(
                    "neuron.rounds_ended",
                    false,
                    "the rounds of validator " + settings.hotkey.account() + " ended with " + e,
                    "See the log; with an OutOfMemoryError give the JVM more memory (-Xmx).",
                    e));
            throw e;
        }
    }

    private void keep(Round round) {
        Map<Uid, Double> scored = round.finish();
        try {
            scores.apply(scored, round.metagraph());
        } catch (ScoresException e) {
            LOG.error("{} {}", e.getMessage(), e.hint()); // the scores count; the next round keeps them as well
        }
        life.say(
                Kind.ROUND_DONE,
                "round at block " + round.block() + ": " + WeightsSchedule.miners(scored.size()) + " scored");
    }

    private void failed(Round round, Throwable e) {
        LOG.debug("round at block {} failed", round.block(), e);
        life.say(Kind.ROUND_FAILED, "round at block " + round.block() + " failed and moved no score: " + e);
    }

    private final class Duties implements Life.Work {
        @Override
        public void refreshed(Metagraph metagraph, NeuronInfo seat) throws InterruptedException {
            tlsKeys.refresh();
            if (publication.isPresent()) {
                publication.get().keep(metagraph, seat);
            }
            try {
                scores.reconcile(metagraph);
            } catch (ScoresException e) {
                LOG.error("{} {}", e.getMessage(), e.hint()); // weights do not depend on the disk
            }
            weights(metagraph, seat);
        }

        @Override
        public void drain(Duration limit) throws InterruptedException {
            noMoreRounds.countDown();
            try {
                boolean other = Thread.currentThread() != rounds; // a listener may close it from within a round
                if (other) {
                    rounds.join(Math.max(1, limit.toMillis()));
                }
                if (other && rounds.isAlive()) {
                    LOG.warn("the running round did not finish within {}: it is interrupted and moves no score", limit);
                    rounds.interrupt();
                    rounds.join(1000);
                }
            } finally {
                try {
                    scores.close();
                } finally {
                    dendrite.close();
                }
            }
        }
    }

    private void weights(Metagraph metagraph, NeuronInfo seat) throws InterruptedException {
        if (schedule.confirms(seat)) {
            set(seat.lastUpdate(), "weights of unknown fate are in the chain after all, at block " + seat.lastUpdate());
        }
        WeightsSchedule.Decision decision = decide(metagraph, seat, RULES_KEEP_BLOCKS);
        if (decision.due()) {
            decision = decide(metagraph, seat, 0); // what was remembered may have changed: look before writing
        }
        if (!decision.due()) {
            stand(decision.status());
            return;
        }
        stand(decision.status());
        submit(metagraph, seat);
    }

    private WeightsSchedule.Decision decide(Metagraph metagraph, NeuronInfo seat, int keepBlocks) {
        WeightsSchedule.Rules rules = rules(metagraph, keepBlocks);
        boolean owner = ownerHotkey.filter(seat.hotkey()::equals).isPresent();
        return schedule.decide(
                metagraph, seat, owner, rules, scores.positive(metagraph).size());
    }

    private WeightsSchedule.Rules rules(Metagraph metagraph, int keepBlocks) {
        long now = metagraph.block().number();
        SubnetHyperparameters known = hyperparameters;
        if (known == null || now - hyperparametersAt >= keepBlocks || now < hyperparametersAt) {
            known = settings.chain.hyperparameters(settings.netuid);
            hyperparameters = known;
            hyperparametersAt = now;
            ownerHotkey = owner();
        }
        return new WeightsSchedule.Rules(metagraph.tempo(), known.weightsRateLimit(), known.minAllowedWeights());
    }

    private void submit(Metagraph metagraph, NeuronInfo seat) throws InterruptedException {
        // An exception here means that nothing was sent: the next look at the chain begins anew
        WeightsOutcome came = settings.chain.setWeights(
                settings.netuid,
                settings.hotkey,
                scores.positive(metagraph),
                WeightsOptions.defaults().versionKey(versionKey).submit(WEIGHTS_OPTIONS));
        if (came instanceof WeightsOutcome.Held held) {
            refused(metagraph, held.message());
        } else if (came instanceof WeightsOutcome.Sent sent) {
            followed(metagraph, seat, sent);
        }
    }

    private void refused(Metagraph metagraph, String why) {
        hyperparameters = null; // the chain and our picture of it disagree
        long again = schedule.refused(metagraph.block().number(), new WeightsSchedule.Rules(metagraph.tempo(), 0, 0));
        stand(new WeightsStatus(
                State.REFUSED, OptionalLong.of(again), last(), why + "; tried again from block " + again));
    }

    private void followed(Metagraph metagraph, NeuronInfo seat, WeightsOutcome.Sent sent) {
        ExtrinsicOutcome outcome = sent.outcome();
        if (outcome instanceof ExtrinsicOutcome.Included included) {
            long block = included.block().number();
            schedule.included(block);
            set(
                    block,
                    "weights for "
                            + WeightsSchedule.miners(sent.weights().uids().size()) + " of subnet " + settings.netuid
                            + sent.reveal()
                                    .map(reveal -> " are sealed in block " + block + " and open from block "
                                            + reveal.fromBlock())
                                    .orElse(" are in block " + block));
        } else if (outcome instanceof ExtrinsicOutcome.Refused refused) {
            refused(metagraph, "the chain refused the weights: " + refused.error());
        } else if (outcome instanceof ExtrinsicOutcome.Unknown unknown) {
            long deadAfter = unknown.validUntil().orElse(metagraph.block().number() + WEIGHTS_OPTIONS.mortality());
            schedule.unknown(seat, deadAfter);
            stand(new WeightsStatus(
                    State.UNKNOWN,
                    OptionalLong.of(deadAfter + 1),
                    last(),
                    "the weights were sent and their fate is not known (" + unknown.reason()
                            + "); watching the chain until block " + deadAfter));
        }
    }

    private OptionalLong last() {
        return life.status().weights().map(WeightsStatus::lastSetBlock).orElse(OptionalLong.empty());
    }

    private void set(long block, String message) {
        remember(new WeightsStatus(State.WAITING, OptionalLong.empty(), OptionalLong.of(block), message));
        life.say(Kind.WEIGHTS_SET, message);
    }

    /** Keeps the state for the status, and tells of it when it is another one than before. */
    private void stand(WeightsStatus status) {
        Optional<WeightsStatus> before = life.status().weights();
        remember(status);
        boolean news = status.state() != State.SUBMITTING
                && before.filter(
                                b -> b.state() == status.state() && b.dueBlock().equals(status.dueBlock()))
                        .isEmpty();
        if (news) {
            life.say(Kind.WEIGHTS_WAITING, status.detail());
        }
    }

    private void remember(WeightsStatus status) {
        life.update(s -> new NeuronStatus(
                s.state(),
                s.netuid(),
                s.hotkey(),
                s.uid(),
                s.metagraphAt(),
                s.chainReachable(),
                s.published(),
                Optional.of(status),
                s.detail()));
    }

    /** What is shown in TLS, and the address that stands beside its key on the chain. */
    private record OwnTls(TlsIdentity identity, Endpoint shown) {}

    /** Makes a {@link Validator}. Does no I/O before {@link #start}. Not safe for use by many threads. */
    public static final class Builder {
        private final NeuronSettings settings;
        private Duration every = Duration.ofSeconds(30);
        private @Nullable RoundHandler handler;
        private Scores scores = Scores.movingAverage(0.1);
        private long versionKey;
        private OptionalLong weightsEvery = OptionalLong.empty();
        private Optional<OwnTls> tls = Optional.empty();
        private DendriteOptions dendrite = DendriteOptions.defaults();

        private Builder(NeuronSettings settings) {
            this.settings = settings;
        }

        /**
         * What the validator does again and again. The first round begins at once; rounds never overlap.
         *
         * @param pause from the start of one round to the start of the next; 1 millisecond to 1 day
         * @param round one round
         * @return this builder
         */
        public Builder every(Duration pause, RoundHandler round) {
            every = NeuronSettings.within("every", pause, Duration.ofMillis(1), Duration.ofDays(1));
            handler = round;
            return this;
        }

        /**
         * Where the scores are kept.
         *
         * @param kept the scores. Default: {@code Scores.movingAverage(0.1)}, in memory only
         * @return this builder
         */
        public Builder scores(Scores kept) {
            scores = kept;
            return this;
        }

        /**
         * The version of the subnet's code that this validator runs, which the chain compares with the subnet's own.
         *
         * @param key at least the subnet's weights version key, or the weights are refused. Default: 0
         * @return this builder
         */
        public Builder versionKey(long key) {
            versionKey = key;
            return this;
        }

        /**
         * How it asks: the dialect of its subnet's miners, sessions, receipts, observers.
         *
         * @param change makes the options from those that hold so far: {@code options -> options.discoverDialect().sessions(true)}. What it
         *     shows in TLS is set by {@link #tls}
         * @return this builder
         */
        public Builder dendrite(UnaryOperator<DendriteOptions> change) {
            dendrite = change.apply(dendrite);
            return this;
        }

        /**
         * Shows a key of its own to miners that ask their callers for one ({@link Miner.Builder#tlsCallers}), and publishes it ({@code
         * serve_axon_tls}), by which they know it. Miners that have published a key are spoken to over TLS with or without this.
         *
         * @param identity as of {@link TlsIdentity#pinned}, kept in a file; none by default
         * @param shown the address that the chain wants beside the key, as for {@link Miner.Builder#publish}; nobody needs to listen there
         * @return this builder
         * @throws ConfigException when the key is of a kind that is not published, or the chain would refuse the address
         */
        public Builder tls(TlsIdentity identity, Endpoint shown) {
            NeuronSettings.publishable(identity);
            tls = Optional.of(new OwnTls(identity, Publication.check(shown)));
            return this;
        }

        /**
         * How often weights are set.
         *
         * @param blocks the blocks from one setting to the next, 1 or more; never less than the subnet's rate limit. Default: the subnet's tempo, once per epoch
         * @return this builder
         */
        public Builder weightsEvery(int blocks) {
            if (blocks < 1) {
                throw new InvalidValueException(
                        "validator.weights_every", "weightsEvery: " + blocks + " (expected: 1 block or more)", "");
            }
            weightsEvery = OptionalLong.of(blocks);
            return this;
        }

        /**
         * Lets the validator buy a seat when it has none. Without this it never registers. Before anything is paid, the price is told
         * to the log and to the listener.
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
         * How long a running round may take to finish when the validator closes.
         *
         * @param limit up to 10 minutes. Default: 15 seconds
         * @return this builder
         */
        public Builder drainLimit(Duration limit) {
            settings.drainLimit = NeuronSettings.within("drainLimit", limit, Duration.ZERO, Duration.ofMinutes(10));
            return this;
        }

        /**
         * Who is told what happens. Called from the validator's own threads; must not block.
         *
         * @param told the listener
         * @return this builder
         */
        public Builder listener(Consumer<NeuronEvent> told) {
            settings.listener = told;
            return this;
        }

        /**
         * Finds the seat (or buys one, if that was allowed), opens the scores, and begins.
         *
         * @return the running validator; close it
         * @throws RegistrationException when the hotkey has no uid and none could be had
         * @throws ScoresException when the scores of an earlier life can not be read, or are in use
         * @throws BittensorException when the chain can not be reached
         * @throws InterruptedException when the calling thread is interrupted
         */
        public Validator start() throws InterruptedException {
            RoundHandler round = handler;
            if (round == null) {
                throw new InvalidValueException(
                        "validator.every",
                        "every: missing (expected: a pause and what to do in a round)",
                        "Call every(Duration, RoundHandler).");
            }
            Life life = new Life("validator", LOG, settings);
            NeuronInfo seat = life.takeSeat(settings.registration);
            scores.open(settings.netuid, settings.hotkey.account(), settings.chain.genesisHash());
            scores.file()
                    .ifPresent(file -> LOG.info(
                            "scores of {} read from {}",
                            WeightsSchedule.miners(scores.snapshot().size()),
                            file));
            try {
                Optional<Publication> publication = tls.map(own -> new Publication(
                        settings, life, own.shown(), own.identity().key()));
                if (publication.isPresent()) {
                    publication.get().keep(life.metagraph().orElseThrow(), seat);
                }
                Validator validator = new Validator(this, round, life, publication);
                validator.begin();
                return validator;
            } catch (RuntimeException | InterruptedException e) {
                scores.close();
                throw e;
            }
        }
    }

    private void begin() {
        life.begin(new Duties());
        rounds.start();
    }

    /** The owner's hotkey may set weights without a permit. */
    private Optional<AccountId> owner() {
        return settings.chain
                .query("SubtensorModule", "SubnetOwnerHotkey", settings.netuid)
                .filter(AccountId.class::isInstance)
                .map(AccountId.class::cast);
    }
}
