package io.github.bittensor4j.subtensor.intents;

import java.util.Optional;

/**
 * What the chain's own check of an extrinsic says about a plan: signature, fee, rate limits, and what the runtime looks at before it lets a
 * call in. What only shows when the call is done, it does not say.
 *
 * @param plan what was tried
 * @param refusal why the chain would not take it, such as {@code Invalid.Payment}; empty when it would, or when nothing was asked because
 *     the plan is not {@link Plan#ok()}
 * @param hint what to do about it, or empty
 */
public record DryRun(Plan plan, Optional<String> refusal, String hint) {
    /**
     * Whether it can be executed.
     *
     * @return true when nothing stands against the plan and the chain would take it
     */
    public boolean ok() {
        return plan.ok() && refusal.isEmpty();
    }
}
