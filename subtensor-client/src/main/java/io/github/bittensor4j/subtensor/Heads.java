package io.github.bittensor4j.subtensor;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.BlockRef;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * New heads of the chain for one listener, on a thread of its own, so that a slow listener holds up nobody else. Blocks missed while the
 * connection was away are filled in; when a listener is far behind, the oldest waiting are dropped.
 */
final class Heads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Heads.class);

    /** How many heads wait for a slow listener. */
    private static final int WAITING = 256;

    /** How many missed blocks are filled in. */
    private static final int MOST_FILLED = 256;

    private final Chain chain;
    private final Consumer<BlockRef> listener;
    private final ThreadPoolExecutor thread;
    private final Subscriptions.One subscription;
    private long last = -1;

    Heads(Chain chain, Consumer<BlockRef> listener) {
        this.chain = chain;
        this.listener = listener;
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(WAITING),
                DaemonThreads.named("bittensor4j-chain-heads"),
                new ThreadPoolExecutor.DiscardOldestPolicy());
        this.thread.allowCoreThreadTimeOut(true);
        try {
            this.subscription = chain.rpc()
                    .subscribe("chain_subscribeNewHeads", "chain_unsubscribeNewHeads", true, this::received, () -> {});
        } catch (ChainException e) {
            thread.shutdownNow();
            throw e;
        }
    }

    private void received(JsonNode header) {
        try {
            thread.execute(() -> tell(header));
        } catch (RejectedExecutionException e) {
            LOG.debug("a head came after the end: {}", e.getMessage());
        }
    }

    private void tell(JsonNode header) {
        try {
            BlockRef head = Headers.ref(header);
            if (last >= 0 && head.number() > last + 1) {
                fill(last + 1, head.number() - 1);
            }
            last = head.number();
            listener.accept(head);
        } catch (RuntimeException e) {
            // A listener's error is its own; the next head comes to it all the same.
            LOG.warn("a listener of new heads failed", e);
        }
    }

    private void fill(long from, long to) {
        long first = Math.max(from, to - MOST_FILLED + 1);
        if (first > from) {
            chain.rpc()
                    .tell(
                            ConnectionEvent.Kind.GAP,
                            chain.rpc().endpoint(),
                            "heads " + from + " to " + (first - 1) + " were missed and are not told any more");
        }
        long number = first;
        for (Optional<String> hash : chain.blockHashes(first, to)) {
            long n = number++;
            hash.ifPresent(h -> listener.accept(new BlockRef(n, h)));
        }
    }

    @Override
    public void close() {
        subscription.close();
        thread.shutdownNow();
    }
}
