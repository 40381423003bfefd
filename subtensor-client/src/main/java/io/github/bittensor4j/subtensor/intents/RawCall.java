package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.subtensor.Call;

/**
 * A call that no intent describes. Nothing is known of what it spends or where it acts, so a policy with any limit forbids it. It is not
 * part of the catalogue and has no JSON form.
 *
 * @param call what is to be signed
 */
@Operation("does a call by its names")
public record RawCall(Call call) implements Intent {
    static final String OP = "raw_call";

    @Override
    public Draft draft(Planning planning) {
        return Draft.of(call).spendsUnbounded().onAllSubnets().effect("calls " + call);
    }
}
