/**
 * What somebody wants done on the chain, as data: planned, judged by a {@link io.github.bittensor4j.subtensor.intents.Policy}, tried
 * without sending, executed. An {@link io.github.bittensor4j.subtensor.intents.Intent} is a small record; its family's class holds it
 * ({@link io.github.bittensor4j.subtensor.intents.Staking}, {@link io.github.bittensor4j.subtensor.intents.Transfers}, ...), and {@link
 * io.github.bittensor4j.subtensor.intents.Intents} reads and writes all of them as JSON, with the names of the official SDK 11.
 *
 * <p>To add one: a record in its family, with {@link io.github.bittensor4j.subtensor.intents.Operation} on it, whose {@code draft}
 * composes the call and says what it does. A new family is one more class, named in {@code Intents}.
 */
@NullMarked
package io.github.bittensor4j.subtensor.intents;

import org.jspecify.annotations.NullMarked;
