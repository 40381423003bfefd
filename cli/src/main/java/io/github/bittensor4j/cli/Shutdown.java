package io.github.bittensor4j.cli;

import java.util.concurrent.CountDownLatch;

/**
 * Lets a command that runs until Ctrl-C or SIGTERM end in order. The JVM would report the signal as its exit status even after an
 * orderly end; here the end that was asked for, once everything is closed, is status 0.
 *
 * <p>Open it first in a try statement, so that it closes last, after what the command runs.
 */
final class Shutdown implements AutoCloseable {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    private Shutdown() {}

    static Shutdown onSignal() {
        Shutdown shutdown = new Shutdown();
        Runtime.getRuntime().addShutdownHook(new Thread(shutdown::end, "jbt-shutdown"));
        return shutdown;
    }

    /** Waits until the process is asked to end. */
    void await() throws InterruptedException {
        asked.await();
    }

    private void end() {
        boolean running = closed.getCount() > 0;
        asked.countDown();
        try {
            closed.await();
        } catch (InterruptedException e) {
            return;
        }
        if (running) {
            Runtime.getRuntime().halt(0);
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
