package io.github.bittensor4j.dendrite;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs what it is given one after the other, in the order in which it came, on another executor. */
final class InOrder implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(InOrder.class);

    private final Executor on;
    private final Consumer<Throwable> failed;
    private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * @param failed told what something that was run throws; the rest is run all the same
     */
    InOrder(Executor on, Consumer<Throwable> failed) {
        this.on = on;
        this.failed = failed;
    }

    @Override
    public void execute(Runnable work) {
        queue.add(work);
        if (waiting.getAndIncrement() == 0) {
            try {
                on.execute(this::drain);
            } catch (RejectedExecutionException e) {
                LOG.debug("The executor of a call takes no more: its caller hears no more of it", e);
            }
        }
    }

    private void drain() {
        do {
            Runnable next = queue.poll();
            if (next != null) {
                try {
                    next.run();
                } catch (Throwable e) {
                    failed.accept(e);
                }
            }
        } while (waiting.decrementAndGet() > 0);
    }
}
