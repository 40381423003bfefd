/** Hashes, SS58, sr25519 and ed25519. No secret is kept at rest here; key files are the wallet's. */
@NullMarked
package io.github.bittensor4j.core.crypto;

import org.jspecify.annotations.NullMarked;
