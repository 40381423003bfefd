package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.scale.ScaleWriter;

/** What is committed for weights that are revealed later by their salt. Pure functions. */
public final class WeightCommit {
    /** Mechanisms of one subnet are stored this far apart; there are at most as many subnets. */
    private static final int SUBNETS = 4096;

    private static final int MOST_MECHANISMS = 16;

    private WeightCommit() {}

    /**
     * Under which number the chain stores weights, bonds and commits of a mechanism.
     *
     * @param netuid the subnet, below 4096
     * @param mechanism 0 for the first, at most 15
     * @return {@code mechanism * 4096 + netuid}
     * @throws InvalidValueException when either is out of range
     */
    public static int storageIndex(Netuid netuid, int mechanism) {
        if (netuid.value() >= SUBNETS || mechanism < 0 || mechanism >= MOST_MECHANISMS) {
            throw new InvalidValueException(
                    "weights.mechanism",
                    "mechanism " + mechanism + " of subnet " + netuid
                            + " (expected: a mechanism 0-15 of a subnet 0-4095)",
                    "");
        }
        return mechanism * SUBNETS + netuid.value();
    }

    /**
     * The hash that {@code commit_weights} and {@code commit_mechanism_weights} take: BLAKE2-256 of the SCALE form of all arguments,
     * in their order, the first two as one account and one storage index.
     *
     * @param hotkey who commits, and will reveal
     * @param netuid the subnet
     * @param mechanism 0 where the subnet has one
     * @param weights exactly what will be revealed, numbers included
     * @param salt numbers of 16 bits, secret until the reveal and wanted again then; eight or more at random
     * @param versionKey as will be revealed, read as unsigned
     * @return 32 bytes
     * @throws InvalidValueException when a part of the salt is not a number of 16 bits, or the mechanism is out of range
     */
    public static byte[] hash(
            AccountId hotkey, Netuid netuid, int mechanism, WeightVector weights, int[] salt, long versionKey) {
        ScaleWriter out = new ScaleWriter()
                .raw(hotkey.bytes())
                .u16(storageIndex(netuid, mechanism))
                .compact(weights.uids().size());
        for (Uid uid : weights.uids()) {
            out.u16(uid.value());
        }
        out.compact(weights.values().size());
        for (int value : weights.values()) {
            out.u16(value);
        }
        out.compact(salt.length);
        for (int part : salt) {
            if (part < 0 || part > 0xffff) {
                throw new InvalidValueException("weights.salt", "salt: " + part + " (expected: 0-65535)", "");
            }
            out.u16(part);
        }
        return Hashes.blake2b256(out.u64(versionKey).toByteArray());
    }
}
