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
    private static final int SETS = 1024;
    private static final int WAYS = 4;

    private final Map<AccountId, Comb> prepared = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<AccountId, Comb> eldest) {
            return size() > CAPACITY;
        }
    };

    // The others' good signatures: of each account what tells it from others, and its count in the lowest bits. It
    // stands in a
    // set of few, of which the latest comes first and the last is forgotten; nobody knows beforehand who shares a set.
    private final long[] seen = new long[SETS * WAYS];
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
        int set = (int) (hash >>> COUNT_BITS & SETS - 1) * WAYS;
        synchronized (seen) {
            int at = set;
            while (at < set + WAYS - 1 && !isOf(seen[at], hash)) {
                at++;
            }
            long count = isOf(seen[at], hash) ? (seen[at] & COUNT) + 1 : 1;
            System.arraycopy(seen, set, seen, set + 1, at - set);
            boolean worth = count == WORTH_PREPARING;
            seen[set] = worth ? 0 : hash & ~(long) COUNT | count;
            return worth;
        }
    }

    private static boolean isOf(long counted, long hash) {
        return (counted ^ hash) >>> COUNT_BITS == 0;
    }
}
