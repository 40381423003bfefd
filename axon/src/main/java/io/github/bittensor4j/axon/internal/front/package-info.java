/**
 * The front of an axon: one socket, on which HTTP/1.1 and HTTP/2 requests come in, over TLS or plain, and go to the first {@link
 * io.github.bittensor4j.axon.internal.front.WireDialect} that speaks them.
 *
 * <p><b>How a dialect is written.</b> {@code speaks} looks at the head of a request and at nothing else. {@code open} takes the head and
 * the way back, and gives the {@link io.github.bittensor4j.axon.internal.front.Receiver} of what follows. Everything of one request
 * (open, data, end, gone, ready) is called on one event loop, one after the other, and must not wait there. The way back ({@link
 * io.github.bittensor4j.axon.internal.front.Outgoing}) may be used from any thread, by one at a time. After {@code gone} nothing reaches
 * the caller any more; using the way back is harmless then. A dialect of whole bodies extends {@link
 * io.github.bittensor4j.axon.internal.front.WholeBody}. The front itself answers what no dialect speaks, and ends what breaks HTTP or a
 * limit of the transport.
 *
 * <p>Behind the head a dialect meets the axon at three places: {@code Gate} (who calls, and may they), {@code Answering} (how an answer or
 * a refusal of this call is written, which the dialect implements), and {@code Served.begin} with a {@code Wording} (how this dialect
 * writes the question and the answer of one synapse).
 */
@NullMarked
package io.github.bittensor4j.axon.internal.front;

import org.jspecify.annotations.NullMarked;
