package io.github.bittensor4j.axon.internal.front;

import java.net.InetSocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/** The head of one request as it came, and control over what follows it. */
public interface Incoming {
    /** The method, such as {@code POST}. */
    String method();

    /** The request target exactly as on the wire: path and query, nothing decoded or normalised. It begins with a slash. */
    String target();

    /** Every header in the order in which they came; pseudo-headers of HTTP/2 are not among them, {@code :authority} is {@code host}. */
    Headers headers();

    /** Where the connection comes from. */
    InetSocketAddress peer();

    /** Whether this is HTTP/2 rather than HTTP/1.1. */
    boolean http2();

    /** The TLS session of the connection; empty on a plain one. */
    Optional<SSLSession> tls();

    /**
     * Something to do on the event loop on which everything of this request happens: in order, and while it reads not before its turn is
     * over, so that much is done at once for several requests that came together. From any thread; dropped when the axon is closed.
     */
    void order(Runnable work);

    /**
     * Holds the rest of the body back at the caller (true), or lets it come again (false). At most one window of it arrives meanwhile.
     * Callable from any thread.
     */
    void hold(boolean held);

    /** The body of this request may take as long as its call: no time limit of the transport on it. To be called in {@code open}. */
    void unhurried();
}
