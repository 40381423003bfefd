package io.github.bittensor4j.axon.internal.front;

/**
 * The way back of one request. Callable from any thread, by one at a time; what it is given is in order, and not copied. It ends once:
 * what comes after the end is dropped.
 */
public interface Outgoing {
    /**
     * An answer that is all there, instead of the other methods: over HTTP/1.1 it goes with its length.
     *
     * @param status such as 200
     * @param headers as those of {@link #head}
     * @param body it must not be changed any more
     * @param trailers as those of {@link #end(Headers)}
     */
    void whole(int status, Headers headers, byte[] body, Headers trailers);

    /**
     * The head of the answer, once, before anything else.
     *
     * @param status such as 200
     * @param headers lower-case names; lengths and connection headers are the front's own
     */
    void head(int status, Headers headers);

    /** A part of the body; it must not be changed any more. */
    void data(byte[] part);

    /** The body is complete. */
    void end();

    /** The body is complete, and trailers stand behind it: over HTTP/1.1 behind the last chunk. Without a head before, they are the head. */
    void end(Headers trailers);

    /** Breaks the answer off, so that the caller sees that it is incomplete: the stream of HTTP/2, the connection of HTTP/1.1. */
    void reset();

    /** False while the caller reads slower than is written; {@link Receiver#ready()} tells when that is over. */
    boolean isReady();

    /** How many bytes of the body were given and are not written yet. */
    long unwritten();
}
