package io.github.bittensor4j.subtensor;

/**
 * Which runtime a chain runs.
 *
 * @param specName the chain's family, {@code node-subtensor}
 * @param specVersion grows with every upgrade; signed into every extrinsic
 * @param transactionVersion grows when the form of extrinsics changes; signed into every extrinsic
 */
public record RuntimeVersion(String specName, long specVersion, long transactionVersion) {}
