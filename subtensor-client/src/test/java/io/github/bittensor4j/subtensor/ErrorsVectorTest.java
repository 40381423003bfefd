package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.testkit.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ErrorsVectorTest {
    private static final Vectors FILE = Vectors.open("errors.json");

    private static Metadata metadata(String file) {
        byte[] bytes = Vectors.metadata(file).orElse(null);
        Assumptions.assumeTrue(bytes != null, "skipped: no metadata");
        return StorageKeysVectorTest.Spec.parsed(bytes);
    }

    private static void names(Metadata metadata, JsonNode expected) {
        expected.properties().forEach(pallet -> {
            List<String> all = new ArrayList<>();
            pallet.getValue().forEach(n -> all.add(n.asText()));
            assertThat(metadata.errors(pallet.getKey())).as(pallet.getKey()).isEqualTo(all);
            long index = metadata.pallet(pallet.getKey()).index();
            for (int i = 0; i < all.size(); i++) {
                assertThat(metadata.moduleError(index, i).orElseThrow().name())
                        .isEqualTo(pallet.getKey() + "." + all.get(i));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> every_error_of_spec_365_is_named_by_its_place() {
        return FILE.cases("errors_365", c -> names(metadata("finney-2025-12.scale"), c));
    }

    @TestFactory
    Stream<DynamicTest> every_error_of_spec_393_is_named_by_its_place() {
        return FILE.cases("errors_393", c -> names(metadata("finney-2026-04.scale"), c));
    }

    /** The metadata at hand is of the runtime one version before. */
    @TestFactory
    Stream<DynamicTest> every_error_of_spec_425_is_known_to_its_neighbour() {
        return FILE.cases("errors_425", c -> names(metadata("finney-2026-07-spec424-v16.scale"), c));
    }

    @TestFactory
    Stream<DynamicTest> pallets_stand_where_the_table_says() {
        return FILE.cases("pallet_index", c -> {
            Metadata metadata = metadata("finney-2026-07-spec424-v16.scale");
            c.properties()
                    .forEach(e -> assertThat(metadata.pallet(e.getKey()).index())
                            .as(e.getKey())
                            .isEqualTo(e.getValue().asInt()));
        });
    }

    @TestFactory
    Stream<DynamicTest> every_validity_error_of_the_runtime_has_its_name() {
        return FILE.cases("custom_transaction_validity_errors", c -> {
            String name = "Custom." + c.get("name").asText();
            assertThat(PoolError.custom(c.get("code").asInt())).isEqualTo(name);
            NodeException refused = new NodeException(
                    "author_submitExtrinsic", 1010, "Invalid Transaction", "Custom error: " + c.get("code"));
            assertThat(PoolError.name(refused)).isEqualTo(name);
        });
    }

    @TestFactory
    Stream<DynamicTest> every_code_of_the_pool_has_a_name_or_a_meaning_of_its_own() {
        return FILE.cases("author_rpc_error_codes", c -> {
            int code = c.get("code").asInt();
            NodeException refused = new NodeException("author_submitExtrinsic", code, "words", "");
            if (code == 1013) {
                assertThat(PoolError.isAlreadyImported(refused)).isTrue();
            } else {
                assertThat(PoolError.name(refused)).doesNotStartWith("Node.");
            }
        });
    }

    private static List<String> variants(Metadata metadata, String type) {
        for (int i = 0; ; i++) {
            if (metadata.codec().types().name(i).equals(type)) {
                return metadata.variants(i).stream()
                        .map(MetadataTree.Variant::name)
                        .toList();
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> dispatch_errors_without_a_pallet_are_named() {
        List<String> known = variants(metadata("finney-2026-04.scale"), "sp_runtime::DispatchError");
        return FILE.cases("dispatch_error_variants", c -> {
            assertThat(known).contains(c.asText());
            assertThat(BlockEvents.name(metadata("finney-2026-04.scale"), c.asText())
                            .name())
                    .isEqualTo("Dispatch." + c.asText());
        });
    }

    @TestFactory
    Stream<DynamicTest> token_errors_are_named() {
        List<String> known = variants(metadata("finney-2026-04.scale"), "sp_runtime::TokenError");
        return FILE.cases("token_error_variants", c -> {
            assertThat(known).contains(c.asText());
            assertThat(BlockEvents.name(metadata("finney-2026-04.scale"), Map.of("Token", c.asText()))
                            .name())
                    .isEqualTo("Token." + c.asText());
        });
    }

    @AfterAll
    static void report() {
        FILE.report("warning");
    }
}
