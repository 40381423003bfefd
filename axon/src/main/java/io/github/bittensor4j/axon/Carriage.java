package io.github.bittensor4j.axon;

import io.github.bittensor4j.axon.internal.front.Headers;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/** What carries one call of a subnet's own service: a stream of HTTP/2, or a session. */
interface Carriage extends Answering {
    /** What the caller sent along. */
    Headers headers();

    /** Where the caller is. */
    InetSocketAddress peer();

    /** The TLS session of the connection; empty on a plain one. */
    Optional<SSLSession> tls();

    /** The metadata of the answer, before its first message. */
    void head(Headers metadata);

    /** The service's own end of the call. */
    void close(Status status, Headers trailers);

    /** How many bytes of the answer were given and not read yet. */
    long unwritten();

    /**
     * Told when messages of the caller come, and when the handler takes one: the caller is held back while too much waits.
     *
     * @param waiting how much of them waits for the handler
     * @param taken how much it has just taken
     */
    void unasked(int waiting, int taken);
}
