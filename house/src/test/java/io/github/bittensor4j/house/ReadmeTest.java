package io.github.bittensor4j.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ReadmeTest {
    private static final Path PROJECT = Path.of(System.getProperty("project.root", ".."));
    private static final Pattern SHOWN =
            Pattern.compile("<!-- file: (examples/\\S+) -->\n```java\n(.*?)```", Pattern.DOTALL);

    @TestFactory
    Stream<DynamicTest> the_readme_shows_the_examples_as_they_are() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        Matcher shown = SHOWN.matcher(Files.readString(PROJECT.resolve("README.md")));
        while (shown.find()) {
            String file = shown.group(1);
            String text = shown.group(2);
            tests.add(DynamicTest.dynamicTest(
                    file, () -> assertThat(text).isEqualTo(Files.readString(PROJECT.resolve(file)))));
        }
        assertThat(tests).hasSize(2);
        return tests.stream();
    }

    @Test
    void a_miner_of_ones_own_takes_at_most_20_lines_and_a_validator_25() throws IOException {
        assertThat(linesOf("UppercaseMiner.java")).isLessThanOrEqualTo(20);
        assertThat(linesOf("UppercaseValidator.java")).isLessThanOrEqualTo(25);
    }

    private static long linesOf(String example) throws IOException {
        Path file = PROJECT.resolve("examples/src/main/java/io/github/bittensor4j/examples")
                .resolve(example);
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> !line.isBlank()).count();
        }
    }
}
