package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.testkit.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class StorageKeysVectorTest {
    private static final Vectors FILE = Vectors.open("storage_keys.json");

    @TestFactory
    Stream<DynamicTest> every_key_is_the_recorded_one_and_reads_back() {
        byte[] bytes = Vectors.metadata("finney-2026-04.scale").orElse(null);
        return FILE.cases("keys", c -> {
            Assumptions.assumeTrue(bytes != null, "skipped: no metadata");
            Metadata metadata = Spec.parsed(bytes);
            String pallet = c.get("pallet").asText();
            String item = c.get("item").asText();
            List<Object> args = new ArrayList<>();
            c.get("args").forEach(a -> args.add(SdkView.input(a)));
            byte[] key = metadata.storageKey(pallet, item, args.toArray());
            assertThat(Hex.encode(key)).isEqualTo(c.get("key").asText());

            MetadataTree.Entry entry = metadata.entry(pallet, item);
            List<String> hashers = new ArrayList<>();
            if (entry.hashers() != null) {
                entry.hashers().forEach(h -> hashers.add(Spec.hasherName(StorageHasher.of(h))));
            }
            List<String> expected = new ArrayList<>();
            c.get("hashers").forEach(h -> expected.add(h.asText()));
            assertThat(hashers).isEqualTo(expected);
            assertThat(entry.modifier() == 0 ? "Optional" : "Default")
                    .isEqualTo(c.get("modifier").asText());
            List<Object> keys = metadata.keys(entry, key);
            assertThat(metadata.storageKey(pallet, item, keys.toArray())).isEqualTo(key);
        });
    }

    /** Metadata is parsed once for all cases. */
    static final class Spec {
        private static final java.util.Map<Integer, Metadata> PARSED = new java.util.concurrent.ConcurrentHashMap<>();

        private Spec() {}

        static Metadata parsed(byte[] bytes) {
            return PARSED.computeIfAbsent(java.util.Arrays.hashCode(bytes), h -> Metadata.parse(bytes));
        }

        static String hasherName(StorageHasher hasher) {
            return switch (hasher) {
                case BLAKE2_128 -> "Blake2_128";
                case BLAKE2_256 -> "Blake2_256";
                case BLAKE2_128_CONCAT -> "Blake2_128Concat";
                case TWOX_128 -> "Twox128";
                case TWOX_256 -> "Twox256";
                case TWOX_64_CONCAT -> "Twox64Concat";
                case IDENTITY -> "Identity";
            };
        }
    }

    @AfterAll
    static void report() {
        FILE.report("description");
    }
}
