/**
 * Timelock encryption to a drand beacon: encrypt now, and nobody, the sender included, can open it before a chosen round was
 * published. Start at {@link io.github.bittensor4j.timelock.Timelock}. Nothing here uses the network.
 */
@NullMarked
package io.github.bittensor4j.timelock;

import org.jspecify.annotations.NullMarked;
