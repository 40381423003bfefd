package io.github.bittensor4j.cli;

import io.github.bittensor4j.cli.DemoCast.Model;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jbt demo}. */
@Command(
        name = "demo",
        header = "A whole subnet on this machine, in under two minutes.",
        description = {
            "Starts a local chain, registers a subnet with three validators and four miners, serves language models that differ in "
                    + "skill, and shows who earns what. One validator colludes with one miner; consensus clips it.",
            "Ends by itself, with status 0 only if the order of incentives is the order of the models' losses."
        })
final class DemoCommand implements Callable<Integer> {
    @Mixin
    Output output = new Output();

    @Option(
            names = "--noise",
            paramLabel = "MODEL",
            description =
                    "Serve noise instead of this model: ${COMPLETION-CANDIDATES}. The order of incentives changes with it.")
    @Nullable
    Model noise;

    @Option(
            names = "--epochs",
            defaultValue = "8",
            description = "Epochs to run once all validators have set weights, 2 to 100. Default: ${DEFAULT-VALUE}.")
    int epochs;

    @Override
    public Integer call() throws Exception {
        if (epochs < 2 || epochs > 100) {
            throw Failures.wrongUse("cli.epochs", "--epochs: " + epochs + " (expected: 2-100)", "");
        }
        DemoBoard board = new DemoBoard(output);
        try (Demo demo = new Demo(board, Optional.ofNullable(noise))) {
            demo.prepare();
            DemoResult result = demo.run(epochs, Duration.ofSeconds(90));
            output.result(result.json(), result.text());
            return result.asItShould() ? 0 : Failures.FAILED;
        }
    }
}
