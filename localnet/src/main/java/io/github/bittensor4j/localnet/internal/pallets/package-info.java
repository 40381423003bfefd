/** The pallets every chain has: accounts, time, balances, fees, sudo, batches. */
@NullMarked
package io.github.bittensor4j.localnet.internal.pallets;

import org.jspecify.annotations.NullMarked;
