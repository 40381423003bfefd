package io.github.bittensor4j.core;

import java.util.Optional;

/**
 * One neuron of a subnet as the chain shows it at one block. Proportions are the chain's own unsigned 16-bit numbers: 65535 means 1.0.
 *
 * @param uid its seat
 * @param hotkey its identity
 * @param coldkey the hotkey's owner
 * @param active whether it set weights recently enough to count
 * @param axon its published axon, if it serves
 * @param validatorPermit whether it may set weights
 * @param stakeWeight the chain's own stake weight on this subnet: alpha and weighted root TAO, unsigned 64-bit in units of 10^-9
 * @param alphaStake alpha staked to the hotkey on this subnet
 * @param incentive the miner's share, 0 to 65535
 * @param dividends the validator's share, 0 to 65535
 * @param consensus the stake-weighted median of its weights, 0 to 65535
 * @param validatorTrust how much of its weights survived clipping, 0 to 65535
 * @param emission alpha of the last epoch
 * @param lastUpdate the block of its last weights
 * @param registeredAt the block of its registration
 */
public record NeuronInfo(
        Uid uid,
        AccountId hotkey,
        AccountId coldkey,
        boolean active,
        Optional<AxonInfo> axon,
        boolean validatorPermit,
        long stakeWeight,
        Alpha alphaStake,
        int incentive,
        int dividends,
        int consensus,
        int validatorTrust,
        Alpha emission,
        long lastUpdate,
        long registeredAt) {}
