package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.subtensor.reads.ReadParameter;
import io.github.bittensor4j.subtensor.reads.Reads;
import io.github.bittensor4j.testkit.Vectors;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * The whole catalogue on every runtime whose metadata is at hand: a read answers when the runtime has what it needs, else it says that it
 * is unknown there; and whatever a node of that runtime may answer, it ends in a value or an error with a name.
 */
@Timeout(300)
class ReadsOfEveryRuntimeTest {
    private static final String ACCOUNT = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
    private static final int ROUNDS = 4;

    private static final Set<String> BASKETS = Set.of(
            "basket_position",
            "basket_trading_status",
            "root_basket_owed",
            "root_basket_owed_breakdown",
            "root_basket_portfolio",
            "root_basket_total_nav",
            "root_baskets",
            "validator_basket",
            "validator_basket_nav",
            "validator_basket_summary");
    private static final Set<String> COLLATERAL = Set.of(
            "childkey_threshold_suspended",
            "collateral_policy",
            "miner_collateral",
            "subnet_collateral",
            "total_alpha_staked");
    private static final Set<String> LOCKS = Set.of(
            "accepts_locked_alpha",
            "coldkey_lock",
            "hotkey_conviction",
            "locks_for_coldkey",
            "locks_for_hotkey",
            "most_convicted_hotkey",
            "stake_availability",
            "stake_availability_for_coldkey",
            "subnet_convictions",
            "subnet_emission_enabled");
    private static final Set<String> SWAPS =
            Set.of("coldkey_swap_announcement", "earliest_coldkey_swap", "earliest_coldkey_swap_announcement");
    private static final Set<String> SHIELD = Set.of("mev_shield_next_key");

    /** What each runtime cannot answer. */
    private static final Map<String, List<Set<String>>> UNKNOWN = Map.of(
            "finney-spec343-v15.scale", List.of(BASKETS, COLLATERAL, LOCKS, SWAPS, SHIELD),
            "finney-2025-12.scale", List.of(BASKETS, COLLATERAL, LOCKS, SWAPS),
            "finney-2026-04.scale", List.of(BASKETS, COLLATERAL, LOCKS),
            "finney-2026-07-spec424-v16.scale", List.of(BASKETS, COLLATERAL),
            "localnet-spec461-v15.scale", List.of());

    private static String argument(ReadParameter parameter) {
        return switch (parameter.name()) {
            case "netuid", "netuids" -> "1";
            case "call_hash" -> "00".repeat(32);
            case "hyperparameter" -> "serving_rate_limit";
            case "amount_tao", "amount_alpha" -> "1.5";
            default -> parameter.form().contains("address") ? ACCOUNT : "0";
        };
    }

    /** Answers everything that its runtime knows with values of the declared types. */
    private static EncodedNode node(String file, long seed) throws IOException {
        byte[] bytes = Vectors.metadata(file).orElseThrow();
        EncodedNode node = new EncodedNode(bytes);
        Metadata metadata = node.metadata();
        Samples samples = new Samples(metadata, seed);
        Map<String, MetadataTree.Entry> entries = new HashMap<>();
        metadata.pallets()
                .forEach(pallet -> metadata.storageItems(pallet)
                        .forEach(item -> entries.put(
                                Hex.encode(metadata.storageKey(pallet, item)), metadata.entry(pallet, item))));
        Object lock = new Object();
        node.node().answering("chain_getBlock", Map.of("block", Map.of("extrinsics", List.of("0x00"))));
        return node.put("NetworksAdded", true, 1)
                .otherwise(
                        key -> {
                            MetadataTree.Entry entry = entries.get(key.substring(0, Math.min(66, key.length())));
                            synchronized (lock) {
                                return entry == null ? null : encoded(metadata, samples, entry.value(), seed);
                            }
                        },
                        call -> {
                            String[] name = call.split("_", 2);
                            if (name[0].equals("Metadata") || !metadata.hasRuntimeCall(name[0], name[1])) {
                                return null;
                            }
                            synchronized (lock) {
                                return encoded(
                                        metadata,
                                        samples,
                                        metadata.runtimeCall(name[0], name[1]).output(),
                                        seed);
                            }
                        });
    }

    private static String encoded(Metadata metadata, Samples samples, int type, long seed) {
        Object value = seed == 0 ? samples.plainest(type) : samples.random(type);
        return Hex.encode(metadata.codec().encode(type, value));
    }

    private static Stream<DynamicTest> everyRuntime(String what, Check check) {
        return UNKNOWN.keySet().stream()
                .sorted()
                .filter(file -> Vectors.metadata(file).isPresent())
                .map(file -> DynamicTest.dynamicTest(what + " " + file, () -> check.run(file)));
    }

    private interface Check {
        void run(String file) throws Exception;
    }

    private static Map<String, String> arguments(List<ReadParameter> parameters) {
        Map<String, String> arguments = new HashMap<>();
        parameters.stream().filter(ReadParameter::required).forEach(p -> arguments.put(p.name(), argument(p)));
        return arguments;
    }

    @TestFactory
    Stream<DynamicTest> a_read_answers_or_says_that_the_runtime_cannot() {
        return everyRuntime("plain", file -> {
            Set<String> unknown = new TreeSet<>();
            try (EncodedNode node = node(file, 0);
                    Subtensor chain = node.connect()) {
                Reads.catalogue().forEach(read -> {
                    try {
                        assertThat(chain.reads()
                                        .read(read.name(), arguments(read.parameters()))
                                        .json())
                                .isNotEmpty();
                    } catch (ChainException e) {
                        assertThat(e.code())
                                .as("%s: %s", read.name(), e.getMessage())
                                .isEqualTo("metadata.unknown");
                        assertThat(e).hasMessageStartingWith(read.name() + ": ");
                        unknown.add(read.name());
                    }
                });
            }
            Set<String> expected = new TreeSet<>();
            UNKNOWN.getOrDefault(file, List.of()).forEach(expected::addAll);
            assertThat(unknown).as(file).isEqualTo(expected);
        });
    }

    @TestFactory
    Stream<DynamicTest> whatever_a_node_answers_of_the_declared_types_ends_in_a_value_or_a_named_error() {
        return everyRuntime("random", file -> {
            for (int seed = 1; seed <= ROUNDS; seed++) {
                try (EncodedNode node = node(file, seed);
                        Subtensor chain = node.connect()) {
                    Reads.catalogue().forEach(read -> {
                        try {
                            chain.reads()
                                    .read(read.name(), arguments(read.parameters()))
                                    .json();
                        } catch (BittensorException e) {
                            assertThat(e.code()).as(read.name()).isNotEmpty();
                        } catch (RuntimeException e) {
                            fail(read.name() + " of " + file, e);
                        }
                    });
                }
            }
        });
    }
}
