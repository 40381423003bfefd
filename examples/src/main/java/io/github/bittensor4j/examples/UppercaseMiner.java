package io.github.bittensor4j.examples;

import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.neuron.ExitStatus;
import io.github.bittensor4j.neuron.Miner;
import java.util.Locale;

/** Answers a text in capitals, to neurons with a validator permit. */
public final class UppercaseMiner {
    record Prompt(String text) {}

    record Reply(String text) {}

    static final SynapseType<Prompt, Reply> SHOUT = SynapseType.json("shout.v1", Prompt.class, Reply.class);

    public static void main(String[] args) {
        System.exit(ExitStatus.of(System.out, System.err, () -> Miner.run(args, UppercaseMiner::define)));
    }

    static Miner.Builder define(Miner.Builder miner) {
        return miner.serve(SHOUT, (call, ask) -> new Reply(ask.text().toUpperCase(Locale.ROOT)));
    }
}
