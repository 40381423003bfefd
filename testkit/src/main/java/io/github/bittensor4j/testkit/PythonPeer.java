package io.github.bittensor4j.testkit;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;

/**
 * A program of the official Python software that runs beside a test. The programs' folder is the system property {@code
 * python.programs.dir}, that of the virtual environments {@code python.peers.dir}. Where one is missing the calling test is skipped and
 * says so. It ends when its standard input closes.
 */
public final class PythonPeer implements AutoCloseable {
    // Nonces exceed what a double holds.
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS);
    private static final long LONGEST_END_SECONDS = 20;

    private final Process process;
    private final BufferedReader lines;

    private PythonPeer(Process process) {
        this.process = process;
        this.lines = process.inputReader();
    }

    /**
     * Starts a program.
     *
     * @param peer the environment, such as {@code sdk11}
     * @param program the file, such as {@code sdk11_auth.py}
     * @param arguments what it is told
     */
    public static PythonPeer start(String peer, String program, String... arguments) {
        Path python = Vectors.folder("python.peers.dir", "../python-peers").resolve(peer + "/bin/python");
        Path file = Vectors.folder("python.programs.dir", "../shared/tools/python-peers")
                .resolve(program);
        for (Path needed : List.of(python, file)) {
            Assumptions.assumeTrue(Files.exists(needed), () -> "skipped: no Python peer at " + needed);
        }
        List<String> command = new ArrayList<>(List.of(python.toString(), file.toString()));
        command.addAll(List.of(arguments));
        try {
            return new PythonPeer(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command, e);
        }
    }

    /** Runs a program to its end with bytes as its input, and gives the last line it prints, whatever its exit status. */
    public static JsonNode run(String peer, String program, byte[] input, String... arguments) {
        try (PythonPeer run = start(peer, program, arguments)) {
            try (var in = run.process.getOutputStream()) {
                in.write(input);
            }
            List<JsonNode> all = run.rest();
            if (all.isEmpty()) {
                throw new IllegalStateException("the Python peer ended without a line");
            }
            return all.get(all.size() - 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next line that it prints, one JSON document. */
    public JsonNode line() {
        try {
            String line = lines.readLine();
            if (line == null) {
                throw new IllegalStateException("the Python peer ended without a line");
            }
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every line up to its end, which it finds by itself. */
    public List<JsonNode> rest() {
        List<JsonNode> rest = new ArrayList<>();
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                rest.add(JSON.readTree(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rest;
    }

    /** The next line of a server, which names its {@code host} and {@code port}, once it listens there: the line comes before that. */
    public JsonNode listening() {
        JsonNode at = line();
        while (process.isAlive()) {
            try (Socket reached =
                    new Socket(at.path("host").asText(), at.path("port").asInt())) {
                if (reached.isConnected()) {
                    return at;
                }
            } catch (IOException e) {
                LockSupport.parkNanos(20_000_000);
            }
        }
        throw new IllegalStateException("the Python peer ended before it listened");
    }

    /** Closes its standard input and waits for its end. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // it has ended already
        }
        try {
            if (!process.waitFor(LONGEST_END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
