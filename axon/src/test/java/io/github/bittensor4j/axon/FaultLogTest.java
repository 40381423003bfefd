package io.github.bittensor4j.axon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FaultLogTest {
    private final AtomicLong now = new AtomicLong(-5);
    private final FaultLog log = new FaultLog(now::get);

    @Test
    void ten_faults_a_minute_are_told_and_then_how_many_were_not() {
        for (int i = 0; i < FaultLog.A_MINUTE; i++) {
            assertThat(log.next()).hasValue(0);
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(log.next()).isEmpty();
        }
        now.addAndGet(Duration.ofMinutes(1).toNanos() - 1);
        assertThat(log.next()).isEmpty();
        now.addAndGet(1);
        assertThat(log.next()).hasValue(1001);
        assertThat(log.next()).hasValue(0);
    }
}
