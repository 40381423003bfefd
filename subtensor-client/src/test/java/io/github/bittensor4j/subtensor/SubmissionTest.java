package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.testkit.Vectors;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The fate of an extrinsic on a node that misbehaves at each stage of its way. */
@Timeout(60)
class SubmissionTest {
    private static final Signer ALICE = Keypair.development("Alice");
    private static final AccountId BOB = Keypair.development("Bob").account();
    private static final Call TRANSFER = Calls.transfer(BOB, Tao.of("1"));
    private static final SubtensorOptions QUICK = SubtensorOptions.defaults()
            .callDeadline(Duration.ofSeconds(5))
            .reconnectDelays(Duration.ofMillis(20), Duration.ofMillis(100));
    private static final String SUBMIT = "author_submitAndWatchExtrinsic";

    private ScriptedNode node;
    private Metadata metadata;
    private final List<Block> blocks = new CopyOnWriteArrayList<>();
    private volatile long specVersion = 461;
    private volatile long finalized;
    private volatile long nonceInState = 3;

    private record Block(List<String> extrinsics, byte[] events) {}

    @BeforeEach
    void a_node_with_a_chain_of_ten_blocks() throws Exception {
        byte[] bytes = Vectors.metadata("localnet-spec461-v15.scale").orElse(null);
        Assumptions.assumeTrue(bytes != null, "skipped: no metadata");
        metadata = Metadata.parse(bytes);
        for (int i = 0; i <= 10; i++) {
            blocks.add(new Block(List.of(), events(List.of())));
        }
        finalized = 8;
        node = new ScriptedNode();
        node.on("chain_getBlockHash", (peer, r) -> {
            long n = r.get("params").isEmpty()
                    ? blocks.size() - 1
                    : r.get("params").get(0).asLong();
            peer.answer(r, n < blocks.size() ? hash(n) : ScriptedNode.JSON.nullNode());
        });
        node.on("chain_getFinalizedHead", (peer, r) -> peer.answer(r, hash(finalized)));
        node.on("chain_getHeader", (peer, r) -> peer.answer(r, header(r)));
        node.on(
                "chain_getBlock",
                (peer, r) -> peer.answer(
                        r,
                        Map.of(
                                "block",
                                Map.of("header", header(r), "extrinsics", blocks.get((int) number(r)).extrinsics))));
        node.on(
                "state_getRuntimeVersion",
                (peer, r) -> peer.answer(
                        r, Map.of("specName", "node-subtensor", "specVersion", specVersion, "transactionVersion", 1)));
        node.on("state_call", (peer, r) -> {
            if (r.get("params").get(0).asText().equals("Metadata_metadata_versions")) {
                peer.answer(r, Hex.encode(new ScaleWriter().compact(1).u32(15).toByteArray()));
            } else {
                peer.answer(
                        r, Hex.encode(new ScaleWriter().bool(true).bytes(bytes).toByteArray()));
            }
        });
        node.on("system_accountNextIndex", (peer, r) -> peer.answer(r, nonceInState));
        node.on("state_getStorage", (peer, r) -> {
            String key = r.get("params").get(0).asText();
            if (key.equals(Hex.encode(metadata.storageKey("System", "Events")))) {
                String at = r.get("params").get(1).asText();
                peer.answer(r, Hex.encode(blocks.get((int) numberOf(at)).events));
            } else if (key.equals(Hex.encode(metadata.storageKey("System", "Account", ALICE.account())))) {
                peer.answer(
                        r,
                        Hex.encode(metadata.codec()
                                .encode(
                                        metadata.entry("System", "Account").value(),
                                        Map.of(
                                                "nonce",
                                                nonceInState,
                                                "consumers",
                                                0,
                                                "providers",
                                                1,
                                                "sufficients",
                                                0,
                                                "data",
                                                Map.of("free", 5, "reserved", 0, "frozen", 0, "flags", 0)))));
            } else {
                peer.answer(r, ScriptedNode.JSON.nullNode());
            }
        });
    }

    @AfterEach
    void end() {
        if (node != null) {
            node.close();
        }
    }

    private static String hash(long number) {
        return Hex.encode(Hashes.blake2b256(("block " + number).getBytes(StandardCharsets.UTF_8)));
    }

    private long numberOf(String hash) {
        for (int i = 0; i < blocks.size(); i++) {
            if (hash(i).equals(hash)) {
                return i;
            }
        }
        throw new AssertionError("no block " + hash);
    }

    private long number(JsonNode request) {
        return numberOf(request.get("params").get(0).asText());
    }

    private Map<String, Object> header(JsonNode request) {
        return Map.of("number", "0x" + Long.toHexString(number(request)));
    }

    private byte[] events(List<ChainEvent> own) {
        List<Object> records = new ArrayList<>();
        own.forEach(e -> records.add(Map.of("phase", Map.of("ApplyExtrinsic", 0), "event", e, "topics", List.of())));
        return metadata.codec().encode(metadata.entry("System", "Events").value(), records);
    }

    private static final Map<String, Object> INFO =
            Map.of("weight", Map.of("ref_time", 1, "proof_size", 2), "class", "Normal", "pays_fee", "Yes");

    private byte[] success() {
        Map<String, Object> fee = new LinkedHashMap<>();
        fee.put("who", ALICE.account());
        fee.put("actual_fee", 1234);
        fee.put("tip", 0);
        return events(List.of(
                new ChainEvent("TransactionPayment", "TransactionFeePaid", fee),
                new ChainEvent("System", "ExtrinsicSuccess", Map.of("dispatch_info", INFO))));
    }

    private byte[] failure(String error) {
        for (int pallet = 0; pallet < 256; pallet++) {
            for (int code = 0; code < 256; code++) {
                if (metadata.moduleError(pallet, code)
                        .filter(e -> e.name().equals(error))
                        .isPresent()) {
                    return events(List.of(new ChainEvent(
                            "System",
                            "ExtrinsicFailed",
                            Map.of(
                                    "dispatch_error",
                                    Map.of("Module", Map.of("index", pallet, "error", new byte[] {(byte) code, 0, 0, 0
                                    })),
                                    "dispatch_info",
                                    INFO))));
                }
            }
        }
        throw new AssertionError(error);
    }

    /** The next block holds the extrinsic of a submission. */
    private String include(JsonNode submission, byte[] events) {
        blocks.add(new Block(List.of(submission.get("params").get(0).asText()), events));
        return hash(blocks.size() - 1);
    }

    private void grow(int count) {
        for (int i = 0; i < count; i++) {
            blocks.add(new Block(List.of(), events(List.of())));
        }
    }

    private ExtrinsicOutcome submit(SubmitOptions options) throws InterruptedException {
        return submit(TRANSFER, options);
    }

    private ExtrinsicOutcome submit(Call call, SubmitOptions options) throws InterruptedException {
        try (Subtensor chain = Subtensor.connect(Network.of(node.uri()), QUICK)) {
            return chain.submit(call, ALICE, options);
        }
    }

    @Test
    void it_is_followed_into_its_block_with_its_events_and_fee() throws Exception {
        node.on(SUBMIT, (peer, r) -> {
            peer.notice("w", "ready");
            peer.answer(r, "w");
            peer.notice("w", Map.of("broadcast", List.of("peer")));
            peer.notice("w", Map.of("inBlock", include(r, success())));
        });
        ExtrinsicOutcome.Included included = submit(SubmitOptions.defaults()).orThrow();
        assertThat(included.block()).isEqualTo(new BlockRef(11, hash(11)));
        assertThat(included.fee()).isEqualTo(Tao.ofRao(1234));
        assertThat(included.event("System", "ExtrinsicSuccess")).isPresent();
        Extrinsic sent =
                metadata.decodeExtrinsic(Hex.decode(blocks.get(11).extrinsics.get(0)));
        assertThat(sent.hash()).isEqualTo(included.hash());
        assertThat(sent.signer()).contains(ALICE.account());
        assertThat(sent.call().arguments()).containsEntry("dest", Map.of("Id", BOB));
    }

    @Test
    void finality_is_waited_for_when_asked_and_a_retracted_block_is_not_the_end() throws Exception {
        node.on(SUBMIT, (peer, r) -> {
            peer.answer(r, "w");
            peer.notice("w", Map.of("inBlock", hash(9)));
            peer.notice("w", Map.of("retracted", hash(9)));
            String block = include(r, success());
            peer.notice("w", Map.of("inBlock", block));
            peer.notice("w", Map.of("finalized", block));
        });
        assertThat(submit(SubmitOptions.defaults().until(SubmitOptions.Until.FINALIZED))
                        .orThrow()
                        .block()
                        .number())
                .isEqualTo(11);
    }

    @Test
    void a_failed_dispatch_is_refused_by_name_with_a_hint() throws Exception {
        node.on(SUBMIT, (peer, r) -> {
            peer.answer(r, "w");
            peer.notice("w", Map.of("inBlock", include(r, failure("SubtensorModule.SettingWeightsTooFast"))));
        });
        ExtrinsicOutcome.Refused refused = (ExtrinsicOutcome.Refused) submit(
                Calls.setWeights(Netuid.of(1), new WeightVector(List.of(Uid.of(0)), List.of(1)), 0),
                SubmitOptions.defaults());
        assertThat(refused.error()).isEqualTo("SubtensorModule.SettingWeightsTooFast");
        assertThat(refused.hint()).contains("weightsRateLimit");
        assertThat(refused.retryable()).isTrue();
        assertThat(refused.block()).contains(new BlockRef(11, hash(11)));
    }

    @Test
    void a_call_that_fails_inside_sudo_is_refused_too() throws Exception {
        node.on(SUBMIT, (peer, r) -> {
            peer.answer(r, "w");
            byte[] sudid = events(List.of(
                    new ChainEvent("Sudo", "Sudid", Map.of("sudo_result", Map.of("Err", "BadOrigin"))),
                    new ChainEvent("System", "ExtrinsicSuccess", Map.of("dispatch_info", INFO))));
            peer.notice("w", Map.of("inBlock", include(r, sudid)));
        });
        assertThat(((ExtrinsicOutcome.Refused) submit(Calls.sudo(TRANSFER), SubmitOptions.defaults())).error())
                .isEqualTo("Dispatch.BadOrigin");
    }

    @Test
    void the_pools_refusals_have_names() throws Exception {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("Inability to pay some fees (e.g. account balance too low)", "Invalid.Payment");
        names.put("Transaction is outdated", "Invalid.Stale");
        names.put("Transaction has a bad signature", "Invalid.BadProof");
        names.put("Invalid signing address", "Invalid.BadSigner");
        names.put("{\"invalid\":{\"stale\":null}}", "Invalid.Stale");
        names.put("{\"invalid\":{\"custom\":11}}", "Custom.InvalidIpAddress");
        names.put("Custom error: 0", "Custom.ColdkeyInSwapSchedule");
        names.put("Custom error: 11", "Custom.InvalidIpAddress");
        names.put("Custom error: 27", "Custom.DelegateTakeTooHigh");
        names.put("Custom error: 255", "Custom.BadRequest");
        names.put("Custom error: 200", "Custom.200");
        for (Map.Entry<String, String> one : names.entrySet()) {
            node.on(SUBMIT, (peer, r) -> peer.error(r, 1010, "Invalid Transaction", one.getKey()));
            ExtrinsicOutcome.Refused refused = (ExtrinsicOutcome.Refused) submit(SubmitOptions.defaults());
            assertThat(refused.error()).isEqualTo(one.getValue());
            assertThat(refused.block()).isEmpty();
        }
        node.on(SUBMIT, (peer, r) -> peer.error(r, 1014, "Priority is too low: (1 vs 1)", null));
        assertThat(((ExtrinsicOutcome.Refused) submit(SubmitOptions.defaults())).error())
                .isEqualTo("Pool.PriorityTooLow");
    }

    @Test
    void what_became_invalid_in_the_pool_is_refused_whether_or_not_the_node_says_why() throws Exception {
        for (Object word : List.of("invalid", Map.of("invalid", Map.of("future", Map.of())))) {
            node.on(SUBMIT, (peer, r) -> {
                peer.answer(r, "w");
                peer.notice("w", word);
            });
            assertThat(((ExtrinsicOutcome.Refused) submit(SubmitOptions.defaults())).error())
                    .isEqualTo("Pool.Invalid");
        }
    }

    @Test
    void a_connection_lost_after_sending_does_not_hide_that_it_was_included() throws Exception {
        node.on(SUBMIT, (peer, r) -> {
            include(r, success());
            peer.crash();
        });
        assertThat(submit(SubmitOptions.defaults()).orThrow().block().number()).isEqualTo(11);
        assertThat(node.asked(SUBMIT)).isEqualTo(1);
    }

    @Test
    void a_connection_lost_while_it_waits_in_the_pool_is_no_reason_to_send_it_again() throws Exception {
        node.on(SUBMIT, (peer, r) -> {
            peer.answer(r, "w");
            peer.notice("w", "ready");
            grow(2);
            include(r, success());
            peer.breakOff();
        });
        assertThat(submit(SubmitOptions.defaults()).orThrow().block().number()).isEqualTo(13);
        assertThat(node.asked(SUBMIT)).isEqualTo(1);
    }

    @Test
    void what_was_lost_and_not_included_in_time_has_expired() throws Exception {
        node.on(SUBMIT, (peer, r) -> {
            grow(70);
            peer.crash();
        });
        ExtrinsicOutcome.Refused refused = (ExtrinsicOutcome.Refused) submit(SubmitOptions.defaults());
        assertThat(refused.error()).isEqualTo("Pool.Expired");
        assertThat(refused.retryable()).isTrue();
        assertThat(node.asked(SUBMIT)).isEqualTo(1);
    }

    @Test
    void what_was_lost_and_whose_nonce_another_used_was_usurped() throws Exception {
        node.on(SUBMIT, (peer, r) -> {
            grow(1);
            nonceInState = 4;
            peer.crash();
        });
        assertThat(((ExtrinsicOutcome.Refused) submit(SubmitOptions.defaults())).error())
                .isEqualTo("Pool.Usurped");
    }

    @Test
    void what_can_not_be_told_within_the_deadline_is_unknown_and_says_until_when_it_may_come() throws Exception {
        node.on(SUBMIT, (peer, r) -> peer.crash());
        ExtrinsicOutcome.Unknown unknown =
                (ExtrinsicOutcome.Unknown) submit(SubmitOptions.defaults().deadline(Duration.ofSeconds(1)));
        assertThat(unknown.nonce()).isEqualTo(3);
        assertThat(unknown.validUntil().orElseThrow()).isBetween(60L, 74L);
        assertThat(unknown.reason()).contains("lost");
        assertThat(node.asked(SUBMIT)).isEqualTo(1);
    }

    @Test
    void the_same_bytes_in_the_pool_already_are_followed_and_not_refused() throws Exception {
        node.on(SUBMIT, (peer, r) -> {
            include(r, success());
            peer.error(r, 1013, "Transaction Already Imported", null);
        });
        assertThat(submit(SubmitOptions.defaults())).isInstanceOf(ExtrinsicOutcome.Included.class);
    }

    @Test
    void submissions_at_once_take_numbers_of_their_own_and_a_refused_one_gives_its_back() throws Exception {
        List<Long> nonces = new CopyOnWriteArrayList<>();
        CountDownLatch both = new CountDownLatch(2);
        node.on(SUBMIT, (peer, r) -> {
            nonces.add(nonce(r));
            both.countDown();
            // Neither is answered before the other was sent.
            new Thread(() -> {
                        try {
                            if (both.await(20, TimeUnit.SECONDS)) {
                                peer.error(r, 1010, "Invalid Transaction", "Transaction is outdated");
                            }
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    })
                    .start();
        });
        try (Subtensor chain = Subtensor.connect(Network.of(node.uri()), QUICK)) {
            List<CompletableFuture<ExtrinsicOutcome>> all = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                CompletableFuture<ExtrinsicOutcome> one = new CompletableFuture<>();
                all.add(one);
                new Thread(() -> {
                            try {
                                one.complete(chain.submit(TRANSFER, ALICE));
                            } catch (InterruptedException | RuntimeException e) {
                                one.completeExceptionally(e);
                            }
                        })
                        .start();
            }
            for (CompletableFuture<ExtrinsicOutcome> one : all) {
                assertThat(one.get(30, TimeUnit.SECONDS)).isInstanceOf(ExtrinsicOutcome.Refused.class);
            }
            assertThat(nonces).containsExactlyInAnyOrder(3L, 4L);
            chain.submit(TRANSFER, ALICE);
            assertThat(nonces.get(2)).isEqualTo(3);
        }
    }

    /** The nonce inside a submitted extrinsic: after length, preamble, address, signature and an era of two bytes. */
    private static long nonce(JsonNode submission) {
        byte[] bytes = Hex.decode(submission.get("params").get(0).asText());
        return new ScaleReader(bytes, 2 + 1 + 33 + 65 + 2, bytes.length).compact();
    }

    @Test
    void a_runtime_upgrade_is_noticed_before_signing() throws Exception {
        node.on(SUBMIT, (peer, r) -> {
            peer.answer(r, "w");
            peer.notice("w", Map.of("inBlock", include(r, success())));
        });
        try (Subtensor chain = Subtensor.connect(Network.of(node.uri()), QUICK)) {
            Metadata before = chain.metadata();
            chain.submit(TRANSFER, ALICE).orThrow();
            assertThat(chain.metadata()).isSameAs(before);
            specVersion = 475;
            chain.submit(TRANSFER, ALICE).orThrow();
            assertThat(chain.runtimeVersion().specVersion()).isEqualTo(475);
            assertThat(chain.metadata()).isNotSameAs(before);
        }
    }
}
