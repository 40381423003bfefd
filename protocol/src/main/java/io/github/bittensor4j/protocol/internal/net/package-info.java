/** What both ends of a connection need: its event loop, the frames of HTTP/2, and the messages of gRPC in a body. */
@NullMarked
package io.github.bittensor4j.protocol.internal.net;

import org.jspecify.annotations.NullMarked;
