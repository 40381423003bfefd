/** SCALE, the byte format of Substrate chains: bounded reading of strangers' bytes, and writing. */
@NullMarked
package io.github.bittensor4j.core.scale;

import org.jspecify.annotations.NullMarked;
