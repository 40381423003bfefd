/**
 * Serve handlers to other neurons: verify who calls, admit by the metagraph, bound the work, answer. Start at {@link
 * io.github.bittensor4j.axon.Axon}.
 */
@NullMarked
package io.github.bittensor4j.axon;

import org.jspecify.annotations.NullMarked;
