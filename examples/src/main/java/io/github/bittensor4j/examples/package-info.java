/** Neurons to start from: a miner and a validator that fit on one screen. */
@NullMarked
package io.github.bittensor4j.examples;

import org.jspecify.annotations.NullMarked;
