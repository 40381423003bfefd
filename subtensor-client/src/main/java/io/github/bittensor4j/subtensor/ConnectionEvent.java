package io.github.bittensor4j.subtensor;

import java.net.URI;

/**
 * Something that happened to a connection, for whoever watches it.
 *
 * @param kind what
 * @param endpoint at which node
 * @param detail why, in words for people
 */
public record ConnectionEvent(Kind kind, URI endpoint, String detail) {
    /** What can happen. */
    public enum Kind {
        /** A node was reached, is of the right chain, and is used from now on. */
        CONNECTED,
        /** A preferred node has been well for a while, and is used from now on instead of the one before, which was not lost. */
        RETURNED,
        /** The connection in use broke, or was given up because the node fell silent, told no new block, or answered too many requests by "too many". */
        LOST,
        /**
         * An attempt failed: nobody there, HTTP 429 and the like, or a node that lags behind or still synchronises. Also one to go back to a
         * preferred node, while another is used.
         */
        UNREACHABLE,
        /** The node is of another chain, or of none. Nothing is asked of it; it is looked at again after the longest pause. */
        REFUSED,
        /** The node answered that it is asked too much; the request is asked again after a pause. */
        BUSY,
        /** More heads were missed than are filled in: listeners were not told of some blocks. */
        GAP
    }
}
