package io.github.bittensor4j.subtensor.reads;

import io.github.bittensor4j.subtensor.ChainState;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The catalogue of reads: the 102 of the official SDK 11.3 and those that tell the earliest block of an action, each a typed method of
 * its family, and each by its name for command lines and scripts. Immutable and safe for many threads; lives as long as the connection.
 *
 * <p>A read is of one block: the newest when it is called, or the one of {@link ChainState#reads()}. It chooses by what the runtime offers.
 * What the chain does not say is empty, never made up; a runtime that has none of what a read needs ends it with a {@link
 * io.github.bittensor4j.subtensor.ChainException} of code {@code metadata.unknown} that names the read, and a subnet that does not exist
 * with one of code {@code chain.subnet}.
 *
 * <p>Amounts of stake on the root subnet are TAO by another name: {@code Alpha} of netuid 0. Shares are fractions of 1 with 16 digits;
 * prices and other fixed-point numbers of the chain are exact.
 */
public final class Reads {
    private final Supplier<ChainState> source;

    /**
     * For {@link io.github.bittensor4j.subtensor.Subtensor#reads()} and {@link ChainState#reads()}.
     *
     * @param source gives the block of each read
     */
    public Reads(Supplier<ChainState> source) {
        this.source = source;
    }

    /**
     * Balances, proxies, multisig operations, coldkey swaps.
     *
     * @return a reader
     */
    public Accounts accounts() {
        return new Accounts(source);
    }

    /**
     * Time, blocks, limits of the whole chain.
     *
     * @return a reader
     */
    public ChainFacts chain() {
        return new ChainFacts(source);
    }

    /**
     * Collateral of miners.
     *
     * @return a reader
     */
    public Collateral collateral() {
        return new Collateral(source);
    }

    /**
     * Delegates, takes, nominations, child hotkeys.
     *
     * @return a reader
     */
    public Delegation delegation() {
        return new Delegation(source);
    }

    /**
     * When epochs run.
     *
     * @return a reader
     */
    public Epochs epochs() {
        return new Epochs(source);
    }

    /**
     * Single settings of a subnet; all of them are in {@link Subnets#subnetHyperparameters}.
     *
     * @return a reader
     */
    public Hyperparameters hyperparameters() {
        return new Hyperparameters(source);
    }

    /**
     * Identities and commitments.
     *
     * @return a reader
     */
    public Identities identity() {
        return new Identities(source);
    }

    /**
     * Leases of subnets and crowdloans.
     *
     * @return a reader
     */
    public Leasing leasing() {
        return new Leasing(source);
    }

    /**
     * Locked stake and conviction.
     *
     * @return a reader
     */
    public Locks locks() {
        return new Locks(source);
    }

    /**
     * Neurons, hotkeys and their registrations.
     *
     * @return a reader
     */
    public Neurons neurons() {
        return new Neurons(source);
    }

    /**
     * Prices of alpha and simulated swaps.
     *
     * @return a reader
     */
    public Prices prices() {
        return new Prices(source);
    }

    /**
     * Root dividends and the baskets they wait in.
     *
     * @return a reader
     */
    public Root root() {
        return new Root(source);
    }

    /**
     * Stake, its value and its availability.
     *
     * @return a reader
     */
    public Staking staking() {
        return new Staking(source);
    }

    /**
     * Subnets: existence, prices, identities, mechanisms, metagraphs.
     *
     * @return a reader
     */
    public Subnets subnets() {
        return new Subnets(source);
    }

    /**
     * Weights, bonds and hidden weights.
     *
     * @return a reader
     */
    public Weights weights() {
        return new Weights(source);
    }

    /**
     * The earliest block in which the chain takes an action that it takes only so often.
     *
     * @return a reader
     */
    public Windows windows() {
        return new Windows(source);
    }

    /**
     * Every read.
     *
     * @return by name, in alphabetical order
     */
    public static List<ReadInfo> catalogue() {
        return Catalogue.all();
    }

    /**
     * Asks a read by its name.
     *
     * @param name as {@link #catalogue()} lists it
     * @param arguments by the names of its parameters; addresses as SS58, amounts as decimals, lists with commas between
     * @return what it told, and of which block
     * @throws io.github.bittensor4j.core.InvalidValueException when there is no such read, or its arguments are not what it wants
     */
    public ReadResult read(String name, Map<String, String> arguments) {
        ChainState state = source.get();
        return new ReadResult(name, state.block(), Catalogue.call(new Reads(() -> state), name, arguments));
    }
}
