package io.github.bittensor4j.localnet.internal.yuma;

/** Scales submitted weights so that the largest becomes 65535. */
public final class WeightScaling {
    private static final int MAX = 65_535;

    private WeightScaling() {}

    /** The weights that are stored for submitted ones, in the same order. */
    public static int[] upscale(int[] weights) {
        long largest = 0;
        for (int weight : weights) {
            largest = Math.max(largest, weight);
        }
        int[] result = new int[weights.length];
        if (largest == 0) {
            return result;
        }
        long whole = I32F32.ofInteger(MAX);
        for (int i = 0; i < weights.length; i++) {
            // The two ways differ in the last bit, which rounding can show.
            long scaled = largest > 32_768
                    ? weights[i] * (whole / largest)
                    : I32F32.multiply(I32F32.ofInteger(weights[i]), whole) / largest;
            result[i] = (int) Math.min(MAX, (scaled + (1L << 31)) >> 32);
        }
        return result;
    }
}
