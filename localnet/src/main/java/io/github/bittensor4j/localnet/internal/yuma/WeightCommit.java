package io.github.bittensor4j.localnet.internal.yuma;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.math.BigInteger;
import java.util.List;

/** The hash under which weights are committed before they are revealed. */
public final class WeightCommit {
    private WeightCommit() {}

    /**
     * The hash.
     *
     * @param hotkey who commits
     * @param storageIndex netuid plus 4096 times the mechanism
     * @param uids the uids that weights are on
     * @param values the weights
     * @param salt random numbers that keep the weights from being guessed
     * @param versionKey the version key that the weights are revealed with
     */
    public static byte[] hash(
            AccountId hotkey,
            int storageIndex,
            List<Integer> uids,
            List<Integer> values,
            List<Integer> salt,
            BigInteger versionKey) {
        ScaleWriter out = new ScaleWriter().raw(hotkey.bytes()).u16(storageIndex);
        for (List<Integer> list : List.of(uids, values, salt)) {
            out.compact(list.size());
            list.forEach(out::u16);
        }
        return Hashes.blake2b256(out.fixed(versionKey, 8, false).toByteArray());
    }
}
