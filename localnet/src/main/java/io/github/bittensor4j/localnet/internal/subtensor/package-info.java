/**
 * The subnet runtime: registration, weights, stake, pools, epochs and emission, hyperparameters, and the runtime calls that read them.
 *
 * <p>What it does not model is said where it would be: parents and children, root baskets, collateral, conviction, leases, key
 * swaps, several mechanisms and timelocked weights.
 */
@NullMarked
package io.github.bittensor4j.localnet.internal.subtensor;

import org.jspecify.annotations.NullMarked;
