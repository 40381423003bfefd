package io.github.bittensor4j.cli;

import io.github.bittensor4j.subtensor.Network;
import io.github.bittensor4j.subtensor.Subtensor;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/** Which chain a command talks to. */
final class NetworkOption {
    private static final long QUIET_SECONDS = 3;

    @Option(
            names = {"-n", "--network"},
            paramLabel = "NAME|URL",
            defaultValue = "${env:BT_NETWORK:-finney}",
            description =
                    "finney, test, archive, latent-lite, local, or ws:// or wss:// addresses with commas between. Environment: BT_NETWORK. Default: finney.")
    Network network = Network.finney();

    /** Connects; the caller closes. */
    Subtensor connect(Output output) {
        return connect(network, output);
    }

    /** Connects, and says so where it takes long enough to be taken for a hang. */
    static Subtensor connect(Network network, Output output) {
        CountDownLatch connected = new CountDownLatch(1);
        Thread remark = new Thread(
                () -> {
                    try {
                        if (!connected.await(QUIET_SECONDS, TimeUnit.SECONDS)) {
                            output.remark("no connection to " + network + " yet, still trying ...");
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "jbt-connecting");
        remark.setDaemon(true);
        remark.start();
        try {
            return Subtensor.connect(network);
        } finally {
            connected.countDown();
        }
    }
}
