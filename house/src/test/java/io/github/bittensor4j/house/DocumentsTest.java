package io.github.bittensor4j.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What holds for every document of the project. */
class DocumentsTest {
    private static final Path PROJECT = Path.of(System.getProperty("project.root", ".."));
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]+))?\\)");
    private static final Pattern HEADING = Pattern.compile("^#{1,6} +(.+)$", Pattern.MULTILINE);
    private static final Pattern VERSION = Pattern.compile("^## (.+)$", Pattern.MULTILINE);

    private static List<Path> documents() throws IOException {
        try (Stream<Path> files = Files.walk(PROJECT)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !PROJECT.relativize(file).toString().matches("(.*/)?(target|\\.git)/.*"))
                    .sorted()
                    .toList();
        }
    }

    @TestFactory
    Stream<DynamicTest> links_lead_to_files_and_headings_that_are_there() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path document : documents()) {
            Matcher links = LINK.matcher(Files.readString(document));
            while (links.find()) {
                String file = links.group(1);
                String heading = links.group(2);
                Path target = file.isEmpty() ? document : document.resolveSibling(file);
                tests.add(DynamicTest.dynamicTest(PROJECT.relativize(document) + " -> " + links.group(), () -> {
                    assertThat(target).exists();
                    if (heading != null) {
                        assertThat(headings(target)).contains(heading);
                    }
                }));
            }
        }
        assertThat(tests).hasSizeGreaterThan(20);
        return tests.stream();
    }

    /** The names under which a heading is reached. */
    private static List<String> headings(Path document) throws IOException {
        return HEADING.matcher(Files.readString(document))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{Alnum} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "docs/services.md, protobuf-maven-plugin.version, <version>@</version>",
        "docs/services.md, protobuf.version, <protocVersion>@</protocVersion>",
        "docs/services.md, grpc-generator.version, <version>@</version>",
        "README.md, maven-compiler-plugin.version, <version>@</version>",
    })
    void versions_that_a_document_names_are_those_of_the_build(String document, String property, String shown)
            throws IOException {
        Matcher version = Pattern.compile("<" + Pattern.quote(property) + ">([^<]+)<")
                .matcher(Files.readString(PROJECT.resolve("pom.xml")));
        assertThat(version.find()).as(property).isTrue();
        assertThat(Files.readString(PROJECT.resolve(document))).contains(shown.replace("@", version.group(1)));
    }

    @Test
    void every_document_is_reached_from_the_readme() throws IOException {
        List<Path> reached =
                new ArrayList<>(List.of(PROJECT.resolve("README.md").normalize()));
        for (int i = 0; i < reached.size(); i++) {
            Path document = reached.get(i);
            if (!document.toString().endsWith(".md")) {
                continue;
            }
            Matcher links = LINK.matcher(Files.readString(document));
            while (links.find()) {
                Path target = document.resolveSibling(links.group(1)).normalize();
                if (!reached.contains(target) && Files.isRegularFile(target)) {
                    reached.add(target);
                }
            }
        }
        assertThat(reached)
                .containsAll(documents().stream().map(Path::normalize).toList());
    }

    @Test
    void the_changelog_groups_changes_by_their_kind() throws IOException {
        String text = Files.readString(PROJECT.resolve("CHANGELOG.md"));
        assertThat(VERSION.matcher(text).results().map(version -> version.group(1)))
                .isNotEmpty()
                .allMatch(version -> version.matches("\\[Unreleased]|\\[\\d+\\.\\d+\\.\\d+] - \\d{4}-\\d{2}-\\d{2}"));
        assertThat(text.lines().filter(line -> line.startsWith("### ")))
                .isNotEmpty()
                .allMatch(line -> line.matches("### (Added|Changed|Deprecated|Removed|Fixed|Security)"));
    }
}
