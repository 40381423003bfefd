package io.github.bittensor4j.core;

/**
 * What a neuron has published on chain about its axon.
 *
 * @param endpoint where to reach it
 * @param protocol the protocol byte; 4 by custom
 * @param version the publisher's software version, as a number of its own choosing
 * @param block when it was published
 */
public record AxonInfo(Endpoint endpoint, int protocol, long version, long block) {}
