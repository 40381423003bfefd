package io.github.bittensor4j.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.github.bittensor4j.axon.RawClient.Request;
import io.github.bittensor4j.axon.RawClient.Result;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.protocol.internal.WireException;
import io.github.bittensor4j.protocol.v1.Payload;
import io.github.bittensor4j.protocol.v1.SynapseRequest;
import io.grpc.CallOptions;
import io.grpc.Status;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AxonTest {
    private static final SynapseType<byte[], byte[]> ECHO = SynapseType.bytes("echo.v1");
    private static final Handler<byte[], byte[]> BACK = (call, bytes) -> bytes;

    private final Keypair alice = Keypair.development("Alice");
    private final Keypair bob = Keypair.development("Bob");
    private final Keypair charlie = Keypair.development("Charlie");
    private final List<AutoCloseable> closing = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        Collections.reverse(closing);
        for (AutoCloseable each : closing) {
            each.close();
        }
    }

    private Axon.Builder open() {
        return Axon.builder(bob)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open());
    }

    private Axon started(Axon.Builder builder) {
        Axon axon = builder.start();
        closing.add(axon);
        return axon;
    }

    private RawClient client(Axon axon) {
        RawClient client = new RawClient(axon.port());
        closing.add(client);
        return client;
    }

    private static byte[] body(int size) {
        return SynapseRequest.newBuilder()
                .setSynapse("echo.v1")
                .setPayload(Payload.newBuilder().setRaw(ByteString.copyFrom(new byte[size])))
                .build()
                .toByteArray();
    }

    private Request from(Keypair caller) {
        return new Request(caller, bob.account(), body(3)).sign();
    }

    private static NeuronInfo neuron(int uid, Keypair hotkey, boolean permit, long stakeWeight) {
        Netuid netuid = Netuid.of(2);
        return new NeuronInfo(
                Uid.of(uid),
                hotkey.account(),
                hotkey.account(),
                true,
                Optional.empty(),
                permit,
                stakeWeight,
                Alpha.ofRao(netuid, 0),
                0,
                0,
                0,
                0,
                Alpha.ofRao(netuid, 0),
                0,
                0);
    }

    private static Metagraph metagraph(NeuronInfo... neurons) {
        return new Metagraph(Netuid.of(2), new BlockRef(1, "0x" + "0".repeat(64)), 10, List.of(neurons));
    }

    @Test
    void only_who_the_policy_names_is_let_in_by_the_snapshot_at_hand() throws Exception {
        AtomicReference<Optional<Metagraph>> snapshot = new AtomicReference<>(Optional.empty());
        AtomicReference<Optional<NeuronInfo>> seen = new AtomicReference<>(Optional.empty());
        Keypair dave = Keypair.development("Dave");
        Keypair eve = Keypair.development("Eve");
        Axon axon = started(open().access(AccessPolicy.validatorPermit()
                        .minStake(Tao.of("1000"))
                        .allow(List.of(eve.account()))
                        .deny(List.of(dave.account())))
                .metagraph(snapshot::get)
                .serve(ECHO, (call, bytes) -> {
                    seen.set(call.caller().neuron());
                    return bytes;
                }));
        RawClient client = client(axon);
        long rich = Tao.of("1000").rao();

        assertThat(client.send(from(alice)).code()).contains("access.unknown");
        snapshot.set(Optional.of(metagraph(neuron(0, alice, true, rich), neuron(1, dave, true, -1L))));
        assertThat(client.send(from(alice)).answered()).isTrue();
        assertThat(seen.get().orElseThrow().uid()).isEqualTo(Uid.of(0));
        assertThat(client.send(from(dave)).code()).contains("access.listed");
        assertThat(client.send(from(eve)).answered()).isTrue();
        assertThat(seen.get()).isEmpty();
        Result stranger = client.send(from(charlie));
        assertThat(stranger.code()).contains("access.unregistered");
        assertThat(stranger.status().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);

        snapshot.set(Optional.of(metagraph(neuron(0, alice, false, rich))));
        assertThat(client.send(from(alice)).code()).contains("access.permit");
        snapshot.set(Optional.of(metagraph(neuron(0, alice, true, rich - 1))));
        assertThat(client.send(from(alice)).code()).contains("access.stake");
        // the chain's numbers are unsigned: this is the largest stake, not a negative one
        snapshot.set(Optional.of(metagraph(neuron(0, alice, true, -1L))));
        assertThat(client.send(from(alice)).answered()).isTrue();

        assertThat(axon.status().refused())
                .containsEntry("access.unknown", 1L)
                .containsEntry("access.listed", 1L)
                .containsEntry("access.unregistered", 1L)
                .containsEntry("access.permit", 1L)
                .containsEntry("access.stake", 1L);
        assertThat(axon.status().accepted()).isEqualTo(3);
    }

    @Test
    void an_axon_that_is_told_nothing_about_access_lets_nobody_in() throws Exception {
        Axon axon = started(Axon.builder(bob)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .serve(ECHO, BACK));
        assertThat(client(axon).send(from(alice)).code()).contains("access.unknown");
    }

    @Test
    void a_metagraph_source_that_fails_lets_nobody_in() throws Exception {
        Axon axon = started(open().metagraph(() -> {
                    throw new IllegalStateException("secret detail");
                })
                .serve(ECHO, BACK));
        Result result = client(axon).send(from(alice));
        assertThat(result.code()).contains("call.failed");
        assertThat(result.status().getDescription()).doesNotContain("secret");
    }

    @Test
    void beyond_running_and_waiting_calls_are_refused_as_busy_and_accepted_again_later() throws Exception {
        CountDownLatch both = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        Axon axon = started(open().limits(l -> l.running(1).waiting(1)).serve(ECHO, (call, bytes) -> {
            entered.countDown();
            both.await();
            return bytes;
        }));
        RawClient client = client(axon);
        RawClient.Open running = begin(client);
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
        RawClient.Open waiting = begin(client);
        Result third = client.send(from(alice));
        assertThat(third.code()).contains("limit.busy");
        assertThat(third.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(axon.status().running()).isEqualTo(1);
        assertThat(axon.status().waiting()).isEqualTo(1);
        both.countDown();
        assertThat(running.result.get(20, TimeUnit.SECONDS).answered()).isTrue();
        assertThat(waiting.result.get(20, TimeUnit.SECONDS).answered()).isTrue();
        assertThat(client.send(from(alice)).answered()).isTrue();
    }

    private RawClient.Open begin(RawClient client) {
        return begin(client, from(alice));
    }

    private static RawClient.Open begin(RawClient client, Request request) {
        RawClient.Open open = client.open(request, CallOptions.DEFAULT);
        open.call.sendMessage(request.body);
        open.call.halfClose();
        return open;
    }

    @Test
    void a_call_that_takes_too_long_is_ended_and_its_handler_interrupted() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        Axon axon = started(open().limits(l -> l.perCall(Duration.ofSeconds(2)).running(1))
                .serve(ECHO, (call, bytes) -> {
                    if (calls.getAndIncrement() == 1) {
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            assertThat(call.ended()).isTrue();
                            assertThat(call.remaining()).isZero();
                            interrupted.countDown();
                            throw e;
                        }
                    }
                    return bytes;
                }));
        RawClient client = client(axon);
        assertThat(client.send(from(alice)).answered()).isTrue();
        Result late = client.send(from(alice));
        assertThat(late.code()).contains("call.deadline");
        assertThat(late.status().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(client.send(from(alice)).answered()).isTrue();
    }

    @Test
    void a_caller_that_sends_its_headers_and_no_body_is_ended() throws Exception {
        Axon axon =
                started(open().limits(l -> l.perCall(Duration.ofMillis(300))).serve(ECHO, BACK));
        RawClient.Open silent = client(axon).open(from(alice), CallOptions.DEFAULT);
        assertThat(silent.result.get(20, TimeUnit.SECONDS).code()).contains("call.deadline");
    }

    @Test
    void a_handlers_failure_says_nothing_about_itself() throws Exception {
        Axon axon = started(open().serve(ECHO, (call, bytes) -> {
                    throw new IllegalStateException("password 123");
                })
                .serve(SynapseType.bytes("null.v1"), (call, bytes) -> nothing())
                .serve(SynapseType.bytes("no.v1"), (call, bytes) -> {
                    throw RefusalException.busy("the model is loading");
                })
                .serve(SynapseType.bytes("own.v1"), (call, bytes) -> {
                    throw new RefusalException("prompt.too-long", false, "at most 3 words");
                }));
        RawClient client = client(axon);
        Result failed = client.send(from(alice));
        assertThat(failed.code()).contains("call.failed");
        assertThat(failed.status().getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(failed.status().toString() + failed.trailers()).doesNotContain("password", "IllegalState");
        assertThat(client.send(to("null.v1")).code()).contains("call.failed");
        Result busy = client.send(to("no.v1"));
        assertThat(busy.code()).contains("limit.busy");
        assertThat(busy.status().getDescription()).isEqualTo("the model is loading");
        Result own = client.send(to("own.v1"));
        assertThat(own.code()).contains("prompt.too-long");
        assertThat(own.status().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(client.send(to("echo.v2")).code()).contains("call.unknown");
    }

    @SuppressWarnings("NullAway") // what a careless handler does
    private static byte[] nothing() {
        return null;
    }

    private Request to(String synapse) {
        byte[] body = SynapseRequest.newBuilder()
                .setSynapse(synapse)
                .setPayload(Payload.newBuilder().setRaw(ByteString.EMPTY))
                .build()
                .toByteArray();
        return new Request(alice, bob.account(), body).sign();
    }

    @Test
    void draining_refuses_new_calls_and_lets_running_ones_finish() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        Axon axon = started(open().serve(ECHO, (call, bytes) -> {
            entered.countDown();
            finish.await();
            return bytes;
        }));
        RawClient client = client(axon);
        RawClient.Open running = begin(client);
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(axon.drain(Duration.ofMillis(50))).isFalse();
        assertThat(axon.status().draining()).isTrue();
        Result late = client.send(from(alice));
        assertThat(late.code()).contains("axon.draining");
        assertThat(late.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);

        CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(() -> {
            try {
                return axon.drain(Duration.ofSeconds(20));
            } catch (InterruptedException e) {
                return false;
            }
        });
        finish.countDown();
        assertThat(drained.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(running.result.get(20, TimeUnit.SECONDS).answered()).isTrue();
        axon.close();
        axon.close();
        assertThat(client.send(from(alice)).status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void a_scheme_lookup_that_fails_lets_nobody_in_and_leaves_nothing_open() throws Exception {
        Axon axon = started(open().schemes(sender -> {
                    throw new IllegalStateException("the registry is away");
                })
                .serve(ECHO, (call, bytes) -> bytes));
        Result result = client(axon).send(from(alice));
        assertThat(result.code()).contains("call.failed");
        assertThat(axon.drain(Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void what_a_handler_meets_when_it_asks_others_is_not_told_to_its_caller() throws Exception {
        Axon axon = started(open().serve(ECHO, (call, bytes) -> {
            throw new WireException("call.payload", "private words");
        }));
        Result result = client(axon).send(from(alice));
        assertThat(result.code()).contains("call.failed");
        assertThat(result.status().getDescription()).doesNotContain("private");
    }

    @Test
    void closing_ends_what_runs_and_tells_the_caller() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Axon axon = started(open().serve(ECHO, (call, bytes) -> {
            entered.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                interrupted.countDown();
            }
            return bytes;
        }));
        RawClient.Open running = begin(client(axon));
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
        axon.close();
        assertThat(running.result.get(20, TimeUnit.SECONDS).code()).contains("axon.draining");
        assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void connections_beyond_the_limit_are_closed_and_room_is_given_back() throws Exception {
        Axon axon = started(open().limits(l -> l.connections(2)).serve(ECHO, BACK));
        try (Socket first = new Socket(InetAddress.getLoopbackAddress(), axon.port())) {
            assertThat(client(axon).send(from(alice)).answered()).isTrue();
            try (Socket third = new Socket(InetAddress.getLoopbackAddress(), axon.port())) {
                third.setSoTimeout(20_000);
                assertThat(closedByPeer(third)).isTrue();
            }
            assertThat(axon.status().refused()).containsEntry("limit.connections", 1L);
            assertThat(axon.status().connections()).isEqualTo(2);
            first.shutdownOutput();
            first.setSoTimeout(20_000);
            while (first.getInputStream().read() >= 0) {
                // until the axon has closed its side too
            }
        }
        while (axon.status().connections() > 1) {
            Thread.onSpinWait();
        }
        assertThat(client(axon).send(from(alice)).answered()).isTrue();
    }

    private static boolean closedByPeer(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.io.IOException e) {
            return true; // reset
        }
    }

    @Test
    void calls_beyond_a_connections_share_wait_at_the_caller() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Axon axon =
                started(open().limits(l -> l.callsPerConnection(2).running(16)).serve(ECHO, (call, bytes) -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    now.decrementAndGet();
                    return bytes;
                }));
        RawClient client = client(axon);
        assertThat(client.send(from(alice)).answered()).isTrue();
        List<RawClient.Open> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(begin(client));
        }
        for (RawClient.Open each : all) {
            assertThat(each.result.get(20, TimeUnit.SECONDS).answered()).isTrue();
        }
        assertThat(most.get()).isLessThanOrEqualTo(2);
    }

    @Test
    void freshness_ends_exactly_at_its_edges() throws Exception {
        Instant now = Instant.ofEpochSecond(1_800_000_000L);
        Axon axon = started(open().clock(() -> now).serve(ECHO, BACK));
        RawClient client = client(axon);
        long zero = Authenticator.nanos(now);
        assertThat(client.send(at(zero - 10_000_000_000L)).answered()).isTrue();
        assertThat(client.send(at(zero - 10_000_000_001L)).code()).contains("auth.stale");
        assertThat(client.send(at(zero + 2_000_000_000L)).answered()).isTrue();
        assertThat(client.send(at(zero + 2_000_000_001L)).code()).contains("auth.future");
    }

    @Test
    void the_freshness_window_is_the_servers_to_set() throws Exception {
        Instant now = Instant.ofEpochSecond(1_800_000_000L);
        Axon axon = started(open().clock(() -> now)
                .freshness(new Freshness(Duration.ofSeconds(3), Duration.ZERO))
                .serve(ECHO, BACK));
        RawClient client = client(axon);
        long zero = Authenticator.nanos(now);
        assertThat(client.send(at(zero)).answered()).isTrue();
        assertThat(client.send(at(zero + 1)).code()).contains("auth.future");
        assertThat(client.send(at(zero - 3_000_000_001L)).code()).contains("auth.stale");
    }

    private Request at(long nonce) {
        Request request = from(alice);
        request.nonce = nonce;
        return request.sign();
    }

    @Test
    void a_body_held_back_until_its_nonce_is_forgotten_is_refused() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochSecond(1_800_000_000L));
        Axon axon = started(open().clock(now::get).serve(ECHO, BACK));
        RawClient client = client(axon);
        Request request = at(Authenticator.nanos(now.get()));
        RawClient.Open held = client.open(request, CallOptions.DEFAULT);
        assertThat(client.send(request).answered()).isTrue();
        now.set(now.get().plusSeconds(30));
        assertThat(client.send(at(Authenticator.nanos(now.get()))).answered()).isTrue();
        held.call.sendMessage(request.body);
        held.call.halfClose();
        assertThat(held.result.get(20, TimeUnit.SECONDS).code()).contains("auth.stale");
    }

    @Test
    void a_clock_that_is_set_back_does_not_make_a_forgotten_nonce_acceptable() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochSecond(1_800_000_000L));
        Axon axon = started(open().clock(now::get).serve(ECHO, BACK));
        RawClient client = client(axon);
        Request request = at(Authenticator.nanos(now.get()));
        assertThat(client.send(request).answered()).isTrue();
        now.set(now.get().plusSeconds(30));
        assertThat(client.send(at(Authenticator.nanos(now.get()))).answered()).isTrue();
        now.set(now.get().minusSeconds(29));
        assertThat(client.send(request).code()).contains("auth.stale");
    }

    @Test
    void a_full_memory_refuses_rather_than_forgets_and_strangers_cannot_fill_it() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochSecond(1_800_000_000L));
        Axon axon = started(open().access(AccessPolicy.registered())
                .metagraph(() -> Optional.of(metagraph(neuron(0, alice, false, 0))))
                .clock(now::get)
                .limits(l -> l.rememberedNonces(3))
                .serve(ECHO, BACK));
        RawClient client = client(axon);
        long zero = Authenticator.nanos(now.get());
        for (int i = 0; i < 10; i++) {
            Request stranger = from(charlie);
            stranger.nonce = zero + i;
            assertThat(client.send(stranger.sign()).code()).contains("access.unregistered");
        }
        for (int i = 0; i < 3; i++) {
            assertThat(client.send(at(zero + i)).answered()).isTrue();
        }
        Result full = client.send(at(zero + 3));
        assertThat(full.code()).contains("auth.full");
        assertThat(client.send(at(zero)).code()).contains("auth.replayed");
        now.set(now.get().plusSeconds(12));
        assertThat(client.send(at(zero + 12_000_000_000L)).answered()).isTrue();
    }

    @Test
    void a_store_that_answers_later_decides_then() throws Exception {
        AtomicInteger handled = new AtomicInteger();
        Map<Long, CompletableFuture<ReplayStore.Verdict>> asked = new ConcurrentHashMap<>();
        CountDownLatch three = new CountDownLatch(3);
        Axon axon = started(open().replays(nonce -> {
                    CompletableFuture<ReplayStore.Verdict> later = new CompletableFuture<>();
                    asked.put(nonce.value(), later);
                    three.countDown();
                    return later;
                })
                .serve(ECHO, (call, bytes) -> {
                    handled.incrementAndGet();
                    return bytes;
                }));
        // one connection: none holds up another
        RawClient client = client(axon);
        List<Request> requests = List.of(from(alice), from(alice), from(alice));
        List<RawClient.Open> calls =
                requests.stream().map(request -> begin(client, request)).toList();
        assertThat(three.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(handled).hasValue(0);
        asked.get(requests.get(2).nonce).complete(ReplayStore.Verdict.ACCEPTED);
        assertThat(calls.get(2).result.get(20, TimeUnit.SECONDS).answered()).isTrue();
        asked.get(requests.get(1).nonce).complete(ReplayStore.Verdict.REPLAYED);
        assertThat(calls.get(1).result.get(20, TimeUnit.SECONDS).code()).contains("auth.replayed");
        calls.get(0).call.cancel("gone", null);
        assertThat(axon.drain(Duration.ofSeconds(20))).isTrue();
        asked.get(requests.get(0).nonce).complete(ReplayStore.Verdict.ACCEPTED);
        assertThat(handled).hasValue(1);
    }

    @Test
    void a_store_that_cannot_tell_lets_nobody_in() throws Exception {
        AtomicReference<CompletionStage<ReplayStore.Verdict>> answer = new AtomicReference<>();
        AtomicReference<ReplayStore.Nonce> asked = new AtomicReference<>();
        Axon axon = started(open().replays(nonce -> {
                    asked.set(nonce);
                    if (answer.get() == null) {
                        throw new IllegalStateException("a secret of the store");
                    }
                    return answer.get();
                })
                .serve(ECHO, BACK));
        RawClient client = client(axon);
        Result thrown = client.send(from(alice));
        assertThat(thrown.code()).contains("auth.unavailable");
        assertThat(thrown.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(thrown.status().getDescription()).doesNotContain("secret");
        answer.set(CompletableFuture.failedStage(new IllegalStateException("another")));
        assertThat(client.send(from(alice)).code()).contains("auth.unavailable");
        answer.set(CompletableFuture.completedStage(ReplayStore.Verdict.UNAVAILABLE));
        assertThat(client.send(from(alice)).code()).contains("auth.unavailable");
        answer.set(CompletableFuture.completedStage(ReplayStore.Verdict.STALE));
        assertThat(client.send(from(alice)).code()).contains("auth.stale");
        answer.set(CompletableFuture.completedStage(ReplayStore.Verdict.ACCEPTED));
        Request request = from(alice);
        assertThat(client.send(request).answered()).isTrue();
        assertThat(asked.get().receiver()).isEqualTo(bob.account());
        assertThat(asked.get().hotkey()).isEqualTo(alice.account());
        assertThat(asked.get().value())
                .isEqualTo(request.nonce)
                .isBetween(asked.get().oldest(), asked.get().newest());
        assertThat(asked.get().newest() - asked.get().oldest())
                .isEqualTo(Duration.ofSeconds(12).toNanos());
    }

    @Test
    void a_restart_does_not_reopen_the_window() throws Exception {
        Request request = from(alice);
        Request second = from(alice);
        try (Killed first = new Killed()) {
            RawClient client = new RawClient(first.port);
            closing.add(client);
            request = from(alice);
            assertThat(client.send(request).answered()).isTrue();
            // as far ahead as is let in
            second.nonce = RawClient.now() + 1_500_000_000L;
            second.sign();
            assertThat(client.send(second).answered()).isTrue();
        }
        try (Killed again = new Killed()) {
            RawClient client = new RawClient(again.port);
            closing.add(client);
            assertThat(client.send(request).code()).contains("auth.stale");
            assertThat(client.send(second).code()).contains("auth.stale");
            assertThat(client.send(from(alice)).answered()).isTrue();
        }
    }

    /** An axon in a JVM of its own that ends by being killed. */
    private static final class Killed implements AutoCloseable {
        final Process process;
        final int port;

        Killed() throws Exception {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            RestartedAxon.class.getName())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = output.readLine();
            assertThat(line).startsWith("port ");
            port = Integer.parseInt(line.substring(5));
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    @Test
    void a_scheme_is_what_the_server_knows_not_what_the_caller_says() throws Exception {
        Keypair edward = Keypair.fromSeed(KeyScheme.ED25519, new byte[32]);
        Axon axon = started(open().serve(ECHO, BACK));
        RawClient client = client(axon);
        assertThat(client.send(from(alice)).answered()).isTrue();
        assertThat(client.send(from(edward)).code()).contains("auth.scheme");
    }

    @Test
    void a_taken_port_is_named() {
        Axon axon = started(open().serve(ECHO, BACK));
        assertThatThrownBy(() -> open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), axon.port()))
                        .start())
                .isInstanceOf(AxonException.class)
                .hasMessageContaining(Integer.toString(axon.port()))
                .hasMessageContaining("in use");
    }

    @Test
    void a_synapse_is_served_once() {
        assertThatThrownBy(() -> open().serve(ECHO, BACK).serve(ECHO, BACK))
                .isInstanceOf(AxonException.class)
                .hasMessageContaining("echo.v1");
    }

    @Test
    void a_synapse_of_a_type_that_the_wire_does_not_carry_is_refused_at_once() {
        assertThatThrownBy(() -> open().serve(
                                new SynapseType<>("text.v1", String.class, byte[].class), (call, text) -> new byte[0]))
                .hasMessageContaining("java.lang.String");
    }

    @Test
    void limits_out_of_range_are_named() {
        assertThatThrownBy(() -> Limits.defaults().running(0)).hasMessageContaining("running: 0");
        assertThatThrownBy(() -> Limits.defaults().waiting(-1)).hasMessageContaining("waiting: -1");
        assertThatThrownBy(() -> Limits.defaults().maxMessageBytes(10)).hasMessageContaining("maxMessageBytes: 10");
        assertThatThrownBy(() -> Limits.defaults().perCall(Duration.ZERO)).hasMessageContaining("perCall");
        assertThatThrownBy(() -> new Freshness(Duration.ofDays(1), Duration.ZERO))
                .hasMessageContaining("past");
    }

    @Test
    void nobody_can_pass_for_the_account_of_zeros() {
        assertThat(AccountId.ZERO.isZero()).isTrue();
        assertThat(AccessPolicy.registered().decide(AccountId.ZERO, Optional.of(metagraph())))
                .isInstanceOf(AccessDecision.Denied.class);
    }
}
