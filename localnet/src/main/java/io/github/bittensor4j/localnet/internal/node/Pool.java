package io.github.bittensor4j.localnet.internal.node;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.runtime.Extrinsic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Extrinsics that wait for a block: by account and nonce, taken in the order they came. Guarded by the chain's lock.
 *
 * <p>Limits: {@value #LIMIT} extrinsics in all, {@value #LIMIT_PER_ACCOUNT} of one account; what was found invalid is remembered for
 * {@value #BAN_BLOCKS} blocks, half an hour of real time, for at most {@value #BANNED} of them.
 */
final class Pool {
    static final int LIMIT = 8192;
    static final int LIMIT_PER_ACCOUNT = 1024;
    static final int BAN_BLOCKS = 150;
    static final int BANNED = 16_384;

    private final Map<Hash, Waiting> waiting = new LinkedHashMap<>();
    private final Map<AccountId, TreeMap<Long, Waiting>> byAccount = new HashMap<>();
    private final LinkedHashMap<Hash, Long> bannedUntil = new LinkedHashMap<>();

    /** One that waits. */
    static final class Waiting {
        final Hash hash;
        final Extrinsic extrinsic;
        final Extrinsic.Signature signature;
        final long death; // the first block it is not valid for
        private final List<Consumer<TransactionStatus>> watchers = new ArrayList<>();
        private @Nullable TransactionStatus last;

        Waiting(Hash hash, Extrinsic extrinsic, long death) {
            this.death = death;
            this.hash = hash;
            this.extrinsic = extrinsic;
            this.signature = extrinsic.signature().orElseThrow();
        }

        void watch(Consumer<TransactionStatus> watcher) {
            watchers.add(watcher);
        }

        void tell(TransactionStatus status) {
            if (!status.equals(last)) {
                last = status;
                watchers.forEach(watcher -> watcher.accept(status));
            }
        }
    }

    boolean contains(Hash hash) {
        return waiting.containsKey(hash);
    }

    Optional<Waiting> at(AccountId account, long nonce) {
        TreeMap<Long, Waiting> own = byAccount.get(account);
        return own == null ? Optional.empty() : Optional.ofNullable(own.get(nonce));
    }

    boolean full(AccountId account) {
        TreeMap<Long, Waiting> own = byAccount.get(account);
        return waiting.size() >= LIMIT || own != null && own.size() >= LIMIT_PER_ACCOUNT;
    }

    void add(Waiting one) {
        waiting.put(one.hash, one);
        byAccount.computeIfAbsent(one.signature.signer(), a -> new TreeMap<>()).put(one.signature.nonce(), one);
    }

    void remove(Waiting one) {
        waiting.remove(one.hash);
        TreeMap<Long, Waiting> own = byAccount.get(one.signature.signer());
        if (own != null) {
            own.remove(one.signature.nonce(), one);
            if (own.isEmpty()) {
                byAccount.remove(one.signature.signer());
            }
        }
    }

    /** The nonce behind all that wait without a gap. */
    long next(AccountId account, long onChain) {
        long next = onChain;
        while (at(account, next).isPresent()) {
            next++;
        }
        return next;
    }

    /** All whose predecessors are in a block or wait before them, each behind its predecessor, otherwise in the order they came. */
    List<Waiting> ready(ToLongFunction<AccountId> onChain) {
        Map<AccountId, Long> next = new HashMap<>();
        Map<Hash, Waiting> ready = new LinkedHashMap<>();
        for (Waiting one : waiting.values()) {
            AccountId account = one.signature.signer();
            long expected = next.computeIfAbsent(account, onChain::applyAsLong);
            // Those that came early follow at once when their predecessor is taken.
            Optional<Waiting> now = one.signature.nonce() == expected ? Optional.of(one) : Optional.empty();
            while (now.isPresent()) {
                ready.put(now.get().hash, now.get());
                expected++;
                now = at(account, expected);
            }
            next.put(account, expected);
        }
        return List.copyOf(ready.values());
    }

    List<Waiting> all() {
        return List.copyOf(waiting.values());
    }

    void ban(Hash hash, long now) {
        bannedUntil.put(hash, now + BAN_BLOCKS);
        if (bannedUntil.size() > BANNED) {
            bannedUntil.remove(bannedUntil.keySet().iterator().next());
        }
    }

    boolean banned(Hash hash, long now) {
        Long until = bannedUntil.get(hash);
        if (until != null && until <= now) {
            bannedUntil.remove(hash);
            return false;
        }
        return until != null;
    }
}
