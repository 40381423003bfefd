@NullMarked
package io.github.bittensor4j.neuron;

import org.jspecify.annotations.NullMarked;
