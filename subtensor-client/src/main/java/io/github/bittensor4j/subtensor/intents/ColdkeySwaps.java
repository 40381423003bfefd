package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Hashes;

/**
 * Moving everything that a coldkey owns to a new one: announced by the new key's hash, done after a delay. Meanwhile the chain takes
 * nothing else from the old key but these calls.
 */
public final class ColdkeySwaps {
    private static final String ANNOUNCEMENTS = "ColdkeySwapAnnouncements";

    private ColdkeySwaps() {}

    private static boolean isAnnounced(Planning planning) {
        return planning.stores(ANNOUNCEMENTS)
                && planning.stored(ANNOUNCEMENTS, planning.account()).isPresent();
    }

    private static Draft replaceable(Draft draft, Planning planning) {
        return planning.waiting(draft, windows -> windows.earliestColdkeySwapAnnouncement(planning.account()));
    }

    private static Draft announced(Draft draft, Planning planning) {
        return isAnnounced(planning) || !planning.stores(ANNOUNCEMENTS)
                ? draft
                : draft.obstacle(planning.account() + " has announced no swap");
    }

    /**
     * Announces the swap by the new key's hash. The first costs 0.1 TAO.
     *
     * @param newColdkey who will own everything
     */
    @Operation("announces that everything of the coldkey moves to a new one")
    public record AnnounceColdkeySwap(AccountId newColdkey) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            Draft draft = Draft.of(Planning.call(
                            "announce_coldkey_swap", "new_coldkey_hash", Hashes.blake2b256(newColdkey.bytes())))
                    .spendsUnbounded()
                    .effect("announces a swap to " + newColdkey + ", which may be done "
                            + planning.number("ColdkeySwapAnnouncementDelay") + " blocks later")
                    .warning("until then the chain takes nothing else from this coldkey");
            return replaceable(draft, planning);
        }
    }

    /**
     * Does the announced swap: balance, stakes and subnets move. Nobody can undo it.
     *
     * @param newColdkey who owns everything from then on; the one that was announced
     */
    @Operation("moves everything of the coldkey to the new one that was announced")
    public record SwapColdkeyAnnounced(AccountId newColdkey) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            Draft draft = Draft.of(Planning.call("swap_coldkey_announced", "new_coldkey", newColdkey))
                    .spendsUnbounded()
                    .onAllSubnets()
                    .effect("moves everything of " + planning.account() + " to " + newColdkey)
                    .warning("nobody can undo it");
            return isAnnounced(planning)
                    ? planning.waiting(draft, windows -> windows.earliestColdkeySwap(planning.account()))
                    : announced(draft, planning);
        }
    }

    /** Takes an announcement of one's own back. */
    @Operation("takes the announcement of a swap back")
    public record ClearColdkeySwapAnnouncement() implements Intent {
        @Override
        public Draft draft(Planning planning) {
            Draft draft = Draft.of(Planning.call("clear_coldkey_swap_announcement"))
                    .effect("takes the announced swap of " + planning.account() + " back");
            return announced(replaceable(draft, planning), planning);
        }
    }

    /** Freezes the coldkey because somebody else announced a swap of it. */
    @Operation("freezes the coldkey because of a swap that somebody else announced")
    public record DisputeColdkeySwap() implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return announced(
                    Draft.of(Planning.call("dispute_coldkey_swap"))
                            .effect("freezes " + planning.account() + " until the chain's root decides")
                            .warning("the chain then takes nothing at all from this coldkey"),
                    planning);
        }
    }
}
