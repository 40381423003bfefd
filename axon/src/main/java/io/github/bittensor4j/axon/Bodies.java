package io.github.bittensor4j.axon;

import java.util.concurrent.atomic.AtomicLong;

/** How much memory the bodies of requests take, over all connections of an axon. Thread-safe. */
final class Bodies {
    private final long most;
    private final AtomicLong taken = new AtomicLong();

    Bodies(long most) {
        this.most = most;
    }

    /** Takes so many bytes, or none when there would be too many. */
    boolean take(int bytes) {
        if (taken.addAndGet(bytes) <= most) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    void give(long bytes) {
        if (bytes > 0) {
            taken.addAndGet(-bytes);
        }
    }
}
