package io.github.bittensor4j.core.crypto;

import io.github.bittensor4j.core.AccountId;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The prepared keys of accounts whose signatures keep coming, 48 KiB each, the least recently used leaving first. To prepare a key
 * costs what six checks with it save, so it is done at the sixth good signature: whoever comes more seldom would lose by it, and a
 * stream of strangers drives out nobody's. Thread-safe.
 */
final class KnownKeys {
    static final int CAPACITY = 512;
    /** The good signature at which a key is prepared. */
    static final int WORTH_PREPARING = 6;

    private static final int WIDTH = 6;

    private static final int COUNT_BITS = 3;
    private static final int COUNT = (1 << COUNT_BITS) - 1;
    private static final int SLOT_BITS = 12;

    private final Map<AccountId, Comb> prepared = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<AccountId, Comb> eldest) {
            return size() > CAPACITY;
        }
    };

    // The others' good signatures, one account a slot: what tells it from others, and its count in the lowest bits.
    // Whoever
    // comes next to the slot takes it over; nobody knows beforehand whom that would be.
    private final long[] seen = new long[1 << SLOT_BITS];
    private final long factor = new SecureRandom().nextLong() | 1;

    synchronized Optional<Comb> find(AccountId who) {
        return Optional.ofNullable(prepared.get(who));
    }

    /** Tells that a signature of an account without a prepared key was good. */
    void verified(AccountId who, Point key) {
        // Several signatures of one batch may have found no prepared key.
        if (isWorthPreparing(who) && find(who).isEmpty()) {
            Comb comb = new Comb(key, WIDTH);
            synchronized (this) {
                prepared.put(who, comb);
            }
        }
    }

    private boolean isWorthPreparing(AccountId who) {
        byte[] bytes = who.bytes();
        long hash = 0;
        for (int i = 0; i < AccountId.LENGTH; i += Long.BYTES) {
            hash = (hash ^ (long) XxHash64.LONGS.get(bytes, i)) * factor;
            hash ^= hash >>> 32;
        }
        int slot = (int) (hash & (1 << SLOT_BITS) - 1);
        long name = hash & ~(long) COUNT;
        synchronized (seen) {
            long before = (seen[slot] & ~(long) COUNT) == name ? seen[slot] & COUNT : 0;
            boolean worth = before + 1 == WORTH_PREPARING;
            seen[slot] = worth ? 0 : name | before + 1;
            return worth;
        }
    }
}
