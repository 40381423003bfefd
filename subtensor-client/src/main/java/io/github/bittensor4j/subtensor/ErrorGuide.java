package io.github.bittensor4j.subtensor;

import java.util.Map;

/**
 * What to do about an error, by its name. Names live on across runtimes where numbers move. What is not listed speaks through the
 * runtime's own words.
 */
final class ErrorGuide {
    /**
     * Advice.
     *
     * @param hint what to do next
     * @param retryable whether the same call may succeed later unchanged
     */
    record Advice(String hint, boolean retryable) {}

    private static final Advice NONE = new Advice("", false);

    private static Advice later(String hint) {
        return new Advice(hint, true);
    }

    private static Advice change(String hint) {
        return new Advice(hint, false);
    }

    private static final Map<String, Advice> BY_NAME = Map.ofEntries(
            Map.entry(
                    "SettingWeightsTooFast",
                    later("wait until the subnet's weightsRateLimit has passed since this neuron's last weights")),
            Map.entry(
                    "CommittingWeightsTooFast",
                    later("wait until the subnet's weightsRateLimit has passed since this neuron's last commit")),
            Map.entry("RateLimitExceeded", later("wait some blocks: weights or networks came too fast")),
            Map.entry("ServingRateLimitExceeded", later("wait until the subnet's servingRateLimit has passed")),
            Map.entry("NetworkTxRateLimitExceeded", later("wait: networks can be registered only so often")),
            Map.entry("TxRateLimitExceeded", later("wait some blocks before the same kind of call")),
            Map.entry("TooManyRegistrationsThisBlock", later("try again in the next block")),
            Map.entry("TooManyRegistrationsThisInterval", later("try again in the next registration interval")),
            Map.entry(
                    "NeedWaitingMoreBlocksToStarCall",
                    later("wait: a new subnet can be started only some blocks later")),
            Map.entry("StartCallNotReady", later("wait: a new subnet can be started only some blocks later")),
            Map.entry(
                    "AdminActionProhibitedDuringWeightsWindow",
                    later("wait for the next epoch: settings are frozen just before one")),
            Map.entry(
                    "CommitRevealEnabled",
                    change(
                            "this subnet has commit-reveal on and takes no plain weights: commit them, or let its owner turn"
                                    + " commit-reveal off")),
            Map.entry("CommitRevealDisabled", change("this subnet takes plain weights: set them without a commit")),
            Map.entry(
                    "IncorrectWeightVersionKey",
                    change(
                            "give a version key of at least the subnet's weightsVersion, and update the validator's code")),
            Map.entry(
                    "NeuronNoValidatorPermit",
                    change("only validators with a permit set weights: more stake is needed, then one epoch")),
            Map.entry(
                    "NotEnoughStakeToSetWeights",
                    change("stake more to this hotkey: the chain wants a least stake weight for weights")),
            Map.entry("WeightVecLengthIsLow", change("give at least minAllowedWeights weights")),
            Map.entry("MaxWeightExceeded", change("no weight may exceed the subnet's maxWeightsLimit")),
            Map.entry("DuplicateUids", change("name every uid once")),
            Map.entry("UidVecContainInvalidOne", change("a uid does not exist on this subnet: refresh the metagraph")),
            Map.entry("UidsLengthExceedUidsInSubNet", change("more weights than neurons: refresh the metagraph")),
            Map.entry("WeightVecNotEqualSize", change("give as many weights as uids")),
            Map.entry("InputLengthsUnequal", change("give lists of equal length")),
            Map.entry("HotKeyNotRegisteredInSubNet", change("register this hotkey on the subnet first")),
            Map.entry("HotKeyNotRegisteredInNetwork", change("register this hotkey on a subnet first")),
            Map.entry("UidNotFound", change("this hotkey is not registered on that subnet: register it first")),
            Map.entry("HotKeyAlreadyRegisteredInSubNet", change("nothing to do: it is registered already")),
            Map.entry("HotKeyAccountNotExists", change("register this hotkey on a subnet first")),
            Map.entry("HotkeyAccountDoesntExist", change("register this hotkey on a subnet first")),
            Map.entry("NonAssociatedColdKey", change("sign with the coldkey that owns this hotkey")),
            Map.entry("NotSubnetOwner", change("sign with the subnet owner's coldkey")),
            Map.entry("BadOrigin", change("another account must sign this: an owner's or the root's call")),
            Map.entry(
                    "SubnetNotExists",
                    change("check the netuid: jbt query subnets (Subtensor.subnets()) lists those that exist")),
            Map.entry(
                    "MechanismDoesNotExist",
                    change("check the netuid: jbt query subnets (Subtensor.subnets()) lists those that exist")),
            Map.entry(
                    "SubNetworkDoesNotExist",
                    change("check the netuid: jbt query subnets (Subtensor.subnets()) lists those that exist")),
            Map.entry(
                    "SubnetDoesNotExist",
                    change("check the netuid: jbt query subnets (Subtensor.subnets()) lists those that exist")),
            Map.entry("SubNetRegistrationDisabled", change("registration is closed on this subnet")),
            Map.entry("SubtokenDisabled", change("the subnet was not started yet: its owner calls startCall")),
            Map.entry("FirstEmissionBlockNumberAlreadySet", change("nothing to do: the subnet was started already")),
            Map.entry("NotEnoughBalanceToStake", change("the coldkey needs more free TAO, fee and deposit included")),
            Map.entry("BalanceTooLow", change("the coldkey needs more free TAO, fee and deposit included")),
            Map.entry("CannotAffordLockCost", change("the coldkey needs more free TAO than the price of a network")),
            Map.entry("InsufficientBalance", change("the account needs more free TAO")),
            Map.entry(
                    "FundsUnavailable",
                    change("the account needs more free TAO: jbt wallet balance shows what it has")),
            Map.entry("InsufficientTaoBalance", change("the account needs more free TAO")),
            Map.entry("NotEnoughStakeToWithdraw", change("there is less stake than that")),
            Map.entry("AmountTooLow", change("give more: there is a least amount for stake")),
            Map.entry("StakeAmountTooLow", change("give more: there is a least amount for stake")),
            Map.entry("SlippageTooHigh", later("the price moved: take a smaller amount or a wider limit")),
            Map.entry("InsufficientLiquidity", later("the pool holds too little: take a smaller amount")),
            Map.entry("RegistrationPriceLimitExceeded", later("the price is above the limit given: wait or raise it")),
            Map.entry("SubnetLimitReached", later("every place for a subnet is taken")),
            Map.entry(
                    "InvalidIpAddress",
                    change(
                            "publish an address that others can reach; on one machine 127.0.0.2, not 127.0.0.1 or 0.0.0.0")),
            Map.entry("InvalidIpType", change("give 4 or 6 as the ip type")),
            Map.entry("InvalidPort", change("publish a port from 1 to 65535")),
            Map.entry(
                    "ColdkeyInSwapSchedule",
                    change("a coldkey swap is announced: this account may only do swap calls")),
            Map.entry("CallFiltered", change("this chain's call filter forbids the call at present")),
            Map.entry("Payment", change("the signer can not pay the fee: send it some TAO")),
            Map.entry("Stale", later("the nonce is used already: submit again, a fresh one will be taken")),
            Map.entry("Future", change("the nonce is ahead of the account's: leave it to be chosen")),
            Map.entry("AncientBirthBlock", later("it was signed too long ago: submit again")),
            Map.entry(
                    "BadProof",
                    later("the signature does not fit what this chain expects: was the runtime just upgraded?")),
            Map.entry("BadSigner", change("this account may not sign that call; sudo needs the sudo key")),
            Map.entry(
                    "UnknownValidity",
                    change("the chain cannot judge it: sign without the metadata's digest, which few runtimes have")),
            Map.entry("ExhaustsResources", later("the block is full: submit again")),
            Map.entry("TemporarilyBanned", later("the same bytes were refused lately: submit again with a fresh era")),
            Map.entry(
                    "PriorityTooLow", later("another extrinsic with this nonce waits in the pool: let it pass first")),
            Map.entry("Usurped", later("another extrinsic with this nonce took its place: submit again")),
            Map.entry("Expired", later("no block took it while it was valid: submit again")),
            Map.entry("ImmediatelyDropped", later("the pool is full: submit again later")),
            Map.entry("Busy", later("the node limits requests: submit again later")));

    private ErrorGuide() {}

    /** The advice on an error such as {@code SubtensorModule.SettingWeightsTooFast}; the part before the dot does not matter. */
    static Advice on(String name) {
        return BY_NAME.getOrDefault(name.substring(name.lastIndexOf('.') + 1), NONE);
    }
}
