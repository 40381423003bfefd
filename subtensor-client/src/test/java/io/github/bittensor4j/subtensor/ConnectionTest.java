package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.subtensor.ConnectionEvent.Kind;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several nodes of one chain: which is used, when it is left for the next, and what becomes of what was on its way. */
@Timeout(60)
class ConnectionTest {
    private static final String OTHER_CHAIN = "0x" + "cd".repeat(32);

    private final LinkedBlockingQueue<ConnectionEvent> events = new LinkedBlockingQueue<>();
    private final SubtensorOptions quick = SubtensorOptions.defaults()
            .callDeadline(Duration.ofSeconds(10))
            .reconnectDelays(Duration.ofMillis(20), Duration.ofMillis(100))
            .listener(events::add);
    private ScriptedNode first;
    private ScriptedNode second;

    @BeforeEach
    void two_nodes() throws Exception {
        first = node("first");
        second = node("second");
    }

    private static ScriptedNode node(String name) throws Exception {
        return new ScriptedNode()
                .answering("who", name)
                .answering("chain_getHeader", header(100))
                .answering("system_health", Map.of("isSyncing", false));
    }

    private static Map<String, String> header(long number) {
        return Map.of("number", "0x" + Long.toHexString(number));
    }

    @AfterEach
    void end() {
        first.close();
        second.close();
    }

    private Network both() {
        return Network.of(first.uri()).withFallbacks(second.uri());
    }

    private static String who(JsonRpc rpc) {
        return rpc.call("who").asText();
    }

    private ConnectionEvent next(Kind kind) throws InterruptedException {
        while (true) {
            ConnectionEvent event = events.poll(30, TimeUnit.SECONDS);
            assertThat(event).as("%s", kind).isNotNull();
            if (event.kind() == kind) {
                return event;
            }
        }
    }

    private static URI nowhere() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return URI.create("ws://127.0.0.1:" + socket.getLocalPort());
        }
    }

    @Test
    void the_first_node_that_can_be_reached_is_used() throws Exception {
        URI nowhere = nowhere();
        Network network = Network.of(nowhere).withFallbacks(first.uri(), second.uri());
        try (JsonRpc rpc = JsonRpc.connect(network, quick)) {
            assertThat(who(rpc)).isEqualTo("first");
            assertThat(rpc.endpoint()).isEqualTo(first.uri());
        }
        assertThat(next(Kind.UNREACHABLE).endpoint()).isEqualTo(nowhere);
        assertThat(next(Kind.CONNECTED).endpoint()).isEqualTo(first.uri());
        assertThat(second.connections()).isZero();
    }

    @Test
    void a_node_that_refuses_with_429_is_left_for_the_next_and_left_alone_as_long_as_it_says() throws Exception {
        first.refuseWith(429, 60);
        try (JsonRpc rpc = JsonRpc.connect(both(), quick)) {
            assertThat(who(rpc)).isEqualTo("second");
            assertThat(next(Kind.UNREACHABLE).detail()).contains("429");
            first.refuseWith(0);
            // The pause of the first is not over, though its own back-off would be.
            for (int i = 0; i < 5; i++) {
                next(Kind.CONNECTED);
                second.nextConnection().breakOff();
                next(Kind.LOST);
                assertThat(who(rpc)).isEqualTo("second");
            }
        }
    }

    @Test
    void a_read_under_way_is_asked_again_at_the_next_node() throws Exception {
        first.on("who", (peer, request) -> peer.crash());
        try (JsonRpc rpc = JsonRpc.connect(both(), quick)) {
            assertThat(who(rpc)).isEqualTo("second");
        }
        assertThat(next(Kind.LOST).endpoint()).isEqualTo(first.uri());
    }

    @Test
    void what_changes_something_is_not_sent_again_to_the_next_node_either() throws Exception {
        first.on("change", (peer, request) -> peer.crash());
        second.answering("change", "done twice");
        try (JsonRpc rpc = JsonRpc.connect(both(), quick)) {
            assertThatExceptionOfType(LostException.class).isThrownBy(() -> rpc.callOnce("change"));
            assertThat(who(rpc)).isEqualTo("second");
        }
        assertThat(second.asked("change")).isZero();
    }

    @Test
    void a_node_of_another_chain_is_refused_by_name_and_asked_nothing() throws Exception {
        first.answering("chain_getBlockHash", OTHER_CHAIN);
        Network network = new Network("mine", both().endpoints(), List.of(), Optional.of(ScriptedNode.GENESIS));
        try (JsonRpc rpc = JsonRpc.connect(network, quick)) {
            assertThat(who(rpc)).isEqualTo("second");
        }
        assertThat(next(Kind.REFUSED).detail())
                .contains(first.uri().toString(), "another chain", OTHER_CHAIN, ScriptedNode.GENESIS);
        assertThat(first.asked("who")).isZero();
    }

    @Test
    void where_every_node_is_of_another_chain_nothing_is_asked_at_all() {
        first.answering("chain_getBlockHash", OTHER_CHAIN);
        Network network = new Network("mine", List.of(first.uri()), List.of(), Optional.of(ScriptedNode.GENESIS));
        assertThatExceptionOfType(ChainException.class)
                .isThrownBy(() -> JsonRpc.connect(network, quick))
                .satisfies(e -> assertThat(e.code()).isEqualTo("chain.identity"))
                .withMessageContaining(first.uri().toString());
    }

    @Test
    void a_node_that_becomes_another_chain_is_refused_and_calls_fail_closed() throws Exception {
        try (JsonRpc rpc = JsonRpc.connect(first.uri(), quick)) {
            assertThat(who(rpc)).isEqualTo("first");
            first.answering("chain_getBlockHash", OTHER_CHAIN);
            first.nextConnection().breakOff();
            next(Kind.REFUSED);
            assertThatExceptionOfType(ChainException.class)
                    .isThrownBy(() -> rpc.call("who"))
                    .satisfies(e -> assertThat(e.code()).isEqualTo("chain.identity"));
            first.answering("chain_getBlockHash", ScriptedNode.GENESIS);
            next(Kind.CONNECTED);
            assertThat(who(rpc)).isEqualTo("first");
            assertThat(first.asked("who")).isEqualTo(2);
        }
    }

    @Test
    void a_node_that_lags_behind_or_synchronises_is_left_for_the_next() throws Exception {
        first.answering("system_health", Map.of("isSyncing", true));
        try (JsonRpc rpc = JsonRpc.connect(both(), quick)) {
            assertThat(who(rpc)).isEqualTo("second");
            assertThat(next(Kind.UNREACHABLE).detail()).contains("lags");
            // In this order: it is looked at meanwhile, and is never well.
            first.answering("chain_getHeader", header(94)).answering("system_health", Map.of("isSyncing", false));
            second.nextConnection().breakOff();
            assertThat(next(Kind.UNREACHABLE).endpoint()).isEqualTo(first.uri());
            assertThat(who(rpc)).isEqualTo("second");
        }
    }

    @Test
    void a_node_that_lags_behind_is_better_than_none() throws Exception {
        first.answering("system_health", Map.of("isSyncing", true));
        Network network = Network.of(first.uri()).withFallbacks(nowhere());
        try (JsonRpc rpc = JsonRpc.connect(network, quick)) {
            assertThat(who(rpc)).isEqualTo("first");
        }
    }

    @Test
    void a_node_that_tells_no_new_block_any_more_is_left_for_the_next() throws Exception {
        first.on("chain_subscribeNewHeads", (peer, request) -> {
            peer.answer(request, "heads");
            peer.notice("heads", header(101));
        });
        try (JsonRpc rpc = JsonRpc.connect(both(), quick.staleAfter(Duration.ofMillis(200)))) {
            ConnectionEvent lost = next(Kind.LOST);
            assertThat(lost.endpoint()).isEqualTo(first.uri());
            assertThat(lost.detail()).contains("no new block", "101");
            assertThat(who(rpc)).isEqualTo("second");
        }
    }

    @Test
    void a_node_whose_every_answer_is_too_many_requests_is_left_for_the_next() throws Exception {
        first.on("who", (peer, request) -> peer.error(request, -32999, "RPC rate limit exceeded", null));
        try (JsonRpc rpc = JsonRpc.connect(both(), quick)) {
            assertThat(who(rpc)).isEqualTo("second");
        }
        assertThat(next(Kind.BUSY).detail()).contains("rate limit");
        assertThat(next(Kind.LOST).detail()).contains("too much");
    }

    @Test
    void too_many_requests_is_waited_out_and_asked_again() throws Exception {
        AtomicInteger times = new AtomicInteger();
        List<Integer> codes = List.of(429, -32004, -32005, -32999, -32009);
        first.on("who", (peer, request) -> {
            int n = times.getAndIncrement();
            if (n < codes.size()) {
                peer.error(request, codes.get(n), "slow down", null);
            } else {
                peer.answer(request, "at last");
            }
        });
        try (JsonRpc rpc = JsonRpc.connect(first.uri(), quick)) {
            assertThat(who(rpc)).isEqualTo("at last");
        }
        assertThat(first.connections()).isEqualTo(1);
    }

    @Test
    void too_many_requests_until_the_deadline_is_what_the_caller_hears() throws Exception {
        first.on("who", (peer, request) -> peer.error(request, 429, "slow down", null));
        try (JsonRpc rpc = JsonRpc.connect(first.uri(), quick.callDeadline(Duration.ofMillis(300)))) {
            assertThatExceptionOfType(NodeException.class)
                    .isThrownBy(() -> rpc.call("who"))
                    .satisfies(e -> assertThat(e.rpcCode()).isEqualTo(429))
                    .satisfies(e -> assertThat(e.retryable()).isTrue());
        }
    }

    @Test
    void what_changes_something_is_not_sent_again_because_of_too_many_requests() throws Exception {
        first.on("change", (peer, request) -> peer.error(request, 429, "slow down", null));
        try (JsonRpc rpc = JsonRpc.connect(first.uri(), quick)) {
            assertThatExceptionOfType(NodeException.class).isThrownBy(() -> rpc.callOnce("change"));
        }
        assertThat(first.asked("change")).isEqualTo(1);
    }

    @Test
    void more_requests_than_allowed_a_second_wait_for_their_turn_or_are_told_that_it_comes_too_late() throws Exception {
        SubtensorOptions slow = quick.requestsPerSecond(1).callDeadline(Duration.ofMillis(1500));
        try (JsonRpc rpc = JsonRpc.connect(first.uri(), slow)) {
            assertThatExceptionOfType(ChainException.class)
                    .isThrownBy(() -> {
                        for (int i = 0; i < 20; i++) {
                            Deadline.within(Duration.ofMillis(200), () -> rpc.call("who"));
                        }
                    })
                    .satisfies(e -> assertThat(e.code()).isEqualTo("chain.busy"))
                    .withMessageContaining("its turn");
        }
    }

    @Test
    void a_discarded_state_is_read_from_the_archive_and_nothing_else_is() throws Exception {
        first.on("state", (peer, request) -> {
            if (request.get("params").get(0).asText().equals("old")) {
                peer.error(request, 4003, "Client error: UnknownBlock: State already discarded for 0x12", null);
            } else {
                peer.answer(request, "recent");
            }
        });
        second.answering("state", "from the archive");
        Network network = Network.of(first.uri()).withArchives(second.uri());
        try (JsonRpc rpc = JsonRpc.connect(network, quick)) {
            assertThat(rpc.call("state", "new").asText()).isEqualTo("recent");
            assertThat(second.connections()).isZero();
            assertThat(rpc.call("state", "old").asText()).isEqualTo("from the archive");
            assertThat(rpc.call("state", "old").asText()).isEqualTo("from the archive");
            assertThat(rpc.call("state", "new").asText()).isEqualTo("recent");
            assertThat(second.connections()).isEqualTo(1);
            assertThat(second.asked("state")).isEqualTo(2);
        }
    }

    @Test
    void an_archive_of_another_chain_is_not_believed() throws Exception {
        first.on("state", (peer, request) -> peer.error(request, -32000, "State already discarded for 0x12", null));
        second.answering("chain_getBlockHash", OTHER_CHAIN).answering("state", "a lie");
        Network network = Network.of(first.uri()).withArchives(second.uri());
        try (JsonRpc rpc = JsonRpc.connect(network, quick)) {
            assertThatExceptionOfType(ChainException.class)
                    .isThrownBy(() -> rpc.call("state"))
                    .satisfies(e -> assertThat(e.code()).isEqualTo("chain.identity"));
        }
        assertThat(second.asked("state")).isZero();
    }

    @Test
    void requests_at_once_are_sent_as_one_and_singly_where_the_node_refuses_that() throws Exception {
        first.on(
                "echo",
                (peer, request) -> peer.answer(request, request.get("params").get(0)));
        List<Question> questions = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < 70; i++) {
            questions.add(new Question("echo", i));
            expected.add(i);
        }
        try (JsonRpc rpc = JsonRpc.connect(first.uri(), quick)) {
            assertThat(rpc.callAll(questions).stream().map(JsonNode::asInt)).isEqualTo(expected);
            assertThat(first.batches()).isEqualTo(3);
            first.refuseBatches();
            assertThat(rpc.callAll(questions).stream().map(JsonNode::asInt)).isEqualTo(expected);
            assertThat(rpc.callAll(questions).stream().map(JsonNode::asInt)).isEqualTo(expected);
            assertThat(first.asked("echo")).isEqualTo(210);
        }
    }

    @Test
    void work_of_many_reads_ends_within_its_limit_as_a_whole() throws Exception {
        first.on("silent", (peer, request) -> {});
        try (JsonRpc rpc = JsonRpc.connect(first.uri(), quick.callDeadline(Duration.ofMinutes(10)))) {
            assertThatExceptionOfType(ChainException.class)
                    .isThrownBy(() -> Deadline.within(Duration.ofMillis(200), () -> {
                        who(rpc);
                        return Deadline.within(Duration.ofMinutes(5), () -> rpc.call("silent"));
                    }))
                    .satisfies(e -> assertThat(e.code()).isEqualTo("chain.deadline"));
            assertThat(who(rpc)).isEqualTo("first");
        }
    }

    @Test
    void a_read_is_cancelled_by_its_future() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        first.on("silent", (peer, request) -> asked.countDown());
        ExecutorService executor = Executors.newSingleThreadExecutor();
        AtomicReference<String> code = new AtomicReference<>();
        try (JsonRpc rpc = JsonRpc.connect(first.uri(), quick.callDeadline(Duration.ofMinutes(10)))) {
            CompletableFuture<Void> ended = new CompletableFuture<>();
            Future<?> read = executor.submit(() -> {
                try {
                    rpc.call("silent");
                } catch (ChainException e) {
                    code.set(e.code());
                }
                ended.complete(null);
            });
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            read.cancel(true);
            ended.get(10, TimeUnit.SECONDS);
            assertThat(code.get()).isEqualTo("chain.interrupted");
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void a_subscription_is_restored_at_the_next_node_and_tried_again_where_that_fails() throws Exception {
        LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        AtomicInteger tries = new AtomicInteger();
        first.on("subscribe", (peer, request) -> {
            peer.answer(request, "one");
            peer.notice("one", "from the first");
        });
        second.on("subscribe", (peer, request) -> {
            if (tries.getAndIncrement() == 0) {
                peer.error(request, -32006, "Too many subscriptions on the connection", null);
            } else {
                peer.answer(request, 7);
                peer.notice("7", "from the second");
            }
        });
        try (JsonRpc rpc = JsonRpc.connect(both(), quick)) {
            ScriptedNode.Peer peer = first.nextConnection();
            rpc.subscribe("subscribe", "unsubscribe", true, n -> heard.add(n.asText()), () -> {});
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("from the first");
            peer.breakOff();
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("from the second");
            assertThat(tries.get()).isEqualTo(2);
        }
    }

    @Test
    void a_connection_on_which_nothing_comes_while_requests_wait_is_left_for_the_next_node() throws Exception {
        first.on("who", (peer, request) -> {});
        try (JsonRpc rpc = JsonRpc.connect(both(), quick.callDeadline(Duration.ofSeconds(2)))) {
            assertThat(who(rpc)).isEqualTo("second");
        }
        assertThat(next(Kind.LOST).detail()).contains("answered nothing");
    }

    /** Counts how often a node is asked of which chain it is, which it tells. */
    private static CountDownLatch greeted(ScriptedNode node, int times) {
        CountDownLatch left = new CountDownLatch(times);
        node.on("chain_getBlockHash", (peer, request) -> {
            peer.answer(request, ScriptedNode.GENESIS);
            left.countDown();
        });
        return left;
    }

    /** Looks at a preferred node more often than it takes to go back to it. */
    private static void looksAgainAndAgain(ScriptedNode node) throws InterruptedException {
        assertThat(greeted(node, 25).await(30, TimeUnit.SECONDS)).isTrue();
    }

    private SubtensorOptions returning() {
        return quick.returnAfter(Duration.ofMillis(100));
    }

    @Test
    void the_preferred_node_is_gone_back_to_once_it_is_well_again_and_subscriptions_with_it() throws Exception {
        LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        first.refuseWith(503);
        for (ScriptedNode node : List.of(first, second)) {
            node.on("subscribe", (peer, request) -> {
                peer.answer(request, "news");
                peer.notice("news", node == first ? "from the first" : "from the second");
            });
        }
        try (JsonRpc rpc = JsonRpc.connect(both(), returning())) {
            rpc.subscribe("subscribe", "unsubscribe", true, n -> heard.add(n.asText()), () -> {});
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("from the second");
            assertThat(next(Kind.CONNECTED).endpoint()).isEqualTo(second.uri());
            first.refuseWith(0);
            ConnectionEvent returned = next(Kind.RETURNED);
            assertThat(returned.endpoint()).isEqualTo(first.uri());
            assertThat(returned.detail()).contains("100 ms", second.uri().toString());
            assertThat(rpc.endpoint()).isEqualTo(first.uri());
            assertThat(who(rpc)).isEqualTo("first");
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("from the first");
            assertThat(events).noneMatch(event -> event.kind() == Kind.LOST);
        }
    }

    @Test
    void a_read_under_way_is_asked_again_at_the_preferred_node_that_is_gone_back_to() throws Exception {
        first.refuseWith(503);
        first.answering("slow", "first");
        CountDownLatch asked = new CountDownLatch(1);
        second.on("slow", (peer, request) -> asked.countDown());
        try (JsonRpc rpc = JsonRpc.connect(both(), returning())) {
            CompletableFuture<String> slow =
                    CompletableFuture.supplyAsync(() -> rpc.call("slow").asText(), task -> new Thread(task).start());
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            first.refuseWith(0);
            assertThat(slow.get(30, TimeUnit.SECONDS)).isEqualTo("first");
            next(Kind.RETURNED);
        }
    }

    @Test
    void while_something_is_under_way_that_is_sent_only_once_the_connection_stays_where_it_is() throws Exception {
        first.refuseWith(503);
        first.answering("change", "done twice");
        CompletableFuture<JsonNode> change = new CompletableFuture<>();
        second.on("change", (peer, request) -> change.complete(request));
        second.on("submit", (peer, request) -> peer.answer(request, "watch"));
        try (JsonRpc rpc = JsonRpc.connect(both(), returning())) {
            ScriptedNode.Peer peer = second.nextConnection();
            CompletableFuture<String> changed = CompletableFuture.supplyAsync(
                    () -> rpc.callOnce("change").asText(), task -> new Thread(task).start());
            JsonNode request = change.get(10, TimeUnit.SECONDS);
            first.refuseWith(0);
            looksAgainAndAgain(first);
            LinkedBlockingQueue<String> words = new LinkedBlockingQueue<>();
            Subscriptions.One watch =
                    rpc.subscribe("submit", "unwatch", false, n -> words.add(n.asText()), () -> words.add("lost"));
            peer.answer(request, "done");
            assertThat(changed.get(10, TimeUnit.SECONDS)).isEqualTo("done");
            looksAgainAndAgain(first);
            peer.notice("watch", "included");
            assertThat(words.poll(10, TimeUnit.SECONDS)).isEqualTo("included");
            assertThat(events).noneMatch(event -> event.kind() == Kind.RETURNED);
            watch.close();
            next(Kind.RETURNED);
            assertThat(who(rpc)).isEqualTo("first");
            assertThat(words).isEmpty();
        }
        assertThat(first.asked("change") + first.asked("submit")).isZero();
    }

    @Test
    void a_preferred_node_that_lags_or_is_of_another_chain_is_not_gone_back_to() throws Exception {
        first.refuseWith(503);
        try (JsonRpc rpc = JsonRpc.connect(both(), returning())) {
            next(Kind.CONNECTED);
            first.answering("chain_getBlockHash", OTHER_CHAIN).refuseWith(0);
            assertThat(next(Kind.REFUSED).detail()).contains(first.uri().toString(), "another chain");
            first.answering("chain_getHeader", header(94)).answering("chain_getBlockHash", ScriptedNode.GENESIS);
            ConnectionEvent lags = next(Kind.UNREACHABLE);
            while (!lags.detail().contains("lags")) {
                lags = next(Kind.UNREACHABLE);
            }
            assertThat(lags.endpoint()).isEqualTo(first.uri());
            // One block behind is no lag, and still nothing to go back for.
            first.answering("chain_getHeader", header(99));
            looksAgainAndAgain(first);
            assertThat(events).noneMatch(event -> event.kind() == Kind.RETURNED);
            assertThat(who(rpc)).isEqualTo("second");
            assertThat(first.asked("who")).isZero();
            first.answering("chain_getHeader", header(100));
            next(Kind.RETURNED);
            assertThat(who(rpc)).isEqualTo("first");
        }
    }

    @Test
    void a_node_that_is_looked_at_can_not_answer_what_the_other_was_asked() throws Exception {
        first.refuseWith(503);
        CompletableFuture<JsonNode> slow = new CompletableFuture<>();
        second.on("slow", (peer, request) -> slow.complete(request));
        CountDownLatch lied = new CountDownLatch(1);
        first.on("chain_getBlockHash", (peer, request) -> {
            for (int id = 1; id < request.get("id").asInt(); id++) {
                peer.text("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":\"a lie\"}");
            }
            peer.answer(request, ScriptedNode.GENESIS);
            lied.countDown();
        });
        try (JsonRpc rpc = JsonRpc.connect(both(), quick)) {
            ScriptedNode.Peer peer = second.nextConnection();
            CompletableFuture<String> answer =
                    CompletableFuture.supplyAsync(() -> rpc.call("slow").asText(), task -> new Thread(task).start());
            JsonNode request = slow.get(10, TimeUnit.SECONDS);
            first.refuseWith(0);
            assertThat(lied.await(20, TimeUnit.SECONDS)).isTrue();
            // What the first said before its end is looked at before that.
            first.nextConnection().breakOff();
            while (!next(Kind.UNREACHABLE).detail().contains("shutting down")) {
                assertThat(answer).isNotDone();
            }
            assertThat(answer).isNotDone();
            peer.answer(request, "the truth");
            assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("the truth");
        }
    }

    @Test
    void a_preferred_node_that_is_well_already_takes_over_when_the_other_is_lost() throws Exception {
        first.refuseWith(503);
        // Looked at every two seconds, the second time only where it was well.
        try (JsonRpc rpc = JsonRpc.connect(both(), quick.returnAfter(Duration.ofSeconds(16)))) {
            next(Kind.CONNECTED);
            CountDownLatch seen = greeted(first, 2);
            first.refuseWith(0);
            assertThat(seen.await(20, TimeUnit.SECONDS)).isTrue();
            second.nextConnection().breakOff();
            assertThat(next(Kind.LOST).endpoint()).isEqualTo(second.uri());
            assertThat(next(Kind.CONNECTED).endpoint()).isEqualTo(first.uri());
            assertThat(who(rpc)).isEqualTo("first");
            assertThat(first.connections()).isEqualTo(1);
        }
    }

    @Test
    void what_is_preferred_is_looked_at_with_growing_pauses_and_not_before_its_own_pause_is_over() {
        Backoff pauses = new Backoff(Duration.ofNanos(10), Duration.ofNanos(10));
        Endpoints endpoints = new Endpoints(
                List.of(URI.create("ws://a:1"), URI.create("ws://b:1")),
                pauses,
                new Backoff(Duration.ofNanos(100), Duration.ofNanos(400)),
                0);
        Endpoints.One a = endpoints.next(0);
        endpoints.failed(a, "away", 0, 0);
        Endpoints.One b = endpoints.next(0);
        endpoints.reached(b);
        assertThat(endpoints.preferred(b, 49)).isEmpty();
        assertThat(endpoints.preferred(b, 100)).contains(a);
        assertThat(endpoints.preferred(a, 100)).isEmpty();
        endpoints.missed(a, "away", 0, 0);
        assertThat(endpoints.preferred(b, 99)).isEmpty();
        assertThat(endpoints.preferred(b, 200)).contains(a);
        for (int i = 0; i < 10; i++) {
            endpoints.missed(a, "away", 0, 0);
        }
        assertThat(endpoints.preferred(b, 199)).isEmpty();
        assertThat(endpoints.preferred(b, 400)).contains(a);
        endpoints.missed(a, "HTTP 429", 5000, 0);
        assertThat(endpoints.preferred(b, 4999)).isEmpty();
        assertThat(endpoints.preferred(b, 5000)).contains(a);
        // The choice after a loss is as free as if nobody had looked.
        assertThat(endpoints.allTried()).isFalse();
        endpoints.held(a);
        endpoints.missed(a, "away", 0, 0);
        assertThat(endpoints.preferred(b, 100)).contains(a);
    }

    @Test
    void networks_are_read_as_people_type_them() {
        assertThat(Network.parse(" Finney ")).isEqualTo(Network.finney());
        assertThat(Network.finney().archives()).hasSize(1);
        assertThat(Network.parse("archive").genesisHash())
                .isEqualTo(Network.finney().genesisHash());
        assertThat(Network.parse("ws://a:1, wss://b:2").endpoints())
                .containsExactly(URI.create("ws://a:1"), URI.create("wss://b:2"));
        for (String wrong : List.of("", "ws://a:1,", "http://a", "ws://", "nowhere", "ws://a b")) {
            assertThatExceptionOfType(InvalidValueException.class)
                    .as(wrong)
                    .isThrownBy(() -> Network.parse(wrong))
                    .withMessageContaining("finney");
        }
        for (String port : List.of("ws://a:70000", "ws://a:0")) {
            assertThatExceptionOfType(InvalidValueException.class)
                    .isThrownBy(() -> Network.parse(port))
                    .withMessageContaining("a port from 1 to 65535");
        }
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> Network.parse("wss://me:hunter2@node.example"))
                .withMessageContaining("user and password")
                .withMessageNotContaining("hunter2");
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> new Network("x", List.of(), List.of(), Optional.empty()));
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> new Network("x", List.of(URI.create("ws://a:1")), List.of(), Optional.of("0x12")));
    }

    @Test
    void the_stock_of_requests_fills_at_its_rate_up_to_its_size() {
        AtomicReference<Long> now = new AtomicReference<>(0L);
        TokenBucket bucket = new TokenBucket(10, 20, now::get);
        assertThat(bucket.take(20)).isZero();
        assertThat(bucket.take(1)).isEqualTo(100_000_000L);
        assertThat(bucket.take(1)).isEqualTo(200_000_000L);
        bucket.giveBack(1);
        now.set(100_000_000L);
        assertThat(bucket.take(1)).isEqualTo(100_000_000L);
        now.set(3_600_000_000_000L);
        assertThat(bucket.take(20)).isZero();
        bucket.empty();
        assertThat(bucket.take(1)).isEqualTo(100_000_000L);
    }

    @Test
    void of_several_endpoints_the_first_whose_pause_is_over_is_next() {
        Backoff none = new Backoff(Duration.ofNanos(1), Duration.ofNanos(1));
        Endpoints endpoints = new Endpoints(
                List.of(URI.create("ws://a:1"), URI.create("ws://b:1"), URI.create("ws://c:1")), none, none, 0);
        Endpoints.One a = endpoints.next(0);
        assertThat(a.uri.getHost()).isEqualTo("a");
        endpoints.failed(a, "away", 100, 0);
        Endpoints.One b = endpoints.next(0);
        assertThat(b.uri.getHost()).isEqualTo("b");
        endpoints.failed(b, "away", 50, 0);
        Endpoints.One c = endpoints.next(10);
        endpoints.failed(c, "away", 500, 10);
        assertThat(endpoints.allTried()).isTrue();
        assertThat(endpoints.next(10)).isSameAs(b);
        assertThat(endpoints.pause(10)).isEqualTo(40);
        assertThat(endpoints.next(200)).isSameAs(a);
        endpoints.reached(a);
        assertThat(endpoints.allTried()).isFalse();
        assertThat(endpoints.refusal()).isNull();
        assertThat(endpoints.troubles()).contains("ws://a:1: away", "ws://c:1: away");
    }
}
