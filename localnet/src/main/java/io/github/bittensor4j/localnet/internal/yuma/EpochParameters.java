package io.github.bittensor4j.localnet.internal.yuma;

import java.math.BigInteger;

/**
 * What a subnet's hyperparameters say about its epoch.
 *
 * @param tempo blocks between two epochs
 * @param activityCutoff blocks after which a uid that set no weights counts as inactive
 * @param stakeThreshold least stake weight in rao that counts
 * @param maxAllowedValidators how many uids hold a permit
 * @param kappa share of stake, of 65535, that makes a weight the consensus
 * @param bondsPenalty how far bonds follow the clipped weights, of 65535
 * @param bondsMovingAverage share of the old bonds that is kept, in millionths
 * @param yuma3 whether bonds are those of the third form
 * @param liquidAlpha whether the share of new bonds depends on consensus
 * @param alphaLow least share of new bonds, of 65535
 * @param alphaHigh largest share of new bonds, of 65535
 * @param alphaSigmoidSteepness steepness of the curve between both, in hundredths
 */
public record EpochParameters(
        int tempo,
        long activityCutoff,
        BigInteger stakeThreshold,
        int maxAllowedValidators,
        int kappa,
        int bondsPenalty,
        long bondsMovingAverage,
        boolean yuma3,
        boolean liquidAlpha,
        int alphaLow,
        int alphaHigh,
        int alphaSigmoidSteepness) {}
