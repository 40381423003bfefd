package io.github.bittensor4j.axon;

import io.github.bittensor4j.axon.ReplayStore.Verdict;
import io.github.bittensor4j.core.AccountId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The replay store of one process: every accepted (hotkey, nonce) for as long as the nonce is fresh. Nonces are times, so they are kept by
 * the second they name and a whole second is dropped once it is stale; a nonce from a dropped second is refused for good, whatever the
 * clock does later. Equal nonces fall into the same stripe, so stripes need not agree about anything.
 */
final class RememberedNonces {
    private static final long SECOND = 1_000_000_000L;
    private static final int STRIPES = 16;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    // a caller chooses its nonces and perhaps its key: where they fall must not be its choice
    private static final long[] FACTORS =
            new SecureRandom().longs(6).map(factor -> factor | 1).toArray();

    /*
     * One memory per receiving hotkey for the whole process: a request is addressed to a hotkey, so it must not be accepted twice by two
     * axons of one hotkey, one after the other or side by side.
     */
    private static final ConcurrentHashMap<AccountId, RememberedNonces> OF_THIS_PROCESS = new ConcurrentHashMap<>();

    private static final List<CompletionStage<Verdict>> VERDICTS =
            Stream.of(Verdict.values()).map(CompletableFuture::completedStage).toList();

    private final Stripe[] stripes = new Stripe[STRIPES];
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicLong sweptTo = new AtomicLong();

    /**
     * @param floor nonces below this are refused: a process before this one may have accepted them
     */
    RememberedNonces(long floor) {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe(floor);
        }
    }

    static RememberedNonces ofThisProcess(AccountId receiver, long floor) {
        return OF_THIS_PROCESS.computeIfAbsent(receiver, key -> new RememberedNonces(floor));
    }

    /**
     * This memory as the store of one axon.
     *
     * @param capacity how many nonces there may be when that axon adds one
     */
    ReplayStore upTo(int capacity) {
        return nonce -> VERDICTS.get(
                accept(nonce.hotkey(), nonce.value(), nonce.oldest(), capacity).ordinal());
    }

    /** Accepts a nonce once. {@code oldest} is the oldest nonce that is still fresh; what is older is forgotten. */
    Verdict accept(AccountId hotkey, long nonce, long oldest, int capacity) {
        long before = sweptTo.get();
        if (oldest - before >= SECOND && sweptTo.compareAndSet(before, oldest)) {
            sweep(oldest);
        }
        byte[] key = hotkey.bytes();
        long hash = hash(key, nonce);
        Stripe stripe = stripes[(int) (hash >>> 60)];
        Verdict verdict = stripe.accept(key, nonce, hash, oldest, capacity);
        if (verdict == Verdict.FULL) {
            // other stripes may hold what is stale
            sweep(oldest);
            verdict = stripe.accept(key, nonce, hash, oldest, capacity);
        }
        return verdict;
    }

    int size() {
        return size.get();
    }

    private void sweep(long oldest) {
        for (Stripe stripe : stripes) {
            stripe.forgetBefore(oldest);
        }
    }

    /** Sums of products by secret odd factors, mixed once: two entries chosen without knowing the factors seldom meet. */
    private static long hash(byte[] key, long nonce) {
        long sum = FACTORS[0] * (long) LONG.get(key, 0)
                + FACTORS[1] * (long) LONG.get(key, 8)
                + FACTORS[2] * (long) LONG.get(key, 16)
                + FACTORS[3] * (long) LONG.get(key, 24)
                + FACTORS[4] * nonce;
        sum = (sum ^ (sum >>> 32)) * FACTORS[5];
        return sum ^ (sum >>> 29);
    }

    private final class Stripe {
        private final List<Second> seconds = new ArrayList<>();
        private long floor;

        Stripe(long floor) {
            // time before 1970 names no second
            this.floor = Math.max(0, floor);
        }

        synchronized Verdict accept(byte[] key, long nonce, long hash, long oldest, int capacity) {
            forgetBefore(oldest);
            if (nonce < floor) {
                return Verdict.STALE;
            }
            Second second = second(nonce / SECOND);
            int slot = second.slot(key, nonce, hash);
            if (second.taken(slot)) {
                return Verdict.REPLAYED;
            }
            if (size.incrementAndGet() > capacity) {
                size.decrementAndGet();
                return Verdict.FULL;
            }
            second.put(slot, key, nonce);
            return Verdict.ACCEPTED;
        }

        private Second second(long number) {
            // the newest is nearly always the one
            for (int i = seconds.size() - 1; i >= 0; i--) {
                if (seconds.get(i).number == number) {
                    return seconds.get(i);
                }
            }
            Second second = new Second(number);
            seconds.add(second);
            return second;
        }

        synchronized void forgetBefore(long oldest) {
            long first = oldest / SECOND;
            if (first <= floor / SECOND) {
                return;
            }
            for (Iterator<Second> all = seconds.iterator(); all.hasNext(); ) {
                Second second = all.next();
                if (second.number < first) {
                    all.remove();
                    size.addAndGet(-second.count);
                    floor = Math.max(floor, (second.number + 1) * SECOND);
                }
            }
        }
    }

    /** A set of (hotkey, nonce), open addressed: 40 bytes a slot and no object per entry. */
    private static final class Second {
        private static final int LONGS = 5;

        final long number;
        int count;
        private int mask = 31;
        private long[] slots = new long[LONGS * (mask + 1)];

        Second(long number) {
            this.number = number;
        }

        /** Where this nonce is, or where it belongs. */
        int slot(byte[] key, long nonce, long hash) {
            for (int at = (int) hash & mask; ; at = (at + 1) & mask) {
                int slot = LONGS * at;
                if (!taken(slot) || holds(slot, key, nonce)) {
                    return slot;
                }
            }
        }

        boolean taken(int slot) {
            return slots[slot] != 0;
        }

        private boolean holds(int slot, byte[] key, long nonce) {
            return slots[slot] == nonce + 1
                    && slots[slot + 1] == (long) LONG.get(key, 0)
                    && slots[slot + 2] == (long) LONG.get(key, 8)
                    && slots[slot + 3] == (long) LONG.get(key, 16)
                    && slots[slot + 4] == (long) LONG.get(key, 24);
        }

        void put(int slot, byte[] key, long nonce) {
            slots[slot] = nonce + 1; // never 0, which marks a free slot
            for (int i = 0; i < 4; i++) {
                slots[slot + 1 + i] = (long) LONG.get(key, 8 * i);
            }
            count++;
            if (4 * count > 3 * (mask + 1)) {
                grow();
            }
        }

        private void grow() {
            long[] old = slots;
            mask = 2 * mask + 1;
            slots = new long[LONGS * (mask + 1)];
            byte[] key = new byte[AccountId.LENGTH];
            for (int from = 0; from < old.length; from += LONGS) {
                if (old[from] != 0) {
                    for (int i = 0; i < 4; i++) {
                        LONG.set(key, 8 * i, old[from + 1 + i]);
                    }
                    long nonce = old[from] - 1;
                    System.arraycopy(old, from, slots, slot(key, nonce, hash(key, nonce)), LONGS);
                }
            }
        }
    }
}
