package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HeadSubscriptionTest {
    @Test
    void it_hears_of_the_heads_in_order_and_of_none_once_it_is_closed() throws InterruptedException {
        try (Localnet node = Localnet.builder().blockTime(BlockTime.MANUAL).start();
                Subtensor chain = Subtensor.connect(Network.of(node.endpoint()))) {
            BlockingQueue<Long> heard = new LinkedBlockingQueue<>();
            HeadSubscription subscription = chain.subscribeHeads(head -> heard.add(head.number()));
            node.produceBlocks(3);
            for (long next = next(heard); next < 3; ) {
                long after = next(heard);
                assertThat(after).isEqualTo(next + 1);
                next = after;
            }
            subscription.close();
            subscription.close();

            BlockingQueue<Long> later = new LinkedBlockingQueue<>();
            try (HeadSubscription other = chain.subscribeHeads(head -> later.add(head.number()))) {
                assertThat(other).isNotSameAs(subscription);
                node.produceBlocks(1);
                for (long seen = next(later); seen < 4; seen = next(later)) {
                    assertThat(seen).isPositive();
                }
            }
            assertThat(heard).isEmpty();
        }
    }

    private static long next(BlockingQueue<Long> heads) throws InterruptedException {
        Long head = heads.poll(30, TimeUnit.SECONDS);
        assertThat(head).as("a head within 30 s").isNotNull();
        return head == null ? -1 : head;
    }
}
