package io.github.bittensor4j.core;

import java.util.regex.Pattern;

/**
 * A block of the chain.
 *
 * @param number its height; the genesis block is 0
 * @param hash its hash, {@code 0x} and 64 lower-case hex digits
 */
public record BlockRef(long number, String hash) {
    private static final Pattern HASH = Pattern.compile("0x[0-9a-f]{64}");

    /** Checks the number's range and the hash's form. */
    public BlockRef {
        if (number < 0) {
            throw InvalidValueException.outOfRange("block.number", "block number", number, "0 or more");
        }
        if (!HASH.matcher(hash).matches()) {
            throw InvalidValueException.outOfRange("block.hash", "block hash", hash, "0x and 64 lower-case hex digits");
        }
    }
}
