package io.github.bittensor4j.localnet.internal.yuma;

import java.math.BigInteger;

/** What one block mints: it halves with the amount that was issued already, never with time. The same rule holds for alpha. */
public final class BlockEmission {
    /** The most that is ever issued, in rao: 21 million. */
    public static final BigInteger CAP = new BigInteger("21000000000000000");

    private static final BigInteger PER_BLOCK = BigInteger.valueOf(1_000_000_000);
    private static final BigInteger TWO = BigInteger.ONE.shiftLeft(33);

    private BlockEmission() {}

    /** The rao that a block mints when {@code issuance} rao were issued before it. */
    public static BigInteger of(BigInteger issuance) {
        if (issuance.compareTo(CAP) >= 0) {
            return BigInteger.ZERO;
        }
        BigInteger issued = issuance.shiftLeft(32).divide(CAP);
        BigInteger left = BigInteger.ONE.shiftLeft(32).subtract(issued);
        BigInteger inverse = BigInteger.ONE.shiftLeft(64).divide(left);
        int halvings = 0;
        while (inverse.compareTo(TWO) >= 0) {
            halvings++;
            inverse = inverse.shiftRight(1).add(inverse.testBit(0) ? BigInteger.ONE : BigInteger.ZERO);
        }
        return BigInteger.ONE
                .shiftLeft(32)
                .shiftRight(halvings)
                .multiply(PER_BLOCK)
                .shiftRight(32);
    }
}
