package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Tao;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * How an extrinsic is signed and how far it is followed. Immutable; start from {@link #defaults()}.
 *
 * @param until how far it is followed; default {@link Until#INCLUDED}
 * @param mortality for how many blocks it stays valid, a power of two from 4 to 65536, or 0 for ever; default 64
 * @param tip paid to the block's author beside the fee; default nothing
 * @param nonce the account's transaction number; default the next one, counted here over concurrent submissions
 * @param metadataHash whether the signature also binds the metadata by which the call was encoded (RFC-0078); default no
 * @param deadline how long to wait for its fate before the outcome is {@link ExtrinsicOutcome.Unknown}; default 3 minutes
 */
public record SubmitOptions(
        Until until, int mortality, Tao tip, OptionalLong nonce, boolean metadataHash, Duration deadline) {
    /** How far an extrinsic is followed. */
    public enum Until {
        /** To the first block that holds it; a fork may still drop it. */
        INCLUDED,
        /** To the finality of its block. */
        FINALIZED
    }

    private static final SubmitOptions DEFAULTS =
            new SubmitOptions(Until.INCLUDED, 64, Tao.ZERO, OptionalLong.empty(), false, Duration.ofMinutes(3));

    /** Checks the numbers. */
    public SubmitOptions {
        if (mortality != 0 && (Integer.bitCount(mortality) != 1 || mortality < 4 || mortality > 65536)) {
            throw new InvalidValueException(
                    "submit.mortality",
                    "mortality: " + mortality + " blocks (expected: 0 or a power of two from 4 to 65536)",
                    "");
        }
        if (deadline.isNegative() || deadline.isZero()) {
            throw new InvalidValueException(
                    "submit.deadline", "deadline: " + deadline + " (expected: more than nothing)", "");
        }
    }

    /**
     * The defaults named above.
     *
     * @return the defaults
     */
    public static SubmitOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Followed that far.
     *
     * @param value inclusion or finality
     * @return a copy
     */
    public SubmitOptions until(Until value) {
        return new SubmitOptions(value, mortality, tip, nonce, metadataHash, deadline);
    }

    /**
     * Valid for so many blocks.
     *
     * @param blocks a power of two from 4 to 65536, or 0 for ever
     * @return a copy
     */
    public SubmitOptions mortality(int blocks) {
        return new SubmitOptions(until, blocks, tip, nonce, metadataHash, deadline);
    }

    /**
     * With a tip.
     *
     * @param value paid beside the fee
     * @return a copy
     */
    public SubmitOptions tip(Tao value) {
        return new SubmitOptions(until, mortality, value, nonce, metadataHash, deadline);
    }

    /**
     * With a transaction number of one's own.
     *
     * @param value the account's nonce to sign
     * @return a copy
     */
    public SubmitOptions nonce(long value) {
        return new SubmitOptions(until, mortality, tip, OptionalLong.of(value), metadataHash, deadline);
    }

    /**
     * With the digest of the metadata signed too: the chain then refuses the extrinsic when its runtime reads calls in another way. A
     * chain whose runtime was built without a digest refuses all such extrinsics as {@code Pool.UnknownValidity}.
     *
     * @param value whether it is signed
     * @return a copy
     */
    public SubmitOptions metadataHash(boolean value) {
        return new SubmitOptions(until, mortality, tip, nonce, value, deadline);
    }

    /**
     * Waited for that long.
     *
     * @param value more than zero
     * @return a copy
     */
    public SubmitOptions deadline(Duration value) {
        return new SubmitOptions(until, mortality, tip, nonce, metadataHash, value);
    }
}
