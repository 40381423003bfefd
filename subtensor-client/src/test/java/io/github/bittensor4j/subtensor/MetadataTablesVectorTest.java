package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.testkit.Vectors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Whole tables of two runtimes: every pallet, call, storage item, error, event, constant and runtime call, by name, place and type. */
class MetadataTablesVectorTest {
    private static final Vectors SPEC_365 = Vectors.open("metadata_365.json");
    private static final Vectors SPEC_393 = Vectors.open("metadata_393.json");

    private static Metadata metadata(Vectors file) {
        String path = file.root().get("file").asText();
        byte[] bytes =
                Vectors.metadata(path.substring(path.lastIndexOf('/') + 1)).orElse(null);
        Assumptions.assumeTrue(bytes != null, "skipped: no metadata");
        return StorageKeysVectorTest.Spec.parsed(bytes);
    }

    @TestFactory
    Stream<DynamicTest> every_pallet_is_as_the_table_says() {
        return Stream.of(SPEC_365, SPEC_393).flatMap(f -> f.cases("pallets", c -> pallet(metadata(f), c)));
    }

    @TestFactory
    Stream<DynamicTest> every_runtime_call_is_as_the_table_says() {
        return Stream.of(SPEC_365, SPEC_393).flatMap(f -> f.cases("runtime_apis", c -> api(metadata(f), c)));
    }

    @TestFactory
    Stream<DynamicTest> versions_are_as_the_table_says() {
        return Stream.of(SPEC_365, SPEC_393)
                .flatMap(f -> Stream.concat(
                        f.cases(
                                "metadata_version",
                                c -> assertThat(metadata(f).version()).isEqualTo(c.asInt())),
                        f.cases(
                                "spec_version",
                                c -> assertThat(metadata(f).constant("System", "Version"))
                                        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                                        .containsEntry("spec_version", c.asLong()))));
    }

    private static void pallet(Metadata metadata, JsonNode expected) {
        String name = expected.get("name").asText();
        MetadataTree.Pallet pallet = metadata.pallet(name);
        TypeNotation types = new TypeNotation(metadata);
        assertThat(pallet.index()).isEqualTo(expected.get("index").asInt());
        assertThat(pallet.storage() == null ? "null" : pallet.storage().prefix())
                .isEqualTo(expected.path("storage_prefix").asText());

        List<Object> calls = new ArrayList<>();
        for (MetadataTree.Variant call : variants(metadata, pallet.calls())) {
            List<Object> fields = new ArrayList<>();
            call.fields().forEach(f -> fields.add(List.of(String.valueOf(f.name()), types.of(f.type()))));
            calls.add(List.of(call.index(), call.name(), fields));
        }
        same(calls, plain(expected.get("calls")));

        List<Object> storage = new ArrayList<>();
        List<String> defaults = new ArrayList<>();
        if (pallet.storage() != null) {
            for (MetadataTree.Entry entry : pallet.storage().entries()) {
                List<String> hashers = new ArrayList<>();
                List<Integer> hashing = entry.hashers() == null ? List.of() : entry.hashers();
                hashing.forEach(h -> hashers.add(StorageKeysVectorTest.Spec.hasherName(StorageHasher.of(h))));
                List<String> keys = new ArrayList<>();
                for (int key : metadata.keyTypes(entry)) {
                    keys.add(types.of(key));
                }
                storage.add(List.of(
                        entry.name(),
                        entry.modifier() == 0 ? "Optional" : "Default",
                        hashers,
                        keys,
                        types.of(entry.value())));
                defaults.add(Hex.encode(entry.fallback()));
            }
        }
        List<Object> items = new ArrayList<>();
        int i = 0;
        for (JsonNode item : expected.get("storage")) {
            List<Object> all = plain(item);
            items.add(all.subList(0, 5));
            // The table cuts long defaults.
            assertThat(defaults.get(i++)).startsWith(item.get(5).asText().replace("…", ""));
        }
        same(storage, items);

        List<Object> errors = new ArrayList<>();
        variants(metadata, pallet.errors()).forEach(e -> errors.add(List.of(e.index(), e.name())));
        assertThat(errors).isEqualTo(plain(expected.get("errors")));

        List<Object> events = new ArrayList<>();
        for (MetadataTree.Variant event : variants(metadata, pallet.events())) {
            events.add(List.of(
                    event.index(),
                    event.name(),
                    event.fields().stream()
                            .map(f -> (f.name() == null ? "" : f.name() + ": ") + types.of(f.type()))
                            .toList()));
        }
        same(events, plain(expected.get("events")));

        int k = 0;
        for (JsonNode constant : expected.get("constants")) {
            MetadataTree.Constant one = pallet.constants().get(k++);
            assertThat(List.of(one.name(), types.of(one.type())))
                    .isEqualTo(List.of(constant.get(0).asText(), constant.get(1).asText()));
            assertThat(Hex.encode(one.value()))
                    .startsWith(constant.get(2).asText().replace("…", ""));
        }
        assertThat(k).isEqualTo(pallet.constants().size());
    }

    private static void same(List<Object> actual, List<Object> expected) {
        for (int i = 0; i < Math.min(actual.size(), expected.size()); i++) {
            assertThat(actual.get(i)).isEqualTo(expected.get(i));
        }
        assertThat(actual).hasSameSizeAs(expected);
    }

    private static List<MetadataTree.Variant> variants(Metadata metadata, MetadataTree.EnumRef ref) {
        // The table is in the order of places, the metadata in that of the source.
        return ref == null
                ? List.of()
                : metadata.variants(ref.type()).stream()
                        .sorted(Comparator.comparingInt(MetadataTree.Variant::index))
                        .toList();
    }

    private static void api(Metadata metadata, JsonNode expected) {
        TypeNotation types = new TypeNotation(metadata);
        for (JsonNode method : expected.get("methods")) {
            MetadataTree.Method one = metadata.runtimeCall(
                    expected.get("name").asText(), method.get(0).asText());
            List<Object> inputs = new ArrayList<>();
            one.inputs().forEach(i -> inputs.add(List.of(i.name(), types.of(i.type()))));
            assertThat(List.of(one.name(), inputs, types.of(one.output()))).isEqualTo(plain(method));
        }
        assertThat(metadata.runtimeCalls(expected.get("name").asText()))
                .hasSize(expected.get("methods").size());
    }

    private static List<Object> plain(JsonNode array) {
        List<Object> all = new ArrayList<>();
        array.forEach(e -> all.add(e.isArray() ? plain(e) : e.isNumber() ? (Object) e.asInt() : e.asText()));
        return all;
    }

    @AfterAll
    static void report() {
        SPEC_365.report("file", "type_notation");
        SPEC_393.report("file", "type_notation");
    }
}
