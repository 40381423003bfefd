/** Traces through dendrite, axon and handler by OpenTelemetry. Start at {@link io.github.bittensor4j.opentelemetry.NeuronTraces}. */
@NullMarked
package io.github.bittensor4j.opentelemetry;

import org.jspecify.annotations.NullMarked;
