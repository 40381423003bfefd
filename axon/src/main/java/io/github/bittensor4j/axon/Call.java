package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.Dialect;
import java.time.Duration;
import java.time.Instant;

/** One admitted call as its handler sees it. Thread-safe. */
public interface Call {
    /**
     * The call that the current thread handles, for handlers of gRPC services of one's own, which get no call as a parameter: in their
     * methods, and wherever gRPC's current {@code Context} was carried over.
     *
     * @return the call, whose caller was verified and let in
     * @throws IllegalStateException outside of such a handler
     */
    static Call current() {
        Call call = Exchange.CURRENT.get();
        if (call == null) {
            throw new IllegalStateException("no call of an axon's gRPC service is handled on this thread");
        }
        return call;
    }

    /**
     * Who asks.
     *
     * @return the caller, whose signature was checked
     */
    VerifiedCaller caller();

    /**
     * What is asked.
     *
     * @return the synapse's name on the wire
     */
    String synapse();

    /**
     * How it came. Handlers need not care.
     *
     * @return the dialect of the wire
     */
    Dialect dialect();

    /**
     * When the caller stops waiting.
     *
     * @return the earlier of the caller's own deadline and {@link Limits#perCall()} after its arrival
     */
    Instant deadline();

    /**
     * The time left.
     *
     * @return zero when the deadline has passed
     */
    Duration remaining();

    /**
     * Whether nobody waits for the answer any more.
     *
     * @return true after the deadline, when the caller has gone, and when the axon closes
     */
    boolean ended();
}
