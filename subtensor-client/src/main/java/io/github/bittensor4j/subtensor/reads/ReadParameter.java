package io.github.bittensor4j.subtensor.reads;

import java.util.Optional;

/**
 * A parameter of a read.
 *
 * @param name such as {@code netuid}
 * @param form how its text is read, such as {@code number} or {@code address}
 * @param required whether it has to be given
 * @param otherwise what it is when it is not given; empty when its absence has a meaning of its own
 */
public record ReadParameter(String name, String form, boolean required, Optional<String> otherwise) {}
