package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.math.BigInteger;
import java.nio.ByteOrder;

/**
 * The seal by which a hotkey registers with work instead of TAO, on runtimes up to spec 400 (the call {@code register}). Pure functions.
 */
public final class ProofOfWork {
    private static final BigInteger LARGEST = BigInteger.TWO.pow(256).subtract(BigInteger.ONE);
    private static final int HASH = 32;

    private ProofOfWork() {}

    /**
     * The seal of one try.
     *
     * @param blockHash the hash of a recent block, 32 bytes
     * @param hotkey who is to be registered
     * @param nonce the try's number, read as unsigned
     * @return 32 bytes: keccak256(sha256(nonce, keccak256(blockHash, hotkey)))
     * @throws InvalidValueException when the block hash has another length
     */
    public static byte[] seal(byte[] blockHash, AccountId hotkey, long nonce) {
        if (blockHash.length != HASH) {
            throw new InvalidValueException(
                    "pow.block", "block hash: " + blockHash.length + " bytes (expected: 32)", "");
        }
        byte[] inner = Hashes.keccak256(
                new ScaleWriter().raw(blockHash).raw(hotkey.bytes()).toByteArray());
        return Hashes.keccak256(
                Hashes.sha256(new ScaleWriter().u64(nonce).raw(inner).toByteArray()));
    }

    /**
     * The greatest difficulty that a seal satisfies.
     *
     * @param seal 32 bytes
     * @param order little-endian as runtimes read it since May 2025; before, big-endian
     * @return how often the seal goes into 2^256 - 1; the largest number for a seal of zeros
     */
    public static BigInteger maxDifficulty(byte[] seal, ByteOrder order) {
        byte[] big = seal.clone();
        if (order.equals(ByteOrder.LITTLE_ENDIAN)) {
            for (int i = 0; i < big.length; i++) {
                big[i] = seal[seal.length - 1 - i];
            }
        }
        BigInteger number = new BigInteger(1, big);
        return number.signum() == 0 ? LARGEST : LARGEST.divide(number);
    }
}
