package io.github.bittensor4j.axon;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the axon's threads: named, and none that keeps the JVM alive. */
final class DaemonThreads implements ThreadFactory {
    private final String name;
    private final AtomicInteger number = new AtomicInteger();

    private DaemonThreads(String name) {
        this.name = name;
    }

    static ThreadFactory named(String role) {
        return new DaemonThreads("bittensor4j-axon-" + role);
    }

    @Override
    public Thread newThread(Runnable work) {
        Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }
}
