package io.github.bittensor4j.subtensor;

import java.util.concurrent.ThreadFactory;

/** Makes this client's threads: named, and none that keeps the JVM alive. */
final class DaemonThreads implements ThreadFactory {
    private final String name;

    private DaemonThreads(String name) {
        this.name = name;
    }

    static ThreadFactory named(String name) {
        return new DaemonThreads(name);
    }

    @Override
    public Thread newThread(Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
