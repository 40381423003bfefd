package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.BittensorException;

/** An extrinsic that did not succeed, for those who want an exception: see {@link ExtrinsicOutcome#orThrow()}. */
public class ExtrinsicException extends BittensorException {
    private static final long serialVersionUID = 1L;

    private final transient ExtrinsicOutcome outcome;

    ExtrinsicException(ExtrinsicOutcome outcome) {
        super(
                outcome instanceof ExtrinsicOutcome.Refused refused ? refused.error() : "extrinsic.unknown",
                outcome instanceof ExtrinsicOutcome.Refused refused && refused.retryable(),
                outcome instanceof ExtrinsicOutcome.Refused refused
                        ? "extrinsic refused: " + refused.error() + ": " + refused.message()
                        : outcome instanceof ExtrinsicOutcome.Unknown unknown
                                ? "extrinsic " + unknown.hash() + ": outcome unknown: " + unknown.reason()
                                : "extrinsic " + outcome.hash(),
                outcome instanceof ExtrinsicOutcome.Refused refused
                        ? refused.hint()
                        : "look for its effect on the chain before doing it again");
        this.outcome = outcome;
    }

    /**
     * What became of the extrinsic.
     *
     * @return refused or unknown
     */
    public ExtrinsicOutcome outcome() {
        return outcome;
    }
}
