package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.Tao;
import java.util.List;
import java.util.Optional;

/** What became of an extrinsic: exactly one of included, refused, unknown. */
public sealed interface ExtrinsicOutcome
        permits ExtrinsicOutcome.Included, ExtrinsicOutcome.Refused, ExtrinsicOutcome.Unknown {
    /**
     * The extrinsic's own hash.
     *
     * @return {@code 0x} and 64 hex digits
     */
    String hash();

    /**
     * The block and events when it was included and did what it asked.
     *
     * @return this, when it succeeded
     * @throws ExtrinsicException when it was refused or its fate is unknown, with the outcome's own words
     */
    default Included orThrow() {
        throw new ExtrinsicException(this);
    }

    /**
     * In a block, and it did what it asked.
     *
     * @param block that holds it
     * @param hash its own hash
     * @param events its own events, in order
     * @param fee what was paid for it, the tip included
     */
    record Included(BlockRef block, String hash, List<ChainEvent> events, Tao fee) implements ExtrinsicOutcome {
        /** Copies the events. */
        public Included {
            events = List.copyOf(events);
        }

        /**
         * The first event of that name.
         *
         * @param pallet such as {@code SubtensorModule}
         * @param name such as {@code NetworkAdded}
         * @return the event, if there is one
         */
        public Optional<ChainEvent> event(String pallet, String name) {
            return events.stream().filter(e -> e.is(pallet, name)).findFirst();
        }

        @Override
        public Included orThrow() {
            return this;
        }
    }

    /**
     * The chain said no: either the pool before any block, or the runtime while executing it (then it stands in a block and its fee is
     * paid).
     *
     * @param hash its own hash
     * @param error the error's name: {@code Pallet.Error} of the runtime such as {@code SubtensorModule.SettingWeightsTooFast}, or of the
     *     pool such as {@code Invalid.Payment}
     * @param message what the chain says about it
     * @param hint what to do next, or empty
     * @param retryable whether the same call may succeed later unchanged
     * @param block the block it failed in; empty when the pool refused it
     * @param fee what was paid nevertheless; nothing when the pool refused it
     */
    record Refused(
            String hash,
            String error,
            String message,
            String hint,
            boolean retryable,
            Optional<BlockRef> block,
            Tao fee)
            implements ExtrinsicOutcome {}

    /**
     * It was sent, and what became of it could not be told within the deadline. It was not and will not be sent again; it may still be
     * included until {@code validUntil}.
     *
     * @param hash its own hash
     * @param reason why it can not be told
     * @param nonce the transaction number it used
     * @param validUntil the last block that may hold it; empty when it never expires
     */
    record Unknown(String hash, String reason, long nonce, Optional<Long> validUntil) implements ExtrinsicOutcome {}
}
