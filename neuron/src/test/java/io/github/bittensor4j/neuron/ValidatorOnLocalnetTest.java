package io.github.bittensor4j.neuron;

import static io.github.bittensor4j.neuron.LocalSubnet.NETUID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.tls.TlsIdentity;
import io.github.bittensor4j.dendrite.AttemptObserver;
import io.github.bittensor4j.dendrite.Dendrite;
import io.github.bittensor4j.dendrite.DendriteOptions;
import io.github.bittensor4j.dendrite.QueryOutcome;
import io.github.bittensor4j.dendrite.Target;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import io.github.bittensor4j.neuron.NeuronEvent.Kind;
import io.github.bittensor4j.neuron.WeightsStatus.State;
import io.github.bittensor4j.subtensor.Subtensor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidatorOnLocalnetTest {
    record Prompt(String text) {}

    record Reply(String text) {}

    private static final SynapseType<Prompt, Reply> SHOUT = SynapseType.json("shout.v1", Prompt.class, Reply.class);

    @TempDir
    Path dir;

    private LocalSubnet subnet;

    @BeforeEach
    void start() throws InterruptedException {
        subnet = LocalSubnet.in(dir.resolve("chain"));
    }

    @AfterEach
    void stop() {
        subnet.close();
    }

    private Miner miner(Keypair hotkey, boolean honest) throws InterruptedException {
        return miner(hotkey)
                .serve(SHOUT, (call, ask) -> new Reply(honest ? ask.text().toUpperCase(Locale.ROOT) : ask.text()))
                .start();
    }

    private Miner.Builder miner(Keypair hotkey) {
        return Miner.builder(NETUID, hotkey, subnet.chain())
                .bind(new InetSocketAddress("127.0.0.2", 0))
                .refresh(Duration.ofMillis(50));
    }

    private Validator.Builder validator(Keypair hotkey, Subtensor chain, Events events) {
        return Validator.builder(NETUID, hotkey, chain)
                .every(Duration.ofMillis(100), ValidatorOnLocalnetTest::round)
                .scores(Scores.movingAverage(0.5, dir.resolve("scores")))
                .refresh(Duration.ofMillis(50))
                .listener(events);
    }

    private static void round(Round round) throws InterruptedException {
        Prompt prompt = new Prompt("block " + round.block());
        for (var miner : round.query(SHOUT, prompt, Sample.miners(8), Duration.ofSeconds(5))) {
            boolean right = miner.answer()
                    .filter(r -> r.text().equals(prompt.text().toUpperCase(Locale.ROOT)))
                    .isPresent();
            round.score(miner.uid(), right ? 1.0 : 0.0);
        }
    }

    private Uid uid(AccountId hotkey) {
        return subnet.chain().uid(NETUID, hotkey).orElseThrow();
    }

    @Test
    void it_scores_the_honest_miner_sets_weights_when_due_and_resumes_with_its_scores() throws InterruptedException {
        Keypair good = subnet.registered("good");
        Keypair bad = subnet.registered("bad");
        Keypair hotkey = subnet.validator("validator");
        Map<Uid, Double> kept;
        try (Miner honest = miner(good, true);
                Miner lazy = miner(bad, false)) {
            Events events = new Events();
            try (Validator validator = validator(hotkey, subnet.chain(), events).start()) {
                NeuronEvent set = events.next(Kind.WEIGHTS_SET);
                assertThat(set.status().weights().orElseThrow().lastSetBlock())
                        .hasValue(subnet.lastUpdate(hotkey.account()));
                events.next(Kind.ROUND_DONE);
                assertThat(validator.status().state()).isEqualTo(NeuronStatus.State.RUNNING);
                assertThat(honest.status().state()).isEqualTo(NeuronStatus.State.RUNNING);
                assertThat(lazy.status().state()).isEqualTo(NeuronStatus.State.RUNNING);
            }
            Validator closed = validator(hotkey, subnet.chain(), new Events()).start();
            closed.close();
            kept = closed.scores().snapshot();
            assertThat(kept.get(uid(good.account()))).isGreaterThan(0.4);
            assertThat(kept.get(uid(bad.account()))).isZero();
        }
        List<?> weights = (List<?>) subnet.chain()
                .query("SubtensorModule", "Weights", NETUID, uid(hotkey.account()))
                .orElseThrow();
        assertThat(weights).hasSize(1);

        Events later = new Events();
        try (Validator next = validator(hotkey, subnet.chain(), later)
                .every(Duration.ofHours(1), round -> {})
                .start()) {
            assertThat(next.scores().snapshot()).isEqualTo(kept);
        }
    }

    @Test
    void a_round_asks_by_the_validators_own_dendrite_as_it_was_told_to() throws InterruptedException {
        Keypair good = subnet.registered("good");
        Keypair hotkey = subnet.validator("validator");
        Events events = new Events();
        Queue<Dialect> asked = new ConcurrentLinkedQueue<>();
        Queue<QueryOutcome<Reply>> outcomes = new ConcurrentLinkedQueue<>();
        RoundHandler handler = round -> {
            for (NeuronInfo miner : round.miners(Sample.allMiners())) {
                outcomes.add(
                        round.dendrite().query(round.target(miner), SHOUT, new Prompt("x"), Duration.ofSeconds(20)));
            }
        };
        try (Miner miner = miner(good, true);
                Validator validator = validator(hotkey, subnet.chain(), events)
                        .every(Duration.ofMillis(100), handler)
                        .dendrite(options -> options.dialect(Dialect.HTTP))
                        .dendrite(options -> options.observe((target, synapse, dialect, headers) -> {
                            asked.add(dialect);
                            return new AttemptObserver() {};
                        }))
                        .start()) {
            while (outcomes.isEmpty()) {
                events.next(Kind.ROUND_DONE);
            }
            assertThat(outcomes.peek().answerOrEmpty()).contains(new Reply("X"));
            assertThat(asked.peek()).isEqualTo(Dialect.HTTP);
            assertThat(miner.status().state()).isEqualTo(NeuronStatus.State.RUNNING);
            assertThat(validator.status().state()).isEqualTo(NeuronStatus.State.RUNNING);
        }
    }

    @Test
    void with_mutual_tls_a_miner_answers_only_whoever_shows_the_key_that_its_hotkey_has_published()
            throws InterruptedException {
        Keypair good = subnet.registered("good");
        Keypair hotkey = subnet.validator("validator");
        Keypair other = subnet.validator("other");
        AtomicReference<List<String>> codes = new AtomicReference<>(List.of());
        Events events = new Events();
        try (Miner miner = miner(good)
                        .serve(SHOUT, (call, ask) -> new Reply(ask.text()))
                        .tls(TlsIdentity.pinned(dir.resolve("miner.pem")))
                        .tlsCallers()
                        .start();
                Validator secured = validator(hotkey, subnet.chain(), events)
                        .tls(TlsIdentity.pinned(dir.resolve("validator.pem")), new Endpoint("127.0.0.2", 9))
                        .every(Duration.ofMillis(100), round -> ask(round, codes))
                        .start()) {
            assertThat(subnet.chain().tlsKey(NETUID, hotkey.account()))
                    .isEqualTo(TlsIdentity.pinned(dir.resolve("validator.pem")).key());
            // the miner learns of the key with its next look at the chain
            while (!codes.get().equals(List.of("answered"))) {
                events.next(Kind.ROUND_DONE);
            }
            TlsIdentity stolen = TlsIdentity.pinned(dir.resolve("validator.pem"));
            Target target = Target.of(good.account(), miner.endpoint())
                    .pinned(subnet.chain().tlsKey(NETUID, good.account()).orElseThrow());
            DendriteOptions options = DendriteOptions.defaults();
            // no key, a key that nobody published, and a key that somebody else has published
            assertThat(refusal(hotkey, options, target)).isEqualTo("auth.channel");
            assertThat(refusal(hotkey, options.tlsIdentity(TlsIdentity.generate()), target))
                    .isEqualTo("auth.channel");
            assertThat(refusal(other, options.tlsIdentity(stolen), target)).isEqualTo("auth.channel");
            assertThat(secured.status().state()).isEqualTo(NeuronStatus.State.RUNNING);
        }
    }

    private static void ask(Round round, AtomicReference<List<String>> codes) throws InterruptedException {
        codes.set(round.query(SHOUT, new Prompt("x"), Sample.miners(8), Duration.ofSeconds(5)).stream()
                .map(outcome -> outcome.outcome() instanceof QueryOutcome.Refused<Reply> refused
                        ? refused.code()
                        : outcome.answer().isPresent()
                                ? "answered"
                                : outcome.outcome().toString())
                .toList());
    }

    private static String refusal(Keypair hotkey, DendriteOptions options, Target target) throws InterruptedException {
        try (Dendrite dendrite = Dendrite.open(hotkey, options)) {
            return dendrite.query(target, SHOUT, new Prompt("x"), Duration.ofSeconds(20))
                            instanceof QueryOutcome.Refused<Reply> refused
                    ? refused.code()
                    : "not refused";
        }
    }

    @Test
    void a_miner_that_asks_for_its_callers_keys_has_one_itself() {
        Keypair hotkey = subnet.rich().derive("//keyless");
        assertThatThrownBy(() -> miner(hotkey).tlsCallers().start())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("without tls");
    }

    @Test
    void when_the_node_dies_it_goes_on_by_itself_and_sets_weights_once() throws InterruptedException {
        Keypair good = subnet.registered("good");
        Keypair hotkey = subnet.validator("validator");
        Events events = new Events();
        try (Subtensor own = subnet.connect();
                Miner honest = miner(good, true);
                Validator validator = validator(hotkey, own, events).start()) {
            events.next(Kind.WEIGHTS_SET);
            long before = subnet.lastUpdate(hotkey.account());

            int port = subnet.kill();
            events.next(Kind.CHAIN_LOST);
            assertThat(validator.status().chainReachable()).isFalse();
            events.next(Kind.ROUND_DONE); // miners are asked without a chain
            subnet.restart(port);
            events.next(Kind.CHAIN_BACK);

            events.next(Kind.WEIGHTS_SET);
            long after = subnet.lastUpdate(hotkey.account());
            assertThat(after).isGreaterThanOrEqualTo(before + 50);
            subnet.awaitBlocks(30);
            assertThat(events.all(Kind.WEIGHTS_SET)).hasSize(2);
            assertThat(subnet.lastUpdate(hotkey.account())).isEqualTo(after);
            assertThat(validator.status().state()).isEqualTo(NeuronStatus.State.RUNNING);
            assertThat(honest.status().state()).isEqualTo(NeuronStatus.State.RUNNING);
        }
    }

    @Test
    void a_chain_that_began_anew_in_the_place_of_its_own_is_told_by_name() throws InterruptedException {
        Keypair hotkey = subnet.validator("validator");
        Events events = new Events();
        try (Subtensor own = subnet.connect();
                Validator validator = validator(hotkey, own, events).start()) {
            int port = subnet.kill();
            events.next(Kind.CHAIN_LOST);
            try (Localnet other =
                    Localnet.builder().blockTime(BlockTime.MANUAL).port(port).start()) {
                while (!events.next(Kind.CHAIN_LOST).message().contains("neuron.node_behind")) {
                    assertThat(other.port()).isEqualTo(port);
                }
            }
            assertThat(validator.status().chainReachable()).isFalse();
            assertThat(events.all(Kind.SEAT_LOST)).isEmpty();
        }
    }

    @Test
    void weights_that_were_under_way_when_the_node_died_are_set_once() throws InterruptedException {
        Keypair good = subnet.registered("good");
        Keypair hotkey = subnet.validator("validator");
        Events events = new Events();
        try (Subtensor own = subnet.connect();
                Miner honest = miner(good, true)) {
            subnet.awaitBlocks(10); // the rate limit of a new seat is over: weights are due at once
            subnet.stopBlocks();
            try (Validator validator = validator(hotkey, own, events).start()) {
                assertThat(honest.status().state()).isEqualTo(NeuronStatus.State.RUNNING);
                while (validator
                        .status()
                        .weights()
                        .filter(w -> w.state() == State.SUBMITTING)
                        .isEmpty()) {
                    assertThat(subnet.chain().blockNumber()).isPositive(); // a round trip, in place of a pause
                }
                subnet.restart(subnet.kill());
                events.next(Kind.WEIGHTS_SET);
                long set = subnet.lastUpdate(hotkey.account());
                subnet.awaitBlocks(30);
                assertThat(events.all(Kind.WEIGHTS_SET)).hasSize(1);
                assertThat(subnet.lastUpdate(hotkey.account())).isEqualTo(set);
            }
        }
    }

    @Test
    void a_subnet_that_hides_weights_gets_them_sealed_and_they_open_by_themselves() throws InterruptedException {
        Keypair good = subnet.registered("good");
        Keypair hotkey = subnet.validator("validator");
        subnet.subnet("sudo_set_commit_reveal_weights_enabled", "enabled", true);
        Events events = new Events();
        try (Miner honest = miner(good, true);
                Validator validator = validator(hotkey, subnet.chain(), events).start()) {
            assertThat(events.next(Kind.WEIGHTS_SET).message()).contains("sealed");
            subnet.awaitWeights(hotkey.account());
            assertThat(honest.status().state()).isEqualTo(NeuronStatus.State.RUNNING);
            assertThat(validator.status().weights().orElseThrow().lastSetBlock())
                    .isPresent();
        }
    }

    @Test
    void a_round_that_fails_moves_no_score_and_the_next_one_runs() throws InterruptedException {
        Keypair hotkey = subnet.registered("validator");
        Events events = new Events();
        int[] rounds = {0};
        try (Validator validator = validator(hotkey, subnet.chain(), events)
                .every(Duration.ofMillis(10), round -> {
                    round.score(Uid.of(0), 1.0);
                    if (rounds[0]++ == 0) {
                        round.score(Uid.of(1), Double.NaN);
                    }
                })
                .scores(Scores.movingAverage(0.5))
                .start()) {
            assertThat(events.next(Kind.ROUND_FAILED).message())
                    .contains("uid 1")
                    .contains("NaN");
            events.next(Kind.ROUND_DONE);
            assertThat(validator.scores().snapshot())
                    .doesNotContainKey(Uid.of(1))
                    .containsKey(Uid.of(0));
        }
    }

    @Test
    void an_interrupt_of_its_own_or_a_library_that_is_missing_ends_a_round_and_not_the_rounds()
            throws InterruptedException {
        Keypair hotkey = subnet.registered("validator");
        Events events = new Events();
        AtomicInteger rounds = new AtomicInteger();
        try (Validator validator = validator(hotkey, subnet.chain(), events)
                .every(Duration.ofMillis(10), round -> {
                    switch (rounds.getAndIncrement()) {
                        case 0 -> throw new InterruptedException("of the handler's own");
                        case 1 -> throw new UnsatisfiedLinkError("no such library");
                        default -> round.score(Uid.of(0), 1.0);
                    }
                })
                .start()) {
            assertThat(events.next(Kind.ROUND_FAILED).message()).contains("of the handler's own");
            assertThat(events.next(Kind.ROUND_FAILED).message()).contains("no such library");
            events.next(Kind.ROUND_DONE);
            assertThat(validator.scores().snapshot()).containsKey(Uid.of(0));
        }
    }

    @Test
    void without_memory_for_its_rounds_it_ends_and_says_so() throws InterruptedException {
        Keypair hotkey = subnet.registered("validator");
        try (Validator validator = validator(hotkey, subnet.chain(), new Events())
                .every(Duration.ofMillis(10), round -> {
                    throw new OutOfMemoryError("for a test");
                })
                .start()) {
            assertThatThrownBy(validator::awaitShutdown)
                    .isInstanceOfSatisfying(
                            NeuronException.class, e -> assertThat(e.code()).isEqualTo("neuron.rounds_ended"))
                    .hasMessageContaining("for a test");
            assertThat(validator.status().state()).isEqualTo(NeuronStatus.State.STOPPED);
        }
    }

    @Test
    void its_listener_may_close_it_when_a_round_is_done() throws InterruptedException {
        Keypair hotkey = subnet.registered("validator");
        Events events = new Events();
        AtomicReference<Validator> running = new AtomicReference<>();
        running.set(validator(hotkey, subnet.chain(), events)
                .drainLimit(Duration.ofMinutes(2)) // longer than the test waits: nobody may wait for itself
                .listener(event -> {
                    events.accept(event);
                    Validator validator = running.get();
                    if (event.kind() == Kind.ROUND_DONE && validator != null) {
                        validator.close();
                    }
                })
                .start());
        events.next(Kind.STOPPED);
        running.get().awaitShutdown();
    }

    @Test
    void a_disk_that_is_full_costs_no_score() throws InterruptedException, IOException {
        Keypair hotkey = subnet.registered("validator");
        Events events = new Events();
        AtomicReference<Path> inTheWay = new AtomicReference<>();
        CountDownLatch scored = new CountDownLatch(3);
        try (Validator validator = validator(hotkey, subnet.chain(), events)
                .every(Duration.ofMillis(10), round -> {
                    Path blocked = inTheWay.get();
                    if (blocked != null) {
                        Files.createDirectories(blocked); // here, since this thread is the one that writes
                        round.score(Uid.of(0), 1.0);
                        scored.countDown();
                    }
                })
                .start()) {
            events.next(Kind.ROUND_DONE);
            Path file = validator.scores().file().orElseThrow();
            inTheWay.set(file.resolveSibling(file.getFileName() + ".new"));
            assertThat(scored.await(30, TimeUnit.SECONDS)).isTrue(); // the third begins when the second was kept
            assertThat(events.all(Kind.ROUND_FAILED)).isEmpty();
            assertThat(validator.scores().snapshot().get(Uid.of(0))).isPositive();
        }
    }

    @Test
    void a_thread_that_was_interrupted_closes_it_too_and_keeps_the_scores() throws InterruptedException {
        Keypair hotkey = subnet.registered("validator");
        Events events = new Events();
        Validator validator = validator(hotkey, subnet.chain(), events)
                .every(Duration.ofMillis(10), round -> round.score(Uid.of(0), 1.0))
                .start();
        events.next(Kind.ROUND_DONE);
        Thread.currentThread().interrupt();
        validator.close();
        assertThat(Thread.interrupted()).isTrue();
        validator.awaitShutdown(); // in good order
        Map<Uid, Double> kept = validator.scores().snapshot();

        try (Validator next = validator(hotkey, subnet.chain(), events)
                .every(Duration.ofMillis(10), round -> {})
                .start()) {
            assertThat(next.scores().snapshot()).isEqualTo(kept);
        }
    }

    @Test
    void a_second_validator_with_the_same_scores_is_refused() throws InterruptedException {
        Keypair hotkey = subnet.registered("validator");
        try (Validator first = validator(hotkey, subnet.chain(), new Events()).start()) {
            assertThatThrownBy(() ->
                            validator(hotkey, subnet.chain(), new Events()).start())
                    .isInstanceOf(ScoresException.class)
                    .hasMessageContaining(first.scores().file().orElseThrow().toString());
        }
    }
}
