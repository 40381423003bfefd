package io.github.bittensor4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.subtensor.ExtrinsicOutcome;
import io.github.bittensor4j.subtensor.Subtensor;
import io.github.bittensor4j.subtensor.intents.Amount;
import io.github.bittensor4j.subtensor.intents.Slippage;
import io.github.bittensor4j.subtensor.intents.Staking;
import io.github.bittensor4j.wallet.Wallet;
import java.math.BigDecimal;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jbt stake}: TAO behind a hotkey. */
@Command(name = "stake", header = "Put TAO behind a hotkey.", subcommands = StakeCommands.Add.class)
final class StakeCommands {
    private StakeCommands() {}

    /** {@code jbt stake add}. */
    @Command(
            name = "add",
            header = "Stake TAO to a hotkey on a subnet.",
            description = {
                "Buys the subnet's alpha in its pool and stakes it; shows the amount and asks first.",
                "The chain refuses the whole of it when the price would rise by more than the tolerance."
            })
    static final class Add implements Callable<Integer> {
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

        @Option(
                names = {"--amount-tao", "--amount"},
                required = true,
                description = "How much, in TAO.")
        String amount = "";

        @Option(
                names = "--tolerance",
                paramLabel = "SHARE",
                defaultValue = "0.005",
                description = "How far the price may rise, as a share: 0.005 is half a per cent, the default.")
        BigDecimal tolerance = Slippage.DEFAULT.rateTolerance();

        @Option(names = "--hotkey", paramLabel = "SS58", description = "Another hotkey than the wallet's.")
        @Nullable
        String hotkey;

        @Override
        public Integer call() throws InterruptedException {
            Tao tao = Tao.of(amount);
            Netuid id = Netuid.of(netuid);
            try (Wallet opened = wallet.open();
                    Subtensor chain = network.connect()) {
                AccountId who = hotkey == null ? opened.hotkeyAccount() : AccountId.fromSs58(hotkey);
                output.remark("network " + chain.network() + ", subnet " + id + ", hotkey " + who);
                output.remark(tao + " from coldkey " + opened.coldkeyAccount() + " (balance "
                        + chain.balance(opened.coldkeyAccount()) + ")");
                ObjectNode node = Output.object();
                node.put("netuid", id.value());
                node.put("hotkey", who.ss58());
                node.put("amount_rao", Long.toUnsignedString(tao.rao()));
                if (consent.dryRun) {
                    output.result(node.put("submitted", false), "dry run: nothing was submitted");
                    return 0;
                }
                consent.require("Stake " + tao + "?", output);
                Signer coldkey = wallet.unlock(opened);
                ExtrinsicOutcome.Included included = SubnetCommands.included(
                        chain, new Staking.AddStake(who, id, Amount.of(tao), new Slippage(true, tolerance)), coldkey);
                Alpha stake = chain.stake(who, opened.coldkeyAccount(), id);
                node.put("submitted", true);
                node.put("stake_rao", Long.toUnsignedString(stake.rao()));
                node.put("extrinsic", included.hash());
                output.result(
                        node,
                        "staked in block " + included.block().number() + "; the hotkey now has " + stake + " of yours");
            }
            return 0;
        }
    }
}
