package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.AccountId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * The lanes of SDK 7 to 10: an axon there takes growing nonces only within one uuid of a caller, so two requests under way to it must not
 * share one. A lane is taken for one request at a time and its uuid is used again, since Python's axon never forgets one. Thread-safe.
 */
final class Lanes {
    /**
     * A request that was given up may still be on its way, and the next one in its lane would overtake it; after so long it is stale
     * wherever it arrives.
     */
    static final Duration REST = Duration.ofSeconds(10);

    /** Of more lanes that rest, the longest resting is used again early: its request is at worst refused, and nobody waits for it. */
    static final int MOST_RESTING = 4096;

    private record Resting(AccountId axon, int lane, long since) {}

    private final LongSupplier nanoTime;
    private final List<String> uuids = new ArrayList<>();
    private final Map<AccountId, BitSet> taken = new HashMap<>();
    private final ArrayDeque<Resting> resting = new ArrayDeque<>();

    Lanes(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Takes the first lane to an axon that is free. */
    synchronized int take(AccountId axon) {
        long now = nanoTime.getAsLong();
        while (!resting.isEmpty() && now - resting.getFirst().since() >= REST.toNanos()) {
            wakeFirst();
        }
        BitSet lanes = taken.computeIfAbsent(axon, key -> new BitSet());
        int lane = lanes.nextClearBit(0);
        lanes.set(lane);
        while (uuids.size() <= lane) {
            uuids.add(UUID.randomUUID().toString());
        }
        return lane;
    }

    synchronized String uuid(int lane) {
        return uuids.get(lane);
    }

    /** Gives a lane back whose request the axon has dealt with, or never gets. */
    synchronized void free(AccountId axon, int lane) {
        BitSet lanes = taken.get(axon);
        if (lanes != null) {
            lanes.clear(lane);
            if (lanes.isEmpty()) {
                taken.remove(axon);
            }
        }
    }

    /** Gives a lane back whose request the axon may still get. */
    synchronized void rest(AccountId axon, int lane) {
        if (resting.size() == MOST_RESTING) {
            wakeFirst();
        }
        resting.addLast(new Resting(axon, lane, nanoTime.getAsLong()));
    }

    private void wakeFirst() {
        Resting first = resting.removeFirst();
        free(first.axon(), first.lane());
    }
}
