package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.InvalidValueException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How weights are set. Immutable; start from {@link #defaults()}.
 *
 * @param versionKey at least the subnet's weights version, read as unsigned; default 0
 * @param mechanism which of the subnet's mechanisms, 0 to 15; default 0
 * @param clip whether no weight may exceed the subnet's largest share: what is above is cut and the rest shares it; default true
 * @param reveals a folder in which what was committed by hash is kept until it is revealed. With it weights that a subnet hides are
 *     committed by hash and revealed by {@link Subtensor#revealWeights}; without it, the default, they are sealed until a drand round and
 *     open by themselves
 * @param submit how the extrinsic is signed and followed
 */
public record WeightsOptions(
        long versionKey, int mechanism, boolean clip, Optional<Path> reveals, SubmitOptions submit) {
    private static final WeightsOptions DEFAULTS =
            new WeightsOptions(0, 0, true, Optional.empty(), SubmitOptions.defaults());

    /** Checks the mechanism. */
    public WeightsOptions {
        if (mechanism < 0 || mechanism > 15) {
            throw new InvalidValueException(
                    "weights.mechanism", "mechanism: " + mechanism + " (expected: 0 to 15)", "");
        }
    }

    /**
     * The defaults named above.
     *
     * @return the defaults
     */
    public static WeightsOptions defaults() {
        return DEFAULTS;
    }

    /**
     * With a version key.
     *
     * @param value at least the subnet's weights version
     * @return a copy
     */
    public WeightsOptions versionKey(long value) {
        return new WeightsOptions(value, mechanism, clip, reveals, submit);
    }

    /**
     * For another mechanism of the subnet.
     *
     * @param value 0 to 15
     * @return a copy
     */
    public WeightsOptions mechanism(int value) {
        return new WeightsOptions(versionKey, value, clip, reveals, submit);
    }

    /**
     * With or without the subnet's largest share.
     *
     * @param value whether weights are cut to it
     * @return a copy
     */
    public WeightsOptions clip(boolean value) {
        return new WeightsOptions(versionKey, mechanism, value, reveals, submit);
    }

    /**
     * Committed by hash where the subnet hides weights.
     *
     * @param folder where commits are kept until they are revealed; made when it is not there
     * @return a copy
     */
    public WeightsOptions reveals(Path folder) {
        return new WeightsOptions(versionKey, mechanism, clip, Optional.of(folder), submit);
    }

    /**
     * Signed and followed that way.
     *
     * @param value how
     * @return a copy
     */
    public WeightsOptions submit(SubmitOptions value) {
        return new WeightsOptions(versionKey, mechanism, clip, reveals, value);
    }
}
