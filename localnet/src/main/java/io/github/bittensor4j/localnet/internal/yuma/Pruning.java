package io.github.bittensor4j.localnet.internal.yuma;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/** Whom a newcomer replaces in a full subnet: the neuron that earned least, newcomers and the owner's spared. */
public final class Pruning {
    private static final Comparator<Neuron> FIRST_TO_GO = Comparator.comparing(Neuron::emission)
            .thenComparingLong(Neuron::registeredAt)
            .thenComparingInt(Neuron::uid);

    private Pruning() {}

    /**
     * A neuron that might be replaced.
     *
     * @param uid its uid
     * @param emission what it earned in the last epoch
     * @param registeredAt block of its registration
     * @param ownedByOwner whether it is one of the owner's that are never replaced
     */
    public record Neuron(int uid, BigInteger emission, long registeredAt, boolean ownedByOwner) {}

    /**
     * The uid to replace, or empty where nobody can be.
     *
     * @param immunityPeriod blocks after registration in which a neuron is immune
     * @param minNonImmune as long as there are no more neurons than this that are not immune, an immune one goes
     */
    public static OptionalInt choose(List<Neuron> neurons, long block, long immunityPeriod, int minNonImmune) {
        List<Neuron> mortal =
                neurons.stream().filter(neuron -> !neuron.ownedByOwner()).toList();
        List<Neuron> open = mortal.stream()
                .filter(neuron -> block - neuron.registeredAt() >= immunityPeriod)
                .toList();
        List<Neuron> candidates = open.size() > minNonImmune
                ? open
                : mortal.stream()
                        .filter(neuron -> block - neuron.registeredAt() < immunityPeriod)
                        .toList();
        return candidates.stream()
                .min(FIRST_TO_GO)
                .map(neuron -> OptionalInt.of(neuron.uid()))
                .orElse(OptionalInt.empty());
    }
}
