package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.AccountId;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers every accepted (hotkey, nonce) for as long as the nonce is fresh. Nonces are times, so they are kept by the second they name
 * and a whole second is dropped once it is stale; a nonce from a dropped second is refused for good, whatever the clock does later.
 */
final class ReplayStore {
    enum Verdict {
        ACCEPTED,
        REPLAYED,
        STALE,
        FULL
    }

    private record Seen(AccountId hotkey, long nonce) {}

    private static final long SECOND = 1_000_000_000L;

    /*
     * One store per receiving hotkey for the whole process: a request is addressed to a hotkey, so it must not be accepted twice by two
     * axons of one hotkey, one after the other or side by side.
     */
    private static final ConcurrentHashMap<AccountId, ReplayStore> OF_THIS_PROCESS = new ConcurrentHashMap<>();

    private final TreeMap<Long, Set<Seen>> bySecond = new TreeMap<>();
    private long floor;
    private int size;

    /**
     * @param floor nonces below this are refused: a process before this one may have accepted them
     */
    ReplayStore(long floor) {
        this.floor = floor;
    }

    static ReplayStore ofThisProcess(AccountId receiver, long floor) {
        return OF_THIS_PROCESS.computeIfAbsent(receiver, key -> new ReplayStore(floor));
    }

    /** Accepts a nonce once. {@code oldest} is the oldest nonce that is still fresh; what is older is forgotten. */
    synchronized Verdict accept(AccountId hotkey, long nonce, long oldest, int capacity) {
        forgetBefore(oldest);
        if (nonce < floor) {
            return Verdict.STALE;
        }
        Long second = nonce / SECOND;
        Seen seen = new Seen(hotkey, nonce);
        Set<Seen> there = bySecond.get(second);
        if (there != null && there.contains(seen)) {
            return Verdict.REPLAYED;
        }
        if (size >= capacity) {
            return Verdict.FULL;
        }
        if (there == null) {
            there = new HashSet<>();
            bySecond.put(second, there);
        }
        there.add(seen);
        size++;
        return Verdict.ACCEPTED;
    }

    /** Takes back a nonce whose request was not let in after all, so that strangers cannot fill the store. */
    synchronized void forget(AccountId hotkey, long nonce) {
        Set<Seen> there = bySecond.get(nonce / SECOND);
        if (there != null && there.remove(new Seen(hotkey, nonce))) {
            size--;
        }
    }

    synchronized int size() {
        return size;
    }

    private void forgetBefore(long oldest) {
        while (!bySecond.isEmpty() && (bySecond.firstKey() + 1) * SECOND <= oldest) {
            long second = bySecond.firstKey();
            size -= bySecond.pollFirstEntry().getValue().size();
            floor = Math.max(floor, (second + 1) * SECOND);
        }
    }
}
