package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AxonInfo;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Uid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subnet's metagraph that is kept current: read when it is opened and again as the chain grows. What it holds is a snapshot of one block,
 * immutable; the one before stays valid for whoever has it. When blocks come faster than they can be read, the newest is read and those
 * between are skipped. When it cannot be read, the last snapshot stays and {@link #trouble()} says why; it is tried again with the next
 * block.
 *
 * <p>Safe for many threads. Whoever opens it closes it; it ends with its connection too.
 */
public final class LiveMetagraph implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveMetagraph.class);

    private final Chain chain;
    private final Netuid netuid;
    private final int everyBlocks;
    private final Listener listener;
    private final ThreadPoolExecutor thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Under the lock from here on.
    private MetagraphColumns snapshot;
    private long readAt = System.nanoTime();
    private BlockRef head;
    private boolean reading;
    private @Nullable RuntimeException trouble;
    private boolean closed;
    private @Nullable Runnable unsubscribe;

    /** Hears of updates, on a thread of its own, one after the other. Its errors are its own: the next update comes all the same. */
    public interface Listener {
        /** One that does nothing. */
        Listener NONE = new Listener() {};

        /**
         * A newer snapshot is there.
         *
         * @param update what it was and what it is
         */
        default void updated(Update update) {}

        /**
         * The metagraph could not be read: the last snapshot stays.
         *
         * @param head the block at which it could not be read
         * @param reason why
         */
        default void stale(BlockRef head, RuntimeException reason) {}
    }

    /**
     * What an update changed.
     *
     * @param before the snapshot that it replaces
     * @param now the newer one
     */
    public record Update(MetagraphColumns before, MetagraphColumns now) {
        /**
         * How far apart they are.
         *
         * @return blocks: more than asked for when some were skipped, 0 or less when a fork replaced a block
         */
        public long blocks() {
            return now.block().number() - before.block().number();
        }

        /**
         * The seats that somebody else has now, those that are new and those that are gone.
         *
         * @return ascending
         */
        public List<Uid> replaced() {
            return seats(uid -> !before.hotkeys().get(uid).equals(now.hotkeys().get(uid)));
        }

        /**
         * The seats whose axon is elsewhere now, or new, or gone, and those that are new or gone themselves.
         *
         * @return ascending
         */
        public List<Uid> moved() {
            return seats(uid -> !endpoint(before, uid).equals(endpoint(now, uid)));
        }

        private static Optional<Endpoint> endpoint(MetagraphColumns columns, int uid) {
            return columns.axons().get(uid).map(AxonInfo::endpoint);
        }

        private List<Uid> seats(IntPredicate differs) {
            int both = Math.min(before.size(), now.size());
            List<Uid> uids = new ArrayList<>();
            for (int uid = 0; uid < Math.max(before.size(), now.size()); uid++) {
                if (uid >= both || differs.test(uid)) {
                    uids.add(Uid.of(uid));
                }
            }
            return List.copyOf(uids);
        }
    }

    LiveMetagraph(Chain chain, Netuid netuid, int everyBlocks, Listener listener) {
        if (everyBlocks < 1) {
            throw new InvalidValueException(
                    "metagraph.blocks", "blocks between two snapshots: " + everyBlocks + " (expected: 1 and more)", "");
        }
        this.chain = chain;
        this.netuid = netuid;
        this.everyBlocks = everyBlocks;
        this.listener = listener;
        this.snapshot = chain.newest().metagraphColumns(netuid);
        this.head = snapshot.block();
        this.thread = new ThreadPoolExecutor(
                1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), DaemonThreads.named("bittensor4j-metagraph"));
        this.thread.allowCoreThreadTimeOut(true);
    }

    /** Begins to follow; what is to be done to end it is given once the subscription is there. */
    void followed(Runnable end) {
        lock.lock();
        try {
            unsubscribe = end;
        } finally {
            lock.unlock();
        }
    }

    /** A new head of the chain. Only the newest is ever waited for. */
    void head(BlockRef block) {
        lock.lock();
        try {
            head = block;
            changed.signalAll();
            if (!reading && !closed && due()) {
                reading = true;
                thread.execute(this::catchUp);
            }
        } catch (RejectedExecutionException e) {
            LOG.debug("a head came after the end: {}", e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    /** Far enough from the snapshot, or another block of its height. */
    private boolean due() {
        long apart = head.number() - snapshot.block().number();
        return apart >= everyBlocks || apart <= 0 && !head.equals(snapshot.block());
    }

    private void catchUp() {
        while (true) {
            BlockRef block;
            MetagraphColumns before;
            lock.lock();
            try {
                if (closed || !due()) {
                    reading = false;
                    return;
                }
                block = head;
                before = snapshot;
            } finally {
                lock.unlock();
            }
            try {
                MetagraphColumns now = new ChainState(chain, block).metagraphColumns(netuid);
                lock.lock();
                try {
                    snapshot = now;
                    readAt = System.nanoTime();
                    trouble = null;
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
                told(() -> listener.updated(new Update(before, now)));
            } catch (RuntimeException e) {
                boolean ended;
                lock.lock();
                try {
                    trouble = e;
                    reading = false;
                    ended = closed;
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
                if (!ended) {
                    told(() -> listener.stale(block, e));
                }
                // With the next head, not at once: a node that fails is not helped by being asked again and again.
                return;
            }
        }
    }

    private static void told(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException e) {
            LOG.warn("a listener of a metagraph failed", e);
        }
    }

    /**
     * The newest snapshot.
     *
     * @return immutable; of the block that it names
     */
    public MetagraphColumns snapshot() {
        lock.lock();
        try {
            return snapshot;
        } finally {
            lock.unlock();
        }
    }

    /**
     * How far the chain is ahead of the snapshot, as far as has been heard.
     *
     * @return blocks; 0 when the snapshot is of the newest
     */
    public long behind() {
        lock.lock();
        try {
            return Math.max(0, head.number() - snapshot.block().number());
        } finally {
            lock.unlock();
        }
    }

    /**
     * How long ago the snapshot was read: it grows while the connection is lost, when nothing is heard of new blocks.
     *
     * @return a span of this machine's clock
     */
    public Duration age() {
        lock.lock();
        try {
            return Duration.ofNanos(System.nanoTime() - readAt);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Why the metagraph could not be read the last time it was tried, such as {@code chain.subnet} for a subnet that is gone.
     *
     * @return empty when it was read
     */
    public Optional<RuntimeException> trouble() {
        lock.lock();
        try {
            return Optional.ofNullable(trouble);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the snapshot is of a block or of a later one.
     *
     * @param block its height
     * @param deadline how long at most
     * @return that snapshot
     * @throws ChainException with code {@code chain.deadline} when there is none by then; with {@code chain.closed} after the end
     * @throws InterruptedException when interrupted
     */
    public MetagraphColumns await(long block, Duration deadline) throws InterruptedException {
        long left = deadline.toNanos();
        lock.lockInterruptibly();
        try {
            while (snapshot.block().number() < block) {
                if (closed) {
                    throw ChainException.closed();
                }
                if (left <= 0) {
                    throw new ChainException(
                            "chain.deadline",
                            true,
                            "no metagraph of block " + block + " within " + deadline.toMillis() + " ms; the last is of "
                                    + snapshot.block().number(),
                            "the chain is slow or stands still, or trouble() says more",
                            trouble);
                }
                left = changed.awaitNanos(left);
            }
            return snapshot;
        } finally {
            lock.unlock();
        }
    }

    /** Ends it; the last snapshot stays readable. */
    @Override
    public void close() {
        Runnable end;
        lock.lock();
        try {
            closed = true;
            end = unsubscribe;
            unsubscribe = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (end != null) {
            end.run();
        }
        thread.shutdownNow();
    }
}
