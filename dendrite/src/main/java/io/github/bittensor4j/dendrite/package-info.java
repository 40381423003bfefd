/** Ask many axons at once, one outcome per target. Start at {@link io.github.bittensor4j.dendrite.Dendrite}. */
@NullMarked
package io.github.bittensor4j.dendrite;

import org.jspecify.annotations.NullMarked;
