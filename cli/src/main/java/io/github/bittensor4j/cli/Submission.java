package io.github.bittensor4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.subtensor.ExtrinsicOutcome;
import io.github.bittensor4j.subtensor.SubmitOptions;
import io.github.bittensor4j.subtensor.Subtensor;
import io.github.bittensor4j.subtensor.intents.Execution;
import io.github.bittensor4j.subtensor.intents.Intent;
import io.github.bittensor4j.subtensor.intents.Plan;
import io.github.bittensor4j.subtensor.intents.Policy;
import io.github.bittensor4j.wallet.Wallet;
import java.util.Optional;
import picocli.CommandLine.Mixin;

/** What commands share that have one thing done on the chain by the wallet's coldkey: show it, ask, sign, follow it to its block. */
final class Submission {
    @Mixin
    NetworkOption network = new NetworkOption();

    @Mixin
    WalletOptions wallet = new WalletOptions();

    @Mixin
    Consent consent = new Consent();

    @Mixin
    Output output = new Output();

    /**
     * Has an intent done.
     *
     * @param node the result for scripts, to which this adds whether it was submitted, and as what
     * @return where it was included; empty after a dry run, whose result is printed
     */
    Optional<ExtrinsicOutcome.Included> submit(
            Subtensor chain, Wallet opened, Intent intent, String question, ObjectNode node)
            throws InterruptedException {
        Plan plan = chain.plan(intent, opened.coldkeyAccount(), Policy.NONE);
        output.remark("network " + chain.network() + ", coldkey " + plan.account() + " (balance "
                + chain.balance(plan.account()) + ")");
        output.remark(IntentCommands.told(plan));
        if (!plan.ok()) {
            throw refused(plan);
        }
        if (consent.dryRun) {
            node.put("submitted", false);
            node.put("fee_tao", plan.fee().decimal().toPlainString());
            output.result(node, "dry run: nothing was submitted");
            return Optional.empty();
        }
        consent.require(question, output);
        Signer coldkey = wallet.unlock(opened);
        Execution execution = chain.execute(plan, coldkey, Policy.NONE, SubmitOptions.defaults());
        if (!(execution instanceof Execution.Submitted submitted)) {
            throw refused(execution.plan());
        }
        if (!(submitted.outcome() instanceof ExtrinsicOutcome.Included included)) {
            throw notIncluded(submitted.outcome());
        }
        node.put("submitted", true);
        node.put("block", Long.toString(included.block().number()));
        node.put("extrinsic", included.hash());
        return Optional.of(included);
    }

    private static Failures.CommandFailed refused(Plan plan) {
        String why = plan.obstacles().isEmpty()
                ? "not before block " + plan.earliestBlock().orElse(0)
                : String.join("; ", plan.obstacles());
        return new Failures.CommandFailed(
                Failures.REFUSED, "intent.obstacle", "the chain would refuse: " + why, "nothing was signed");
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
