package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A chain for acceptance: one in this JVM, or the node whose address is given as {@code BITTENSOR4J_CHAIN}, in the environment or as a
 * system property. {@code //Alice} is rich there and holds the sudo key.
 */
final class GivenChain implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int STEP = 4;

    private final @Nullable Localnet localnet;
    private final JsonRpc developer;
    private final Subtensor chain;
    private final ScheduledExecutorService blocks = Executors.newSingleThreadScheduledExecutor();

    private GivenChain(@Nullable Localnet localnet, URI uri) {
        this.localnet = localnet;
        this.developer = JsonRpc.connect(uri, SubtensorOptions.defaults());
        this.chain = Subtensor.connect(Network.of(uri));
    }

    /** The node given; the test is skipped where none is. */
    static GivenChain node() {
        Optional<String> address = Optional.ofNullable(System.getenv("BITTENSOR4J_CHAIN"))
                .or(() -> Optional.ofNullable(System.getProperty("BITTENSOR4J_CHAIN")));
        Assumptions.assumeTrue(address.isPresent(), "skipped: no BITTENSOR4J_CHAIN=ws://... given");
        return new GivenChain(null, URI.create(address.get()));
    }

    /** A chain in this JVM that makes a block as soon as something waits for one. */
    static GivenChain local() {
        Localnet localnet = Localnet.builder().blockTime(BlockTime.MANUAL).start();
        localnet.produceBlocks(1);
        GivenChain given = new GivenChain(localnet, localnet.endpoint());
        given.blocks.scheduleWithFixedDelay(given::blockWhenAsked, 10, 10, TimeUnit.MILLISECONDS);
        return given;
    }

    private void blockWhenAsked() {
        if (localnet != null && !developer.call("author_pendingExtrinsics").isEmpty()) {
            localnet.produceBlocks(1);
        }
    }

    Subtensor chain() {
        return chain;
    }

    /** Plain requests to the node. */
    JsonRpc developer() {
        return developer;
    }

    boolean isLocal() {
        return localnet != null;
    }

    /** Goes on to the block behind an epoch of a subnet, so that what has to wait for the next one does wait. */
    void passEpoch(Netuid netuid) throws InterruptedException {
        long left = chain.reads().epochs().blocksUntilNextEpoch(netuid).orElseThrow();
        pass((int) left + 1);
    }

    /** Waits for blocks; on a node that makes them only when asked, asks for them. */
    void pass(int blocks) throws InterruptedException {
        long now = chain.blockNumber();
        if (localnet != null) {
            localnet.produceBlocks(blocks);
        } else {
            try {
                // few at a time, so that a slow node answers within the deadline of a call
                for (int made = 0; made < blocks; made += STEP) {
                    developer.callOnce("dev_newBlock", Map.of("count", Math.min(STEP, blocks - made)));
                }
            } catch (NodeException e) {
                assertThat(e.rpcCode()).isEqualTo(NodeException.METHOD_NOT_FOUND);
            }
        }
        chain.awaitBlock(now + blocks, PATIENCE);
    }

    @Override
    public void close() {
        blocks.shutdownNow();
        chain.close();
        developer.close();
        if (localnet != null) {
            localnet.close();
        }
    }
}
