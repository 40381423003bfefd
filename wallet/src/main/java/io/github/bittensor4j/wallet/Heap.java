package io.github.bittensor4j.wallet;

/** Whether a derivation that needs much memory at once fits into the heap, asked before it starts. */
final class Heap {
    private Heap() {}

    static void require(long bytes, String what) {
        if (available() >= bytes) {
            return;
        }
        // What counts as used may be garbage; the derivation takes seconds, so a collection costs little beside it.
        System.gc();
        long available = available();
        if (available < bytes) {
            throw shortage(bytes, available, what);
        }
    }

    static WalletException shortage(long bytes, long available, String what) {
        long need = mebibytes(bytes);
        return new WalletException(
                WalletException.MEMORY,
                what + " needs " + need + " MiB of free heap, " + mebibytes(available) + " MiB are free",
                "Start Java with a larger heap, such as -Xmx"
                        + (mebibytes(Runtime.getRuntime().maxMemory() - available) + need + 100) + "m.");
    }

    static long available() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
    }

    private static long mebibytes(long bytes) {
        return bytes >> 20;
    }
}
