package io.github.bittensor4j.testkit;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/** The files and sockets that this process holds, for tests that nothing is left open. Systems that do not tell hold none. */
public final class OpenFiles {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private OpenFiles() {}

    /** How many there are now. */
    public static long count() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : 0;
    }

    /** Asks that there soon be at most so many: what is closed on a thread of its own has 20 seconds. */
    public static void soonAtMost(long most) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (count() > most) {
            if (System.nanoTime() > end) {
                throw new AssertionError("open files and sockets: " + count() + " (expected: at most " + most + ")");
            }
            Thread.onSpinWait();
        }
    }
}
