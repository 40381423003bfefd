package io.github.bittensor4j.axon;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.axon.ReplayStore.Verdict;
import io.github.bittensor4j.core.AccountId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class RememberedNoncesTest {
    private static final long SECOND = 1_000_000_000L;

    private final AccountId one = AccountId.of(filled(1));
    private final AccountId two = AccountId.of(filled(2));

    private static byte[] filled(int value) {
        byte[] bytes = new byte[32];
        java.util.Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    @Test
    void a_nonce_is_accepted_once_per_hotkey() {
        RememberedNonces store = new RememberedNonces(0);
        assertThat(store.accept(one, 5 * SECOND, 0, 10)).isEqualTo(Verdict.ACCEPTED);
        assertThat(store.accept(one, 5 * SECOND, 0, 10)).isEqualTo(Verdict.REPLAYED);
        assertThat(store.accept(two, 5 * SECOND, 0, 10)).isEqualTo(Verdict.ACCEPTED);
        assertThat(store.accept(one, 5 * SECOND + 1, 0, 10)).isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void its_memory_is_bounded_over_any_time() {
        RememberedNonces store = new RememberedNonces(0);
        for (long second = 1; second < 2000; second++) {
            for (int i = 0; i < 50; i++) {
                assertThat(store.accept(one, second * SECOND + i, (second - 10) * SECOND, 1000))
                        .isEqualTo(Verdict.ACCEPTED);
            }
            assertThat(store.size()).isLessThanOrEqualTo(12 * 50);
        }
    }

    @Test
    void beyond_its_capacity_it_refuses() {
        RememberedNonces store = new RememberedNonces(0);
        assertThat(store.accept(one, 1, 0, 1)).isEqualTo(Verdict.ACCEPTED);
        assertThat(store.accept(one, 2, 0, 1)).isEqualTo(Verdict.FULL);
        assertThat(store.accept(one, 1, 0, 1)).isEqualTo(Verdict.REPLAYED);
        assertThat(store.accept(one, 2 * SECOND, SECOND, 1)).isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void what_a_process_before_may_have_accepted_is_stale() {
        RememberedNonces store = new RememberedNonces(7 * SECOND);
        assertThat(store.accept(one, 7 * SECOND - 1, 0, 10)).isEqualTo(Verdict.STALE);
        assertThat(store.accept(one, 7 * SECOND, 0, 10)).isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void a_dropped_second_stays_refused_and_no_time_is_negative() {
        RememberedNonces store = new RememberedNonces(0);
        assertThat(store.accept(one, 5 * SECOND, 0, 10)).isEqualTo(Verdict.ACCEPTED);
        assertThat(store.accept(one, 20 * SECOND, 10 * SECOND, 10)).isEqualTo(Verdict.ACCEPTED);
        assertThat(store.size()).isEqualTo(1);
        assertThat(store.accept(one, 5 * SECOND, 0, 10)).isEqualTo(Verdict.STALE);
        assertThat(store.accept(one, -1, -SECOND, 10)).isEqualTo(Verdict.STALE);
        assertThat(store.accept(one, Long.MAX_VALUE, 10 * SECOND, 10)).isEqualTo(Verdict.ACCEPTED);
        assertThat(store.accept(one, Long.MAX_VALUE, 10 * SECOND, 10)).isEqualTo(Verdict.REPLAYED);
    }

    @Test
    void of_equal_nonces_from_many_threads_one_is_accepted() throws Exception {
        RememberedNonces store = new RememberedNonces(0);
        int threads = 4;
        int nonces = 20_000;
        AtomicIntegerArray accepted = new AtomicIntegerArray(nonces);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                all.add(pool.submit(() -> {
                    for (int i = 0; i < nonces; i++) {
                        AccountId hotkey = i % 2 == 0 ? one : two;
                        if (store.accept(hotkey, SECOND + i / 2, 0, nonces) == Verdict.ACCEPTED) {
                            accepted.incrementAndGet(i);
                        }
                    }
                }));
            }
            for (Future<?> each : all) {
                each.get(30, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
        for (int i = 0; i < nonces; i++) {
            assertThat(accepted.get(i)).isEqualTo(1);
        }
        assertThat(store.size()).isEqualTo(nonces);
    }
}
