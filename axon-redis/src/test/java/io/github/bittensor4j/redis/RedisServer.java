package io.github.bittensor4j.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real Redis of its own folder on a free port, which can be killed, started again and held. */
final class RedisServer implements AutoCloseable {
    static final String PROGRAM = "redis-server";

    private final Path folder;
    private final List<String> settings;
    private int port;
    private Process process;

    RedisServer(Path folder, String... settings) throws IOException, InterruptedException {
        this.folder = folder;
        this.settings = List.of(settings);
        for (int attempt = 1; ; attempt++) {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            try {
                process = started();
                return;
            } catch (IOException e) {
                // somebody else was quicker
                if (attempt == 5) {
                    throw e;
                }
            }
        }
    }

    /** Whether a program is installed here. */
    static boolean installed(String program) {
        return Arrays.stream(String.valueOf(System.getenv("PATH"))
                        .concat(":/usr/sbin")
                        .split(":"))
                .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
    }

    private Process started() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                PROGRAM,
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                folder.toString(),
                "--daemonize",
                "no"));
        if (settings.isEmpty()) {
            command.addAll(List.of("--save", "", "--appendonly", "no"));
        } else {
            command.addAll(settings);
        }
        Process starting = new ProcessBuilder(command).redirectErrorStream(true).start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(starting.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
            if (line.contains("Ready to accept connections")) {
                return starting;
            }
        }
        starting.waitFor(5, TimeUnit.SECONDS);
        throw new IOException("redis-server did not start:\n" + said);
    }

    String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /** Ends it without a word, as a crash does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    /** The same port and folder, another process. */
    void startAgain() throws IOException, InterruptedException {
        process = started();
    }

    /** Holds it (STOP) or lets it go on (CONT). */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor(5, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
