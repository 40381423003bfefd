package io.github.bittensor4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bittensor4j.core.BittensorException;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** How a failure is told: one line for people, one object for scripts, and the exit status of the list in {@code --help}. */
final class Failures {
    static final int FAILED = 1;
    static final int CONFIGURATION = 3;
    static final int RETRY = 4;
    static final int REFUSED = 5;
    static final int UNKNOWN = 6;
    static final int INTERRUPTED = 130;

    private Failures() {}

    /** A command that ends badly with a status of its own choosing. */
    static final class CommandFailed extends BittensorException {
        private static final long serialVersionUID = 1L;
        private final int status;

        CommandFailed(int status, String code, String message, String hint) {
            super(code, status == RETRY, message, hint);
            this.status = status;
        }
    }

    static int report(Exception e, CommandLine line, ParseResult parsed) {
        if (e instanceof InterruptedException) {
            line.getErr().println("jbt: interrupted");
            return INTERRUPTED;
        }
        if (!(e instanceof BittensorException known)) {
            line.getErr().println("jbt: this is a fault of jbt itself, please report it: " + e);
            e.printStackTrace(line.getErr());
            return FAILED;
        }
        if (Output.wantsJson(parsed)) {
            ObjectNode node = Output.object();
            node.put("code", known.code());
            node.put("message", known.getMessage());
            node.put("hint", known.hint());
            node.put("retryable", known.retryable());
            line.getOut().println(Output.text(node));
        }
        String hint = known.hint().isEmpty() ? "" : ": " + known.hint();
        line.getErr().println("jbt: " + known.getMessage() + hint);
        return status(known);
    }

    private static int status(BittensorException e) {
        if (e instanceof CommandFailed failed) {
            return failed.status;
        }
        if (e.code().startsWith("wallet.")
                || e.code().startsWith("config.")
                || e.code().startsWith("keyfile.")) {
            return CONFIGURATION;
        }
        return e.retryable() ? RETRY : FAILED;
    }
}
