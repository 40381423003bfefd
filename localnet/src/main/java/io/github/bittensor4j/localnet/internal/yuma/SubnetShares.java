package io.github.bittensor4j.localnet.internal.yuma;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** How the TAO of a block is divided over subnets: by moving price, less what each withholds from miners. */
public final class SubnetShares {
    private SubnetShares() {}

    /**
     * One subnet that takes part.
     *
     * @param movingPrice moving price of its alpha, as {@link FixedType#I96F32}
     * @param minerBurned share of the miners' emission that it withheld, as {@link FixedType#U96F32}
     * @param enabled whether it gets TAO at all
     */
    public record Subnet(Fixed movingPrice, Fixed minerBurned, boolean enabled) {}

    /** The share of each subnet, in the order given, as {@link FixedType#U64F64}. */
    public static List<Fixed> of(List<Subnet> subnets) {
        List<Fixed> prices = normalise(subnets.stream()
                .map(subnet -> subnet.movingPrice().to(FixedType.U64F64))
                .toList());
        List<Fixed> weights = new ArrayList<>();
        for (int i = 0; i < subnets.size(); i++) {
            Fixed one = FixedType.U64F64.one();
            Fixed burned = subnets.get(i).minerBurned().to(FixedType.U64F64).min(one);
            weights.add(prices.get(i).times(one.minus(burned)));
        }
        boolean allZero = weights.stream().allMatch(Fixed::isZero);
        List<Fixed> shares = allZero ? prices : normalise(weights);
        if (subnets.stream().allMatch(Subnet::enabled)) {
            return shares;
        }
        List<Fixed> enabled = new ArrayList<>();
        for (int i = 0; i < subnets.size(); i++) {
            enabled.add(subnets.get(i).enabled() ? shares.get(i) : FixedType.U64F64.zero());
        }
        return normalise(enabled);
    }

    /** The TAO of a share of a block's emission, as {@link FixedType#U96F32}. */
    public static Fixed tao(BigInteger blockEmission, Fixed share) {
        return FixedType.U64F64.of(blockEmission).times(share).to(FixedType.U96F32);
    }

    private static List<Fixed> normalise(List<Fixed> values) {
        Fixed sum = values.stream().reduce(FixedType.U64F64.zero(), Fixed::plus);
        return values.stream().map(value -> value.dividedBy(sum)).toList();
    }
}
