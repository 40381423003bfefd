package io.github.bittensor4j.axon;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.axon.ReplayStore.Verdict;
import io.github.bittensor4j.core.AccountId;
import org.junit.jupiter.api.Test;

class ReplayStoreTest {
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
        ReplayStore store = new ReplayStore(0);
        assertThat(store.accept(one, 5 * SECOND, 0, 10)).isEqualTo(Verdict.ACCEPTED);
        assertThat(store.accept(one, 5 * SECOND, 0, 10)).isEqualTo(Verdict.REPLAYED);
        assertThat(store.accept(two, 5 * SECOND, 0, 10)).isEqualTo(Verdict.ACCEPTED);
        assertThat(store.accept(one, 5 * SECOND + 1, 0, 10)).isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void its_memory_is_bounded_over_any_time() {
        ReplayStore store = new ReplayStore(0);
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
        ReplayStore store = new ReplayStore(0);
        assertThat(store.accept(one, 1, 0, 1)).isEqualTo(Verdict.ACCEPTED);
        assertThat(store.accept(one, 2, 0, 1)).isEqualTo(Verdict.FULL);
        assertThat(store.accept(one, 1, 0, 1)).isEqualTo(Verdict.REPLAYED);
        store.forget(one, 1);
        assertThat(store.accept(one, 2, 0, 1)).isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void what_a_process_before_may_have_accepted_is_stale() {
        ReplayStore store = new ReplayStore(7 * SECOND);
        assertThat(store.accept(one, 7 * SECOND - 1, 0, 10)).isEqualTo(Verdict.STALE);
        assertThat(store.accept(one, 7 * SECOND, 0, 10)).isEqualTo(Verdict.ACCEPTED);
    }
}
