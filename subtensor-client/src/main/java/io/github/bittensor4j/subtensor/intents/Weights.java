package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.subtensor.WeightVector;
import io.github.bittensor4j.subtensor.WeightsDecision;
import io.github.bittensor4j.subtensor.WeightsOptions;
import io.github.bittensor4j.subtensor.WeightsOutcome;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A validator's weights, by the same rules as {@link io.github.bittensor4j.subtensor.Subtensor#setWeights}. All of it is signed by the hotkey.
 */
public final class Weights {
    private Weights() {}

    /**
     * Scores by seat.
     *
     * @param uids the seats, each once
     * @param weights one for each seat, of any scale, not negative
     */
    public record Scores(List<Uid> uids, List<Double> weights) {
        /** Copies the lists and checks that they fit. */
        public Scores {
            uids = List.copyOf(uids);
            weights = List.copyOf(weights);
            if (uids.size() != weights.size() || new HashSet<>(uids).size() != uids.size()) {
                throw new InvalidValueException(
                        "weights.length",
                        "weights: " + uids.size() + " uids and " + weights.size()
                                + " values (expected: as many of each, no uid twice)",
                        "");
            }
        }

        /**
         * Scores by seat.
         *
         * @param scores of any scale, not negative
         * @return the same
         */
        public static Scores of(Map<Uid, Double> scores) {
            List<Uid> uids = scores.keySet().stream().sorted().toList();
            return new Scores(uids, uids.stream().map(scores::get).toList());
        }

        private Map<Uid, Double> map() {
            Map<Uid, Double> map = new LinkedHashMap<>();
            for (int i = 0; i < uids.size(); i++) {
                map.put(uids.get(i), weights.get(i));
            }
            return map;
        }

        private WeightVector quantised() {
            return WeightVector.quantise(
                    uids, weights.stream().mapToDouble(weight -> weight).toArray());
        }

        private WeightVector exact() {
            return new WeightVector(
                    uids,
                    weights.stream()
                            .map(weight -> {
                                if (weight != Math.rint(weight) || weight < 0 || weight > 0xffff) {
                                    throw new InvalidValueException(
                                            "weights.value",
                                            "weight: " + weight + " (expected: a whole number, 0-65535)",
                                            "");
                                }
                                return weight.intValue();
                            })
                            .toList());
        }
    }

    private static WeightsDecision decide(
            Planning planning, Netuid netuid, Scores scores, int mechid, long versionKey, boolean rawU16) {
        WeightsOptions options = WeightsOptions.defaults().mechanism(mechid).versionKey(versionKey);
        if (!rawU16) {
            return planning.state().weights(netuid, planning.account(), scores.map(), options);
        }
        if (!planning.stores("SubnetEpochConsensus")
                || planning.stored("SubnetEpochConsensus", netuid)
                        .filter("Null"::equals)
                        .isEmpty()) {
            throw new InvalidValueException(
                    "weights.raw", "raw_u16 on subnet " + netuid + " (expected: a subnet with Null consensus)", "");
        }
        return planning.state().weights(netuid, planning.account(), scores.exact(), options);
    }

    private static Draft draft(WeightsDecision decision, Netuid netuid) {
        if (decision instanceof WeightsDecision.Ready ready) {
            return Draft.of(ready.call())
                    .on(netuid)
                    .effect("sets weights of " + ready.weights().uids().size() + " neurons of subnet " + netuid
                            + ready.reveal()
                                    .map(reveal -> ", hidden until block " + reveal.fromBlock())
                                    .orElse(", in the open"));
        }
        WeightsOutcome.Held held = (WeightsOutcome.Held) decision;
        Draft draft = Draft.none(held.message()).on(netuid);
        return held.fromBlock().isPresent() ? draft.from(held.fromBlock().getAsLong()) : draft;
    }

    /**
     * Sets weights as the subnet takes them now: in the open, or sealed until a later epoch.
     *
     * @param netuid the subnet
     * @param scores by seat; in JSON {@code weights} may be an object of seats and weights, without {@code uids}
     * @param mechid which of the subnet's mechanisms
     * @param versionKey at least the subnet's weights version
     * @param rawU16 whether the weights are the chain's own numbers, to be neither scaled nor cut; with Null consensus only
     */
    @Operation(value = "sets weights as the subnet takes them", signer = Operation.Key.HOTKEY)
    public record SetWeights(
            Netuid netuid,
            Scores scores,
            @JsonField(otherwise = "0") int mechid,
            @JsonField(otherwise = "0") long versionKey,
            @JsonField(otherwise = "false") boolean rawU16)
            implements Intent {
        /**
         * Sets weights of the first mechanism.
         *
         * @param netuid the subnet
         * @param scores of any scale, by seat, not negative
         */
        public SetWeights(Netuid netuid, Map<Uid, Double> scores) {
            this(netuid, Scores.of(scores), 0, 0, false);
        }

        @Override
        public Draft draft(Planning planning) {
            return Weights.draft(decide(planning, netuid, scores, mechid, versionKey, rawU16), netuid);
        }
    }

    /**
     * Seals weights until a later epoch, on a subnet that hides weights.
     *
     * @param netuid the subnet
     * @param scores by seat; in JSON {@code weights} may be an object of seats and weights, without {@code uids}
     * @param mechid which of the subnet's mechanisms
     * @param versionKey at least the subnet's weights version
     * @param rawU16 whether the weights are the chain's own numbers, to be neither scaled nor cut; with Null consensus only
     * @param commitRevealVersion the chain's
     */
    @Operation(value = "seals weights until a later epoch", signer = Operation.Key.HOTKEY)
    public record CommitWeights(
            Netuid netuid,
            Scores scores,
            @JsonField(otherwise = "0") int mechid,
            @JsonField(otherwise = "0") long versionKey,
            @JsonField(otherwise = "false") boolean rawU16,
            @JsonField(otherwise = "4") int commitRevealVersion)
            implements Intent {
        @Override
        public Draft draft(Planning planning) {
            if (planning.stored("CommitRevealWeightsEnabled", netuid)
                    .filter(Boolean.TRUE::equals)
                    .isEmpty()) {
                return Draft.none("subnet " + netuid + " takes weights in the open: use set_weights")
                        .on(netuid);
            }
            Draft draft = Weights.draft(decide(planning, netuid, scores, mechid, versionKey, rawU16), netuid);
            int version = planning.stores("CommitRevealWeightsVersion")
                    ? planning.number("CommitRevealWeightsVersion").intValue()
                    : commitRevealVersion;
            return version == commitRevealVersion
                    ? draft
                    : draft.obstacle("commit_reveal_version: " + commitRevealVersion + " (expected: " + version
                            + ", the chain's)");
        }
    }

    /**
     * Reveals weights that were committed by hash.
     *
     * @param netuid the subnet
     * @param scores as they were committed
     * @param salt as it was committed
     * @param versionKey as it was committed
     */
    @Operation(value = "reveals weights that were committed by hash", signer = Operation.Key.HOTKEY)
    public record RevealWeights(
            Netuid netuid,
            Scores scores,
            List<Integer> salt,
            @JsonField(otherwise = "0") long versionKey) implements Intent {
        /** Copies the salt. */
        public RevealWeights {
            salt = List.copyOf(salt);
        }

        @Override
        public Draft draft(Planning planning) {
            WeightsDecision decision = planning.state()
                    .reveal(
                            netuid,
                            planning.account(),
                            scores.quantised(),
                            salt,
                            WeightsOptions.defaults().versionKey(versionKey));
            return Weights.draft(decision, netuid);
        }
    }
}
