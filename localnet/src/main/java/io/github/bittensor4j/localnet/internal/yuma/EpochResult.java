package io.github.bittensor4j.localnet.internal.yuma;

import java.math.BigInteger;
import java.util.List;

/**
 * What an epoch found. Vectors go over uids; those of {@code long} are raw {@link I32F32} numbers.
 *
 * @param active whether the uid set weights lately
 * @param permits the permits from now on
 * @param stake normalised stake
 * @param activeStake stake that took part, normalised
 * @param prerank ranks before clipping
 * @param consensus stake-weighted median of each uid's weights
 * @param validatorTrust sum of each uid's own weights after clipping
 * @param rank stake-weighted sum of clipped weights
 * @param incentive ranks, normalised: the miners' shares
 * @param dividends the validators' shares
 * @param combined shares of both together
 * @param validatorShare shares of the validators alone, over the sum of both
 * @param bonds the bonds to store, by uid
 * @param serverEmission rao for mining
 * @param validatorEmission rao for validating
 * @param emission rao for both
 */
public record EpochResult(
        boolean[] active,
        boolean[] permits,
        long[] stake,
        long[] activeStake,
        long[] prerank,
        long[] consensus,
        long[] validatorTrust,
        long[] rank,
        long[] incentive,
        long[] dividends,
        long[] combined,
        long[] validatorShare,
        List<List<UidValue>> bonds,
        List<BigInteger> serverEmission,
        List<BigInteger> validatorEmission,
        List<BigInteger> emission) {

    /** A vector of raw numbers as the 16-bit proportions that are stored. */
    public static int[] proportions(long[] raw) {
        int[] result = new int[raw.length];
        for (int i = 0; i < raw.length; i++) {
            result[i] = I32F32.toProportion(raw[i]);
        }
        return result;
    }
}
