package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/**
 * Transaction numbers for submissions that run at once. The node says which comes next; those that this client is using at the moment are
 * left out. Nothing is remembered beyond a submission, so that a lost or refused one leaves no gap behind.
 */
final class Nonces {
    private final Map<AccountId, Used> accounts = new HashMap<>();
    private final ToLongFunction<AccountId> nextOnChain;

    private static final class Used {
        final TreeSet<Long> nonces = new TreeSet<>();
        int holders;
    }

    Nonces(ToLongFunction<AccountId> nextOnChain) {
        this.nextOnChain = nextOnChain;
    }

    /** A transaction number that nobody else here uses until it is given back. */
    final class Lease implements AutoCloseable {
        private final AccountId account;
        private final Used used;
        final long nonce;

        private Lease(AccountId account, Used used, long nonce) {
            this.account = account;
            this.used = used;
            this.nonce = nonce;
        }

        @Override
        public void close() {
            synchronized (used) {
                used.nonces.remove(nonce);
            }
            release(account, used);
        }
    }

    Lease take(AccountId account, OptionalLong wanted) {
        Used used;
        synchronized (accounts) {
            used = accounts.computeIfAbsent(account, a -> new Used());
            used.holders++;
        }
        boolean taken = false;
        try {
            // One at a time per account: the answer must not grow old before it is used.
            synchronized (used) {
                long nonce = wanted.isPresent() ? wanted.getAsLong() : nextOnChain.applyAsLong(account);
                while (wanted.isEmpty() && used.nonces.contains(nonce)) {
                    nonce++;
                }
                used.nonces.add(nonce);
                taken = true;
                return new Lease(account, used, nonce);
            }
        } finally {
            if (!taken) {
                release(account, used);
            }
        }
    }

    private void release(AccountId account, Used used) {
        synchronized (accounts) {
            if (--used.holders == 0) {
                accounts.remove(account);
            }
        }
    }
}
