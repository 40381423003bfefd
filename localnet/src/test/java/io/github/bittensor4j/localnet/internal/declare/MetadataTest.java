package io.github.bittensor4j.localnet.internal.declare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bittensor4j.localnet.internal.pallets.Pallets;
import io.github.bittensor4j.testkit.Vectors;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataTest {
    private static byte[] ours(int version) {
        return new MetadataWriter(Pallets.create(12_000).runtime().declarations()).write(version);
    }

    @Test
    void metadata_of_both_versions_reads_to_its_last_byte_and_says_the_same() {
        RealMetadata older = new RealMetadata(ours(14));
        RealMetadata newer = new RealMetadata(ours(15));
        assertThat(newer.version).isEqualTo(15);
        assertThat(newer.lines()).containsAllEntriesOf(without(older.lines(), "extrinsic version"));
        assertThat(newer.lines().get("Balances index")).isEqualTo("5");
        assertThat(newer.lines().get("SubtensorModule storage Tempo"))
                .startsWith("1 [6] subtensor_runtime_common::NetUid -> p4 = ");
    }

    @Test
    void metadata_is_the_same_each_time_it_is_made() {
        assertThat(ours(15)).isEqualTo(ours(15));
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 15})
    void everything_declared_is_named_and_typed_as_on_the_real_chain(int version) throws IOException {
        Optional<byte[]> file = Vectors.metadata("localnet-spec461-v" + version + ".scale");
        assumeTrue(file.isPresent(), () -> "skipped: no real metadata in " + Vectors.metadataFolder());
        RealMetadata real = new RealMetadata(file.orElseThrow());
        RealMetadata ours = new RealMetadata(ours(version));
        Map<String, String> declared = new TreeMap<>(ours.lines());
        // What depends on the pallets that are there, or on the speed of the chain.
        declared.keySet()
                .removeIf(key -> key.equals("Aura constant SlotDuration") || key.equals("System constant Version"));
        assertThat(real.lines()).containsAllEntriesOf(declared);
        Map<String, String> types = new TreeMap<>(ours.typeLines());
        types.keySet().removeIf(key -> key.startsWith("node_subtensor_runtime::Runtime"));
        if (version == 14) {
            types.keySet()
                    .retainAll(real.typeLines().keySet()); // the real one lists the types of runtime APIs in V15 only
        }
        assertThat(real.typeLines()).containsAllEntriesOf(types);
        assertThat(declared.keySet().stream().filter(k -> k.startsWith("SubtensorModule storage")))
                .hasSize(266);
    }

    private static Map<String, String> without(Map<String, String> lines, String key) {
        Map<String, String> rest = new TreeMap<>(lines);
        rest.remove(key);
        return rest;
    }
}
