package io.github.bittensor4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.subtensor.Subtensor;
import io.github.bittensor4j.subtensor.intents.Amount;
import io.github.bittensor4j.subtensor.intents.Intent;
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
        Submission submission = new Submission();

        @Option(names = "--netuid", required = true, description = "The subnet's number.")
        Netuid netuid = Netuid.ROOT;

        @Option(
                names = {"--amount-tao", "--amount"},
                required = true,
                description = "How much, in TAO.")
        Tao amount = Tao.ZERO;

        @Option(
                names = "--tolerance",
                paramLabel = "SHARE",
                defaultValue = "0.005",
                description = "How far the price may rise, as a share: 0.005 is half a per cent, the default.")
        BigDecimal tolerance = Slippage.DEFAULT.rateTolerance();

        @Option(names = "--hotkey", paramLabel = "SS58", description = "Another hotkey than the wallet's.")
        @Nullable
        AccountId hotkey;

        @Override
        public Integer call() throws InterruptedException {
            try (Wallet opened = submission.wallet.open();
                    Subtensor chain = submission.network.connect(submission.output)) {
                AccountId who = hotkey == null ? opened.hotkeyAccount() : hotkey;
                ObjectNode node = Output.object();
                node.put("netuid", netuid.value());
                node.put("hotkey", who.ss58());
                node.put("amount_rao", Long.toUnsignedString(amount.rao()));
                Intent stake = new Staking.AddStake(who, netuid, Amount.of(amount), new Slippage(true, tolerance));
                submission
                        .submit(chain, opened, stake, "Stake " + amount + "?", node)
                        .ifPresent(included -> {
                            Alpha now = chain.stake(who, opened.coldkeyAccount(), netuid);
                            submission.output.result(
                                    node.put("stake_rao", Long.toUnsignedString(now.rao())),
                                    "staked in block " + included.block().number() + "; the hotkey now has " + now
                                            + " of yours");
                        });
            }
            return 0;
        }
    }
}
