package io.github.bittensor4j.examples.language;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.neuron.ExitStatus;
import io.github.bittensor4j.neuron.MinerOutcome;
import io.github.bittensor4j.neuron.Round;
import io.github.bittensor4j.neuron.RoundHandler;
import io.github.bittensor4j.neuron.Sample;
import io.github.bittensor4j.neuron.Validator;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks every miner the same fresh challenge in each round, and scores each by the loss of its answer; no answer, or one that is no
 * distribution, has the worst. Thread-safe.
 */
public final class LanguageValidator implements RoundHandler {
    /** How long a miner may take. */
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private final long seed;
    private final AtomicLong asked = new AtomicLong();
    private final Map<AccountId, Mean> losses = new HashMap<>();

    /** The mean of some losses. */
    private record Mean(double value, int count) {
        private Mean with(double next) {
            return new Mean(value + (next - value) / (count + 1), count + 1);
        }
    }

    /**
     * A validator with a text of its own.
     *
     * @param seed decides its challenges: a secret, since a miner who knew it would know every answer
     */
    public LanguageValidator(long seed) {
        this.seed = seed;
    }

    /**
     * Runs until Ctrl-C.
     *
     * @param args as {@link Validator#run} takes them
     */
    public static void main(String[] args) {
        LanguageValidator rounds = new LanguageValidator(new SecureRandom().nextLong());
        System.exit(ExitStatus.of(
                System.out,
                System.err,
                () -> Validator.run(args, validator -> validator.every(Duration.ofSeconds(12), rounds))));
    }

    @Override
    public void run(Round round) throws InterruptedException {
        Challenge challenge = Challenge.of(seed, asked.getAndIncrement());
        for (MinerOutcome<Predictions> miner :
                round.query(NextCharacters.SYNAPSE, challenge.question(), Sample.allMiners(), DEADLINE)) {
            double loss = miner.answer().map(challenge::loss).orElse(Challenge.WORST_LOSS);
            note(miner.hotkey(), loss);
            round.score(miner.uid(), Challenge.score(loss));
        }
    }

    private synchronized void note(AccountId miner, double loss) {
        losses.merge(miner, new Mean(loss, 1), (before, one) -> before.with(loss));
    }

    /**
     * How each miner did so far: the mean loss of all rounds that asked it.
     *
     * @return nats a character by hotkey, a snapshot; a miner that was never asked is not there
     */
    public synchronized Map<AccountId, Double> losses() {
        Map<AccountId, Double> means = new HashMap<>();
        losses.forEach((miner, mean) -> means.put(miner, mean.value()));
        return Map.copyOf(means);
    }
}
