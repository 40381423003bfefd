package io.github.bittensor4j.dendrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.axon.RefusalException;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.Tensor;
import io.github.bittensor4j.core.Tensors;
import io.github.bittensor4j.dendrite.QueryOutcome.Answered;
import io.github.bittensor4j.dendrite.QueryOutcome.Invalid;
import io.github.bittensor4j.dendrite.QueryOutcome.Refused;
import io.github.bittensor4j.dendrite.QueryOutcome.TimedOut;
import io.github.bittensor4j.dendrite.QueryOutcome.Unreachable;
import io.github.bittensor4j.testkit.OpenFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DendriteAndAxonTest extends BothSides {
    record Prompt(String text) {}

    record Reply(String text) {}

    record OtherReply(int number) {}

    private static final SynapseType<Prompt, Reply> SHOUT = SynapseType.json("shout.v1", Prompt.class, Reply.class);
    private static final SynapseType<Tensors, Tensors> NUMBERS = SynapseType.tensors("numbers.v1");

    private static final Timing NO_TIME =
            new Timing(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

    private Dendrite dendrite() {
        return dendrite(DendriteOptions.defaults());
    }

    @Test
    void a_record_goes_there_and_an_answer_comes_back() throws InterruptedException {
        Axon axon = started(loopback().serve(SHOUT, (call, prompt) -> {
            assertThat(call.caller().hotkey()).isEqualTo(validator.account());
            assertThat(call.synapse()).isEqualTo("shout.v1");
            assertThat(call.remaining()).isPositive();
            return new Reply(prompt.text().toUpperCase(java.util.Locale.ROOT));
        }));
        QueryOutcome<Reply> outcome = dendrite().query(at(axon.port()), SHOUT, new Prompt("grüß"), SOON);
        assertThat(outcome.answerOrEmpty()).contains(new Reply("GRÜSS"));
        assertThat(outcome.latency()).isPositive();
        assertThat(axon.status().accepted()).isEqualTo(1);
    }

    @Test
    void closed_dendrites_leave_no_sockets_behind() throws InterruptedException {
        Axon axon = started(loopback().serve(ECHO, (call, bytes) -> bytes));
        askOnce(axon);
        long before = OpenFiles.count();
        for (int i = 0; i < 60; i++) {
            askOnce(axon);
        }
        // one connection may still be on its way at either moment
        OpenFiles.soonAtMost(before + 2);
    }

    private void askOnce(Axon axon) throws InterruptedException {
        try (Dendrite dendrite = Dendrite.open(validator)) {
            assertThat(dendrite.query(at(axon.port()), ECHO, new byte[5], SOON).answerOrEmpty())
                    .isPresent();
        }
    }

    @Test
    void bytes_go_as_they_are_also_large_ones_and_none() throws InterruptedException {
        Axon axon = started(loopback().serve(ECHO, (call, bytes) -> bytes));
        Dendrite dendrite = dendrite();
        for (int size : new int[] {0, 1, 64 << 10, (64 << 10) + 1, 3 << 20}) {
            byte[] body = new byte[size];
            new java.util.Random(size).nextBytes(body);
            assertThat(dendrite.query(at(axon.port()), ECHO, body, SOON).answerOrEmpty())
                    .hasValueSatisfying(answer -> assertThat(answer).isEqualTo(body));
        }
    }

    @Test
    void named_tensors_keep_order_type_shape_and_bits() throws InterruptedException {
        Axon axon = started(loopback().serve(NUMBERS, (call, tensors) -> tensors));
        Map<String, Tensor> byName = new LinkedHashMap<>();
        byName.put("z", Tensor.ofFloats(new float[] {1.5f, Float.NaN, -0.0f, Float.MIN_VALUE}, 2, 2));
        byName.put("a", Tensor.ofLongs(new long[] {Long.MIN_VALUE}, 1));
        byName.put("scalar", Tensor.ofLongs(new long[] {7}));
        byName.put("empty", Tensor.ofFloats(new float[0], 0, 5));
        for (Tensor.DType dtype : Tensor.DType.values()) {
            byName.put("d" + dtype, Tensor.of(dtype, new long[] {1}, new byte[dtype.size()]));
        }
        Tensors sent = new Tensors(byName);
        Tensors back = dendrite()
                .query(at(axon.port()), NUMBERS, sent, SOON)
                .answerOrEmpty()
                .orElseThrow();
        assertThat(back).isEqualTo(sent);
        assertThat(back.byName().keySet()).containsExactlyElementsOf(byName.keySet());
    }

    @Test
    void parts_of_a_stream_come_in_order_and_no_faster_than_they_are_taken() throws InterruptedException {
        AtomicInteger sent = new AtomicInteger();
        Axon axon = started(loopback().stream(ECHO, (call, bytes, parts) -> {
            for (int i = 0; i < 200; i++) {
                byte[] part = new byte[64 << 10];
                part[0] = (byte) i;
                parts.send(part);
                sent.incrementAndGet();
            }
        }));
        List<Byte> taken = new ArrayList<>();
        AtomicInteger farthest = new AtomicInteger();
        QueryOutcome<Long> outcome = dendrite().stream(at(axon.port()), ECHO, new byte[0], SOON, part -> {
            taken.add(part[0]);
            farthest.accumulateAndGet(sent.get() - taken.size(), Math::max);
        });
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Answered.class, a -> assertThat(a.answer()).isEqualTo(200L));
        assertThat(taken).hasSize(200).startsWith((byte) 0, (byte) 1, (byte) 2);
    }

    @Test
    void a_stream_that_fails_keeps_the_parts_that_came() throws InterruptedException {
        Axon axon = started(loopback().stream(ECHO, (call, bytes, parts) -> {
            parts.send(new byte[] {1});
            throw new RefusalException("out.of-tokens", false, "no more tokens");
        }));
        List<byte[]> taken = new ArrayList<>();
        QueryOutcome<Long> outcome = dendrite().stream(at(axon.port()), ECHO, new byte[0], SOON, taken::add);
        assertThat(outcome).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.code()).isEqualTo("out.of-tokens");
            assertThat(refused.message()).isEqualTo("no more tokens");
        });
        assertThat(taken).hasSize(1);
    }

    @Test
    void a_consumer_that_throws_ends_the_stream_and_the_handler_stops() throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        Axon axon = started(loopback().stream(ECHO, (call, bytes, parts) -> {
            try {
                while (true) {
                    parts.send(new byte[32 << 10]);
                }
            } catch (InterruptedException e) {
                stopped.countDown();
                throw e;
            }
        }));
        Dendrite dendrite = dendrite();
        assertThatThrownBy(() -> dendrite.stream(at(axon.port()), ECHO, new byte[0], SOON, part -> {
                    throw new IllegalStateException("enough");
                }))
                .hasMessage("enough");
        assertThat(stopped.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void every_target_has_its_own_outcome_in_order() throws Exception {
        Axon good = started(loopback().serve(SHOUT, (call, prompt) -> new Reply("ok")));
        Axon refusing =
                started(loopback().access(AccessPolicy.validatorPermit()).serve(SHOUT, (call, p) -> new Reply("")));
        CountDownLatch never = new CountDownLatch(1);
        Axon slow = started(loopback().serve(SHOUT, (call, prompt) -> {
            never.await();
            return new Reply("late");
        }));
        Axon other = started(loopback()
                .serve(
                        SynapseType.json("shout.v1", Prompt.class, OtherReply.class),
                        (call, prompt) -> new OtherReply(1)));
        int nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        ServerSocket web = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        closing.add(web);
        Thread webThread = new Thread(() -> answerHttp(web));
        webThread.setDaemon(true);
        webThread.start();
        ServerSocket mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        closing.add(mute);

        List<Target> targets = List.of(
                at(good.port()),
                at(refusing.port()),
                at(slow.port()),
                at(other.port()),
                at(nobody),
                at(web.getLocalPort()),
                at(mute.getLocalPort()),
                Target.of(miner.account(), new Endpoint("no-such-host.invalid", 1)),
                at(good.port()));
        List<QueryOutcome<Reply>> outcomes =
                dendrite().queryAll(targets, SHOUT, new Prompt("x"), Duration.ofSeconds(3));

        assertThat(outcomes).extracting(QueryOutcome::target).containsExactlyElementsOf(targets);
        assertThat(outcomes.get(0)).isInstanceOf(Answered.class);
        assertThat(outcomes.get(1))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo("access.unknown"));
        assertThat(outcomes.get(2)).isInstanceOf(TimedOut.class);
        assertThat(outcomes.get(3)).isInstanceOf(Invalid.class);
        assertThat(outcomes.get(4)).isInstanceOf(Unreachable.class);
        assertThat(outcomes.get(5)).isInstanceOfAny(Invalid.class, Unreachable.class);
        assertThat(outcomes.get(6)).isInstanceOf(TimedOut.class);
        assertThat(outcomes.get(7)).isInstanceOfAny(Unreachable.class, TimedOut.class);
        assertThat(outcomes.get(8)).isInstanceOf(Answered.class);
    }

    private static void answerHttp(ServerSocket web) {
        while (!web.isClosed()) {
            try (Socket socket = web.accept();
                    InputStream in = socket.getInputStream();
                    OutputStream out = socket.getOutputStream()) {
                in.read(new byte[100]);
                out.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                return;
            }
        }
    }

    @Test
    void an_answer_that_is_too_large_is_invalid_and_names_the_limit() throws InterruptedException {
        Axon axon = started(loopback().serve(ECHO, (call, bytes) -> new byte[5000]));
        QueryOutcome<byte[]> outcome = dendrite(DendriteOptions.defaults().maxAnswerBytes(4096))
                .query(at(axon.port()), ECHO, new byte[0], SOON);
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Invalid.class, invalid -> assertThat(invalid.reason()).contains("4096"));
    }

    @Test
    void a_request_that_is_too_large_is_refused() throws InterruptedException {
        Axon axon = started(loopback().serve(ECHO, (call, bytes) -> bytes).limits(l -> l.maxMessageBytes(4096)));
        Dendrite dendrite = dendrite();
        assertThat(dendrite.query(at(axon.port()), ECHO, new byte[4000], SOON)).isInstanceOf(Answered.class);
        QueryOutcome<byte[]> outcome = dendrite.query(at(axon.port()), ECHO, new byte[5000], SOON);
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo("limit.size"));
        assertThat(dendrite.query(at(axon.port()), ECHO, new byte[4000], SOON)).isInstanceOf(Answered.class);
    }

    @Test
    void an_axon_that_comes_back_is_reached_at_once() throws Exception {
        Dendrite dendrite = dendrite();
        Axon first = started(loopback().serve(ECHO, (call, bytes) -> bytes));
        int port = first.port();
        assertThat(dendrite.query(at(port), ECHO, new byte[1], SOON)).isInstanceOf(Answered.class);
        first.close();
        assertThat(dendrite.query(at(port), ECHO, new byte[1], SOON)).isInstanceOf(Unreachable.class);
        started(loopback()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .serve(ECHO, (call, bytes) -> bytes));
        assertThat(dendrite.query(at(port), ECHO, new byte[1], SOON)).isInstanceOf(Answered.class);
    }

    @Test
    void no_more_calls_are_under_way_than_allowed() throws InterruptedException {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Axon axon = started(loopback().limits(l -> l.running(64)).serve(ECHO, (call, bytes) -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            now.decrementAndGet();
            return bytes;
        }));
        Dendrite dendrite = dendrite(DendriteOptions.defaults().parallel(3));
        List<QueryOutcome<byte[]>> outcomes =
                dendrite.queryAll(Collections.nCopies(60, at(axon.port())), ECHO, new byte[1], SOON);
        assertThat(outcomes).hasSize(60).allMatch(outcome -> outcome instanceof Answered);
        assertThat(most.get()).isLessThanOrEqualTo(3);
    }

    @Test
    void a_future_completes_with_the_outcome_and_tells_where_the_time_went() throws Exception {
        Axon axon = started(loopback().serve(ECHO, (call, bytes) -> bytes));
        Dendrite dendrite = dendrite();
        QueryOutcome<byte[]> first =
                dendrite.queryAsync(at(axon.port()), ECHO, new byte[1], SOON).get(20, TimeUnit.SECONDS);
        assertThat(first).isInstanceOf(Answered.class);
        Timing timing = first.timing();
        assertThat(timing.connecting()).isPositive();
        assertThat(timing.sending()).isPositive();
        assertThat(timing.answering()).isPositive();
        assertThat(timing.latency())
                .isEqualTo(timing.sending().plus(timing.answering()).plus(timing.receiving()))
                .isEqualTo(first.latency());
        assertThat(timing.total())
                .isEqualTo(timing.waiting().plus(timing.connecting()).plus(timing.latency()));
    }

    @Test
    void cancelling_a_future_ends_the_call_and_makes_room() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Axon axon = started(loopback().serve(ECHO, (call, bytes) -> {
            if (bytes.length == 0) {
                return bytes;
            }
            running.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                stopped.countDown();
            }
            return bytes;
        }));
        Dendrite dendrite = dendrite(DendriteOptions.defaults().parallel(1));
        CompletableFuture<QueryOutcome<byte[]>> asked =
                dendrite.queryAsync(at(axon.port()), ECHO, new byte[1], Duration.ofMinutes(5));
        assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<QueryOutcome<byte[]>> inLine =
                dendrite.queryAsync(at(axon.port()), ECHO, new byte[1], Duration.ofMinutes(5));
        CompletableFuture<QueryOutcome<byte[]>> next = dendrite.queryAsync(at(axon.port()), ECHO, new byte[0], SOON);
        inLine.cancel(false);
        assertThat(asked.cancel(false)).isTrue();
        assertThat(stopped.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(next.get(20, TimeUnit.SECONDS)).isInstanceOf(Answered.class);
    }

    @Test
    void closing_completes_what_waits_in_line() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        Axon axon = started(loopback().serve(ECHO, (call, bytes) -> {
            running.countDown();
            new CountDownLatch(1).await();
            return bytes;
        }));
        Dendrite dendrite = dendrite(DendriteOptions.defaults().parallel(1));
        List<CompletableFuture<QueryOutcome<byte[]>>> asked = dendrite.queryAllAsync(
                Collections.nCopies(50, at(axon.port())), ECHO, new byte[1], Duration.ofMinutes(5));
        assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
        dendrite.close();
        for (CompletableFuture<QueryOutcome<byte[]>> each : asked) {
            QueryOutcome<byte[]> outcome = each.exceptionally(e -> {
                        assertThat(e).hasMessageContaining("closed");
                        return new Unreachable<>(at(1), NO_TIME, "");
                    })
                    .get(20, TimeUnit.SECONDS);
            assertThat(outcome).isInstanceOf(Unreachable.class);
        }
    }

    @Test
    void a_large_answer_is_read_too() throws Exception {
        Axon axon = started(loopback().serve(ECHO, (call, bytes) -> new byte[1 << 20]));
        assertThat(dendrite()
                        .queryAsync(at(axon.port()), ECHO, new byte[1], SOON)
                        .get(20, TimeUnit.SECONDS)
                        .answerOrEmpty())
                .hasValueSatisfying(answer -> assertThat(answer).hasSize(1 << 20));
    }

    @Test
    void targets_for_whom_there_is_no_room_before_the_deadline_time_out() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        Axon axon = started(loopback().serve(ECHO, (call, bytes) -> {
            never.await();
            return bytes;
        }));
        List<QueryOutcome<byte[]>> outcomes = dendrite(
                        DendriteOptions.defaults().parallel(1))
                .queryAll(Collections.nCopies(3, at(axon.port())), ECHO, new byte[1], Duration.ofMillis(300));
        assertThat(outcomes).hasSize(3).allMatch(outcome -> outcome instanceof TimedOut);
    }

    @Test
    void connections_beyond_the_limit_are_given_up() throws InterruptedException {
        Dendrite dendrite = dendrite(DendriteOptions.defaults().channels(2));
        for (int i = 0; i < 5; i++) {
            Axon axon = started(loopback().serve(ECHO, (call, bytes) -> bytes));
            assertThat(dendrite.query(at(axon.port()), ECHO, new byte[1], SOON)).isInstanceOf(Answered.class);
        }
        assertThat(dendrite.openChannels()).isEqualTo(2);
    }

    @Test
    void an_idle_connection_is_given_up() throws InterruptedException {
        Axon one = started(loopback().serve(ECHO, (call, bytes) -> bytes));
        Axon two = started(loopback().serve(ECHO, (call, bytes) -> bytes));
        Dendrite dendrite = dendrite(DendriteOptions.defaults().idleChannel(Duration.ofMillis(1)));
        assertThat(dendrite.query(at(one.port()), ECHO, new byte[1], SOON)).isInstanceOf(Answered.class);
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2);
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
        assertThat(dendrite.query(at(two.port()), ECHO, new byte[1], SOON)).isInstanceOf(Answered.class);
        assertThat(dendrite.openChannels()).isEqualTo(1);
    }

    @Test
    void closing_ends_calls_and_leaves_no_thread() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Axon axon = started(loopback().serve(ECHO, (call, bytes) -> {
            running.countDown();
            never.await();
            return bytes;
        }));
        Dendrite dendrite = dendrite();
        List<QueryOutcome<byte[]>> outcome = Collections.synchronizedList(new ArrayList<>());
        Thread asking = new Thread(() -> {
            try {
                outcome.add(dendrite.query(at(axon.port()), ECHO, new byte[1], SOON));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        asking.start();
        assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
        dendrite.close();
        dendrite.close();
        axon.close();
        axon.close();
        asking.join(20_000);
        assertThat(outcome).hasSize(1).allMatch(each -> each instanceof Unreachable);
        assertThatThrownBy(() -> dendrite.query(at(axon.port()), ECHO, new byte[1], SOON))
                .isInstanceOf(DendriteException.class)
                .hasMessageContaining("closed");
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("bittensor4j-")) {
                thread.join(20_000);
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }

    @Test
    void closing_ends_a_call_on_a_connection_that_was_given_up_meanwhile() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        Axon slow = started(loopback().serve(ECHO, (call, bytes) -> {
            running.countDown();
            new CountDownLatch(1).await();
            return bytes;
        }));
        Axon quick = started(loopback().serve(ECHO, (call, bytes) -> bytes));
        Dendrite dendrite = dendrite(DendriteOptions.defaults().channels(1));
        List<QueryOutcome<byte[]>> outcome = Collections.synchronizedList(new ArrayList<>());
        Thread asking = new Thread(() -> {
            try {
                outcome.add(dendrite.query(at(slow.port()), ECHO, new byte[1], Duration.ofMinutes(5)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        asking.start();
        assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(dendrite.query(at(quick.port()), ECHO, new byte[1], SOON)).isInstanceOf(Answered.class);
        dendrite.close();
        asking.join(20_000);
        assertThat(outcome).hasSize(1).allMatch(each -> each instanceof Unreachable);
    }

    @Test
    void an_interrupted_asker_leaves_at_once_and_the_handler_is_told() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Axon axon = started(loopback().serve(ECHO, (call, bytes) -> {
            running.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                stopped.countDown();
            }
            return bytes;
        }));
        Dendrite dendrite = dendrite();
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread asking = new Thread(() -> {
            try {
                dendrite.query(at(axon.port()), ECHO, new byte[1], SOON);
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        asking.start();
        assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
        asking.interrupt();
        assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(stopped.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_question_that_cannot_be_written_is_the_askers_error() {
        record Odd(Object thing) {}
        Dendrite dendrite = dendrite();
        SynapseType<Odd, Reply> odd = SynapseType.json("odd", Odd.class, Reply.class);
        assertThatThrownBy(() -> dendrite.query(at(1), odd, new Odd(new Object()), SOON))
                .hasMessageContaining("JSON");
    }
}
