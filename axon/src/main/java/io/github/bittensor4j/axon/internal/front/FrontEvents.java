package io.github.bittensor4j.axon.internal.front;

/** Hears what the transport itself does. Called on event loops; must not wait. */
public interface FrontEvents {
    /** A connection was let in. */
    void opened();

    /** A connection that was let in has closed. */
    void closed();

    /** A connection or a request was ended by the transport, for this reason; a code of REFUSALS.md. */
    void refused(String code);
}
