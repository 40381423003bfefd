/** JSON-RPC 2.0 as the real node speaks it, over WebSocket and HTTP POST on one port. */
@NullMarked
package io.github.bittensor4j.localnet.internal.rpc;

import org.jspecify.annotations.NullMarked;
