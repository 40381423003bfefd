package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.subtensor.reads.Staking.Availability;

/** Locked stake, which earns a hotkey conviction. */
public final class Locks {
    private Locks() {}

    /**
     * Locks stake of the coldkey in a subnet. On whom the stake is does not matter; a lock that is there is raised.
     *
     * @param netuid where
     * @param amount how much; all for everything that is not locked
     * @param hotkey who gets the conviction; that of the lock that is there
     */
    @Operation("locks stake in a subnet")
    public record LockStake(
            Netuid netuid,
            Amount<Alpha> amount,
            @JsonField(ownHotkey = true) AccountId hotkey) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            Alpha alpha = amount.value().orElseGet(() -> available(planning, netuid));
            return Draft.of(Planning.call("lock_stake", "hotkey", hotkey, "netuid", netuid, "amount", alpha))
                    .spends(alpha)
                    .on(netuid)
                    .effect("locks " + alpha + " for " + hotkey)
                    .warning("locked stake can not be taken out until the lock has decayed");
        }
    }

    private static Alpha available(Planning planning, Netuid netuid) {
        return planning.state()
                .reads()
                .staking()
                .stakeAvailability(planning.account(), netuid)
                .map(Availability::available)
                .filter(alpha -> !alpha.isZero())
                .orElseThrow(() -> new InvalidValueException(
                        "intent.nothing",
                        planning.account() + " has no stake in subnet " + netuid + " that is not locked",
                        ""));
    }

    /**
     * Points a lock at another hotkey. The conviction stays when both hotkeys are of one coldkey.
     *
     * @param netuid where the lock is
     * @param destinationHotkey who gets the conviction
     */
    @Operation("points a lock at another hotkey")
    public record MoveLock(Netuid netuid, AccountId destinationHotkey) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return Draft.of(Planning.call("move_lock", "destination_hotkey", destinationHotkey, "netuid", netuid))
                    .on(netuid)
                    .effect("points the lock in subnet " + netuid + " at " + destinationHotkey);
        }
    }

    /**
     * Lets a lock stand for ever, or decay.
     *
     * @param netuid where the lock is
     * @param enabled true for ever
     */
    @Operation("lets a lock stand for ever, or decay")
    public record SetPerpetualLock(Netuid netuid, boolean enabled) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return Draft.of(Planning.call("set_perpetual_lock", "netuid", netuid, "enabled", enabled))
                    .on(netuid)
                    .effect("the lock in subnet " + netuid + (enabled ? " stands for ever" : " decays"));
        }
    }

    /**
     * Says whether others may give this coldkey locked stake.
     *
     * @param enabled true to refuse it, which is how the chain begins
     */
    @Operation("refuses or takes locked stake of others")
    public record SetRejectLockedAlpha(boolean enabled) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return Draft.of(Planning.call("set_reject_locked_alpha", "enabled", enabled))
                    .effect(enabled ? "refuses locked stake of others" : "takes locked stake of others");
        }
    }
}
