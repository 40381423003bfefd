/**
 * What neurons signed before and beside SDK 7 to 10. For reading what such a caller claims, in a proxy or a log; no axon of ours lets anybody
 * in by it.
 */
@NullMarked
package io.github.bittensor4j.protocol.internal.legacy;

import org.jspecify.annotations.NullMarked;
