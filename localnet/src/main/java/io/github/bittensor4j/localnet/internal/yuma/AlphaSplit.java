package io.github.bittensor4j.localnet.internal.yuma;

import java.math.BigInteger;

/**
 * How the alpha that a subnet emits in one block is divided: the owner's cut first, then half for miners and half for validators,
 * out of which the stakers on root get their part.
 *
 * @param owner rao of alpha for the subnet's owner
 * @param server rao of alpha for miners
 * @param validator rao of alpha for validators
 * @param root rao of alpha for stakers on root
 */
public record AlphaSplit(BigInteger owner, BigInteger server, BigInteger validator, BigInteger root) {
    private static final Fixed HALF = FixedType.U96F32.raw(1L << 31);
    private static final BigInteger U64_MAX = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    /** The weight of TAO beside alpha, from its stored 64-bit fraction. */
    public static Fixed taoWeight(BigInteger stored) {
        return FixedType.U96F32.ratio(stored, U64_MAX);
    }

    /** The share of a subnet's validator emission that belongs to root: weighted root stake over itself plus the alpha issued. */
    public static Fixed rootProportion(Fixed taoWeight, BigInteger rootTao, BigInteger alphaIssuance) {
        Fixed weighted = taoWeight.times(FixedType.U96F32.of(rootTao));
        return weighted.dividedBy(weighted.plus(FixedType.U96F32.of(alphaIssuance)));
    }

    /**
     * Divides an emission.
     *
     * @param emission rao of alpha of this block
     * @param ownerCut the owner's share, of 65535; 0 where it is switched off
     * @param rootProportion from {@link #rootProportion}
     */
    public static AlphaSplit of(BigInteger emission, int ownerCut, Fixed rootProportion) {
        Fixed all = FixedType.U96F32.of(emission);
        Fixed owner = all.times(FixedType.U96F32.ratio(ownerCut, 65_535));
        Fixed rest = all.minus(owner);
        Fixed root = rootProportion.times(rest).times(HALF);
        Fixed server = rest.times(HALF);
        Fixed validator = rest.minus(server).minus(root);
        return new AlphaSplit(owner.toU64(), server.toU64(), validator.toU64(), root.toU64());
    }
}
