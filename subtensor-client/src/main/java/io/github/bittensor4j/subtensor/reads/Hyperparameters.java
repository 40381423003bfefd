package io.github.bittensor4j.subtensor.reads;

import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.subtensor.ChainState;
import io.github.bittensor4j.subtensor.internal.Answer;
import java.math.BigInteger;
import java.util.function.Supplier;

/** Reads of single settings of a subnet. */
public final class Hyperparameters extends Family {
    Hyperparameters(Supplier<ChainState> source) {
        super(source);
    }

    private Answer setting(String name, String item, Netuid netuid) {
        return read(name, at -> at.subnet(netuid, item).get(item));
    }

    /**
     * How long a hotkey waits between two weight settings.
     *
     * @param netuid the subnet
     * @return blocks
     */
    @Listed("The blocks that a hotkey waits between two weight settings on a subnet.")
    public long weightsRateLimit(@Arg("netuid") Netuid netuid) {
        return setting("weights_rate_limit", "WeightsSetRateLimit", netuid).number();
    }

    /**
     * The difficulty of a registration by work.
     *
     * @param netuid the subnet
     * @return a number of 64 bits
     */
    @Listed("The difficulty of a registration by proof of work on a subnet.")
    public BigInteger difficulty(@Arg("netuid") Netuid netuid) {
        return setting("difficulty", "Difficulty", netuid).big();
    }

    /**
     * The fewest weights in one vector; a single weight for oneself is exempt.
     *
     * @param netuid the subnet
     * @return a number of seats
     */
    @Listed("The fewest weights that a subnet takes in one vector.")
    public int minAllowedWeights(@Arg("netuid") Netuid netuid) {
        return setting("min_allowed_weights", "MinAllowedWeights", netuid).count();
    }

    /**
     * The largest share that one weight may have of its vector.
     *
     * @param netuid the subnet
     * @return of 65535, which means no limit
     */
    @Listed("The largest share of one weight in its vector, of 65535.")
    public int maxWeightLimit(@Arg("netuid") Netuid netuid) {
        return setting("max_weight_limit", "MaxWeightsLimit", netuid).count();
    }

    /**
     * How long a new neuron cannot lose its seat.
     *
     * @param netuid the subnet
     * @return blocks
     */
    @Listed("The blocks for which a new neuron cannot lose its seat.")
    public int immunityPeriod(@Arg("netuid") Netuid netuid) {
        return setting("immunity_period", "ImmunityPeriod", netuid).count();
    }

    /**
     * How long committed weights stay hidden.
     *
     * @param netuid the subnet
     * @return epochs
     */
    @Listed("The epochs between the commit and the reveal of weights on a subnet.")
    public long revealPeriod(@Arg("netuid") Netuid netuid) {
        return setting("reveal_period", "RevealPeriodEpochs", netuid).number();
    }

    /**
     * Whether a subnet has a part in the chain's emission of TAO, which only root can change.
     *
     * @param netuid the subnet
     * @return false when it gets none, however active it is
     */
    @Listed("Whether a subnet has a part in the chain's emission of TAO.")
    public boolean subnetEmissionEnabled(@Arg("netuid") Netuid netuid) {
        return setting("subnet_emission_enabled", "SubnetEmissionEnabled", netuid)
                .flag();
    }
}
