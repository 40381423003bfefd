package io.github.bittensor4j.cli;

import java.io.Console;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Asking before something is paid, registered or replaced. Without a terminal and without {@code --yes} the answer is no. */
final class Consent {
    @Option(
            names = {"-y", "--yes", "--no-prompt"},
            description = "Answer every question with yes.")
    boolean yes;

    @Option(names = "--dry-run", description = "Show what would be done and paid, and submit nothing.")
    boolean dryRun;

    void require(String question, Output output) {
        if (yes) {
            return;
        }
        Console console = output.json ? null : System.console();
        if (console == null) {
            throw Failures.wrongUse(
                    "cli.consent", "this needs a yes, and there is no terminal to ask on", "repeat it with --yes");
        }
        String answer = console.readLine("%s [y/N] ", question);
        if (answer == null || !answer.strip().toLowerCase(Locale.ROOT).matches("y|yes")) {
            throw new Failures.CommandFailed(Failures.FAILED, "cli.declined", "declined, nothing was done", "");
        }
    }
}
