package io.github.bittensor4j.subtensor.intents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page about intents names them all, as the catalogue does. */
class IntentsPageTest {
    @Test
    void its_table_is_the_catalogue() throws Exception {
        Path page = Path.of(System.getProperty("project.root", "..")).resolve("docs/intents.md");
        List<String> rows = Files.readAllLines(page).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();
        String expected = Intents.catalogue().stream().map(IntentsPageTest::row).collect(Collectors.joining("\n"));
        assertThat(String.join("\n", rows)).isEqualTo(expected);
    }

    private static String row(Intents.Entry entry) {
        String signer = entry.signer() == Operation.Key.HOTKEY ? "hotkey" : "coldkey";
        String by = switch (entry.right()) {
            case SIGNED -> signer;
            case SUBNET_OWNER -> signer + " of the subnet's owner";
            case ROOT -> "sudo key";
        };
        String fields =
                entry.fields().isEmpty() ? "" : entry.fields().stream().collect(Collectors.joining("`, `", "`", "`"));
        return "| `" + entry.op() + "` | " + entry.family() + " | " + entry.summary() + " | " + by + " | " + fields
                + " |";
    }
}
