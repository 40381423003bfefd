package io.github.bittensor4j.neuron;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.Uid;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/** Which miners a round asks. Only neurons that publish an axon are ever chosen, and never the asking one. Immutable. */
public final class Sample {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final int most;
    private final Predicate<NeuronInfo> filter;

    private Sample(int most, Predicate<NeuronInfo> filter) {
        if (most < 1) {
            throw new InvalidValueException("sample.size", "sample size: " + most + " (expected: 1 or more)", "");
        }
        this.most = most;
        this.filter = filter;
    }

    /**
     * Some of the miners, drawn anew for every query so that none can foresee its turn.
     *
     * @param most how many at most, 1 or more
     * @return the sample
     */
    public static Sample miners(int most) {
        return new Sample(most, neuron -> true);
    }

    /**
     * All miners.
     *
     * @return the sample
     */
    public static Sample allMiners() {
        return new Sample(Integer.MAX_VALUE, neuron -> true);
    }

    /**
     * The miners on these seats.
     *
     * @param uids the seats; those that are empty or publish nothing are left out
     * @return the sample
     */
    public static Sample of(Uid... uids) {
        Set<Uid> wanted = new HashSet<>(List.of(uids));
        return new Sample(Integer.MAX_VALUE, neuron -> wanted.contains(neuron.uid()));
    }

    /**
     * The same sample, narrowed.
     *
     * @param condition what a miner must fulfil in addition
     * @return a new sample
     */
    public Sample where(Predicate<NeuronInfo> condition) {
        Objects.requireNonNull(condition, "condition");
        return new Sample(most, filter.and(condition));
    }

    List<NeuronInfo> draw(Metagraph metagraph, AccountId asking) {
        List<NeuronInfo> all = new ArrayList<>(metagraph.neurons().stream()
                .filter(n -> n.axon().isPresent() && !n.hotkey().equals(asking) && filter.test(n))
                .toList());
        Collections.shuffle(all, RANDOM);
        return List.copyOf(all.subList(0, Math.min(most, all.size())));
    }
}
