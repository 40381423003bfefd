/** What axon and dendrite share: payloads, btauth/1 headers, the names of refusals. Pure functions, no input or output. */
@NullMarked
package io.github.bittensor4j.protocol.internal;

import org.jspecify.annotations.NullMarked;
