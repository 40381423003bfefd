package io.github.bittensor4j.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.github.bittensor4j.axon.RawClient.Request;
import io.github.bittensor4j.axon.RawClient.Result;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.protocol.internal.Wire;
import io.github.bittensor4j.protocol.v1.Payload;
import io.github.bittensor4j.protocol.v1.SynapseRequest;
import io.grpc.CallOptions;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is let in when not all can be: rank, rate, calls at once, and addresses that send what does not hold. */
@Timeout(60)
class AdmissionTest {
    private static final SynapseType<byte[], byte[]> ECHO = SynapseType.bytes("echo.v1");
    private static final Rate SELDOM = new Rate(0.001, 2);

    private final Keypair bob = Keypair.development("Bob");
    private final Keypair poor = Keypair.development("Charlie");
    private final Keypair middle = Keypair.development("Alice");
    private final Keypair rich = Keypair.development("Dave");
    private final Keypair stranger = Keypair.development("Eve");
    private final Metagraph snapshot = new Metagraph(
            Netuid.of(2),
            new BlockRef(1, "0x" + "0".repeat(64)),
            10,
            List.of(neuron(0, poor, 10), neuron(1, middle, 1000), neuron(2, rich, -1)));
    private final List<AutoCloseable> closing = new ArrayList<>();
    private final List<String> served = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() throws Exception {
        release.countDown();
        Collections.reverse(closing);
        for (AutoCloseable each : closing) {
            each.close();
        }
    }

    private static NeuronInfo neuron(int uid, Keypair hotkey, long stakeWeight) {
        Netuid netuid = Netuid.of(2);
        return new NeuronInfo(
                Uid.of(uid),
                hotkey.account(),
                hotkey.account(),
                true,
                Optional.empty(),
                true,
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

    private Axon.Builder open() {
        return Axon.builder(bob)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open())
                .metagraph(() -> Optional.of(snapshot));
    }

    /** Its one handler is held until released, and writes down whom it serves. */
    private Axon held(Axon.Builder builder) {
        return started(builder.serve(ECHO, (call, bytes) -> {
            served.add(call.caller().hotkey().ss58() + " " + bytes[0]);
            entered.countDown();
            release.await();
            return bytes;
        }));
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

    private Request from(Keypair caller, int number) {
        byte[] body = SynapseRequest.newBuilder()
                .setSynapse("echo.v1")
                .setPayload(Payload.newBuilder().setRaw(ByteString.copyFrom(new byte[] {(byte) number})))
                .build()
                .toByteArray();
        return new Request(caller, bob.account(), body).sign();
    }

    private Request forged(Keypair claimed) {
        Request request = from(claimed, 0);
        return request.signature(stranger.sign(request.signed().payload()));
    }

    private RawClient.Open begin(RawClient client, Request request) {
        RawClient.Open open = client.open(request, CallOptions.DEFAULT);
        open.call.sendMessage(request.body);
        open.call.halfClose();
        return open;
    }

    private static Result resultOf(RawClient.Open call) throws Exception {
        return call.result.get(20, TimeUnit.SECONDS);
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private RawClient.Open waits(Axon axon, RawClient client, Keypair caller, int number) {
        int before = axon.status().waiting();
        RawClient.Open call = begin(client, from(caller, number));
        until(() -> axon.status().waiting() == before + 1);
        return call;
    }

    private String entry(Keypair caller, int number) {
        return caller.account().ss58() + " " + number;
    }

    @Test
    void a_caller_of_high_stake_overtakes_waiting_ones_of_low_stake() throws Exception {
        Axon axon = held(open().limits(l -> l.running(1).waiting(8)));
        RawClient client = client(axon);
        List<RawClient.Open> calls = new ArrayList<>();
        calls.add(begin(client, from(poor, 0)));
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
        calls.add(waits(axon, client, stranger, 1));
        calls.add(waits(axon, client, poor, 2));
        calls.add(waits(axon, client, middle, 3));
        calls.add(waits(axon, client, poor, 4));
        calls.add(waits(axon, client, rich, 5));
        calls.add(waits(axon, client, middle, 6));
        release.countDown();
        for (RawClient.Open call : calls) {
            assertThat(resultOf(call).answered()).isTrue();
        }
        assertThat(served)
                .containsExactly(
                        entry(poor, 0),
                        entry(rich, 5),
                        entry(middle, 3),
                        entry(middle, 6),
                        entry(poor, 2),
                        entry(poor, 4),
                        entry(stranger, 1));
    }

    @Test
    void handlers_of_calls_that_came_together_run_at_the_same_time() throws Exception {
        CyclicBarrier all = new CyclicBarrier(8);
        Axon axon = started(open().limits(l -> l.running(8)).serve(ECHO, (call, bytes) -> {
            all.await(20, TimeUnit.SECONDS);
            return bytes;
        }));
        RawClient client = client(axon);
        for (int round = 0; round < 3; round++) {
            List<RawClient.Open> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                calls.add(begin(client, from(poor, 8 * round + i)));
            }
            for (RawClient.Open call : calls) {
                assertThat(resultOf(call).answered()).isTrue();
            }
        }
    }

    @Test
    void of_a_full_queue_the_lowest_gives_way_to_a_higher_arrival_and_to_nobody_else() throws Exception {
        Axon axon = held(open().limits(l -> l.running(1).waiting(2)));
        RawClient client = client(axon);
        RawClient.Open running = begin(client, from(poor, 0));
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
        RawClient.Open first = waits(axon, client, poor, 1);
        RawClient.Open second = waits(axon, client, poor, 2);

        assertThat(client.send(from(poor, 3)).code()).contains("limit.busy");
        assertThat(client.send(from(stranger, 4)).code()).contains("limit.busy");
        RawClient.Open third = begin(client, from(rich, 5));
        // the later of two equals, and at once
        assertThat(resultOf(second).code()).contains("limit.busy");
        assertThat(axon.status().waiting()).isEqualTo(2);
        RawClient.Open fourth = begin(client, from(rich, 6));
        assertThat(resultOf(first).code()).contains("limit.busy");
        assertThat(client.send(from(rich, 7)).code()).contains("limit.busy");
        release.countDown();
        for (RawClient.Open call : List.of(running, third, fourth)) {
            assertThat(resultOf(call).answered()).isTrue();
        }
        assertThat(served).containsExactly(entry(poor, 0), entry(rich, 5), entry(rich, 6));
        assertThat(axon.status().refused()).containsExactly(Map.entry("limit.busy", 5L));
    }

    @Test
    void when_none_can_wait_a_claimed_rank_may_refuse_a_call_but_never_make_room_for_it() throws Exception {
        Axon axon = held(open().limits(l -> l.running(1).waiting(1)));
        RawClient client = client(axon);
        RawClient.Open running = begin(client, from(middle, 0));
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
        RawClient.Open waiting = waits(axon, client, middle, 1);
        // not worth a check of its signature
        assertThat(client.send(forged(poor)).code()).contains("limit.busy");
        assertThat(client.send(forged(rich)).code()).contains("auth.signature");
        release.countDown();
        assertThat(resultOf(running).answered()).isTrue();
        assertThat(resultOf(waiting).answered()).isTrue();
    }

    @Test
    void a_call_whose_deadline_passes_while_it_waits_is_refused_and_never_run() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicInteger handled = new AtomicInteger();
        Axon axon = started(open().limits(l -> l.running(1).perCall(Duration.ofSeconds(3)))
                .serve(ECHO, (call, bytes) -> {
                    if (bytes[0] > 1) {
                        return bytes;
                    }
                    handled.incrementAndGet();
                    entered.countDown();
                    while (mayEnd.getCount() > 0) {
                        try {
                            mayEnd.await();
                        } catch (InterruptedException e) {
                            // it does not listen
                        }
                    }
                    return bytes;
                }));
        RawClient client = client(axon);
        // the first call of all may take long by itself
        until(() -> answered(client, from(poor, 2)));
        RawClient.Open running = begin(client, from(poor, 0));
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
        RawClient.Open waiting = begin(client, from(rich, 1));
        assertThat(resultOf(waiting).code()).contains("call.deadline");
        assertThat(resultOf(running).code()).contains("call.deadline");
        assertThat(axon.status().waiting()).isZero();
        mayEnd.countDown();
        until(() -> answered(client, from(poor, 2)));
        assertThat(handled).hasValue(1);
    }

    private static boolean answered(RawClient client, Request request) {
        try {
            return client.send(request).answered();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void an_order_of_ones_own_is_kept() throws Exception {
        Axon axon = held(open().limits(l -> l.running(1).waiting(8))
                .priority((hotkey, neuron) -> hotkey.equals(stranger.account()) ? 1 : Long.MIN_VALUE));
        RawClient client = client(axon);
        List<RawClient.Open> calls = new ArrayList<>();
        calls.add(begin(client, from(rich, 0)));
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
        calls.add(waits(axon, client, rich, 1));
        calls.add(waits(axon, client, stranger, 2));
        release.countDown();
        for (RawClient.Open call : calls) {
            assertThat(resultOf(call).answered()).isTrue();
        }
        assertThat(served).containsExactly(entry(rich, 0), entry(stranger, 2), entry(rich, 1));
    }

    @Test
    void stake_ranks_as_the_chain_means_it() {
        Priority byStake = Priority.byStake();
        assertThat(byStake.rank(rich.account(), snapshot.neuron(rich.account())))
                .isEqualTo(Long.MAX_VALUE);
        assertThat(byStake.rank(poor.account(), snapshot.neuron(poor.account())))
                .isEqualTo(10);
        assertThat(byStake.rank(stranger.account(), Optional.empty())).isZero();
        assertThat(Priority.firstCome().rank(rich.account(), snapshot.neuron(rich.account())))
                .isEqualTo(Priority.firstCome().rank(poor.account(), Optional.empty()));
    }

    @Test
    void an_order_that_fails_lets_nobody_in() throws Exception {
        Axon axon = started(open().priority((hotkey, neuron) -> {
                    throw new IllegalStateException("a secret");
                })
                .serve(ECHO, (call, bytes) -> bytes));
        Result result = client(axon).send(from(poor, 0));
        assertThat(result.code()).contains("call.failed");
        assertThat(result.status().getDescription()).doesNotContain("secret");
    }

    @Test
    void who_calls_too_often_is_told_when_to_come_again_and_nobody_else_pays_for_it() throws Exception {
        Axon axon = started(open().limits(l -> l.ratePerCaller(SELDOM)).serve(ECHO, (call, bytes) -> bytes));
        RawClient client = client(axon);
        Request first = from(poor, 0);
        assertThat(client.send(first).answered()).isTrue();
        // somebody who repeats a caller's words does not use up its rate
        for (int i = 0; i < 5; i++) {
            assertThat(client.send(first).code()).contains("auth.replayed");
        }
        assertThat(client.send(from(poor, 1)).answered()).isTrue();
        Result over = client.send(from(poor, 2));
        assertThat(over.code()).contains("limit.rate");
        assertThat(over.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(Long.parseLong(over.trailers().get(Wire.RETRY_AFTER)))
                .isBetween(1L, Duration.ofSeconds(1000).toNanos());
        assertThat(client.send(from(middle, 0)).answered()).isTrue();
    }

    @Test
    void heads_that_came_while_there_was_room_cost_no_check_of_a_signature_once_there_is_none() throws Exception {
        AtomicInteger verified = new AtomicInteger();
        Axon axon = held(open().limits(l -> l.running(1).waiting(1)).observe((dialect, headers) -> new CallObserver() {
            @Override
            public void verified(AccountId hotkey) {
                verified.incrementAndGet();
            }
        }));
        RawClient client = client(axon);
        List<RawClient.Open> heads = new ArrayList<>();
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            requests.add(from(poor, i));
            heads.add(client.open(requests.get(i), CallOptions.DEFAULT));
        }
        // all heads are there once a later call on the same connection was answered
        assertThat(client.send(from(poor, 9).without("x-bittensor-nonce")).code())
                .contains("auth.missing");
        for (int i = 0; i < 5; i++) {
            heads.get(i).call.sendMessage(requests.get(i).body);
            heads.get(i).call.halfClose();
        }
        for (int i = 2; i < 5; i++) {
            assertThat(resultOf(heads.get(i)).code()).contains("limit.busy");
        }
        assertThat(verified).hasValue(2);
        release.countDown();
        assertThat(resultOf(heads.get(0)).answered()).isTrue();
        assertThat(resultOf(heads.get(1)).answered()).isTrue();
    }

    @Test
    void who_has_too_many_calls_under_way_waits_for_one_to_end() throws Exception {
        Axon axon = held(open().limits(l -> l.running(4).callsPerCaller(2)));
        RawClient client = client(axon);
        RawClient.Open one = begin(client, from(poor, 0));
        RawClient.Open two = begin(client, from(poor, 1));
        until(() -> axon.status().running() == 2);
        Result third = client.send(from(poor, 2));
        assertThat(third.code()).contains("limit.concurrency");
        assertThat(third.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        RawClient.Open other = begin(client, from(rich, 3));
        until(() -> axon.status().running() == 3);
        two.call.cancel("gone", null);
        until(() -> axon.status().refused().containsKey("call.cancelled"));
        RawClient.Open again = begin(client, from(poor, 4));
        release.countDown();
        for (RawClient.Open call : List.of(one, other, again)) {
            assertThat(resultOf(call).answered()).isTrue();
        }
    }

    @Test
    void an_address_that_sends_what_does_not_hold_is_slowed() throws Exception {
        Axon axon = started(open().limits(l -> l.failuresPerAddress(SELDOM)).serve(ECHO, (call, bytes) -> bytes));
        RawClient client = client(axon);
        assertThat(client.send(from(poor, 0)).answered()).isTrue();
        // these cost no check of a signature
        for (int i = 0; i < 5; i++) {
            assertThat(client.send(from(poor, 0).without("x-bittensor-nonce")).code())
                    .contains("auth.missing");
        }
        assertThat(client.send(forged(poor)).code()).contains("auth.signature");
        assertThat(client.send(from(poor, 1)).answered()).isTrue();
        assertThat(client.send(forged(poor)).code()).contains("auth.signature");
        Result over = client.send(from(poor, 2));
        assertThat(over.code()).contains("limit.peer");
        assertThat(over.trailers().get(Wire.RETRY_AFTER)).isNotNull();
    }

    @Test
    void a_rule_of_the_subnets_own_decides_on_the_same_snapshot_after_all_else() {
        AccessPolicy policy = AccessPolicy.registered()
                .allow(List.of(stranger.account()))
                .deny(List.of(rich.account()))
                .rule((hotkey, metagraph) -> metagraph
                                        .orElseThrow()
                                        .neuron(hotkey)
                                        .orElseThrow()
                                        .uid()
                                        .value()
                                == 1
                        ? AccessDecision.allowed()
                        : AccessDecision.denied("access.uid", "only neuron 1"));
        Optional<Metagraph> now = Optional.of(snapshot);
        assertThat(policy.decide(middle.account(), now)).isEqualTo(AccessDecision.allowed());
        assertThat(policy.decide(poor.account(), now)).isEqualTo(AccessDecision.denied("access.uid", "only neuron 1"));
        assertThat(policy.decide(stranger.account(), now)).isEqualTo(AccessDecision.allowed());
        assertThat(policy.decide(rich.account(), now))
                .isInstanceOfSatisfying(
                        AccessDecision.Denied.class,
                        denied -> assertThat(denied.code()).isEqualTo("access.listed"));
        assertThat(policy.decide(bob.account(), now))
                .isInstanceOfSatisfying(
                        AccessDecision.Denied.class,
                        denied -> assertThat(denied.code()).isEqualTo("access.unregistered"));
        assertThat(AccessPolicy.open()
                        .rule((hotkey, metagraph) -> AccessDecision.denied("access.closed", "not today"))
                        .minStake(io.github.bittensor4j.core.Tao.ZERO)
                        .decide(middle.account(), now))
                .isEqualTo(AccessDecision.denied("access.closed", "not today"));
        assertThatThrownBy(() -> AccessDecision.denied("auth.signature", "")).isInstanceOf(InvalidValueException.class);
    }

    @Test
    void a_rules_refusal_is_a_denied_permission_on_the_wire_and_its_failure_lets_nobody_in() throws Exception {
        Axon axon = started(open().access(AccessPolicy.open().rule((hotkey, metagraph) -> {
                    if (hotkey.equals(rich.account())) {
                        throw new IllegalStateException("a secret");
                    }
                    return AccessDecision.denied("access.closed", "not today");
                }))
                .serve(ECHO, (call, bytes) -> bytes));
        RawClient client = client(axon);
        Result denied = client.send(from(poor, 0));
        assertThat(denied.code()).contains("access.closed");
        assertThat(denied.status().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(denied.status().getDescription()).isEqualTo("not today");
        assertThat(client.send(from(rich, 0)).code()).contains("call.failed");
    }
}
