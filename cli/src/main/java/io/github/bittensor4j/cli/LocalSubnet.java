package io.github.bittensor4j.cli;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.subtensor.Call;
import io.github.bittensor4j.subtensor.Calls;
import io.github.bittensor4j.subtensor.ExtrinsicOutcome;
import io.github.bittensor4j.subtensor.Subtensor;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What //Alice, rich and sudo on a local chain, does for those who develop on it: gives TAO, and makes a subnet that emits and takes
 * plain weights. Every step is an ordinary extrinsic, told as it is made.
 */
final class LocalSubnet {
    private static final Duration BLOCK = Duration.ofSeconds(30);
    /** A subnet may be started only some blocks after its registration. */
    private static final int START_TRIES = 200;

    private final Subtensor chain;
    private final Signer alice = Keypair.development("Alice");
    private final Consumer<String> told;

    LocalSubnet(Subtensor chain, Consumer<String> told) {
        this.chain = chain;
        this.told = told;
    }

    /** Sends TAO from //Alice. */
    void fund(AccountId account, Tao amount) throws InterruptedException {
        submit(Calls.transfer(account, amount), alice);
    }

    /** //Alice's account. */
    AccountId alice() {
        return alice.account();
    }

    /** Registers a subnet, starts it, lets it emit, and opens it to plain weights. */
    Netuid create(AccountId ownersHotkey, Signer ownersColdkey, int tempo) throws InterruptedException {
        Collection<Netuid> before = chain.subnets();
        ExtrinsicOutcome.Included made = submit(Calls.registerNetwork(ownersHotkey), ownersColdkey);
        TreeSet<Netuid> added = new TreeSet<>(chain.subnets());
        added.removeAll(List.copyOf(before));
        Netuid netuid = added.first();
        told.accept("SubtensorModule.register_network: subnet " + netuid + " in block "
                + made.block().number());
        start(netuid, ownersColdkey);
        // With a short tempo every block is one just before an epoch, where settings are frozen.
        admin("sudo_set_admin_freeze_window", Map.of("window", 0));
        // A new subnet emits nothing and wants its weights committed first: both are changed here, in the open.
        admin("sudo_set_subnet_emission_enabled", Map.of("netuid", netuid, "enabled", true));
        admin("sudo_set_commit_reveal_weights_enabled", Map.of("netuid", netuid, "enabled", false));
        admin("sudo_set_tempo", Map.of("netuid", netuid, "tempo", tempo));
        admin("sudo_set_weights_set_rate_limit", Map.of("netuid", netuid, "weights_set_rate_limit", 1));
        return netuid;
    }

    private void start(Netuid netuid, Signer owner) throws InterruptedException {
        for (int tries = 1; ; tries++) {
            ExtrinsicOutcome outcome = chain.submit(Calls.startCall(netuid), owner);
            if (outcome instanceof ExtrinsicOutcome.Included included) {
                told.accept("SubtensorModule.start_call in block "
                        + included.block().number());
                return;
            }
            boolean early = outcome instanceof ExtrinsicOutcome.Refused refused
                    && refused.error().endsWith(".StartCallNotReady");
            if (!early || tries == START_TRIES) {
                throw Submission.notIncluded(outcome);
            }
            chain.awaitBlock(chain.blockNumber() + 1, BLOCK);
        }
    }

    private void admin(String function, Map<String, Object> arguments) throws InterruptedException {
        submit(Calls.sudo(Call.of("AdminUtils", function, arguments)), alice);
        told.accept("AdminUtils." + function + " " + new TreeMap<>(arguments));
    }

    /** Submits and waits for inclusion; anything else is an error with the chain's own words. */
    ExtrinsicOutcome.Included submit(Call call, Signer signer) throws InterruptedException {
        ExtrinsicOutcome outcome = chain.submit(call, signer);
        if (outcome instanceof ExtrinsicOutcome.Included included) {
            return included;
        }
        throw Submission.notIncluded(outcome);
    }
}
