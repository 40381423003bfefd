package io.github.bittensor4j.axon.internal.front;

/** One way to ask an axon, over HTTP. Thread-safe: used by every event loop. */
public interface WireDialect {
    /** Whether a request is of this dialect, by its head alone. The first dialect that says yes gets it. */
    boolean speaks(Incoming head);

    /** Takes a request that it speaks. */
    Receiver open(Incoming head, Outgoing reply);
}
