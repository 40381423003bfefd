package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import io.github.bittensor4j.testkit.Vectors;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A metagraph that follows the chain: on a local chain, and on a node that fails, skips and goes back. */
@Timeout(120)
class LiveMetagraphTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Netuid SUBNET = Netuid.of(1);

    /** What a listener heard, in order. */
    private static final class Heard implements LiveMetagraph.Listener {
        final LinkedBlockingQueue<LiveMetagraph.Update> updates = new LinkedBlockingQueue<>();
        final LinkedBlockingQueue<Map.Entry<BlockRef, RuntimeException>> stale = new LinkedBlockingQueue<>();

        @Override
        public void updated(LiveMetagraph.Update update) {
            updates.add(update);
        }

        @Override
        public void stale(BlockRef head, RuntimeException reason) {
            stale.add(Map.entry(head, reason));
        }

        static <T> T next(LinkedBlockingQueue<T> queue) throws InterruptedException {
            return Objects.requireNonNull(queue.poll(30, TimeUnit.SECONDS), "nothing was heard");
        }
    }

    @Test
    void it_shows_a_new_neuron_and_where_its_axon_is_as_soon_as_their_blocks_are_there() throws Exception {
        Heard heard = new Heard();
        try (Localnet localnet = Localnet.builder().blockTime(BlockTime.FAST).start();
                Subtensor chain = Subtensor.connect(Network.of(localnet.endpoint()));
                Keypair alice = Keypair.development("Alice");
                Keypair miner = Keypair.generate(KeyScheme.SR25519);
                LiveMetagraph live = chain.follow(SUBNET, 1, heard)) {
            MetagraphColumns first = live.snapshot();
            assertThat(first.size()).isEqualTo(1);

            ExtrinsicOutcome.Included registered = chain.submit(Calls.burnedRegister(SUBNET, miner.account()), alice)
                    .orThrow();
            MetagraphColumns then = live.await(registered.block().number(), PATIENCE);
            assertThat(then.hotkeys()).hasSize(2).contains(miner.account());
            assertThat(first.size()).isEqualTo(1);

            chain.submit(Calls.transfer(miner.account(), Tao.of("1")), alice).orThrow();
            ExtrinsicOutcome.Included served = chain.submit(
                            Calls.serveAxon(SUBNET, new Endpoint("10.1.2.3", 8091)), miner)
                    .orThrow();
            MetagraphColumns last = live.await(served.block().number(), PATIENCE);
            assertThat(last.axons().get(1)).isPresent();

            boolean replaced = false;
            boolean moved = false;
            while (!moved) {
                LiveMetagraph.Update update = Heard.next(heard.updates);
                assertThat(update.blocks()).isPositive();
                replaced |= update.replaced().equals(List.of(Uid.of(1)));
                moved = replaced
                        && update.replaced().isEmpty()
                        && update.moved().equals(List.of(Uid.of(1)));
            }
            assertThat(live.trouble()).isEmpty();
            assertThat(live.age()).isPositive();
        }
    }

    @Test
    void it_reads_only_every_so_many_blocks_and_ends_with_its_connection() throws Exception {
        Heard heard = new Heard();
        try (Localnet localnet = Localnet.builder().blockTime(BlockTime.MANUAL).start()) {
            LiveMetagraph live;
            try (Subtensor chain = Subtensor.connect(Network.of(localnet.endpoint()))) {
                live = chain.follow(SUBNET, 5, heard);
                long start = live.snapshot().block().number();
                // Five at a time: what is read later than its head counts from where it was read.
                for (int blocks = 5; blocks <= 10; blocks += 5) {
                    localnet.produceBlocks(5);
                    assertThat(live.await(start + blocks, PATIENCE).block().number())
                            .isEqualTo(start + blocks);
                    assertThat(Heard.next(heard.updates).blocks()).isEqualTo(5);
                }
                assertThat(heard.updates).isEmpty();
            }
            long last = live.snapshot().block().number();
            assertThatExceptionOfType(ChainException.class)
                    .isThrownBy(() -> live.await(last + 1, PATIENCE))
                    .satisfies(e -> assertThat(e.code()).isEqualTo("chain.closed"));
            live.close();
            live.close();
        }
    }

    @Test
    void a_subnet_that_is_not_there_and_no_blocks_are_refused() {
        try (Localnet localnet = Localnet.builder().blockTime(BlockTime.MANUAL).start();
                Subtensor chain = Subtensor.connect(Network.of(localnet.endpoint()))) {
            assertThatExceptionOfType(ChainException.class)
                    .isThrownBy(() -> chain.follow(Netuid.of(77)))
                    .satisfies(e -> assertThat(e.code()).isEqualTo("chain.subnet"));
            assertThatExceptionOfType(InvalidValueException.class)
                    .isThrownBy(() -> chain.follow(SUBNET, 0, LiveMetagraph.Listener.NONE))
                    .withMessageContaining("0");
        }
    }

    /** A node that knows one subnet without neurons, and fails as often as it is told. */
    private static EncodedNode node(AtomicReference<ScriptedNode.Peer> subscriber, AtomicInteger failures)
            throws IOException {
        byte[] metadata = Vectors.metadata("localnet-spec461-v15.scale").orElse(null);
        Assumptions.assumeTrue(metadata != null, "skipped: no metadata");
        EncodedNode node = new EncodedNode(metadata);
        MetadataTree.Method graph = node.metadata().runtimeCall("SubnetInfoRuntimeApi", "get_metagraph");
        int struct = ((MetadataTree.Variants)
                        node.metadata().codec().types().type(graph.output()).shape())
                .variants()
                .get(1)
                .fields()
                .get(0)
                .type();
        Map<String, Object> plainest = new HashMap<>();
        ((Map<?, ?>) new Samples(node.metadata(), 1).plainest(struct))
                .forEach((name, value) -> plainest.put(String.valueOf(name), value));
        String answer = Hex.encode(node.metadata().codec().encode(graph.output(), Optional.of(plainest)));
        node.otherwise(key -> null, call -> {
            boolean fails = !call.endsWith("get_metagraph") || failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
            return fails ? null : answer;
        });
        node.node().on("chain_subscribeNewHeads", (peer, request) -> {
            subscriber.set(peer);
            peer.answer(request, "heads");
        });
        return node;
    }

    @Test
    void a_node_that_fails_is_told_of_and_the_next_block_brings_the_metagraph_again() throws Exception {
        AtomicReference<ScriptedNode.Peer> subscriber = new AtomicReference<>();
        AtomicInteger failures = new AtomicInteger();
        Heard heard = new Heard();
        try (EncodedNode node = node(subscriber, failures);
                Subtensor chain = node.connect();
                LiveMetagraph live = chain.follow(SUBNET, 1, heard)) {
            ScriptedNode.Peer peer = Objects.requireNonNull(subscriber.get());

            failures.set(1);
            node.announce(peer, EncodedNode.HEAD + 1, 0);
            Map.Entry<BlockRef, RuntimeException> stale = Heard.next(heard.stale);
            assertThat(stale.getKey().number()).isEqualTo(EncodedNode.HEAD + 1);
            assertThat(stale.getValue()).isInstanceOf(ChainException.class);
            assertThat(live.trouble()).contains(stale.getValue());
            assertThat(live.behind()).isEqualTo(1);
            assertThat(live.snapshot().block().number()).isEqualTo(EncodedNode.HEAD);

            node.announce(peer, EncodedNode.HEAD + 2, 0);
            LiveMetagraph.Update update = Heard.next(heard.updates);
            assertThat(update.blocks()).isEqualTo(2);
            assertThat(update.replaced()).isEmpty();
            assertThat(live.trouble()).isEmpty();
            assertThat(live.behind()).isZero();
            assertThatExceptionOfType(ChainException.class)
                    .isThrownBy(() -> live.await(EncodedNode.HEAD + 9, Duration.ofMillis(1)))
                    .satisfies(e -> assertThat(e.code()).isEqualTo("chain.deadline"));
        }
    }

    @Test
    void a_block_that_a_fork_replaced_is_read_anew() throws Exception {
        AtomicReference<ScriptedNode.Peer> subscriber = new AtomicReference<>();
        Heard heard = new Heard();
        try (EncodedNode node = node(subscriber, new AtomicInteger());
                Subtensor chain = node.connect();
                LiveMetagraph live = chain.follow(SUBNET, 1, heard)) {
            ScriptedNode.Peer peer = Objects.requireNonNull(subscriber.get());

            node.announce(peer, EncodedNode.HEAD, 1);
            LiveMetagraph.Update update = Heard.next(heard.updates);

            assertThat(update.blocks()).isZero();
            assertThat(update.now().block()).isNotEqualTo(update.before().block());
            assertThat(live.snapshot()).isSameAs(update.now());
        }
    }

    @Test
    void a_listener_that_fails_does_not_end_it() throws Exception {
        AtomicReference<ScriptedNode.Peer> subscriber = new AtomicReference<>();
        LiveMetagraph.Listener bad = new LiveMetagraph.Listener() {
            @Override
            public void updated(LiveMetagraph.Update update) {
                throw new IllegalStateException("a listener's own fault");
            }
        };
        try (EncodedNode node = node(subscriber, new AtomicInteger());
                Subtensor chain = node.connect();
                LiveMetagraph live = chain.follow(SUBNET, 1, bad)) {
            ScriptedNode.Peer peer = Objects.requireNonNull(subscriber.get());
            node.announce(peer, EncodedNode.HEAD + 1, 0);
            live.await(EncodedNode.HEAD + 1, PATIENCE);
            node.announce(peer, EncodedNode.HEAD + 2, 0);
            assertThat(live.await(EncodedNode.HEAD + 2, PATIENCE).block().number())
                    .isEqualTo(EncodedNode.HEAD + 2);
        }
    }
}
