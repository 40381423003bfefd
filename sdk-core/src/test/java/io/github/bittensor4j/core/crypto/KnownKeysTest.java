package io.github.bittensor4j.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.AccountId;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class KnownKeysTest {
    private final KnownKeys keys = new KnownKeys();

    private static AccountId account(int number) {
        return AccountId.of(Arrays.copyOf(new byte[] {(byte) number, (byte) (number >> 8)}, AccountId.LENGTH));
    }

    private void verified(int number, int times) {
        for (int time = 0; time < times; time++) {
            keys.verified(account(number), Point.base());
        }
    }

    @Test
    void a_key_is_prepared_once_its_account_has_come_often_enough() {
        verified(1, KnownKeys.WORTH_PREPARING - 1);
        assertThat(keys.find(account(1))).isEmpty();
        verified(1, 1);
        assertThat(keys.find(account(1))).isPresent();
        assertThat(keys.find(account(2))).isEmpty();
    }

    @Test
    void a_prepared_key_is_not_prepared_again() {
        verified(1, KnownKeys.WORTH_PREPARING);
        Comb prepared = keys.find(account(1)).orElseThrow();
        verified(1, 2 * KnownKeys.WORTH_PREPARING);
        assertThat(keys.find(account(1))).containsSame(prepared);
    }

    @Test
    void signatures_are_counted_for_each_account_alone() {
        for (int number = 0; number < 10_000; number++) {
            verified(number, 1);
        }
        for (int number = 0; number < 10_000; number++) {
            assertThat(keys.find(account(number))).isEmpty();
        }
        verified(10_000, KnownKeys.WORTH_PREPARING - 1);
        verified(10_001, 1);
        verified(10_000, 1);
        assertThat(keys.find(account(10_001))).isEmpty();
    }

    @Test
    void accounts_that_come_in_turns_are_all_prepared() {
        for (int time = 0; time < KnownKeys.WORTH_PREPARING; time++) {
            for (int number = 0; number < 50; number++) {
                assertThat(keys.find(account(number))).isEmpty();
                verified(number, 1);
            }
        }
        for (int number = 0; number < 50; number++) {
            assertThat(keys.find(account(number))).isPresent();
        }
    }

    @Test
    void strangers_drive_out_nobody() {
        verified(1, KnownKeys.WORTH_PREPARING);
        for (int stranger = 2; stranger < 10_000; stranger++) {
            verified(stranger, 1);
        }
        assertThat(keys.find(account(1))).isPresent();
    }

    @Test
    void the_account_that_was_longest_away_leaves_first() {
        for (int number = 0; number < KnownKeys.CAPACITY; number++) {
            verified(number, KnownKeys.WORTH_PREPARING);
        }
        assertThat(keys.find(account(0))).isPresent();
        verified(KnownKeys.CAPACITY, KnownKeys.WORTH_PREPARING);
        assertThat(keys.find(account(0))).isPresent();
        assertThat(keys.find(account(1))).isEmpty();
        assertThat(keys.find(account(KnownKeys.CAPACITY))).isPresent();
    }
}
