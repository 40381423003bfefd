package io.github.bittensor4j.axon;

import io.github.bittensor4j.testkit.Vectors;

/** The neuron protocol's vectors; which section is run where, module protocol's test tells. */
final class NeuronVectors {
    static final Vectors FILE = Vectors.open("synapse.json");

    private NeuronVectors() {}
}
