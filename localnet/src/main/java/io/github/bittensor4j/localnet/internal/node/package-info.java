/** The node: extrinsics waiting, blocks made of them, blocks kept in memory and on disk. */
@NullMarked
package io.github.bittensor4j.localnet.internal.node;

import org.jspecify.annotations.NullMarked;
