/** Meeting neurons on the Python SDK 7 to 10: an axon that their dendrites can call, and a caller of their axons. */
@NullMarked
package io.github.bittensor4j.examples.python;

import org.jspecify.annotations.NullMarked;
