package io.github.bittensor4j.neuron;

import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.InvalidValueException;
import java.io.PrintStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the {@code main} of a neuron tells the shell, systemd or Kubernetes. The library itself neither prints nor ends the JVM: {@code main}
 * lends it the two streams and passes the status on.
 *
 * <pre>{@code
 * public static void main(String[] args) {
 *     System.exit(ExitStatus.of(System.out, System.err, () -> Miner.run(args, MyMiner::define)));
 * }
 * }</pre>
 */
public final class ExitStatus {
    private static final Logger LOG = LoggerFactory.getLogger(ExitStatus.class);

    /** It ran and was closed in good order, by SIGTERM or Ctrl-C too; or it was asked for help and gave it. */
    public static final int DONE = 0;

    /** It failed and would fail again. */
    public static final int FAILED = 1;

    /** An option or a value that does not fit. */
    public static final int USAGE = 2;

    /** Wallet or key file: missing, damaged, another password. */
    public static final int CONFIGURATION = 3;

    /** Something could not be reached or was busy: starting again is safe and may help. */
    public static final int RETRY = 4;

    /** The thread was interrupted. */
    public static final int INTERRUPTED = 130;

    private ExitStatus() {}

    /** What a {@code main} does. */
    @FunctionalInterface
    public interface Program {
        /**
         * Runs to the end.
         *
         * @throws Exception what becomes an exit status
         */
        void run() throws Exception;
    }

    /**
     * Runs a program and says how it ended: {@code --help} is answered on {@code out}; an error of this library is one line on {@code err}, with
     * its code and what to do next (and its stack trace in the log at level DEBUG); any other exception is a fault of the program, and its stack trace goes to {@code err}. An {@link Error} is thrown
     * on.
     *
     * @param out usually {@code System.out}; stays open
     * @param err usually {@code System.err}; stays open
     * @param program what to run, in the calling thread
     * @return one of the constants of this class, for {@link System#exit}
     */
    public static int of(PrintStream out, PrintStream err, Program program) {
        try {
            program.run();
            return DONE;
        } catch (HelpException e) {
            out.println(e.getMessage());
            return DONE;
        } catch (BittensorException e) {
            LOG.debug("ended with an error", e);
            err.println(e.getMessage() + " [" + e.code() + "]" + (e.hint().isEmpty() ? "" : " " + e.hint()));
            return of(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("interrupted");
            return INTERRUPTED;
        } catch (Exception e) {
            e.printStackTrace(err);
            return FAILED;
        }
    }

    /**
     * The status that fits an error.
     *
     * @param e an error of this library
     * @return {@link #USAGE}, {@link #CONFIGURATION}, {@link #RETRY} or {@link #FAILED}
     */
    public static int of(BittensorException e) {
        if (e instanceof InvalidValueException) {
            return USAGE; // what does not fit its type was typed, or stands in a file that was named
        }
        if (e.code().startsWith("wallet.")
                || e.code().startsWith("config.")
                || e.code().startsWith("keyfile.")) {
            return CONFIGURATION;
        }
        return e.retryable() ? RETRY : FAILED;
    }
}
