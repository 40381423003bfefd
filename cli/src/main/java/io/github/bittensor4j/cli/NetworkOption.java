package io.github.bittensor4j.cli;

import io.github.bittensor4j.subtensor.Network;
import io.github.bittensor4j.subtensor.Subtensor;
import picocli.CommandLine.Option;

/** Which chain a command talks to. */
final class NetworkOption {
    @Option(
            names = {"-n", "--network"},
            paramLabel = "NAME|URL",
            defaultValue = "${env:BT_NETWORK:-finney}",
            description =
                    "finney, test, archive, latent-lite, local, or ws:// or wss:// addresses with commas between. Environment: BT_NETWORK. Default: finney.")
    Network network = Network.finney();

    /** Connects; the caller closes. */
    Subtensor connect() {
        return Subtensor.connect(network);
    }
}
