/** A client of a subtensor node: reads by the node's own metadata, and signed extrinsics followed to their fate. */
@NullMarked
package io.github.bittensor4j.subtensor;

import org.jspecify.annotations.NullMarked;
