package io.github.bittensor4j.neuron;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import io.github.bittensor4j.subtensor.Call;
import io.github.bittensor4j.subtensor.Calls;
import io.github.bittensor4j.subtensor.ExtrinsicOutcome;
import io.github.bittensor4j.subtensor.Network;
import io.github.bittensor4j.subtensor.Subtensor;
import io.github.bittensor4j.subtensor.SubtensorOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A subnet on a chain in this JVM, with 127.0.0.2 for its axons. Blocks come every few milliseconds, so that a test that waits for
 * a hundred of them waits a second or two.
 */
final class LocalSubnet implements AutoCloseable {
    static final Netuid NETUID = Netuid.of(2);
    static final int BLOCK_MILLIS = 20;

    private final Optional<Path> state;
    private final Keypair alice = Keypair.development("Alice");
    private final Keypair ownerHotkey = alice.derive("//owner-hotkey");
    private Localnet localnet;
    private ScheduledExecutorService clock;
    private final Subtensor chain;

    private LocalSubnet(Optional<Path> state) throws InterruptedException {
        this.state = state;
        this.localnet = node(0);
        this.clock = tick(localnet);
        this.chain = connect();
        sudo("sudo_set_admin_freeze_window", "window", 0);
        sudo("sudo_set_network_rate_limit", "rate_limit", 0);
        sudo("sudo_set_start_call_delay", "delay", 0);
        submit(Calls.registerNetwork(ownerHotkey.account()), alice);
        submit(Calls.startCall(NETUID), alice);
        subnet("sudo_set_commit_reveal_weights_enabled", "enabled", false);
        subnet("sudo_set_weights_set_rate_limit", "weights_set_rate_limit", 10);
        subnet("sudo_set_serving_rate_limit", "serving_rate_limit", 0);
        subnet("sudo_set_tempo", "tempo", 50);
    }

    static LocalSubnet inMemory() throws InterruptedException {
        return new LocalSubnet(Optional.empty());
    }

    static LocalSubnet in(Path state) throws InterruptedException {
        return new LocalSubnet(Optional.of(state));
    }

    private Localnet node(int port) {
        Localnet.Builder builder =
                Localnet.builder().blockTime(BlockTime.MANUAL).port(port);
        state.ifPresent(builder::stateDirectory);
        return builder.start();
    }

    private static ScheduledExecutorService tick(Localnet node) {
        ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "test-blocks");
            thread.setDaemon(true);
            return thread;
        });
        ticker.scheduleWithFixedDelay(() -> node.produceBlocks(1), 0, BLOCK_MILLIS, TimeUnit.MILLISECONDS);
        return ticker;
    }

    /** The death of the node: every connection breaks, and nobody listens. */
    int kill() {
        int port = localnet.port();
        stopBlocks();
        localnet.close();
        return port;
    }

    void restart(int port) {
        localnet = node(port);
        clock = tick(localnet);
    }

    /** No more blocks, and the node still there: what is submitted waits in its pool. */
    void stopBlocks() {
        clock.shutdown();
        try {
            clock.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Blocks made by the test itself, when none come by themselves. */
    void produce(int count) {
        localnet.produceBlocks(count);
    }

    URI endpoint() {
        return localnet.endpoint();
    }

    Subtensor connect() {
        return Subtensor.connect(
                Network.of(localnet.endpoint()),
                SubtensorOptions.defaults()
                        .callDeadline(Duration.ofSeconds(2))
                        .reconnectDelays(Duration.ofMillis(20), Duration.ofMillis(200)));
    }

    Subtensor chain() {
        return chain;
    }

    Keypair rich() {
        return alice;
    }

    Metagraph metagraph() {
        return chain.metagraph(NETUID);
    }

    ExtrinsicOutcome.Included submit(Call call, Signer signer) throws InterruptedException {
        return chain.submit(call, signer).orThrow();
    }

    /** A hotkey with a seat, bought by Alice. */
    Keypair registered(String name) throws InterruptedException {
        Keypair hotkey = alice.derive("//" + name);
        submit(Calls.burnedRegister(NETUID, hotkey.account()), alice);
        return hotkey;
    }

    /** A hotkey with a seat and enough stake for a permit; waits for the epoch that gives it. */
    Keypair validator(String name) throws InterruptedException {
        Keypair hotkey = registered(name);
        submit(Calls.addStake(hotkey.account(), NETUID, Tao.of("1000")), alice);
        await(metagraph -> metagraph.neuron(hotkey.account()).orElseThrow().validatorPermit());
        return hotkey;
    }

    void await(java.util.function.Predicate<Metagraph> condition) throws InterruptedException {
        long until = chain.blockNumber() + 500;
        for (Metagraph now = metagraph(); !condition.test(now); now = metagraph()) {
            if (now.block().number() > until) {
                throw new AssertionError("not so within 500 blocks");
            }
            awaitBlocks(1);
        }
    }

    void awaitBlocks(int count) throws InterruptedException {
        chain.awaitBlock(chain.blockNumber() + count, Duration.ofSeconds(60));
    }

    long lastUpdate(AccountId hotkey) {
        return metagraph().neuron(hotkey).orElseThrow().lastUpdate();
    }

    /** Waits until the chain holds weights of a hotkey. */
    void awaitWeights(AccountId hotkey) throws InterruptedException {
        Uid uid = chain.uid(NETUID, hotkey).orElseThrow();
        await(metagraph -> chain.query("SubtensorModule", "Weights", NETUID, uid)
                .filter(row -> !((List<?>) row).isEmpty())
                .isPresent());
    }

    /** A root call about this subnet. */
    void subnet(String call, String name, Object value) throws InterruptedException {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("netuid", NETUID);
        arguments.put(name, value);
        submit(Calls.sudo(Call.of("AdminUtils", call, arguments)), alice);
    }

    private void sudo(String call, String name, Object value) throws InterruptedException {
        submit(Calls.sudo(Call.of("AdminUtils", call, Map.of(name, value))), alice);
    }

    @Override
    public void close() {
        chain.close();
        stopBlocks();
        localnet.close();
    }
}
