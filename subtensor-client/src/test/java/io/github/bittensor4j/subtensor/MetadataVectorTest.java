package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.testkit.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class MetadataVectorTest {
    @TestFactory
    Stream<DynamicTest> every_file_is_read_to_its_last_byte_and_written_back() throws IOException {
        Path folder = Vectors.metadataFolder();
        List<Path> files = List.of();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> all = Files.list(folder)) {
                files = all.filter(f -> f.toString().endsWith(".scale"))
                        .sorted()
                        .toList();
            }
        }
        if (files.isEmpty()) {
            System.out.println("metadata: skipped, no file *.scale in " + folder);
            return Stream.of(DynamicTest.dynamicTest(
                    "no metadata", () -> Assumptions.abort("skipped: no metadata in " + folder)));
        }
        System.out.println("metadata: " + files.size() + " files");
        return files.stream()
                .map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> {
                    byte[] bytes = Files.readAllBytes(f);
                    assertThat(Metadata.parse(bytes).encode()).isEqualTo(bytes);
                }));
    }
}
