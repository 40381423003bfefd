package io.github.bittensor4j.neuron;

import static io.github.bittensor4j.neuron.LocalSubnet.NETUID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.axon.Rate;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.tls.TlsIdentity;
import io.github.bittensor4j.core.tls.TlsKey;
import io.github.bittensor4j.dendrite.Dendrite;
import io.github.bittensor4j.dendrite.QueryOutcome;
import io.github.bittensor4j.dendrite.Target;
import io.github.bittensor4j.neuron.NeuronEvent.Kind;
import io.github.bittensor4j.subtensor.Calls;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MinerOnLocalnetTest {
    private static final SynapseType<byte[], byte[]> ECHO = SynapseType.bytes("echo.v1");
    private static LocalSubnet subnet;

    @BeforeAll
    static void start() throws InterruptedException {
        subnet = LocalSubnet.inMemory();
    }

    @AfterAll
    static void stop() {
        subnet.close();
    }

    private static Miner.Builder miner(Signer hotkey, Events events) {
        return Miner.builder(NETUID, hotkey, subnet.chain())
                .serve(ECHO, (call, bytes) -> bytes)
                .access(AccessPolicy.open())
                .bind(new InetSocketAddress("127.0.0.2", 0))
                .refresh(Duration.ofMillis(50))
                .listener(events);
    }

    private static QueryOutcome<byte[]> ask(Miner miner, Duration deadline) throws InterruptedException {
        try (Dendrite dendrite = Dendrite.open(Keypair.development("Bob"))) {
            return dendrite.query(
                    Target.of(miner.status().hotkey(), miner.endpoint()), ECHO, new byte[] {1, 2, 3}, deadline);
        }
    }

    @Test
    void it_buys_a_seat_up_to_its_highest_price_and_says_so_before_it_pays() throws InterruptedException {
        Keypair hotkey = subnet.rich().derive("//buys");
        Tao before = subnet.chain().balance(subnet.rich().account());
        Events events = new Events();
        try (Miner miner =
                miner(hotkey, events).register(subnet::rich, Tao.of("100")).start()) {
            assertThat(events.kinds())
                    .containsSubsequence(Kind.REGISTERING, Kind.REGISTERED, Kind.PUBLISHED, Kind.STARTED);
            NeuronEvent said = events.all(Kind.REGISTERING).get(0);
            assertThat(said.message())
                    .contains(hotkey.account().ss58())
                    .contains(subnet.rich().account().ss58())
                    .contains(Tao.of("100").toString());
            assertThat(said.status().uid()).isEmpty();
            assertThat(miner.status().uid()).isEqualTo(subnet.chain().uid(NETUID, hotkey.account()));
            assertThat(subnet.chain().balance(subnet.rich().account())).isLessThan(before);
        }
    }

    @Test
    void its_axon_does_whatever_else_it_is_told() throws Exception {
        Keypair hotkey = subnet.registered("told");
        try (Miner miner = miner(hotkey, new Events())
                .axon(axon -> axon.health(new Rate(10, 20)))
                .start()) {
            URI health = URI.create("http://127.0.0.2:" + miner.port() + "/health");
            assertThat(HttpClient.newHttpClient()
                            .send(HttpRequest.newBuilder(health).build(), BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void it_publishes_its_tls_key_and_is_reached_with_that_alone(@TempDir Path folder) throws InterruptedException {
        TlsIdentity identity = TlsIdentity.pinned(folder.resolve("tls.pem"));
        Keypair hotkey = subnet.rich().derive("//secured");
        try (Miner miner = miner(hotkey, new Events())
                        .tls(identity)
                        .register(subnet::rich, Tao.of("100"))
                        .start();
                Dendrite dendrite = Dendrite.open(Keypair.development("Bob"))) {
            Target plain = Target.of(hotkey.account(), miner.endpoint());
            TlsKey published = subnet.chain().tlsKey(NETUID, hotkey.account()).orElseThrow();
            assertThat(published).isEqualTo(identity.key().orElseThrow());
            Duration soon = Duration.ofSeconds(20);
            assertThat(dendrite.query(plain.pinned(published), ECHO, new byte[] {1}, soon))
                    .isInstanceOf(QueryOutcome.Answered.class);
            assertThat(dendrite.query(plain, ECHO, new byte[] {1}, soon)).isInstanceOf(QueryOutcome.Unreachable.class);
        }
    }

    @Test
    void it_refuses_a_seat_that_costs_more_than_its_highest_price() throws InterruptedException {
        Keypair hotkey = subnet.rich().derive("//frugal");
        Events events = new Events();
        assertThatThrownBy(() -> miner(hotkey, events)
                        .register(subnet::rich, Tao.of("0.0000001"))
                        .start())
                .isInstanceOfSatisfying(RegistrationException.class, e -> {
                    assertThat(e.code()).isEqualTo("neuron.registration_price");
                    assertThat(e.retryable()).isTrue();
                    assertThat(e.getMessage()).contains(Tao.of("0.0000001").toString());
                });
        assertThat(events.kinds()).doesNotContain(Kind.REGISTERING);
        assertThat(subnet.chain().uid(NETUID, hotkey.account())).isEmpty();
    }

    @Test
    void where_it_can_not_listen_it_pays_nothing() throws Exception {
        Keypair hotkey = subnet.rich().derive("//deaf");
        try (ServerSocket other = new ServerSocket()) {
            other.bind(new InetSocketAddress("127.0.0.2", 0));
            assertThatThrownBy(() -> miner(hotkey, new Events())
                            .bind((InetSocketAddress) other.getLocalSocketAddress())
                            .register(subnet::rich, Tao.of("100"))
                            .start())
                    .isInstanceOfSatisfying(
                            NeuronException.class, e -> assertThat(e.code()).isEqualTo("neuron.bind"));
        }
        assertThat(subnet.chain().uid(NETUID, hotkey.account())).isEmpty();
    }

    @Test
    void without_a_highest_price_it_never_registers() {
        Keypair hotkey = subnet.rich().derive("//never");
        assertThatThrownBy(() -> miner(hotkey, new Events()).start())
                .isInstanceOfSatisfying(RegistrationException.class, e -> {
                    assertThat(e.code()).isEqualTo("neuron.not_registered");
                    assertThat(e.hint()).contains("--max-registration-price");
                });
        assertThat(subnet.chain().uid(NETUID, hotkey.account())).isEmpty();
    }

    @Test
    void it_answers_at_the_endpoint_that_the_chain_shows_and_publishes_only_what_changed() throws InterruptedException {
        Keypair hotkey = subnet.registered("publishes");
        int port;
        long publishedAt;
        Events first = new Events();
        try (Miner miner = miner(hotkey, first).start()) {
            port = miner.port();
            first.next(Kind.PUBLISHED);
            subnet.awaitBlocks(10);
            assertThat(first.all(Kind.PUBLISHED)).hasSize(1);
            var axon = subnet.metagraph()
                    .neuron(hotkey.account())
                    .orElseThrow()
                    .axon()
                    .orElseThrow();
            assertThat(axon.endpoint())
                    .isEqualTo(new Endpoint("127.0.0.2", port))
                    .isEqualTo(miner.endpoint());
            publishedAt = axon.block();
            assertThat(ask(miner, Duration.ofSeconds(5))).isInstanceOf(QueryOutcome.Answered.class);
        }
        Events second = new Events();
        try (Miner miner = miner(hotkey, second)
                .bind(new InetSocketAddress("127.0.0.2", port))
                .start()) {
            subnet.awaitBlocks(10);
            assertThat(second.kinds()).contains(Kind.STARTED).doesNotContain(Kind.PUBLISHED);
            assertThat(miner.status().published()).contains(new Endpoint("127.0.0.2", port));
        }
        assertThat(subnet.metagraph()
                        .neuron(hotkey.account())
                        .orElseThrow()
                        .axon()
                        .orElseThrow()
                        .block())
                .isEqualTo(publishedAt);
    }

    @Test
    void closing_lets_a_running_call_finish() throws InterruptedException {
        Keypair hotkey = subnet.registered("drains");
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Events events = new Events();
        Miner miner = Miner.builder(NETUID, hotkey, subnet.chain())
                .serve(ECHO, (call, bytes) -> {
                    entered.countDown();
                    go.await();
                    return bytes;
                })
                .access(AccessPolicy.open())
                .bind(new InetSocketAddress("127.0.0.2", 0))
                .listener(events)
                .start();
        var answers = new java.util.concurrent.LinkedBlockingQueue<QueryOutcome<byte[]>>();
        Thread asking = new Thread(() -> {
            try {
                answers.add(ask(miner, Duration.ofSeconds(20)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        asking.start();
        entered.await();
        Thread closing = new Thread(miner::close);
        closing.start();
        events.next(Kind.DRAINING);
        go.countDown();
        assertThat(answers.poll(20, java.util.concurrent.TimeUnit.SECONDS)).isInstanceOf(QueryOutcome.Answered.class);
        closing.join();
        assertThat(miner.status().state()).isEqualTo(NeuronStatus.State.STOPPED);
        assertThat(ask(miner, Duration.ofSeconds(2))).isInstanceOf(QueryOutcome.Unreachable.class);
        miner.close();
        miner.awaitShutdown();
    }

    @Test
    void a_thread_that_was_interrupted_closes_it_too() throws InterruptedException {
        Miner miner = Miner.builder(NETUID, subnet.registered("interrupted"), subnet.chain())
                .serve(ECHO, (call, bytes) -> bytes)
                .access(AccessPolicy.open())
                .bind(new InetSocketAddress("127.0.0.2", 0))
                .start();
        Thread.currentThread().interrupt();
        miner.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(ask(miner, Duration.ofSeconds(2))).isInstanceOf(QueryOutcome.Unreachable.class);
    }

    @Test
    void when_its_uid_is_taken_it_stops_and_says_so() throws InterruptedException {
        try (LocalSubnet full = LocalSubnet.inMemory()) {
            Keypair hotkey = full.registered("pruned");
            Events events = new Events();
            Miner miner = Miner.builder(NETUID, hotkey, full.chain())
                    .serve(ECHO, (call, bytes) -> bytes)
                    .access(AccessPolicy.open())
                    .bind(new InetSocketAddress("127.0.0.2", 0))
                    .refresh(Duration.ofMillis(50))
                    .listener(events)
                    .start();
            full.subnet("sudo_set_min_allowed_uids", "min_allowed_uids", 1);
            full.subnet(
                    "sudo_set_max_allowed_uids",
                    "max_allowed_uids",
                    full.metagraph().neurons().size());
            Keypair successor = full.rich().derive("//successor");
            full.submit(Calls.burnedRegister(NETUID, successor.account()), full.rich());

            NeuronEvent lost = events.next(Kind.SEAT_LOST);
            assertThat(lost.message())
                    .contains(hotkey.account().ss58())
                    .contains(successor.account().ss58());
            assertThatThrownBy(miner::awaitShutdown).isInstanceOf(SeatLostException.class);
            assertThat(miner.status().state()).isEqualTo(NeuronStatus.State.STOPPED);
            assertThat(ask(miner, Duration.ofSeconds(2))).isInstanceOf(QueryOutcome.Unreachable.class);
            assertThat(full.metagraph()
                            .neuron(successor.account())
                            .orElseThrow()
                            .axon())
                    .isEmpty();
        }
    }
}
