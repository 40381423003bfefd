package io.github.bittensor4j.cli;

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
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;

class DocumentsTest {
    private static final Path PROJECT = Path.of("..");
    private static final Pattern COMMAND = Pattern.compile("(?:\\./|`)jbt ([a-z][^`#|\n]*)");

    @TestFactory
    Stream<DynamicTest> the_documents_name_commands_that_there_are() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> files = Stream.concat(Files.list(PROJECT), Files.walk(PROJECT.resolve("docs")))) {
            for (Path document : files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList()) {
                // the changelog lists alternatives with bars
                if (document.endsWith("CHANGELOG.md")) {
                    continue;
                }
                Matcher commands = COMMAND.matcher(Files.readString(document));
                while (commands.find()) {
                    String[] arguments =
                            commands.group(1).strip().replace("NETUID", "1").split("\\s+");
                    tests.add(DynamicTest.dynamicTest(
                            document.getFileName() + ": jbt " + String.join(" ", arguments), () -> parse(arguments)));
                }
            }
        }
        assertThat(tests).hasSizeGreaterThan(10);
        return tests.stream();
    }

    private static void parse(String... arguments) {
        try {
            Main.line().parseArgs(arguments);
        } catch (CommandLine.MissingParameterException e) {
            // prose names a command without all that it needs
        }
    }
}
