package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.testkit.Vectors;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class Shapes461VectorTest {
    private static final Vectors FILE = Vectors.open("shapes_461.json");

    @TestFactory
    Stream<DynamicTest> every_sample_of_every_type_decodes_and_encodes() {
        return FILE.cases("types", c -> {
            byte[] bytes = Vectors.metadata("localnet-spec461-v15.scale").orElse(null);
            Assumptions.assumeTrue(bytes != null, "skipped: no metadata");
            Metadata metadata = StorageKeysVectorTest.Spec.parsed(bytes);
            int type = c.get("id").asInt();
            for (JsonNode sample : c.get("samples")) {
                String hex = sample.get("scale_hex").asText();
                Object value = metadata.codec().decode(type, Hex.decode(hex));
                assertThat(new SdkView(metadata).of(type, value))
                        .as("decoded %s", hex)
                        .isEqualTo(SdkView.of(sample.get("decoded")));
                try {
                    assertThat(Hex.encode(metadata.codec().encode(type, value)))
                            .as("encoded again")
                            .isEqualTo(hex);
                } catch (CodecException e) {
                    // Random samples hold compact numbers beyond their type: shown, but never sent to a chain.
                    assertThat(e.code()).isEqualTo("scale.range");
                    continue;
                }
                String text = sample.get("decoded").toString();
                // What the SDK shows in a form of its own, or shows as one where there are two, can not be read back.
                boolean ownForm = text.contains("call_module") || text.contains("event_id");
                if (!ownForm && !mentions(metadata, type, new HashSet<>())) {
                    assertThat(Hex.encode(metadata.codec().encode(type, SdkView.input(sample.get("decoded")))))
                            .as("encoded from %s", text)
                            .isEqualTo(hex);
                }
            }
        });
    }

    /** Whether a value of the type may hold an account index, an era, a keyed map, or nothing in something optional. */
    private static boolean mentions(Metadata metadata, int type, Set<Integer> seen) {
        MetadataTree.Type t = metadata.codec().types().type(type);
        String name = t.path().isEmpty() ? "" : t.path().get(t.path().size() - 1);
        if (Set.of("BTreeMap", "MultiAddress", "Era").contains(name)) {
            return true;
        }
        if (name.equals("RuntimeCall") || !seen.add(type)) {
            return false;
        }
        MetadataTree.Shape shape = t.shape();
        Stream<Integer> children = Stream.empty();
        if (shape instanceof MetadataTree.Composite composite) {
            children = composite.fields().stream().map(MetadataTree.Field::type);
        } else if (shape instanceof MetadataTree.Tuple tuple) {
            children = tuple.elements().stream();
        } else if (shape instanceof MetadataTree.Sequence sequence) {
            children = Stream.of(sequence.element());
        } else if (shape instanceof MetadataTree.Array array) {
            children = Stream.of(array.element());
        } else if (shape instanceof MetadataTree.Variants variants) {
            children = variants.variants().stream()
                    .flatMap(v -> v.fields().stream())
                    .map(MetadataTree.Field::type);
        }
        return children.anyMatch(c -> mentions(metadata, c, seen)
                || (name.equals("Option") && metadata.codec().types().name(c).equals("Option")));
    }

    @AfterAll
    static void report() {
        FILE.report("about");
    }
}
