package io.github.bittensor4j.core.crypto;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;

/**
 * A message and what claims to be somebody's signature under it, for {@link Signatures#verifyAll}. The arrays are not copied: they
 * must not change until the verdict is there.
 *
 * @param scheme how the account signs
 * @param who the account, whose bytes are the public key
 * @param message what was signed, as it is
 * @param signature the signature; of any length and content
 */
@SuppressWarnings("ArrayRecordComponent")
public record Signed(KeyScheme scheme, AccountId who, byte[] message, byte[] signature) {}
