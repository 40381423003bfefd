package io.github.bittensor4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.neuron.ExitStatus;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** How a failure is told: one line for people, one object for scripts, and the exit status of the list in {@code --help}. */
final class Failures {
    static final int FAILED = ExitStatus.FAILED;
    static final int USAGE = ExitStatus.USAGE;
    static final int CONFIGURATION = ExitStatus.CONFIGURATION;
    static final int RETRY = ExitStatus.RETRY;
    static final int REFUSED = 5;
    static final int UNKNOWN = 6;
    static final int INTERRUPTED = ExitStatus.INTERRUPTED;

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

    /** A value on the command line that the command can not use. */
    static CommandFailed wrongUse(String code, String message, String hint) {
        return new CommandFailed(USAGE, code, message, hint);
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
        tell(line, Output.wantsJson(parsed), known);
        return status(known);
    }

    /** One line for people, and before it the object for scripts that asked for one. */
    static void tell(CommandLine line, boolean json, BittensorException e) {
        if (json) {
            ObjectNode node = Output.object();
            node.put("code", e.code());
            node.put("message", e.getMessage());
            node.put("hint", e.hint());
            node.put("retryable", e.retryable());
            line.getOut().println(Output.text(node));
        }
        String hint = e.hint().isEmpty() ? "" : ": " + e.hint();
        line.getErr().println("jbt: " + e.getMessage() + hint);
    }

    private static int status(BittensorException e) {
        if (e instanceof CommandFailed failed) {
            return failed.status;
        }
        return ExitStatus.of(e);
    }
}
