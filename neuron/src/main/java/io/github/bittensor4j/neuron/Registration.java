package io.github.bittensor4j.neuron;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.neuron.NeuronEvent.Kind;
import io.github.bittensor4j.subtensor.Call;
import io.github.bittensor4j.subtensor.Calls;
import io.github.bittensor4j.subtensor.ExtrinsicOutcome;
import io.github.bittensor4j.subtensor.SubmitOptions;
import io.github.bittensor4j.subtensor.Subtensor;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Leave to buy a seat: who pays, and how much at most.
 *
 * @param coldkey who pays; asked for only when there is something to pay, so that no password is wanted before
 * @param highest the highest price
 */
record Registration(Supplier<? extends Signer> coldkey, Tao highest) {

    static RegistrationException missing(Netuid netuid, AccountId hotkey) {
        return new RegistrationException(
                "neuron.not_registered",
                false,
                "hotkey " + hotkey + " has no uid on subnet " + netuid,
                "Register it first (jbt subnets register --netuid " + netuid
                        + "), or give a highest price (--max-registration-price TAO) and the neuron does it.");
    }

    void run(Subtensor chain, Netuid netuid, AccountId hotkey, Life life) throws InterruptedException {
        Tao price = chain.burn(netuid);
        if (price.compareTo(highest) > 0) {
            throw new RegistrationException(
                    "neuron.registration_price",
                    true,
                    "a seat on subnet " + netuid + " costs " + price + " now, more than the highest price of "
                            + highest,
                    "The price falls with every block without a registration: wait, or raise the highest price.");
        }
        Signer payer = coldkey.get();
        life.say(
                Kind.REGISTERING,
                "registering hotkey " + hotkey + " on subnet " + netuid + ": coldkey " + payer.account() + " pays "
                        + price + " (highest price " + highest + ")");
        // The chain itself holds the limit, should the price rise before the block; runtimes that can not are asked
        // right after the look
        Call call = chain.metadata().hasCall("SubtensorModule", "register_limit")
                ? Call.of(
                        "SubtensorModule",
                        "register_limit",
                        Map.of("netuid", netuid, "hotkey", hotkey, "limit_price", highest))
                : Calls.burnedRegister(netuid, hotkey);
        ExtrinsicOutcome outcome = chain.submit(call, payer, SubmitOptions.defaults());
        if (outcome instanceof ExtrinsicOutcome.Included included) {
            life.say(
                    Kind.REGISTERED,
                    "hotkey " + hotkey + " is registered on subnet " + netuid + " in block "
                            + included.block().number());
        } else {
            throw refused(netuid, hotkey, outcome);
        }
    }

    private static RegistrationException refused(Netuid netuid, AccountId hotkey, ExtrinsicOutcome outcome) {
        if (outcome instanceof ExtrinsicOutcome.Refused refused) {
            return new RegistrationException(
                    "neuron.registration_refused",
                    refused.retryable(),
                    "the chain refused to register hotkey " + hotkey + " on subnet " + netuid + ": " + refused.error()
                            + ": " + refused.message(),
                    refused.hint());
        }
        return new RegistrationException(
                "neuron.registration_unknown",
                false,
                "it is not known whether hotkey " + hotkey + " was registered on subnet " + netuid,
                "Look at the metagraph (jbt subnets metagraph " + netuid
                        + ") before trying again: it may have been paid.");
    }
}
