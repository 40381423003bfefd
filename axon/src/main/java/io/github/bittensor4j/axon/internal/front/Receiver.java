package io.github.bittensor4j.axon.internal.front;

import io.netty.buffer.ByteBuf;

/** Takes what follows the head of one request, on its event loop, one call after the other. It must not wait. */
public interface Receiver {
    /** Some of the body. The buffer is the front's: what is kept of it is copied. */
    void data(ByteBuf part);

    /** The body is complete. */
    void end();

    /** The caller has gone, broke a rule of HTTP, or was too slow. Nothing more comes, and nothing reaches it any more. */
    void gone();

    /** The caller has read what made {@link Outgoing#isReady()} false. */
    void ready();
}
