package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.subtensor.Calls;
import java.util.List;

/** Several intents at once. */
public final class Batches {
    private Batches() {}

    /**
     * Does all of several intents, or none: when one fails, nothing of the others remains. The fee is paid in either case.
     *
     * @param intents in order; at least one, of one signer, none of them a batch
     */
    @Operation("does all of several intents, or none")
    public record Batch(List<Intent> intents) implements Intent {
        /** Checks the intents. */
        public Batch {
            intents = List.copyOf(intents);
            if (intents.isEmpty() || intents.stream().anyMatch(Batch.class::isInstance)) {
                throw new InvalidValueException(
                        "batch.intents",
                        "batch of " + intents.size() + " intents (expected: at least one, and no batch among them)",
                        "");
            }
            if (intents.stream().map(Intent::signer).distinct().count() > 1) {
                throw new InvalidValueException(
                        "batch.signer",
                        "batch of what the coldkey and what the hotkey signs (expected: one of them)",
                        "An extrinsic has one signature: make two batches.");
            }
        }

        @Override
        public Operation.Key signer() {
            return intents.get(0).signer();
        }

        @Override
        public Draft draft(Planning planning) {
            return Draft.around(intents.stream().map(planning::draft).toList(), Calls::batchAll)
                    .effect("all of it or nothing");
        }
    }
}
