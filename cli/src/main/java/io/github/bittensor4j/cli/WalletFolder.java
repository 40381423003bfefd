package io.github.bittensor4j.cli;

import io.github.bittensor4j.wallet.WalletRef;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the wallets lie. */
final class WalletFolder {
    @Option(
            names = "--wallet-path",
            paramLabel = "DIR",
            defaultValue = "${env:BT_WALLET_PATH}",
            description =
                    "The folder of wallets. Environment: BT_WALLET_PATH. Default: .bittensor/wallets in the home folder.")
    @Nullable
    Path given;

    Path path() {
        return given == null ? WalletRef.defaultPath() : given;
    }
}
