package io.github.bittensor4j.localnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A chain on a real socket: what it takes, what it refuses and with which words. */
class LocalnetTest {
    private static final long TAO = 1_000_000_000L;

    private final Localnet chain =
            Localnet.builder().blockTime(BlockTime.MANUAL).start();
    private final RpcClient client = new RpcClient(chain.endpoint());
    private final Keypair alice = Keypair.development("Alice");
    private final AccountId bob = Keypair.development("Bob").account();

    @AfterEach
    void close() {
        client.close();
        chain.close();
    }

    private Extrinsics transfer(long rao) {
        return new Extrinsics(alice, client).call(Extrinsics.transfer(bob, rao));
    }

    private long free(AccountId account) {
        byte[] key = new ScaleWriter()
                .raw(Hashes.twox128("System".getBytes(StandardCharsets.UTF_8)))
                .raw(Hashes.twox128("Account".getBytes(StandardCharsets.UTF_8)))
                .raw(Hashes.blake2b128(account.bytes()))
                .raw(account.bytes())
                .toByteArray();
        JsonNode value = client.result("state_getStorage", "0x" + HexFormat.of().formatHex(key));
        if (value.isNull()) {
            return 0;
        }
        ScaleReader in = new ScaleReader(Extrinsics.bytes(value.textValue()));
        in.raw(16);
        return in.u64();
    }

    private long nonce() {
        return client.result("account_nextIndex", alice.account().ss58()).longValue();
    }

    /** Every test of a refusal begins with this: the honest form of the same thing is taken. */
    private void anHonestTransferIsIncluded() {
        long before = free(bob);
        client.result("author_submitExtrinsic", transfer(TAO).nonce(nonce()).hex());
        chain.produceBlocks(1);
        assertThat(free(bob)).isEqualTo(before + TAO);
    }

    private void refused(Extrinsics extrinsic, int code, String words) {
        JsonNode error = client.error("author_submitExtrinsic", extrinsic.hex());
        assertThat(error.path("code").intValue()).isEqualTo(code);
        assertThat(error.path("message").textValue() + " " + error.path("data").asText(""))
                .contains(words);
        long before = free(bob);
        chain.produceBlocks(1);
        assertThat(free(bob)).isEqualTo(before);
        assertThat(client.result("author_pendingExtrinsics")).isEmpty();
    }

    @Test
    void a_transfer_is_followed_to_finality_and_its_events_say_what_it_cost() throws InterruptedException {
        long aliceBefore = free(alice.account());
        JsonNode id =
                client.result("author_submitAndWatchExtrinsic", transfer(TAO).hex());
        JsonNode ready = client.notification();
        assertThat(ready.path("subscription")).isEqualTo(id);
        assertThat(ready.path("result").textValue()).isEqualTo("ready");
        chain.produceBlocks(1);
        String block = client.notification().path("result").path("inBlock").textValue();
        assertThat(client.notification().path("result").path("finalized").textValue())
                .isEqualTo(block);
        JsonNode extrinsics =
                client.result("chain_getBlock", block).path("block").path("extrinsics");
        assertThat(extrinsics).hasSize(2);
        assertThat(extrinsics.get(0).textValue()).startsWith("0x280502000b");
        long fee = client.result("payment_queryInfo", transfer(TAO).hex())
                .path("partialFee")
                .asLong();
        assertThat(fee).isPositive();
        assertThat(free(alice.account())).isEqualTo(aliceBefore - TAO - fee);
        assertThat(nonce()).isEqualTo(1);
    }

    @Test
    void a_signature_of_ed25519_is_taken_too() {
        Keypair ed = Keypair.fromSeed(KeyScheme.ED25519, new byte[32]);
        client.result(
                "author_submitExtrinsic",
                new Extrinsics(alice, client)
                        .call(Extrinsics.transfer(ed.account(), 10 * TAO))
                        .hex());
        chain.produceBlocks(1);
        client.result(
                "author_submitExtrinsic",
                new Extrinsics(ed, client).call(Extrinsics.transfer(bob, TAO)).hex());
        long before = free(bob);
        chain.produceBlocks(1);
        assertThat(free(bob)).isEqualTo(before + TAO);
    }

    @Test
    void a_bad_signature_is_refused() {
        anHonestTransferIsIncluded();
        refused(transfer(TAO).nonce(nonce()).spoilSignature(), 1010, "bad signature");
    }

    @Test
    void the_all_zero_key_can_not_spend_though_anybody_can_sign_for_it() {
        AccountId zero = AccountId.ZERO;
        client.result(
                "author_submitExtrinsic",
                new Extrinsics(alice, client)
                        .call(Extrinsics.transfer(zero, 10 * TAO))
                        .hex());
        anHonestTransferIsIncluded();
        assertThat(free(zero)).isEqualTo(10 * TAO);
        refused(transfer(TAO).signedByTheZeroKey(), 1010, "Invalid signing address");
        assertThat(free(zero)).isEqualTo(10 * TAO);
    }

    @Test
    void a_signature_for_another_chain_is_refused() {
        anHonestTransferIsIncluded();
        refused(transfer(TAO).nonce(nonce()).genesis(new byte[32]), 1010, "bad signature");
    }

    @Test
    void a_signature_for_another_runtime_version_is_refused() {
        anHonestTransferIsIncluded();
        refused(transfer(TAO).nonce(nonce()).specVersion(460), 1010, "bad signature");
    }

    @Test
    void a_nonce_that_is_used_up_is_refused() {
        anHonestTransferIsIncluded();
        refused(transfer(2 * TAO).nonce(0), 1010, "Transaction is outdated");
    }

    @Test
    void a_nonce_ahead_waits_until_the_gap_is_closed() {
        client.result("author_submitExtrinsic", transfer(TAO).nonce(1).hex());
        chain.produceBlocks(1);
        assertThat(client.result("author_pendingExtrinsics")).hasSize(1);
        assertThat(nonce()).isZero();
        client.result("author_submitExtrinsic", transfer(TAO).nonce(0).hex());
        assertThat(nonce()).isEqualTo(2);
        long before = free(bob);
        chain.produceBlocks(1);
        assertThat(free(bob)).isEqualTo(before + 2 * TAO);
    }

    @Test
    void an_era_that_is_over_is_refused_as_such_and_one_that_runs_is_taken() {
        chain.produceBlocks(4);
        byte[] birth = Extrinsics.bytes(client.result("chain_getBlockHash", 4).textValue());
        client.result(
                "author_submitExtrinsic", transfer(TAO).mortal(4, 4, birth).hex());
        chain.produceBlocks(1);
        assertThat(nonce()).isEqualTo(1);
        chain.produceBlocks(4);
        refused(transfer(TAO).nonce(1).mortal(4, 4, birth), 1010, "ancient birth block");
    }

    @Test
    void an_era_that_ends_while_the_extrinsic_waits_makes_it_invalid() throws InterruptedException {
        chain.produceBlocks(4);
        byte[] birth = Extrinsics.bytes(client.result("chain_getBlockHash", 4).textValue());
        client.result(
                "author_submitAndWatchExtrinsic",
                transfer(TAO).nonce(5).mortal(4, 4, birth).hex());
        assertThat(client.notification().path("result").textValue()).isEqualTo("future");
        chain.produceBlocks(4);
        assertThat(client.notification().path("result").textValue()).isEqualTo("invalid");
    }

    @Test
    void who_can_not_pay_the_fee_is_refused() {
        anHonestTransferIsIncluded();
        Keypair poor = Keypair.development("Poor");
        Extrinsics unpaid = new Extrinsics(poor, client).call(Extrinsics.transfer(bob, 1000));
        refused(unpaid, 1010, "Inability to pay some fees");
        JsonNode again = client.error("author_submitExtrinsic", unpaid.hex());
        // Made anew, so signed anew: only the very same bytes are remembered.
        assertThat(again.path("code").intValue()).isEqualTo(1010);
    }

    @Test
    void more_than_the_balance_is_included_as_failed_and_costs_its_fee() {
        long before = free(alice.account());
        client.result("author_submitExtrinsic", transfer(2_000_000 * TAO).hex());
        chain.produceBlocks(1);
        assertThat(free(alice.account())).isLessThan(before).isGreaterThan(before - TAO);
        assertThat(nonce()).isEqualTo(1);
    }

    @Test
    void the_same_bytes_and_the_same_nonce_are_refused_by_their_own_codes() {
        String first = transfer(TAO).hex();
        client.result("author_submitExtrinsic", first);
        assertThat(client.error("author_submitExtrinsic", first).path("code").intValue())
                .isEqualTo(1013);
        assertThat(client.error("author_submitExtrinsic", transfer(2 * TAO).hex())
                        .path("code")
                        .intValue())
                .isEqualTo(1014);
        String bad = transfer(TAO).nonce(9).spoilSignature().hex();
        assertThat(client.error("author_submitExtrinsic", bad).path("code").intValue())
                .isEqualTo(1010);
        assertThat(client.error("author_submitExtrinsic", bad).path("code").intValue())
                .isEqualTo(1012);
    }

    @Test
    void a_call_that_does_not_exist_is_refused_with_what_is_wrong() {
        anHonestTransferIsIncluded();
        refused(
                new Extrinsics(alice, client).nonce(nonce()).call(new byte[] {5, 99, 0}),
                1002,
                "Balances has no call of index 99");
        refused(new Extrinsics(alice, client).nonce(nonce()).call(new byte[] {99, 0, 0}), 1002, "alternative 99");
    }

    @Test
    void a_call_that_is_not_modelled_is_refused_by_its_name() {
        anHonestTransferIsIncluded();
        byte[] setHeapPages = new ScaleWriter().u8(0).u8(1).u64(1).toByteArray();
        refused(
                new Extrinsics(alice, client).nonce(nonce()).call(setHeapPages),
                1010,
                "System.set_heap_pages is not modelled");
        byte[] hidden = new ScaleWriter().u8(12).u8(0).raw(setHeapPages).toByteArray();
        refused(
                new Extrinsics(alice, client).nonce(nonce()).call(hidden),
                1010,
                "System.set_heap_pages is not modelled");
    }

    @Test
    void sudo_by_another_key_is_refused_before_it_reaches_a_block() {
        byte[] remark = {12, 0, 0, 0, 0};
        client.result(
                "author_submitExtrinsic",
                new Extrinsics(alice, client).call(remark).hex());
        chain.produceBlocks(1);
        refused(new Extrinsics(Keypair.development("Bob"), client).call(remark), 1010, "Invalid signing address");
    }

    @Test
    void an_inherent_from_outside_is_refused() {
        String inherent = client.result("chain_getBlock", head(1))
                .path("block")
                .path("extrinsics")
                .get(0)
                .textValue();
        JsonNode error = client.error("author_submitExtrinsic", inherent);
        assertThat(error.path("code").intValue()).isEqualTo(1010);
    }

    private String head(int blocks) {
        chain.produceBlocks(blocks);
        return client.result("chain_getBlockHash").textValue();
    }

    @Test
    void garbage_is_answered_and_the_connection_lives_on() throws InterruptedException {
        for (String garbage : List.of(
                "",
                "0x",
                "0x00",
                "0xff",
                "0x0484",
                "0x04" + "84",
                "0x280502000b",
                "0xfeffffff84",
                "0x13ffffffffffffffff")) {
            JsonNode error = client.error("author_submitExtrinsic", garbage);
            assertThat(error.path("code").intValue()).as(garbage).isIn(1001, 1002, 1010);
        }
        assertThat(client.error("author_submitExtrinsic", "xyz").path("code").intValue())
                .isEqualTo(-32602);
        assertThat(client.error("author_submitExtrinsic").path("code").intValue())
                .isEqualTo(-32602);
        assertThat(client.error("author_submitExtrinsic", 7).path("code").intValue())
                .isEqualTo(-32602);
        assertThat(client.error("state_getStorage", "0x00", "0x12").path("code").intValue())
                .isEqualTo(-32602);
        assertThat(client.error("state_getKeysPaged", "0x", 1_000_000)
                        .path("code")
                        .intValue())
                .isEqualTo(-32602);
        client.send("{");
        assertThat(client.unasked().path("error").path("code").intValue()).isEqualTo(-32700);
        client.send("[]");
        assertThat(client.unasked().path("error").path("code").intValue()).isEqualTo(-32600);
        client.send("[".repeat(5000));
        assertThat(client.unasked().path("error").path("code").intValue()).isEqualTo(-32700);
        client.send("{\"jsonrpc\":\"2.0\",\"id\":\"x\"}");
        assertThat(client.unasked().path("error").path("code").intValue()).isEqualTo(-32600);
        assertThat(client.error("system_reboot").path("message").textValue()).contains("system_reboot");
        assertThat(client.error("system_reboot").path("code").intValue()).isEqualTo(-32601);
        anHonestTransferIsIncluded();
    }

    @Test
    void a_call_nested_too_deep_is_refused_without_harm() {
        ScaleWriter nested = new ScaleWriter();
        for (int i = 0; i < 10_000; i++) {
            nested.u8(11).u8(0).compact(1);
        }
        byte[] call = nested.raw(new byte[] {0, 0, 0}).toByteArray();
        JsonNode error = client.error(
                "author_submitExtrinsic",
                new Extrinsics(alice, client).call(call).hex());
        assertThat(error.path("message").textValue()).contains("nested deeper");
        anHonestTransferIsIncluded();
    }

    @Test
    void a_batch_is_answered_in_one_message_in_order() throws InterruptedException {
        client.send("[{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"system_chain\"},"
                + "{\"jsonrpc\":\"2.0\",\"method\":\"system_name\"},"
                + "{\"jsonrpc\":\"2.0\",\"id\":\"b\",\"method\":\"nothing\",\"params\":[]}]");
        JsonNode answers = client.unasked();
        assertThat(answers).hasSize(2);
        assertThat(answers.get(0).path("id").textValue()).isEqualTo("a");
        assertThat(answers.get(0).path("result").textValue()).isEqualTo("Bittensor");
        assertThat(answers.get(1).path("error").path("code").intValue()).isEqualTo(-32601);
    }

    @Test
    void heads_and_storage_are_heard_of_until_they_are_not_wanted() throws InterruptedException {
        String heads = client.result("chain_subscribeNewHeads").textValue();
        assertThat(client.notification().path("result").path("number").textValue())
                .isEqualTo("0x0");
        chain.produceBlocks(1);
        assertThat(client.notification().path("result").path("number").textValue())
                .isEqualTo("0x1");
        assertThat(client.result("chain_unsubscribeNewHeads", heads).booleanValue())
                .isTrue();
        assertThat(client.result("chain_unsubscribeNewHeads", heads).booleanValue())
                .isFalse();
        String now = "0xf0c365c3cf59d671eb72da0e7a4113c49f1f0515f462cdcf84e0f1d6045dfcbb";
        client.result("state_subscribeStorage", List.of(now));
        assertThat(client.notification()
                        .path("result")
                        .path("changes")
                        .get(0)
                        .get(0)
                        .textValue())
                .isEqualTo(now);
        chain.produceBlocks(1);
        assertThat(client.notification().path("result").path("changes")).hasSize(1);
    }

    @Test
    void old_state_is_answered_as_it_was() {
        String before = head(1);
        String key = "0x26aa394eea5630e07c48ae0c9558cef702a5c1b19ab7a04f536c519aca4983ac"; // System.Number
        chain.produceBlocks(5);
        assertThat(client.result("state_getStorage", key, before).textValue()).isEqualTo("0x01000000");
        assertThat(client.result("state_getStorage", key).textValue()).isEqualTo("0x06000000");
        JsonNode unknown = client.error("state_getStorage", key, "0x" + "11".repeat(32));
        assertThat(unknown.path("code").intValue()).isEqualTo(4003);
    }

    @Test
    void keys_come_in_pages_also_when_the_first_begins_at_the_prefix() {
        String accounts = "0x26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9";
        JsonNode all = client.result("state_getKeysPaged", accounts, 100, accounts);
        assertThat(all).hasSizeGreaterThanOrEqualTo(9);
        JsonNode first = client.result("state_getKeysPaged", accounts, 4);
        JsonNode second =
                client.result("state_getKeysPaged", accounts, 4, first.get(3).textValue());
        assertThat(first.get(0)).isEqualTo(all.get(0));
        assertThat(second.get(0)).isEqualTo(all.get(4));
    }

    @Test
    void metadata_and_versions_are_answered_by_runtime_call_and_by_method() {
        String opaque = client.result("state_call", "Metadata_metadata_at_version", "0f000000")
                .textValue();
        ScaleReader in = new ScaleReader(Extrinsics.bytes(opaque));
        assertThat(in.u8()).isEqualTo(1);
        assertThat(new String(in.bytes(), 0, 5, StandardCharsets.ISO_8859_1)).isEqualTo("meta\u000f");
        assertThat(client.result("state_getMetadata").textValue()).startsWith("0x6d6574610e");
        assertThat(client.result("state_call", "Metadata_metadata_at_version", "0x10000000")
                        .textValue())
                .isEqualTo("0x00");
        assertThat(client.error("state_call", "Nothing_here", "0x")
                        .path("message")
                        .textValue())
                .contains("Exported method Nothing_here is not found");
        JsonNode version = client.result("state_getRuntimeVersion");
        assertThat(version.path("specVersion").intValue()).isEqualTo(461);
        assertThat(version.path("transactionVersion").intValue()).isEqualTo(1);
    }

    @Test
    void a_fee_is_quoted_before_the_extrinsic_is_signed() {
        byte[] unsigned = transfer(TAO).spoilSignature().build();
        String input = "0x" + HexFormat.of().formatHex(unsigned) + "90000000";
        String info = client.result("state_call", "TransactionPaymentApi_query_info", input)
                .textValue();
        ScaleReader in = new ScaleReader(Extrinsics.bytes(info));
        assertThat(in.compact()).isEqualTo(224_051_000);
        assertThat(in.compact()).isEqualTo(7_791);
        assertThat(in.u8()).isZero();
        assertThat(in.u64())
                .isEqualTo(client.result("payment_queryInfo", transfer(TAO).hex())
                        .path("partialFee")
                        .asLong());
    }

    @Test
    void plain_http_answers_and_says_what_it_is() throws Exception {
        URI http = URI.create("http://127.0.0.1:" + chain.port());
        HttpClient plain = HttpClient.newHttpClient();
        HttpResponse<String> answer = plain.send(
                HttpRequest.newBuilder(http)
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"system_chain\",\"params\":[]}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.body()).contains("\"result\":\"Bittensor\"");
        HttpResponse<String> page =
                plain.send(HttpRequest.newBuilder(http).GET().build(), HttpResponse.BodyHandlers.ofString());
        assertThat(page.statusCode()).isEqualTo(405);
        assertThat(page.body()).contains("JSON-RPC");
    }

    @Test
    void bytes_that_are_no_http_do_not_disturb_others() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", chain.port())) {
            OutputStream out = socket.getOutputStream();
            out.write("\u0000\u0001 nonsense\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            socket.setSoTimeout(20_000);
            while (socket.getInputStream().read() >= 0) {
                // the node says what it thinks of it and hangs up
            }
        }
        anHonestTransferIsIncluded();
    }

    @Test
    void a_port_that_is_taken_is_named() {
        assertThatThrownBy(() -> Localnet.builder()
                        .blockTime(BlockTime.MANUAL)
                        .port(chain.port())
                        .start())
                .isInstanceOfSatisfying(
                        BittensorException.class, e -> assertThat(e.code()).isEqualTo("localnet.port"))
                .hasMessageContaining(String.valueOf(chain.port()));
    }

    @Test
    void a_chain_with_a_clock_makes_its_blocks_by_itself() throws InterruptedException {
        try (Localnet fast = Localnet.builder().blockTime(BlockTime.FAST).start();
                RpcClient watcher = new RpcClient(fast.endpoint())) {
            watcher.result("chain_subscribeFinalizedHeads");
            watcher.notification();
            assertThat(watcher.notification().path("result").path("number").textValue())
                    .isNotEqualTo("0x0");
            assertThatThrownBy(() -> fast.produceBlocks(1)).isInstanceOf(LocalnetException.class);
        }
    }
}
