package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JsonRpcTest {
    private static final SubtensorOptions QUICK = SubtensorOptions.defaults()
            .callDeadline(Duration.ofSeconds(10))
            .reconnectDelays(Duration.ofMillis(20), Duration.ofMillis(100));

    @Test
    void answers_find_their_questions_in_whatever_order_they_come() throws Exception {
        List<JsonNode> kept = new ArrayList<>();
        try (ScriptedNode node = new ScriptedNode()) {
            node.on("echo", (peer, request) -> {
                synchronized (kept) {
                    kept.add(request);
                    if (kept.size() == 3) {
                        for (int i = 2; i >= 0; i--) {
                            peer.answer(kept.get(i), kept.get(i).get("params").get(0));
                        }
                    }
                }
            });
            try (JsonRpc rpc = JsonRpc.connect(node.uri(), QUICK)) {
                List<CompletableFuture<String>> all = new ArrayList<>();
                for (String text : List.of("a", "b", "c")) {
                    all.add(CompletableFuture.supplyAsync(
                            () -> rpc.call("echo", text).asText(), task -> new Thread(task).start()));
                }
                assertThat(all.stream().map(CompletableFuture::join)).containsExactly("a", "b", "c");
            }
        }
    }

    @Test
    void a_question_without_an_answer_ends_at_its_deadline() throws Exception {
        try (ScriptedNode node = new ScriptedNode()) {
            node.on("silent", (peer, request) -> {});
            try (JsonRpc rpc = JsonRpc.connect(node.uri(), QUICK.callDeadline(Duration.ofMillis(300)))) {
                assertThatExceptionOfType(ChainException.class)
                        .isThrownBy(() -> rpc.call("silent"))
                        .satisfies(e -> assertThat(e.code()).isEqualTo("chain.deadline"))
                        .satisfies(e -> assertThat(e.retryable()).isTrue())
                        .withMessageContaining("silent")
                        .withMessageContaining("300 ms");
            }
        }
    }

    @Test
    void an_error_of_the_node_keeps_its_number_and_words() throws Exception {
        try (ScriptedNode node = new ScriptedNode()) {
            node.on("bad", (peer, request) -> peer.error(request, 1010, "Invalid Transaction", "Custom error: 6"));
            try (JsonRpc rpc = JsonRpc.connect(node.uri(), QUICK)) {
                assertThatExceptionOfType(NodeException.class)
                        .isThrownBy(() -> rpc.call("bad"))
                        .satisfies(e -> assertThat(e.rpcCode()).isEqualTo(1010))
                        .satisfies(e -> assertThat(e.data()).isEqualTo("Custom error: 6"))
                        .satisfies(e -> assertThat(PoolError.name(e)).isEqualTo("Custom.RateLimitExceeded"));
            }
        }
    }

    @Test
    void a_read_under_way_is_asked_once_more_after_a_lost_connection() throws Exception {
        try (ScriptedNode node = new ScriptedNode()) {
            node.on("read", (peer, request) -> {
                if (peer.number == 1) {
                    peer.crash();
                } else {
                    peer.answer(request, "second");
                }
            });
            try (JsonRpc rpc = JsonRpc.connect(node.uri(), QUICK)) {
                assertThat(rpc.call("read").asText()).isEqualTo("second");
                assertThat(node.asked("read")).isEqualTo(2);
            }
        }
    }

    @Test
    void a_read_that_breaks_every_connection_is_given_up_after_two() throws Exception {
        try (ScriptedNode node = new ScriptedNode()) {
            node.on("poison", (peer, request) -> peer.crash());
            try (JsonRpc rpc = JsonRpc.connect(node.uri(), QUICK)) {
                assertThatExceptionOfType(ChainException.class)
                        .isThrownBy(() -> rpc.call("poison"))
                        .satisfies(e -> assertThat(e.code()).isEqualTo("chain.lost"));
                assertThat(node.asked("poison")).isEqualTo(2);
            }
        }
    }

    @Test
    void what_changes_something_is_never_sent_twice() throws Exception {
        try (ScriptedNode node = new ScriptedNode()) {
            node.on("change", (peer, request) -> peer.crash()).answering("read", "still here");
            try (JsonRpc rpc = JsonRpc.connect(node.uri(), QUICK)) {
                assertThatExceptionOfType(LostException.class).isThrownBy(() -> rpc.callOnce("change"));
                assertThat(rpc.call("read").asText()).isEqualTo("still here");
                assertThat(node.asked("change")).isEqualTo(1);
            }
        }
    }

    @Test
    void subscriptions_are_restored_and_early_notices_are_kept() throws Exception {
        try (ScriptedNode node = new ScriptedNode()) {
            node.on("subscribe", (peer, request) -> {
                String id = "sub" + peer.number;
                peer.notice(id, "early " + peer.number);
                peer.answer(request, id);
                peer.notice(id, "late " + peer.number);
            });
            LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
            CountDownLatch lost = new CountDownLatch(1);
            try (JsonRpc rpc = JsonRpc.connect(node.uri(), QUICK)) {
                ScriptedNode.Peer first = node.nextConnection();
                rpc.subscribe("subscribe", "unsubscribe", true, n -> heard.add(n.asText()), lost::countDown);
                assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("early 1");
                assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("late 1");
                first.breakOff();
                assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("early 2");
                assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("late 2");
                assertThat(lost.await(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void questions_asked_while_the_connection_is_away_wait_for_the_next_one() throws Exception {
        try (ScriptedNode node = new ScriptedNode()) {
            node.answering("read", 7);
            try (JsonRpc rpc = JsonRpc.connect(node.uri(), QUICK)) {
                ScriptedNode.Peer first = node.nextConnection();
                node.refuseWith(429);
                first.breakOff();
                CompletableFuture<Integer> waiting = new CompletableFuture<>();
                Thread asker =
                        new Thread(() -> waiting.complete(rpc.call("read").asInt()));
                asker.start();
                assertThat(waiting).isNotDone();
                node.refuseWith(0);
                assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo(7);
            }
        }
    }

    @Test
    void an_answer_beyond_the_limit_is_not_gathered() throws Exception {
        String large = "x".repeat(3 << 20);
        try (ScriptedNode node = new ScriptedNode()) {
            node.answering("large", large).answering("small", "fine");
            try (JsonRpc rpc = JsonRpc.connect(node.uri(), QUICK.maxAnswerBytes(1 << 20))) {
                assertThatExceptionOfType(ChainException.class)
                        .isThrownBy(() -> rpc.call("large"))
                        .satisfies(e -> assertThat(e.code()).isEqualTo("chain.lost"))
                        .satisfies(e -> assertThat(e.hint()).contains("maxAnswerBytes"))
                        .withMessageContaining("larger than");
                assertThat(rpc.call("small").asText()).isEqualTo("fine");
            }
            try (JsonRpc rpc = JsonRpc.connect(node.uri(), QUICK.maxAnswerBytes(4 << 20))) {
                assertThat(rpc.call("large").asText()).hasSize(large.length());
            }
        }
    }

    @Test
    void nonsense_between_the_answers_is_passed_over() throws Exception {
        try (ScriptedNode node = new ScriptedNode()) {
            node.on("read", (peer, request) -> {
                peer.text("not json {");
                peer.text("[1,2]");
                peer.text("{\"jsonrpc\":\"2.0\",\"id\":99999,\"result\":1}");
                peer.text("{\"jsonrpc\":\"2.0\",\"id\":\"text\",\"result\":1}");
                peer.text("{\"params\":{\"subscription\":\"nobody\",\"result\":1}}");
                peer.text("[".repeat(2000));
                peer.answer(request, "right");
            });
            try (JsonRpc rpc = JsonRpc.connect(node.uri(), QUICK)) {
                assertThat(rpc.call("read").asText()).isEqualTo("right");
            }
        }
    }

    @Test
    void a_node_that_is_not_there_is_named_within_the_connect_deadline() throws Exception {
        int unused;
        try (ServerSocket socket = new ServerSocket(0)) {
            unused = socket.getLocalPort();
        }
        URI nowhere = URI.create("ws://127.0.0.1:" + unused);
        assertThatExceptionOfType(ChainException.class)
                .isThrownBy(() -> JsonRpc.connect(nowhere, QUICK.connectDeadline(Duration.ofMillis(400))))
                .satisfies(e -> assertThat(e.code()).isEqualTo("chain.unreachable"))
                .withMessageContaining(nowhere.toString());
    }

    @Test
    void no_more_questions_than_allowed_wait_at_once() throws Exception {
        try (ScriptedNode node = new ScriptedNode()) {
            CountDownLatch asked = new CountDownLatch(1);
            node.on("silent", (peer, request) -> asked.countDown());
            try (JsonRpc rpc = JsonRpc.connect(node.uri(), QUICK.maxInFlight(1).callDeadline(Duration.ofSeconds(2)))) {
                Thread first = new Thread(() -> {
                    try {
                        rpc.call("silent");
                    } catch (ChainException e) {
                        // its deadline or the end of the test
                    }
                });
                first.start();
                assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
                assertThatExceptionOfType(ChainException.class)
                        .isThrownBy(() -> {
                            // The first one's deadline may free its place for one of these, never for both.
                            rpc.call("silent");
                            rpc.call("silent");
                        })
                        .satisfies(e -> assertThat(e.code()).isIn("chain.busy", "chain.deadline"));
            }
        }
    }

    @Test
    void closing_fails_what_waits_and_leaves_no_thread_behind() throws Exception {
        try (ScriptedNode node = new ScriptedNode()) {
            CountDownLatch asked = new CountDownLatch(1);
            node.on("silent", (peer, request) -> asked.countDown());
            JsonRpc rpc = JsonRpc.connect(node.uri(), QUICK);
            CompletableFuture<String> failure = new CompletableFuture<>();
            Thread waiting = new Thread(() -> {
                try {
                    rpc.call("silent");
                } catch (ChainException e) {
                    failure.complete(e.code());
                }
            });
            waiting.start();
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            rpc.close();
            rpc.close();
            assertThat(failure.get(10, TimeUnit.SECONDS)).isEqualTo("chain.closed");
            assertThatExceptionOfType(ChainException.class)
                    .isThrownBy(() -> rpc.call("silent"))
                    .satisfies(e -> assertThat(e.code()).isEqualTo("chain.closed"));
            waiting.join();
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                if (thread.getName().startsWith("bittensor4j-chain")) {
                    thread.join(10_000);
                    assertThat(thread.isAlive()).as(thread.getName()).isFalse();
                }
            }
        }
    }
}
