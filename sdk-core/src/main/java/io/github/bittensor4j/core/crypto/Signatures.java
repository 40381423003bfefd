package io.github.bittensor4j.core.crypto;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;

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
        return switch (scheme) {
            case SR25519 -> Sr25519.verify(who, message, signature);
            case ED25519 -> Ed25519Keys.verify(who, message, signature);
        };
    }
}
