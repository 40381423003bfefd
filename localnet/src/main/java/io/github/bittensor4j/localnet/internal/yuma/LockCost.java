package io.github.bittensor4j.localnet.internal.yuma;

import java.math.BigInteger;

/** The price of a new subnet: twice the last one, falling in a straight line, never below a floor. */
public final class LockCost {
    private static final BigInteger TAO = BigInteger.valueOf(1_000_000_000);

    private LockCost() {}

    /**
     * The price in rao.
     *
     * @param last the price that was paid last
     * @param floor the least price
     * @param lastBlock the block in which it was paid; 0 if none was
     * @param block the current block
     * @param reductionInterval blocks in which a price falls away, at an emission of 1 TAO a block
     * @param blockEmission what a block mints
     */
    public static BigInteger at(
            BigInteger last,
            BigInteger floor,
            long lastBlock,
            long block,
            BigInteger reductionInterval,
            BigInteger blockEmission) {
        BigInteger interval = reductionInterval.multiply(blockEmission).divide(TAO);
        BigInteger perBlock = interval.signum() == 0 ? BigInteger.ZERO : last.divide(interval);
        BigInteger start = lastBlock == 0 ? last : last.shiftLeft(1);
        return start.subtract(perBlock.multiply(BigInteger.valueOf(Math.max(0, block - lastBlock))))
                .max(BigInteger.ZERO)
                .max(floor);
    }
}
