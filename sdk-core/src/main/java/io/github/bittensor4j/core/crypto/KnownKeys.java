package io.github.bittensor4j.core.crypto;

import io.github.bittensor4j.core.AccountId;
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

    private static final int COUNTED = 4096;
    private static final int WIDTH = 6;

    private final Map<AccountId, Comb> prepared = leastRecentlyUsed(CAPACITY);
    private final Map<AccountId, Integer> counts = leastRecentlyUsed(COUNTED);

    private static <V> Map<AccountId, V> leastRecentlyUsed(int capacity) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<AccountId, V> eldest) {
                return size() > capacity;
            }
        };
    }

    synchronized Optional<Comb> find(AccountId who) {
        return Optional.ofNullable(prepared.get(who));
    }

    /** Tells that a signature of an account without a prepared key was good. */
    void verified(AccountId who, Point key) {
        synchronized (this) {
            if (prepared.containsKey(who) || counts.merge(who, 1, Integer::sum) < WORTH_PREPARING) {
                return;
            }
        }
        Comb comb = new Comb(key, WIDTH);
        synchronized (this) {
            counts.remove(who);
            prepared.put(who, comb);
        }
    }
}
