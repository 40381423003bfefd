package io.github.bittensor4j.neuron;

import static io.github.bittensor4j.neuron.LocalSubnet.NETUID;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.neuron.NeuronEvent.Kind;
import io.github.bittensor4j.subtensor.ChainException;
import io.github.bittensor4j.subtensor.ConnectionEvent;
import io.github.bittensor4j.subtensor.Network;
import io.github.bittensor4j.subtensor.Subtensor;
import io.github.bittensor4j.subtensor.SubtensorOptions;
import io.github.bittensor4j.testkit.FaultProxy;
import io.github.bittensor4j.testkit.FaultProxy.Direction;
import io.github.bittensor4j.testkit.FaultProxy.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Hours of a validator, 300 blocks each, with a node that is in trouble for six minutes of most of them. Blocks come as fast as the validator
 * looks at them, and at a steady pace while there is trouble.
 */
class ValidatorDayTest {
    private static final int HOUR = 300;

    /** Each kind of trouble once; with the system property {@code validator.hours} a whole day, or more. */
    private static final int HOURS = Integer.getInteger("validator.hours", 6);

    private static final int BLOCKS = HOURS * HOUR;
    private static final int TROUBLE_FROM = 60;
    private static final int TROUBLE_TO = 90;
    private static final int TEMPO = 360;

    /** How far the chain runs ahead of what the validator has seen while all is well. */
    private static final int AHEAD = 12;

    /** What the chain may take longer than an epoch: trouble, and the pauses that follow it. */
    private static final int SLACK = 180;

    private enum Trouble {
        NONE,
        DROPS,
        STALLS,
        LAGS,
        GARBAGE,
        UPGRADE
    }

    private final CountDownLatch never = new CountDownLatch(1);
    private final AtomicInteger told = new AtomicInteger();

    @Test
    @Timeout(1800)
    void weights_are_set_in_every_epoch_with_a_node_in_trouble_and_every_trouble_is_told() throws Exception {
        SubtensorOptions options = SubtensorOptions.defaults()
                .withoutMetadataCache()
                .callDeadline(Duration.ofSeconds(1))
                .connectDeadline(Duration.ofSeconds(1))
                .reconnectDelays(Duration.ofMillis(20), Duration.ofMillis(100))
                .ping(Duration.ofMillis(200))
                .staleAfter(Duration.ofMillis(600))
                .listener(event -> {
                    if (event.kind() != ConnectionEvent.Kind.CONNECTED) {
                        told.incrementAndGet();
                    }
                });
        Events events = new Events();
        try (LocalSubnet subnet = LocalSubnet.inMemory()) {
            Keypair miner = subnet.registered("miner");
            Keypair hotkey = subnet.validator("validator");
            subnet.subnet("sudo_set_tempo", "tempo", TEMPO);
            Uid uid = subnet.chain().uid(NETUID, miner.account()).orElseThrow();
            subnet.stopBlocks();
            Node node = new Node();
            List<Trouble> untold = new ArrayList<>();
            List<Integer> threads = new ArrayList<>();
            int upgradesSeen = 0;
            try (FaultProxy proxy = FaultProxy.start(subnet.endpoint(), node);
                    Subtensor own = Subtensor.connect(Network.of(proxy.uri()), options);
                    Validator validator = Validator.builder(NETUID, hotkey, own)
                            .every(Duration.ofMillis(200), round -> round.score(uid, 1.0))
                            .refresh(Duration.ofMillis(50))
                            .listener(events)
                            .start()) {
                long start = subnet.chain().blockNumber();
                int toldBefore = 0;
                for (int block = 0; block < BLOCKS; block++) {
                    Trouble trouble = Trouble.values()[block / HOUR % Trouble.values().length];
                    int minute = block % HOUR;
                    if (minute == TROUBLE_FROM) {
                        toldBefore = troublesTold(events);
                        node.begin(trouble);
                        proxy.refuse(trouble == Trouble.DROPS);
                        if (trouble == Trouble.DROPS || trouble == Trouble.UPGRADE) {
                            proxy.cut();
                        }
                    } else if (minute == TROUBLE_TO) {
                        upgradesSeen += trouble == Trouble.UPGRADE && specVersion(own) == 462 ? 1 : 0;
                        node.begin(Trouble.NONE);
                        proxy.refuse(false);
                        if (trouble == Trouble.UPGRADE) {
                            proxy.cut();
                        }
                    } else if (minute == HOUR - 1) {
                        if (trouble != Trouble.NONE && troublesTold(events) == toldBefore) {
                            untold.add(trouble);
                        }
                        threads.add(chainThreads());
                        assertThat(proxy.open())
                                .as("connections in hour %d", block / HOUR)
                                .isLessThanOrEqualTo(1);
                    }
                    subnet.produce(1);
                    boolean inTrouble = minute >= TROUBLE_FROM && minute < TROUBLE_TO && trouble != Trouble.NONE;
                    follow(validator, start + block + 1, inTrouble);
                }
                assertThat(validator.status().state()).isEqualTo(NeuronStatus.State.RUNNING);
                assertThat(untold).as("troubles nobody was told of").isEmpty();
                assertThat(upgradesSeen).isEqualTo(HOURS / Trouble.values().length);
                assertThat(threads.get(HOURS - 1))
                        .as("threads, by hour: %s", threads)
                        .isLessThanOrEqualTo(threads.get(0) + 2);

                List<Long> set = new ArrayList<>(List.of(start));
                for (NeuronEvent event : events.all(Kind.WEIGHTS_SET)) {
                    set.add(event.status()
                            .weights()
                            .orElseThrow()
                            .lastSetBlock()
                            .orElseThrow());
                }
                set.add(start + BLOCKS);
                for (int i = 1; i < set.size(); i++) {
                    assertThat(set.get(i) - set.get(i - 1))
                            .as("blocks between weights, set at %s of a day from %d", set, start)
                            .isLessThanOrEqualTo(TEMPO + SLACK);
                }
            }
        }
    }

    private int troublesTold(Events events) {
        return told.get() + events.all(Kind.CHAIN_LOST).size();
    }

    private static long specVersion(Subtensor chain) {
        try {
            return chain.runtimeVersion().specVersion();
        } catch (ChainException e) {
            return 0;
        }
    }

    private static int chainThreads() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("bittensor4j-chain"))
                .count();
    }

    /** Until the validator has seen nearly the newest block, but not for ever: it may be waiting for the next one. */
    private void follow(Validator validator, long head, boolean inTrouble) throws InterruptedException {
        for (int millis = 0; millis < 50; millis++) {
            boolean near = validator
                    .status()
                    .metagraphAt()
                    .filter(at -> at.number() >= head - AHEAD)
                    .isPresent();
            if (near && !inTrouble) {
                return;
            }
            assertThat(never.await(1, TimeUnit.MILLISECONDS)).isFalse();
        }
    }

    /** What a node in trouble does with the messages. */
    private static final class Node implements FaultProxy.Script {
        private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");
        private static final Pattern HASH = Pattern.compile("0x[0-9a-f]{64}");

        private final Random random = new Random(1);
        private final Map<String, Boolean> headAsked = new ConcurrentHashMap<>();
        private Trouble trouble = Trouble.NONE;
        private String oldHead = "";

        synchronized void begin(Trouble next) {
            trouble = next;
            headAsked.clear();
            oldHead = "";
        }

        @Override
        public synchronized Verdict decide(Direction direction, String text) {
            return switch (trouble) {
                case NONE, DROPS -> Verdict.PASS;
                case STALLS -> Verdict.STALL;
                case LAGS -> lag(direction, text);
                case GARBAGE -> direction == Direction.TO_CLIENT ? garbage(text) : Verdict.PASS;
                case UPGRADE ->
                    direction == Direction.TO_CLIENT && text.contains("\"specVersion\":461")
                            ? Verdict.replace(text.replace("\"specVersion\":461", "\"specVersion\":462"))
                            : Verdict.PASS;
            };
        }

        /** The newest block is always that of the beginning, and no new one is told. */
        private Verdict lag(Direction direction, String text) {
            Matcher id = ID.matcher(text);
            if (direction == Direction.TO_SERVER) {
                if (text.contains("\"chain_getBlockHash\",\"params\":[]") && id.find()) {
                    headAsked.put(id.group(1), true);
                }
                return Verdict.PASS;
            }
            if (text.contains("chain_newHead")) {
                return Verdict.SWALLOW;
            }
            if (text.length() < 300 && id.find() && headAsked.remove(id.group(1)) != null) {
                Matcher hash = HASH.matcher(text);
                if (hash.find()) {
                    oldHead = oldHead.isEmpty() ? hash.group() : oldHead;
                    return Verdict.replace(text.replace(hash.group(), oldHead));
                }
            }
            return Verdict.PASS;
        }

        private Verdict garbage(String text) {
            Matcher id = ID.matcher(text);
            return switch (random.nextInt(4)) {
                case 0 -> Verdict.replace(text.substring(0, random.nextInt(text.length())));
                case 1 -> {
                    byte[] bytes = new byte[40];
                    random.nextBytes(bytes);
                    yield Verdict.raw(bytes);
                }
                default ->
                    id.find()
                            ? Verdict.replace("{\"jsonrpc\":\"2.0\",\"id\":" + id.group(1) + ",\"result\":"
                                    + List.of("{}", "[[7]]", "true", "\"0xzz\"").get(random.nextInt(4)) + "}")
                            : Verdict.SWALLOW;
            };
        }
    }
}
