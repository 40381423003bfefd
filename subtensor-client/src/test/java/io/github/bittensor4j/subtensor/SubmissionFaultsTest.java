package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import io.github.bittensor4j.subtensor.internal.Answer;
import io.github.bittensor4j.testkit.FaultProxy;
import io.github.bittensor4j.testkit.FaultProxy.Direction;
import io.github.bittensor4j.testkit.FaultProxy.Verdict;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Transfers through a proxy that cuts, stalls, repeats and garbles the connection at each stage of their way: never twice, and never lost
 * without saying so. Judged by the chain itself, its transaction numbers and balances, over a connection of its own. Against a real node
 * as well when its address is given as {@code BITTENSOR4J_CHAIN}, where {@code //Alice} must be rich: every fault at every stage once, or
 * as many as {@code -Dfaults.count} says from number {@code -Dfaults.first} on; {@code -Dchain.tables=FOLDER} writes what came of each.
 */
class SubmissionFaultsTest {
    private static final String SUBMIT = "author_submitAndWatchExtrinsic";
    private static final Tao GIFT = Tao.of("10");
    private static final Tao AMOUNT = Tao.of("1");

    /** Where on its way an extrinsic is when something happens. */
    private enum Stage {
        BEFORE_SEND,
        AFTER_SEND,
        IN_THE_POOL,
        AFTER_INCLUSION
    }

    private enum Fault {
        CUT,
        CUT_AFTER,
        STALL,
        SWALLOW,
        REPEAT,
        GARBLE_TEXT,
        GARBLE_ANSWER,
        GARBLE_FRAMES
    }

    /** What a run saw. */
    private record Run(
            int seed,
            String kind,
            String more,
            AccountId from,
            AccountId to,
            Optional<ExtrinsicOutcome> outcome,
            String error,
            Faults faults) {
        @Override
        public String toString() {
            return seed + " " + kind + more + " -> "
                    + outcome.map(Object::toString).orElse(error);
        }

        /** What was told, in short. */
        String told() {
            if (outcome.isEmpty()) {
                return "not sent: " + error;
            }
            ExtrinsicOutcome told = outcome.get();
            if (told instanceof ExtrinsicOutcome.Refused refused) {
                return "refused: " + refused.error();
            }
            if (told instanceof ExtrinsicOutcome.Unknown unknown) {
                return "unknown: " + unknown.reason().replaceAll("ws://\\S+", "the node");
            }
            return "included";
        }
    }

    /** How patient everybody is on a chain. */
    private record Pace(SubtensorOptions options, SubmitOptions submit) {}

    private static final Pace FAST = new Pace(
            SubtensorOptions.defaults()
                    .connectDeadline(Duration.ofSeconds(10))
                    .callDeadline(Duration.ofSeconds(3))
                    .reconnectDelays(Duration.ofMillis(10), Duration.ofMillis(50))
                    .ping(Duration.ofMillis(250))
                    .staleAfter(Duration.ofSeconds(2)),
            SubmitOptions.defaults().deadline(Duration.ofSeconds(15)));

    private static final Pace REAL = new Pace(
            SubtensorOptions.defaults().ping(Duration.ofSeconds(2)).callDeadline(Duration.ofSeconds(10)),
            SubmitOptions.defaults().mortality(16).deadline(Duration.ofSeconds(120)));

    /** Every fault at every stage. */
    private static final int KINDS = Stage.values().length * Fault.values().length;

    @Test
    @Timeout(180)
    void a_hundred_transfers_over_broken_connections_arrive_once_or_not_at_all_and_say_so() throws Exception {
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        try (Localnet localnet = Localnet.builder().blockTime(BlockTime.MANUAL).start()) {
            clock.scheduleWithFixedDelay(() -> localnet.produceBlocks(1), 0, 30, TimeUnit.MILLISECONDS);
            List<Run> runs = run(localnet.endpoint(), FAST, 0, 100, 10);
            clock.shutdown();
            assertThat(clock.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            // Whatever could still come has come after this.
            localnet.produceBlocks(70);
            judge(localnet.endpoint(), runs);
            System.out.println("faults: " + tally(runs));
            assertThat(runs).allMatch(run -> run.faults.struck, "the fault came to pass");
            assertThat(runs.stream().filter(run -> run.outcome.isPresent()).count())
                    .as("transfers whose fate was told: %s", tally(runs))
                    .isGreaterThan(90);
        } finally {
            clock.shutdownNow();
        }
    }

    @Test
    @Timeout(3600)
    void transfers_over_broken_connections_to_the_chain_given_arrive_once_or_not_at_all_and_say_so() throws Exception {
        Optional<String> address = Optional.ofNullable(System.getenv("BITTENSOR4J_CHAIN"))
                .or(() -> Optional.ofNullable(System.getProperty("BITTENSOR4J_CHAIN")));
        Assumptions.assumeTrue(address.isPresent(), "skipped: no BITTENSOR4J_CHAIN=ws://... given");
        URI node = URI.create(address.get());
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        try (JsonRpc developer = JsonRpc.connect(node, SubtensorOptions.defaults())) {
            // A node that makes blocks only when asked is asked, so that what is lost can expire.
            clock.scheduleWithFixedDelay(() -> block(developer), 2, 2, TimeUnit.SECONDS);
            List<Run> runs = run(
                    node, REAL, Integer.getInteger("faults.first", 0), Integer.getInteger("faults.count", KINDS), 2);
            for (int i = 0; i < 2 * REAL.submit.mortality(); i++) {
                block(developer);
            }
            runs.forEach(run -> System.out.println("faults: " + run));
            judge(node, runs);
            System.out.println("faults: " + tally(runs));
            String folder = System.getProperty("chain.tables", "");
            if (!folder.isEmpty()) {
                Files.writeString(Path.of(folder).resolve("faults.md"), table(node, runs));
            }
        } finally {
            clock.shutdownNow();
        }
    }

    private static void block(JsonRpc developer) {
        try {
            developer.callOnce("dev_newBlock", Map.of("count", 1));
        } catch (BittensorException e) {
            // it makes its blocks itself, or is busy: the next one will do
        }
    }

    /** What came of each kind of run: what was told how often, and what the chain says of them together. */
    private static String table(URI node, List<Run> runs) {
        Map<String, List<Run>> kinds = new LinkedHashMap<>();
        runs.forEach(run ->
                kinds.computeIfAbsent(run.kind(), kind -> new ArrayList<>()).add(run));
        StringBuilder table = new StringBuilder(
                "| stage | fault | told | transactions | arrived |\n| --- | --- | --- | --- | --- |\n");
        try (Subtensor chain = Subtensor.connect(Network.of(node))) {
            kinds.forEach((kind, alike) -> {
                Map<String, Integer> told = new TreeMap<>();
                long transactions = 0;
                Tao arrived = Tao.ZERO;
                for (Run run : alike) {
                    String how = run.faults.struck ? "" : " (over the other node, the first was too slow)";
                    told.merge(run.told().replace("|", "\\|") + how, 1, Integer::sum);
                    transactions += nonce(chain, run.from);
                    arrived = arrived.plus(chain.balance(run.to));
                }
                String all = told.entrySet().stream()
                        .map(one -> one.getValue() + " " + one.getKey())
                        .collect(Collectors.joining(", "));
                table.append("| " + kind + " | " + all + " | " + transactions + " | " + arrived + " |\n");
            });
        }
        return table.toString();
    }

    private static long nonce(Subtensor chain, AccountId account) {
        return new Answer("Account", chain.query("System", "Account", account).orElseThrow())
                .get("nonce")
                .number();
    }

    private static Map<String, Integer> tally(List<Run> runs) {
        Map<String, Integer> tally = new TreeMap<>();
        runs.forEach(run -> tally.merge(
                run.outcome
                        .map(o -> o instanceof ExtrinsicOutcome.Refused refused
                                ? refused.error()
                                : o.getClass().getSimpleName())
                        .orElse("not sent"),
                1,
                Integer::sum));
        return tally;
    }

    private static void judge(URI node, List<Run> runs) {
        try (Subtensor chain = Subtensor.connect(Network.of(node))) {
            for (Run run : runs) {
                Tao arrived = chain.balance(run.to);
                Tao spent = GIFT.minus(chain.balance(run.from));
                long nonce = nonce(chain, run.from);
                assertThat(run.faults.submissions).as("sent once: %s", run).isLessThanOrEqualTo(1);
                assertThat(nonce).as("once or not at all: %s", run).isIn(0L, 1L);
                assertThat(arrived).as("as its number says: %s", run).isEqualTo(nonce == 1 ? AMOUNT : Tao.ZERO);
                if (run.outcome.isEmpty()) {
                    assertThat(nonce).as("not sent: %s", run).isZero();
                } else if (run.outcome.get() instanceof ExtrinsicOutcome.Included included) {
                    assertThat(nonce).as("included: %s", run).isOne();
                    assertThat(spent).as("paid once: %s", run).isEqualTo(AMOUNT.plus(included.fee()));
                    assertThat(chain.block(included.block().number())).contains(included.block());
                    assertThat(included.event("Balances", "Transfer")).isPresent();
                } else if (run.outcome.get() instanceof ExtrinsicOutcome.Refused) {
                    assertThat(nonce).as("refused: %s", run).isZero();
                    assertThat(spent).as("refused: %s", run).isEqualTo(Tao.ZERO);
                } else if (run.outcome.get() instanceof ExtrinsicOutcome.Unknown unknown) {
                    assertThat(unknown.validUntil()).isPresent();
                    assertThat(unknown.nonce()).isZero();
                    assertThat(unknown.reason()).isNotEmpty();
                }
            }
        }
    }

    private static List<Run> run(URI node, Pace pace, int first, int count, int atOnce) throws Exception {
        List<Keypair> senders = new ArrayList<>();
        // Accounts that no earlier run on a chain that lasts has used.
        Random names = pace == FAST ? new Random(7) : new Random();
        String base = Long.toHexString(names.nextLong());
        for (int i = 0; i < count; i++) {
            senders.add(Keypair.development("faults-" + base + "-" + i));
        }
        try (Subtensor chain = Subtensor.connect(Network.of(node));
                Keypair alice = Keypair.development("Alice")) {
            List<Call> gifts = senders.stream()
                    .map(sender -> Calls.transfer(sender.account(), GIFT))
                    .toList();
            for (int from = 0; from < count; from += 25) {
                chain.submit(Calls.batchAll(gifts.subList(from, Math.min(count, from + 25))), alice)
                        .orThrow();
            }
        }
        ExecutorService workers = Executors.newFixedThreadPool(atOnce);
        try {
            List<Callable<Run>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Keypair sender = senders.get(i);
                int seed = first + i;
                all.add(() -> one(node, pace, seed, sender));
            }
            List<Run> runs = new ArrayList<>();
            for (Future<Run> run : workers.invokeAll(all)) {
                runs.add(run.get());
            }
            return runs;
        } finally {
            workers.shutdownNow();
            senders.forEach(Keypair::close);
        }
    }

    private static String words(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static Run one(URI node, Pace pace, int seed, Keypair sender) throws InterruptedException {
        Random random = new Random(seed);
        Stage stage = Stage.values()[seed % Stage.values().length];
        Fault fault = Fault.values()[seed / Stage.values().length % Fault.values().length];
        // A third strikes again while the fate is looked up, and every other one has a second node to go to.
        int again = random.nextInt(3) == 0 ? 1 + random.nextInt(8) : 0;
        boolean fallback = random.nextBoolean();
        Faults faults = new Faults(stage, fault, again, random);
        AccountId to;
        try (Keypair recipient = sender.derive("//to")) {
            to = recipient.account();
        }
        String kind = words(stage) + " | " + words(fault);
        String more = (again > 0 ? ", cut again after " + again + " more" : "") + (fallback ? ", two nodes" : "");
        try (FaultProxy proxy = FaultProxy.start(node, faults);
                FaultProxy other = FaultProxy.start(node, faults::count)) {
            Network network = Network.of(proxy.uri());
            try (Subtensor chain =
                    Subtensor.connect(fallback ? network.withFallbacks(other.uri()) : network, pace.options)) {
                ExtrinsicOutcome outcome = chain.submit(Calls.transfer(to, AMOUNT), sender, pace.submit);
                return new Run(seed, kind, more, sender.account(), to, Optional.of(outcome), "", faults);
            } catch (BittensorException e) {
                return new Run(
                        seed,
                        kind,
                        more,
                        sender.account(),
                        to,
                        Optional.empty(),
                        e.code() + " " + e.getMessage(),
                        faults);
            }
        }
    }

    /** Strikes once at a stage, and perhaps once more so many messages later. */
    private static final class Faults implements FaultProxy.Script {
        private final Stage stage;
        private final Fault fault;
        private final Random random;
        private int again;
        private long submission = -1;
        private int submissions;
        private boolean struck;

        Faults(Stage stage, Fault fault, int again, Random random) {
            this.stage = stage;
            this.fault = fault;
            this.again = again;
            this.random = random;
        }

        /** For a node whose connection holds: only looks how often something is submitted. */
        synchronized Verdict count(Direction direction, String text) {
            if (direction == Direction.TO_SERVER && text.contains(SUBMIT)) {
                submissions++;
            }
            return Verdict.PASS;
        }

        @Override
        public synchronized Verdict decide(Direction direction, String text) {
            count(direction, text);
            if (struck) {
                return again > 0 && --again == 0 ? Verdict.CUT : Verdict.PASS;
            }
            if (text.length() > 5000) {
                return Verdict.PASS;
            }
            JsonNode message;
            try {
                message = ScriptedNode.JSON.readTree(text);
            } catch (JsonProcessingException e) {
                throw new AssertionError(e);
            }
            boolean submitting = message.path("method").asText().equals(SUBMIT);
            if (submitting) {
                submission = message.get("id").asLong();
            }
            JsonNode news = message.path("method").asText().equals("author_extrinsicUpdate")
                    ? message.path("params").path("result")
                    : null;
            boolean now = switch (stage) {
                case BEFORE_SEND -> submitting;
                case AFTER_SEND ->
                    direction == Direction.TO_CLIENT && message.path("id").asLong(-2) == submission;
                case IN_THE_POOL -> news != null;
                case AFTER_INCLUSION -> news != null && news.has("inBlock");
            };
            struck = now;
            return now ? strike(message, text) : Verdict.PASS;
        }

        private Verdict strike(JsonNode message, String text) {
            return switch (fault) {
                case CUT -> Verdict.CUT;
                case CUT_AFTER -> Verdict.CUT_AFTER;
                case STALL -> Verdict.STALL;
                case SWALLOW -> Verdict.SWALLOW;
                case REPEAT -> Verdict.REPEAT;
                case GARBLE_TEXT -> Verdict.replace(text.substring(0, random.nextInt(text.length())));
                case GARBLE_ANSWER ->
                    Verdict.replace("{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id") + ",\"result\":"
                            + List.of("null", "{}", "[[]]", "true").get(random.nextInt(4)) + "}");
                case GARBLE_FRAMES -> {
                    byte[] bytes = new byte[64];
                    random.nextBytes(bytes);
                    yield Verdict.raw(bytes);
                }
            };
        }
    }
}
