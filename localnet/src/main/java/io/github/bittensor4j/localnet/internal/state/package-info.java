/** The chain's state: bytes under the storage keys of the real chain, their history, and typed handles on them. */
@NullMarked
package io.github.bittensor4j.localnet.internal.state;

import org.jspecify.annotations.NullMarked;
