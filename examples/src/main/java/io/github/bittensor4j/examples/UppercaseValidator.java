package io.github.bittensor4j.examples;

import io.github.bittensor4j.neuron.ExitStatus;
import io.github.bittensor4j.neuron.Round;
import io.github.bittensor4j.neuron.Sample;
import io.github.bittensor4j.neuron.Validator;
import java.time.Duration;
import java.util.Locale;

/** Asks miners for a text in capitals and scores whether it is right. */
public final class UppercaseValidator {
    public static void main(String[] args) {
        System.exit(ExitStatus.of(System.out, System.err, () -> Validator.run(args, UppercaseValidator::define)));
    }

    static Validator.Builder define(Validator.Builder validator) {
        return validator.every(Duration.ofSeconds(30), UppercaseValidator::round);
    }

    static void round(Round round) throws InterruptedException {
        var prompt = new UppercaseMiner.Prompt("block " + round.block());
        var right = new UppercaseMiner.Reply(prompt.text().toUpperCase(Locale.ROOT));
        for (var miner : round.query(UppercaseMiner.SHOUT, prompt, Sample.miners(32), Duration.ofSeconds(5))) {
            boolean correct = miner.answer().filter(right::equals).isPresent();
            round.score(miner.uid(), correct ? 1.0 : 0.0); // miners that were not asked keep their score
        }
    }
}
