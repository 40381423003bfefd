package io.github.bittensor4j.axon;

import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Which faults of one handler are told aloud. Whoever may call can make a handler fail as often as he calls, with a question that it did not
 * expect, and must not fill the disk with stack traces.
 */
final class FaultLog {
    /** So many in a minute, which is enough to see what is wrong. */
    static final int A_MINUTE = 10;

    private static final long MINUTE = 60_000_000_000L;

    private final LongSupplier nanoTime;
    private long since;
    private int told;
    private long untold;

    FaultLog() {
        this(System::nanoTime);
    }

    FaultLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.since = nanoTime.getAsLong();
    }

    /** Tells a fault of the handler of this name, at WARN if it is one of those that are told, else at DEBUG. */
    void tell(Logger log, String handler, Throwable fault) {
        OptionalLong untold = next();
        if (untold.isEmpty()) {
            log.debug("Handler of {} failed", handler, fault);
        } else if (untold.getAsLong() == 0) {
            log.warn("Handler of {} failed", handler, fault);
        } else {
            log.warn("Handler of {} failed, after {} failures told at DEBUG only", handler, untold.getAsLong(), fault);
        }
    }

    /**
     * Counts one more fault.
     *
     * @return when it is to be told: how many before it were not; else empty
     */
    synchronized OptionalLong next() {
        long now = nanoTime.getAsLong();
        if (now - since >= MINUTE) {
            since = now;
            told = 0;
        }
        if (told == A_MINUTE) {
            untold++;
            return OptionalLong.empty();
        }
        told++;
        long before = untold;
        untold = 0;
        return OptionalLong.of(before);
    }
}
