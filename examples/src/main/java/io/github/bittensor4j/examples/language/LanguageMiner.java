package io.github.bittensor4j.examples.language;

import io.github.bittensor4j.examples.MetricsPage;
import io.github.bittensor4j.neuron.ExitStatus;
import io.github.bittensor4j.neuron.Miner;
import io.github.bittensor4j.neuron.NeuronConfig;
import java.security.SecureRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains a recurrent network for some seconds and serves it to neurons with a validator permit. */
public final class LanguageMiner {
    private static final Logger log = LoggerFactory.getLogger(LanguageMiner.class);

    private LanguageMiner() {}

    /**
     * Runs until Ctrl-C.
     *
     * @param args as {@link Miner#run} takes them, and {@code --metrics-port N} ({@link MetricsPage})
     */
    public static void main(String[] args) {
        System.exit(ExitStatus.of(System.out, System.err, () -> run(args)));
    }

    private static void run(String[] args) throws InterruptedException {
        try (MetricsPage metrics = MetricsPage.of(args)) {
            NeuronConfig.load(metrics.rest()); // a mistake is told before the training, not after it
            Training training = Training.thorough(new SecureRandom().nextLong());
            try (LanguageModel model = LanguageModel.recurrent(training, LanguageMiner::tell)) {
                Miner.run(metrics.rest(), miner -> metrics.watch(miner).serve(NextCharacters.SYNAPSE, model.handler()));
            }
        }
    }

    private static void tell(Training.Progress progress) {
        if (progress.step() % 25 == 0) {
            log.info("learning: {} of {} steps, loss {}", progress.step(), progress.steps(), (float) progress.loss());
        }
    }
}
