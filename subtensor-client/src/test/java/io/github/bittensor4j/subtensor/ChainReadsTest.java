package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.scale.ScaleException;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import io.github.bittensor4j.testkit.Vectors;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reads by the metadata of their time: metadata kept on disk, upgrades, old blocks, whole maps, and nodes that answer nonsense. */
@Timeout(120)
class ChainReadsTest {
    private static final String GENESIS = "0x" + "11".repeat(32);
    private static final byte[] BYTES = HostileBytesTest.tiny(15).write();
    private static final byte[] NUMBERS =
            HostileBytesTest.tiny(15, 15, new byte[8]).write();

    private ScriptedNode node;
    private final AtomicReference<String> genesis = new AtomicReference<>(GENESIS);
    private final AtomicInteger spec = new AtomicInteger(1);
    private final AtomicReference<byte[]> metadata = new AtomicReference<>(BYTES);
    private final AtomicReference<ScriptedNode.Peer> subscriber = new AtomicReference<>();

    @TempDir
    Path folder;

    @BeforeEach
    void a_node_of_one_pallet() throws IOException {
        node = new ScriptedNode();
        node.on("chain_getBlockHash", (peer, request) -> peer.answer(request, genesis.get()))
                .on("state_getRuntimeVersion", (peer, request) -> peer.answer(request, version(spec.get())))
                .on("state_getMetadata", (peer, request) -> peer.answer(request, Hex.encode(metadata.get())))
                .on("state_subscribeRuntimeVersion", (peer, request) -> {
                    subscriber.set(peer);
                    peer.answer(request, "versions");
                });
    }

    @AfterEach
    void end() {
        node.close();
    }

    private static Map<String, Object> version(int spec) {
        return Map.of("specName", "x", "specVersion", spec, "transactionVersion", 1);
    }

    private Subtensor connect() {
        return Subtensor.connect(
                Network.of(node.uri()), SubtensorOptions.defaults().metadataCache(folder));
    }

    @Test
    void metadata_is_read_from_the_node_once_for_a_runtime_and_from_disk_at_the_next_start() {
        for (int i = 0; i < 3; i++) {
            try (Subtensor chain = connect()) {
                assertThat(chain.constant("Pallet", "C")).isEqualTo(7L);
            }
        }
        assertThat(node.asked("state_getMetadata")).isEqualTo(1);
        spec.set(2);
        connect().close();
        assertThat(node.asked("state_getMetadata")).isEqualTo(2);
        genesis.set("0x" + "22".repeat(32));
        connect().close();
        assertThat(node.asked("state_getMetadata")).isEqualTo(3);
    }

    @Test
    void a_node_is_asked_of_its_chain_and_its_runtime_at_once_and_no_subscription_is_waited_for() {
        AtomicReference<JsonNode> chainAsked = new AtomicReference<>();
        node.on("chain_getBlockHash", (peer, request) -> chainAsked.set(request))
                .on("state_getRuntimeVersion", (peer, request) -> {
                    peer.answer(request, version(spec.get()));
                    peer.answer(chainAsked.get(), genesis.get());
                })
                .on("state_subscribeRuntimeVersion", (peer, request) -> {});
        try (Subtensor chain = connect()) {
            assertThat(chain.constant("Pallet", "C")).isEqualTo(7L);
            assertThat(node.asked("state_getRuntimeVersion")).isEqualTo(1);
        }
    }

    @Test
    void what_a_node_of_another_chain_says_of_its_runtime_is_not_believed() throws IOException {
        try (ScriptedNode other = new ScriptedNode()
                .answering("chain_getBlockHash", "0x" + "cd".repeat(32))
                .answering("state_getRuntimeVersion", version(99))) {
            Network network = new Network("mine", List.of(other.uri(), node.uri()), List.of(), Optional.of(GENESIS));
            try (Subtensor chain =
                    Subtensor.connect(network, SubtensorOptions.defaults().metadataCache(folder))) {
                assertThat(chain.runtimeVersion().specVersion()).isEqualTo(1);
            }
        }
    }

    @Test
    void metadata_on_disk_that_is_cut_or_changed_is_read_from_the_node_again() throws IOException {
        connect().close();
        Path file;
        try (Stream<Path> all = Files.list(folder)) {
            file = all.findFirst().orElseThrow();
        }
        byte[] whole = Files.readAllBytes(file);
        long asked = 1;
        for (int at : new int[] {0, 10, 45, 53, whole.length - 1}) {
            byte[] changed = whole.clone();
            changed[at] ^= 1;
            Files.write(file, changed);
            connect().close();
            assertThat(node.asked("state_getMetadata")).isEqualTo(++asked);
            Files.write(file, java.util.Arrays.copyOf(whole, at));
            connect().close();
            assertThat(node.asked("state_getMetadata")).isEqualTo(++asked);
            assertThat(Files.readAllBytes(file)).isEqualTo(whole);
        }
    }

    @Test
    void at_most_sixteen_files_are_kept_and_none_where_that_is_not_wanted() throws IOException {
        for (int i = 1; i <= MetadataCache.MOST_FILES + 4; i++) {
            spec.set(i);
            connect().close();
        }
        try (Stream<Path> all = Files.list(folder)) {
            assertThat(all).hasSize(MetadataCache.MOST_FILES);
        }
        long asked = node.asked("state_getMetadata");
        SubtensorOptions without = SubtensorOptions.defaults().withoutMetadataCache();
        Subtensor.connect(Network.of(node.uri()), without).close();
        assertThat(node.asked("state_getMetadata")).isEqualTo(asked + 1);
    }

    @Test
    void a_folder_that_can_not_be_used_is_no_error() throws IOException {
        Path taken = Files.createFile(folder.resolve("file"));
        SubtensorOptions options = SubtensorOptions.defaults().metadataCache(taken.resolve("below"));
        try (Subtensor chain = Subtensor.connect(Network.of(node.uri()), options)) {
            assertThat(chain.constant("Pallet", "C")).isEqualTo(7L);
        }
    }

    private static byte[] number(long value) {
        return new ScaleWriter().u64(value).toByteArray();
    }

    @Test
    void an_upgrade_while_running_is_noticed_and_survived_also_when_its_metadata_does_not_come_at_once()
            throws Exception {
        // Seven bytes with their count in front are a number of eight bytes as well.
        node.answering("state_getStorage", "0x1c01020304050607");
        try (Subtensor chain = connect()) {
            assertThat(chain.query("Pallet", "Item", 1)).contains(new byte[] {1, 2, 3, 4, 5, 6, 7});
            metadata.set(new byte[] {1, 2, 3});
            spec.set(2);
            subscriber.get().notice("versions", version(2));
            assertThat(catchThrowable(() -> {
                        while (chain.query("Pallet", "Item", 1).isPresent()) {
                            Thread.onSpinWait();
                        }
                    }))
                    .isInstanceOf(ScaleException.class);
            metadata.set(NUMBERS);
            assertThat(chain.query("Pallet", "Item", 1)).contains(BigInteger.valueOf(0x070605040302011cL));
            assertThat(chain.runtimeVersion().specVersion()).isEqualTo(2);
        }
    }

    @Test
    void a_block_that_upgrades_stores_by_the_old_runtime_and_the_next_by_the_new() {
        // Block 10 carries the upgrade: its own runtime is the new one, its parent's the old.
        String nine = "0x" + "09".repeat(32);
        String ten = "0x" + "0a".repeat(32);
        String eleven = "0x" + "0b".repeat(32);
        Map<String, Integer> specs = Map.of(nine, 1, ten, 2, eleven, 2);
        Map<String, String> parents = Map.of(ten, nine, eleven, ten);
        node.on("state_getRuntimeVersion", (peer, request) -> {
                    JsonNode at = request.get("params").path(0);
                    peer.answer(request, version(at.isTextual() ? specs.get(at.asText()) : 2));
                })
                .on("state_getMetadata", (peer, request) -> {
                    JsonNode at = request.get("params").path(0);
                    boolean old = at.isTextual() && specs.get(at.asText()) == 1;
                    peer.answer(request, Hex.encode(old ? BYTES : NUMBERS));
                })
                .on(
                        "chain_getHeader",
                        (peer, request) -> peer.answer(
                                request,
                                Map.of(
                                        "parentHash",
                                        parents.get(request.get("params").get(0).asText()))))
                .on(
                        "state_getStorage",
                        (peer, request) -> peer.answer(
                                request,
                                request.get("params").get(1).asText().equals(ten)
                                        ? "0x080102"
                                        : Hex.encode(number(7))));
        try (Subtensor chain = connect()) {
            ChainState upgrading = chain.at(new BlockRef(10, ten));
            ChainState after = chain.at(new BlockRef(11, eleven));
            assertThat(upgrading.query("Pallet", "Item", 1)).contains(new byte[] {1, 2});
            assertThat(after.query("Pallet", "Item", 1)).contains(BigInteger.valueOf(7));
            assertThat(upgrading.metadata()).isSameAs(after.metadata()).isSameAs(chain.metadata());
        }
    }

    @Test
    void a_map_is_walked_through_a_page_at_a_time() {
        Metadata known = Metadata.parse(NUMBERS);
        metadata.set(NUMBERS);
        // More entries than keys of one byte: the walk is by their order alone.
        List<String> keys = new ArrayList<>();
        String prefix = Hex.encode(known.storageKey("Pallet", "Item"));
        for (int i = 0; i < 256; i++) {
            keys.add(prefix + String.format("%02x", i));
        }
        node.on("state_getKeysPaged", (peer, request) -> {
                    JsonNode after = request.get("params").get(2);
                    int from = after.isNull() ? 0 : keys.indexOf(after.asText()) + 1;
                    peer.answer(request, keys.subList(from, Math.min(keys.size(), from + 512)));
                })
                .on("state_queryStorageAt", (peer, request) -> {
                    List<List<String>> changes = new ArrayList<>();
                    request.get("params")
                            .get(0)
                            .forEach(k -> changes.add(List.of(
                                    k.asText(),
                                    Hex.encode(
                                            number(Integer.parseInt(k.asText().substring(prefix.length()), 16))))));
                    peer.answer(request, List.of(Map.of("block", GENESIS, "changes", changes)));
                });
        try (Subtensor chain = connect()) {
            ChainState state = chain.at(new BlockRef(0, GENESIS));
            assertThat(state.entries("Pallet", "Item").limit(3).map(MapEntry::value))
                    .containsExactly(BigInteger.ZERO, BigInteger.ONE, BigInteger.TWO);
            assertThat(state.queryMap("Pallet", "Item")).hasSize(256).containsEntry(List.of(9L), BigInteger.valueOf(9));
            assertThat(state.queryMany("Pallet", "Item", List.of(new Object[] {5}, new Object[] {3})))
                    .containsExactly(Optional.of(BigInteger.valueOf(5)), Optional.of(BigInteger.valueOf(3)));
        }
    }

    @Test
    void a_node_that_gives_the_same_page_for_ever_is_an_error() {
        String prefix = Hex.encode(Metadata.parse(BYTES).storageKey("Pallet", "Item"));
        List<String> page = new ArrayList<>();
        for (int i = 0; i < 512; i++) {
            page.add(prefix + String.format("%04x", i));
        }
        node.answering("state_getKeysPaged", page).answering("state_queryStorageAt", List.of());
        try (Subtensor chain = connect()) {
            assertThatExceptionOfType(ChainException.class)
                    .isThrownBy(() -> chain.queryMap("Pallet", "Item"))
                    .satisfies(e -> assertThat(e.code()).isEqualTo("chain.answer"));
        }
    }

    /** As Chopsticks does it: asked for the keys that begin so, it goes on with those of the map that do not. */
    @Test
    void keys_past_those_that_were_asked_for_end_a_walk_and_keys_out_of_order_are_an_error() {
        String prefix = Hex.encode(Metadata.parse(BYTES).storageKey("Pallet", "Item"));
        String key = prefix + "01";
        String past = prefix.substring(0, prefix.length() - 1) + "f01";
        assertThat(past).isGreaterThan(key);
        node.answering("state_getKeysPaged", List.of(key, past))
                .answering(
                        "state_queryStorageAt",
                        List.of(Map.of("block", GENESIS, "changes", List.of(List.of(key, "0x0401")))));
        try (Subtensor chain = connect()) {
            assertThat(chain.queryMap("Pallet", "Item")).hasSize(1);
            for (List<String> wrong : List.of(List.of(key, key), List.of(prefix + "02", key), List.of("0x00"))) {
                node.answering("state_getKeysPaged", wrong);
                assertThatExceptionOfType(ChainException.class)
                        .isThrownBy(() -> chain.queryMap("Pallet", "Item"))
                        .satisfies(e -> assertThat(e.code()).isEqualTo("chain.answer"));
            }
        }
    }

    @Test
    void an_answer_of_another_type_is_an_error_by_name() {
        List<Object> nonsense =
                List.of(7, "", "no hex", true, List.of(1), Map.of("a", 1), List.of(List.of(List.of())), "0x0");
        try (Subtensor chain = connect()) {
            for (Object answer : nonsense) {
                for (String method : List.of(
                        "state_getStorage",
                        "state_getKeysPaged",
                        "chain_getHeader",
                        "chain_getBlockHash",
                        "chain_getFinalizedHead",
                        "system_accountNextIndex")) {
                    node.answering(method, answer);
                }
                for (Runnable read : List.<Runnable>of(
                        () -> chain.query("Pallet", "Item", 1),
                        () -> chain.at(new BlockRef(0, GENESIS)).queryMap("Pallet", "Item"),
                        chain::head,
                        chain::finalized,
                        () -> chain.block(3))) {
                    // An empty list of keys is an honest answer, and what stands for no block is none.
                    Throwable thrown = catchThrowable(read::run);
                    assertThat(thrown)
                            .as("%s", answer)
                            .satisfiesAnyOf(
                                    t -> assertThat(t).isNull(),
                                    t -> assertThat(t).isInstanceOf(BittensorException.class));
                }
                assertThat(catchThrowable(() -> chain.query("Pallet", "Item", 1)))
                        .as("%s", answer)
                        .isInstanceOf(BittensorException.class);
                assertThat(catchThrowable(chain::head)).isInstanceOf(BittensorException.class);
                assertThat(catchThrowable(() -> chain.block(3)))
                        .as("%s", answer)
                        .isInstanceOf(ChainException.class);
            }
        }
    }

    @Test
    void a_chain_in_this_jvm_is_read_at_its_blocks_and_its_neurons_as_columns() throws Exception {
        SubtensorOptions options = SubtensorOptions.defaults().metadataCache(folder);
        try (Localnet localnet =
                        Localnet.builder().blockTime(BlockTime.FAST).port(0).start();
                Subtensor chain = Subtensor.connect(Network.of(localnet.endpoint()), options);
                Keypair alice = Keypair.development("Alice");
                Keypair bob = Keypair.development("Bob")) {
            Tao before = chain.balance(bob.account());
            Call transfer = Calls.transfer(bob.account(), Tao.of("3"));
            Tao fee = chain.fee(transfer, alice.account());
            ExtrinsicOutcome.Included paid = chain.submit(transfer, alice).orThrow();
            // A mortal era is one byte longer than none, and a byte costs one rao.
            assertThat(paid.fee().rao() - fee.rao()).isBetween(0L, 10L);
            BlockRef parent = chain.block(paid.block().number() - 1).orElseThrow();
            assertThat(free(chain.at(parent), bob)).isEqualTo(before.rao());
            assertThat(free(chain.at(paid.block()), bob)).isEqualTo(before.rao() + 3_000_000_000L);
            assertThat(chain.at(paid.block()).events()).anyMatch(e -> e.is("Balances", "Transfer"));
            assertThat(chain.at(paid.block()).constant("Balances", "ExistentialDeposit"))
                    .isEqualTo(chain.constant("Balances", "ExistentialDeposit"));
            for (Netuid netuid : chain.subnets()) {
                MetagraphColumns columns = chain.metagraphColumns(netuid);
                assertThat(columns.toMetagraph().neurons()).hasSize(columns.size());
                assertThat(columns.numbers(MetagraphColumns.Number.STAKE_WEIGHT))
                        .hasSize(columns.size());
            }
        }
        try (Stream<Path> kept = Files.list(folder)) {
            assertThat(kept).hasSize(1);
        }
    }

    @Test
    void calls_within_calls_read_back_as_they_were_made() {
        Metadata runtime = Metadata.parse(Vectors.metadata("localnet-spec461-v15.scale")
                .orElseGet(() -> Assumptions.abort("skipped: no metadata")));
        try (Keypair bob = Keypair.development("Bob")) {
            Call transfer = Calls.transfer(bob.account(), Tao.of("3"));
            byte[] inner = runtime.encodeCall(transfer);
            Call batch = runtime.decodeCall(runtime.encodeCall(Calls.batchAll(List.of(transfer, transfer))));
            assertThat((List<?>) batch.arguments().get("calls"))
                    .allSatisfy(c -> assertThat(runtime.encodeCall((Call) c)).isEqualTo(inner));
            Call proxied = runtime.decodeCall(runtime.encodeCall(Calls.proxy(bob.account(), transfer)));
            assertThat(proxied.arguments()).containsEntry("force_proxy_type", Optional.empty());
            assertThat(runtime.encodeCall((Call) proxied.arguments().get("call")))
                    .isEqualTo(inner);
        }
    }

    private static long free(ChainState state, Keypair who) {
        Map<?, ?> account =
                (Map<?, ?>) state.query("System", "Account", who.account()).orElseThrow();
        return ((BigInteger) ((Map<?, ?>) account.get("data")).get("free")).longValue();
    }
}
