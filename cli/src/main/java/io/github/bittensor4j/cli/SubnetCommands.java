package io.github.bittensor4j.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.subtensor.Calls;
import io.github.bittensor4j.subtensor.ExtrinsicOutcome;
import io.github.bittensor4j.subtensor.SubmitOptions;
import io.github.bittensor4j.subtensor.Subtensor;
import io.github.bittensor4j.subtensor.intents.Execution;
import io.github.bittensor4j.subtensor.intents.Intent;
import io.github.bittensor4j.subtensor.intents.Policy;
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
    private SubnetCommands() {}

    private static Netuid existing(Subtensor chain, int netuid) {
        Netuid id = Netuid.of(netuid);
        if (!chain.subnetExists(id)) {
            throw new Failures.CommandFailed(
                    Failures.FAILED,
                    "subnet.unknown",
                    "there is no subnet " + id + " on " + chain.network(),
                    "there are " + chain.subnets());
        }
        return id;
    }

    /** {@code jbt subnets metagraph}. */
    @Command(name = "metagraph", header = "All neurons of a subnet, as the chain shows them.")
    static final class ShowMetagraph implements Callable<Integer> {
        @Mixin
        NetworkOption network = new NetworkOption();

        @Mixin
        Output output = new Output();

        @Parameters(index = "0", paramLabel = "NETUID", description = "The subnet's number.")
        int netuid;

        @Override
        public Integer call() {
            try (Subtensor chain = network.connect()) {
                Metagraph metagraph = chain.metagraph(existing(chain, netuid));
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
                    + metagraph.neurons().size() + " neurons" + System.lineSeparator() + table;
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
            description = "Shows the price and asks before it pays; the price is burned and not returned.")
    static final class Register implements Callable<Integer> {
        @Mixin
        NetworkOption network = new NetworkOption();

        @Mixin
        WalletOptions wallet = new WalletOptions();

        @Mixin
        Consent consent = new Consent();

        @Mixin
        Output output = new Output();

        @Option(names = "--netuid", required = true, description = "The subnet's number.")
        int netuid;

        @Option(names = "--hotkey", paramLabel = "SS58", description = "Another hotkey than the wallet's.")
        @Nullable
        String hotkey;

        @Override
        public Integer call() throws InterruptedException {
            try (Wallet opened = wallet.open();
                    Subtensor chain = network.connect()) {
                Netuid id = existing(chain, netuid);
                AccountId who = hotkey == null ? opened.hotkeyAccount() : AccountId.fromSs58(hotkey);
                Optional<Uid> seat = chain.uid(id, who);
                if (seat.isPresent()) {
                    throw new Failures.CommandFailed(
                            Failures.FAILED,
                            "subnet.registered",
                            who + " is registered on subnet " + id + " already, as uid " + seat.get(),
                            "nothing was paid");
                }
                Tao price = chain.burn(id);
                Tao balance = chain.balance(opened.coldkeyAccount());
                if (balance.compareTo(price) < 0) {
                    throw new Failures.CommandFailed(
                            Failures.FAILED,
                            "subnet.balance",
                            "the price is " + price + ", the coldkey " + opened.coldkeyAccount() + " holds " + balance,
                            "send it TAO first");
                }
                output.remark("network " + chain.network() + ", subnet " + id + ", hotkey " + who);
                output.remark(
                        "price " + price + " from coldkey " + opened.coldkeyAccount() + " (balance " + balance + ")");
                ObjectNode node = Output.object();
                node.put("netuid", id.value());
                node.put("hotkey", who.ss58());
                node.put("price_rao", Long.toUnsignedString(price.rao()));
                if (consent.dryRun) {
                    output.result(node.put("submitted", false), "dry run: nothing was submitted");
                    return 0;
                }
                consent.require("Pay " + price + " to register?", output);
                Signer coldkey = wallet.unlock(opened);
                ExtrinsicOutcome outcome = chain.submit(Calls.burnedRegister(id, who), coldkey);
                if (outcome instanceof ExtrinsicOutcome.Included included) {
                    Uid uid = chain.uid(id, who).orElseThrow();
                    node.put("submitted", true);
                    node.put("uid", uid.value());
                    node.put("block", Long.toString(included.block().number()));
                    node.put("extrinsic", included.hash());
                    output.result(
                            node,
                            "registered as uid " + uid + " on subnet " + id + " in block "
                                    + included.block().number());
                    return 0;
                }
                throw notIncluded(outcome);
            }
        }
    }

    /** Does what is wanted, or fails with the exit status that scripts look for. */
    static ExtrinsicOutcome.Included included(Subtensor chain, Intent intent, Signer signer)
            throws InterruptedException {
        Execution execution = chain.execute(intent, signer, Policy.NONE, SubmitOptions.defaults());
        if (!(execution instanceof Execution.Submitted submitted)) {
            throw new Failures.CommandFailed(
                    Failures.REFUSED,
                    "intent.obstacle",
                    "the chain would refuse: "
                            + String.join("; ", execution.plan().obstacles()),
                    "");
        }
        if (submitted.outcome() instanceof ExtrinsicOutcome.Included included) {
            return included;
        }
        throw notIncluded(submitted.outcome());
    }

    /** Why an extrinsic did not do what it asked, with the exit status that scripts look for. */
    static Failures.CommandFailed notIncluded(ExtrinsicOutcome outcome) {
        if (outcome instanceof ExtrinsicOutcome.Refused refused) {
            // a runtime without words for its errors repeats the name as the message
            String words = refused.error().endsWith(refused.message()) ? "" : ": " + refused.message();
            return new Failures.CommandFailed(
                    Failures.REFUSED, refused.error(), "the chain refused: " + refused.error() + words, refused.hint());
        }
        ExtrinsicOutcome.Unknown unknown = (ExtrinsicOutcome.Unknown) outcome;
        return new Failures.CommandFailed(
                Failures.UNKNOWN,
                "chain.unknown-outcome",
                "submitted as " + unknown.hash() + ", but what became of it is not known: " + unknown.reason(),
                "look for it on the chain before you repeat the command");
    }
}
