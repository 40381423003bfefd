package io.github.bittensor4j.examples.python;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.dendrite.Target;
import io.github.bittensor4j.testkit.PythonPeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The official SDK 10.2 on the other side, its dendrite at our axon and its axon at our dendrite: every case shows the same as between two
 * of its own. Skipped, saying so, where its programs are not installed.
 */
@Timeout(300)
class PythonPeersTest {
    private static final int CASES = 13;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Keypair alice = Keypair.development("Alice");
    private final Keypair bob = Keypair.development("Bob");

    @Test
    void everyCaseShowsTheSameAsBetweenTwoPythonNeurons() throws Exception {
        List<JsonNode> theirs;
        List<JsonNode> ourCaller;
        List<JsonNode> ourAxon;
        try (PythonPeer axon = PythonPeer.start("sdk10", "sdk10_axon.py")) {
            JsonNode at = axon.listening();
            theirs = pythonCaller(at.path("port").asInt(), at.path("hotkey").asText());
            ourCaller = new ArrayList<>();
            Target target = Target.of(
                    AccountId.fromSs58(at.path("hotkey").asText()),
                    new Endpoint(at.path("host").asText(), at.path("port").asInt()));
            for (String line : PythonAxonsCaller.ask(alice, target, List.of())) {
                ourCaller.add(JSON.readTree(line));
            }
        }
        try (Axon axon = PythonCallersAxon.start(bob, 0, List.of())) {
            ourAxon = pythonCaller(axon.port(), bob.account().ss58());
        }

        assertThat(theirs).hasSize(CASES);
        assertThat(shown(ourCaller)).isEqualTo(shown(theirs));
        assertThat(shown(ourAxon)).isEqualTo(shown(theirs));
    }

    @Test
    void aCallerThatIsNotOnTheListIsForbidden() throws Exception {
        try (Axon axon = PythonCallersAxon.start(bob, 0, List.of(bob.account().ss58()))) {
            JsonNode told = pythonCaller(axon.port(), bob.account().ss58(), "--case", "echo")
                    .get(0);
            assertThat(told.path("dendrite_status").asInt()).isEqualTo(403);
            assertThat(told.path("dendrite_message").asText())
                    .isEqualTo("Forbidden. Key is blacklisted: not on the list.");
        }
    }

    @Test
    void theAxonPrintsOneLineAndEndsWithItsInput() throws Exception {
        InputStream in = System.in;
        PrintStream out = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PipedOutputStream input = new PipedOutputStream();
        try {
            System.setIn(new PipedInputStream(input));
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            CompletableFuture<Void> ended = CompletableFuture.runAsync(() -> {
                try {
                    PythonCallersAxon.run(new String[] {"--secret", "//Charlie"});
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            input.close();
            ended.get(60, TimeUnit.SECONDS);
        } finally {
            System.setIn(in);
            System.setOut(out);
        }
        JsonNode line = JSON.readTree(printed.toString(StandardCharsets.UTF_8));
        assertThat(line.path("hotkey").asText())
                .isEqualTo(Keypair.development("Charlie").account().ss58());
        assertThat(line.path("host").asText()).isEqualTo("127.0.0.1");
        assertThat(line.path("port").asInt()).isPositive();
    }

    private static List<JsonNode> pythonCaller(int port, String hotkey, String... more) {
        List<String> arguments = new ArrayList<>(List.of("127.0.0.1", Integer.toString(port), hotkey));
        arguments.addAll(List.of(more));
        try (PythonPeer caller = PythonPeer.start("sdk10", "sdk10_dendrite.py", arguments.toArray(String[]::new))) {
            return caller.rest();
        }
    }

    /** As texts: identifiers, seconds, the list of what is served and where the network cut a stream apart. */
    private static List<String> shown(List<JsonNode> lines) {
        List<String> shown = new ArrayList<>();
        for (JsonNode line : lines) {
            ObjectNode one = line.deepCopy();
            one.remove("seconds");
            String message = one.path("dendrite_message").asText();
            one.put(
                    "dendrite_message",
                    message.replaceAll("#[0-9a-f-]{36}$", "#").replaceAll("\\[.*]$", "[]"));
            if (one.has("chunks")) {
                StringBuilder streamed = new StringBuilder();
                one.path("chunks")
                        .forEach(chunk -> streamed.append(chunk.path(0).asText()));
                one.put("chunks", streamed.toString());
            }
            shown.add(one.toString());
        }
        return shown;
    }
}
