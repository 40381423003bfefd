package io.github.bittensor4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import io.github.bittensor4j.subtensor.Network;
import io.github.bittensor4j.subtensor.Subtensor;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbt localnet}: the chain alone. */
@Command(
        name = "localnet",
        header = "A subtensor-compatible chain on this machine.",
        subcommands = {LocalnetCommands.Up.class, LocalnetCommands.Fund.class, LocalnetCommands.NewSubnet.class})
final class LocalnetCommands {
    /** The port on which Bittensor's tools expect the network called local. */
    private static final int LOCAL_PORT = 9944;

    /** {@code jbt localnet up}. */
    @Command(
            name = "up",
            header = "Run the chain until Ctrl-C.",
            description = {
                "Runs a chain with rich development accounts (//Alice, //Bob, ...) until Ctrl-C.",
                "In memory by default; with --state it is kept and opened again."
            })
    static final class Up implements Callable<Integer> {
        @Mixin
        Output output = new Output();

        @Option(
                names = "--port",
                defaultValue = "" + LOCAL_PORT,
                description = "WebSocket port; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
        int port;

        @Option(
                names = "--blocks",
                defaultValue = "fast",
                description =
                        "real: a block every 12 s, as on the network; fast: every 0.25 s. Default: ${DEFAULT-VALUE}.")
        Pace pace = Pace.FAST;

        @Option(names = "--state", paramLabel = "DIR", description = "Keep blocks and state in this folder.")
        @Nullable
        Path state;

        /** How fast blocks come. */
        enum Pace {
            REAL,
            FAST
        }

        @Override
        public Integer call() throws InterruptedException {
            if (port < 0 || port > 65535) {
                throw Failures.wrongUse("cli.port", "--port: " + port + " (expected: 0-65535)", "");
            }
            Localnet.Builder builder =
                    Localnet.builder().port(port).blockTime(pace == Pace.REAL ? BlockTime.REAL : BlockTime.FAST);
            Optional.ofNullable(state).ifPresent(builder::stateDirectory);
            try (Shutdown shutdown = Shutdown.onSignal();
                    Localnet chain = builder.start()) {
                String alice = Keypair.development("Alice").account().ss58();
                ObjectNode node = Output.object();
                node.put("endpoint", chain.endpoint().toString());
                node.put("alice", alice);
                node.put("block", Long.toString(chain.blockNumber()));
                node.put("state", state == null ? null : state.toString());
                output.result(
                        node,
                        "localnet listens on " + chain.endpoint() + " at block " + chain.blockNumber()
                                + (state == null ? ", in memory" : ", kept in " + state));
                output.remark("//Alice " + alice + " is rich. Try: jbt subnets metagraph 1 -n " + chain.endpoint());
                output.remark("Ctrl-C ends it.");
                shutdown.await();
            }
            return 0;
        }
    }

    /** On a local chain the default network is that chain. */
    static final class LocalNetwork {
        @Option(
                names = {"-n", "--network"},
                paramLabel = "NAME|URL",
                defaultValue = "local",
                description = "The local chain. Default: ${DEFAULT-VALUE}, which is ws://127.0.0.1:9944.")
        Network network = Network.local();

        /** Connects; the caller closes. A network that is known by name has real accounts, and //Alice's key is everybody's. */
        Subtensor connect(Output output) {
            if (network.genesisHash().isPresent()) {
                throw Failures.wrongUse(
                        "cli.network",
                        "--network: " + network + " is no local chain",
                        "start one with jbt localnet up");
            }
            return NetworkOption.connect(network, output);
        }
    }

    /** {@code jbt localnet fund}. */
    @Command(
            name = "fund",
            header = "Give TAO from //Alice.",
            description =
                    "An ordinary transfer, signed by the development key //Alice, which is rich on local chains only.")
    static final class Fund implements Callable<Integer> {
        @Mixin
        LocalNetwork network = new LocalNetwork();

        @Mixin
        WalletOptions wallet = new WalletOptions();

        @Mixin
        Output output = new Output();

        @Option(
                names = "--amount-tao",
                defaultValue = "1000",
                description = "How much, in TAO. Default: ${DEFAULT-VALUE}.")
        Tao amount = Tao.of("1000");

        @Parameters(
                index = "0",
                arity = "0..1",
                paramLabel = "ADDRESS",
                description = "An SS58 address or the name of a wallet. Default: the wallet's coldkey.")
        @Nullable
        String address;

        @Override
        public Integer call() throws InterruptedException {
            AccountId account = wallet.coldkeyOf(address);
            try (Subtensor chain = network.connect(output)) {
                new LocalSubnet(chain, output::remark).fund(account, amount);
                Tao balance = chain.balance(account);
                ObjectNode node = Output.object();
                node.put("address", account.ss58());
                node.put("sent_rao", Long.toUnsignedString(amount.rao()));
                node.put("balance_rao", Long.toUnsignedString(balance.rao()));
                output.result(node, account + " was given " + amount + " and holds " + balance);
            }
            return 0;
        }
    }

    /** {@code jbt localnet subnet}. */
    @Command(
            name = "subnet",
            header = "Make a subnet that emits and takes plain weights.",
            description = {
                "Registers a subnet owned by //Alice, starts it, and changes the two defaults that stand in a beginner's way: emission is "
                        + "switched on and commit-reveal off. Each step is an ordinary call, shown as it is made."
            })
    static final class NewSubnet implements Callable<Integer> {
        @Mixin
        LocalNetwork network = new LocalNetwork();

        @Mixin
        Output output = new Output();

        @Option(
                names = "--tempo",
                defaultValue = "40",
                description = "Blocks from one epoch to the next. Default: ${DEFAULT-VALUE}, 10 s of fast blocks.")
        int tempo;

        @Override
        public Integer call() throws InterruptedException {
            try (Subtensor chain = network.connect(output)) {
                LocalSubnet alice = new LocalSubnet(chain, output::remark);
                Keypair owner = Keypair.development("Alice");
                Netuid netuid = alice.create(
                        owner.derive("//subnet//" + chain.blockNumber()).account(), owner, tempo);
                output.result(Output.object().put("netuid", netuid.value()), "subnet " + netuid + " is ready");
            }
            return 0;
        }
    }
}
