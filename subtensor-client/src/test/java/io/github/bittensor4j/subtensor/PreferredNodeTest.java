package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import io.github.bittensor4j.subtensor.ConnectionEvent.Kind;
import io.github.bittensor4j.testkit.FaultProxy;
import io.github.bittensor4j.testkit.FaultProxy.Direction;
import io.github.bittensor4j.testkit.FaultProxy.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A whole client whose preferred node goes away and comes back, again and again, while it works. */
class PreferredNodeTest {
    private static final int TIMES = 3;

    private final AtomicInteger submissions = new AtomicInteger();

    private Verdict count(Direction direction, String text) {
        if (direction == Direction.TO_SERVER && text.contains("author_submitAndWatchExtrinsic")) {
            submissions.incrementAndGet();
        }
        return Verdict.PASS;
    }

    @Test
    @Timeout(120)
    void going_back_to_the_preferred_node_loses_no_block_and_no_transfer_and_sends_none_twice() throws Exception {
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        Queue<ConnectionEvent> events = new ConcurrentLinkedQueue<>();
        SubtensorOptions options = SubtensorOptions.defaults()
                .withoutMetadataCache()
                .reconnectDelays(Duration.ofMillis(10), Duration.ofMillis(50))
                .returnAfter(Duration.ofMillis(100))
                .listener(events::add);
        Queue<BlockRef> heads = new ConcurrentLinkedQueue<>();
        try (Localnet localnet = Localnet.builder().blockTime(BlockTime.MANUAL).start();
                FaultProxy preferred = FaultProxy.start(localnet.endpoint(), this::count);
                FaultProxy fallback = FaultProxy.start(localnet.endpoint(), this::count);
                Keypair alice = Keypair.development("Alice");
                Keypair friend = Keypair.development("friend")) {
            clock.scheduleWithFixedDelay(() -> localnet.produceBlocks(1), 0, 30, TimeUnit.MILLISECONDS);
            Network network = Network.of(preferred.uri()).withFallbacks(fallback.uri());
            AccountId to = friend.account();
            int sent = 0;
            int returned = 0;
            List<ExtrinsicOutcome> others = new ArrayList<>();
            long included = 0;
            try (Subtensor chain = Subtensor.connect(network, options)) {
                chain.subscribeHeads(heads::add);
                while (returned < TIMES) {
                    boolean away = chain.endpoint().equals(fallback.uri());
                    preferred.refuse(!away);
                    if (!away) {
                        preferred.cut();
                    }
                    int before = returned;
                    do {
                        ExtrinsicOutcome outcome = chain.submit(Calls.transfer(to, Tao.of("1")), alice);
                        sent++;
                        if (outcome instanceof ExtrinsicOutcome.Included) {
                            included++;
                        } else {
                            others.add(outcome);
                        }
                        returned = (int) events.stream()
                                .filter(event -> event.kind() == Kind.RETURNED)
                                .count();
                    } while (away && returned == before);
                }
                assertThat(chain.endpoint()).isEqualTo(preferred.uri());
                assertThat(chain.balance(to)).isEqualTo(Tao.of(Long.toString(included)));
            }
            // Where a node was lost under a transfer, that it never came is told as well.
            assertThat(others).allMatch(ExtrinsicOutcome.Refused.class::isInstance);
            assertThat(submissions.get()).isEqualTo(sent);
            long last = 0;
            for (BlockRef head : heads) {
                assertThat(last == 0 || head.number() <= last + 1)
                        .as("head %d after %d", head.number(), last)
                        .isTrue();
                last = Math.max(last, head.number());
            }
        } finally {
            clock.shutdownNow();
        }
    }
}
