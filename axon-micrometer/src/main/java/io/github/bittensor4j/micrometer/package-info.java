/** An axon's metrics through Micrometer. Start at {@link io.github.bittensor4j.micrometer.AxonMetrics}. */
@NullMarked
package io.github.bittensor4j.micrometer;

import org.jspecify.annotations.NullMarked;
