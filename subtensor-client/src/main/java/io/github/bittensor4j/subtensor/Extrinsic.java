package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import java.util.Optional;

/**
 * An extrinsic as a block holds it.
 *
 * @param hash its own hash
 * @param signer who signed it; empty for what a block's author puts in, and for signers that are no plain account
 * @param call what it asks for
 */
public record Extrinsic(String hash, Optional<AccountId> signer, Call call) {}
