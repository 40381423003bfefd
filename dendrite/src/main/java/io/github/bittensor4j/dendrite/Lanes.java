package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.AccountId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The lanes of SDK 7 to 10: an axon there takes growing nonces only within one uuid of a caller, so two requests under way to it must not
 * share one. A lane is taken for one request at a time and its uuid is used again, since Python's axon never forgets one. Thread-safe.
 */
final class Lanes {
    private final List<String> uuids = new ArrayList<>();
    private final Map<AccountId, BitSet> taken = new HashMap<>();

    /** Takes the first lane to an axon that is free. */
    synchronized int take(AccountId axon) {
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

    synchronized void free(AccountId axon, int lane) {
        BitSet lanes = taken.get(axon);
        if (lanes != null) {
            lanes.clear(lane);
            if (lanes.isEmpty()) {
                taken.remove(axon);
            }
        }
    }
}
