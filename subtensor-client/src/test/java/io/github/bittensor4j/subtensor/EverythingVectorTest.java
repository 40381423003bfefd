package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.testkit.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Everything that every metadata file declares: default and random values of it encode and decode to the same, by its names. */
class EverythingVectorTest {
    private static final int SAMPLES = 3;

    @TestFactory
    Stream<DynamicTest> all_that_a_runtime_declares_encodes_and_decodes() throws IOException {
        Path folder = Vectors.metadataFolder();
        List<Path> files = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> all = Files.list(folder)) {
                all.filter(f -> f.toString().endsWith(".scale")).sorted().forEach(files::add);
            }
        }
        if (files.isEmpty()) {
            return Stream.of(DynamicTest.dynamicTest(
                    "no metadata", () -> Assumptions.abort("skipped: no metadata in " + folder)));
        }
        return files.stream()
                .map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> {
                    Metadata metadata = Metadata.parse(Files.readAllBytes(f));
                    int checked = new Walk(metadata).everything();
                    System.out.println("metadata " + f.getFileName() + ": " + checked + " values there and back");
                    assertThat(checked).isGreaterThan(3_500);
                }));
    }

    /** One pass over one runtime. */
    private static final class Walk {
        private final Metadata metadata;
        private final TypeCodec codec;
        private final Samples samples;
        private final Set<String> uncallable = new TreeSet<>();
        private int checked;

        Walk(Metadata metadata) {
            this.metadata = metadata;
            this.codec = metadata.codec();
            this.samples = new Samples(metadata, 20260101);
        }

        int everything() {
            for (String pallet : metadata.pallets()) {
                calls(pallet);
                storage(pallet);
                for (String constant : metadata.constants(pallet)) {
                    thereAndBack(
                            constantType(pallet, constant),
                            metadata.constant(pallet, constant),
                            pallet + "." + constant);
                }
                errorsAndEvents(pallet);
            }
            for (String api : metadata.runtimeApis()) {
                for (String name : metadata.runtimeCalls(api)) {
                    MetadataTree.Method method = metadata.runtimeCall(api, name);
                    for (int i = 0; i <= SAMPLES; i++) {
                        int sample = i;
                        Object[] arguments = method.inputs().stream()
                                .map(in -> value(in.type(), sample))
                                .toArray();
                        assertThat(metadata.encodeArguments(method, arguments)).isNotNull();
                        for (int k = 0; k < arguments.length; k++) {
                            thereAndBack(method.inputs().get(k).type(), arguments[k], name);
                        }
                        thereAndBack(method.output(), value(method.output(), sample), name);
                    }
                }
            }
            assertThat(uncallable)
                    .containsExactly("Grandpa.report_equivocation", "Grandpa.report_equivocation_unsigned");
            return checked;
        }

        private Object value(int type, int sample) {
            return sample == 0 ? samples.plainest(type) : samples.random(type);
        }

        private int constantType(String pallet, String name) {
            return metadata.pallet(pallet).constants().stream()
                    .filter(c -> c.name().equals(name))
                    .findFirst()
                    .orElseThrow()
                    .type();
        }

        private void calls(String pallet) {
            for (String name : metadata.calls(pallet)) {
                assertThat(metadata.hasCall(pallet, name)).isTrue();
                for (int i = 0; i <= SAMPLES; i++) {
                    Call call;
                    try {
                        call = samples.call(pallet, name, i == 0);
                    } catch (Samples.Uninhabited e) {
                        // A call that nobody can make: an argument's type has no value.
                        uncallable.add(pallet + "." + name);
                        continue;
                    }
                    byte[] bytes = metadata.encodeCall(call);
                    Call back = metadata.decodeCall(bytes);
                    assertThat(back.pallet()).isEqualTo(pallet);
                    assertThat(back.function()).isEqualTo(name);
                    assertThat(List.copyOf(back.arguments().keySet())).isEqualTo(metadata.callArguments(pallet, name));
                    assertThat(metadata.encodeCall(back))
                            .as("%s.%s", pallet, name)
                            .isEqualTo(bytes);
                    checked++;
                }
            }
        }

        private void storage(String pallet) {
            for (String item : metadata.storageItems(pallet)) {
                MetadataTree.Entry entry = metadata.entry(pallet, item);
                Optional<Object> absent = metadata.stored(entry, null);
                if (entry.modifier() == 0) {
                    assertThat(absent).isEmpty();
                } else {
                    assertThat(codec.encode(entry.value(), absent.orElseThrow()))
                            .as("default of %s.%s", pallet, item)
                            .isEqualTo(entry.fallback());
                    checked++;
                }
                int[] types = metadata.keyTypes(entry);
                for (int i = 0; i <= SAMPLES; i++) {
                    int sample = i;
                    Object[] keys = java.util.Arrays.stream(types)
                            .mapToObj(t -> value(t, sample))
                            .toArray();
                    byte[] key = metadata.storageKey(pallet, item, keys);
                    List<Object> read = metadata.keys(entry, key);
                    for (int k = 0; k < types.length; k++) {
                        if (StorageHasher.of(entry.hashers().get(k)).keepsKey()) {
                            assertThat(codec.encode(types[k], read.get(k))).isEqualTo(codec.encode(types[k], keys[k]));
                        }
                    }
                    thereAndBack(entry.value(), value(entry.value(), sample), pallet + "." + item);
                }
            }
        }

        private void errorsAndEvents(String pallet) {
            MetadataTree.EnumRef errors = metadata.pallet(pallet).errors();
            for (MetadataTree.Variant error :
                    errors == null ? List.<MetadataTree.Variant>of() : metadata.variants(errors.type())) {
                Metadata.ModuleError named = metadata.moduleError(
                                metadata.pallet(pallet).index(), error.index())
                        .orElseThrow();
                assertThat(named.name()).isEqualTo(pallet + "." + error.name());
                Map<String, Object> dispatch = Map.of(
                        "Module", Map.of("index", (long) metadata.pallet(pallet).index(), "error", new byte[] {
                            (byte) error.index(), 0, 0, 0
                        }));
                assertThat(BlockEvents.name(metadata, dispatch).name()).isEqualTo(pallet + "." + error.name());
                checked++;
            }
            for (String name : metadata.events(pallet)) {
                ChainEvent event = samples.event(pallet, name);
                thereAndBack(samples.eventType(), event, pallet + "." + name);
            }
        }

        private void thereAndBack(int type, Object value, String where) {
            byte[] bytes = codec.encode(type, value);
            Object back = codec.decode(type, bytes);
            assertThat(codec.encode(type, back)).as(where).isEqualTo(bytes);
            checked++;
        }
    }
}
