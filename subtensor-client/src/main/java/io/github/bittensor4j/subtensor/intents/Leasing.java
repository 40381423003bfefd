package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import java.util.Optional;

/** Subnets that a crowdloan pays for and whose contributors share in what its owner earns. */
public final class Leasing {
    private static final int ALL = 100;

    private Leasing() {}

    /**
     * Registers a subnet with what a crowdloan raised. It works only as the call of a {@link Crowdloans.CreateCrowdloan}.
     *
     * @param emissionsShare how many per cent of the owner's cut go to the contributors, 0 to 100
     * @param endBlock when the lease ends and the subnet can become the beneficiary's; empty for never
     */
    @Operation("registers a subnet that a crowdloan pays for")
    public record RegisterLeasedNetwork(int emissionsShare, Optional<Long> endBlock) implements Intent {
        /** Checks the share. */
        public RegisterLeasedNetwork {
            if (emissionsShare < 0 || emissionsShare > ALL) {
                throw new InvalidValueException(
                        "lease.share", "emissions_share: " + emissionsShare + " (expected: per cent, 0 to 100)", "");
            }
        }

        @Override
        public Draft draft(Planning planning) {
            return Draft.of(Planning.call(
                            "register_leased_network", "emissions_share", emissionsShare, "end_block", endBlock))
                    .spendsUnbounded()
                    .effect("registers a leased subnet; its contributors get " + emissionsShare
                            + " % of the owner's cut"
                            + endBlock.map(end -> " until block " + end).orElse(" for ever"))
                    .warning("only the chain itself can do this, when it finalizes a crowdloan");
        }
    }

    /**
     * Ends a lease that has run out; the subnet becomes the beneficiary's, who signs.
     *
     * @param leaseId which
     * @param hotkey the subnet's owner hotkey from then on
     */
    @Operation("ends a lease that has run out and takes the subnet over")
    public record TerminateLease(
            long leaseId, @JsonField(ownHotkey = true) AccountId hotkey) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return Draft.of(Planning.call("terminate_lease", "lease_id", leaseId, "hotkey", hotkey))
                    .effect("ends lease " + leaseId + " and takes its subnet over");
        }
    }
}
