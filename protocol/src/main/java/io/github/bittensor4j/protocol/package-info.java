/**
 * The wire between neurons. The generated messages stand in {@code protocol.v1}, everything else in {@code protocol.internal}; none of it
 * shows in the API of another module.
 */
@NullMarked
package io.github.bittensor4j.protocol;

import org.jspecify.annotations.NullMarked;
