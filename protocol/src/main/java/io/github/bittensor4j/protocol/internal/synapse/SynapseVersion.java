package io.github.bittensor4j.protocol.internal.synapse;

/** A release of the Python SDK as the one number that it sends. */
public final class SynapseVersion {
    /** From this version on nonces are times; before it they were readings of a clock of the caller's own. */
    public static final long TIMED_NONCES = 7_002_000;

    /** What this side says of itself: the last release whose wire it speaks. */
    public static final long OURS = of(10, 2, 0);

    private SynapseVersion() {}

    /**
     * The number of a release.
     *
     * @param major 10 of 10.2.0
     * @param minor 2 of 10.2.0
     * @param patch 0 of 10.2.0
     * @return in base 1000 from 7.2.0 on, before that in base 10
     */
    public static long of(int major, int minor, int patch) {
        return major > 7 || (major == 7 && minor >= 2)
                ? 1_000_000L * major + 1_000L * minor + patch
                : 100L * major + 10L * minor + patch;
    }
}
