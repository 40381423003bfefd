/** The catalogue of reads: what the chain tells of accounts, subnets, neurons, stake and prices, typed and with units. */
@NullMarked
package io.github.bittensor4j.subtensor.reads;

import org.jspecify.annotations.NullMarked;
