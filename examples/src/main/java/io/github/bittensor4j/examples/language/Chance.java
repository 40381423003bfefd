package io.github.bittensor4j.examples.language;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Choices that follow from a seed, but that nobody can continue without it: SHA-256 over seed, purpose and a counter. With an ordinary
 * random generator a miner could compute a validator's next text from the one it was shown. For one thread.
 */
final class Chance {
    private final MessageDigest sha256;
    private final byte[] purpose;
    private final long seed;
    private long counter;
    private ByteBuffer bits = ByteBuffer.allocate(0);

    Chance(long seed, String purpose) {
        this.seed = seed;
        this.purpose = purpose.getBytes(StandardCharsets.UTF_8);
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    /** A number from 0 up to but without the bound; for the small bounds used here the bias is below one in a million. */
    int below(int bound) {
        return (int) Math.floorMod(next(), (long) bound);
    }

    /** A number from 0 up to but without 1. */
    double fraction() {
        return (next() >>> 11) * 0x1.0p-53;
    }

    long next() {
        if (!bits.hasRemaining()) {
            ByteBuffer counted =
                    ByteBuffer.allocate(2 * Long.BYTES).putLong(seed).putLong(counter++);
            sha256.update(counted.array());
            bits = ByteBuffer.wrap(sha256.digest(purpose));
        }
        return bits.getLong();
    }
}
