package io.github.bittensor4j.core;

/**
 * A block of the chain.
 *
 * @param number its height; the genesis block is 0
 * @param hash its hash, {@code 0x} and 64 lower-case hex digits
 */
public record BlockRef(long number, String hash) {
    /** Checks the hash's form. */
    public BlockRef {
        if (!hash.matches("0x[0-9a-f]{64}")) {
            throw InvalidValueException.outOfRange("block.hash", "block hash", hash, "0x and 64 lower-case hex digits");
        }
    }
}
