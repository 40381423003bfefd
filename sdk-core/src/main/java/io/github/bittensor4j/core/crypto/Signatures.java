package io.github.bittensor4j.core.crypto;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Checks signatures, with the chain's own verdict in every case: schnorrkel's for sr25519, that of ZIP 215 for ed25519.
 *
 * <p>The verdict is about bytes only. An account such as {@link AccountId#ZERO} has no secret, so anybody can make signatures that
 * hold for it; who authenticates callers refuses that account before asking here.
 *
 * <p>Accounts that are seen again and again are checked in a third of the time: their keys are kept prepared, at most 512 of each
 * scheme, 24 MiB each when full. Thread-safe, takes variable time, throws nothing.
 */
public final class Signatures {
    private Signatures() {}

    /**
     * Whether a signature holds.
     *
     * @param scheme how the account signs
     * @param who the account, whose bytes are the public key
     * @param message what was signed, as it is: no wrapped form is tried
     * @param signature the signature; of any length and content
     * @return true when it holds; false for everything else
     */
    public static boolean verify(KeyScheme scheme, AccountId who, byte[] message, byte[] signature) {
        return verifier(scheme).verify(who, message, signature);
    }

    /**
     * Whether each of several signatures holds: for every one of them the verdict of {@link #verify}, whatever stands beside it.
     *
     * <p>Signatures of accounts not yet known are checked by one equation for up to 64 of them, which takes about half the time;
     * that it holds although one of them does not has a chance of one in 2^127, against whoever does not foresee this process's
     * secure randomness. Where it does not hold they are checked one by one, so that a forged signature costs time and nothing
     * else. For known accounts the gain is small.
     *
     * @param signed the signatures, of any schemes and accounts in any order
     * @return true for each that holds, in the order given
     */
    public static boolean[] verifyAll(List<Signed> signed) {
        boolean[] verdicts = new boolean[signed.size()];
        for (KeyScheme scheme : KeyScheme.values()) {
            int[] places = IntStream.range(0, signed.size())
                    .filter(i -> signed.get(i).scheme() == scheme)
                    .toArray();
            boolean[] some = verifier(scheme)
                    .verify(IntStream.of(places).mapToObj(signed::get).toList());
            for (int i = 0; i < places.length; i++) {
                verdicts[places[i]] = some[i];
            }
        }
        return verdicts;
    }

    private static Verifier verifier(KeyScheme scheme) {
        return switch (scheme) {
            case SR25519 -> Sr25519.VERIFIER;
            case ED25519 -> Ed25519Keys.VERIFIER;
        };
    }
}
