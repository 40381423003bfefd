package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.subtensor.ExtrinsicOutcome;
import java.util.List;

/** What came of executing an intent: either nothing was signed, and why, or it was submitted, and what became of it. */
public sealed interface Execution {
    /**
     * What was to be done.
     *
     * @return the plan, as judged just before
     */
    Plan plan();

    /**
     * Nothing was signed: the policy forbids it, or the chain would refuse it. The plan says which.
     *
     * @param plan with its violations and obstacles
     */
    record Declined(Plan plan) implements Execution {}

    /**
     * It was signed and sent.
     *
     * @param plan whose call it was
     * @param outcome what became of it
     * @param events what it did, as far as that has a type of its own; empty unless it was included
     */
    record Submitted(Plan plan, ExtrinsicOutcome outcome, List<OwnEvent> events) implements Execution {
        /** Copies the events. */
        public Submitted {
            events = List.copyOf(events);
        }
    }
}
