/** A Bittensor chain inside this JVM: the node's own RPC on a real port, real extrinsics, blocks that are kept or forgotten. */
@NullMarked
package io.github.bittensor4j.localnet;

import org.jspecify.annotations.NullMarked;
