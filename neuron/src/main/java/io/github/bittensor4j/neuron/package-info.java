/**
 * The lives of a miner and of a validator: registration, publishing, the metagraph kept fresh, scores, weights when they are due, and
 * an orderly end. {@link io.github.bittensor4j.neuron.Miner} and {@link io.github.bittensor4j.neuron.Validator} are where to begin.
 */
@NullMarked
package io.github.bittensor4j.neuron;

import org.jspecify.annotations.NullMarked;
