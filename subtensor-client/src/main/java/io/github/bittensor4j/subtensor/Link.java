package io.github.bittensor4j.subtensor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import okhttp3.WebSocket;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one node, from the attempt to its end: how far it has come and what is known of it. Read and changed only with the lock
 * of its {@link Links} held.
 */
final class Link {
    /** How far a connection has come. */
    enum State {
        TRIED,
        USED,
        ENDED
    }

    final Endpoints.One node;
    State state = State.TRIED;

    @Nullable
    WebSocket socket;

    JsonNode runtimeVersion = MissingNode.getInstance();

    /** When it was tried; once it is used, since when. */
    long since = System.nanoTime();

    long lastReceived;
    int silentCalls;
    int busyInRow;
    boolean headsTold;
    long toldHead;

    /** Of one that is not used yet: whether its node is well, and when it was asked that. */
    boolean well;

    long wellSince;
    long askedAt;

    Link(Endpoints.One node) {
        this.node = node;
    }

    /** No more is to come of it. */
    void cancel() {
        state = State.ENDED;
        if (socket != null) {
            socket.cancel();
        }
    }
}
