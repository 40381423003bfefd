package io.github.bittensor4j.localnet.internal.yuma;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * The payments behind dividends: a validator's dividend is only a proportion, which its alpha stake and its weighted root stake divide
 * between the alpha and the root pool of the epoch.
 *
 * @param alpha rao of alpha for the stakers on the subnet, by hotkey
 * @param root rao of alpha for the stakers on root, by hotkey
 */
public record DividendSplit(List<BigInteger> alpha, List<BigInteger> root) {
    /**
     * One hotkey.
     *
     * @param dividend its dividend, a proportion
     * @param alphaStake rao of alpha on it in this subnet
     * @param rootStake rao of TAO on it on root
     */
    public record Earner(BigInteger dividend, BigInteger alphaStake, BigInteger rootStake) {}

    /** Divides the two pools over the earners, in the order given. */
    public static DividendSplit of(
            List<Earner> earners, Fixed taoWeight, BigInteger validatorPool, BigInteger rootPool) {
        List<Fixed> alphaParts = new ArrayList<>();
        List<Fixed> rootParts = new ArrayList<>();
        for (Earner earner : earners) {
            Fixed root = FixedType.U96F32.of(earner.rootStake()).times(taoWeight);
            Fixed total = FixedType.U96F32.of(earner.alphaStake()).plus(root);
            Fixed dividend = FixedType.U96F32.of(earner.dividend());
            Fixed rootPart = dividend.times(root.dividedBy(total));
            rootParts.add(rootPart);
            alphaParts.add(dividend.minus(rootPart));
        }
        return new DividendSplit(payments(alphaParts, validatorPool), payments(rootParts, rootPool));
    }

    private static List<BigInteger> payments(List<Fixed> parts, BigInteger pool) {
        Fixed sum = parts.stream().reduce(FixedType.U96F32.zero(), Fixed::plus);
        Fixed all = FixedType.U96F32.of(pool);
        return parts.stream()
                .map(part -> all.times(part.dividedBy(sum)).toU64())
                .toList();
    }
}
