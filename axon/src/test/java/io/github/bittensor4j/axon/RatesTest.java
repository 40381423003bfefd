package io.github.bittensor4j.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RatesTest {
    private static final long SECOND = 1_000_000_000L;

    private static AccountId account(int number) {
        return AccountId.of(ByteBuffer.allocate(32).putInt(number).array());
    }

    @Test
    void a_bucket_gives_its_burst_at_once_and_then_its_rate() {
        Rate rate = new Rate(2, 3);
        for (long start : new long[] {0, Long.MAX_VALUE - 1, -5}) {
            long fullAt = start;
            for (int i = 0; i < 3; i++) {
                assertThat(rate.wait(fullAt, start)).isZero();
                fullAt = rate.take(fullAt, start);
            }
            assertThat(rate.wait(fullAt, start)).isEqualTo(Duration.ofMillis(500));
            assertThat(rate.wait(fullAt, start + SECOND / 4)).isEqualTo(Duration.ofMillis(250));
            assertThat(rate.wait(fullAt, start + SECOND / 2)).isZero();
            fullAt = rate.take(fullAt, start + SECOND / 2);
            assertThat(rate.wait(fullAt, start + SECOND / 2)).isEqualTo(Duration.ofMillis(500));
            // a long rest gives the burst and no more
            long later = start + 100 * SECOND;
            for (int i = 0; i < 3; i++) {
                assertThat(rate.wait(fullAt, later)).isZero();
                fullAt = rate.take(fullAt, later);
            }
            assertThat(rate.wait(fullAt, later)).isEqualTo(Duration.ofMillis(500));
        }
    }

    @Test
    void rates_out_of_range_are_named() {
        assertThatThrownBy(() -> new Rate(0, 1))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("0.0");
        assertThatThrownBy(() -> new Rate(Double.NaN, 1)).isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> new Rate(1, 0))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("burst: 0");
        assertThatCode(() -> new Rate(1e7, 10_000_000)).doesNotThrowAnyException();
    }

    @Test
    void callers_are_forgotten_once_they_rest_and_their_number_is_bounded() throws Exception {
        Callers callers = new Callers(1, new Rate(1e7, 10_000_000));
        int most = 1 << 16;
        for (int i = 0; i < most; i++) {
            callers.enter(account(i));
        }
        assertThatThrownBy(() -> callers.enter(account(most)))
                .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.code()).isEqualTo("limit.rate"));
        assertThatThrownBy(() -> callers.enter(account(7)))
                .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.code()).isEqualTo("limit.concurrency"));
        callers.sweep();
        assertThat(callers.size()).isEqualTo(most);
        for (int i = 1; i < most; i++) {
            callers.leave(account(i));
        }
        long end = System.nanoTime() + 20 * SECOND;
        while (callers.size() > 1 && System.nanoTime() - end < 0) {
            callers.sweep();
        }
        assertThat(callers.size()).isEqualTo(1);
        callers.enter(account(7));
        assertThatThrownBy(() -> callers.foresee(account(7))).isInstanceOf(Refused.class);
        callers.foresee(account(most));
    }

    @Test
    void of_the_addresses_of_one_host_no_more_than_a_network_counts() throws Exception {
        Peers peers = new Peers(new Rate(0.001, 2));
        InetAddress one = InetAddress.getByName("2001:db8:1:2::1");
        InetAddress same = InetAddress.getByName("2001:db8:1:2:3:4:5:6");
        InetAddress other = InetAddress.getByName("2001:db8:1:3::1");
        peers.failed(one);
        peers.check(one);
        peers.failed(same);
        assertThatThrownBy(() -> peers.check(one)).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> peers.check(same)).isInstanceOf(Refused.class);
        peers.check(other);
        peers.check(InetAddress.getByName("192.0.2.1"));
        assertThat(peers.size()).isEqualTo(1);
    }

    @Test
    void addresses_are_forgotten_once_they_rest_and_their_number_is_bounded() throws Exception {
        Peers peers = new Peers(new Rate(1e7, 1));
        for (int i = 0; i < (1 << 16) + 10; i++) {
            peers.failed(
                    InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(i).array()));
        }
        assertThat(peers.size()).isEqualTo(1 << 16);
        long end = System.nanoTime() + 20 * SECOND;
        while (peers.size() > 0 && System.nanoTime() - end < 0) {
            peers.sweep();
        }
        assertThat(peers.size()).isZero();
    }
}
