package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * The seals by which a hotkey registers with work instead of TAO: on runtimes up to spec 400 by the call {@code register}, from spec 475 on
 * by {@code pow_register} where a subnet's owner allows it. Pure functions.
 */
public final class ProofOfWork {
    private static final BigInteger LARGEST = BigInteger.TWO.pow(256).subtract(BigInteger.ONE);
    private static final int HASH = 32;
    private static final byte[] DOMAIN = "subtensor-pow-register-v1".getBytes(StandardCharsets.US_ASCII);

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
     * The seal of one try for {@code pow_register}, which binds subnet and coldkey as well. Source: the runtime's registration by work.
     *
     * @param netuid the subnet
     * @param blockHash the hash of one of the last five blocks, 32 bytes
     * @param hotkey who is to be registered
     * @param coldkey who signs
     * @param nonce the try's number, read as unsigned
     * @return 32 bytes
     * @throws InvalidValueException when the block hash has another length
     */
    public static byte[] seal(Netuid netuid, byte[] blockHash, AccountId hotkey, AccountId coldkey, long nonce) {
        if (blockHash.length != HASH) {
            throw new InvalidValueException(
                    "pow.block", "block hash: " + blockHash.length + " bytes (expected: 32)", "");
        }
        return Hashes.keccak256(Hashes.sha256(new ScaleWriter()
                .raw(DOMAIN)
                .u16(netuid.value())
                .raw(blockHash)
                .raw(hotkey.bytes())
                .raw(coldkey.bytes())
                .u64(nonce)
                .toByteArray()));
    }

    /**
     * Searches a seal for {@code pow_register}.
     *
     * @param netuid the subnet
     * @param blockHash the hash of the newest block, 32 bytes
     * @param hotkey who is to be registered
     * @param coldkey who will sign
     * @param difficulty by {@link #difficulty}; about as many tries are needed
     * @param from the first nonce tried; different searches take different ones
     * @param tries how many are tried
     * @return the nonce of the first that satisfies it; empty when none does
     */
    public static OptionalLong solve(
            Netuid netuid,
            byte[] blockHash,
            AccountId hotkey,
            AccountId coldkey,
            BigInteger difficulty,
            long from,
            long tries) {
        for (long i = 0; i < tries; i++) {
            byte[] seal = seal(netuid, blockHash, hotkey, coldkey, from + i);
            if (maxDifficulty(seal, ByteOrder.LITTLE_ENDIAN).compareTo(difficulty) >= 0) {
                return OptionalLong.of(from + i);
            }
        }
        return OptionalLong.empty();
    }

    /**
     * The difficulty that a subnet demands.
     *
     * @param stored what its {@code Difficulty} is
     * @param least its {@code MinDifficulty}
     * @param most its {@code MaxDifficulty}
     * @return between the two, at least 1; the least where they cross
     */
    public static BigInteger difficulty(BigInteger stored, BigInteger least, BigInteger most) {
        return stored.min(most).max(least).max(BigInteger.ONE);
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
