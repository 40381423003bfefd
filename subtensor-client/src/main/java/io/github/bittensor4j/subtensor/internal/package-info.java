/** What the packages of this client share and is not for its users: it may change with every version. */
@NullMarked
package io.github.bittensor4j.subtensor.internal;

import org.jspecify.annotations.NullMarked;
