package io.github.bittensor4j.subtensor;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** When something has to be done: at the end of its own time, or of the time of the work of this thread that it is part of. */
final class Deadline {
    /** When everything that this thread asks for has to be answered. */
    private static final ThreadLocal<Long> SCOPE = new ThreadLocal<>();

    private Deadline() {}

    /** Does something of which every request of this thread has to be answered within a time. */
    static <T> T within(Duration limit, Supplier<T> work) {
        Long before = SCOPE.get();
        long end = System.nanoTime() + limit.toNanos();
        SCOPE.set(before == null || end - before < 0 ? end : before);
        try {
            return work.get();
        } finally {
            if (before == null) {
                SCOPE.remove();
            } else {
                SCOPE.set(before);
            }
        }
    }

    /** When what begins now has to be done, in the time of {@link System#nanoTime()}. */
    static long of(long begun, Duration most) {
        long own = begun + most.toNanos();
        Long scope = SCOPE.get();
        return scope == null || own - scope < 0 ? own : scope;
    }

    /** How messages write a limit. */
    static String text(Duration limit) {
        return limit.toMillis() % 1000 == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
    }

    /** How messages write a limit in nanoseconds. */
    static String text(long nanos) {
        return text(Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(nanos)));
    }
}
