package io.github.bittensor4j.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Programs of others that run beside a benchmark. Each prints JSON, one object a line, of which single figures are read. */
final class Peer {
    private Peer() {}

    /** An echo program: both sides in one process, options as below, a line with the figures of its round. */
    static Load.Round echo(List<String> command, int bytes, int callers, double seconds)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(
                "--mode", "one",
                "--bytes", Integer.toString(bytes),
                "--callers", Integer.toString(callers),
                "--seconds", Long.toString(Math.max(1, Math.round(seconds))),
                "--warmup", "1"));
        String line = last(all, "calls_per_s");
        if (number(line, "errors") > 0) {
            throw new IllegalStateException("the peer's calls failed: " + line);
        }
        return new Load.Round(
                number(line, "calls_per_s"),
                number(line, "p50_us"),
                number(line, "p99_us"),
                number(line, "cpu_us_per_call"));
    }

    /**
     * A slow axon, started for this and ended by closing its standard input, and the program that loads it.
     *
     * @param axon prints a line with host, port and hotkey once it serves
     * @param load takes these three
     */
    static Load.Round loaded(List<String> axon, List<String> load, int bytes, int callers)
            throws IOException, InterruptedException {
        Process serving = new ProcessBuilder(axon)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader lines = serving.inputReader()) {
            String where = lines.readLine();
            while (where != null && !where.contains("\"hotkey\"")) {
                where = lines.readLine();
            }
            if (where == null) {
                throw new IllegalStateException("the peer's axon did not start: " + axon);
            }
            List<String> all = new ArrayList<>(load);
            all.addAll(List.of(
                    text(where, "host"),
                    Long.toString(Math.round(number(where, "port"))),
                    text(where, "hotkey"),
                    "--bytes",
                    Integer.toString(bytes),
                    "--connections",
                    Integer.toString(callers),
                    "--requests",
                    Integer.toString(Math.max(2 * callers, 40))));
            String line = last(all, "calls_per_second");
            if (!line.contains("\"codes\": {\"200\":") || line.matches(".*\"codes\": \\{[^}]*,.*")) {
                throw new IllegalStateException("the peer's calls failed: " + line);
            }
            return new Load.Round(
                    number(line, "calls_per_second"),
                    1e3 * number(line, "p50_ms"),
                    1e3 * number(line, "p99_ms"),
                    Double.NaN);
        } finally {
            serving.getOutputStream().close();
            serving.destroy();
            serving.waitFor();
        }
    }

    private static String last(List<String> command, String figure) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String found = null;
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.contains('"' + figure + '"')) {
                    found = line;
                }
            }
        }
        if (process.waitFor() != 0 || found == null) {
            throw new IllegalStateException("the peer gave no figure: " + String.join(" ", command));
        }
        return found;
    }

    private static double number(String line, String name) {
        return Double.parseDouble(value(line, name, "([0-9.]+)"));
    }

    private static String text(String line, String name) {
        return value(line, name, "\"([^\"]*)\"");
    }

    private static String value(String line, String name, String form) {
        Matcher found = Pattern.compile('"' + name + "\"\\s*:\\s*" + form).matcher(line);
        if (!found.find()) {
            throw new IllegalStateException("the peer said nothing of " + name + ": " + line);
        }
        return found.group(1);
    }
}
