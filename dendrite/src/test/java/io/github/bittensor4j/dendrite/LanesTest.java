package io.github.bittensor4j.dendrite;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Keypair;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Which requests share a uuid. */
class LanesTest {
    private static final AccountId BOB = Keypair.development("Bob").account();
    private static final AccountId EVE = Keypair.development("Eve").account();

    private final AtomicLong now = new AtomicLong(-5);
    private final Lanes lanes = new Lanes(now::get);

    @Test
    void a_lane_is_used_again_at_once_when_its_request_was_dealt_with() {
        assertThat(lanes.take(BOB)).isZero();
        assertThat(lanes.take(BOB)).isEqualTo(1);
        assertThat(lanes.take(EVE))
                .as("another axon keeps its own account of them")
                .isZero();
        lanes.free(BOB, 0);
        assertThat(lanes.take(BOB)).isZero();
        assertThat(lanes.uuid(0)).isNotEqualTo(lanes.uuid(1));
    }

    @Test
    void a_lane_whose_request_may_still_arrive_rests_until_that_is_stale() {
        lanes.take(BOB);
        lanes.rest(BOB, 0);
        now.addAndGet(Lanes.REST.toNanos() - 1);
        assertThat(lanes.take(BOB)).isEqualTo(1);
        lanes.free(BOB, 1);
        now.addAndGet(1);
        assertThat(lanes.take(BOB)).isZero();
    }

    @Test
    void lanes_that_rest_are_not_without_number() {
        Set<Integer> used = new HashSet<>();
        for (int i = 0; i < Lanes.MOST_RESTING + 10; i++) {
            int lane = lanes.take(BOB);
            used.add(lane);
            lanes.rest(BOB, lane);
        }
        assertThat(used).hasSize(Lanes.MOST_RESTING + 1);
    }
}
