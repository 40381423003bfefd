package io.github.bittensor4j.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How much memory the current thread takes, garbage included. */
public final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    /** Asks that work allocate at most so many bytes. Work that takes more is done once more: the first time classes may be loaded. */
    public static void atMost(long bytes, Runnable work) {
        if (taken(work) > bytes) {
            long again = taken(work);
            if (again > bytes) {
                throw new AssertionError("allocated " + again + " bytes (expected: at most " + bytes + ")");
            }
        }
    }

    private static long taken(Runnable work) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        work.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
