/**
 * The subnet runtime: registration, weights, stake, pools, epochs and emission, hyperparameters, and the runtime calls that read them.
 *
 * <p>What it does not model is said where it would be: root baskets, conviction, leases and several
 * mechanisms.
 */
@NullMarked
package io.github.bittensor4j.localnet.internal.subtensor;

import org.jspecify.annotations.NullMarked;
