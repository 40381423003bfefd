package io.github.bittensor4j.dendrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.axon.RefusalException;
import io.github.bittensor4j.axon.Tls;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.auth.Receipt;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.tls.TlsIdentity;
import io.github.bittensor4j.core.tls.TlsKey;
import io.github.bittensor4j.dendrite.QueryOutcome.Answered;
import io.github.bittensor4j.dendrite.QueryOutcome.Invalid;
import io.github.bittensor4j.dendrite.QueryOutcome.Refused;
import io.github.bittensor4j.dendrite.QueryOutcome.TimedOut;
import io.github.bittensor4j.dendrite.QueryOutcome.Unreachable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SessionsAndTlsTest extends BothSides {
    record Prompt(String text, int count) {}

    record Reply(String text) {}

    private static final SynapseType<Prompt, Reply> SHOUT = SynapseType.json("shout.v1", Prompt.class, Reply.class);
    private static final DendriteOptions SESSIONS = DendriteOptions.defaults().sessions(true);

    private final TlsIdentity identity = TlsIdentity.generate();

    private Axon.Builder axon() {
        return loopback().limits(limits -> limits.waiting(1000)).serve(ECHO, (call, bytes) -> bytes);
    }

    private Target at(Axon axon) {
        return at(axon.port());
    }

    private TlsKey key() {
        return identity.key().orElseThrow();
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static void assertEcho(Dendrite dendrite, Target target, int size) throws InterruptedException {
        byte[] body = bytes(size);
        QueryOutcome<byte[]> outcome = dendrite.query(target, ECHO, body, SOON);
        assertThat(outcome.answerOrEmpty())
                .as("%s", outcome)
                .hasValueSatisfying(answer -> assertThat(answer).isEqualTo(body));
    }

    // Sessions

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void many_calls_go_through_one_session_of_one_connection(boolean secured) throws Exception {
        Axon axon = started(secured ? axon().tls(Tls.of(identity)) : axon());
        Target target = secured ? at(axon).pinned(key()) : at(axon);
        Dendrite dendrite = dendrite(SESSIONS);
        for (int size : new int[] {0, 1, 100, 40_000, 3 << 20}) {
            assertEcho(dendrite, target, size);
        }
        List<CompletableFuture<QueryOutcome<byte[]>>> asked = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            asked.add(dendrite.queryAsync(target, ECHO, bytes(i), SOON));
        }
        for (int i = 0; i < asked.size(); i++) {
            int number = i;
            assertThat(asked.get(i).get())
                    .isInstanceOfSatisfying(
                            Answered.class,
                            answered -> assertThat(answered.answer()).isEqualTo(bytes(number)));
        }
        assertThat(axon.status().connections()).isEqualTo(1);
        assertThat(axon.status().accepted()).isEqualTo(505);
        assertThat(axon.status().refused()).isEmpty();
    }

    @Test
    void an_answer_in_parts_comes_in_order_and_no_faster_than_it_is_taken() throws Exception {
        AtomicInteger sent = new AtomicInteger();
        byte[] part = bytes(16 << 10);
        Axon axon = started(axon().stream(ECHO, (call, bytes, parts) -> {
            for (int i = 0; i < 64; i++) {
                part[0] = (byte) i;
                parts.send(part.clone());
                sent.incrementAndGet();
            }
        }));
        List<Byte> taken = new ArrayList<>();
        AtomicInteger ahead = new AtomicInteger();
        QueryOutcome<Long> outcome = dendrite(SESSIONS).stream(at(axon), ECHO, new byte[0], SOON, bytes -> {
            taken.add(bytes[0]);
            ahead.accumulateAndGet(sent.get() - taken.size(), Math::max);
        });
        assertThat(outcome).isInstanceOf(Answered.class);
        assertThat(taken).hasSize(64);
        for (int i = 0; i < 64; i++) {
            assertThat(taken.get(i)).isEqualTo((byte) i);
        }
        assertThat(ahead.get()).isLessThanOrEqualTo(8);
    }

    @Test
    void refusals_and_deadlines_are_those_of_signed_calls() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        Axon axon = started(axon().serve(SHOUT, (call, prompt) -> {
            if (prompt.count() == 0) {
                throw new RefusalException("model.asleep", true, "not now");
            }
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return new Reply("late");
        }));
        Dendrite dendrite = dendrite(SESSIONS);
        assertThat(dendrite.query(at(axon), SHOUT, new Prompt("", 0), SOON))
                .isInstanceOfSatisfying(Refused.class, refused -> {
                    assertThat(refused.code()).isEqualTo("model.asleep");
                    assertThat(refused.message()).isEqualTo("not now");
                });
        assertThat(dendrite.query(at(axon), SHOUT, new Prompt("", 1), Duration.ofMillis(200)))
                .isInstanceOf(TimedOut.class);
        assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
        SynapseType<byte[], byte[]> unknown = SynapseType.bytes("unknown.v1");
        assertThat(dendrite.query(at(axon), unknown, new byte[0], SOON))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo("call.unknown"));
        assertEcho(dendrite, at(axon), 10);
    }

    @Test
    void a_caller_that_goes_ends_its_call_and_no_other() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Axon axon = started(axon().serve(SHOUT, (call, prompt) -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return new Reply("");
        }));
        Dendrite dendrite = dendrite(SESSIONS);
        CompletableFuture<QueryOutcome<Reply>> asked = dendrite.queryAsync(at(axon), SHOUT, new Prompt("", 1), SOON);
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        asked.cancel(false);
        assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
        assertEcho(dendrite, at(axon), 10);
        assertThat(axon.status().connections()).isEqualTo(1);
    }

    @Test
    void a_caller_that_loses_its_permit_is_out_at_its_next_call() throws Exception {
        AtomicBoolean permit = new AtomicBoolean(true);
        Axon axon = started(axon().access(AccessPolicy.validatorPermit()).metagraph(() -> metagraph(permit.get())));
        Dendrite dendrite = dendrite(SESSIONS);
        assertEcho(dendrite, at(axon), 10);
        permit.set(false);
        assertThat(dendrite.query(at(axon), ECHO, new byte[0], SOON))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo("access.permit"));
        permit.set(true);
        assertEcho(dendrite, at(axon), 11);
        assertThat(axon.status().connections()).isEqualTo(1);
    }

    private Optional<Metagraph> metagraph(boolean permit) {
        Netuid netuid = Netuid.of(1);
        Alpha none = Alpha.ofRao(netuid, 0);
        AccountId alice = validator.account();
        NeuronInfo caller = new NeuronInfo(
                Uid.of(0), alice, alice, true, Optional.empty(), permit, 1, none, 0, 0, 0, 0, none, 0, 0);
        return Optional.of(new Metagraph(netuid, new BlockRef(1, "0x" + "00".repeat(32)), 360, List.of(caller)));
    }

    @Test
    void an_axon_that_does_not_let_a_caller_in_opens_no_session() throws Exception {
        Axon axon = started(axon().access(AccessPolicy.validatorPermit()));
        assertThat(dendrite(SESSIONS).query(at(axon), ECHO, new byte[0], SOON))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo("access.unknown"));
    }

    @Test
    void another_session_is_opened_when_the_axon_came_back() throws Exception {
        Axon first = axon().start();
        int port = first.port();
        Dendrite dendrite = dendrite(SESSIONS);
        Target target = at(first);
        assertEcho(dendrite, target, 10);
        first.close();
        started(axon().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
        QueryOutcome<byte[]> outcome;
        do { // what was asked while the connection fell was not answered, and says so
            outcome = dendrite.query(target, ECHO, bytes(10), SOON);
        } while (outcome instanceof Unreachable);
        assertThat(outcome).isInstanceOf(Answered.class);
    }

    @Test
    void another_hotkey_at_that_address_opens_no_session() throws Exception {
        Axon axon = started(axon());
        try (Keypair other = Keypair.development("Charlie")) {
            Target wrong = Target.of(other.account(), at(axon).endpoint());
            assertThat(dendrite(SESSIONS).query(wrong, ECHO, new byte[0], SOON))
                    .isInstanceOfSatisfying(
                            Refused.class, refused -> assertThat(refused.code()).isEqualTo("auth.receiver"));
        }
    }

    @Test
    void who_asks_while_a_session_is_being_refused_is_refused_by_the_next() throws Exception {
        Axon axon = started(axon());
        try (Keypair other = Keypair.development("Charlie")) {
            Target wrong = Target.of(other.account(), at(axon).endpoint());
            Dendrite dendrite = dendrite(SESSIONS);
            List<CompletableFuture<QueryOutcome<byte[]>>> asked = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                asked.add(dendrite.queryAsync(wrong, ECHO, new byte[0], SOON));
            }
            for (CompletableFuture<QueryOutcome<byte[]>> each : asked) {
                assertThat(each.get())
                        .isInstanceOfSatisfying(
                                Refused.class,
                                refused -> assertThat(refused.code()).isEqualTo("auth.receiver"));
            }
        }
    }

    @Test
    void closing_ends_what_is_under_way() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Axon axon = started(axon().serve(SHOUT, (call, prompt) -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return new Reply("");
        }));
        Dendrite dendrite = dendrite(SESSIONS);
        CompletableFuture<QueryOutcome<Reply>> asked = dendrite.queryAsync(at(axon), SHOUT, new Prompt("", 1), SOON);
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        dendrite.close();
        assertThat(asked.get(20, TimeUnit.SECONDS)).isInstanceOf(Unreachable.class);
        assertThatThrownBy(() -> dendrite.query(at(axon), ECHO, new byte[0], SOON))
                .isInstanceOf(DendriteException.class);
    }

    // TLS

    @Test
    void a_pinned_axon_is_spoken_to_with_its_key_alone() throws Exception {
        Axon axon = started(axon().tls(Tls.of(identity)));
        Dendrite dendrite = dendrite(DendriteOptions.defaults());
        assertEcho(dendrite, at(axon).pinned(key()), 100_000);
        TlsKey other = TlsIdentity.generate().key().orElseThrow();
        assertThat(dendrite.query(at(axon).pinned(other), ECHO, new byte[0], SOON))
                .isInstanceOfSatisfying(
                        Invalid.class,
                        invalid -> assertThat(invalid.reason())
                                .contains("not the published one")
                                .contains(other.toString()));
        assertThat(dendrite.query(at(axon), ECHO, new byte[0], SOON)).isInstanceOf(Unreachable.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothing_is_sent_in_the_clear_to_a_target_with_a_key(boolean sessions) throws Exception {
        Axon plain = started(axon());
        QueryOutcome<byte[]> outcome =
                dendrite(SESSIONS.sessions(sessions)).query(at(plain).pinned(key()), ECHO, new byte[0], SOON);
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Invalid.class, invalid -> assertThat(invalid.reason()).contains("TLS"));
        assertThat(plain.status().accepted()).isZero();
    }

    @Test
    void where_tls_is_required_a_target_without_a_key_is_not_asked() throws Exception {
        Axon plain = started(axon());
        assertThat(dendrite(DendriteOptions.defaults().tls(TlsUse.REQUIRED)).query(at(plain), ECHO, new byte[0], SOON))
                .isInstanceOfSatisfying(
                        Invalid.class, invalid -> assertThat(invalid.reason()).contains("TLS key"));
        assertThat(plain.status().accepted()).isZero();
    }

    @Test
    void a_certificate_of_no_known_ca_is_not_believed() throws Exception {
        Axon axon = started(axon().tls(Tls.of(identity)));
        assertThat(dendrite(DendriteOptions.defaults().tls(TlsUse.BY_CERTIFICATE))
                        .query(at(axon), ECHO, new byte[0], SOON))
                .isInstanceOf(Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void an_axon_can_ask_for_the_key_that_its_caller_published(boolean sessions) throws Exception {
        TlsIdentity callers = TlsIdentity.generate();
        AccountId alice = validator.account();
        Axon axon = started(axon().tls(
                        Tls.of(identity).callers(hotkey -> hotkey.equals(alice) ? callers.key() : Optional.empty())));
        Target target = at(axon).pinned(key());
        DendriteOptions options = DendriteOptions.defaults().sessions(sessions);
        assertEcho(dendrite(options.tlsIdentity(callers)), target, 1000);
        for (DendriteOptions wrong : List.of(options, options.tlsIdentity(TlsIdentity.generate()))) {
            assertThat(dendrite(wrong).query(target, ECHO, new byte[0], SOON))
                    .isInstanceOfSatisfying(
                            Refused.class, refused -> assertThat(refused.code()).isEqualTo("auth.channel"));
        }
        try (Keypair eve = Keypair.development("Eve");
                Dendrite unpublished = Dendrite.open(eve, options.tlsIdentity(callers))) {
            assertThat(unpublished.query(target, ECHO, new byte[0], SOON))
                    .isInstanceOfSatisfying(
                            Refused.class, refused -> assertThat(refused.code()).isEqualTo("auth.channel"));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Dialect.class,
            names = {"GRPC", "HTTP"})
    void every_dialect_of_signed_requests_goes_over_tls(Dialect dialect) throws Exception {
        TlsIdentity callers = TlsIdentity.generate();
        Axon axon = started(axon().tls(Tls.of(identity).callers(hotkey -> callers.key())));
        Target target = at(axon).pinned(key()).speaking(dialect);
        assertEcho(dendrite(DendriteOptions.defaults().tlsIdentity(callers)), target, 70_000);
        assertThat(dendrite(DendriteOptions.defaults()).query(target, ECHO, new byte[0], SOON))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo("auth.channel"));
        TlsKey other = TlsIdentity.generate().key().orElseThrow();
        assertThat(dendrite(DendriteOptions.defaults())
                        .query(at(axon).pinned(other).speaking(dialect), ECHO, new byte[0], SOON))
                .isInstanceOfSatisfying(
                        Invalid.class, invalid -> assertThat(invalid.reason()).contains("not the published one"));
        Axon plain = started(axon());
        assertThat(dendrite(DendriteOptions.defaults())
                        .query(at(plain).pinned(key()).speaking(dialect), ECHO, new byte[0], SOON))
                .isInstanceOf(Invalid.class);
        assertThat(plain.status().accepted()).isZero();
    }

    // Receipts

    @ParameterizedTest
    @CsvSource({"GRPC,false", "GRPC,true", "HTTP,false"})
    void an_answer_that_is_to_be_signed_comes_with_a_receipt_that_holds(Dialect dialect, boolean sessions)
            throws Exception {
        Axon axon = started(axon());
        Dendrite dendrite =
                dendrite(DendriteOptions.defaults().sessions(sessions).receipts(true));
        QueryOutcome<byte[]> outcome = dendrite.query(at(axon).speaking(dialect), ECHO, new byte[] {1, 2, 3}, SOON);
        Receipt receipt = receipt(outcome).orElseThrow();
        assertThat(Receipt.decode(receipt.encode()).isValid()).isTrue();
        assertThat(receipt.signer()).isEqualTo(miner.account());
        assertThat(receipt.request().sender()).isEqualTo(validator.account());
        assertThat(receipt(dendrite(DendriteOptions.defaults().sessions(sessions))
                        .query(at(axon).speaking(dialect), ECHO, new byte[0], SOON)))
                .isEmpty();
    }

    private static Optional<Receipt> receipt(QueryOutcome<?> outcome) {
        if (outcome instanceof Answered<?> answered) {
            return answered.receipt();
        }
        throw new AssertionError(outcome.toString());
    }

    @ParameterizedTest
    @CsvSource({"GRPC,false,false", "GRPC,true,false", "HTTP,false,false", "HTTP,false,true"})
    void an_answer_in_parts_is_signed_at_its_end(Dialect dialect, boolean sessions, boolean http2) throws Exception {
        Axon axon = started(axon().stream(ECHO, (call, bytes, parts) -> {
            parts.send(new byte[] {1});
            parts.send(new byte[] {2, 3});
        }));
        Dendrite dendrite = dendrite(
                DendriteOptions.defaults().sessions(sessions).http2(http2).receipts(true));
        Receipt receipt = receipt(dendrite.stream(at(axon).speaking(dialect), ECHO, new byte[0], SOON, part -> {}))
                .orElseThrow();
        assertThat(receipt.isValid()).isTrue();
        assertThat(receipt.parts()).hasValue(2);
    }
}
