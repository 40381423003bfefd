package io.github.bittensor4j.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.subtensor.Subtensor;
import io.github.bittensor4j.subtensor.intents.Intent;
import io.github.bittensor4j.subtensor.intents.Registration;
import io.github.bittensor4j.wallet.Wallet;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbt subnets}: look at subnets and register on them. */
@Command(
        name = "subnets",
        header = "Look at subnets and register on them.",
        subcommands = {SubnetCommands.Register.class, SubnetCommands.ShowMetagraph.class})
final class SubnetCommands {
    /** So many subnets are named in one line. */
    private static final int SHOWN = 20;

    private SubnetCommands() {}

    private static void requireSubnet(Subtensor chain, Netuid netuid) {
        if (!chain.subnetExists(netuid)) {
            throw new Failures.CommandFailed(
                    Failures.FAILED,
                    "subnet.unknown",
                    "there is no subnet " + netuid + " on " + chain.network(),
                    chain.subnets().size() > SHOWN
                            ? "jbt query subnets lists the " + chain.subnets().size() + " that there are"
                            : "there are " + chain.subnets());
        }
    }

    /** {@code jbt subnets metagraph}. */
    @Command(name = "metagraph", header = "All neurons of a subnet, as the chain shows them.")
    static final class ShowMetagraph implements Callable<Integer> {
        @Mixin
        NetworkOption network = new NetworkOption();

        @Mixin
        Output output = new Output();

        @Parameters(index = "0", paramLabel = "NETUID", description = "The subnet's number.")
        Netuid netuid = Netuid.ROOT;

        @Override
        public Integer call() {
            try (Subtensor chain = network.connect(output)) {
                requireSubnet(chain, netuid);
                Metagraph metagraph = chain.metagraph(netuid);
                output.result(json(metagraph), table(metagraph));
            }
            return 0;
        }

        static String table(Metagraph metagraph) {
            Table table = new Table(
                    "uid", "hotkey", "axon", "permit", "stake weight", "incentive", "dividends", "trust", "emission");
            for (NeuronInfo n : metagraph.neurons()) {
                table.row(
                        n.uid(),
                        n.hotkey(),
                        n.axon().map(a -> a.endpoint().toString()).orElse("-"),
                        n.validatorPermit() ? "yes" : "no",
                        Tao.ofRao(n.stakeWeight()).decimal().toPlainString(),
                        share(n.incentive()),
                        share(n.dividends()),
                        share(n.validatorTrust()),
                        n.emission().decimal().toPlainString());
            }
            return "subnet " + metagraph.netuid() + " at block "
                    + metagraph.block().number() + ", tempo " + metagraph.tempo() + ", "
                    + metagraph.neurons().size() + (metagraph.neurons().size() == 1 ? " neuron" : " neurons")
                    + System.lineSeparator() + table;
        }

        private static ObjectNode json(Metagraph metagraph) {
            ObjectNode node = Output.object();
            node.put("netuid", metagraph.netuid().value());
            node.put("block", Long.toString(metagraph.block().number()));
            node.put("block_hash", metagraph.block().hash());
            node.put("tempo", metagraph.tempo());
            ArrayNode neurons = node.putArray("neurons");
            for (NeuronInfo n : metagraph.neurons()) {
                ObjectNode one = neurons.addObject();
                one.put("uid", n.uid().value());
                one.put("hotkey", n.hotkey().ss58());
                one.put("coldkey", n.coldkey().ss58());
                one.put("active", n.active());
                one.put("axon", n.axon().map(a -> a.endpoint().toString()).orElse(null));
                one.put("validator_permit", n.validatorPermit());
                one.put("stake_weight_rao", Long.toUnsignedString(n.stakeWeight()));
                one.put("alpha_stake_rao", Long.toUnsignedString(n.alphaStake().rao()));
                one.put("incentive_u16", n.incentive());
                one.put("dividends_u16", n.dividends());
                one.put("consensus_u16", n.consensus());
                one.put("validator_trust_u16", n.validatorTrust());
                one.put("emission_rao", Long.toUnsignedString(n.emission().rao()));
                one.put("last_update", Long.toString(n.lastUpdate()));
                one.put("registered_at", Long.toString(n.registeredAt()));
            }
            return node;
        }
    }

    /** A proportion of the chain as a decimal fraction. */
    static String share(int u16) {
        return String.format(Locale.ROOT, "%.4f", u16 / 65535.0);
    }

    /** {@code jbt subnets register}. */
    @Command(
            name = "register",
            header = "Register a hotkey on a subnet by paying its current price.",
            description = {
                "Shows the price and asks before it pays; the price is burned and not returned.",
                "Where the price has risen above the most that is paid, the chain refuses and nothing is paid."
            })
    static final class Register implements Callable<Integer> {
        @Mixin
        Submission submission = new Submission();

        @Option(names = "--netuid", required = true, description = "The subnet's number.")
        Netuid netuid = Netuid.ROOT;

        @Option(names = "--hotkey", paramLabel = "SS58", description = "Another hotkey than the wallet's.")
        @Nullable
        AccountId hotkey;

        @Option(
                names = "--max-price-tao",
                paramLabel = "TAO",
                description = "The most that is paid. Default: the price that is shown.")
        @Nullable
        Tao maxPrice;

        @Override
        public Integer call() throws InterruptedException {
            try (Wallet opened = submission.wallet.open();
                    Subtensor chain = submission.network.connect(submission.output)) {
                requireSubnet(chain, netuid);
                AccountId who = hotkey == null ? opened.hotkeyAccount() : hotkey;
                Optional<Uid> seat = chain.uid(netuid, who);
                if (seat.isPresent()) {
                    throw new Failures.CommandFailed(
                            Failures.FAILED,
                            "subnet.registered",
                            who + " is registered on subnet " + netuid + " already, as uid " + seat.get(),
                            "nothing was paid");
                }
                Tao price = chain.burn(netuid);
                Tao most = maxPrice == null ? price : maxPrice;
                // runtimes before 401 know no limit: there the price is that of the block
                boolean limited = chain.metadata().hasCall("SubtensorModule", "register_limit");
                ObjectNode node = Output.object();
                node.put("netuid", netuid.value());
                node.put("hotkey", who.ss58());
                node.put("price_rao", Long.toUnsignedString(price.rao()));
                Intent register =
                        new Registration.BurnedRegister(netuid, who, limited ? Optional.of(most) : Optional.empty());
                submission
                        .submit(
                                chain,
                                opened,
                                register,
                                "Pay " + (limited ? "at most " + most : price) + " to register?",
                                node)
                        .ifPresent(included -> {
                            Uid uid = chain.uid(netuid, who).orElseThrow();
                            submission.output.result(
                                    node.put("uid", uid.value()),
                                    "registered as uid " + uid + " on subnet " + netuid + " in block "
                                            + included.block().number());
                        });
            }
            return 0;
        }
    }
}
