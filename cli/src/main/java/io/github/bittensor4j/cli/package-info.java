/** jbt: the command line. Thin, over the public API of the other modules only. */
@NullMarked
package io.github.bittensor4j.cli;

import org.jspecify.annotations.NullMarked;
