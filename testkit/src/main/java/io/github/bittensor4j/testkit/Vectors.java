package io.github.bittensor4j.testkit;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.ThrowingConsumer;

/**
 * One file of golden vectors, made outside this project. The folder is the system property {@code vectors.dir}, that of chain
 * metadata {@code metadata.dir}. Where a file is missing its tests are skipped and say so; where it is there, a section without
 * cases fails.
 *
 * <p>Use: {@code static final Vectors FILE = Vectors.open("era.json")}, one {@code @TestFactory} per section that returns
 * {@link #cases}, and an {@code @AfterAll} that calls {@link #report}.
 */
public final class Vectors {
    // Exact numbers: u64 and u128 never pass through a double.
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS);

    private final Path path;
    private final @Nullable JsonNode root;
    private final AtomicInteger ran = new AtomicInteger();
    private final Set<String> used = new TreeSet<>();

    private Vectors(Path path, @Nullable JsonNode root) {
        this.path = path;
        this.root = root;
    }

    /** Opens a file of the vectors folder; a missing file is no error here. */
    public static Vectors open(String file) {
        Path path = folder("vectors.dir", "../shared/vectors").resolve(file);
        try {
            return new Vectors(path, Files.exists(path) ? JSON.readTree(path.toFile()) : null);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    /** The bytes of a metadata file, or empty where it is missing. */
    public static Optional<byte[]> metadata(String file) {
        Path path = metadataFolder().resolve(file);
        try {
            return Files.exists(path) ? Optional.of(Files.readAllBytes(path)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    /** The metadata folder, which may not exist. */
    public static Path metadataFolder() {
        return folder("metadata.dir", "../shared/data/metadata");
    }

    /** A folder named by a property; a relative one is relative to the project's root, where the build is started, not to a module. */
    static Path folder(String property, String otherwise) {
        return Path.of(System.getProperty("project.root", ".."))
                .resolve(System.getProperty(property, otherwise))
                .normalize();
    }

    /** Whether the file is there. */
    public boolean isPresent() {
        return root != null;
    }

    /** The file's whole content; skips the calling test, saying so, where the file is missing. */
    public JsonNode root() {
        Assumptions.assumeTrue(root != null, () -> "skipped: no vectors at " + path);
        return root;
    }

    /**
     * One test for each case of a section.
     *
     * @param section the key of an array, or of an object that is then the only case; nested keys are joined by dots
     * @param check runs one case
     */
    public Stream<DynamicTest> cases(String section, ThrowingConsumer<JsonNode> check) {
        used.add(section.split("\\.")[0]);
        if (root == null) {
            return Stream.of(DynamicTest.dynamicTest(section, this::root));
        }
        JsonNode node = root;
        for (String key : section.split("\\.")) {
            node = node.path(key);
        }
        List<JsonNode> found = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(found::add);
        } else if (!node.isMissingNode()) {
            found.add(node);
        }
        if (found.isEmpty()) {
            return Stream.of(DynamicTest.dynamicTest(
                    section, () -> Assertions.fail("section " + section + " of " + path + " has no case")));
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            JsonNode one = found.get(i);
            String id = one.path("id").asText(one.path("name").asText(Integer.toString(i)));
            tests.add(DynamicTest.dynamicTest(section + " " + id, () -> {
                ran.incrementAndGet();
                check.accept(one);
            }));
        }
        return tests.stream();
    }

    /** Counts a case that was run without {@link #cases}, in a loop of the test's own. */
    public void count(String section) {
        used.add(section.split("\\.")[0]);
        ran.incrementAndGet();
    }

    /**
     * Says how many cases ran; call it last. Fails when the file is there and none did, or when it holds a section that is neither
     * used here nor named as somebody else's.
     *
     * @param elsewhere keys of the file that are no cases of this class: descriptions, and sections tested in another module
     */
    public void report(String... elsewhere) {
        if (root == null) {
            System.out.println("vectors " + path.getFileName() + ": skipped, no file at " + path);
            return;
        }
        System.out.println("vectors " + path.getFileName() + ": " + ran + " cases ran");
        Assertions.assertTrue(ran.get() > 0, () -> path + " is there but no case of it ran");
        Set<String> untested = new TreeSet<>();
        root.fieldNames().forEachRemaining(untested::add);
        untested.removeAll(used);
        untested.removeAll(Arrays.asList(elsewhere));
        Assertions.assertTrue(untested.isEmpty(), () -> path + " has sections that no test knows: " + untested);
    }
}
