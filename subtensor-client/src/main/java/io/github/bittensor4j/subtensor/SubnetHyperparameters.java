package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.Tao;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The settings of one subnet, as its runtime names them. The accessors give those that a neuron needs; {@link #all()} gives every one.
 *
 * @param tempo blocks from one epoch to the next, less one
 * @param immunityPeriod blocks for which a new neuron can not be pruned
 * @param minAllowedWeights the fewest weights accepted in one vector
 * @param maxWeightsLimit the largest share of one weight after normalisation, 0 to 65535; 65535 means no limit
 * @param weightsVersion the version key that weights must carry, at least
 * @param weightsRateLimit blocks between two weight settings of one neuron
 * @param activityCutoff blocks without weights after which a validator no longer counts
 * @param registrationAllowed whether registration is open
 * @param minBurn the lowest price of a registration
 * @param maxBurn the highest price of a registration
 * @param servingRateLimit blocks between two publications of an axon
 * @param maxValidators how many neurons may set weights
 * @param commitRevealEnabled whether weights must be committed first: plain weights are then refused
 * @param commitRevealPeriod epochs between commit and reveal
 * @param all every setting by the runtime's name, as plain values
 */
public record SubnetHyperparameters(
        int tempo,
        int immunityPeriod,
        int minAllowedWeights,
        int maxWeightsLimit,
        long weightsVersion,
        long weightsRateLimit,
        long activityCutoff,
        boolean registrationAllowed,
        Tao minBurn,
        Tao maxBurn,
        long servingRateLimit,
        int maxValidators,
        boolean commitRevealEnabled,
        long commitRevealPeriod,
        Map<String, Object> all) {
    /** Copies the map. */
    public SubnetHyperparameters {
        all = Collections.unmodifiableMap(new LinkedHashMap<>(all));
    }
}
