/** Sessions: one signed handshake, then a counter and a MAC on every message. The pure half; docs/sessions.md has the design. */
@NullMarked
package io.github.bittensor4j.protocol.internal.session;

import org.jspecify.annotations.NullMarked;
