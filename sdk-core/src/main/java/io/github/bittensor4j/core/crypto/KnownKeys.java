package io.github.bittensor4j.core.crypto;

import io.github.bittensor4j.core.AccountId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The prepared keys of accounts whose signatures keep coming, the least recently used leaving first. A key is prepared at its second
 * good signature, so a stream of strangers costs no tables and drives out nobody's. Thread-safe.
 */
final class KnownKeys {
    static final int CAPACITY = 512;
    private static final int ONCE_CAPACITY = 4096;
    private static final int WIDTH = 5;

    private final Map<AccountId, Comb> prepared = leastRecentlyUsed(CAPACITY);
    private final Map<AccountId, Boolean> once = leastRecentlyUsed(ONCE_CAPACITY);

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
            if (prepared.containsKey(who) || once.put(who, true) == null) {
                return;
            }
        }
        Comb comb = new Comb(key, WIDTH);
        synchronized (this) {
            once.remove(who);
            prepared.put(who, comb);
        }
    }
}
