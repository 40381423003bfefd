package io.github.bittensor4j.cli;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.subtensor.Network;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry of {@code jbt}: parses, runs one command, and turns every error into one line and a true exit status. */
@Command(
        name = "jbt",
        header = "Run Bittensor neurons from Java: a local chain, wallets, subnets.",
        subcommands = {
            DemoCommand.class,
            LocalnetCommands.class,
            WalletCommands.class,
            SubnetCommands.class,
            QueryCommand.class,
            StakeCommands.class,
            IntentCommands.PlanIntent.class,
            IntentCommands.ExecuteIntent.class
        },
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "  0:done",
            "  1:failed, and the same call would fail again",
            "  2:wrong use of the command line",
            "  3:configuration or wallet",
            "  4:unreachable or busy, a retry is safe",
            "  5:refused by the chain",
            "  6:submitted, outcome unknown: look before you repeat",
            "130:interrupted"
        })
public final class Main {
    private Main() {}

    /**
     * Runs the command line and ends the JVM with its exit status.
     *
     * @param args as typed
     */
    public static void main(String[] args) {
        // DJL must neither call home nor look for a download; both are read when its engine loads.
        System.setProperty("OPT_OUT_TRACKING", "true");
        if (System.getProperty("ai.djl.offline") == null) {
            System.setProperty("ai.djl.offline", "true");
        }
        // The command line tells its own story; what the libraries log is for programs that embed them.
        if (System.getProperty("jbt.log") == null) {
            System.setProperty("jbt.log", "WARN");
        }
        System.exit(run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
    }

    /** Runs the command line with these outputs; what {@link #main} does, without ending the JVM. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        int status = line().setOut(out).setErr(err).execute(args);
        if (!out.checkError()) {
            return status;
        }
        err.println("jbt: standard output could not be written to its end: is the disk full, or its reader gone?");
        return status == 0 ? Failures.FAILED : status;
    }

    /** The commands and how their arguments are read. */
    static CommandLine line() {
        CommandLine line = new CommandLine(new Main());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.registerConverter(AccountId.class, value(AccountId::fromBittensorAddress));
        line.registerConverter(Netuid.class, value(Main::netuid));
        line.registerConverter(Network.class, value(Network::parse));
        line.registerConverter(Tao.class, value(Tao::of));
        line.setExecutionExceptionHandler(Failures::report);
        line.setParameterExceptionHandler(Main::wrongUse);
        return line;
    }

    /** Reads a value of ours by its own rule; what the rule says is what the user is told. */
    private static <T> ITypeConverter<T> value(Function<String, T> read) {
        return text -> {
            try {
                return read.apply(text);
            } catch (BittensorException e) {
                throw new TypeConversionException(e.getMessage() + (e.hint().isEmpty() ? "" : ": " + e.hint()));
            }
        };
    }

    private static Netuid netuid(String text) {
        try {
            return Netuid.of(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            throw new TypeConversionException("netuid: " + text + " (expected: 0-65535)");
        }
    }

    /** One line that names the fault and where to read on, instead of a page of usage. */
    private static int wrongUse(ParameterException e, String[] args) {
        CommandLine line = e.getCommandLine();
        String message = String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ") + instead(e);
        String help = "see " + line.getCommandSpec().qualifiedName() + " --help" + elsewhere(e);
        Failures.tell(line, List.of(args).contains("--json"), Failures.wrongUse("cli.usage", message, help));
        return Failures.USAGE;
    }

    /** What could have been meant. */
    private static String instead(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            List<String> similar = unmatched.getSuggestions();
            return similar.isEmpty() ? "" : " (did you mean " + similar.get(0) + "?)";
        }
        boolean groupAlone = "Missing required subcommand".equals(e.getMessage());
        return groupAlone
                ? " (one of "
                        + String.join(", ", e.getCommandLine().getSubcommands().keySet()) + ")"
                : "";
    }

    /** Where people find what btcli has a command for, and jbt has not. */
    private static String elsewhere(ParameterException e) {
        boolean command = e instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption()
                && !e.getCommandLine().getSubcommands().isEmpty();
        return command ? "; everything else that a chain does or tells: jbt plan and jbt query list it" : "";
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"jbt " + (version == null ? "(not packaged)" : version)};
        }
    }
}
