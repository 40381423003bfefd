package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.protocol.internal.Refusal;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How often and how much at once each caller calls. Only who was verified and let in gets an entry, and only until its calls have ended
 * and its bucket is full again.
 */
final class Callers {
    /** How often to {@link #sweep}. */
    static final Duration SWEEP = Duration.ofSeconds(5);

    private static final int MOST_CALLERS = 1 << 16;

    private final int mostCalls;
    private final Rate rate;
    private final ConcurrentHashMap<AccountId, Caller> callers = new ConcurrentHashMap<>();

    /** Guarded by itself. */
    private static final class Caller {
        long fullAt;
        int calls;
        boolean forgotten;

        Caller(long now) {
            fullAt = now;
        }
    }

    Callers(int mostCalls, Rate rate) {
        this.mostCalls = mostCalls;
        this.rate = rate;
    }

    /**
     * Whether a call of this caller would be refused now, so that its signature need not be checked. Changes nothing, since anybody may
     * name any caller.
     */
    void foresee(AccountId claimed) throws Refused {
        Caller caller = callers.get(claimed);
        if (caller != null) {
            synchronized (caller) {
                check(caller, System.nanoTime());
            }
        }
    }

    /** A call of a verified caller begins. Each is followed by {@link #leave}, and before that perhaps by {@link #giveBack}. */
    void enter(AccountId hotkey) throws Refused {
        while (true) {
            Caller caller = callers.get(hotkey);
            if (caller == null) {
                if (callers.size() >= MOST_CALLERS) {
                    throw Refused.until(Refusal.LIMIT_RATE, "too many callers at once", SWEEP);
                }
                caller = callers.computeIfAbsent(hotkey, key -> new Caller(System.nanoTime()));
            }
            synchronized (caller) {
                if (!caller.forgotten) {
                    long now = System.nanoTime();
                    check(caller, now);
                    caller.fullAt = rate.take(caller.fullAt, now);
                    caller.calls++;
                    return;
                }
            }
        }
    }

    private void check(Caller caller, long now) throws Refused {
        if (caller.calls >= mostCalls) {
            throw new Refused(
                    Refusal.LIMIT_CONCURRENCY,
                    caller.calls + " calls of this hotkey are under way: it may have no more");
        }
        Duration wait = rate.wait(caller.fullAt, now);
        if (!wait.isZero()) {
            throw Refused.until(
                    Refusal.LIMIT_RATE,
                    "this hotkey calls too often (expected: " + rate.perSecond() + " a second, " + rate.burst()
                            + " at once)",
                    wait);
        }
    }

    /** The call was a replay: who sent it was somebody else, so it does not count. */
    void giveBack(AccountId hotkey) {
        Caller caller = callers.get(hotkey);
        if (caller != null) {
            synchronized (caller) {
                caller.fullAt -= rate.interval();
            }
        }
    }

    /** A call has ended. */
    void leave(AccountId hotkey) {
        Caller caller = callers.get(hotkey);
        if (caller != null) {
            synchronized (caller) {
                caller.calls--;
            }
        }
    }

    /** Forgets who has no call and a full bucket. To be called now and then. */
    void sweep() {
        long now = System.nanoTime();
        callers.forEach((hotkey, caller) -> {
            synchronized (caller) {
                if (caller.calls == 0 && caller.fullAt - now <= 0) {
                    caller.forgotten = true;
                    callers.remove(hotkey, caller);
                }
            }
        });
    }

    int size() {
        return callers.size();
    }
}
